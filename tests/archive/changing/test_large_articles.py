"""A change of large articles is written in batches of so many bytes, so its memory does not grow with their number."""

import io
import json
import shutil
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from docarchive import Archive
from docarchive.archive.changing import change
from docarchive.archive.reports import Decision

COUNT = 24
SIZE = 50_000
#: Of the articles, so many bytes are a batch: three of them.
BATCH = 140_000

_CHANGES: dict[str, Callable[[Archive, Callable[[Decision], object]], object]] = {
    "tag": lambda archive, observe: archive.tag("", add=["sea"], observe=observe),
    "set": lambda archive, observe: archive.set("", values={"section": "Ports"}, observe=observe),
    "undo": lambda archive, observe: archive.undo(observe=observe),
    "restore": lambda archive, observe: archive.restore_articles("", observe=observe),
}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of large articles, with no change but the import."""
    root = tmp_path_factory.mktemp("large") / "news"
    lines = (json.dumps({"title": f"Ferry {n}", "body": f"{n} late. " * (SIZE // 9)}) for n in range(COUNT))
    with Archive.create(root) as archive:
        archive.import_(io.BytesIO("\n".join(lines).encode()), format="jsonl")
    return root


@pytest.fixture
def archive(large: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Archive]:
    with Archive.open(shutil.copytree(large, tmp_path / "news")) as archive:
        prepare(archive, request.getfixturevalue("verb"))
        yield archive


def prepare(archive: Archive, verb: str) -> None:
    """Makes what a verb takes back."""
    if verb == "undo":
        archive.tag("", add=["quay"])
    elif verb == "restore":
        archive.remove("")


@pytest.mark.parametrize("verb", _CHANGES)
def test_what_was_written_before_an_interruption_stays(
    archive: Archive, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change, "_BATCH_BYTES", BATCH)
    files = {path: path.read_bytes() for path in (archive.path / "articles").rglob("*.md")}
    decisions: list[Decision] = []

    def observe(decision: Decision) -> None:
        decisions.append(decision)
        if len(decisions) == COUNT - 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _CHANGES[verb](archive, observe)
    now = {path: path.read_bytes() for path in (archive.path / "articles").rglob("*.md")}
    changed = sum(files.get(path) != content for path, content in now.items())
    assert COUNT // 2 < changed < COUNT - 2
    monkeypatch.undo()
    _CHANGES[verb](archive, lambda _: None)
    assert archive.verify().ok


@pytest.mark.parametrize("verb", ["tag", "set", "undo"])  # a restored file is moved, and not in memory
def test_less_is_in_memory(archive: Archive, verb: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with Archive.open(shutil.copytree(archive.path, tmp_path / "copy")) as copy:
        whole = peak(lambda: _CHANGES[verb](copy, lambda _: None))
    monkeypatch.setattr(change, "_BATCH_BYTES", BATCH)
    assert peak(lambda: _CHANGES[verb](archive, lambda _: None)) < whole - COUNT * SIZE
    assert archive.verify().ok


def peak(do: Callable[[], object]) -> int:
    """Returns how many bytes Python's objects take at most while something is done."""
    tracemalloc.start()
    try:
        do()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
