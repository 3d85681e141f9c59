"""Whatever happens to one of an archive's own files, it is named, and nothing else is; its copy restores it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Cli
from support import ARTICLES, replace_bytes

from docarchive import Archive, Article
from docarchive.archive.proving.heads import Heads
from docarchive.catalog import Catalog
from docarchive.errors import ArchiveDamaged, NotAnArchive
from docarchive.folder import Folder

OWN = ("docarchive.toml", "deleted.jsonl", "heads.jsonl", "log.jsonl")
KEPT = ".docarchive/kept"


def fill(root: Path, word: str, engine: str) -> None:
    """Makes an archive with saved searches, several deleted articles and several heads."""
    with Archive.create(root, engine=engine) as archive:
        for number, values in enumerate(ARTICLES[:4]):
            metadata = {key: value for key, value in values.items() if key != "id"} | {"title": f"{word} {number}"}
            archive.import_(Article.from_metadata(metadata, str(values["body"])))
        for number in range(2):
            (root / next(archive.list()).path).unlink()
            archive.sync()
            archive.save_search(f"{word}{number}", f"title:{word}")
            archive.write_manifest(root.parent / f"{root.name}-{number}")
        archive.tag("", add=[word])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    fill(folder / "archive", "own", "tantivy")
    fill(folder / "another", "other", "whoosh")
    return folder


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    for name in ("archive", "another"):
        shutil.copytree(built / name, tmp_path / name, copy_function=shutil.copy2)
    return tmp_path / "archive"


def flip(path: Path) -> None:
    status, data = path.stat(), bytearray(path.read_bytes())
    data[len(data) - 3] ^= 1
    replace_bytes(path, data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def lose_line(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    replace_bytes(path, b"".join(lines[:-1]))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "emptied": lambda path: replace_bytes(path, b""),
    "blank": lambda path: replace_bytes(path, b" \n\n"),
    "zeroed": lambda path: replace_bytes(path, bytes(path.stat().st_size)),
    "cut": lambda path: replace_bytes(path, path.read_bytes()[:-5]),
    "cut early": lambda path: replace_bytes(path, path.read_bytes()[:20]),
    "cut at a line": lose_line,
    "flipped": flip,
    "another's": lambda path: replace_bytes(path, (path.parent.parent / "another" / path.name).read_bytes()),
    "lost": Path.unlink,
}
#: What may be an edit or a deletion by hand, and so is left alone.
LEFT = {
    ("docarchive.toml", "cut at a line"): "changed",
    ("docarchive.toml", "another's"): "changed",
    ("deleted.jsonl", "another's"): "changed",
    ("deleted.jsonl", "lost"): "missing",
    ("heads.jsonl", "lost"): "missing",
    ("log.jsonl", "lost"): "missing",
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", OWN)
def test_damage_is_named_and_repaired(root: Path, name: str, damage: str) -> None:
    before = {path: (root / path).read_bytes() for path in OWN}
    DAMAGE[damage](root / name)
    kind = LEFT.get((name, damage), "damaged")
    with Archive.open(root, last_settings=True) as archive:
        assert [(fault.kind, fault.path) for fault in archive.verify().faults] == [(kind, name)]
        repaired = [fault.repaired for fault in archive.verify(repair=True).faults]
    assert repaired == [kind == "damaged"]
    if kind != "damaged":
        assert (root / KEPT / name).read_bytes() == before[name], "what is left can be put back by hand"
        shutil.copyfile(root / KEPT / name, root / name)
    assert {path: (root / path).read_bytes() for path in OWN} == before
    with Archive.open(root) as archive:
        assert archive.verify().ok
        assert archive.settings.engine == "tantivy"
        assert archive.count("@own0") == 2


@pytest.mark.parametrize("damage", sorted({*DAMAGE} - {"cut at a line", "another's", "flipped"}))
def test_damaged_settings_are_named_by_every_command(root: Path, cli: Cli, damage: str) -> None:
    before = (root / "docarchive.toml").read_bytes()
    DAMAGE[damage](root / "docarchive.toml")
    for command in ("list", "search harbour", "sync", "rebuild", "stats", "engine status", "saved", "backup x"):
        code, _, error = cli("--archive", root, *command.split())
        assert code == 4, command
        assert "docarchive.toml" in error
        assert "run 'docarchive verify --repair'" in error
    code, printed, _ = cli("--archive", root, "verify")
    assert code == 3
    assert "docarchive.toml" in printed
    assert cli("--archive", root, "verify", "--repair")[0] == 0
    assert (root / "docarchive.toml").read_bytes() == before


def test_a_mistake_in_the_settings_is_not_reverted(root: Path, cli: Cli) -> None:
    path = root / "docarchive.toml"
    path.write_text(path.read_text("utf-8") + '[import]\ntags = ["a]\n', "utf-8")
    edited = path.read_bytes()
    code, _, error = cli("--archive", root, "list")
    assert code == 4
    assert "fix it in an editor, or put back its copy, .docarchive/kept/docarchive.toml" in error
    with Archive.open(root, last_settings=True) as archive:
        assert [fault.kind for fault in archive.verify(repair=True).faults] == ["invalid"]
    assert path.read_bytes() == edited


def test_without_a_copy_settings_are_made_again(root: Path) -> None:
    shutil.rmtree(root / ".docarchive")
    (root / "docarchive.toml").write_bytes(b"")
    with pytest.raises(ArchiveDamaged, match="is empty; fix it in an editor, or move it away and run 'docarchive init"):
        Archive.open(root, last_settings=True)
    (root / "docarchive.toml").unlink()
    with pytest.raises(NotAnArchive):
        Archive.open(root)
    with Archive.create(root) as archive:
        assert archive.count() == 2


def test_an_edit_is_accepted_by_a_sync_and_by_a_saved_search(root: Path) -> None:
    path = root / "docarchive.toml"
    path.write_text(path.read_text("utf-8").replace("title:own", "pier"), "utf-8")
    with Archive.open(root) as archive:
        assert archive.verify().kinds == {"changed": 1}
        archive.sync()
        assert archive.verify().ok
        assert (root / KEPT / "docarchive.toml").read_bytes() == path.read_bytes()
        path.write_text(path.read_text("utf-8").replace("pier", "quay"), "utf-8")
        assert archive.verify().kinds == {"changed": 1}
        archive.save_search("new", "pier")
        assert archive.verify().ok


@pytest.mark.parametrize("name", OWN[1:])
def test_a_killed_process_leaves_no_fault(root: Path, name: str) -> None:
    """It has added a line, or half of one, and has not recorded that."""
    if name == "deleted.jsonl":
        with (root / name).open("ab") as file:
            file.write(b'{"id": "x", "tit')
    elif name == "log.jsonl":
        with (root / name).open("ab") as file:
            file.write(b'{"id":"x","bef')
    else:
        heads = Heads(Folder(root))
        last = heads.last()
        assert last is not None
        heads.append(last._replace(previous=last.head))
    with Archive.open(root) as archive:
        assert archive.verify().ok
        archive.sync()
        assert archive.verify().ok


@pytest.mark.parametrize("added", [b"\x19\xca", b"{}\n", b'{"id": "x"}\n', b"\0" * 9, b'\n\n{"id": "x", "tit'])
def test_what_no_process_adds_to_the_deletions_is_named(root: Path, added: bytes) -> None:
    before = (root / "deleted.jsonl").read_bytes()
    (root / "deleted.jsonl").write_bytes(before + added)
    with Archive.open(root) as archive:
        assert [(fault.kind, fault.path) for fault in archive.verify().faults] == [("damaged", "deleted.jsonl")]
        archive.verify(repair=True)
        assert (root / "deleted.jsonl").read_bytes() == before


@pytest.mark.parametrize("name", OWN)
def test_a_backup_keeps_the_last_good_copy(root: Path, tmp_path: Path, name: str) -> None:
    before = (root / name).read_bytes()
    with Archive.open(root) as archive:
        archive.backup(tmp_path / "backups")
        replace_bytes(root / name, b"")
        report = archive.backup(tmp_path / "backups")
    assert [refusal.where for refusal in report.refused] == [name]
    Archive.restore(tmp_path / "backups", tmp_path / "restored")
    assert (tmp_path / "restored" / name).read_bytes() == before


def test_a_rebuild_keeps_what_is_recorded(root: Path) -> None:
    flip(root / "deleted.jsonl")
    with Archive.open(root) as archive:
        archive.rebuild()
        assert [(fault.kind, fault.repaired) for fault in archive.verify(repair=True).faults] == [("damaged", True)]


def test_what_is_recorded_of_the_log_grows_with_it(root: Path) -> None:
    """Neither is it read as a whole at each change, nor is a change before the last one left out."""
    for word in ("one", "two", "three"):
        with Archive.open(root) as archive:
            archive.tag("", add=[word])
            assert archive.verify().ok
        catalog = Catalog.open(Folder(root / ".docarchive"), "en")
        assert catalog is not None
        with closing(catalog):
            recorded, added = catalog.recorded_at("log.jsonl"), catalog.added_to("log.jsonl")
        assert recorded is not None
        assert added is not None
        assert recorded.size < added.size == (root / "log.jsonl").stat().st_size
    assert (root / KEPT / "log.jsonl").read_bytes() == (root / "log.jsonl").read_bytes()


@pytest.mark.parametrize("word", ["import", "tag"])
def test_damage_in_the_log_is_named_after_a_change_too(root: Path, word: str) -> None:
    path = root / "log.jsonl"
    before, status = path.read_bytes(), path.stat()
    replace_bytes(path, before.replace(f'"{word}"'.encode(), f'"{word[:-1]}X"'.encode(), 1))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    with Archive.open(root) as archive:
        archive.tag("", add=["later"])
        faults = archive.verify().faults
    assert [(fault.kind, fault.path) for fault in faults] == [("damaged", "log.jsonl")]


@pytest.mark.parametrize("damage", ["emptied", "zeroed", "cut early", "cut at a line", "another's", "lost"])
@pytest.mark.parametrize("name", OWN[1:])
def test_a_list_that_lost_lines_is_put_back_before_it_is_written(root: Path, name: str, damage: str) -> None:
    before, notices = (root / name).read_bytes(), list[str]()
    DAMAGE[damage](root / name)
    with Archive.open(root, notify=notices.append) as archive:
        archive.remove("", all=True)
        if (name, damage) not in LEFT:
            assert [notice.partition("; ")[2] for notice in notices] == ["it was put back from its copy"]
            assert (root / name).read_bytes().startswith(before)
            assert archive.verify().ok
            assert archive.undo().changed == 2
    lines = (root / "log.jsonl").read_bytes().splitlines()
    numbers = [line.split(b",")[0] for line in lines if line.startswith(b'{"number"')]
    assert len({*numbers}) == len(numbers), "two changes have the same number"


@pytest.mark.parametrize("damage", ["emptied", "cut at a line", "lost"])
def test_a_log_that_lost_lines_is_put_back_before_it_is_read(root: Path, cli: Cli, damage: str) -> None:
    _, before, _ = cli("--archive", root, "log")
    DAMAGE[damage](root / "log.jsonl")
    code, printed, said = cli("--archive", root, "log")
    assert (code, printed) == (0, before)
    assert "log.jsonl" in said


def test_a_log_that_cannot_be_put_back_is_not_called_empty(root: Path, cli: Cli) -> None:
    (root / KEPT / "log.jsonl").unlink()
    replace_bytes(root / "log.jsonl", b"")
    _, _, said = cli("--archive", root, "log")
    assert "log.jsonl has lost lines that docarchive wrote" in said
    _, _, said = cli("--archive", root, "list", "--trash")
    assert "log.jsonl has lost lines that docarchive wrote" in said


def test_a_log_that_was_deleted_is_accepted_by_a_sync(root: Path) -> None:
    (root / "log.jsonl").unlink()
    with Archive.open(root) as archive:
        archive.remove("", all=True)
        archive.undo()
        (root / "log.jsonl").unlink()
        archive.sync()
        assert [*archive.log()] == []
        assert archive.verify().ok


@pytest.mark.parametrize("half", [b'{"id":"x","bef', b'{"id":"x","before":["versions/x/0001.md","00"]}', b"\0\0"])
def test_nothing_that_was_added_after_half_a_line_is_lost(root: Path, half: bytes) -> None:
    """A process was interrupted; the next one adds its lines, and is killed before it records that."""
    added = b'{"number":50,"time":"2026-11-29T18:00:00Z","command":"tag","words":"+later"}\n{"done":50}\n'
    interrupted = (root / "log.jsonl").read_bytes() + half + b"\n" + added
    replace_bytes(root / "log.jsonl", interrupted)
    with Archive.open(root) as archive:
        archive.tag("", add=["last"])
        assert [entry.words for entry in archive.log(limit=2)] == ["+last", "+later"]
    assert (root / "log.jsonl").read_bytes().startswith(interrupted)
