"""One open archive, used by many threads, by forked processes, and after it was closed."""

import asyncio
import multiprocessing
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from support import ARTICLES

from docarchive import ENGINES, Archive, Decision, UsageError

CLOSED = "this archive is closed"


@pytest.fixture(params=ENGINES)
def archive(request: pytest.FixtureRequest, root: Path, articles_file: Path) -> Iterator[Archive]:
    with Archive.create(root, engine=request.param) as archive:
        archive.import_(articles_file)
        yield archive


def in_thread(call: Callable[[], Any]) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()


def new_articles(start: int, count: int) -> BytesIO:
    lines = (f'{{"title": "Gull {n}", "body": "A gull, number{n}.", "tags": ["birds"]}}' for n in range(count))
    return BytesIO("\n".join(line.replace("number", f"number{start}x") for line in lines).encode())


def test_threads_read_while_one_writes(archive: Archive) -> None:
    done = threading.Event()
    seen: list[int] = []
    harbour = [hit.id for hit in archive.search("harbour")]

    def read() -> None:
        last = 0
        while True:
            was_done = done.is_set()
            results = archive.search("harbour", facets=["tag"])
            assert [hit.id for hit in results] == harbour
            assert all(hit.snippet.marks for hit in results)
            assert archive.get(harbour[0]).id == harbour[0]
            assert archive.list_count("tag:harbour") == 2
            gulls = archive.count("gull")
            assert gulls >= last
            last = gulls
            assert len({row.id for row in archive.list()}) >= len(ARTICLES) + gulls
            if was_done:
                seen.append(last)
                return

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        try:
            for start in range(3):
                archive.import_(new_articles(start, 20))
            archive.sync()
            archive.rebuild()
        finally:
            done.set()
        for reader in readers:
            reader.result()
    assert seen == [60] * 4


def test_writers_wait_for_one_another(archive: Archive) -> None:
    def write(number: int) -> int:
        archive.save_search(f"s{number}", "gull")
        return archive.import_(new_articles(number, 3)).new

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(write, range(6))) == 18
    assert archive.count("@s5") == 18
    assert set(archive.settings.searches) == {f"s{number}" for number in range(6)}


def test_asyncio(archive: Archive) -> None:
    async def ask() -> list[int]:
        return await asyncio.gather(*(asyncio.to_thread(archive.count, query) for query in ("harbour", "pier", "gas")))

    assert asyncio.run(ask()) == [archive.count(query) for query in ("harbour", "pier", "gas")]


def test_iterators_go_on_in_other_threads(archive: Archive) -> None:
    rows = archive.list(sort="title")
    first = next(rows)
    archive.import_(new_articles(0, 5))
    with ThreadPoolExecutor(4) as pool:
        rest = [*pool.map(lambda _: next(rows), range(len(ARTICLES) - 1))]
    assert {row.metadata["title"] for row in (first, *rest)} == {article["title"] for article in ARTICLES}
    assert in_thread(lambda: next(rows, None)) is None
    groups = archive.duplicates(0.1)
    assert in_thread(lambda: [*groups]) == [*archive.duplicates(0.1)]


def test_hits_are_read_in_other_threads_and_after_the_end(archive: Archive) -> None:
    hits = archive.search("pier").hits
    read = in_thread(lambda: [(hit.snippet.marked(), hit.article) for hit in hits])
    later = archive.search("pier").hits
    archive.close()
    assert [(hit.snippet.marked(), hit.article) for hit in later] == read


def test_a_callback_uses_the_archive_that_calls_it(archive: Archive) -> None:
    seen: list[Any] = []
    known = next(archive.list()).id

    def observe(decision: Decision) -> None:
        archive.save_search("birds", "tag:birds")
        seen.append((archive.count("harbour"), len([*archive.list("tag:harbour")]), archive.get(known).id))

    assert archive.import_(new_articles(0, 2), observe=observe).new == 2
    assert seen == [(2, 2, known)] * 2
    assert archive.count("@birds") == 2


def test_watching_in_a_thread(archive: Archive, tmp_path: Path) -> None:
    pytest.importorskip("watchfiles")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    started, arrived, stop = threading.Event(), threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(
            archive.watch,
            inbox,
            settle=0.1,
            started=started.set,
            report=lambda report: arrived.set(),
            stop=stop.is_set,
        )
        try:
            assert started.wait(30)
            (inbox / "gull.md").write_text("A gull.\n")
            while not arrived.wait(0.05):
                assert archive.count("harbour") == 2
                assert not watching.done()
        finally:
            stop.set()
        watching.result()
    assert archive.count("gull") == 1


def public() -> list[str]:
    """Returns the names of all public methods and properties that need an open archive."""
    members = {name: member for name, member in vars(Archive).items() if not name.startswith("_")}
    return [name for name, member in members.items() if not isinstance(member, staticmethod | classmethod)]


@pytest.mark.parametrize("name", sorted({*public()} - {"close", "path"}))
def test_a_closed_archive_says_so_whatever_it_is_asked(archive: Archive, name: str) -> None:
    archive.close()
    with pytest.raises(UsageError, match=CLOSED):
        getattr(archive, name)()
    archive.close()
    assert archive.path.is_dir()
    assert archive.formats()


@pytest.mark.parametrize("operator", ["__len__", "__iter__", "__contains__", "__getitem__", "__enter__"])
def test_a_closed_archive_says_so_to_operators(archive: Archive, operator: str) -> None:
    archive.close()
    with pytest.raises(UsageError, match=CLOSED):
        getattr(archive, operator)()


def test_iterators_of_a_closed_archive_say_so(archive: Archive) -> None:
    begun, not_begun, groups = archive.list(), archive.list(), archive.duplicates()
    next(begun)
    archive.close()
    for iterator in (begun, not_begun, groups):
        with pytest.raises(UsageError, match=CLOSED):
            next(iterator)


def test_closing_lets_calls_in_progress_end(archive: Archive) -> None:
    writing, closed = threading.Event(), threading.Event()

    def observe(decision: Decision) -> None:
        writing.set()
        assert closed.wait(30)

    with ThreadPoolExecutor(1) as pool:
        importing = pool.submit(archive.import_, new_articles(0, 1), observe=observe)
        assert writing.wait(30)
        archive.close()
        closed.set()
        assert importing.result().new == 1
    with Archive.open(archive.path) as again:
        assert again.count("gull") == 1


def test_closing_in_a_callback(archive: Archive) -> None:
    assert archive.import_(new_articles(0, 1), observe=lambda decision: archive.close()).new == 1
    with pytest.raises(UsageError, match=CLOSED):
        len(archive)


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="this system cannot fork")
def test_a_forked_process_uses_the_archive_that_its_parent_has_open(archive: Archive) -> None:
    rows = archive.list()
    next(rows)
    context = multiprocessing.get_context("fork")
    answers: Any = context.SimpleQueue()

    def child() -> None:
        try:
            next(rows)
        except UsageError as error:
            answers.put(str(error))
        answers.put((archive.count("harbour"), archive.import_(new_articles(1, 2)).new, archive.count("gull")))
        archive.close()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking with threads, which the engines may have
        process = context.Process(target=child)
        process.start()
    process.join(60)
    assert process.exitcode == 0
    assert "another process" in answers.get()
    assert answers.get() == (2, 2, 2)
    assert len([*rows]) == len(ARTICLES) - 1
    assert archive.count("gull") == 2


def test_sessions_that_other_threads_left_follow_a_rebuild(archive: Archive) -> None:
    rows = archive.list()
    assert in_thread(lambda: archive.count("harbour")) == 2  # in another session than that of the rows
    in_thread(archive.rebuild)
    archive.import_(new_articles(0, 1))
    assert len([*rows]) == len(ARTICLES)
    inner = archive.list()
    assert next(inner).id
    assert (archive.count("gull"), len(archive), archive.is_current()) == (1, len(ARTICLES) + 1, True)
