"""Each command, run as a process: what it prints, where, and its exit code."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from conftest import Cli
from interpreter import PATIENCE
from support import ARTICLES, SEEDS, UNPRIVILEGED, on_a_terminal

from docarchive import Archive
from docarchive.folder import Folder
from docarchive.store import WriteLock


@pytest.fixture
def filled(cli: Cli, tmp_path: Path, articles_file: Path) -> Path:
    """The folder of an archive that the program made."""
    cli("--archive", "news", "import", articles_file.name, code=0)
    return tmp_path / "news"


def masked(text: str) -> str:
    """Returns text with scores and times masked."""
    return re.sub(r"(?<=  )\d+\.\d\d$", "SCORE", text, flags=re.MULTILINE)


def test_version(cli: Cli) -> None:
    from docarchive import __version__

    for arguments in (["--version"], ["--archive", "x", "--version"]):
        assert cli(*arguments, code=0).out == f"docarchive {__version__}\n"


def test_help_of_every_command(cli: Cli) -> None:
    page = cli("--help", code=0).out
    for command in [
        *[
            *("init", "import", "search", "similar", "saved", "show", "original", "list", "export", "sync"),
            *("rebuild", "stats"),
        ]
    ]:
        assert f"  {command} " in page
        assert f"Usage: docarchive {command}" in cli(command, "--help", code=0).out
    assert "..." not in page.replace("[ARGS]...", ""), "a line of the list is cut"
    assert cli(code=2).err.startswith("Usage: docarchive")


def test_init(cli: Cli, tmp_path: Path) -> None:
    assert cli("init", "news", code=0).out == f"created an empty archive at {tmp_path}/news\n"
    found = cli("init", "other", "--name", "N", "--language", "de", "--json", code=0).json
    assert found == {
        "schema": 1,
        "path": f"{tmp_path}/other",
        "name": "N",
        "engine": "whoosh",
        "language": "de",
        "layout": 2,
    }
    again = cli("init", "news", code=4)
    assert again.err.startswith(f"docarchive: {tmp_path}/news is already an archive; import articles with 'docarchive")


def test_import_says_what_became_of_everything(cli: Cli, tmp_path: Path, articles_file: Path) -> None:
    (tmp_path / "bad.md").write_text("---\ntitle: [\n---\n", "utf-8")
    ran = cli("--archive", "news", "import", articles_file.name, "bad.md", "missing.md", code=3)
    assert ran.out == "5 new, 0 unchanged, 0 updated, 2 refused\n"
    lines = ran.err.splitlines()
    assert lines[0] == f"docarchive: created an empty archive at {tmp_path}/news"
    assert lines[1].startswith("refused bad.md: front matter is not valid YAML: line 3: ")
    assert lines[2:] == ["refused missing.md: there is no such file or folder"]
    again = cli("--archive", "news", "import", articles_file.name, code=0)
    assert (again.out, again.err) == ("0 new, 5 unchanged, 0 updated, 0 refused\n", "")
    found = cli("--archive", "news", "import", "bad.md", "--json", code=3).json
    assert (found["schema"], found["new"], found["unchanged"], found["updated"]) == (1, 0, 0, 0)
    assert found["refused"][0]["where"] == "bad.md"
    assert (tmp_path / "news" / found["refused"][0]["kept"]).exists()


def test_no_archive_is_made_where_there_is_nothing_to_import(cli: Cli, tmp_path: Path) -> None:
    ran = cli("--archive", "new", "import", "missing.jsonl", code=3)
    assert "refused missing.jsonl: there is no such file or folder\n" in ran.err
    assert not (tmp_path / "new").exists()


def test_import_from_standard_input(cli: Cli) -> None:
    data = b'{"title": "Piped", "body": "Through a pipe."}\n'
    assert cli("--archive", "a", "import", "-", stdin=data, code=0).out.startswith("1 new")
    assert cli("--archive", "a", "search", "pipe", "--ids", code=0).out.count("\n") == 1
    assert cli("--archive", "a", "import", "-", "--format", "text", stdin=b"A line.", code=0).out.startswith("1 new")
    assert cli("--archive", "a", "import", "-", stdin=b"", code=3).err == "refused -: the file is empty\n"


def test_import_with_rules(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntags: [sea]\nsource: The Sun\n---\n# A pier\n\nText.\n", "utf-8")
    rules = ["--tag", "inbox", "--tag", "sea", "--set", "source=The Moon", "--set", "desk=City", "--language", "de"]
    assert cli("--archive", "r", "import", "a.md", *rules, code=0).out.startswith("1 new")
    (article,) = cli("--archive", "r", "list", "--json", code=0).json["articles"]
    assert article["tags"] == ["sea", "inbox"]
    assert (article["source"], article["desk"], article["language"]) == ("The Moon", "City", "de")
    assert article["imported_from"] == "a.md"
    assert cli("--archive", "r", "import", "a.md", *rules, code=0).out.startswith("0 new, 1 unchanged")
    assert cli("--archive", "r", "import", "a.md", code=0).out.startswith("0 new, 1 unchanged")
    for wrong in (["--set", "source"], ["--set", "date=soon"], ["--set", "id=x"], ["--set", "body=x"]):
        assert cli("--archive", "r", "import", "a.md", *wrong, code=2).err.count("\n") == 1


def test_what_is_no_language_is_refused_alike_everywhere(cli: Cli, filled: Path, tmp_path: Path) -> None:
    for command in (["search", "x"], ["search", "x", "--count"], ["export"], ["import", "articles.jsonl"]):
        told = cli("--archive", "news", *command, "--language", "enlgish", code=2)
        assert told.err == "docarchive: 'enlgish' is not a language code; use one such as en, de or pt-BR\n"
    assert "'enlgish' is not a language code" in cli("init", "other", "--language", "enlgish", code=2).err
    assert not (tmp_path / "other").exists()


def test_quarantine(cli: Cli, filled: Path, tmp_path: Path) -> None:
    empty = cli("--archive", "news", "quarantine", code=1)
    assert (empty.out, empty.err) == ("", "docarchive: the quarantine is empty\n")
    (tmp_path / "wire.jsonl").write_text('{"title": "Fine", "body": "x"}\n{"title": "Cut', "utf-8")
    (tmp_path / "open.md").write_text("---\ntitle: [open\n---\nText.\n", "utf-8")
    cli("--archive", "news", "import", "wire.jsonl", "open.md", code=3)
    lines = cli("--archive", "news", "quarantine", code=0).out.splitlines()
    assert len(lines) == 2
    found = cli("--archive", "news", "quarantine", "--json", code=0).json["entries"]
    kept = {Path(each["where"].partition(":")[0]).suffix: each for each in found}
    assert kept[".jsonl"]["where"] == "wire.jsonl:2"
    assert "not valid JSON" in kept[".jsonl"]["reason"]
    mended = filled / "quarantine" / kept[".jsonl"]["name"]
    mended.write_text('{"title": "Mended", "body": "whole"}', "utf-8")
    ran = cli("--archive", "news", "quarantine", "--retry", code=3)
    assert ran.out == "1 new, 0 unchanged, 0 updated, 1 refused\n"
    assert cli("--archive", "news", "search", "title:mended", "--count", code=0).out == "1\n"
    assert [each["name"] for each in cli("--archive", "news", "quarantine", "--json", code=0).json["entries"]] == [
        kept[".md"]["name"]
    ]
    for wrong in (["zzz", "--retry"], ["zzz", "--discard"]):
        assert cli("--archive", "news", "quarantine", *wrong, code=1).err.count("\n") == 1
    for wrong in (["zzz"], ["--retry", "--discard"], ["--discard"], ["--all"], ["zzz", "--discard", "--all"]):
        assert cli("--archive", "news", "quarantine", *wrong, code=2).err.count("\n") == 1
    assert cli("--archive", "news", "quarantine", "--discard", "--all", code=0).err == "docarchive: discarded 1 input\n"
    assert list((filled / "quarantine").iterdir()) == []


def test_original(cli: Cli, filled: Path, articles_file: Path, tmp_path: Path) -> None:
    (id_,) = cli("--archive", "news", "search", "wheat", "--ids", code=0).out.split()
    assert cli("--archive", "news", "original", id_, code=0).out == articles_file.read_text("utf-8")
    found = cli("--archive", "news", "original", id_[:8], "--json", code=0).json
    assert (found["id"], found["format"], found["imported_from"]) == (id_, "jsonl", "articles.jsonl:2")
    assert Path(found["path"]).read_bytes() == articles_file.read_bytes()
    assert cli("--archive", "news", "original", "zzz", code=1).err.count("\n") == 1
    Path(found["path"]).unlink()
    assert (
        cli("--archive", "news", "original", id_, code=1).err == f"docarchive: {id_} has no original in the archive\n"
    )


def test_import_needs_an_archive(cli: Cli, articles_file: Path) -> None:
    ran = cli("import", articles_file.name, code=4)
    assert "is an archive" in ran.err
    assert ran.err.count("\n") == 1


def test_search_prints_rank_title_date_id_and_snippet(cli: Cli, filled: Path) -> None:
    ran = cli("--archive", "news", "search", "harbour", code=0)
    ids = cli("--archive", "news", "search", "harbour", "--ids", code=0).out.split()
    assert ran.err == ""
    assert masked(ran.out) == (
        "1  Harbour council votes for the new pier\n"
        f"   2024-03-16  {ids[0]}  SCORE\n"
        "   The **harbour** council voted on Saturday for a new pier. Free trade will follow, the mayor said.\n"
        "2  Wheat prices climb\n"
        f"   2024-03  {ids[1]}  SCORE\n"
        "   Wheat climbed again in March. Traders in the **harbour** expect more of the same.\n"
    )


def test_ids_are_those_of_all_matches_and_not_of_a_page(cli: Cli, filled: Path) -> None:
    with Archive.open(filled) as archive:
        lines = "\n".join(json.dumps({"title": f"Cod {n}", "body": "Cod."}) for n in range(12))
        archive.import_(BytesIO(lines.encode()), format="jsonl")
    search = ["--archive", "news", "search", "cod"]
    ids = cli(*search, "--ids", code=0).out.split()
    assert len({*ids}) == 12
    assert cli(*search, "--ids", "--limit", 3, code=0).out.split() == ids[:3]
    assert cli(*search, code=0).err == "docarchive: 12 articles matched, showing 1 to 10\n"


def test_search_pages_counts_and_orders(cli: Cli, filled: Path) -> None:
    search = ["--archive", "news", "search", "*"]
    every = cli(*search, "--ids", "--sort", "date", code=0).out.split()
    assert len(every) == len(ARTICLES)
    assert cli(*search, "--ids", "--sort", "date", "--limit", 2, "--offset", 1, code=0).out.split() == every[1:3]
    assert cli(*search, "--count", code=0).out == "5\n"
    assert cli(*search, "--count", "--json", code=0).json == {"schema": 1, "query": "*", "total": 5}
    limited = cli(*search, "--limit", 2, code=0)
    assert limited.err == "docarchive: 5 articles matched, showing 1 to 2\n"


def test_search_with_facets(cli: Cli, filled: Path) -> None:
    ran = cli("--archive", "news", "search", "harbour", "--facet", "place", "--facet", "year", "--limit", 0, code=0)
    assert ran.out == (
        "place\n"
        "  north-bay    2  ██████████████████████████████\n"
        "  El Salvador  1  ███████████████\n"
        "\n"
        "year\n"
        "  2024  2  ██████████████████████████████\n"
    )
    assert ran.err == "docarchive: 2 articles matched\n"
    few = ["--archive", "news", "search", "*", "--facet", "tag", "--facet-limit", 1, "--limit", 0]
    assert cli(*few, code=0).out == "tag\n  harbour  2  ██████████████████████████████\n  and 4 more\n"
    found = cli(*few, "--json", code=0).json
    assert found["facets"] == {"tag": [{"value": "harbour", "count": 2}]}
    assert cli("--archive", "news", "search", "zebra", "--facet", "tag", code=1).out == ""
    assert cli("--archive", "news", "search", "*", "--facet", "body", code=2).err.count("\n") == 1
    ascii_ = cli("--archive", "news", "search", "wheat", "--facet", "year", code=0, PYTHONIOENCODING="ascii")
    assert ascii_.out.endswith("\nyear\n  2024  1  ██████████████████████████████\n")  # pipes get UTF-8


def test_search_suggests(cli: Cli, filled: Path) -> None:
    ran = cli("--archive", "news", "search", "harbor", code=1)
    assert ran.err == "docarchive: nothing matched 'harbor'\ndocarchive: did you mean: harbour\n"
    assert cli("--archive", "news", "search", "harbor", "--json", code=1).json["suggestion"] == "harbour"


@pytest.mark.parametrize("command", ["search", "search --count", "list", "list --count", "export"])
@pytest.mark.parametrize(
    ("query", "meant"),
    [("harbor", "harbour"), ("author: meyer", "author:meyer"), ("zebra || harbour", "zebra OR harbour")],
)
def test_all_commands_suggest_what_a_search_does(cli: Cli, filled: Path, command: str, query: str, meant: str) -> None:
    ran = cli("--archive", "news", *command.split(), query)
    assert ran.err.endswith(f"docarchive: did you mean: {meant}\n")


def test_a_pasted_id_and_a_pasted_address_are_explained(cli: Cli, filled: Path) -> None:
    id_ = cli("--archive", "news", "list", "--ids", code=0).out.split()[0]
    assert f"did you mean: id:{id_}" in cli("--archive", "news", "search", id_, code=1).err
    mail = b"From: Ann Lee <ann@example.com>\nSubject: Boats\nMessage-ID: <1@example.com>\n\nThey are new.\n"
    cli("--archive", "news", "import", "-", "--format", "mail", stdin=mail, code=0)
    ran = cli("--archive", "news", "search", "ann@example.com", code=1)
    assert ran.err.endswith("docarchive: did you mean: from:ann@example.com\n")
    assert cli("--archive", "news", "search", "from:ann@example.com", "--count", code=0).out == "1\n"


def test_search_explains(cli: Cli, filled: Path) -> None:
    out = cli("--archive", "news", "search", "wheat", "--explain", code=0).out
    assert re.search(r"^ +\d\.\d{4}  wheat  frequency 4, in 1 article$", out, re.MULTILINE)


def test_search_similar(cli: Cli, filled: Path, tmp_path: Path) -> None:
    (tmp_path / "like.txt").write_text("Wheat traders expect that prices climb.\n", "utf-8")
    (id_,) = cli("--archive", "news", "search", "wheat", "--ids", code=0).out.split()
    assert cli("--archive", "news", "search", "--similar-to", "like.txt", "--ids", code=0).out.split()[0] == id_
    like = ["--archive", "news", "search", "--similar-to", "like.txt", "--count"]
    total = cli(*like, code=0).out
    assert cli(*like, "--json", code=0).json == {"schema": 1, "query": "", "total": int(total)}
    others = cli("--archive", "news", "similar", id_[:9], "--ids", code=0).out.split()
    assert others
    assert id_ not in others
    assert cli("--archive", "news", "similar", id_, "--json", code=0).json["hits"][0]["id"] == others[0]
    assert cli("--archive", "news", "similar", "zzz", code=1).err.count("\n") == 1
    assert cli("--archive", "news", "search", code=2).err == (
        "docarchive: a query is required: docarchive search QUERY; '*' matches all articles\n"
    )


def test_saved_searches(cli: Cli, filled: Path) -> None:
    empty = cli("--archive", "news", "saved", code=1)
    assert (empty.out, empty.err.count("\n")) == ("", 1)
    ran = cli("--archive", "news", "search", "harbour OR pier", "--save", "water", "--count", code=0)
    assert (ran.out, ran.err) == ("4\n", "docarchive: saved as @water\n")
    assert cli("--archive", "news", "saved", code=0).out == "@water  harbour OR pier\n"
    assert cli("--archive", "news", "saved", "--json", code=0).json == {
        "schema": 1,
        "searches": {"water": "harbour OR pier"},
    }
    assert cli("--archive", "news", "search", "@water", "-wheat", "--count", code=0).out == "3\n"
    assert cli("--archive", "news", "export", "@water", code=0).out.count("\n") == 4
    again = cli("--archive", "news", "search", "harbour", "--save", "water", "--count", code=0)
    assert again.err == "docarchive: saved as @water, replacing 'harbour OR pier'\n"
    like = next(filled.rglob("*wheat*.md"))
    assert cli("--archive", "news", "search", "--similar-to", like, "--save", "like", code=2).err.count("\n") == 1
    assert cli("--archive", "news", "saved", "--remove", "water", code=0).err == "docarchive: removed @water\n"
    assert cli("--archive", "news", "saved", "--remove", "water", code=1).err.count("\n") == 1


def test_dates_are_relative_to_now(cli: Cli, filled: Path) -> None:
    search = ["--archive", "news", "search", "date:last-month", "--count"]
    assert cli(*search, "--now", "2024-04-02", code=0).out == "2\n"
    assert cli(*search, "--now", "2024-04-02T10:30", code=0).out == "2\n"
    assert cli(*search, "--now", "2023-12-02", code=0).out == "1\n"
    assert cli(*search, "--now", "soon", code=2).err == (
        "docarchive: --now takes a date such as 2024-03-16 or 2024-03-16T12:00, not 'soon'\n"
    )


def test_words_of_a_query_may_stand_apart(cli: Cli, filled: Path) -> None:
    for arguments in (["harbour", "-wheat"], ["harbour -wheat"], ["harbour", "NOT", "wheat"]):
        assert cli("--archive", "news", "search", "--count", *arguments, code=0).out == "1\n"


def test_nothing_found(cli: Cli, filled: Path) -> None:
    ran = cli("--archive", "news", "search", "zebra", code=1)
    assert (ran.out, ran.err) == ("", "docarchive: nothing matched 'zebra'\n")
    assert cli("--archive", "news", "search", "zebra", "--json", code=1).json["total"] == 0
    assert cli("--archive", "news", "search", "zebra", "--count", code=1).out == "0\n"
    assert cli("--archive", "news", "list", "tag:zebra", code=1).out == ""
    assert cli("--archive", "news", "export", "zebra", code=1).out == ""


def test_wrong_queries_and_options(cli: Cli, filled: Path, tmp_path: Path) -> None:
    ran = cli("--archive", "news", "search", "wheat AND", code=2)
    assert ran.err == "docarchive: something must follow 'AND'\n  wheat AND\n        ^\n"
    for arguments in (["search", "wheat", "--limt", "3"], ["bogus"], ["show"], ["search", "x", "--limit", "many"]):
        ran = cli("--archive", "news", *arguments, code=2)
        assert ran.err.startswith("docarchive: ")
        assert ran.err.count("\n") == 1
    assert cli("--archive", "news", "search", "x", "--sort", "size", code=2).err.count("\n") == 1
    assert cli("--archive", "news", "export", "--format", "pdf", code=2).err.count("\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        *("search x --ids --count", "search x --ids --json", "search x --ids --facet tag", "search x --ids --explain"),
        *("search x --count --facet tag", "search x --count --explain"),
        *("list --ids --count", "list --ids --json", "similar x --ids --json", "saved --json --remove x"),
        *("quarantine --discard --json", "quarantine --discard --retry"),
        *("show x --raw --json", "show x --raw --provenance", "show x --raw --format txt"),
        *("show x --format txt --json", "show x --template x --provenance"),
        *("show x --version 1 --provenance", "show x --version 1 --format txt", "diff x --html --json"),
    ],
)
def test_of_two_forms_of_output_none_is_ignored(line: str, cli: Cli, filled: Path) -> None:
    one, other = re.findall(r"--\w+", line)
    ran = cli("--archive", "news", *line.split(), code=2)
    assert (ran.out, ran.err) == ("", f"docarchive: use {one} or {other}, not both\n")


@pytest.mark.skipif(os.name == "nt", reason="folders are not read-only there")
@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_an_index_that_cannot_be_written_is_said_to_be_read_only(
    engine: str, cli: Cli, articles_file: Path, tmp_path: Path
) -> None:
    pytest.importorskip(engine)
    cli("init", "news", "--engine", engine, code=0)
    cli("--archive", "news", "import", "articles.jsonl", code=0)
    (tmp_path / "news/articles/note.md").write_text("A note.\n", "utf-8")
    folder = tmp_path / "news/.docarchive/index" / engine
    paths = [folder, *folder.iterdir()]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    drop = UNPRIVILEGED if os.geteuid() == 0 else []
    command = [*drop, sys.executable, "-m", "docarchive", "--archive", "news", "sync"]
    if drop and not shutil.which(drop[0]):
        pytest.skip("root may write everywhere, and setpriv is missing")
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)
    reason = f"the search index must be updated, but {folder} is read-only; make it writable"
    assert (ran.returncode, ran.stderr) == (4, f"docarchive: {reason}\n")


def test_no_archive(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for command in (["search", "x"], ["list"], ["show", "x"], ["export"], ["sync"], ["rebuild"], ["stats"]):
        for archive in (["--archive", "empty"], ["--archive", "missing"], []):
            ran = cli(*archive, *command, code=4)
            assert (ran.out, ran.err.count("\n")) == ("", 1)
            assert "docarchive init" in ran.err


def test_where_the_archive_is_found(cli: Cli, filled: Path) -> None:
    assert cli("search", "--count", "*", code=0, DOCARCHIVE_ARCHIVE=str(filled)).out == "5\n"
    done = subprocess.run(
        [sys.executable, "-m", "docarchive", "search", "--count", "*"],
        cwd=filled / "articles" / "2024",
        capture_output=True,
        check=True,
        env={name: value for name, value in os.environ.items() if name != "DOCARCHIVE_ARCHIVE"},
    )
    assert done.stdout == b"5\n"


def test_show(cli: Cli, filled: Path) -> None:
    (id_,) = cli("--archive", "news", "search", "wheat", "--ids", code=0).out.split()
    path = next(filled.rglob(f"*.{id_}.md"))
    assert cli("--archive", "news", "show", id_, code=0).out == path.read_text("utf-8")
    assert cli("--archive", "news", "show", id_[:8], code=0).out == path.read_text("utf-8")
    found = cli("--archive", "news", "show", id_, "--json", code=0).json
    assert (found["schema"], found["id"], found["rating"], found["path"]) == (1, id_, 4, str(path.relative_to(filled)))
    ran = cli("--archive", "news", "show", "zzzz", code=1)
    assert ran.out == ""
    assert ran.err.endswith("starts with 'zzzz'; 'docarchive list' and 'docarchive search' show ids\n")


def test_list(cli: Cli, filled: Path) -> None:
    lines = cli("--archive", "news", "list", code=0).out.splitlines()
    assert [line[:10] for line in lines] == ["2024-03-16", "2024-03   ", "2023-11-05", "1963      ", "undated   "]
    assert lines[1].endswith("  Wheat prices climb")
    found = cli("--archive", "news", "list", "tag:harbour", "--json", code=0).json
    assert (found["schema"], found["total"]) == (1, 2)
    assert [article["title"] for article in found["articles"]] == [
        "Harbour council votes for the new pier",
        "A year alone",
    ]
    assert cli("--archive", "news", "list", "--count", "date:2024", code=0).out == "2\n"
    assert cli("--archive", "news", "list", "title:wheat", code=0).out.splitlines() == [lines[1]]
    assert cli("--archive", "news", "list", "wheat", "date:2024", code=0).out.splitlines() == [lines[1]]
    assert len(cli("--archive", "news", "list", "--ids", "--limit", 2, "--offset", 1, code=0).out.split()) == 2


def test_export_passes_over_what_is_gone(cli: Cli, filled: Path) -> None:
    gone = next(filled.rglob("*wheat*.md"))
    gone.unlink()
    ran = cli("--archive", "news", "export", code=3)
    assert ran.out.count("\n") == 4
    name = gone.relative_to(filled).as_posix()
    assert ran.err == f"docarchive: skipped {name}: the file is gone or damaged; run 'docarchive sync'\n"


def test_export(cli: Cli, filled: Path, tmp_path: Path) -> None:
    out = cli("--archive", "news", "export", code=0).out
    assert [json.loads(line)["schema"] for line in out.splitlines()] == [1] * 5
    ran = cli("--archive", "news", "export", "harbour", "--output", "h.csv", code=0)
    assert (ran.out, ran.err) == ("", "docarchive: exported 2 articles to h.csv\n")
    assert (tmp_path / "h.csv").read_text("utf-8").startswith("id,title,")
    assert cli("--archive", "news", "export", "--output", "h.csv", code=2).err.count("--force") == 1
    cli("--archive", "news", "export", "--format", "md", "--output", "folder", code=0)
    assert len(list((tmp_path / "folder").rglob("*.md"))) == 5
    assert cli("--archive", "news", "export", "--format", "json", "-o", "-", code=0).json["schema"] == 1


def test_sync(cli: Cli, filled: Path) -> None:
    note = filled / "articles" / "note.md"
    note.write_text("By hand.\n", "utf-8")
    next(filled.rglob("*wheat*.md")).unlink()
    ran = cli("--archive", "news", "sync", code=0)
    lines = ran.out.splitlines()
    assert lines[0] == "added     articles/note.md"
    assert lines[1].startswith("removed   articles/2024/03/2024-03-wheat-prices-climb.")
    assert lines[2] == "1 added, 0 modified, 0 moved, 1 removed, 4 unchanged, 0 refused"
    note.write_bytes(b"\xff")
    ran = cli("--archive", "news", "sync", "--json", code=3)
    assert ran.json["refused"][0]["where"] == "articles/note.md"


def test_rebuild_and_stats(cli: Cli, filled: Path) -> None:
    before = cli("--archive", "news", "search", "*", "--json", code=0).json
    assert cli("--archive", "news", "rebuild", code=0).out == "5 articles, 0 refused\n"
    after = cli("--archive", "news", "search", "*", "--json", code=0).json
    assert before["hits"] == after["hits"]
    assert cli("--archive", "news", "rebuild", "--json", code=0).json == {
        "schema": 1,
        "articles": 5,
        "refused": [],
        "damaged": [],
    }
    text = cli("--archive", "news", "stats", code=0).out
    assert "articles   5 (" in text
    assert "years      undated: 1, 1963: 1, 2023: 1, 2024: 2\n" in text
    assert cli("--archive", "news", "stats", "--json", code=0).json["articles"] == 5


def test_a_closed_pipe_is_silent(cli: Cli, filled: Path) -> None:
    rows = "".join(json.dumps({"id": n, "title": "T" * 200, "body": "x"}) + "\n" for n in range(2000))
    cli("--archive", "news", "import", "-", stdin=rows.encode(), code=0)
    for command in ("list", "export", "export --format csv"):
        program = f"{sys.executable} -m docarchive --archive {filled} {command}"
        script = f"{program} 2>err | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, cwd=filled)
        assert done.stdout == "0\n", command
        assert (filled / "err").read_text("utf-8") == "", command


def test_an_import_goes_on_when_nobody_reads_its_progress(cli: Cli, filled: Path) -> None:
    rows = "".join(json.dumps({"id": n, "title": f"Row {n}", "body": "x"}) + "\n" for n in range(2_500))
    (filled.parent / "rows.jsonl").write_text(rows, "utf-8")
    program = (
        "import sys; from docarchive.cli import progress; from docarchive.cli.running import run; "
        "progress._LINE_INTERVAL = 0.0; sys.exit(run(['--archive', 'news', 'import', 'rows.jsonl', '--json']))"
    )
    script = 'set -o pipefail; "$0" -c "$1" 2>err | true; echo ${PIPESTATUS[0]}'
    argv = ["bash", "-c", script, sys.executable, program]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, cwd=filled.parent)
    assert (done.stdout, (filled.parent / "err").read_text("utf-8")) == ("0\n", "")
    assert cli("--archive", "news", "search", "title:row", "--count", code=0).out == "2500\n"


def test_what_could_steer_a_terminal_is_not_printed(cli: Cli) -> None:
    data = json.dumps({"title": "\x1b]0;owned\x07 red", "body": "A \x1b[31mred\x1b[0m \u202ebody."}).encode()
    cli("--archive", "a", "import", "-", stdin=data, code=0)
    for command in (["search", "red"], ["list"]):
        out = cli("--archive", "a", *command, code=0).out
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "\x07" not in out


def test_the_seed_from_the_shell(cli: Cli) -> None:
    cli("--archive", "a", "import", SEEDS, code=0)
    ran = cli("--archive", "a", "search", "partnerships programme", code=0)
    assert "**Partnership** **Programmes**" in ran.out
    assert "2024-03-16" in ran.out


@pytest.mark.parametrize("command", [["list"], ["search", "wheat"]])
def test_colours_and_progress_only_on_a_terminal(filled: Path, command: list[str]) -> None:
    pytest.importorskip("pty")
    arguments = ("--archive", filled, *command)
    assert "\x1b[" in on_a_terminal(*arguments, NO_COLOR="")[1]
    assert "\x1b[" not in on_a_terminal(*arguments, NO_COLOR="1")[1]


@pytest.mark.parametrize(
    ("words", "query"),
    [
        (["-oil"], "-oil"),
        (["--json", "-oil", "gas"], "-oil gas"),
        (["oil", "--sort", "-date", "-opec", "--json"], "oil -opec"),
        (["--json", "--", "oil", "-opec"], "oil -opec"),
        (["--json", "--limit", "3", "-o", "-j"], "-o -j"),
    ],
)
def test_words_with_a_minus_are_part_of_the_query(cli: Cli, filled: Path, words: list[str], query: str) -> None:
    json_option = [] if "--json" in words else ["--json"]
    assert cli("--archive", "news", "search", *json_option, *words).json["query"] == query


def test_a_minus_never_makes_an_option_of_a_word(cli: Cli, filled: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    assert len(cli("--archive", "news", "export", "-wheat", code=0).out.splitlines()) == 4
    assert sorted(tmp_path.iterdir()) == before
    assert cli("--archive", "news", "export", "-wheat", "-o", "out.jsonl", code=0).out == ""
    assert cli("--archive", "news", "list", "-tag:harbour", "--count", code=0).out == "3\n"
    assert "no format has the extension .zip" in cli("--archive", "news", "export", "-o", "x.zip", code=2).err


def test_a_search_beside_a_writer_says_that_it_may_miss_something(cli: Cli, filled: Path) -> None:
    (filled / ".docarchive" / "index" / "whoosh" / "state.json").unlink()
    with WriteLock(Folder(filled), ".docarchive/lock"):
        for option in ("--count", "--json", "--ids"):
            ran = cli("--archive", "news", "search", "wheat", option, code=1)
            assert ran.err.endswith("the result lacks articles that are not indexed yet\n")
    assert cli("--archive", "news", "search", "wheat", "--count", code=0).err == ""


def test_a_watch_of_no_folder_says_so_and_nothing_else(cli: Cli, tmp_path: Path) -> None:
    ran = cli("--archive", "news", "watch", "inbox", code=2)
    assert (ran.out, ran.err) == ("", "docarchive: inbox is not a folder; name existing folders\n")
    assert not (tmp_path / "news").exists()


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGINT to send")
@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM])
def test_watch_brings_in_what_appears_until_it_is_interrupted(tmp_path: Path, signal_: signal.Signals) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "old.md").write_text("# Old\n\nIt was there.\n", "utf-8")
    command = [sys.executable, "-m", "docarchive", "--archive", "news", "watch", "inbox", "--settle", "0.3", "--json"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["new"] == 1
        (inbox / "new.md").write_text("# New\n\nIt came.\n", "utf-8")
        assert json.loads(process.stdout.readline())["new"] == 1
        process.send_signal(signal_)
        rest, messages = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert rest == ""
    assert messages.splitlines()[-2:] == [
        "docarchive: watching 1 folder; press Ctrl-C to stop",
        "docarchive: stopping; press Ctrl-C again to stop at once",
    ]


def test_undo_and_redo_say_what_they_took_back(cli: Cli, archive: Archive) -> None:
    archive.tag("", add=["sea"])
    root = archive.path
    for arguments, said in [
        (("undo", "--dry-run"), "this would take back change 2: tag +sea"),
        (("undo",), "took back change 2: tag +sea"),
        (("redo",), "took back change 3: undo 2"),
        (("undo",), "took back change 4: redo 3"),
    ]:
        assert f"docarchive: {said}\n" in cli("--archive", root, *arguments, code=0).err
    assert cli("--archive", root, "redo", "--json").json["undoes"] == 5
