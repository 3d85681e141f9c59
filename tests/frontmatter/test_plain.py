from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from docarchive.dates import PartialDate
from docarchive.errors import ReaderError
from docarchive.frontmatter.plain import line, read, scalar
from docarchive.frontmatter.yaml12 import _dump, _load, dump_yaml

TRICKY = [
    *("NATO", "a: b", "a:b", "a:", ":a", "a #b", "a#b", "a  #b", "a # b", "a ", " a", "a  b", "a\tb", "yes"),
    *("No", "OFF"),
    *("y", "N", "true", "Null", "nullx", "~", "=", "<<", "1e3", "12e45", "0b10", "0x1f", "0o7", "017", "089"),
    *("10", "0"),
    *("1_000", "190:20:30", "12:30", "deadbeef", "123abc", "1.5", "-1", "+1", ".inf", "nan", ".nan", "é", "a é", "---"),
    *("- a", "a - b", "a, b", "a [b]", "{a", "it's", 'say "x"', "a\\b", "a%", "@a", "`a", "!a", "a!", "*a", "&a", "a|"),
    *("", "a" * 200, "a b " * 60 + "c", "reuters.jsonl:17", "sha256:0123", "2024-03-16", "2024-03", "a?", "? a", "a\n"),
]
VALUES = st.sampled_from(TRICKY) | st.text(max_size=8) | st.text("ab:# -?,'\"[]{}&*!|>%@`.=~y0e1", max_size=6)


@pytest.mark.parametrize("text", TRICKY)
def test_tricky_texts_are_written_as_pyyaml_writes_them_or_left_to_it(text: str) -> None:
    assert line("key", text) in (None, _dump({"key": text}))


@settings(max_examples=1000)
@given(VALUES, VALUES | st.lists(VALUES, max_size=3) | st.booleans())
@example("k" * 130, "a")
def test_what_is_written_is_what_pyyaml_would_write(key: str, value: Any) -> None:
    assert line(key, value) in (None, _dump({key: value}))


@given(st.text("0123456789abcdefx", max_size=9))
def test_digits_and_digests_likewise(text: str) -> None:
    assert line("fingerprint", text) in (None, _dump({"fingerprint": text}))


@pytest.mark.parametrize("text", ["2024", "2024-03", "2024-03-16", "2024-03-16T10:00", "2024-03-16T10:00:05.5+02:00"])
@pytest.mark.parametrize("zone", ["", "Z", "+02"])
def test_dates_likewise(text: str, zone: str) -> None:
    if zone and "T" not in text:
        return
    date = PartialDate(text if "+" in text else text + zone)
    assert line("date", date) in (None, _dump({"date": date}))


def test_what_most_articles_have_needs_no_pyyaml() -> None:
    for text in ("BAHIA COCOA REVIEW", "U.S. dlr's 5 pct (net)", "9f86d081884c7d65", "17", "inbox/a.jsonl:17", "en"):
        assert scalar(text) is not None
    assert line("places", ["el-salvador", "usa"]) == "places:\n- el-salvador\n- usa"
    assert line("date", PartialDate("1987-02-26T15:01:01")) == "date: 1987-02-26T15:01:01"
    assert line("title_derived", True) == "title_derived: true"
    assert line("pages", 3) is None


def typed(value: Any) -> Any:
    """Returns a value with the types of what is in it: 1 and true are equal, and so are a text and a ``Literal``."""
    if isinstance(value, dict):
        return {key: typed(inner) for key, inner in value.items()}
    return [*map(typed, value)] if isinstance(value, list) else (type(value), value)


def loaded(raw: str) -> Any:
    try:
        return typed(_load(raw))
    except (ReaderError, ValueError):
        return "an error"


LINES = st.one_of(
    st.builds("{}: {}".format, VALUES, VALUES),
    st.builds("{}:".format, VALUES),
    st.builds("- {}".format, VALUES),
    st.sampled_from(
        ["", "  x", "---", "...", "- ", "-", "a: true", "a: '12'", "a: 2024-03-16", "tags:", "- true", "? a"]
    ),
    st.text("ab:# -?,'\"[]{}&*!|>%@`.=~y0e1\n\t", max_size=8),
)


@pytest.mark.thorough
@settings(max_examples=3000)
@given(st.lists(LINES, max_size=5).map("\n".join))
@example("a: b\n\n")
@example("tags:\na: b")
@example("tags:\n- a\n- '1'\n\n- b")
def test_what_is_read_is_what_pyyaml_reads(raw: str) -> None:
    if (metadata := read(raw)) is not None:
        assert typed(metadata) == loaded(raw)


def test_what_most_articles_have_is_read() -> None:
    metadata: dict[str, Any] = {
        "id": "18pmqdjjyp9s",
        "title": "Bahia cocoa review",
        "title_derived": True,
        "date": PartialDate("1987-02-26T15:01:01"),
        "places": ["el-salvador", "usa"],
        "source_id": "17",
        "original": f"sha256:{'9f' * 32}",
    }
    raw = dump_yaml(metadata)
    assert typed(read(f"\n{raw}\n")) == typed(_load(raw))
