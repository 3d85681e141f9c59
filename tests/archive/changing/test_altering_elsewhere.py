"""Many articles are altered in another process: the archive is what it would be without that process."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest
from support import snapshot

from docarchive import Archive, Article, processes
from docarchive.archive import alterations
from docarchive.archive.changing import altering, change
from docarchive.archive.changing.altering import AlteringProcess, Unchanged, Written
from docarchive.catalog import Catalog
from docarchive.folder import Folder
from docarchive.store import Store

#: Files as people write them: each is changed in another way.
_BY_HAND = {
    "comment": "---\n# mine\ntitle: Crane  # a bird\ntags: [harbour, 'quay']\n---\n\nThe crane came.\n",
    "toml": '+++\ntitle = "Ferry"\ntags = ["harbour"]\n+++\n\nThe ferry came.\n',
    "none": "# Wharf\n\nNo front matter.\n",
    "breaks": "---\r\ntitle: Tug\r\nrating: 1\r\n---\r\n\r\nThe tug came.\r\n",
}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The folder of an archive with articles of many kinds."""
    with Archive.create(tmp_path / "made") as archive:
        articles = [Article(title=f"Pier {number}", body=f"Text {number}.\n\nMore é.") for number in range(9)]
        for number, article in enumerate(articles):
            article.tags = [["pier"], ["Harbour"], []][number % 3]
            article.extra = {"rating": number, "desk": {"editor": "Ada"}} if number % 2 else {}
        archive.add_all(articles)
        for name, text in _BY_HAND.items():
            path = tmp_path / "made/articles" / name
            path.mkdir()
            (path / "a.md").write_bytes(text.encode())
        archive.sync()
        archive.tag("tag:pier", add=["later"])  # so that some articles have versions
        edited = tmp_path / "made/articles/comment/a.md"
        edited.write_bytes(edited.read_bytes().replace(b"came", b"went"))
    return tmp_path / "made"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a few articles count as many, and one processor as two."""
    monkeypatch.setattr(change, "_BATCH", 4)
    monkeypatch.setattr(altering, "_WORTHWHILE", 1)
    monkeypatch.setattr(altering, "_TOGETHER", 3)
    monkeypatch.setattr(processes, "processors", lambda: 2)


def _changed(made: Path, root: Path, kind: str) -> tuple[dict[str, bytes], list[Any]]:
    """Changes a copy of an archive; returns its files, without the times in the log, and what was reported."""
    shutil.copytree(made, root)
    observed: list[Any] = []
    with Archive.open(root) as archive:
        if kind == "tag":
            report = archive.tag("", add=["harbour", "new"], remove=["pier"], all=True, observe=observed.append)
        elif kind == "set":
            report = archive.set("", {"rating": 1, "date": "2024"}, all=True, observe=observed.append)
        elif kind == "title":
            report = archive.set("", {"title": "Crane"}, all=True, observe=observed.append)
        else:
            report = archive.rename_tag("harbour", "port", observe=observed.append)
        counts = [archive.count(query) for query in ("tag:new", "tag:pier", "tag:port", "title:crane", "rating:1")]
        faults = archive.verify().faults
        listed = [(row.id, row.path, row.metadata, row.language) for row in archive.list("")]
        files = {path: data for path, data in snapshot(root).items() if not path.startswith(".docarchive")}
        changed = [[*archive.changed(entry.change)] for entry in archive.log()]
        del files["log.jsonl"]
        assert archive.undo().changed == report.changed
    return files, [report, observed, counts, faults, listed, changed]


@pytest.mark.parametrize("kind", ["tag", "set", "title", "rename"])
@pytest.mark.usefixtures("small")
def test_a_change_is_the_same(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    elsewhere = _changed(made, tmp_path / "elsewhere", kind)
    monkeypatch.setattr(altering, "_WORTHWHILE", 1_000)
    assert elsewhere == _changed(made, tmp_path / "here", kind)
    assert elsewhere[1][0].changed


@pytest.mark.usefixtures("small")
def test_what_the_other_process_makes_is_what_this_one_would(made: Path) -> None:
    store, catalog = Store(made), Catalog.open(Folder(made, ".docarchive"))
    assert catalog is not None
    rows = catalog.rows_of([id_ for (id_,) in catalog._select("t", "SELECT id FROM articles ORDER BY n")])
    alteration = alterations.all_of(alterations.tags(["harbour"], ["pier"]))
    with AlteringProcess(store, "en", alteration, len(rows)) as process:
        assert all(part.future is None for part in process.begin(rows.items()))
        parts = process.begin([*rows.items(), ("gone", None)])
        made_there = [result for part in parts if part.future for result in part.future.result()]
    made_here = altering._altered_all(store, "en", alteration, [*rows.values(), None])
    assert made_there == made_here
    assert {type(result) for result in made_here} == {Written, Unchanged, type(None)}
    catalog.close()


@pytest.mark.usefixtures("small")
def test_a_process_that_fails_costs_nothing(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = _changed(made, tmp_path / "whole", "tag")

    def fails(function: str) -> None:
        raise BlockingIOError("no more processes")

    monkeypatch.setattr("docarchive.process_pool.processes.start", fails)
    assert _changed(made, tmp_path / "alone", "tag") == expected


@pytest.mark.parametrize(
    ("alteration", "tags"),
    [
        (alterations.all_of(alterations.tags(["b"], ["a"])), ["a/x", "b"]),
        (alterations.in_order([alterations.all_of(alterations.tags(["b"], []))]), ["a", "a/x", "b"]),
        (alterations.renamed_tag("a", "c"), ["c", "c/x"]),
    ],
)
def test_alterations_can_be_sent_to_a_process(alteration: alterations.Alteration, tags: list[str]) -> None:
    article = Article(tags=["a", "a/x"])
    pickle.loads(pickle.dumps(alteration))(article)
    assert article.tags == tags
