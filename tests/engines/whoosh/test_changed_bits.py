"""A bit of the index that a disk has changed is an error, never another answer."""

import random
from contextlib import closing
from pathlib import Path

import pytest
from support import ARTICLES

from docarchive.article import Article
from docarchive.engines import Change, Position, open_engine
from docarchive.errors import IndexDamaged
from docarchive.folder import Folder
from docarchive.query import Context, read
from docarchive.query.facets import Facet

QUERIES = [
    "harbour",
    "pier OR wheat",
    '"free trade"',
    "trad*",
    "tag:gas",
    "date:2024",
    "*",
    "author:meyer -wheat",
    "cli?b",
]
CONTEXT = Context()
FACETS = [Facet.read(name) for name in ("tag", "place", "month")]


def answers(folder: Path) -> object:
    with closing(open_engine("whoosh", Folder(folder.parent) / folder.name)) as engine:
        trees = [read(query, CONTEXT).tree for query in QUERIES]
        return [
            engine.position(),
            [(engine.count(tree), sorted(engine.ids(tree)), sorted(engine.rows(tree))) for tree in trees],
            [engine.search(tree, limit=10) for tree in trees],
            [engine.search(trees[0], limit=10, sort=sort) for sort in ("date", "-title", "archived")],
            [engine.facets(trees[number], FACETS) for number in (0, -3)],
            engine.words_like("harbor", 2),
        ]


@pytest.mark.thorough
def test_every_changed_bit_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    more = [{"title": f"Number {n}", "body": " ".join(f"w{n * m % 211}" for m in range(60))} for n in range(60)]
    articles = [Article.from_metadata(dict(values)) for values in [*ARTICLES, *more]]
    for number, article in enumerate(articles):
        article.id = f"{number:03}"
    with closing(open_engine("whoosh", Folder(folder.parent) / folder.name, jobs=1)) as engine:
        changes = [Change(article.id, article, row, "en") for row, article in enumerate(articles)]
        engine.index(changes[:40], Position("epoch", 40))
        engine.index([*changes[40:], Change("003", None, 0, "")], Position("epoch", 66))
    expected = answers(folder)
    seeded = random.Random(1)
    raised = 0
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        for _ in range(120):
            position, bit = seeded.randrange(len(data)), seeded.randrange(8)
            path.write_bytes(data[:position] + bytes([data[position] ^ 1 << bit]) + data[position + 1 :])
            try:
                answer = answers(folder)
            except IndexDamaged:
                raised += 1
                continue
            finally:
                path.write_bytes(data)
            if path.name == "state.json" and answer[0] is None:  # type: ignore[index]
                continue  # it is built again
            assert answer == expected, (path.name, position)
    assert raised > 100


@pytest.mark.parametrize("kept", [0, 1, 8, 100, 0.5, 0.99])
@pytest.mark.parametrize("filled", [False, True])
def test_every_cut_is_found(tmp_path: Path, kept: float, filled: bool) -> None:
    folder = tmp_path / "index"
    article = Article.from_metadata(dict(ARTICLES[0]))
    with closing(open_engine("whoosh", Folder(folder.parent) / folder.name, jobs=1)) as engine:
        engine.index([Change("1", article, 1, "en")], Position("epoch", 1))
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        end = min(kept if isinstance(kept, int) else int(len(data) * kept), len(data) - 1)
        path.write_bytes(data[:end] + bytes(len(data) - end if filled else 0))
        with closing(open_engine("whoosh", Folder(folder.parent) / folder.name)) as engine:
            if path.name == "state.json":
                assert engine.position() is None
            else:
                with pytest.raises(IndexDamaged):
                    engine.search(read("harbour", CONTEXT).tree, limit=10)
        path.write_bytes(data)
