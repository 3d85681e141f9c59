"""Front matter that is no YAML."""

import pytest

from docarchive.errors import ReaderError
from docarchive.frontmatter.yaml12 import parse_yaml
from docarchive.readers.markup.markdown import read_markdown
from docarchive.readers.markup.yaml_repair import repaired


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("title: Pier: a story", "Pier: a story"),
        ('title: "Pier" is back', '"Pier" is back'),
        ("title: 'It's back'", "It's back"),
        ('title: "A "wooden" pier"', 'A "wooden" pier'),
        ("title: @pier", "@pier"),
        ("title: %s of it", "%s of it"),
        ("title: `pier` again", "`pier` again"),
        ("title: *Pier* again", "*Pier* again"),
        ("title: [Update] Pier", "[Update] Pier"),
        ("title: !new Pier", "!new Pier"),
        ("title: Pier:", "Pier:"),
        ("title: Pier\nlist:\n\t- a", "Pier"),
        ("title: Pier\nlist:\n- @a\n- b: c: d", "Pier"),
    ],
)
def test_what_people_mean(line: str, value: str) -> None:
    with pytest.raises(ReaderError):
        parse_yaml(line)
    assert parse_yaml(repaired(line) or "")["title"] == value


@pytest.mark.parametrize(
    "raw", ["title: Pier", 'title: "A: b"', "a: |\n  b: c: d\n", "a: [b, c]", "a: # b", "a: &x b: c" * 20_000]
)
def test_what_is_right_or_too_long_stays(raw: str) -> None:  # fmt: skip
    assert repaired(raw) is None


def test_text_in_a_block_stays_as_it_is() -> None:
    raw = "title: A: b\nnote: |\n  c: d: e\n  @f\nend: g: h"
    assert parse_yaml(repaired(raw) or "") == {"title": "A: b", "note": "c: d: e\n@f\n", "end": "g: h"}


@pytest.mark.parametrize("raw", ["title: [", "title: Pier\n  a: b", "a: b\n- c"])
def test_the_rest_is_refused_as_before(raw: str) -> None:
    with pytest.raises(ReaderError, match="not valid YAML: line"):
        read_markdown(f"---\n{raw}\n---\nText.\n")


@pytest.mark.parametrize(
    "raw",
    [
        "title: {{ title }}\ndate: {{ date }}",
        'title: "{{ replace .Name "-" " " }}"',
        'date: "{{date}}"',
        "date: <% tp.date.now() %>",
    ],
)
def test_templates_are_no_articles(raw: str) -> None:
    with pytest.raises(ReaderError, match="it is a template"):
        read_markdown(f"---\n{raw}\n---\nText.\n")


SPACES = ["\u00a0", "\u202f", "\u3000", "\u00a0 ", "\u2003", "\x0b"]
ODD = {
    "after colons": "---\ntitle:{}Pier: one\ndate:{}2024-03-16\ntags:{}[a, b]\n---\nText.\n",
    "before colons": "---\ntitle{}: 'Pier: one'\ndate{}: 2024-03-16\ntags{}: [a, b]\n---\nText.\n",
    "before keys": "---\n{}title: 'Pier: one'\n{}date: 2024-03-16\n{}tags: [a, b]\n---\nText.\n",
    "before one key": "---\ntitle: 'Pier: one'\n{}date: 2024-03-16\ntags: [a, b]\n---\nText.\n",
    "at ends": "---{}\ntitle: 'Pier: one'{}\ndate: 2024-03-16{}\ntags:{}\n- a{}\n- b{}\n---{}\nText.\n",
    "in lists": "---\ntitle: 'Pier: one'\ndate: 2024-03-16\ntags:{}\n{}-{}a\n{}-{}b\n---\nText.\n",
    "in block": "---\ntitle:{}>-\n  Pier: one\ndate:{}2024-03-16\ntags:\n  - a\n  - b\n---\nText.\n",
    "with CRLF": "---\r\ntitle:{}Pier: one\r\ndate:{}2024-03-16\r\ntags:{}[a, b]{}\r\n---{}\r\nText.\r\n",
    "in TOML": "+++\ntitle{}={}'Pier: one'\n{}date = 2024-03-16\ntags ={}['a', 'b']\n+++{}\nText.\n",
    "in lines": "Title:{}Pier: one\nDate:{}2024-03-16\nTags:{}a, b\n\nText.\n",
}


@pytest.mark.parametrize("space", SPACES, ids=ascii)
@pytest.mark.parametrize("place", ODD)
def test_odd_spaces_around_keys_are_spaces(place: str, space: str) -> None:
    if place == "in lines" and space == "\x0b":
        return
    article = read_markdown(ODD[place].replace("{}", space), "a.md")
    assert (article.title, str(article.date), article.tags) == ("Pier: one", "2024-03-16", ["a", "b"])
    assert (article.body, article.extra) == ("Text.", {})


def test_odd_spaces_in_values_stay() -> None:
    text = "---\ntitle:\u00a010\u00a0km\nsummary: |\n  \u00a0a\u00a0b: c\n---\nA\u00a0b.\n"
    article = read_markdown(text, "a.md")
    assert (article.title, article.body) == ("10 km", "A\u00a0b.")
    assert "a\u00a0b: c" in (article.summary or "")


def test_controls_that_yaml_refuses_are_spaces() -> None:
    assert repaired("title: Pier\x0band quay\x07") == "title: Pier and quay "
