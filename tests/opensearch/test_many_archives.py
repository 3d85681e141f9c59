"""Four importers feed one index at once, one is killed, a node fails: they have what one archive would have."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.request import Request, urlopen

import pytest
from clusters import Cluster
from conftest import Cli

from docarchive import Archive

_COUNT = 1_600
_NAMES = ("north", "east", "south", "west")
#: What archives say differently of the same article.
_OWN = re.compile(r"^(archived|imported_from|original): .*\n", re.MULTILINE)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A cluster of its own, whose second node may fail."""
    there = Cluster("many")
    there.urls()
    yield there
    there.stop()


def write_articles(path: Path, numbers: Iterator[int] | range) -> None:
    """Writes generated articles, the same for each number."""
    with open(path, "w", encoding="utf-8") as lines:
        for number in numbers:
            pick = random.Random(number)
            values = {
                "title": f"{pick.choice(['Harbour', 'Pier', 'Wheat'])} {number}",
                "url": f"https://news.example/{number}",
                "date": f"2024-{pick.randrange(1, 13):02d}-{pick.randrange(1, 29):02d}",
                "tags": pick.sample(["gas", "oil", "coast"], pick.randrange(3)),
                "body": " ".join(pick.choices(["pier", "trade", "free", "wheat", "ship", "café"], k=60)),
            }
            lines.write(json.dumps(values) + "\n")


def ask(urls: list[str], path: str, body: object = None) -> Any:
    """Asks the first node."""
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(urls[0] + path, data, {"content-type": "application/json"}), timeout=60) as answer:
        return json.load(answer)


def led(urls: list[str]) -> dict[str, str]:
    """Returns the files of the articles that lead; each id once."""
    found: dict[str, str] = {}
    after: list[Any] = []
    while True:
        body = {"query": {"term": {"leading": True}}, "size": 1_000, "sort": [{"id": "asc"}, {"archive": "asc"}]}
        hits = ask(urls, "/many/_search", body | ({"search_after": after} if after else {}))["hits"]["hits"]
        for hit in hits:
            assert hit["_source"]["id"] not in found
            found[hit["_source"]["id"]] = hit["_source"]["file"]
        if not hits:
            return found
        after = hits[-1]["sort"]


def sent(urls: list[str], archive: str) -> int:
    """Returns how many documents of an archive the cluster has got."""
    statistics = ask(urls, f"/many.{archive}.*/_stats/indexing")
    return int(statistics["_all"]["primaries"].get("indexing", {}).get("index_total", 0))


def start(root: Path, file: Path) -> subprocess.Popen[bytes]:
    """Starts an import."""
    command = [sys.executable, "-m", "docarchive", "--archive", str(root), "import", str(file)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)


def wait_until(condition: Any) -> None:
    end = monotonic() + 120
    while not condition():
        assert monotonic() < end
        sleep(0.02)


@pytest.mark.thorough
def test_four_importers_one_killed_a_node_that_fails(cluster: Cluster, tmp_path: Path, cli: Cli) -> None:
    urls = cluster.urls()
    node = ",".join(urls)
    quarters = [range(start, start + _COUNT // 4) for start in range(0, _COUNT, _COUNT // 4)]
    roots, files, names = {}, {}, {}
    for number, name in enumerate(_NAMES):
        roots[name], files[name] = tmp_path / name, tmp_path / f"{name}.jsonl"
        write_articles(files[name], (n for part in (quarters[number], quarters[(number + 1) % 4]) for n in part))
        with Archive.create(roots[name]) as archive:
            place = {"url": node, "index": "many", "shards": 2, "replicas": 1, "timeout": 10}
            names[name] = archive.use_engine("opensearch", place).cluster.archive  # type: ignore[union-attr]
    cluster.wait_for_copies()
    running = {name: start(roots[name], files[name]) for name in _NAMES}
    wait_until(lambda: sent(urls, names["west"]) > 0)
    os.killpg(running["west"].pid, signal.SIGKILL)
    wait_until(lambda: running["west"].poll() is not None)
    cluster.end_node(1)
    again = start(roots["west"], files["west"])
    assert again.wait() == 0
    cluster.start_node(1)
    for name in _NAMES[:3]:
        assert running[name].wait() == 0
    for name in _NAMES:
        cli("--archive", roots[name], "sync", code=0)
        assert cli("--archive", roots[name], "engine", "status", "--json", code=0).json["behind"] == 0

    whole = tmp_path / "whole"
    write_articles(tmp_path / "all.jsonl", range(_COUNT))
    cli("init", whole, code=0)
    cli("--archive", whole, "import", tmp_path / "all.jsonl", code=0)
    with Archive.open(whole) as archive:
        expected = {row.id: archive.path.joinpath(row.path).read_text("utf-8") for row in archive.list()}
    assert len(expected) == _COUNT
    assert as_one(led(urls)) == as_one(expected)
    address = f"opensearch+{urls[0]}/many"
    with Archive.open(address) as union, Archive.open(whole) as one:
        assert answers(union) == answers(one)
    exports = [cli("--archive", archive, "export", "--format", "jsonl", code=0).out for archive in (address, whole)]
    assert exported(exports[0]) == exported(exports[1])
    assert len(exported(exports[0])) == _COUNT

    # In another order, and again: nothing changes.
    before = ask(urls, "/many/_count", {"query": {"term": {"leading": True}}})["count"]
    for name in reversed(_NAMES):
        cli("--archive", roots[name], "import", files[name], code=0)
        cli("--archive", roots[name], "rebuild", code=0)
    assert ask(urls, "/many/_count", {"query": {"term": {"leading": True}}})["count"] == before
    assert as_one(led(urls)) == as_one(expected)

    # An article that one archive removes stays as long as another one has it.
    with Archive.open(roots["north"]) as north, Archive.open(roots["east"]) as east:
        ours, theirs = ({row.id for row in archive.list()} for archive in (north, east))
        elsewhere = ids(roots["west"])
        shared, own = sorted(ours & theirs)[:20], sorted(ours - theirs)
        first = [id_ for id_ in own if id_ not in elsewhere][:20]
        north.remove(ids=[*shared, *first])
        assert led(urls).keys() == expected.keys() - {*first}
        east.remove(ids=shared[:10])
        assert led(urls).keys() == expected.keys() - {*first, *shared[:10]}
        north.undo()
        assert as_one(led(urls)) == as_one(expected)
    for number, name in enumerate(_NAMES[:3], start=1):  # one after the other leaves
        cli("--archive", roots[name], "engine", "use", "whoosh", code=0)
        assert led(urls).keys() == set().union(*(ids(roots[other]) for other in _NAMES[number:]))


def answers(archive: Archive) -> list[object]:
    """What an archive answers, but for scores."""
    found: list[object] = []
    for query in ("pier", "harbour tag:gas", '"free trade"', "whea* -tag:oil", "date:2024-05", "*", "café OR coast"):
        found.append(archive.count(query))
        for sort in ("title", "-title", "date", "-date"):
            results = archive.search(query, sort=sort, limit=70, offset=20, facets=["tag", "year"])
            found.append((results.total, [hit.id for hit in results.hits], results.facets))
        results = archive.search(query, limit=0)
        found.append(results.total)
    return found


def exported(lines: str) -> dict[str, dict[str, Any]]:
    """Returns the articles of an export by id, without what archives say differently of the same article."""
    articles = [json.loads(line) for line in lines.splitlines()]
    own = {"archived", "imported_from", "original", "path"}
    found = {article["id"]: {key: article[key] for key in article.keys() - own} for article in articles}
    assert len(found) == len(articles)
    return found


def ids(root: Path) -> set[str]:
    with Archive.open(root) as archive:
        return {row.id for row in archive.list()}


def as_one(files: dict[str, str]) -> dict[str, str]:
    """Returns files without what archives say differently of the same article."""
    return {id_: _OWN.sub("", text) for id_, text in files.items()}
