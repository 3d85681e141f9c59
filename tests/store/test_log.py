"""The log gives back what was written, from its end, and no line of a stranger or of a cut file stops it."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder
from docarchive.store import log as log_module
from docarchive.store.log import Log, LoggedArticle, LoggedChange, LoggedFile

DIGEST = "ab" * 32
VERSION = LoggedFile("versions/7k2m/0001.md", DIGEST)
FILE = LoggedFile("articles/2024/03/2024-03-16-pier.7k2m.md", DIGEST)
TRASH = LoggedFile("trash/3/2024/03/2024-03-16-pier.7k2m.md", DIGEST)


def test_changes_are_numbered_and_counted_and_know_their_articles(tmp_path: Path) -> None:
    log = Log(Folder(tmp_path))
    assert [*log.changes()] == []
    first = log.begin("import", "inbox")
    log.append([LoggedArticle("7k2m", None, FILE), LoggedArticle("ümlaut", None, FILE)])
    second = log.begin("tag", "+budget")
    log.append([LoggedArticle("7k2m", VERSION, FILE)])
    log.append([LoggedArticle("7k2m", TRASH, None)])
    log.end(second)
    third = log.begin("undo", "2", undoes=2)
    assert [change.number for change in (first, second, third)] == [1, 2, 3]
    assert [*log.changes()] == [(third, 0), (second._replace(done=True), 2), (first, 2)]
    assert [*log.articles(2)] == [LoggedArticle("7k2m", VERSION, FILE), LoggedArticle("7k2m", TRASH, None)]
    assert [*log.articles(3)] == [*log.articles(4)] == []
    assert [*log.of_article("7k2m")] == [
        (second._replace(done=True), LoggedArticle("7k2m", TRASH, None)),
        (first, LoggedArticle("7k2m", None, FILE)),
    ]
    assert [change.number for change, _ in log.of_article("ümlaut")] == [1]
    assert [*log.of_articles(["7k2m", "ümlaut", "none"])] == [(second._replace(done=True), 1), (first, 2)]
    assert [*log.of_articles([])] == []


@given(
    st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), max_size=30),
    st.integers(1, 50),
    st.booleans(),
)
def test_lines_are_read_backwards_whatever_the_size_of_a_block(lines: list[bytes], block: int, ended: bool) -> None:
    content = b"\n".join(lines) + b"\n" * ended
    wanted: list[tuple[int, bytes]] = []
    position = 0
    for line in content.split(b"\n"):
        wanted += [(position, line)] * bool(line)
        position += len(line) + 1
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(log_module, "_BLOCK", block)
        assert [*log_module._lines_backwards(BytesIO(content))] == wanted[::-1]


@pytest.mark.parametrize(
    "line",
    [
        '{"number":7,"time":"2026-11-29T18:00:00Z","command":"tag","words":"+x"',
        '{"number":-7,"time":"","command":"tag","words":"+x"}',
        '{"number":1000000000000000,"time":"","command":"tag","words":"+x"}',
        '{"number":true,"time":"","command":"tag","words":"+x"}',
        '{"number":7,"time":3,"command":"tag","words":"+x"}',
        '{"number":7,"time":"","command":"tag","words":"","undoes":"1"}',
        '{"number":' + "[" * 5000,
        '{"id":"7k2m","before":["/etc/passwd","' + DIGEST + '"],"after":null}',
        '{"id":"7k2m","before":["versions/../../x/1.md","' + DIGEST + '"],"after":null}',
        '{"id":"7k2m","before":["trash/1/../../../x.md","' + DIGEST + '"],"after":null}',
        '{"id":"7k2m","before":null,"after":["articles/../../x.md","' + DIGEST + '"]}',
        '{"id":"7k2m","before":null,"after":["articles/x.md","0"]}',
        '{"id":"7k2m","before":null,"after":"articles/x.md"}',
        '{"id":7,"before":null,"after":null}',
        "[]",
        "null",
        "\xff\0",
    ],
)
def test_a_line_that_no_log_has_is_skipped(tmp_path: Path, line: str) -> None:
    log = Log(Folder(tmp_path))
    change = log.begin("import", "inbox")
    log.append([LoggedArticle("7k2m", None, FILE)])
    with open(tmp_path / "log.jsonl", "ab") as file:
        file.write(line.encode("latin-1", "replace") + b"\n")
    assert [number for (number, *_), _ in log.changes()] == [1]
    assert [*log.articles(1)] == [LoggedArticle("7k2m", None, FILE)]
    assert [*log.of_article("7k2m")] == [(change, LoggedArticle("7k2m", None, FILE))]
    assert log.begin("tag", "").number == 2, "a half line does not swallow the next one"


def test_a_line_that_is_far_too_long_is_skipped(tmp_path: Path) -> None:
    log = Log(Folder(tmp_path))
    log.begin("import", "inbox")
    with open(tmp_path / "log.jsonl", "ab") as file:
        file.write(b"x" * 3_000_000 + b"\n")
    assert log.begin("tag", "w" * 100_000).number == 2
    assert [len(change.words) for change, _ in log.changes()] == [1_000, 5]


def test_no_change_has_the_number_of_one_in_the_trash(tmp_path: Path) -> None:
    for name in ("7", "x", "٩"):
        (tmp_path / "trash" / name).mkdir(parents=True)
    assert Log(Folder(tmp_path)).begin("remove", "").number == 8
    (tmp_path / "trash" / "999999999999999").mkdir()
    with pytest.raises(ArchiveDamaged, match="has the number 999999999999999, which no change has"):
        Log(Folder(tmp_path)).begin("remove", "")


def test_a_line_without_an_end_is_refused(tmp_path: Path) -> None:
    log = Log(Folder(tmp_path))
    log.begin("import", "inbox")
    os.truncate(tmp_path / "log.jsonl", 1 << 30)
    uses: list[Callable[[], object]] = [
        lambda: next(log.changes()),
        lambda: next(log.articles(1)),
        lambda: next(log.of_article("7k2m")),
        lambda: log.begin("tag", ""),
        lambda: log.redact(["7k2m"], change),
    ]
    change = LoggedChange(2, "2026-11-29T18:00:00Z", "purge", "")
    for use in uses:
        with pytest.raises(ArchiveDamaged, match=r"log\.jsonl has a line of more than 64 MB, which no log has"):
            use()
