"""``docarchive engine``, run as a process."""

import re
import signal
from pathlib import Path

import interpreter
from conftest import Cli

#: Says when it has begun to index, and waits then.
_SLOWLY = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may have it ignored
from docarchive.archive.indexing import catch_up
from docarchive.cli.running import run

def told(changes, total, progress):
    for change in changes:
        yield change
        print("begun", file=sys.stderr, flush=True)
        time.sleep(60)

catch_up._counted = told
sys.exit(run(sys.argv[1:]))
"""
#: Run at the start of Python, it makes a process in which tantivy is not installed.
_WITHOUT_TANTIVY = """
import importlib.metadata, sys
sys.modules["tantivy"] = None
version = importlib.metadata.version
def installed(name):
    if name == "tantivy":
        raise importlib.metadata.PackageNotFoundError(name)
    return version(name)
importlib.metadata.version = installed
"""


def test_engine_use_switches_and_status_tells(cli: Cli, tmp_path: Path, articles_file: Path) -> None:
    cli("--archive", "news", "import", articles_file.name, code=0)
    found = cli("--archive", "news", "search", "pier", "--ids", "--sort", "title", code=0).out
    told = cli("--archive", "news", "engine", "use", "tantivy", code=0)
    assert (told.out, told.err) == ("", "docarchive: switched to tantivy\n")
    assert cli("--archive", "news", "search", "pier", "--ids", "--sort", "title", code=0).out == found
    status = cli("--archive", "news", "engine", code=0)
    shape = (
        r"engine   tantivy \d+\.[\d.]+\nindex    up to date\nformat   tantivy's own\n"
        r"changes  5 of 5 indexed\nsize     [\d.]+ kB\nothers   whoosh [\d.]+, opensearch [\d.]+\nmeaning  off\n"
    )
    assert re.fullmatch(shape, status.out)
    assert cli("--archive", "news", "engine", "status", code=0).out == status.out
    assert (
        cli("--archive", "news", "engine", "use", "tantivy", code=0).err
        == "docarchive: the engine is already tantivy\n"
    )
    told = cli("--archive", "news", "engine", "use", "whoosh", "--json", code=0)
    assert (told.json["engine"], told.json["behind"], told.json["indexed"]) == ("whoosh", 0, 5)
    assert [path.name for path in (tmp_path / "news" / ".docarchive" / "index").iterdir()] == ["whoosh"]


def test_an_interrupted_switch_says_that_all_is_as_it_was(cli: Cli, tmp_path: Path, articles_file: Path) -> None:
    cli("--archive", "news", "import", articles_file.name, code=0)
    command = ["-c", _SLOWLY, "--archive", "news", "engine", "use", "tantivy"]
    with interpreter.opened(command, cwd=tmp_path) as process:
        assert process.stderr.readline() == b"begun\n"
        process.send_signal(signal.SIGINT)
        told = process.stderr.read().decode()
    assert told == "docarchive: interrupted; the engine is still whoosh; run 'engine use tantivy' to start again\n"
    assert process.returncode == 130
    assert [path.name for path in (tmp_path / "news" / ".docarchive" / "index").iterdir()] == ["whoosh"]
    assert cli("--archive", "news", "search", "pier", "--count", code=0).out == "3\n"


def test_engine_takes_status_or_use_with_a_name(cli: Cli, tmp_path: Path) -> None:
    cli("init", "news", code=0)
    for wrong in (["use"], ["status", "whoosh"], ["drop", "whoosh"], ["tantivy"]):
        told = cli("--archive", "news", "engine", *wrong, code=2).err
        assert "'engine use NAME', where NAME is whoosh, tantivy or opensearch, 'engine meaning on' or" in told
    assert "choose one of whoosh, tantivy" in cli("--archive", "news", "engine", "use", "lucene", code=2).err


def test_status_says_how_far_behind_the_index_is(cli: Cli, tmp_path: Path, articles_file: Path) -> None:
    cli("--archive", "news", "import", articles_file.name, code=0)
    (tmp_path / "news" / ".docarchive" / "index" / "whoosh" / "state.json").unlink()
    out = cli("--archive", "news", "engine", code=0).out
    assert "index    5 changes behind; the next search updates it\n" in out
    assert "format   docarchive's own; Whoosh's library reads it through archive.whoosh_index()\n" in out
    assert "changes  0 of 5 indexed\n" in out


def test_an_archive_whose_engine_is_not_installed_says_the_two_ways_out(
    cli: Cli, tmp_path: Path, articles_file: Path
) -> None:
    cli("init", "news", "--engine", "tantivy", code=0)
    cli("--archive", "news", "import", articles_file.name, code=0)
    (tmp_path / "more.md").write_text("One more.\n", "utf-8")
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "sitecustomize.py").write_text(_WITHOUT_TANTIVY, "utf-8")
    without = {"PYTHONPATH": str(tmp_path / "without")}
    for wrong in (["search", "pier"], ["import", "more.md"], ["sync"], ["export", "pier"]):
        told = cli("--archive", "news", *wrong, code=4, **without)
        assert told.err == (
            "docarchive: the tantivy engine needs an extra: pip install 'docarchive[tantivy]'; "
            "or switch engines: docarchive engine use whoosh\n"
        )
    status = cli("--archive", "news", "engine", code=0, **without).out
    assert status.startswith(
        "engine   tantivy (not installed: pip install 'docarchive[tantivy]')\nindex    up to date\n"
    )
    found = cli("--archive", "news", "engine", "--json", code=0, **without).json
    assert (found["version"], found["engines"]["tantivy"], found["indexed"]) == (None, None, 5)
    cli("--archive", "news", "engine", "use", "whoosh", code=0, **without)
    assert cli("--archive", "news", "search", "pier", "--count", code=0, **without).out == "3\n"
    assert "needs an extra" in cli("--archive", "news", "engine", "use", "tantivy", code=2, **without).err


def test_an_archive_can_begin_with_tantivy(cli: Cli, articles_file: Path) -> None:
    assert cli("init", "news", "--engine", "tantivy", "--json", code=0).json["engine"] == "tantivy"
    cli("--archive", "news", "import", articles_file.name, code=0)
    assert cli("--archive", "news", "search", "pier", "--count", code=0).out == "3\n"
    assert re.search(r"^engine +tantivy, language en, up to date$", cli("--archive", "news", "stats", code=0).out, re.M)
