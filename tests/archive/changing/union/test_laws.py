"""The laws of uniting archives: in any order, in any grouping and as often as one likes, the same comes out."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support import snapshot

from docarchive import Archive, frontmatter
from docarchive.identity import content_digest

TAGS = ("harbour", "ships", "wheat")
#: Each article has a URL, by which every archive knows it, and editions that were published one after the other.
ARTICLES, EDITIONS = range(3), range(3)


def record(article: int, edition: int) -> dict[str, Any]:
    """Returns an edition of an article as its source has it."""
    text = f"The ferry to the island number {article} left the harbour at {edition + 7} in the morning."
    return {
        "title": f"Ferry {article}, {edition}",
        "url": f"https://example.org/{article}",
        "updated": f"2024-03-{edition + 1:02}",
        "section": f"Ports {edition}",
        "tags": [TAGS[edition], "news"],
        "body": f"{text}\n\n{'It was late. ' * edition}",
    }


class Importing:
    """Imports an edition."""

    def __init__(self, article: int, edition: int) -> None:
        self.article, self.edition = article, edition

    def __repr__(self) -> str:
        return f"import {self.article}.{self.edition}"

    def __call__(self, archive: Archive) -> None:
        line = json.dumps(record(self.article, self.edition)).encode()
        archive.import_(io.BytesIO(line), format="jsonl", again=True)


class Changing:
    """Changes an article, if the archive has it."""

    def __init__(self, article: int, change: str, value: str) -> None:
        self.article, self.change, self.value = article, change, value

    def __repr__(self) -> str:
        return f"{self.change} {self.article} {self.value}"

    def __call__(self, archive: Archive) -> None:
        ids = [row.id for row in archive.list() if row.metadata.get("url", "").endswith(f"/{self.article}")]
        match self.change:
            case "tag":
                archive.tag(ids=ids, add=[self.value])
            case "untag":
                archive.tag(ids=ids, remove=[self.value])
            case "note":
                [archive.note(id_, f"Ask about {self.value}.") for id_ in ids]
            case "remove":
                archive.remove(ids=ids)
            case "text":
                for id_ in ids:
                    archive.edit(id_, f"{archive.text(id_)}\nSeen at the {self.value}.\n")
            case key:
                archive.set(ids=ids, values={key: self.value})


OPERATIONS = st.one_of(
    st.builds(Importing, st.sampled_from(ARTICLES), st.sampled_from(EDITIONS)),
    st.builds(
        Changing,
        st.sampled_from(ARTICLES),
        st.sampled_from(("tag", "untag", "note", "remove", "text", "section", "title", "rating")),
        st.sampled_from(TAGS),
    ),
)
HISTORIES = st.lists(OPERATIONS, min_size=1, max_size=6)


@contextmanager
def built(*histories: list[Any]) -> Iterator[list[Path]]:
    """Makes an archive of each history."""
    with tempfile.TemporaryDirectory() as folder:
        roots = [Path(folder, "abc"[number]) for number in range(len(histories))]
        for root, history in zip(roots, histories, strict=True):
            with Archive.create(root) as archive:
                for operation in history:
                    operation(archive)
        yield roots


def united(first: Path, *others: Path) -> Path:
    """Returns a copy of an archive, united with others one after the other."""
    root = first.with_name(f"({'+'.join(root.name for root in (first, *others))})")
    shutil.copytree(first, root)
    with Archive.open(root) as archive:
        for other in others:
            archive.unite(other)
    return root


def held(root: Path) -> dict[str, Any]:
    """Returns what an archive holds, apart from when and from where it got that."""
    with Archive.open(root) as archive:
        articles = {row.id: content_digest(archive.get(row.id)) for row in archive.list()}
        trash = {item.id for item in archive.trash()}
        assert archive.verify().ok
        assert archive.count("ferry") == len(articles)
    lines = (root / "deleted.jsonl").read_text().splitlines() if (root / "deleted.jsonl").exists() else []
    return {
        "articles": articles,
        "trash": trash,
        "deleted": {json.loads(line)["id"] for line in lines} - articles.keys(),
        "originals": {path.name for path in (root / "originals").rglob("*") if path.is_file()},
    }


def texts(root: Path) -> set[tuple[str, str]]:
    """Returns the texts of all articles, now and earlier, removed or not."""
    files = [path for top in ("articles", "versions", "trash") for path in (root / top).rglob("*.md")]
    articles = (frontmatter.read_article(path.read_text()) for path in files)
    return {(article.id, content_digest(article)) for article in articles}


@settings(max_examples=12)
@given(HISTORIES, HISTORIES)
def test_it_makes_no_difference_which_archive_is_united_with_which(one: list[Any], other: list[Any]) -> None:
    with built(one, other) as (a, b):
        before = snapshot(b)
        ab, ba = united(a, b), united(b, a)
        assert snapshot(b) == before
        assert held(ab) == held(ba)
        assert texts(ab) == texts(ba) >= texts(a) | texts(b)


@settings(max_examples=7)
@given(HISTORIES, HISTORIES)
def test_again_it_changes_nothing(one: list[Any], other: list[Any]) -> None:
    with built(one, other) as (a, b):
        ab = united(a, b)
        before = snapshot(ab)
        with Archive.open(ab) as archive:
            report = archive.unite(b)
            assert (report.change, report.new, report.changed, report.refused) == (None, 0, 0, [])
            archive.unite(a)
            again = archive.unite(united(b, a))
        assert (again.new, again.changed) == (0, 0)
        own = {path: data for path, data in before.items() if not path.startswith(".docarchive")}
        assert own.items() <= snapshot(ab).items()


#: An item that one archive has removed from a list, and that an older edition of another one has: see decision 0130.
UNTAGGED = st.lists(OPERATIONS.filter(lambda operation: getattr(operation, "change", "") != "untag"), max_size=6)


@settings(max_examples=8)
@given(UNTAGGED, UNTAGGED, UNTAGGED)
def test_three_archives_can_be_united_in_any_grouping(one: list[Any], other: list[Any], third: list[Any]) -> None:
    with built(one, other, third) as (a, b, c):
        left, right = united(united(a, b), c), united(a, united(b, c))
        assert held(left) == held(right)
        assert texts(left) >= texts(a) | texts(b) | texts(c)
        assert texts(right) >= texts(a) | texts(b) | texts(c)


@settings(max_examples=7)
@given(st.lists(st.tuples(st.sampled_from(ARTICLES), st.sampled_from(EDITIONS), st.sampled_from("ab"))))
def test_it_equals_one_archive_that_imported_everything(imports: list[tuple[int, int, str]]) -> None:
    imports.sort(key=lambda item: item[1])  # one archive has what it imported last
    histories = [[Importing(a, e) for a, e, where in imports if where in names] for names in ("a", "b", "ab")]
    with built(*histories) as (a, b, all_):
        ab = united(a, b)
        for key in ("deleted", "originals", "trash"):
            assert held(ab)[key] == held(all_)[key]
        assert held(ab)["articles"].keys() == held(all_)["articles"].keys()
        with Archive.open(ab) as both, Archive.open(all_) as one:
            for row in one.list():
                mine, whole = both.get(row.id), one.get(row.id)
                assert (mine.body, mine.title, mine.section) == (whole.body, whole.title, whole.section)
                assert {*mine.tags} == {*whole.tags}
