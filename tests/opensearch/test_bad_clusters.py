"""What can be wrong with a cluster: one sentence each, nothing lost, and the index catches up by itself."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from conftest import Cli
from proxies import make_certificate, proxy
from support import ARTICLES

from docarchive import Archive, IndexUnavailable

Ask = Callable[..., Any]


@pytest.fixture
def ask(urls: str) -> Ask:
    """Asks a node something that docarchive does not."""

    def ask_node(method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(urls.partition(",")[0] + path, data, {"content-type": "application/json"}, method=method)
        with urlopen(request, timeout=60) as answer:
            return json.load(answer)

    return ask_node


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, str]:
    """A certificate that nobody vouches for, and its SHA-256."""
    path = tmp_path / "node.pem"
    return path, make_certificate(path)


@pytest.fixture
def clustered(prepared: Path, tmp_path: Path, urls: str) -> Iterator[Path]:
    """The folder of an archive whose index is in the cluster."""
    root = shutil.copytree(prepared, tmp_path / "news")
    with Archive.open(root) as archive:
        archive.use_engine("opensearch", {"url": urls, "index": "bad", "replicas": 0})
    yield root
    with Archive.open(root) as archive:
        archive.use_engine("whoosh")


def test_a_node_that_is_not_there(cli: Cli, prepared: Path, tmp_path: Path) -> None:
    root = shutil.copytree(prepared, tmp_path / "news")
    use = ("--archive", root, "engine", "use", "opensearch", "--url", "http://127.0.0.1:9", "--index", "bad")
    assert "no node of http://127.0.0.1:9 can be reached" in cli(*use, code=4).err
    assert cli("--archive", root, "search", "harbour", code=0).out, "the old engine is still there"


def test_another_program_at_the_address(cli: Cli, prepared: Path, tmp_path: Path, urls: str) -> None:
    root = shutil.copytree(prepared, tmp_path / "news")
    with proxy(urls.partition(",")[0]) as other:
        other.instead = [("/", 200)]
        use = ("--archive", root, "engine", "use", "opensearch", "--url", other.url, "--index", "bad")
        assert cli(*use, code=4).err == f"docarchive: {other.url} answers, but it is no OpenSearch\n"


def test_an_index_of_another_program(cli: Cli, prepared: Path, tmp_path: Path, urls: str, ask: Ask) -> None:
    root = shutil.copytree(prepared, tmp_path / "news")
    ask("PUT", "/theirs", {})
    try:
        use = ("--archive", root, "engine", "use", "opensearch", "--url", urls, "--index", "theirs")
        assert "is another program's; choose another name with --index" in cli(*use, code=4).err
        assert "theirs" in ask("GET", "/theirs"), "it is left alone"
    finally:
        ask("DELETE", "/theirs")


def test_a_certificate_that_nobody_vouches_for(
    cli: Cli, prepared: Path, tmp_path: Path, urls: str, certificate: tuple[Path, str]
) -> None:
    root = shutil.copytree(prepared, tmp_path / "news")
    path, digest = certificate
    with proxy(urls.partition(",")[0], path) as tls:
        use = ("--archive", root, "engine", "use", "opensearch", "--url", tls.url, "--index", "bad", "--replicas", "0")
        refused = cli(*use, code=4).err
        assert f"the certificate of {tls.url} is not trusted" in refused
        assert "--ca" in refused
        assert "--fingerprint" in refused
        assert "is not trusted" in cli(*use, "--fingerprint", "0" * 64, code=4).err
        cli(*use, "--fingerprint", digest, code=0)
        assert cli("--archive", root, "search", "harbour", code=0).out
        cli(*use[:5], "--ca", path, "--fingerprint", "", code=0)
        assert cli("--archive", root, "search", "harbour", code=0).out
        cli("--archive", root, "engine", "use", "whoosh", code=0)


def test_a_wrong_password_and_where_it_is_sent(
    cli: Cli, prepared: Path, tmp_path: Path, urls: str, certificate: tuple[Path, str]
) -> None:
    root = shutil.copytree(prepared, tmp_path / "news")
    path, _ = certificate
    with proxy(urls.partition(",")[0], path) as tls:
        tls.authorization = "Basic " + base64.b64encode(b"ana:secret").decode()
        use = ("--archive", root, "engine", "use", "opensearch", "--url", tls.url, "--index", "bad", "--ca", path)
        own = {"DOCARCHIVE_OPENSEARCH_URL": tls.url, "DOCARCHIVE_OPENSEARCH_USER": "ana"}
        assert "does not accept the user or the password" in cli(*use, code=4).err
        wrong = cli(*use, code=4, **own, DOCARCHIVE_OPENSEARCH_PASSWORD="guessed").err
        assert "does not accept the user or the password" in wrong
        assert "guessed" not in wrong
        elsewhere = {**own, "DOCARCHIVE_OPENSEARCH_URL": "https://localhost:1"}
        assert "does not accept" in cli(*use, code=4, **elsewhere, DOCARCHIVE_OPENSEARCH_PASSWORD="secret").err
        cli(*use, code=0, **own, DOCARCHIVE_OPENSEARCH_PASSWORD="secret")
        file = tmp_path / "clusters.toml"
        file.write_text(f'["{tls.url}"]\nuser = "ana"\npassword = "secret"\n')
        search = ("--archive", root, "search", "harbour")
        assert cli(*search, code=0, DOCARCHIVE_OPENSEARCH_FILE=str(file)).out
        assert "secret" not in (root / "docarchive.toml").read_text("utf-8")
        cli("--archive", root, "engine", "use", "whoosh", code=0, DOCARCHIVE_OPENSEARCH_FILE=str(file))


def test_a_cluster_elsewhere_that_the_user_has_not_named_is_not_asked(cli: Cli, prepared: Path, tmp_path: Path) -> None:
    root = shutil.copytree(prepared, tmp_path / "news")
    text = (root / "docarchive.toml").read_text("utf-8").replace('"whoosh"', '"opensearch"')
    table = '[opensearch]\nurl = "https://cluster.example:9200"\nindex = "news"\narchive = "news-1"\n'
    (root / "docarchive.toml").write_text(f"{text}\n{table}")
    refused = cli("--archive", root, "search", "harbour", code=4).err
    assert "set DOCARCHIVE_OPENSEARCH_URL=https://cluster.example:9200" in refused


def test_an_index_of_another_version_is_built_again(clustered: Path, ask: Ask) -> None:
    with Archive.open(clustered) as archive:
        before = archive.engine_status()
        assert before.cluster is not None
        name = next(iter(ask("GET", f"/bad.{before.cluster.archive}.*")))
        meta = ask("GET", f"/{name}/_mapping")[name]["mappings"]["_meta"]
        meta["docarchive"]["version"] = 99
        ask("PUT", f"/{name}/_mapping", {"_meta": meta})
    with Archive.open(clustered) as archive:
        assert archive.count("harbour") > 0
        assert name not in ask("GET", f"/bad.{before.cluster.archive}.*")


def test_an_index_that_is_gone_is_built_again(clustered: Path, ask: Ask) -> None:
    with Archive.open(clustered) as archive:
        total = archive.count("harbour")
        status = archive.engine_status()
        assert status.cluster is not None
        ask("DELETE", f"/bad.{status.cluster.archive}.*")
        assert archive.count("harbour") == total > 0, "while it is open"
        ask("DELETE", f"/bad.{status.cluster.archive}.*")
    with Archive.open(clustered) as archive:
        assert archive.count("harbour") == total, "and when it is opened"


def test_a_read_only_index_and_imports_that_go_on(clustered: Path, ask: Ask, cli: Cli, tmp_path: Path) -> None:
    with Archive.open(clustered) as archive:
        status = archive.engine_status()
        assert status.cluster is not None
    block = f"/bad.{status.cluster.archive}.*/_settings"
    ask("PUT", block, {"index.blocks.read_only_allow_delete": True})
    (tmp_path / "new.md").write_text("---\ntitle: Lighthouse\n---\nA lighthouse at the harbour.\n", "utf-8")
    done = cli("--archive", clustered, "import", tmp_path / "new.md", code=0)
    assert "1 new" in done.out
    assert "the index is not updated until the cluster answers" in done.err
    assert "read-only" in done.err
    behind = cli("--archive", clustered, "engine", "status", "--json", code=0).json
    assert behind["behind"] == 1
    ask("PUT", block, {"index.blocks.read_only_allow_delete": None})
    assert "Lighthouse" in cli("--archive", clustered, "search", "lighthouse", code=0).out
    assert cli("--archive", clustered, "engine", "status", "--json", code=0).json["behind"] == 0


def test_a_cluster_that_is_gone_for_a_while(
    prepared: Path, tmp_path: Path, urls: str, cli: Cli, articles_file: Path
) -> None:
    root = shutil.copytree(prepared, tmp_path / "news")
    with proxy(urls.partition(",")[0]) as up:
        port = up.server_port
        use = ("--archive", root, "engine", "use", "opensearch", "--url", up.url, "--index", "bad", "--replicas", "0")
        cli(*use, code=0)
    (tmp_path / "new.md").write_text("---\ntitle: Lighthouse\n---\nA lighthouse.\n", "utf-8")
    done = cli("--archive", root, "import", tmp_path / "new.md", code=0)
    assert "1 new" in done.out
    assert "the index is not updated until the cluster answers" in done.err
    assert "can be reached" in cli("--archive", root, "search", "lighthouse", code=4).err
    assert cli("--archive", root, "list", code=0).out.count("\n") == len(ARTICLES) + 1
    status = cli("--archive", root, "engine", "status", "--json", code=0).json
    assert status["behind"] == 1
    assert "can be reached" in status["cluster"]["problem"]
    with proxy(urls.partition(",")[0], port=port):
        assert "Lighthouse" in cli("--archive", root, "search", "lighthouse", code=0).out
        cli("--archive", root, "engine", "use", "whoosh", code=0)


def test_a_busy_cluster_gets_the_same_again(
    prepared: Path, tmp_path: Path, urls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docarchive.engines.opensearch.connection._PAUSE", 0.001)
    root = shutil.copytree(prepared, tmp_path / "news")
    with proxy(urls.partition(",")[0]) as busy, Archive.open(root) as archive:
        # Changes wait longer than searches.
        busy.instead = [*[("/_bulk", 429)] * 8, ("/_bulk", 503), ("/_refresh", 429)]
        archive.use_engine("opensearch", {"url": busy.url, "index": "bad", "replicas": 0})
        assert busy.instead == []
        assert archive.count("*") == len(ARTICLES)
        busy.instead = [("/_search", 429), ("/_count", 429)]
        assert archive.search("harbour").total > 0
        archive.use_engine("whoosh")


def test_parts_of_an_index_that_fail_in_an_answer_without_an_error(prepared: Path, tmp_path: Path, urls: str) -> None:
    root = shutil.copytree(prepared, tmp_path / "news")
    failed = {"error": {"root_cause": [], "type": "search_phase_execution_exception", "reason": "all shards failed"}}
    total = {"hits": {"total": {"value": 1, "relation": "eq"}}}
    reason = {"type": "unavailable_shards_exception", "reason": "no copy answers"}
    unrefreshed = {"_shards": {"total": 2, "successful": 1, "failed": 1, "failures": [{"reason": reason}]}}
    with proxy(urls.partition(",")[0]) as node, Archive.open(root) as archive:
        archive.use_engine("opensearch", {"url": node.url, "index": "bad", "replicas": 0, "shards": 2})
        assert archive.search("harbuor").suggestion == "harbour"
        node.instead = [("/_msearch", 200, {"responses": [{**failed, "status": 503}]})]
        assert archive.search("harbuor").suggestion == "harbour", "it is asked again"
        half = {"_shards": {"total": 2, "successful": 1, "skipped": 0, "failed": 0}, **total}
        node.instead = [("/_msearch", 200, {"responses": [half]})]
        assert archive.search("harbuor").partial is True
        assert archive.search("harbuor").partial is False
        node.instead = [("/_msearch", 200, {"responses": [{**failed, "status": 503}]})] * 6
        with pytest.raises(IndexUnavailable, match="all shards failed"):
            archive.search("harbuor")
        node.instead = [("/_refresh", 200, unrefreshed)]
        archive.import_(BytesIO(b"A lighthouse."), format="text")
        assert archive.engine_status().behind == 0, "it is asked again"
        node.instead = [("/_refresh", 200, unrefreshed)] * 50
        archive.import_(BytesIO(b"A pier."), format="text")
        assert archive.engine_status().behind == 1
        node.instead = []
        assert archive.count("lighthouse OR pier") >= 2
        assert archive.engine_status().behind == 0
        archive.use_engine("whoosh")


def test_a_copy_of_an_archive_does_not_feed_the_same_index(clustered: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(clustered, tmp_path / "copy")
    with Archive.open(copy) as archive:
        archive.import_(BytesIO(b"A lighthouse."), format="text")
    with Archive.open(clustered) as archive:
        archive.import_(BytesIO(b"A pier."), format="text")
        with pytest.raises(IndexUnavailable, match="a copy of this archive feeds its index"):
            archive.search("pier")
        archive.rebuild()
        assert archive.count("*") == len(ARTICLES) + 1
