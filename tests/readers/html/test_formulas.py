"""Formulas are text in pages and in fragments: TeX where there is some, and digits never touch others."""

import pytest

from docarchive.readers.html.formulas import with_formulas
from docarchive.readers.html.to_markdown import to_line, to_markdown
from docarchive.readers.web.html import read_page

TEX = '<annotation encoding="application/x-tex">{}</annotation></semantics>'
FORMULAS = {
    "power": ("<math><msup><mn>10</mn><mn>6</mn></msup></math>", "10^6"),
    "index": ("<math><msub><mi>x</mi><mn>12</mn></msub></math>", "x_12"),
    "both": ("<math><msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup></math>", "x_1^2"),
    "fraction": ("<math><mfrac><mn>1</mn><mrow><mi>a</mi><mo>+</mo><mn>2</mn></mrow></mfrac></math>", "1/(a + 2)"),
    "root": ("<math><msqrt><mn>2</mn></msqrt><mroot><mi>y</mi><mn>3</mn></mroot></math>", "√2 y^(1/3)"),
    "numbers": ("<math><mn>7</mn><mn>8</mn></math>", "7 8"),
    "words": ("<math><mi>sin</mi><mo>\u2061</mo><mi>x</mi></math>", "sin x"),
    "table": ("<math><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable></math>", "[1, 2]"),
    "prefix": ("<mml:math><mml:msup><mml:mn>10</mml:mn><mml:mn>6</mml:mn></mml:msup></mml:math>", "10^6"),
    "less": ("<math><mi>a</mi><mo>&lt;</mo><mi>b</mi></math>", "a < b"),
    "TeX": ("<math><semantics><mrow><mi>E</mi></mrow>" + TEX.format("E = m^{2}") + "</math>", "$E = m^{2}$"),
    "display": ('<math display="block"><semantics><mi>E</mi>' + TEX.format("a &lt; b") + "</math>", "$$a < b$$"),
    "alternative": ('<math alttext="T = 1"><mi>T</mi></math>', "$T = 1$"),
    "Wikipedia": (
        '<span class="mwe"><span style="display: none;"><math alttext="{\\displaystyle E=m}"><mi>E</mi></math></span>'
        '<img src="https://example.org/x.svg" aria-hidden="true" alt="E=m"></span>',
        "$E=m$",
    ),
    "KaTeX": (
        '<span class="katex"><math><semantics><mn>3</mn>' + TEX.format("3") + "</math>"
        '<span class="katex-html" aria-hidden="true"><span>3</span></span></span>',
        "$3$",
    ),
    "MathJax": ("<mjx-container><mjx-assistive-mml><math><mi>q</mi></math></mjx-assistive-mml></mjx-container>", "q"),
    "MathJax 2": ('<script type="math/tex">q^2</script>', "$q^2$"),
    "MathJax 2, display": ('<script type="math/tex; mode=display">q</script>', "$$q$$"),
    "deep": ("<math>" + "<mrow>" * 300 + "<mn>1</mn>" + "</mrow>" * 300 + "</math>", "1"),
}
WORDS = (
    "The tension of the rope is {} for every knot that sailors know, and it grows as the rope is pulled by the crew."
)


@pytest.mark.parametrize("name", FORMULAS)
def test_formulas_are_text_in_pages_and_fragments(name: str) -> None:
    html, text = FORMULAS[name]
    sentence, expected = WORDS.format(html), WORDS.format(text)
    assert to_line(f"<p>{sentence}</p>") == expected
    assert to_markdown(f"<p>{sentence}</p>").replace("\\", "") == expected
    page = f"<html><body><article><h1>Rope</h1><p>{sentence}</p><p>{WORDS.format('x')}</p></article></body></html>"
    assert expected in read_page(page).body.replace("\\", "").split("\n\n")


@pytest.mark.parametrize(
    "html", ["<math>", "<math><mn>1</mn>", "</math>", "<p>math &lt;math></p>", "MATH> <math <b>x</b>"]
)
def test_what_is_no_formula_stays(html: str) -> None:
    assert with_formulas(html) == html
