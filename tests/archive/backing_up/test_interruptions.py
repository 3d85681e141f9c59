"""A backup that is killed, or for which there is no room, at any point leaves every earlier backup as it was.

The next backup completes, and leaves nothing behind. The program runs in a process of its own, whose children end at
once at the Nth call that makes a change to the disk.
"""

from __future__ import annotations

import os
from pathlib import Path

import interpreter
import pytest

ROOT = Path(__file__).parents[2]

RUN = """
import os, shutil, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from archive.backing_up.targets import by_hand, check_target, files, import_, restored
from docarchive import Archive, DocarchiveError
from docarchive.archive.backing_up import mirror
from support import snapshot

base, kind, how, step = Path(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5])
mirror._BATCH_FILES = 4
root, first = base / "news", base / "first" / "target"
target = first if kind == "folder" else first.with_suffix(".zip")
were = []
with Archive.create(root) as archive:
    import_(archive, base / "inbox", range(9))
    for edition in ("second", "third"):
        archive.backup(target)
        were.append(snapshot(root))
        import_(archive, base / "inbox", range(3), edition)
        files(root)[3].unlink()
        files(root)[4].write_text(files(root)[4].read_text() + edition)
        (root / "articles" / f"{edition}.bin").write_text(edition)
    archive.sync()
    last = snapshot(root)
    times = [backup.time for backup in archive.backups(target)]

count = 0

def begin(limit):
    def counted(function, *, only=lambda *arguments: True):
        def call(*arguments, **options):
            global count
            if only(*arguments):
                count += 1
                if count == limit:
                    if how == "full":
                        raise OSError(28, "No space left on device")
                    os._exit(9)
            return function(*arguments, **options)
        return call
    for name in ("replace", "fsync", "write", "mkdir", "unlink", "rmdir"):
        setattr(os, name, counted(getattr(os, name)))
    os.open = counted(os.open, only=lambda path, flags, *rest: flags & os.O_CREAT)

def child(limit, place):
    begin(limit)
    try:
        with Archive.open(root) as archive:
            archive.backup(place)
    except DocarchiveError as error:
        if "no room left on the disk" not in str(error):
            print(error, flush=True)
            os._exit(1)
        os._exit(4)
    except BaseException as error:
        print(repr(error), flush=True)
        os._exit(1)
    os._exit(5 if count >= limit else 0)  # what failed was no part of the backup, such as a note about the lock

limit, code = 1, None
while code != 0:
    place = base / f"at {limit}" / target.name
    shutil.copytree(target, place) if kind == "folder" else (
        place.parent.mkdir(), shutil.copy(target, place))
    process = os.fork()
    if process == 0:
        child(limit, place)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert code in (0, 4, 5, 9), code
    copy = base / f"restored {limit}"
    for time, was in zip(times, were):
        assert restored(place, copy / time, time) == was, (limit, time)
        if kind == "folder":
            assert by_hand(place, copy / f"{time} by hand", time) == was, (limit, time)
    if limit % 3 == 0:  # what is copied already may be something else by then
        files(root)[0].write_text(files(root)[0].read_text().replace("third", "other"))
    again = snapshot(root)
    with Archive.open(root) as archive:
        report = archive.backup(place)
        assert report.refused == [], report.refused
        assert archive.backup(place, verify=True).copied == 0
    for time, was in [*zip(times, were), (None, again)]:
        assert restored(place, copy / f"{time} again", time) == was, (limit, time)
    check_target(place)
    (place.rename(base / "done") if code == 0 else None)
    shutil.rmtree(base / f"at {limit}")
    shutil.rmtree(copy)
    limit += step
print("done", limit)
"""


@pytest.mark.thorough
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.parametrize(("kind", "how", "step"), [("folder", "kill", 13), ("folder", "full", 23), ("zip", "kill", 5)])
def test_interrupted_anywhere(tmp_path: Path, kind: str, how: str, step: int) -> None:
    ran = interpreter.run(["-c", RUN, ROOT, tmp_path, kind, how, step])
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.startswith("done ")
    assert int(ran.stdout.split()[1]) > (60 if kind == "folder" else 12)
