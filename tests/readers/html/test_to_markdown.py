import pytest
from readers.html.trees import text_seen
from support import affordable

from docarchive.errors import ReaderError
from docarchive.readers.html.to_markdown import to_markdown, to_text
from docarchive.writers.markup import html_of


def test_what_only_looks_like_a_tag_is_text() -> None:
    assert to_markdown("<p>one</p> 2 < 3 and a <b") == "one\n\n2 < 3 and a <b"


def test_xml_declarations_are_no_text_and_no_warning() -> None:
    assert to_markdown('<?xml version="1.0"?><p>one</p>') == "one"
    assert to_markdown('<?xml version="1.0"?>\n<!DOCTYPE html><html><body>two <?php echo 1 ?>three</body></html>') == (
        "two three"
    )


@pytest.mark.parametrize("part", ["<h1 ", "<body ", "</p ", '<a b="', "<!--", "<![CDATA[", "<?"])
@pytest.mark.parametrize("end", ["", ">"])
def test_harmful_fragments_take_no_time(part: str, end: str) -> None:
    with affordable():  # the square of that took a minute
        to_markdown(part * (80_000 // len(part)) + "Ice" + end)


def test_what_relative_links_lead_to_may_not_be_kept() -> None:
    html = '<p><a href="two.html">told</a> <a href="https://example.org/">here</a> <img src="a.png" alt="A ship"/></p>'
    assert to_markdown(html, alone=True) == "told [here](https://example.org/) A ship"
    assert to_markdown(html) == "[told](two.html) [here](https://example.org/) ![A ship](a.png)"


def test_a_fragment_of_very_many_elements_is_refused_at_once() -> None:
    with affordable(), pytest.raises(ReaderError, match="more than 150,000 elements"):
        to_markdown("<p>a</p>" * 200_000)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>List&lt;String&gt;</p>", "List\\<String>"),
        (
            "<p>1986. A year.</p><p># x</p><p>- x</p><p>&gt; x</p><p>---</p>",
            "1986\\. A year.\n\n\\# x\n\n\\- x\n\n\\> x\n\n\\---",
        ),
        ("<p>a *b* and snake_case, R&amp;D; AT&amp;T</p>", "a \\*b\\* and snake_case, R&D; AT&T"),
        ("<p>a<br>- b<br></p>", "a\\\n\\- b"),
        ("10<sup>6</sup>, H<sub>2</sub>O", "10<sup>6</sup>, H<sub>2</sub>O"),
        ("<pre>a<br>b\n\n\n  c</pre>", "```\na\nb\n\n\n  c\n```"),
        ('<pre><code class="language-py">a = "```"</code></pre>', '````py\na = "```"\n````'),
        ("<p>Both <code>Eager</code> and <code>a`b</code> .</p>", "Both `Eager` and ``a`b`` ."),
        ("<table><tr><th>a|b</th><th>c</th></tr><tr><td>1</td></tr></table>", "| a\\|b | c |\n| --- | --- |\n| 1 |"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "|  |  |\n| --- | --- |\n| a | b |"),
        (
            '<table><tr><th colspan="2">a</th></tr><tr><td>b</td><td>c</td></tr></table>',
            "| a |  |\n| --- | --- |\n| b | c |",
        ),
        (
            '<table><tr><th>a</th><th>b</th></tr><tr><td rowspan="2">c</td><td>d</td></tr><tr><td>e</td></tr></table>',
            "| a | b |\n| --- | --- |\n| c | d |\n|  | e |",
        ),
        (
            '<table><tr><th rowspan="3" colspan="2">a</th><th>b</th></tr><tr><td>c</td></tr><tr><td>d</td></tr>'
            "<tr><td>e</td><td>f</td><td>g</td></tr></table>",
            "| a |  | b |\n| --- | --- | --- |\n|  |  | c |\n|  |  | d |\n| e | f | g |",
        ),
        ("<ol start='3'><li>a</li><li>b<ul><li>c</li></ul></li></ol>", "3. a\n4. b\n   - c"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b"),
        ("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>", "- a\n\n  b\n\n- c"),
        ("<li>a</li><li>b</li>", "- a\n- b"),
        ("<dl><dt>a</dt><dd>b</dd><dd>c</dd></dl>", "**a**\n\n- b\n- c"),
        ("<blockquote>a<blockquote>b</blockquote>c</blockquote>", "> a\n>\n> > b\n>\n> c"),
        ('<a href="/x"><h2>a</h2><p>b</p></a>', "## [a](/x)\n\n[b](/x)"),
        ('<b>"a"</b>b <i>c</i><i>d</i> <b> e </b>f', '<strong>"a"</strong>b *cd* **e** f'),
        ('<a href="https://a.example/">https://a.example/</a>', "<https://a.example/>"),
        ('<a href="b.html">b.html</a>', "[b.html](b.html)"),
        ('<a href="a(b" title="c &quot;d&quot;">[1]</a>', '[\\[1\\]](a%28b "c \\"d\\"")'),
        ('<a href="javascript:x()">a</a><img src="data:x" alt="b"><img src="c.gif" width="1">', "ab"),
        ('<p>a<span style="display: none">b</span><script>c</script><!-- d --></p>', "a"),
        ("<h2>a #</h2><h1><p>b</p><br>c</h1>", "## a \\#\n\n# b c"),
        ("<p>Wow!<a href='b'>c</a></p>", "Wow\\![c](b)"),
        ("<q>a</q>&nbsp;b", '"a" b'),
    ],
)
def test_elements_are_written_as_markdown_that_shows_them(html: str, markdown: str) -> None:
    assert to_markdown(html) == markdown
    assert text_seen(html_of(markdown)) == text_seen(html_of(to_markdown(html_of(markdown))))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            "<p>10<sup>6</sup> <b>Vec</b>&lt;T&gt;, <a href='/x'>more</a> of <code>a*b*</code></p>",
            "10⁶ Vec<T>, more of a*b*",
        ),
        ("<h2>Head</h2><p># no head<br>1986. A year</p>", "Head\n\n# no head\n1986. A year"),
        ("<ul><li><i>one</i></li><li>two</li></ul>", "- one\n- two"),
        ("snake_case &amp; R&amp;D", "snake_case & R&D"),
    ],
)
def test_plain_text_has_no_marks_of_markdown(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize(
    ("part", "around"),
    [
        ("<br>", "<div>{}</div>"),
        ("<li>a</li>", "<ol>{}</ol>"),
        ("<ol><li>a</li></ol>", "{}"),
        ("<b>*</b>", "<p>{}</p>"),
        ("<b>a</b><script>b</script>", "{}"),
        ("<tr><td>a</td></tr>", "<table>{}</table>"),
        ("<code>a</code>", "<pre>{}</pre>"),
        (f"<code>{'a' * 300}</code>", "<p>{}</p>"),
        (" \n", "{}"),
    ],
)
def test_no_part_is_visited_for_each_other_part(part: str, around: str) -> None:
    html = "a" + around.format(part * (40_000 // part.count("<") if "<" in part else 800_000)) + "z"
    with affordable(10):
        assert to_markdown(html).endswith("z")


def test_spans_do_not_make_a_table_larger_than_its_cells() -> None:
    row = '<tr><td rowspan="50" colspan="50">a</td><td>b</td></tr>'
    assert len(to_markdown(f"<table><tr><th>a</th></tr>{row * 2000}</table>")) < 2_000_000
