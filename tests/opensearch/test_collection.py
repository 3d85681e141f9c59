"""A collection of two archives in a real cluster is read as one archive that has united both."""

from __future__ import annotations

import base64
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

import pytest
from conftest import Cli
from proxies import make_certificate, proxy
from serving import served
from support import ARTICLES

from docarchive import Archive, Article, NotAnArchive, UsageError
from docarchive.engines.opensearch import documents
from docarchive.errors import NotInCollection

#: Each process of a test run has its own.
NAME = f"readers-{os.getpid()}"
HALF = len(ARTICLES) // 2
#: Written by hand, in another way than docarchive writes.
BY_HAND = (
    "---\ntitle:   'A lighthouse'\ntags: [coast,   \"free trade\"]\nrating: 5\n---\n\nThe lighthouse stands.\n\n\n"
)


class Collected(NamedTuple):
    address: str
    whole: Path  # an archive that has united all of them
    parts: tuple[Path, Path]
    names: tuple[str, ...]  # of the parts in the cluster


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory, urls: str) -> Iterator[Collected]:
    folder = tmp_path_factory.mktemp("collection")
    parts, names = (folder / "one", folder / "two"), []
    with Archive.create(folder / "shared") as shared:
        shared.import_(Article(title="Shared news", body="The ferry is late.", tags=["ferry"]))
    for root, articles in zip(parts, (ARTICLES[:HALF], ARTICLES[HALF:]), strict=True):
        lines = folder / f"{root.name}.jsonl"
        lines.write_text("\n".join(map(json.dumps, articles)), "utf-8")
        with Archive.create(root) as archive:
            archive.import_(lines)
            archive.unite(folder / "shared")
            status = archive.use_engine("opensearch", {"url": urls, "index": NAME, "replicas": 0, "shards": 2})
            assert status.cluster is not None
            names.append(status.cluster.archive)
            if root == parts[0]:
                (root / "articles/lighthouse.md").write_text(BY_HAND, "utf-8")
                archive.sync()
                assert archive.count("lighthouse") == 1
    with Archive.create(folder / "whole") as whole:
        for root in parts:
            whole.unite(root)
    hosts = ",".join(url.partition("://")[2] for url in urls.split(","))
    yield Collected(f"opensearch+http://{hosts}/{NAME}", folder / "whole", parts, tuple(names))
    for root in parts:
        with Archive.open(root) as archive:
            archive.use_engine("whoosh")


@pytest.fixture
def both(collected: Collected) -> Iterator[tuple[Archive, Archive]]:
    """The collection, and the archive that has united all."""
    with Archive.open(collected.address) as collection, Archive.open(collected.whole) as whole:
        yield collection, whole


QUERIES = [
    *("harbour", "pier OR wheat", '"free trade"', "trad*", "tag:gas", "date:2024", "*", "author:meyer -wheat", "peir~"),
    *("rating:>3", "has:rating", "no:date", "place:/north.*/", "title:wheat", "harbor", "id:1", "language:en"),
]
SORTS = [
    "-date",
    "date",
    "title",
    "-title",
    "rating",
    "-rating",
    "tags",
    "updated",
    "-updated",
    "language",
    "source_id",
]
FACETS = ["tag", "year", "month", "place", "rating", "title", "authors", "language", "id", "updated:day"]


def without(values: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in keys}


@pytest.mark.parametrize("query", QUERIES)
def test_searches_answer_as_the_united_archive(both: tuple[Archive, Archive], query: str) -> None:
    answers = []
    for archive in both:
        results = archive.search(query, sort="title", facets=FACETS, facet_limit=None).to_dict()
        hits = [without(hit, "archives") for hit in results["hits"]]
        answers.append({**without(results, "took_ms"), "hits": hits})
        answers[-1]["listed"] = [without(row.to_dict(), "archives") for row in archive.list(query)]
        answers[-1]["counts"] = (archive.count(query), archive.list_count(query))
        ranked = archive.search(query, limit=None)
        answers[-1]["ranked"] = {hit.id for hit in ranked}
        answers[-1]["answered"] = (ranked.answered, ranked.suggestion)
    assert answers[0] == answers[1]


@pytest.mark.parametrize("sort", SORTS)
def test_orders_and_pages_are_those_of_the_united_archive(both: tuple[Archive, Archive], sort: str) -> None:
    orders = []
    for archive in both:
        listed = [row.id for row in archive.list(sort=sort)]
        assert [row.id for at in range(0, 12, 3) for row in archive.list(sort=sort, limit=3, offset=at)] == listed[:12]
        orders.append((listed, [hit.id for hit in archive.search("*", sort=sort, limit=None)]))
    assert orders[0] == orders[1]


def test_values_of_more_articles_than_one_answer_has_are_in_order(
    both: tuple[Archive, Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    collection, united = both
    most = max(count for key in ("section", "tags") for _, count in united.search("*", facets=[key]).facets[key])
    for at_once in (1, most - 1, most):  # a value alone is asked for page by page
        monkeypatch.setattr(documents, "_ORDERED", at_once)
        for sort in ("section", "-tags"):
            assert [row.id for row in collection.list(sort=sort)] == [row.id for row in united.list(sort=sort)]


def test_an_article_is_that_of_its_archive(both: tuple[Archive, Archive], collected: Collected) -> None:
    collection, whole = both
    assert len(collection) == len(whole) == len(ARTICLES) + 2
    for root, name in zip(collected.parts, collected.names, strict=True):
        with Archive.open(root) as part:
            for row in part.list():
                assert collection.text(row.id) == part.text(row.id)
                assert collection.get(row.id[:6]) == part.get(row.id)
                assert collection.file(row.id) == part.file(row.id)
                assert row.id in collection
                (hit,) = collection.search(f"id:{row.id}").hits
                is_shared = row.metadata["title"] == "Shared news"
                assert {*hit.archives} == ({*collected.names} if is_shared else {name})
                assert hit.differing == ()
                assert hit.to_dict()["archives"] == [*hit.archives]
    assert {article.id for article in collection} == {article.id for article in whole}
    assert collection.archives == sorted(collected.names)
    lighthouse = next(collection.list("lighthouse")).id
    assert collection.text(lighthouse) == BY_HAND
    assert collection.file(lighthouse) == "articles/lighthouse.md"
    assert collection.fields() == whole.fields()


def test_articles_are_asked_for_together(urls: str, both: tuple[Archive, Archive]) -> None:
    def asked() -> int:
        with urlopen(f"{urls.partition(',')[0]}/{NAME}/_stats/search") as answer:
            return int(json.load(answer)["_all"]["total"]["search"]["query_total"])

    before = asked()
    assert len([*both[0]]) == len(both[1]) > 6
    shards = 4
    assert asked() - before <= 6 * shards


def test_similar_and_statistics(both: tuple[Archive, Archive], collected: Collected) -> None:
    collection, whole = both
    for row in whole.list():
        assert {hit.id for hit in collection.similar(row.id)} == {hit.id for hit in whole.similar(row.id)}
    own, other = collection.statistics().to_dict(), whole.statistics().to_dict()
    same = ("articles", "bytes", "years", "values", "languages", "top", "words")
    assert {key: own[key] for key in same} == {key: other[key] for key in same}
    assert own["path"] == collected.address
    assert own["archives"] == dict(zip(collected.names, (HALF + 2, len(ARTICLES) - HALF + 1), strict=True))


FORMATS = sorted(
    {format_.name for format_ in Archive.formats() if format_.direction == "export" and format_.installed}
    - {"warc", "bagit", "proof", "template"}
)


@pytest.mark.parametrize("format_", FORMATS)
def test_exports_are_those_of_the_united_archive(cli: Cli, collected: Collected, tmp_path: Path, format_: str) -> None:
    written = []
    for place, archive in (("own", collected.address), ("other", collected.whole)):
        command = ("--archive", archive, "export", "harbour OR lighthouse OR coffee OR ferry", "--format", format_)
        cli(*command, "--title", "T", "--output", tmp_path / place, code=0)
        files = [tmp_path / place] if (tmp_path / place).is_file() else sorted((tmp_path / place).rglob("*"))
        contents = {file.relative_to(tmp_path / place): file.read_bytes() for file in files if file.is_file()}
        written.append(contents)
    assert written[0] == written[1]
    assert any(written[0].values())


def test_each_command_that_reads_as_a_process(cli: Cli, collected: Collected) -> None:
    own, other = ("--archive", collected.address), ("--archive", collected.whole)
    some = cli(*own, "search", "wheat", "--ids", code=0).out.split()[0]
    assert cli(*own, "show", some, code=0).out == cli(*other, "show", some, code=0).out
    assert cli(*own, "show", some, "--json", code=0).json == cli(*other, "show", some, "--json", code=0).json
    assert cli(*own, "list", code=0).out == cli(*other, "list", code=0).out
    assert cli(*own, "list", "--count", "tag:gas", code=0).out == cli(*other, "list", "--count", "tag:gas", code=0).out
    assert cli(*own, "search", "whaet", code=1).err == cli(*other, "search", "whaet", code=1).err
    hit = cli(*own, "search", "wheat", "--json", code=0).json["hits"][0]
    assert hit["archives"] == [collected.names[0]]
    assert hit["archives"][0] in cli(*own, "search", "wheat", code=0).out
    assert cli(*own, "similar", some, "--json", code=0).json["mode"] == "words"
    assert "archives" in cli(*own, "stats", code=0).out
    provenance = cli(*own, "show", "--provenance", "--json", some, code=0).json
    assert (provenance["imported_from"][-11:], provenance["archives"]) == ("one.jsonl:2", [collected.names[0]])
    quoted = [cli(*which, "quote", "Wheat prices climb", code=0).out for which in (own, other)]
    assert quoted[0] == quoted[1]
    assert "word for word" in quoted[0]
    refused = cli(*own, "original", some, code=1).err
    assert f"the original of {some} is not in the collection; ask {collected.names[0]} for it" in refused
    environment = {"DOCARCHIVE_ARCHIVE": collected.address}
    assert cli("show", some, code=0, **environment).out == cli(*other, "show", some, code=0).out


@pytest.mark.parametrize(
    "command",
    [
        *(["import", "x"], ["tag", "x", "--add", "y"], ["verify"], ["sync"], ["rebuild"], ["versions", "x"], ["log"]),
        *(["remove", "x"], ["undo"], ["quarantine"], ["duplicates"], ["engine", "status"], ["backup", "x"], ["saved"]),
        *(["diff", "x"], ["quarantine", "--retry"], ["quote", "--versions", "x"], ["search", "@x"]),
        *(["verify", "--against", "x"], ["init"], ["note", "x", "y"], ["merge", "x"], ["watch", "x"]),
        *(["serve", "--write"], ["mcp", "--write"], ["search", "x", "--save", "y"], ["list", "--trash"]),
        *(["search", "in:trash"], ["export", "--since", "1"], ["export", "--format", "warc"]),
        *(["export", "--format", "bagit", "--output", "x"], ["search", "x", "--mode", "meaning"]),
    ],
    ids=" ".join,
)
def test_what_changes_or_needs_files_is_refused_in_one_sentence(
    cli: Cli, collected: Collected, command: list[str]
) -> None:
    refused = cli("--archive", collected.address, *command, code=2)
    sentence = refused.err.splitlines()[0]
    assert refused.err.count("\n") == (3 if "@x" in command else 1), "a query is shown with its mistake"
    assert sentence.startswith(("docarchive: a collection can only be ", "docarchive: a collection has no "))
    if "@x" not in command and "can only be opened" not in sentence and "name the folder" not in sentence:
        assert all(name in sentence for name in collected.names)


def test_methods_that_change_are_refused(both: tuple[Archive, Archive], collected: Collected) -> None:
    collection, _ = both
    refused = "a collection can only be read.*" + ", ".join(sorted(collected.names))
    for call in (collection.sync, collection.rebuild, collection.undo, collection.verify):
        with pytest.raises(UsageError, match=refused):
            call()
    lacked = "a collection has no {}; ask an archive that feeds it.*" + ", ".join(sorted(collected.names))
    for other, what in (
        (collection.quarantine, "quarantine"),
        (collection.log, "log"),
        (collection.duplicates, "list of near duplicates"),
        (collection.trash, "trash"),
        (lambda: collection.versions("1"), "earlier versions"),
        (lambda: collection.quote("wheat", versions=True), "earlier versions"),
        (lambda: collection.search("in:trash"), "trash"),
    ):
        with pytest.raises(NotInCollection, match=lacked.format(what)):
            other()
    with pytest.raises(UsageError, match=refused):
        collection.tag(ids=["1"], add=["x"])
    with pytest.raises(UsageError, match="a collection can only be opened"):
        Archive.create(collected.address)
    assert collection.read_only
    assert collection.is_current()


def test_hits_can_be_read_after_the_collection_was_closed_and_in_another_process(collected: Collected) -> None:
    with Archive.open(collected.address) as collection:
        (hit,) = collection.search("lighthouse").hits
    assert hit.article.title == "A lighthouse"
    assert pickle.loads(pickle.dumps(hit)).article == hit.article
    code = "import pickle, sys; print(pickle.load(sys.stdin.buffer).article.title)"
    with Archive.open(collected.address) as collection:
        (hit,) = collection.search("lighthouse").hits
        dumped = pickle.dumps(hit)
    done = subprocess.run([sys.executable, "-c", code], input=dumped, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "A lighthouse"


def test_a_wrong_address(cli: Cli, collected: Collected) -> None:
    def refused(address: str, code: int = 2) -> str:
        err = cli("--archive", address, "search", "x", code=code).err
        assert err.count("\n") == 1
        return err

    for address in ("opensearch+https://host", "opensearch://host/news", "opensearch+ftp://host/news"):
        assert "is no address of a collection; write opensearch+https://HOST:9200/NAME" in refused(address)
    secret = refused("opensearch+https://ana:guessed@host/news")
    assert "must not have a user or a password" in secret
    assert "guessed" not in secret
    assert "guessed" not in refused("opensearch+https://ana:guessed@host")
    assert "lower-case letters" in refused("opensearch+https://host/News*")
    nobody = refused("opensearch+http://127.0.0.1:1/news", code=4)
    assert "can be reached (" in nobody
    assert "); check that the cluster runs at this address" in nobody
    assert "HTTPConnection" not in nobody
    there, _, _ = collected.address.rpartition("/")
    assert "there is no collection 'nowhere' at" in refused(f"{there}/nowhere", code=4)
    with pytest.raises(NotAnArchive):
        Archive.open(f"{there}/nowhere")


def test_pages_and_the_api_show_a_collection(collected: Collected, both: tuple[Archive, Archive]) -> None:
    collection, whole = both
    with served(collection) as own, served(whole) as other:
        for path in ("/?q=harbour", "/timeline", "/topics", "/topics/tags", "/statistics"):
            assert own.get(path).status == other.get(path).status == 200, path
        page = own.get("/?q=harbour").page
        assert "/trash" not in page.links().values()
        id_ = next(whole.list("wheat")).id
        assert "Wheat prices climb" in own.get(f"/articles/{id_}").page.text
        assert collected.names[0] in own.get(f"/articles/{id_}").page.text
        lacked = {"trash": "trash", "log": "log", "quarantine": "quarantine", "?q=in:trash": "trash"}
        lacked |= {f"articles/{id_}/{name}": "earlier versions" for name in ("versions", "changes")}
        lacked |= {f"api/v1/articles/{id_}/{name}": "earlier versions" for name in ("versions", "diff")}
        lacked |= {"api/v1/changes": "journal of changes", "?format=warc": "originals", "api/v1/trash": "trash"}
        for path, what in lacked.items():
            answer = own.get(f"/{path}")
            assert answer.status == 404, path
            assert f"a collection has no {what}; ask an archive that feeds it" in answer.body.decode(), path
            assert all(name in answer.body.decode() for name in collected.names), path
        unknown = own.get("/?q=@late")
        assert unknown.status == 400
        assert "a collection has no saved searches" in unknown.body.decode()
        assert own.get(f"/articles/{id_}/original").status == 404
        for path in (
            "search?q=harbour&facet=tag&sort=date",
            "articles",
            f"articles/{id_}",
            "facets?facet=tag",
            "count?q=pier",
        ):
            answers = [browser.get(f"/api/v1/{path}").json for browser in (own, other)]
            for answer in answers:
                for item in (answer, *answer.get("hits", ()), *answer.get("articles", ())):
                    item.pop("archives", None)
                    item.pop("took_ms", None)
            assert answers[0] == answers[1], path
        first = own.get("/api/v1/search?q=harbour")
        assert own.get("/api/v1/search?q=harbour", **{"if-none-match": "W/x"}).status == 200
        assert first.json["hits"]


def test_an_assistant_searches_a_collection(cli: Cli, collected: Collected) -> None:
    asked = [
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {"protocolVersion": "2025-06-18", "capabilities": {}},
        },
        {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {"name": "search", "arguments": {"query": "wheat"}},
        },
        {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "list_fields", "arguments": {}}},
    ]
    lines = "".join(json.dumps(message) + "\n" for message in asked).encode()
    answers = [
        json.loads(line) for line in cli("--archive", collected.address, "mcp", stdin=lines, code=0).out.splitlines()
    ]
    assert "Wheat prices climb" in json.dumps(answers[1])
    assert "rating" in json.dumps(answers[2])


def test_credentials_and_certificates_come_from_the_environment_or_a_file(
    cli: Cli, collected: Collected, tmp_path: Path, urls: str
) -> None:
    certificate = tmp_path / "node.pem"
    fingerprint = make_certificate(certificate)
    with proxy(urls.partition(",")[0], certificate) as tls:
        tls.authorization = "Basic " + base64.b64encode(b"ana:secret").decode()
        address = f"opensearch+{tls.url}/{NAME}"
        command = ("--archive", address, "search", "wheat", "--ids")
        own = {"DOCARCHIVE_OPENSEARCH_URL": tls.url, "DOCARCHIVE_OPENSEARCH_USER": "ana"}
        assert "set DOCARCHIVE" not in cli(*command, code=4).err
        assert "with DOCARCHIVE_OPENSEARCH_CA" in cli(*command, code=4).err
        own["DOCARCHIVE_OPENSEARCH_CA"] = str(certificate)
        wrong = cli(*command, code=4, **own, DOCARCHIVE_OPENSEARCH_PASSWORD="guessed").err
        assert "does not accept the user or the password" in wrong
        assert "guessed" not in wrong
        assert cli(*command, code=0, **own, DOCARCHIVE_OPENSEARCH_PASSWORD="secret").out
        file = tmp_path / "clusters.toml"
        file.write_text(f'["{tls.url}"]\nuser = "ana"\npassword = "secret"\nfingerprint = "{fingerprint}"\n')
        assert cli(*command, code=0, DOCARCHIVE_OPENSEARCH_FILE=str(file)).out


def test_an_index_of_another_program_is_no_collection(cli: Cli, collected: Collected, urls: str) -> None:
    request = Request(f"{urls.partition(',')[0]}/alien-{NAME}", method="PUT")
    with urlopen(request, timeout=60):
        pass
    there, _, _ = collected.address.rpartition("/")
    refused = cli("--archive", f"{there}/alien-{NAME}", "list", code=4).err
    assert "is another program's, and no collection" in refused
