"""Cursors: no article is twice on the pages of a result or missing from them, while others come and go."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from serving import Browser, served

from docarchive import Archive, UsageError
from docarchive.web.api.cursors import Expired, page_after


class Item(NamedTuple):
    id: str


def _fetch(ids: Sequence[str]):  # type: ignore[no-untyped-def]
    return lambda offset, count: [Item(id) for id in ids[offset : offset + count]]


#: What happens before the next page: articles come in at places, or go away.
_EVENTS = st.lists(st.tuples(st.booleans(), st.integers(0, 100)), max_size=4)


@given(st.integers(0, 40), st.integers(1, 7), st.lists(_EVENTS, min_size=60, max_size=60))
def test_what_stays_is_there_once_and_in_order(count: int, limit: int, events: list[list[tuple[bool, int]]]) -> None:
    ids = [f"a{number}" for number in range(count)]
    stayed, seen, new = [*ids], [], 0
    cursor: str | None = None
    for step in events:
        page, cursor = page_after(_fetch(ids), cursor, limit)
        seen += [item.id for item in page]
        if cursor is None:
            break
        anchors = cursor.split(".")[1:]
        for comes, place in step:
            if comes:
                new += 1
                ids.insert(place % (len(ids) + 1), f"n{new}")
            elif ids and (gone := ids[place % len(ids)]) not in anchors[-1:]:
                ids.remove(gone)
                stayed = [id for id in stayed if id != gone]
    assert len(seen) == len({*seen})
    assert [id for id in seen if id in stayed] == stayed


def test_a_cursor_is_good_for_its_own_query_and_order_only(browser: Browser) -> None:
    paths = [
        "search?q=the",
        "search?q=a",
        "search?q=the&sort=date",
        "search?q=the&language=en",
        "search?q=the&all_words=1",
    ]
    paths += ["articles?q=the", "articles", "articles?sort=title", "articles?filter=has:date"]
    cursors = {
        path: browser.get(f"/api/v1/{path}{'&' if '?' in path else '?'}limit=1").json["cursor"] for path in paths
    }
    assert all(cursors.values()), cursors
    for path in paths:
        for other, cursor in cursors.items():
            answer = browser.get(f"/api/v1/{path}{'&' if '?' in path else '?'}limit=2&cursor={cursor}")
            assert answer.status == (200 if path == other else 400), (path, other)
            assert path == other or "another query or order" in answer.json["detail"]


def test_a_cursor_of_articles_that_are_gone_is_gone(browser: Browser) -> None:
    name, _, _ = browser.get("/api/v1/search?limit=1").json["cursor"].partition("-")
    answer = browser.get(f"/api/v1/search?cursor={name}-10.zzzz")
    assert answer.status == 410
    assert "articles of this cursor are gone" in answer.json["detail"]


def test_a_cursor_whose_articles_are_gone_says_so() -> None:
    _, cursor = page_after(_fetch(["a", "b", "c"]), None, 2)
    with pytest.raises(Expired):
        page_after(_fetch(["c", "d"]), cursor, 2)


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "1", "1.", "-1.a", "1.A", "1.a b", "9" * 10 + ".a", "1.a.b.c.d.e.f", "0123abcd-1", "0123abcd-1."],
)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(UsageError, match="no cursor"):
        page_after(_fetch(["a"]), cursor, 2)


@pytest.mark.parametrize(
    "path",
    ["search?q=rain&sort=title", "search?q=rain&sort=-date", "articles?q=rain&sort=title", "articles?sort=-date"],
)
def test_pages_go_on_where_they_were_while_articles_come_and_go(root: Path, path: str) -> None:
    with Archive.create(root) as archive:

        def add(names: Sequence[str]) -> None:
            rows = [
                {"title": name, "date": f"2024-03-{10 + len(name):02}", "body": "Rain. " * len(name)} for name in names
            ]
            archive.import_(io.BytesIO("".join(json.dumps(row) + "\n" for row in rows).encode()), format="jsonl")

        add([f"{'b' * number} {number}" for number in range(1, 12)])
        before = {row.id for row in archive.list()}
        with served(archive) as browser:
            ids: list[str] = []
            cursor, page = "", {}
            while cursor is not None:
                page = browser.get(f"/api/v1/{path}&limit=3" + (f"&cursor={cursor}" if cursor else "")).json
                ids += [article["id"] for article in page.get("hits", page.get("articles", []))]
                cursor = page["cursor"]
                add([f"a{'z' * (len(ids) + 9)}", f"a {len(ids)}", f"z{len(ids)}"])
                archive.remove(ids=[ids[-2]])
    assert len(ids) == len({*ids})
    assert before <= {*ids}
