"""``export`` and ``show --format`` as processes."""

import json
import random
import signal
import subprocess
import sys
from pathlib import Path

import interpreter
import pytest
from conftest import Cli
from spreadsheets import sheets
from support import on_a_terminal, write_manifest

from docarchive import Archive
from docarchive.writers import writers
from docarchive.writers.tables.rows import CUT


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of which every format writes more than a pipe holds."""
    folder = tmp_path_factory.mktemp("large")
    lines = folder / "many.jsonl"
    words = random.Random(5)
    with lines.open("w", encoding="utf-8") as out:
        for number in range(120):
            body = " ".join(f"{words.randrange(16**6):x}" for _ in range(400))
            out.write(
                json.dumps({"title": f"T{number} {body[:900]}", "url": f"http://e.org/{number}", "body": body}) + "\n"
            )
    with Archive.create(folder / "archive") as archive:
        assert archive.import_(lines, on_duplicate="keep").new == 120
        write_manifest(archive)
    return folder / "archive"


@pytest.fixture
def ids(archive: Archive) -> list[str]:
    return [row.id for row in archive.list(sort="title")]


def test_ids_are_read_from_standard_input(cli: Cli, archive: Archive, ids: list[str]) -> None:
    listed = f"{ids[2]}\n\n{ids[0]}  a title\n".encode()
    found = cli("--archive", "archive", "export", "--ids", "-", "--fields", "id", stdin=listed, code=0).out
    assert [json.loads(line) for line in found.splitlines()] == [{"id": ids[2]}, {"id": ids[0]}]
    cli("--archive", "archive", "export", "--ids", "-", stdin=b"", code=1)
    assert "cannot be read" in cli("--archive", "archive", "export", "--ids", "no-file", code=2).err


def test_a_script_goes_on_from_the_mark(cli: Cli, archive: Archive) -> None:
    first = cli("--archive", "archive", "export", "-o", "all.jsonl", "--json", code=0).json
    assert first["articles"] == len(archive)
    ran = cli("--archive", "archive", "export", "--since", first["position"], "-o", "new.jsonl", code=1)
    assert f"--since {first['position']}" in ran.err
    assert "--output" in cli("--archive", "archive", "export", "--json", code=2).err


def test_options_that_say_nothing_to_a_format_are_wrong_usage(cli: Cli, archive: Archive) -> None:
    for options in (
        ["--format", "txt", "--fields", "id"],
        ["--format", "csv", "--layout", "hugo"],
        ["--format", "jsonl", "--originals"],
        ["--name", "{id}.txt"],
        ["--format", "template", "--template", "t.html", "--name", "", "-o", "out"],
        ["--format", "md", "--layout", "word", "-o", "out"],
    ):
        assert cli("--archive", "archive", "export", *options, code=2).err.count("\n") == 1


def test_fields_and_flatten(cli: Cli, archive: Archive) -> None:
    table = cli("--archive", "archive", "export", "wheat", "--format", "csv", "--fields", "title,rating", code=0).out
    assert table.splitlines()[0] == "title,rating"
    assert table.splitlines()[1].endswith(",4")
    tabs = cli("--archive", "archive", "export", "wheat", "--format", "tsv", "--fields", "title,rating", code=0).out
    assert tabs.splitlines()[0] == "title\trating"


def test_templates_write_a_stream_or_files(cli: Cli, archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "t.html").write_text("<h1>{{ title }}</h1>{{ tags | join(', ') }}{{ nothing }}\n")
    out = cli("--archive", "archive", "export", "harbour", "--template", "t.html", code=0).out
    assert out.count("<h1>") == 2
    options = ("--template", "t.html", "--name", "{date}/{slug}.html", "-o", "site")
    cli("--archive", "archive", "export", *options, code=0)
    assert len(list((tmp_path / "site").rglob("*.html"))) == len(archive)
    cli("--archive", "archive", "export", "--template", "t.html", "-o", "all.html", code=0)
    assert (tmp_path / "all.html").read_text().count("<h1>") == len(archive)
    cli("--archive", "archive", "export", "--template", "t.html", "--name", "{id}/{slug}", "-o", "in", code=0)
    assert len(list((tmp_path / "in").glob("*/*"))) == len(archive)
    for text, reason in (
        ("{{ title", "cannot be read"),
        ("{{ ''.__class__.__mro__ }}", "fails"),
        ("{{ cycler.__init__.__globals__ }}", "fails"),
    ):
        (tmp_path / "bad.txt").write_text(text)
        assert reason in cli("--archive", "archive", "export", "--template", "bad.txt", code=2).err
    assert "cannot be read" in cli("--archive", "archive", "export", "--template", "none.txt", code=2).err


def test_show_prints_any_format(cli: Cli, archive: Archive, ids: list[str]) -> None:
    found = cli("--archive", "archive", "show", ids[1], ids[0], "--format", "jsonl", code=0).out
    assert [json.loads(line)["id"] for line in found.splitlines()] == [ids[1], ids[0]]
    assert cli("--archive", "archive", "show", ids[0], "--format", "txt", code=0).out.startswith("Title: ")
    assert cli("--archive", "archive", "show", ids[0], "--format", "txt", "--json", code=2).err.count("\n") == 1


def test_show_takes_a_template_and_a_style(cli: Cli, archive: Archive, ids: list[str], tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("{{ id }}\n")
    assert cli("--archive", "archive", "show", *ids[:2], "--template", "t.txt", code=0).out.split() == ids[:2]
    assert "--style" in cli("--archive", "archive", "show", ids[0], "--style", "ieee", code=2).err
    assert "--style" in cli("--archive", "archive", "show", ids[0], "--style", "ieee", "--format", "csv", code=2).err


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no pseudo-terminals")
def test_a_terminal_is_given_text_that_cannot_steer_it(archive: Archive, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("# Bell\n\nA \x1b[31mred\x07 word.\n")
    (id_,) = archive.import_(note).ids
    code, shown = on_a_terminal("--archive", archive.path, "show", id_, "--format", "txt")
    assert code == 0
    assert "A \ufffd[31mred\ufffd word." in shown
    code, shown = on_a_terminal("--archive", archive.path, "export", "--format", "sqlite")
    assert code == 2
    assert "use --output FILE, or a pipe" in shown
    assert "\0" not in shown


STREAMS = [name for name, each in sorted(writers().items()) if name not in ("citation", "template")]


@pytest.mark.parametrize("format", STREAMS)
def test_pipes_that_close_early_are_no_error_to_any_format(large: Path, format: str) -> None:
    for module in writers()[format].requires:
        pytest.importorskip(module)
    with interpreter.opened(["-m", "docarchive", "--archive", large, "export", "--format", format]) as process:
        assert process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize(("format", "signal_"), [("jsonl", signal.SIGINT), ("md", signal.SIGTERM)])
def test_an_interrupted_export_leaves_nothing(
    large: Path, tmp_path: Path, format: str, signal_: signal.Signals
) -> None:
    command = ["-c", SLOWLY, "--archive", large, "export", "--format", format, "-o", "out"]
    with interpreter.opened(command, cwd=tmp_path) as process:
        assert process.stderr.readline() == b"begun\n"
        assert list(tmp_path.iterdir())
        process.send_signal(signal_)
        assert b"interrupted" in process.stderr.read()
    assert process.returncode == 130
    assert list(tmp_path.iterdir()) == []


#: Says when it has begun to write, and waits then.
SLOWLY = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may have it ignored
from docarchive.archive.export import exporting
from docarchive.cli.running import run

def documents(self, rows, before=exporting.Exporter._documents):
    for place, document in enumerate(before(self, rows)):
        yield document
        if place == 3:
            print("begun", file=sys.stderr, flush=True)
            time.sleep(60)

exporting.Exporter._documents = documents
sys.exit(run(sys.argv[1:]))
"""


def test_a_spreadsheet_says_what_it_cut(cli: Cli, tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    (tmp_path / "long.jsonl").write_text(json.dumps({"title": "=1+1", "body": "wheat " * 9_000}) + "\n", "utf-8")
    cli("--archive", "news", "import", "long.jsonl", code=0)
    cut = "docarchive: cut 1 cell to 32,767 characters, all that Excel holds; csv and jsonl have the rest\n"
    ran = cli("--archive", "news", "export", "-o", "out.xlsx", code=0)
    assert ran.err == f"{cut}docarchive: exported 1 article to out.xlsx\n"
    (_, row) = sheets((tmp_path / "out.xlsx").read_bytes())["Articles"]
    assert (row[1], row[-1]) == ("=1+1", ("wheat " * 9_000)[: 32_767 - len(CUT)] + CUT)
    report = cli("--archive", "news", "export", "-o", "again.xlsx", "--json", code=0)
    assert (report.json["cut"], report.err) == (1, cut)
    assert (tmp_path / "again.xlsx").read_bytes() == (tmp_path / "out.xlsx").read_bytes()
    assert cli("--archive", "news", "export", "--format", "csv", "--excel", code=0).err == cut
    assert cli("--archive", "news", "export", "--format", "csv", code=0).err == ""
    (id_,) = cli("--archive", "news", "list", "--ids", code=0).out.split()
    assert cli("--archive", "news", "show", id_, "--format", "csv", "--excel", code=2).err
    piped = [sys.executable, "-m", "docarchive", "--archive", "news", "export", "--format", "xlsx"]
    done = subprocess.run(piped, cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout == (tmp_path / "out.xlsx").read_bytes()


def test_a_spreadsheet_names_its_extra(cli: Cli, archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "without").mkdir()
    (tmp_path / "without/sitecustomize.py").write_text("import sys\nsys.modules['xlsxwriter'] = None\n", "utf-8")
    without = {"PYTHONPATH": str(tmp_path / "without")}
    ran = cli("--archive", "archive", "export", "-o", "out.xlsx", code=2, **without)
    assert ran.err == "docarchive: writing xlsx needs an extra: pip install 'docarchive[excel]'\n"
    assert not (tmp_path / "out.xlsx").exists()


def test_what_matched_and_could_not_be_written_is_all_that_is_said(cli: Cli, archive: Archive, ids: list[str]) -> None:
    write_manifest(archive)
    archive.tag(ids=ids[:1], add=["new"])
    ran = cli("--archive", archive.path, "export", f"id:{ids[0]}", "--format", "proof")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("docarchive: no proof for ")
    assert ran.err.count("docarchive: ") == 1
    (archive.path / archive.file(ids[0])).unlink()
    ran = cli("--archive", archive.path, "export", f"id:{ids[0]}")
    assert ran.code == 3
    assert ran.err.startswith("docarchive: skipped ")
    assert ran.err.count("docarchive: ") == 1
