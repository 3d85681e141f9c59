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
from serving import served
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
    _check_partial(cli, roots[0], collection, some.json["total"])
    (tmp_path / "new.md").write_text("---\ntitle: Lighthouse\n---\nA lighthouse.\n", "utf-8")
    assert "1 new" in cli("--archive", roots[0], "import", tmp_path / "new.md", code=0).out

    failing.start_node(1)
    for root, total in ((roots[0], len(ARTICLES) + 1), (roots[1], len(ARTICLES) + 3_000)):
        with Archive.open(root) as archive:
            results = archive.search("*", limit=1)
            assert (results.total, results.partial) == (total, False)
            assert archive.verify().faults == []


def _check_partial(cli: Cli, root: Path, collection: str, total: int) -> None:
    """Whatever is asked says that it lacks a part of the index, and nothing fails."""
    sentence = "a part of the index does not answer"
    with Archive.open(collection) as archive:
        there = {row.id for row in archive.list()}
    with Archive.open(root) as archive:
        gone = next(row.id for row in archive.list() if row.id not in there)
    some = min(there)
    for which in (str(root), collection):
        # Words need the statistics of each part.
        words = cli("--archive", which, "search", "the OR a OR of OR in", "--json", "--facet", "year", code=3)
        assert words.json["partial"] is True
        assert 0 < words.json["total"] <= total
        for command in (["search", "*", "--count", "--json"], ["similar", some, "--json"]):
            assert cli("--archive", which, *command, code=3).json["partial"] is True, command
        exported = cli("--archive", which, "export", "the OR a OR of OR in", code=3)
        assert sentence in exported.err
    for command in (["list", "--json"], ["stats", "--json"], ["show", some, "--json"], ["list", "--count", "--json"]):
        assert cli("--archive", collection, *command, code=3).json["partial"] is True, command
    assert "articles" in cli("--archive", collection, "stats", code=3).out
    assert "nobody knows whether an article" in cli("--archive", collection, "show", gone, code=4).err
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "count", "arguments": {"query": "*"}}}
    answer = json.loads(cli("--archive", collection, "mcp", stdin=json.dumps(call).encode() + b"\n", code=3).out)
    assert answer["result"]["structuredContent"]["partial"] is True
    with Archive.open(collection) as archive, served(archive) as browser:
        for path in ("", "timeline", "topics", "topics/tags", "statistics", f"articles/{some}"):
            page = browser.get(f"/{path}")
            assert page.status == 200, path
            assert "A part of the index does not answer, so articles may be missing here." in page.page.text, path
        for path in ("search?q=the", "articles", "count?q=the", "facets?facet=tag", "statistics", f"articles/{some}"):
            assert browser.get(f"/api/v1/{path}").json["partial"] is True, path
        for path in (f"articles/{gone}", f"api/v1/articles/{gone}", "api/v1/articles?format=ris", "?format=csv"):
            refused = browser.get(f"/{path}")
            assert refused.status == 503, path
            assert sentence in refused.text, path
        message = browser.ask("POST", "/mcp", json.dumps(call).encode(), **{"content-type": "application/json"})
        assert message.json["result"]["structuredContent"]["partial"] is True
