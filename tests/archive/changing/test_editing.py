"""Edited texts: what is checked, which bytes stay, and what is merged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import add_by_hand

from docarchive import (
    Archive,
    Article,
    ArticleError,
    Conflict,
    Decision,
    EditConflict,
    InputError,
    NotFoundError,
    ReaderError,
)
from docarchive.archive.changing.drafts import Drafts
from docarchive.archive.changing.editing import three_way
from docarchive.dates import PartialDate

HEAD = "---\r\n# Kept by hand.\r\nid: pier1\r\ntitle:  'The pier'   # twice\r\ndate: 2024-03-16\r\n"
TEXT = HEAD + "tags: [harbour, trade]\r\n---\r\n\r\nThe old pier.\r\n"
WORDS = st.sampled_from(["", "pier", "gull", "ferry"])
LISTS = st.lists(st.sampled_from(["a", "b", "c"]), unique=True)
ARTICLES = st.builds(
    Article,
    title=st.sampled_from(["Pier", "Gull"]),
    title_derived=st.booleans(),
    date=st.sampled_from([None, PartialDate("2024"), PartialDate("2024-03")]),
    source=st.sampled_from([None, "A", "B"]),
    authors=LISTS,
    tags=LISTS,
    extra=st.dictionaries(st.sampled_from(["rating", "words"]), st.integers(1, 2)),
    body=WORDS,
)


@pytest.fixture
def news(root: Path) -> Iterator[Archive]:
    """An archive with an article whose file was written by hand, with CRLF and comments."""
    with Archive.create(root) as archive:
        add_by_hand(archive, "articles/2024/pier.md", TEXT)
        yield archive


def file_of(archive: Archive) -> bytes:
    return (archive.path / archive.file("pier1")).read_bytes()


def test_the_file_has_exactly_the_edited_bytes_and_the_earlier_ones_are_kept(news: Archive) -> None:
    before = news.text("pier1")
    edited = before.replace("old pier", "new lighthouse").replace("twice", "once").replace("harbour,", "harbour, isle,")
    decisions: list[Decision] = []
    report = news.edit("pi", edited, observe=decisions.append)
    assert (report.changed, report.ids, report.conflicts) == (1, ["pier1"], [])
    assert [(decision.kind, decision.id) for decision in decisions] == [("changed", "pier1")]
    assert file_of(news) == edited.encode()
    assert news.get("pier1").tags == ["harbour", "isle", "trade"]
    assert news.count("lighthouse") == news.count("tag:isle") == 1
    assert [(entry.command, entry.words) for entry in news.log()] == [("edit", "pier1")]
    assert (news.path / "versions/pier1/0001.md").read_bytes() == before.encode()
    assert news.undo().changed == 1
    assert file_of(news) == before.encode()
    assert not news.sync().modified
    assert not news.verify().faults


def test_an_edit_that_changes_nothing_is_no_change(news: Archive) -> None:
    report = news.edit("pier1", news.text("pier1"))
    assert (report.change, report.changed, report.unchanged) == (None, 0, 1)
    assert not [*news.log()]


def test_a_dry_run_changes_nothing(news: Archive) -> None:
    before = file_of(news)
    assert news.edit("pier1", news.text("pier1") + "More.\r\n", dry_run=True).changed == 1
    assert file_of(news) == before
    assert not [*news.log()]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("date: 2024-03-16", "date: soon", "date: 'soon' is not a date"),
        ("'The pier'", "[a, {b: c}]", "title: this key takes one text"),
        ("id: pier1", "id: pier2", "id: an edit cannot change it; put back 'id: pier1'"),
        ("id: pier1\r\n", "", "put back 'id: pier1'"),
        ("---\r\n\r\nThe", "\r\n\r\nThe", "the line --- that ends it is missing"),
        ("tags: [harbour", "tags: [[harbour", "front matter is not valid YAML"),
        ("date:", "format: pdf\r\ndate:", "format: docarchive writes this key itself; remove the line with format"),
        ("The old", "The\0old", "zero bytes"),
        ("The old", "The \ud800 old", "halves of characters"),
        (TEXT, " \r\n", "the text is empty; to remove the article"),
    ],
)
def test_an_edit_that_is_not_valid_changes_nothing(news: Archive, old: str, new: str, reason: str) -> None:
    before = news.text("pier1")
    assert old in before
    with pytest.raises(InputError) as raised:
        news.edit("pier1", before.replace(old, new))
    assert reason in str(raised.value)
    assert isinstance(raised.value, ReaderError | ArticleError)
    assert news.text("pier1") == before
    assert not [*news.log()]


def test_keys_that_docarchive_wrote_stay(archive: Archive) -> None:
    (row,) = archive.list("wheat", limit=1)
    text = archive.text(row.id)
    for key in ("archived", "original", "format", "reader", "imported_from"):
        line = next(line for line in text.splitlines() if line.startswith(f"{key}:"))
        with pytest.raises(ArticleError, match=f"{key}: docarchive writes this key itself; put back '{key}: "):
            archive.edit(row.id, text.replace(line + "\n", ""))


def test_an_article_without_an_id_in_its_file_stays_the_same_one(news: Archive) -> None:
    path = news.path / "articles/own.md"
    path.write_text("---\ntitle: Gull\nurl: https://example.org/gull\n---\n\nA gull.\n")
    news.sync()
    (row,) = news.list("title:gull")
    text = news.text(row.id)
    with pytest.raises(ArticleError, match=f"add the line 'id: {row.id}'"):
        news.edit(row.id, text.replace("org/gull", "org/other"))
    news.edit(row.id, text.replace("A gull", "Two gulls"))
    assert news.get(row.id).body == "Two gulls."


def test_an_edited_title_is_no_longer_derived(root: Path) -> None:
    with Archive.create(root) as archive:
        id_ = archive.add("The gull sat on the pier. It was noon.")
        text = archive.text(id_)
        assert "title_derived: true\n" in text
        archive.edit(id_, text.replace("It was noon", "It was one"))
        assert archive.get(id_).title_derived
        archive.edit(id_, archive.text(id_).replace("title: The gull sat on the pier", "title: Gull at noon"))
        assert "title_derived" not in archive.text(id_)
        assert archive.get(id_).title == "Gull at noon"


def test_what_was_changed_meanwhile_is_merged_key_by_key(news: Archive) -> None:
    base = news.text("pier1")
    news.set(values={"date": "2024-04", "source": "Gazette"}, remove={"tags": "trade"}, ids=["pier1"])
    edited = base.replace("The pier", "The long pier").replace("harbour,", "harbour, isle,").replace("old", "new")
    report = news.edit("pier1", edited, base=base)
    article = news.get("pier1")
    assert (article.title, str(article.date), article.source) == ("The long pier", "2024-04", "Gazette")
    assert (article.tags, article.body) == (["harbour", "isle"], "The new pier.")
    assert report.conflicts == []
    assert b"# Kept by hand.\r\n" in file_of(news)
    assert news.undo().changed == 1
    assert news.get("pier1").title == "The pier"
    assert news.get("pier1").source == "Gazette"


def test_a_value_that_both_changed_is_that_of_the_edit_and_reported(news: Archive) -> None:
    base = news.text("pier1")
    news.set(values={"title": "Theirs"}, ids=["pier1"])
    report = news.edit("pier1", base.replace("The pier", "Mine"), base=base)
    assert report.conflicts == [Conflict("pier1", ("title",))]
    assert report.to_dict()["conflicts"] == [{"id": "pier1", "keys": ("title",)}]
    assert news.get("pier1").title == "Mine"
    assert "Theirs" in (news.path / "versions/pier1/0002.md").read_text()


def test_two_edits_of_one_text_conflict_and_the_second_can_go_on(news: Archive) -> None:
    base = news.text("pier1")
    theirs = base.replace("old", "blue").replace("date: 2024-03-16", "date: 2024-05-01")
    news.edit("pier1", theirs)
    with pytest.raises(EditConflict, match="the text of pier1 was changed elsewhere") as raised:
        news.edit("pier1", base.replace("old", "red").replace("The pier", "The red pier"), base=base)
    assert file_of(news) == theirs.encode()
    assert raised.value.base == theirs
    news.edit("pier1", raised.value.text, base=raised.value.base)
    article = news.get("pier1")
    assert (article.title, str(article.date), article.body) == ("The red pier", "2024-05-01", "The red pier.")


def test_a_highlight_next_to_what_both_edits_change_stays_one(news: Archive) -> None:
    longer = "The old pier is in the harbour. The old inn is too."
    news.edit("pier1", news.text("pier1").replace("The old pier.", longer))
    news.highlight("pier1", "pier is", note="Which?")
    news.highlight("pier1", "old", occurrence=2)
    base = news.text("pier1")
    news.edit("pier1", base.replace("The old", "The blue"))
    with pytest.raises(EditConflict) as raised:
        news.edit("pier1", base.replace("in the harbour", "at the quay"), base=base)
    news.edit("pier1", raised.value.text, base=raised.value.base)
    highlights = news.get("pier1").highlights
    assert [(item.text, item.note) for item in highlights] == [("pier is", "Which?"), ("old", "")]
    assert highlights[0].suffix.startswith("at the quay")


def test_an_edit_by_hand_meanwhile_is_merged_too(news: Archive) -> None:
    base = news.text("pier1")
    path = news.path / news.file("pier1")
    path.write_bytes(base.replace("harbour,", "harbour, quay,").encode())
    news.edit("pier1", base.replace("old", "new"), base=base)
    assert news.get("pier1").tags == ["harbour", "quay", "trade"]
    assert news.get("pier1").body == "The new pier."


def test_an_article_that_was_removed_meanwhile_stays_removed(news: Archive) -> None:
    base = news.text("pier1")
    news.remove(ids=["pier1"])
    with pytest.raises(NotFoundError):
        news.edit("pier1", base + "More.\r\n", base=base)


def test_pictures_keep_their_addresses_when_a_text_is_merged(root: Path, tmp_path: Path) -> None:
    picture = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
    (tmp_path / "gull.png").write_bytes(picture)
    (tmp_path / "page.md").write_text("---\ntitle: Gull\ndate: 2024-03-16\n---\n\nA ![gull](gull.png).\n")
    with Archive.create(root) as archive:
        (id_,) = archive.import_(tmp_path / "page.md").ids
        base = archive.text(id_)
        assert "(../../../originals/" in base
        archive.edit(id_, base.replace("A !", "The !"))
        archive.edit(id_, base.replace("title: Gull", "title: One gull"), base=base)
        assert archive.text(id_) == base.replace("A !", "The !").replace("title: Gull", "title: One gull")


def test_a_purge_deletes_the_edit_of_an_article_that_was_kept(news: Archive) -> None:
    drafts = Drafts(news.path)
    for name in ("pier1", "pier2"):
        drafts.keep(name, b"A bad edit.", "The text before.")
    news.purge(ids=["pier1"])
    assert drafts.find("pier1") is None
    assert sorted(path.name for path in (news.path / ".docarchive/edits").iterdir()) == ["pier2.base", "pier2.md"]


@given(ARTICLES, ARTICLES)
def test_what_only_one_side_changed_is_taken(base: Article, other: Article) -> None:
    for mine, theirs in ((base, other), (other, base), (other, other)):
        merged, conflicts = three_way(base, mine, theirs)
        assert merged == other
        assert conflicts == []


@given(ARTICLES, ARTICLES, ARTICLES)
def test_each_key_of_a_merged_article_is_that_of_one_side(base: Article, mine: Article, theirs: Article) -> None:
    merged, conflicts = three_way(base, mine, theirs)
    for key in ("date", "source", "authors", "body"):
        before, own, other = (getattr(article, key) for article in (base, mine, theirs))
        assert getattr(merged, key) == (own if own != before or key in conflicts else other)
        assert (key in conflicts) == (own not in (before, other) and other != before)
    for tag in "abc":
        was, kept, had = (tag in article.tags for article in (base, mine, theirs))
        assert (tag in merged.tags) == ((kept and had) if was else (kept or had))
