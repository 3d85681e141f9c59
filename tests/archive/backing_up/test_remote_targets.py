"""Targets that fsspec reaches: what is at an address, and what is missing for it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import fsspec
import pytest
from archive.backing_up.targets import check_target, import_, restored
from support import snapshot

from docarchive import Archive, ArchiveError, ArchiveLocked


@pytest.fixture
def news(tmp_path: Path) -> Path:
    with Archive.create(tmp_path / "news") as archive:
        import_(archive, tmp_path / "inbox", range(3))
    return tmp_path / "news"


@pytest.mark.parametrize("address", ["zip://::file://{}/t.zip", "zip://{}/t.zip", "file://{}/t.zip"])
def test_addresses_of_one_zip_file(news: Path, address: str) -> None:
    with Archive.open(news) as archive:
        archive.backup(address.format(news.parent))
        archive.backup(str(news.parent / "t.zip"))
        archive.backup(address.format(news.parent))
    assert len(Archive.backups(news.parent / "t.zip")) == 3
    assert restored(address.format(news.parent), news.parent / "copy") == snapshot(news)
    check_target(news.parent / "t.zip")


def test_a_folder_and_its_address_are_one_target(news: Path) -> None:
    with Archive.open(news) as archive:
        archive.backup(news.parent / "t")
        assert archive.backup(f"file://{news.parent}/t").copied == 0
        import_(archive, news.parent / "inbox", range(2), "second")
        archive.backup(f"file://{news.parent}/t")
        assert archive.backup(news.parent / "t", verify=True).copied == 0
    check_target(news.parent / "t")


def test_a_store_that_breaks_off_leaves_earlier_backups(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fs = fsspec.filesystem("memory")
    address = f"memory://{news.parent}/breaking"
    with Archive.open(news) as archive:
        first = archive.backup(address).time
        was = snapshot(news)
        import_(archive, news.parent / "inbox", range(3), "second")
        for limit in range(1, 40):
            calls = 0

            def broken(function: Any, limit: int = limit) -> Any:
                def call(*arguments: Any, **options: Any) -> Any:
                    nonlocal calls
                    calls += 1
                    if calls == limit:
                        raise RuntimeError("the store is gone")
                    return function(*arguments, **options)

                return call

            with monkeypatch.context() as patch:
                for name in ("mv", "open", "rm_file"):
                    patch.setattr(type(fs), name, broken(getattr(type(fs), name)))
                report = None
                with suppress(ArchiveError):
                    report = archive.backup(address)
            assert restored(address, news.parent / f"first {limit}", first) == was
            if report is not None:
                break
        assert limit > 8
    assert restored(address, news.parent / "last") == snapshot(news)
    assert not [path for path in fs.find(f"{news.parent}/breaking") if "unfinished" in path or path.endswith(".new")]


@pytest.mark.parametrize(
    ("note", "is_locked"),
    [
        ({"host": "elsewhere", "process": 1, "since": "2024-03-16T08:00:00Z", "token": "a"}, True),
        ({"host": socket.gethostname(), "process": 1, "since": "2024-03-16T08:00:00Z", "token": "a"}, True),
        ({"host": socket.gethostname(), "process": 2**30, "since": "", "token": "a"}, False),
        ({"host": socket.gethostname(), "process": os.getpid(), "since": "", "token": "a"}, False),
        ({"host": []}, False),
        ([], False),
    ],
)
def test_a_note_of_another_process(news: Path, note: object, is_locked: bool) -> None:
    fs = fsspec.filesystem("memory")
    root = f"{news.parent}/noted"
    with fs.open(f"{root}/unfinished", "wb") as file:
        file.write(json.dumps(note).encode())
    with Archive.open(news) as archive:
        if is_locked:
            with pytest.raises(ArchiveLocked, match="since 2024-03-16T08:00:00Z; try again when it is done, or delete"):
                archive.backup(f"memory://{root}")
        else:
            archive.backup(f"memory://{root}")
            assert fs.ls(root, detail=False) == [f"{root}/{name}" for name in ("README.txt", "archive", "backups")]


def test_without_fsspec_paths_work_and_addresses_say_what_to_install(news: Path) -> None:
    code = "import sys; sys.modules['fsspec'] = None; from docarchive.cli import main; sys.exit(main())"
    argv = [sys.executable, "-c", code, "--archive", str(news), "backup"]
    assert subprocess.run([*argv, str(news.parent / "t")], capture_output=True, check=False).returncode == 0
    ran = subprocess.run([*argv, "s3://bucket/t"], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr == ("docarchive: s3://bucket/t needs fsspec; install it with: pip install 'docarchive[backup]'\n")


def test_nothing_imports_fsspec_for_paths(news: Path) -> None:
    code = (
        "import sys; from docarchive import Archive\n"
        "with Archive.open(sys.argv[1]) as archive: archive.backup(sys.argv[2]); archive.backup(sys.argv[2] + '.zip')\n"
        "Archive.restore(sys.argv[2], sys.argv[3]); assert 'fsspec' not in sys.modules"
    )
    argv = [sys.executable, "-c", code, str(news), str(news.parent / "t"), str(news.parent / "copy")]
    subprocess.run(argv, check=True)
