"""The benchmark that makes system calls fail, for a few of the calls of each operation."""

import re
import shutil
import sys

import pytest
from running import run

from docarchive import ENGINES

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or shutil.which("cc") is None, reason="it needs Linux and a C compiler"
)


@pytest.mark.parametrize("engine", ENGINES)
def test_only_documented_errors_come_and_the_archive_stays_whole(engine: str) -> None:
    operations = ["import", "read", "rebuild", "cli-search-trash"]
    named = [word for operation in operations for word in ("--operation", operation)]
    printed = run("benchmarks.faults", "--engine", engine, *named, "--step", 90)
    counted = re.findall(
        rf"^{engine}, [\w-]+, \w+: (\d+) calls, (\d+) sites, [1-9]\d* tried, 0 faults$", printed, re.MULTILINE
    )
    assert len(counted) == 12
    assert all(1 < int(sites) < int(calls) for calls, sites in counted)
    assert re.search(r"^[1-9]\d+ calls, [1-9]\d+ sites, [1-9]\d+ tried, 0 faults", printed, re.MULTILINE)


def test_a_full_disk_can_be_read() -> None:
    named = ("--operation", "read", "--operation", "cli-list-trash")
    printed = run("benchmarks.faults", "--engine", "whoosh", *named, "--error", "ENOSPC", "--step", 2)
    assert re.search(r"^[1-9]\d+ calls, [1-9]\d+ sites, [1-9]\d+ tried, 0 faults", printed, re.MULTILINE)
