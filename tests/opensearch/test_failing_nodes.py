"""A node of two fails: searches answer from what is there and say so, imports lose nothing, the index catches up."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from clusters import Cluster
from conftest import Cli
from support import ARTICLES

from docarchive import Archive


@pytest.fixture(scope="module")
def failing() -> Iterator[Cluster]:
    """A cluster of its own, whose second node may fail."""
    cluster = Cluster("failing")
    cluster.urls()
    yield cluster
    cluster.stop()


def test_a_node_of_two_fails_and_comes_back(failing: Cluster, prepared: Path, tmp_path: Path, cli: Cli) -> None:
    urls = ",".join(failing.urls())
    roots = {}
    for replicas in (0, 1):
        root = roots[replicas] = shutil.copytree(prepared, tmp_path / f"news{replicas}")
        with Archive.open(root) as archive:
            place = {"url": urls, "index": f"failing{replicas}", "shards": 2, "replicas": replicas, "timeout": 5}
            archive.use_engine("opensearch", place)
    failing.wait_for_copies("failing1")  # an index may be used before its replicas are there
    lines = (json.dumps({"title": f"Number {number}", "body": f"Pier{number}."}) for number in range(3_000))
    (tmp_path / "many.jsonl").write_text("\n".join(lines), "utf-8")

    # In the middle of a bulk.
    def end(phase: str, done: int, total: int | None) -> None:
        if phase == "import" and not ending.is_alive() and not ending.ident:
            ending.start()

    ending = Thread(target=failing.end_node, args=(1,))
    with Archive.open(roots[1], progress=end) as archive:
        assert archive.import_(tmp_path / "many.jsonl").new == 3_000
        ending.join()
        assert archive.count("number") == 3_000, "the other copies answer"
        assert archive.search("number").partial is False
        assert archive.engine_status().behind == 0

    # Half of the other index is gone.
    some = cli("--archive", roots[0], "search", "*", "--json", code=3)
    assert some.json["partial"] is True
    assert some.json["total"] < len(ARTICLES)
    assert "a part of the index does not answer" in some.err
    status = cli("--archive", roots[0], "engine", "status", "--json", code=0).json["cluster"]
    assert (status["health"], status["nodes"]) == ("red", 1)
    hosts = ",".join(url.partition("://")[2] for url in urls.split(","))
    collection = f"opensearch+http://{hosts}/failing0"
    read = cli("--archive", collection, "search", "*", "--json", code=3)
    assert (read.json["partial"], read.json["total"]) == (True, some.json["total"])
    listed = cli("--archive", collection, "list", "--ids", code=3)
    assert len(listed.out.split()) == some.json["total"]
    for ran in (read, listed, cli("--archive", collection, "export", code=3)):
        assert "a part of the index does not answer" in ran.err
    (tmp_path / "new.md").write_text("---\ntitle: Lighthouse\n---\nA lighthouse.\n", "utf-8")
    assert "1 new" in cli("--archive", roots[0], "import", tmp_path / "new.md", code=0).out

    failing.start_node(1)
    for root, total in ((roots[0], len(ARTICLES) + 1), (roots[1], len(ARTICLES) + 3_000)):
        with Archive.open(root) as archive:
            results = archive.search("*", limit=1)
            assert (results.total, results.partial) == (total, False)
            assert archive.verify().faults == []
