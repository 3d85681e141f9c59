"""The best of very many hits with equal scores, which are few requests however many equal the last one."""

from __future__ import annotations

import pytest
from conftest import OpenAt

from docarchive import Article
from docarchive.engines import Change, Engine, Position
from docarchive.engines.opensearch.view import View
from docarchive.identity import make_id
from docarchive.query import parse

_MANY = 3_000


@pytest.fixture(scope="module")
def engine(open_there: OpenAt, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Articles of which nearly all have the same words as often, and some more often."""

    def change(number: int) -> Change:
        more = "pier " * (number % 7 if number % 100 == 0 else 0)
        rare = "lighthouse" if number % 3 == 0 else "harbour"
        id_ = make_id(str(number))
        article = Article(title="News", body=f"A pier, and the {rare}. {more}", id=id_)
        return Change(id_, article, number, "en", number, f"articles/{id_}.md")

    opened = open_there(tmp_path_factory.mktemp("equal") / "opensearch")
    opened.index(map(change, range(1, _MANY + 1)), Position("one", _MANY))
    return opened


@pytest.mark.parametrize(
    "query", ["pier", "peer~1", "pier OR the", "lighthouse", "lighthouse AND pier", "pi*r^3 OR harbour"]
)
def test_hits_that_equal_the_last_one_are_in_order_of_id(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    asked: list[object] = []
    search = View.search

    def counted(view: View, *arguments: object, **options: object) -> object:
        asked.append(arguments)
        return search(view, *arguments, **options)  # type: ignore[arg-type]

    tree = parse(query)
    every = engine.search(tree, limit=_MANY + 1)
    assert [*every.hits] == sorted(every.hits, key=lambda hit: (-hit.score, hit.id))
    assert len(every.hits) == every.total > 900
    monkeypatch.setattr(View, "search", counted)
    for limit in (1, 10, 25, 100, 800):
        asked.clear()
        page = engine.search(tree, limit=limit)
        assert (page.total, [*page.hits]) == (every.total, [*every.hits[:limit]])
        assert len(asked) <= 2, "not more for more hits that are equal"
    assert [*engine.search(tree, limit=20, offset=500).hits] == [*every.hits[500:520]]
