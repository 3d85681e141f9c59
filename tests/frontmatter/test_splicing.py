"""Front matter is changed without parsing it only where parsing gives the same article."""

from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.errors import InputError
from docarchive.frontmatter import body_of, read_article, render, revise, spliced

_TRICKY = (
    "NATO",
    "a: b",
    "a #b",
    " a",
    "yes",
    "Null",
    "~",
    "12",
    "1.10",
    "2024-05-01",
    "é",
    "- a",
    "[b]",
    "-:3",
    "a\ufeffb",
    "a\x85b",
    "a\u2028b",
    "it's",
    'say "x"',
)
_TEXTS = st.sampled_from(_TRICKY) | st.text("ab:# -?,'\"[]{}&*!|>%@`.=~\né", min_size=1)
_TAGS = st.lists(_TEXTS, max_size=3)
_VALUES = _TEXTS | _TAGS | st.integers() | st.booleans() | st.dictionaries(st.sampled_from("ab"), _TEXTS, max_size=2)
_EXTRA = st.dictionaries(st.sampled_from(["dateline", "rating", "a b", "tags2", "x.y"]), _VALUES, max_size=3)
#: Pieces of front matter as people write it; some are not valid together.
_LINES = st.sampled_from(
    [
        *("title: One\n", "title: 'It''s'\n", 'title: "a\n', 'b"\n', "tags:\n", "- a\n", "- b\n", "tags: [a, b]\n"),
        *("tags: a\n", "keywords:\n", "meta:\n", "  tags:\n", "  - a\n", "# tags:\n", "rating: 1.10\n", "rating: 5\n"),
        *("text: |\n", "  tags:\n", "date: 2024-05-01\n", "places:\n", '- x: "a\n', "- 'b'\n", "tags: # none\n", "\n"),
        *(
            "k: {\n",
            "tags: a, l: b}\n",
            "'tags': c\n",
            "Tags: d\n",
            "- 5\n",
            "from: -:1\n",
            "- -:2\n",
            "rating: ~\n",
            "...\n",
            "section: S #1\n",
        ),
    ]
)


def article(title: str, tags: list[str], section: str, extra: dict[str, Any]) -> Article:
    made = Article.from_metadata({"title": title, "tags": tags, "section": section, **extra}, "A text.\n\ntags:\n- a")
    made.id, made.archived = "0123456789ab", PartialDate("2026-11-30T10:00:00Z")
    return made


@settings(max_examples=400)
@given(_TEXTS, _TAGS, _TAGS, _TEXTS | st.just(""), _TEXTS | st.just(""), _EXTRA, _EXTRA)
def test_what_docarchive_wrote_is_spliced_as_it_would_be_written(
    title: str, tags: list[str], new_tags: list[str], section: str, new_section: str, extra: Any, new_extra: Any
) -> None:
    before = article(title, tags, section, extra)
    text = render(before)
    after = article(title, new_tags, new_section, {key: new_extra.get(key, extra[key]) for key in extra} | new_extra)
    assert spliced(text, before.metadata(), after.metadata()) in (None, render(after))


@settings(max_examples=1500)
@given(st.lists(_LINES, min_size=1, max_size=7), _TAGS, st.none() | st.integers())
@example(["title: One\n", "meta:\n", '- x: "a\n', "tags: b\n", 'y"\n'], ["z"], None)
@example(["k: {\n", "tags: a, l: b}\n", "'tags': c\n", "title: One\n"], ["z"], None)
@example(["title: One\n", "tags:\n", "- a\n", "- b\n"], ["a"], None)
def test_what_others_wrote_reads_as_it_should_and_nothing_else_is_changed(
    lines: list[str], tags: list[str], rating: int | None
) -> None:
    text = f"---\n{''.join(lines)}---\n\nA text.\n"
    try:
        read = read_article(text)
    except InputError:
        assume(False)
    # As the catalog has it: with dates and numbers as text where they are written so.
    stored = Article.from_stored(
        {key: str(value) if isinstance(value, str | PartialDate) else value for key, value in read.metadata().items()},
        body_of(text),
    )
    before = stored.metadata()
    stored.tags = [tag for tag in Article.from_metadata({"tags": tags}).tags if tag]
    if rating is not None:
        stored.extra = stored.extra | {"rating": rating}
    new = spliced(text, before, stored.metadata())
    if new is not None:
        assert read_article(new).to_dict() == read_article(revise(text, stored)).to_dict() == stored.to_dict()
        changed = {"tags", "rating"}
        kept = [line for line in text.splitlines() if line.partition(":")[0] not in changed and line[:1] != "-"]
        lines_after = iter(new.splitlines())
        assert all(line in lines_after for line in kept)


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("title: One\ntags:\n- a\nplaces:\n- b\n", "title: One\ntags:\n- a\n- x\nplaces:\n- b\n"),
        ("title: One\nplaces:\n- b\n", "title: One\ntags:\n- x\nplaces:\n- b\n"),
        ("title: One\n", "title: One\ntags:\n- x\n"),
        ("title: Ünter  # old\nnote: 'a: b'\n", "title: Ünter  # old\ntags:\n- x\nnote: 'a: b'\n"),
        ("title: One\nimported_from: -:1\n", "title: One\ntags:\n- x\nimported_from: -:1\n"),
        ("title: One\ntags: [a]\n", None),
        ("title: One\ntags:\n- a  # of all\n", None),
        ("tags:\n- a\ntitle: One\ntags:\n- a\n", None),
    ],
)
def test_which_front_matter_is_spliced(front: str, expected: str | None) -> None:
    text = f"---\n{front}---\n\nA text.\n"
    read = read_article(text)
    before = read.metadata()
    read.tags = [*read.tags, "x"]
    assert spliced(text, before, read.metadata()) == (expected and f"---\n{expected}---\n\nA text.\n")
