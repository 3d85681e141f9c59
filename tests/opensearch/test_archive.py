"""An archive whose index is in a cluster follows imports and changes, is built again, and answers like any other."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from urllib.request import Request, urlopen

import pytest
from conftest import Cli, OpenAt
from support import ARTICLES

from docarchive import Archive
from docarchive.article import Article
from docarchive.engines import Change, Position
from docarchive.query import Every, parse

QUERIES = ["harbour", "pier OR wheat", '"free trade"', "trad*", "tag:gas", "date:2024", "*", "author:meyer -wheat"]


@pytest.fixture
def clustered(prepared: Path, tmp_path: Path, urls: str) -> Iterator[Path]:
    """The folder of an archive whose index is in the cluster."""
    root = shutil.copytree(prepared, tmp_path / "news")
    with Archive.open(root) as archive:
        archive.use_engine("opensearch", {"url": urls, "index": "life", "replicas": 0, "shards": 2})
    yield root
    with Archive.open(root) as archive:
        archive.use_engine("whoosh")


def answers(archive: Archive) -> list[object]:
    """What an archive answers, but for scores and time."""
    found: list[object] = []
    for query in QUERIES:
        result = archive.search(query, sort="title", facets=["tag", "year"]).to_dict()
        found.append({key: value for key, value in result.items() if key != "took_ms"})
    return [*found, [row.id for row in archive.list("harbour")], archive.count("pier")]


def test_the_answers_are_those_of_other_engines(clustered: Path, prepared: Path, tmp_path: Path) -> None:
    with Archive.open(clustered) as archive, Archive.open(shutil.copytree(prepared, tmp_path / "other")) as other:
        assert answers(archive) == answers(other)
        other_id = next(iter(archive.list())).id
        assert archive.similar(other_id).total == other.similar(other_id).total
        assert archive.search("harbuor").suggestion == other.search("harbuor").suggestion
        assert archive.verify().faults == []
        status = archive.engine_status()
        assert status.cluster is not None
        assert (status.behind, status.cluster.articles, status.cluster.nodes) == (0, len(ARTICLES), 2)
        assert (status.cluster.health, status.cluster.problem) == ("green", None)


def test_the_index_follows_changes_of_all_kinds(clustered: Path, tmp_path: Path) -> None:
    (tmp_path / "new.md").write_text("---\ntitle: Lighthouse\n---\nA lighthouse.\n", "utf-8")
    with Archive.open(clustered) as archive:
        archive.import_(tmp_path / "new.md")
        (hit,) = archive.search("lighthouse").hits
        archive.tag(ids=[hit.id], add=["coast"])
        assert archive.count("tag:coast") == 1
        archive.remove(ids=[hit.id])
        assert archive.count("lighthouse") == 0
        archive.undo()
        assert archive.count("lighthouse tag:coast") == 1
        assert [hit.title for hit in archive.search("lighthouse")] == ["Lighthouse"]


def test_many_articles_are_indexed_by_a_process_of_its_own(clustered: Path, tmp_path: Path) -> None:
    lines = (json.dumps({"title": f"Number {number}", "body": f"A pier{number}."}) for number in range(1_200))
    (tmp_path / "many.jsonl").write_text("\n".join(lines), "utf-8")
    with Archive.open(clustered) as archive:
        archive.import_(tmp_path / "many.jsonl")
        assert archive.engine_status().behind == 0
        assert archive.count("number") == archive.engine_status().cluster.articles - len(ARTICLES) == 1_200  # type: ignore[union-attr]


def test_a_rebuild_leaves_no_moment_without_answers(clustered: Path, urls: str) -> None:
    with Archive.open(clustered) as archive:
        status = archive.engine_status()
        assert status.cluster is not None
        node, own = urls.partition(",")[0], f"life.{status.cluster.archive}."
        counts: list[int] = []
        ended = Event()

        def count() -> None:
            query = f'{{"query":{{"term":{{"archive":"{status.cluster.archive}"}}}}}}'.encode()  # type: ignore[union-attr]
            while not ended.is_set():
                asked = Request(f"{node}/life/_count", query, {"content-type": "application/json"})
                with urlopen(asked, timeout=60) as answer:
                    counts.append(json.load(answer)["count"])

        def names() -> list[str]:
            with urlopen(f"{node}/{own}*", timeout=60) as answer:
                return sorted(json.load(answer))

        before = names()
        thread = Thread(target=count)
        thread.start()
        for _ in range(3):
            archive.rebuild()
        ended.set()
        thread.join()
        assert set(counts) == {len(ARTICLES)}
        assert len(before) == len(names()) == 1
        assert before != names()


def test_two_archives_feed_one_index(clustered: Path, prepared: Path, tmp_path: Path, urls: str) -> None:
    root = shutil.copytree(prepared, tmp_path / "other")
    with Archive.open(root) as other, Archive.open(clustered) as archive:
        other.use_engine("opensearch", {"url": urls, "index": "life", "replicas": 0})
        other.remove(ids=[next(iter(other.list())).id])
        assert (archive.count("*"), other.count("*")) == (len(ARTICLES), len(ARTICLES) - 1)
        node = urls.partition(",")[0]
        with urlopen(f"{node}/life/_search?size=100", timeout=60) as answer:
            sources = [hit["_source"] for hit in json.load(answer)["hits"]["hits"]]
        own = [source for source in sources if source["archive"] == archive.settings.cluster.archive]  # type: ignore[union-attr]
        assert len({source["archive"] for source in sources}) >= 2
        texts = {row.id: archive.path.joinpath(row.path).read_text("utf-8") for row in archive.list()}
        assert {source["id"]: source["file"] for source in own} == texts
        other.use_engine("whoosh")
        assert archive.count("*") == len(ARTICLES)


def test_an_older_state_never_overwrites_a_newer(tmp_path: Path, engine_at: OpenAt) -> None:
    engine = engine_at(tmp_path / "index")

    def state(number: int) -> Change:
        return Change("a", Article(id="a", title=f"State {number}"), 1, "en", number)

    engine.index([state(5)], Position("e", 5))
    for change in (state(3), state(5), Change("a", None, 1, "en", 4)):
        engine.index([change], Position("e", 5))
        assert [engine.count(parse(f"state {number}")) for number in (3, 5)] == [0, 1]
    engine.index([Change("a", None, 1, "en", 7)], Position("e", 7))
    engine.index([state(6)], Position("e", 7))
    assert engine.count(Every()) == 0, "a deletion is remembered"


def test_archives_of_other_engines_load_nothing_of_it(prepared: Path) -> None:
    code = f"from docarchive import Archive\nwith Archive.open({str(prepared)!r}) as archive: archive.search('harbour')"
    script = f"{code}\nimport sys; print([name for name in sys.modules if 'opensearch' in name or 'cluster' in name])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_settings_say_what_is_wrong_with_them(cli: Cli, prepared: Path, tmp_path: Path) -> None:
    root = shutil.copytree(prepared, tmp_path / "news")
    text = (root / "docarchive.toml").read_text("utf-8").replace('"whoosh"', '"opensearch"')
    right = {"url": '"http://127.0.0.1:9"', "index": '"news"', "archive": '"news-1"'}
    wrongs = {
        "url": ['"ftp://x"', '"https://ana:secret@host"', "3", '""'],
        "index": ['"News"', '"_x"', '"a b"'],
        "shards": ["0", '"2"', "true"],
        "fingerprint": ['"12:34"'],
        "password": ['"secret"'],
    }
    (root / "docarchive.toml").write_text(text)
    assert "there is no table [opensearch]" in cli("--archive", root, "search", "x", code=4).err
    for name, values in wrongs.items():
        for value in values:
            lines = "\n".join(f"{key} = {own}" for key, own in {**right, name: value}.items())
            (root / "docarchive.toml").write_text(f"{text}\n[opensearch]\n{lines}\n")
            err = cli("--archive", root, "search", "x", code=4).err
            assert "[opensearch]" in err, (name, value)
            assert "secret" not in err
