"""The commands that ask the trash: what they cannot read there, they say, and their exit code is 3."""

import json
from pathlib import Path

import pytest
from conftest import Cli

from docarchive import Archive

#: Command lines, and what they print to stdout; ID is that of an article that can be read.
_ASKED: dict[str, tuple[tuple[str, ...], str]] = {
    "search": (("search", "in:trash"), "ID"),
    "search --ids": (("search", "in:trash", "--ids"), "ID\n"),
    "search --count": (("search", "in:trash", "--count"), "1\n"),
    "search --json": (("search", "in:trash", "--json"), "ID"),
    "search --facet": (("search", "in:trash", "--facet", "year", "--limit", "0"), "2024  1"),
    "search for nothing": (("search", "in:trash nothing"), ""),
    "list": (("list", "in:trash"), "ID"),
    "list IN:": (("list", "IN:trash"), "by change"),
    "list --count": (("list", "in:trash", "--count"), "1\n"),
    "list --json": (("list", "in:trash", "--json"), "ID"),
    "list --trash": (("list", "--trash"), "damaged  PATH: is empty"),
    "list --trash --ids": (("list", "--trash", "--ids"), "ID\n"),
    "list --trash --json": (("list", "--trash", "--json"), "is empty"),
    "list --trash --count": (("list", "--trash", "--count"), "1\n"),
    "list --trash QUERY": (("list", "--trash", "gull"), "ID"),
    "list --trash --limit": (("list", "--trash", "--limit", "9"), "ID"),
    "search --trash": (("search", "--trash", "gull OR puffin"), "ID"),
    "search --trash --count": (("search", "--trash", "*", "--count"), "1\n"),
    "log in:trash": (("log", "in:trash"), "remove"),
    "restore in:trash": (("restore", "in:trash", "gull"), "1 restored"),
    "restore": (("restore", "ID"), "1 restored"),
    "restore what cannot be read": (("restore", "LOST"), ""),
    "purge --trash QUERY": (("purge", "--trash", "gull", "--yes"), "1 article, 2 files"),
    "purge --dry-run": (("purge", "title:ferry", "--dry-run"), "1 article, 2 files"),
}


@pytest.fixture
def trash(root: Path) -> dict[str, str]:
    """An archive whose trash has an article and an empty file: their ids and the path of the file."""
    with Archive.create(root) as archive:
        for title, date in (("Gull", "2024-01-02"), ("Tern", "2024-01-03"), ("Ferry", "2024-01-04")):
            archive.add({"title": title, "date": date, "body": f"A {title.lower()} came."})
        ids = {row.metadata["title"]: row.id for row in archive.list()}
        archive.remove("gull OR tern")
    path = next((root / "trash").rglob("*tern*.md"))
    path.write_bytes(b"")
    return {"ID": ids["Gull"], "LOST": ids["Tern"], "PATH": path.relative_to(root).as_posix()}


@pytest.mark.parametrize("name", _ASKED)
def test_what_cannot_be_read_is_said(cli: Cli, root: Path, trash: dict[str, str], name: str) -> None:
    words, printed = _ASKED[name]
    for value in trash:
        printed = printed.replace(value, trash[value])
    ran = cli("--archive", root, *(trash.get(word, word) for word in words), code=3)
    assert printed in ran.out
    if "--json" in words:
        assert json.loads(ran.out)
    names_it = "damage" in ran.out
    assert (ran.out if names_it else ran.err).count(trash["PATH"]) == 1
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("more", [(), ("--limit", "1"), ("--offset", "1"), ("--sort", "date")])
def test_both_ways_to_list_the_trash_are_one(
    cli: Cli, root: Path, trash: dict[str, str], more: tuple[str, ...]
) -> None:
    with Archive.open(root) as archive:
        archive.remove("ferry")
    (root / trash["PATH"]).unlink()
    for query in ("", "gull OR ferry"):
        ways = (("--trash", query), ("in:trash", query and f"({query})"))
        listed = [cli("--archive", root, "list", *filter(None, words), *more, code=0).out for words in ways]
        assert listed[0] == listed[1] != ""
        printed = [cli("--archive", root, "list", *filter(None, words), *more, "--json", code=0).json for words in ways]
        assert printed[0] | {"query": ""} == printed[1] | {"query": ""}
        assert printed[0]["total"] == 2
        assert {"change", "removed", "damage"} <= printed[0]["articles"][0].keys()


def test_several_are_counted(cli: Cli, root: Path, trash: dict[str, str]) -> None:
    next((root / "trash").rglob("*gull*.md")).write_bytes(b"")
    ran = cli("--archive", root, "search", "in:trash", "--count", code=3)
    assert (ran.out, "left out 2 damaged files; 'docarchive list --trash' shows all, such as trash/" in ran.err) == (
        "0\n",
        True,
    )


def test_all_that_can_be_read_is_an_answer(cli: Cli, root: Path, trash: dict[str, str]) -> None:
    (root / trash["PATH"]).unlink()
    assert cli("--archive", root, "search", "in:trash", "--count", code=0).out == "1\n"
    assert cli("--archive", root, "search", "in:trash tern", "--count", code=1).out == "0\n"
