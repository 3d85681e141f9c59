"""``export`` and ``show --format`` as processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Cli

from docarchive import Archive


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
    for text, reason in (
        ("{{ title", "cannot be read"),
        ("{{ ''.__class__.__mro__ }}", "fails"),
        ("{{ cycler.__init__.__globals__ }}", "fails"),
        ("{{ title.foo.bar }}", "fails"),
    ):
        (tmp_path / "bad.txt").write_text(text)
        assert reason in cli("--archive", "archive", "export", "--template", "bad.txt", code=2).err
    assert "cannot be read" in cli("--archive", "archive", "export", "--template", "none.txt", code=2).err


def test_show_prints_any_format(cli: Cli, archive: Archive, ids: list[str]) -> None:
    found = cli("--archive", "archive", "show", ids[1], ids[0], "--format", "jsonl", code=0).out
    assert [json.loads(line)["id"] for line in found.splitlines()] == [ids[1], ids[0]]
    assert cli("--archive", "archive", "show", ids[0], "--format", "txt", code=0).out.startswith("Title: ")
    assert cli("--archive", "archive", "show", ids[0], "--format", "txt", "--json", code=2).err.count("\n") == 1


def test_a_reader_that_goes_away_is_no_error(archive: Archive, tmp_path: Path) -> None:
    lines = tmp_path / "many.jsonl"
    lines.write_text("".join(json.dumps({"title": f"T{n}", "body": "word " * 2000}) + "\n" for n in range(300)))
    archive.import_(lines, on_duplicate="keep")
    command = [sys.executable, "-m", "docarchive", "--archive", str(archive.path), "export"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
