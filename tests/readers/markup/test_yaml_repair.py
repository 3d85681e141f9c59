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


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u3000", "\u00a0 "])
def test_a_space_that_does_not_break_after_a_colon_is_a_space(space: str) -> None:
    assert repaired(f"title:{space}Pier\ndate: 2024-03-16") == "title: Pier\ndate: 2024-03-16"


def test_controls_that_yaml_refuses_are_spaces() -> None:
    assert repaired("title: Pier\x0band quay\x07") == "title: Pier and quay "
