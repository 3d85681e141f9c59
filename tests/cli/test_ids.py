"""Lists of ids: in any file that programs write, and with ids that no article has."""

import codecs
from pathlib import Path

import pytest
from conftest import Cli

_RECORDS = "".join(f'{{"id": "{name}", "title": "T{name}", "body": "Words of {name}."}}\n' for name in "abc")


@pytest.fixture
def ids(cli: Cli) -> list[str]:
    """The ids of an archive, in order of title."""
    cli("--archive", "news", "import", "-", "--format", "jsonl", stdin=_RECORDS.encode(), code=0)
    return cli("--archive", "news", "list", "--ids", "--sort", "title").out.split()


def _titles(titles: str) -> str:
    return "".join(f"T{title}\n" for title in titles)


@pytest.mark.parametrize("standard_input", [False, True])
@pytest.mark.parametrize(
    ("encode", "lines"),
    [
        (lambda text: text.encode(), ["{0}", "{2}"]),
        (lambda text: codecs.BOM_UTF8 + text.replace("\n", "\r\n").encode(), ["{0}", "", "{2} b", " {0}", "\ufeff{2}"]),
        (lambda text: text.replace("\n", "\r").encode(), ["", " ", "{0}\tx", "{2}"]),
        (lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"), ["{0}", "{2}"]),
        (lambda text: codecs.BOM_UTF16_BE + text.replace("\n", "\r\n").encode("utf-16-be"), ["{0}", "{2}", "{0}"]),
    ],
    ids=["plain", "BOM and CRLF", "CR", "PowerShell", "big endian"],
)  # fmt: skip
def test_a_list_of_ids_is_read_however_it_was_written(
    cli: Cli, ids: list[str], tmp_path: Path, encode: object, lines: list[str], standard_input: bool
) -> None:
    data = encode("".join(line.format(*ids) + "\n" for line in lines))  # type: ignore[operator]
    (tmp_path / "ids.txt").write_bytes(data)
    given = ("-", data) if standard_input else ("ids.txt", None)
    (tmp_path / "t.txt").write_text("{{ title }}\n", "utf-8")
    ran = cli("--archive", "news", "export", "--ids", given[0], "--template", "t.txt", stdin=given[1], code=0)
    assert (ran.out, ran.err) == (_titles("ac"), "")


@pytest.mark.parametrize(
    "command",
    [
        "show {0} nope {2} --template t.txt",
        "show nope {0} --template t.txt {2}",
        "export --ids ids.txt --template t.txt",
        "export --ids ids.txt --template t.txt --sort title",
    ],
)
def test_an_unknown_id_is_named_and_the_others_are_answered(
    cli: Cli, ids: list[str], tmp_path: Path, command: str
) -> None:
    (tmp_path / "t.txt").write_text("{{ title }}\n", "utf-8")
    (tmp_path / "ids.txt").write_text(f"{ids[0]}\nnope\n{ids[2]}\nnope\n", "utf-8")
    ran = cli("--archive", "news", *command.format(*ids).split(), code=1)
    assert ran.out == _titles("ac")
    assert ran.err.count("no article has an id that starts with 'nope'") == 1
    assert ran.err.count("\n") == 1


def test_show_prints_the_others_in_every_form(cli: Cli, ids: list[str]) -> None:
    for form in ("--raw", "--json", "--provenance", "--format=md"):
        both, one = (cli("--archive", "news", "show", *given, form) for given in ((ids[0], "nope"), (ids[0],)))
        assert (both.out, both.code, one.code) == (one.out, 1, 0)
        assert "'nope'" in both.err


def test_the_code_is_that_of_the_worst_id(cli: Cli, tmp_path: Path) -> None:
    many = "".join(f'{{"id": "{n}", "title": "T{n}", "body": "Words."}}\n' for n in range(40)).encode()
    cli("--archive", "news", "import", "-", "--format", "jsonl", stdin=many, code=0)
    ids = cli("--archive", "news", "list", "--ids").out.split()
    first = next(id_[0] for id_ in ids if sum(other[0] == id_[0] for other in ids) > 1)
    ran = cli("--archive", "news", "show", "nope", first, ids[0], "--json", code=2)
    assert ran.json["id"] == ids[0]
    assert "several ids" in ran.err
    assert "'nope'" in ran.err


def test_nothing_is_written_if_no_id_is_known(cli: Cli, ids: list[str], tmp_path: Path) -> None:
    ran = cli("--archive", "news", "export", "--ids", "-", "-o", "out.csv", stdin=b"nope\nneither\n", code=1)
    assert ran.err.count("no article has an id") == 2
    assert not (tmp_path / "out.csv").exists()


def test_an_article_whose_file_is_gone_does_not_stop_the_others(cli: Cli, ids: list[str], tmp_path: Path) -> None:
    next((tmp_path / "news" / "articles").rglob(f"*{ids[0]}.md")).unlink()
    for form in ("--json", "--raw", "--format=txt"):
        ran = cli("--archive", "news", "show", ids[0], ids[1], form, code=1)
        assert "Tb" in ran.out
        assert "gone" in ran.err


def test_an_unknown_name_in_quarantine_does_not_stop_the_others(cli: Cli, tmp_path: Path) -> None:
    cli("--archive", "news", "import", "-", "--format", "jsonl", stdin=b"{\n[\n(\n", code=3)
    names = [entry["name"] for entry in cli("--archive", "news", "quarantine", "--json").json["entries"]]
    assert len(names) == 3
    ran = cli("--archive", "news", "quarantine", "--discard", "nope", names[0], "neither", names[1], code=1)
    assert "discarded 2 inputs" in ran.err
    assert ran.err.count("no entry starts with") == 2
    assert cli("--archive", "news", "quarantine", "--retry", "nope", code=1).out == ""
    retry = ("--archive", "news", "quarantine", "--format", "jsonl", "--retry", "nope", names[2])
    assert cli(*retry, code=3).out.endswith("1 refused\n")
    assert cli("--archive", "news", "quarantine", "--discard", "nope", code=1).err.count("discarded") == 0
    assert [entry["name"] for entry in cli("--archive", "news", "quarantine", "--json").json["entries"]] == names[2:]


def test_ids_on_standard_input_are_shown(cli: Cli, ids: list[str]) -> None:
    data = f"{ids[0]}\n{ids[2]}\n".encode()
    shown = cli("--archive", "news", "show", "-", stdin=data, code=0).out
    assert shown == cli("--archive", "news", "show", ids[0], ids[2], code=0).out
    assert cli("--archive", "news", "show", "-", stdin=b"", code=1).out == ""


@pytest.mark.parametrize("command", ["original", "similar"])
def test_one_id_on_standard_input(cli: Cli, ids: list[str], command: str) -> None:
    by_name = cli("--archive", "news", command, ids[0])
    piped = cli("--archive", "news", command, "-", stdin=f"{ids[0]}\n".encode())
    assert (piped.out, piped.err, piped.code) == (by_name.out, by_name.err, by_name.code)
    many = cli("--archive", "news", command, "-", stdin="\n".join(ids).encode(), code=2)
    assert "one id is needed on standard input, not 3" in many.err


@pytest.mark.parametrize("command", ["tag --ids - +x", "set --ids - a=1", "remove --ids -", "purge --ids - --yes"])
def test_no_ids_are_said_and_counted(cli: Cli, ids: list[str], command: str) -> None:
    ran = cli("--archive", "news", *command.split(), stdin=b"\n", code=1)
    assert ran.err.startswith("docarchive: there are no ids on standard input\n")
    printed = cli("--archive", "news", *command.split(), "--json", stdin=b"", code=1).json
    assert (printed["type"], printed["ids"]) == ("report", [])
    printed = cli("--archive", "news", *command.split(), "--json", stdin=b"nope\n", code=1).json
    assert (printed["type"], printed["ids"]) == ("report", [])


def test_the_log_reads_an_id_from_standard_input(cli: Cli, ids: list[str]) -> None:
    cli("--archive", "news", "tag", "--ids", "-", "+x", stdin=ids[0].encode(), code=0)
    log = cli("--archive", "news", "log", "-", "--json", stdin=ids[0].encode(), code=0).json["changes"]
    assert [change["command"] for change in log] == ["tag", "import"]
