"""Orders where very many articles are as good as each other."""

from pathlib import Path

import pytest

from docarchive.article import Article
from docarchive.engines import Change, Position, open_engine
from docarchive.engines.ranking import even_score
from docarchive.folder import Folder
from docarchive.query import parse

#: Most differ only behind their first eight characters, in an order that is not that of their rows.
IDS = [f"0123456{n % 3}{(n * 7919) % 1000:04}" for n in range(1000)]


@pytest.mark.parametrize("better", [None, IDS[0]])
def test_equals_come_by_id(tmp_path: Path, better: str | None) -> None:
    titles = {id_: "Ships" if id_ == better else "Ships at sea" for id_ in IDS}
    articles = [Article(id=id_, title=title, body="x", tags=["sea"]) for id_, title in titles.items()]
    engine = open_engine("tantivy", Folder(tmp_path) / "index", "en")
    engine.index([Change(each.id, each, n + 1, "en") for n, each in enumerate(articles)], Position("e", 1000))
    for query in ["ship*", "ship* tag:sea", "ship*^3"] if better is None else ["ships", "title:ships"]:
        expected = sorted(IDS, key=lambda id_: (id_ != better, id_))
        for limit, offset in [(10, 0), (10, 5), (1, 0), (60, 300), (7, 995), (3, 2000)]:
            found = engine.search(parse(query), limit=limit, offset=offset)
            assert found.total == 1000
            assert [hit.id for hit in found.hits] == expected[offset : offset + limit]
    engine.close()


@pytest.mark.parametrize(
    ("query", "score"),
    [
        ("ship*", 1.0),
        ("ship*^3", 3.0),
        ("ship* sho?e^2 tag:sea -port*", 3.0),
        ("ship* port", None),
        ("ship* OR port*", None),
        ("ship", None),
        ("tag:sea", None),
    ],
)
def test_scores_that_are_one(query: str, score: float | None) -> None:
    assert even_score(parse(query)) == score
