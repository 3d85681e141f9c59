"""Articles whose texts are as they were: what is carried into a new segment is what an analysis would make."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from corpus import CHANGES
from hypothesis import given
from hypothesis import strategies as st

from docarchive.engines import Change, Position
from docarchive.engines.whoosh import WhooshEngine
from docarchive.engines.whoosh.indexing import write_changes
from docarchive.engines.whoosh.postings import LAYOUTS
from docarchive.engines.whoosh.segment_builder import build
from docarchive.engines.whoosh.segmentfile import SegmentFile
from docarchive.engines.whoosh.toc import read_toc
from docarchive.folder import Folder
from docarchive.query import parse


def changed(change: Change, number: int, *, text: bool = False) -> Change:
    """Returns another change of an article: of its metadata, or of its text too."""
    assert change.article is not None
    article = type(change.article).from_dict(change.article.to_dict())
    article.id = change.id
    article.title_derived = change.article.title_derived
    article.tags = [f"new{number}", "every"]
    article.extra["rating"] = number
    article.body += " Qxz7" * text
    return change._replace(article=article, row=change.row + 100)


def contents(folder: Folder) -> list[dict[str, Any]]:
    """Returns all that the segments of an index have."""
    segments = []
    for entry in read_toc(folder)[1]:
        with closing(SegmentFile(folder, entry.name)) as file:
            assert not [*file.damage()]
            segment: dict[str, Any] = {field: [*file.terms(field).items()] for field in LAYOUTS}
            columns = ("row", "date_key", "archived_key")
            segment |= {name: file.numbers(name, "q").tolist() for name in columns}
            segment |= {name: file.texts(name) for name in ("id", "title_key", "text_digest")}
            segment |= {"lengths": file.section("lengths"), "length": file.length, "deleted": entry.deleted}
            segments.append(segment)
    return segments


@pytest.mark.thorough
@given(order=st.permutations(range(len(CHANGES))))
def test_a_segment_of_carried_articles_is_that_of_analyzed_ones(
    order: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    carried, analyzed = (Folder(tmp_path_factory.mktemp(name)) for name in ("carried", "analyzed"))
    new = [changed(change, number) for number, change in enumerate(CHANGES)]
    write_changes(CHANGES, carried, 1, fresh=True)
    write_changes([new[number] for number in order], carried, 1, fresh=False)
    write_changes(new, analyzed, 1, fresh=True)
    assert contents(carried) == contents(analyzed)


@pytest.mark.thorough
@given(data=st.data())
def test_an_index_has_what_it_was_given_last(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Some are carried, some analyzed, some deleted, in any order, and several times."""
    engine = WhooshEngine(Folder(tmp_path_factory.mktemp("index")) / "whoosh", jobs=1)
    now = {change.id: change for change in CHANGES}
    for step in range(3):
        chosen = data.draw(st.lists(st.sampled_from([*now]), unique=True)) if step else [*now]
        for id_ in chosen:
            how = data.draw(st.sampled_from(["metadata", "metadata", "text", "delete"])) if step else "as it is"
            if how == "delete":
                now[id_] = Change(id_, None)
            elif how != "as it is":
                before = next(change for change in (now[id_], *CHANGES) if change.article and change.id == id_)
                now[id_] = changed(before, step, text=how == "text")
        engine.index([now[id_] for id_ in chosen], Position("e", step + 1))
    there = {id_: change.article for id_, change in now.items() if change.article}
    assert sorted(engine.ids(parse("id:*"))) == sorted(there)
    for query, has in (
        ("tag:every", lambda article: "every" in article.tags),
        ("tag:new1", lambda article: "new1" in article.tags),
        ("rating:2", lambda article: article.extra.get("rating") == 2),
        ("qxz7", lambda article: "Qxz7" in article.body),
    ):
        assert {*engine.ids(parse(query))} == {id_ for id_, article in there.items() if has(article)}, query
    engine.close()


def test_few_of_a_segment_are_analyzed(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    write_changes(CHANGES, folder, 1, fresh=True)
    write_changes([changed(CHANGES[0], 1)], folder, 1, fresh=False)
    first, second = contents(folder)
    assert (len(first["deleted"]), second["id"]) == (1, [CHANGES[0].id.encode()])
    assert build([], folder) == []
