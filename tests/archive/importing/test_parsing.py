"""Loading: the same articles and refusals, whatever number of processes parses them."""

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from time import thread_time

import pytest

from docarchive.archive.importing import parsing
from docarchive.archive.importing.parsing import Parser
from docarchive.archive.importing.records import HeldInput, PendingRecord
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.folder import Folder
from docarchive.readers import Reader, Record, Source
from docarchive.store import Original


class Plain(Reader):
    name = "plain"
    summary = "for tests"

    def records(self, source: Source) -> Iterator[Record]:
        return iter(())


class Isolated(Plain):
    name = "isolated"
    isolated = True


class Slow(Plain):
    name = "slow"
    slow = True


def article(number: int) -> Article:
    if number % 5 == 4:
        raise ReaderError(f"number {number}")
    return Article.from_metadata({"title": f"Number {number}", "pid": os.getpid()}, f"Text {number}.")


def held(data: bytes) -> HeldInput:
    path = "originals/00/0.txt"
    return HeldInput("a.txt", Original("0" * 64, len(data), path, data, None, False, Folder("")))


def incoming(reader: Reader, *records: Record) -> list[PendingRecord]:
    whole = held(b"x")
    return [PendingRecord(f"a.txt:{n}", record, whole, reader, str(n)) for n, record in enumerate(records)]


def told(results: Sequence[object]) -> list[str]:
    return [result.title if isinstance(result, Article) else str(result) for result in results]


def processes(results: Sequence[object]) -> set[object]:
    return {result.extra["pid"] for result in results if isinstance(result, Article)}


EXPECTED = [f"number {n}" if n % 5 == 4 else f"Number {n}" for n in range(40)]


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("reader", [Plain(), Isolated()])
@pytest.mark.parametrize("slow", [False, True])
def test_results_are_in_order(monkeypatch: pytest.MonkeyPatch, jobs: int, reader: Reader, slow: bool) -> None:
    monkeypatch.setattr(parsing, "_SLOW", 0.0 if slow else float("inf"))  # so that a busy machine changes nothing
    parser = Parser(jobs)
    done: list[str] = []
    try:
        results = parser.parse(
            incoming(reader, *(Record(str(n), b"", partial(article, n)) for n in range(40))),
            lambda each: done.append(each.fingerprint),
        )
    finally:
        parser.close()
    assert told(results) == EXPECTED
    assert sorted(done, key=int) == [str(n) for n in range(40)]
    elsewhere = processes(results) - {os.getpid()}
    assert bool(elsewhere) == (reader.isolated or (jobs > 1 and slow))
    assert not (reader.isolated and os.getpid() in processes(results))


def loading(seconds: float) -> Article:
    """Returns an article after so many seconds of processor time."""
    end = thread_time() + seconds
    while thread_time() < end:
        pass
    return article(0)


def test_what_the_first_record_takes_says_nothing_of_the_others() -> None:
    limit = parsing._SLOW * parsing._TIMED
    first, *others = incoming(
        Plain(), *(Record(str(n), b"", partial(loading, 0 if n else 2 * limit)) for n in range(9))
    )
    with closing(Parser(2)) as parser:
        parser.parse([first], lambda _: None)
        assert not parser.is_elsewhere(first.reader)
        parser.parse(others, lambda _: None)
        assert parser._times["plain"][1] < 2 * limit, "the first is not among those that are timed"


def test_what_cannot_travel_is_parsed_here() -> None:
    parser = Parser(2)
    try:
        results = parser.parse(incoming(Isolated(), Record("1", b"", lambda: article(1))), lambda each: None)
    finally:
        parser.close()
    assert processes(results) == {os.getpid()}


def test_a_mistake_of_a_reader_is_a_refusal() -> None:
    parser = Parser(1)
    (result,) = parser.parse(incoming(Plain(), Record("1", b"", partial(divmod, 1, 0))), lambda each: None)
    assert isinstance(result, ReaderError)
    assert str(result) == (
        "the plain reader failed on it (ZeroDivisionError: integer division or modulo by zero); please report this"
    )


def test_an_original_can_be_opened_by_another_process() -> None:
    whole = held(b"abc")
    parser = Parser(1)
    source = Source("a.txt", 3, whole.original.open)
    record = Record("", None, partial(read, source))
    try:
        (result,) = parser.parse([PendingRecord("a.txt", record, whole, Isolated(), "1")], lambda each: None)
    finally:
        parser.close()
    assert isinstance(result, Article)
    assert result.body == "abc"
    assert result.extra["pid"] != os.getpid()


def read(source: Source) -> Article:
    with source.open() as file:
        return Article.from_metadata({"pid": os.getpid()}, io.TextIOWrapper(file).read())


@pytest.mark.parametrize(("count", "jobs", "here"), [(15, 2, 15), (16, 2, 0), (40, 2, 0), (40, 1, 40)])
def test_many_records_of_a_slow_reader_are_all_parsed_in_other_processes(count: int, jobs: int, here: int) -> None:
    records = incoming(Slow(), *(Record(str(n), b"", partial(article, n)) for n in range(count)))
    with closing(Parser(jobs)) as parser:
        results = parser.parse(records, lambda _: None)
    assert told(results) == EXPECTED[:count]
    own = [result for result in results if isinstance(result, Article) and result.extra["pid"] == os.getpid()]
    assert len(own) == here - here // 5


@pytest.mark.parametrize("count", [15, 40])
def test_records_that_were_begun_have_the_same_results(count: int) -> None:
    records = incoming(Slow(), *(Record(str(n), b"", partial(article, n)) for n in range(count)))
    with closing(Parser(2)) as parser:
        for record in records:
            parser.begin(record)
        parser.forget(record.fingerprint for record in records[1:3])
        first = parser.parse(records[:1] + records[3:8], lambda _: None)
        rest = parser.parse(records[8:], lambda _: None)
        assert not parser._begun, "nothing is kept of what was parsed or forgotten"
    assert told([*first, *rest]) == EXPECTED[:1] + EXPECTED[3:count]
    assert (os.getpid() in processes([*first, *rest])) == (count < parsing._MANY)
