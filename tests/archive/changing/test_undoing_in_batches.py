"""An undo reads what a change did from the log, in batches."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive import Archive, Article
from docarchive.archive.changing import change
from docarchive.archive.changing.undo import _Logged
from docarchive.folder import Folder
from docarchive.store.log import Log, LoggedArticle, LoggedFile

_FILES = st.none() | st.builds(
    lambda number: LoggedFile(f"versions/a/{number:04}.md", f"{number:064x}"), st.integers(1, 9)
)
_LINES = st.lists(st.tuples(st.sampled_from("abcde"), _FILES, st.booleans()), max_size=9)


def as_a_whole(lines: list[LoggedArticle]) -> dict[str, LoggedArticle]:
    """Returns what one part of a change did to each article."""
    whole: dict[str, LoggedArticle] = {}
    for line in lines:
        whole[line.id] = whole.get(line.id, line)._replace(after=line.after)
    return whole


@given(st.lists(_LINES, min_size=1, max_size=3))
def test_what_a_change_did_is_read_from_the_log_as_from_memory(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[tuple[str, LoggedFile | None, bool]]]
) -> None:
    log = Log(Folder(tmp_path_factory.mktemp("log")))
    expected: dict[str, LoggedArticle] = {}
    numbers = []
    for number, part in enumerate(parts):
        after = LoggedFile(f"articles/{number}.md", f"{number:064x}")
        lines = [LoggedArticle(id_, before, after if is_there else None) for id_, before, is_there in part]
        numbers.append(log.begin("tag", "").number)
        log.append(lines)
        expected |= as_a_whole(lines)
    logged = _Logged(log, numbers)
    wanted = [article for article in expected.values() if article.before or article.after]
    assert [*logged.articles()] == wanted
    assert logged.is_purged() == (bool(expected) and not wanted)


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_a_change_of_several_batches_is_undone_and_redone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(change, "_BATCH", 2)
    with Archive.create(tmp_path / "a") as archive:
        archive.add_all(Article(title=f"Crane {number}", body=f"Text {number}.") for number in range(count))

        def files() -> dict[str, bytes]:
            return {str(path): path.read_bytes() for path in (tmp_path / "a/articles").rglob("*.md")}

        added = files()
        archive.tag("", add=["harbour"])
        tagged = files()
        assert archive.undo().changed == count
        assert files() == added
        assert archive.redo().changed == count
        assert files() == tagged
        assert archive.undo().changed == count
        assert archive.undo(1).changed == count
        assert files() == {}
        assert archive.verify().ok
