"""Merging: which segments are made one, and that what comes out is what would have been written at once."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from corpus import CHANGES

from docarchive.engines import Change, Position
from docarchive.engines.whoosh import WhooshEngine
from docarchive.engines.whoosh.merging import MANY, merge, to_merge
from docarchive.engines.whoosh.segment_builder import SegmentBuilder
from docarchive.engines.whoosh.segmentfile import SegmentFile
from docarchive.engines.whoosh.toc import Entry, read_toc
from docarchive.folder import Folder
from docarchive.query import AnalyzedArticle, parse

NONE: frozenset[int] = frozenset()


def built(changes: Sequence[Change], folder: Path, name: str) -> Path:
    builder = SegmentBuilder()
    for change in changes:
        assert change.article
        builder.add(AnalyzedArticle(change.article, change.language), change.row)
    builder.write(Folder(folder), name)
    return folder / name


@pytest.mark.parametrize(
    ("cuts", "deleted"),
    [([20, 21], []), ([1, 2, 3], []), ([20, 40], [0, 19, 20, 45]), ([30], range(30)), ([7], range(1, 60, 2))],
    ids=["three", "small ones", "a few deleted", "a whole segment deleted", "every other deleted"],
)
def test_merged_segments_are_what_one_would_be(tmp_path: Path, cuts: list[int], deleted: Sequence[int]) -> None:
    edges = [0, *cuts, len(CHANGES)]
    parts = []
    for start, end in pairwise(edges):
        file = SegmentFile(Folder(tmp_path), built(CHANGES[start:end], tmp_path, f"{start}").name)
        parts.append((file, frozenset(number - start for number in deleted if start <= number < end)))
    count = merge(parts, Folder(tmp_path), "merged")
    kept = [change for number, change in enumerate(CHANGES) if number not in set(deleted)]
    assert count == len(kept)
    for file, _ in parts:
        file.close()
    merged, whole = (tmp_path / "merged").read_bytes(), built(kept, tmp_path, "whole").read_bytes()
    if deleted:  # the length of what is deleted is known by a byte alone
        merged, whole = merged[: merged.rindex(b', "length"')], whole[: whole.rindex(b', "length"')]
    assert merged == whole


def test_an_article_is_written_again_once_a_class_and_segments_stay_few() -> None:
    entries: list[Entry] = []
    rewritten = most = 0
    for number in range(3_000):
        entries.append(Entry(f"a{number}", 10, NONE))
        while group := to_merge(entries):
            documents = sum(entry.documents for entry in group)
            rewritten += documents
            entries = [entry for entry in entries if entry not in group]
            entries.append(Entry(f"b{number}x{documents}", documents, NONE))
        most = max(most, len(entries))
    assert sum(entry.documents for entry in entries) == 30_000
    assert most <= 5 * (MANY - 1)
    assert rewritten <= 5 * 30_000


def test_large_segments_stay_and_those_with_much_deleted_do_not() -> None:
    large = [Entry(f"a{number}", 70_000, frozenset(range(35_000))) for number in range(20)]
    assert to_merge(large) is None
    hollow = Entry("b", 70_000, frozenset(range(35_001)))
    assert to_merge([*large, hollow]) == [hollow]


def test_an_index_grown_one_by_one_has_few_segments_and_the_same_answers(tmp_path: Path) -> None:
    grown, whole = WhooshEngine(Folder(tmp_path) / "grown"), WhooshEngine(Folder(tmp_path) / "whole")
    whole.index(CHANGES, Position("e", len(CHANGES)))
    for number, change in enumerate([*CHANGES, *CHANGES[:20]], start=1):
        grown.index([change], Position("e", number))
    _, entries = read_toc(Folder(tmp_path / "grown"))
    assert len(entries) < 2 * MANY
    assert len(list((tmp_path / "grown").glob("*.idx"))) == len(entries), "what was merged is deleted"
    for query in ("pier OR trade", '"free trade"', "har*", "date:2024", "-oil", "*"):
        assert set(grown.ids(parse(query))) == set(whole.ids(parse(query))), query
    grown.close()
    whole.close()
