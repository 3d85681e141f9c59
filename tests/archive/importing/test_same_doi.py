"""Articles with one DOI: the same one with other words, or two."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from docarchive import Archive
from docarchive.archive.reports import Decision

FIRST: dict[str, object] = {
    "title": "On piers of wood",
    "authors": ["Ada Meyer"],
    "doi": "10.1000/x1",
    "body": "They stand.",
}


def imported(archive: Archive, *records: Mapping[str, object], dry_run: bool = False) -> list[Decision]:
    decisions: list[Decision] = []
    data = "\n".join(map(json.dumps, records)).encode()
    archive.import_(io.BytesIO(data), format="jsonl", observe=decisions.append, jobs=1, dry_run=dry_run)
    return decisions


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ({"title": "Kelp in winter", "authors": ["Bo Larsen"], "body": "It grows."}, ["new"]),
        ({"title": "Kelp in winter", "authors": [], "body": "It grows."}, ["updated"]),
        ({"title": "Von Stegen", "body": "Sie stehen."}, ["updated"]),
        ({"title": "On Piers", "authors": ["Bo Larsen"], "body": "They stood."}, ["updated"]),
        ({"title": "", "authors": [], "body": "They stood there. Then they fell."}, ["updated"]),
        ({"url": "https://x.example/a", "title": "Kelp", "authors": [], "body": "It grows."}, ["new"]),
    ],
)
def test_two_articles_with_one_doi(tmp_path: Path, change: dict[str, object], kinds: list[str]) -> None:
    other = {**FIRST, **change}
    with Archive.create(tmp_path / "a") as archive:
        imported(archive, FIRST)
        assert [decision.kind for decision in imported(archive, other)] == kinds
        assert len(archive) == 1 + kinds.count("new")
        for _ in range(2):  # also after the catalog is made of the files
            again = imported(archive, FIRST, other) if kinds == ["new"] else imported(archive, other)
            assert {decision.kind for decision in again} == {"unchanged"}
            archive.rebuild()


@pytest.mark.parametrize("doi", ["https://doi.org/10.5555/ABC", "doi:10.5555/ABC", " 10.5555/ABC "])
def test_a_doi_is_kept_without_its_resolver(tmp_path: Path, doi: str) -> None:
    with Archive.create(tmp_path / "a") as archive:
        (decision,) = imported(archive, {**FIRST, "doi": doi})
        assert archive.get(decision.id).extra["doi"] == "10.5555/ABC"
        assert imported(archive, {**FIRST, "doi": "10.5555/abc", "title": "Piers"})[0].id == decision.id


def test_what_is_said_of_a_shared_doi(tmp_path: Path) -> None:
    other = {**FIRST, "title": "Kelp in winter", "authors": ["Bo Larsen"]}
    third = {**FIRST, "title": "Whales", "authors": ["Mara Quill"]}
    with Archive.create(tmp_path / "a") as archive:
        dry = imported(archive, FIRST, other, third, FIRST, dry_run=True)
        assert [decision.kind for decision in dry] == ["new", "new", "new", "unchanged"]
        one, two, three = imported(archive, FIRST, other, third)
        assert one.reason == ""
        assert two.reason == f"its DOI is that of {one.id}, with another title and other authors"
        assert len({one.id, two.id, three.id}) == 3
        assert archive.get(two.id).extra["doi_shared_with"] == one.id
        (later,) = imported(archive, {**other, "title": "Kelp in winter and spring"})
        assert (later.kind, later.id) == ("updated", two.id)
        assert [decision.kind for decision in imported(archive, {**FIRST, "body": "They fell."})] == ["updated"]
        assert len(archive) == 3
