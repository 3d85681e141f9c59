"""Of an article that several archives have, one document leads, whatever these archives do, and when."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from proxies import proxy

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.engines import CLUSTERED, Change, Engine, Position, open_engine
from docarchive.engines.cluster import Cluster
from docarchive.engines.opensearch import bulk
from docarchive.engines.opensearch.connection import Connection
from docarchive.engines.opensearch.leading import Copy, copies_of, leader
from docarchive.engines.opensearch.settling import Settling
from docarchive.folder import Folder
from docarchive.query import Every

_IDS = [f"a{number}" for number in range(12)]


def ask(url: str, method: str, path: str, body: object = None) -> Any:
    """Asks a node something that docarchive does not."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(url.partition(",")[0] + path, data, {"content-type": "application/json"}, method=method)
    with urlopen(request, timeout=60) as answer:
        return json.load(answer)


def copies(url: str, index: str) -> dict[str, list[Copy]]:
    """The documents of a collection by id."""
    fields = ["id", "archive", "edition", "content", "length", "bare", "updated_key", "archived_key", "leading"]
    answer = ask(url, "POST", f"/{index}/_search", {"size": 10_000, "docvalue_fields": fields, "_source": False})
    found: dict[str, list[Copy]] = {}
    for hit in answer["hits"]["hits"]:
        copy = Copy.of({name: values[0] for name, values in hit["fields"].items()}, hit["_index"])
        found.setdefault(copy.id, []).append(copy)
    return found


class Member:
    """An archive of a collection: its journal, and its engine."""

    def __init__(self, urls: str, folder: Path, index: str, name: str) -> None:
        self.name = name
        self._folder = folder
        self._cluster = Cluster.read({"url": urls, "index": index, "archive": name, "replicas": 0})
        self.engine = self._open()
        self.states: dict[str, tuple[int, Article | None]] = {}
        self.number = 0
        self.indexed = 0

    def _open(self) -> Engine:
        return open_engine(CLUSTERED, Folder(self._folder.parent) / self._folder.name, "en", cluster=self._cluster)

    def change(self, id_: str, article: Article | None) -> None:
        """Writes something to the journal."""
        self.number += 1
        if article is not None:
            article.id = id_
        self.states[id_] = (self.number, article)

    def catch_up(self, since: int | None = None, dies_after: int | None = None) -> None:
        """Indexes what is in the journal, or all since a position again; an interruption is the end of this process."""
        start = self.indexed if since is None else since
        changes = [Change(id_, article, 1, "en", number) for id_, (number, article) in self.states.items()]
        changes = sorted((change for change in changes if change.number > start), key=lambda change: change.number)
        try:
            self.engine.index(self._some(changes, dies_after), Position("e", self.number))
            self.indexed = self.number
            self.engine.publish()
        except InterruptedError:
            self.engine.close()
            self.engine = self._open()

    @staticmethod
    def _some(changes: list[Change], dies_after: int | None) -> Iterator[Change]:
        for number, change in enumerate(changes):
            if number == dies_after:
                raise InterruptedError
            yield change

    def rebuild(self) -> None:
        """Builds the index again."""
        self.engine.clear()
        self.indexed = 0
        self.catch_up()

    def step(self, pick: random.Random) -> None:
        """Does anything."""
        for _ in range(pick.randrange(1, 6)):
            self.change(pick.choice(_IDS), edition(pick) if pick.random() < 0.7 else None)
        kind = pick.random()
        if kind < 0.15:
            self.rebuild()
        elif kind < 0.35:
            self.catch_up(dies_after=pick.randrange(4))
        elif kind < 0.5:
            self.catch_up(since=pick.randrange(self.indexed + 1))
        else:
            self.catch_up()


def edition(pick: random.Random) -> Article:
    """One of several editions of an article, which somebody may have changed."""
    number = pick.randrange(3)
    return Article(
        title="Harbour",
        body="The pier." if number else "Harbour",
        fingerprint=f"e{number}",
        updated=PartialDate(f"2024-01-0{number}") if number and pick.random() < 0.5 else None,
        archived=PartialDate(f"2026-01-0{pick.randrange(1, 4)}T10:00:00Z"),
        tags=pick.sample(["coast", "sea"], pick.randrange(2)),
    )


def check(url: str, index: str, members: list[Member]) -> None:
    """Exactly one document of each article leads, that which the rule says, and no article is missing."""
    ask(url, "POST", f"/{index}/_refresh")
    there = copies(url, index)
    had = {(member.name, id_) for member in members for id_, (_, article) in member.states.items() if article}
    assert {(copy.archive, id_) for id_, own in there.items() for copy in own} == had
    for own in there.values():
        assert [copy.archive for copy in own if copy.leading] == [leader(own).archive]


@pytest.fixture
def members(urls: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[list[Member]]:
    """Three archives that feed one index."""
    index = f"settling-{random.randrange(10**9)}"
    there = [Member(urls, tmp_path / name, index, name) for name in ("one", "two", "three")]
    yield there
    for member in there:
        with suppress(Exception):
            member.engine.clear()
        member.engine.close()


def index_of(members: list[Member]) -> str:
    return members[0]._cluster.index_name


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(3))
def test_one_document_leads_whatever_archives_do_one_after_another(urls: str, members: list[Member], seed: int) -> None:
    pick = random.Random(seed)
    for _ in range(12):
        member = pick.choice(members)
        member.step(pick)
        if all(other.indexed == other.number for other in members):
            check(urls, index_of(members), [other for other in members if other.number])
    for member in members:
        member.catch_up()
    check(urls, index_of(members), members)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(3))
def test_one_document_leads_whatever_archives_do_at_once(urls: str, members: list[Member], seed: int) -> None:
    def work(number: int) -> None:
        pick = random.Random(seed * 10 + number)
        for _ in range(8):
            members[number].step(pick)
        members[number].catch_up()

    with ThreadPoolExecutor(3) as pool:
        for _ in pool.map(work, range(3)):
            pass
    for member in members:
        member.engine.publish()  # a sweep that could not be done is done now
    check(urls, index_of(members), members)


def test_what_led_in_an_archive_that_leaves_leads_in_another(urls: str, members: list[Member]) -> None:
    pick = random.Random(1)
    for member in members:
        for id_ in _IDS:
            member.change(id_, edition(pick))
        member.catch_up()
    for gone in range(2):
        members[gone].engine.clear()
        members[gone].states.clear()
        check(urls, index_of(members), members)
    members[0].change("a1", edition(pick))
    members[0].rebuild()
    check(urls, index_of(members), members)


def test_a_sweep_continues_where_it_stopped(urls: str, members: list[Member]) -> None:
    one, two, _ = members
    for member in (one, two):
        for id_ in _IDS:
            member.change(id_, Article(title="Harbour", fingerprint="e1", body="The pier."))
        member.catch_up()
    index = index_of(members)
    for copy in (copy for own in copies(urls, index).values() for copy in own if copy.leading):
        there = ask(urls, "GET", f"/{copy.index_name}/_doc/{copy.id}")["_source"]
        lost = {**there, "leading": False, "edition": "e1", "length": 1, "content": "x", "bare": False}
        ask(urls, "PUT", f"/{copy.index_name}/_doc/{copy.id}?refresh=true", lost)
    Folder(two._folder).put("sweep.json", json.dumps({"after": _IDS[5]}).encode())
    compared: list[tuple[int, int]] = []
    assert two.engine.status()["compared"] is False  # type: ignore[attr-defined]
    two.engine.publish(lambda done, total: compared.append((done, total)))
    assert two.engine.status()["compared"] is True  # type: ignore[attr-defined]
    assert compared == [(0, 0)]  # none led
    two.engine.publish(lambda done, total: compared.append((done, total)))
    assert len(compared) == 1  # there is nothing left to compare
    leads = {id_ for id_, own in copies(urls, index).items() if any(copy.leading for copy in own)}
    assert leads == {id_ for id_ in _IDS if id_ > _IDS[5]}
    two.rebuild()
    leads = {id_ for id_, own in copies(urls, index).items() if any(copy.leading for copy in own)}
    assert leads == {*_IDS}


def test_an_archive_alone_asks_once_in_a_commit_whether_it_still_is(urls: str, tmp_path: Path) -> None:
    with proxy(urls.partition(",")[0]) as node:
        member = Member(node.url, tmp_path / "alone", f"alone-{random.randrange(10**9)}", "alone")
        asked: list[list[str]] = []
        for number in range(3):
            node.paths.clear()
            for id_ in _IDS:
                member.change(id_, Article(title=f"Number {number}", body="The pier."))
            member.catch_up()
            asked.append([path for path in node.paths if "_alias/" in path or "_search" in path or "_mget" in path])
        assert member.engine.count(Every()) == len(_IDS)
        assert asked[2] == [f"GET /_alias/{member._cluster.index_name}"]
        member.engine.clear()
        member.engine.close()


def test_documents_of_another_version_are_left_alone(urls: str, members: list[Member]) -> None:
    one, two, _ = members
    one.change("a0", Article(title="Harbour", fingerprint="e1", body="The pier."))
    one.catch_up()
    index = index_of(members)
    name = copies(urls, index)["a0"][0].index_name
    meta = ask(urls, "GET", f"/{name}/_mapping")[name]["mappings"]["_meta"]
    meta["docarchive"]["version"] = 99
    ask(urls, "PUT", f"/{name}/_mapping", {"_meta": meta})
    two.change("a0", Article(title="Harbour", fingerprint="e1", body="The pier.", tags=["coast"]))
    two.catch_up()
    assert [copy.leading for copy in copies(urls, index)["a0"]] == [True, True], "better two than none"


def test_a_document_that_changed_meanwhile_is_not_overwritten(urls: str, members: list[Member]) -> None:
    one, index = members[0], index_of(members)
    connection = Connection(one._cluster)
    one.change("a0", Article(title="Old", body="The pier."))
    one.catch_up()
    stale = copies_of(connection, index, ["a0"])["a0"]
    one.change("a0", Article(title="New", body="The pier."))
    one.catch_up()
    settling = Settling(connection, one._cluster, Folder(one._folder))
    assert settling.rewrite(stale, leading=False) == stale, "it is compared again"
    sent = bulk.replacing("a0", stale[0].index_name, stale[0].revision, {"id": "a0", "leading": False})
    assert bulk.replace(connection, [sent]).overtaken == {"a0"}
    there = ask(urls, "GET", f"/{stale[0].index_name}/_doc/a0")["_source"]
    assert "title: New" in there["file"]
    assert [copy.leading for copy in copies(urls, index)["a0"]] == [True]
    connection.close()
