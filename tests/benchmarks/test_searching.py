"""The benchmarks of searches and of start-up, on an archive of a few articles."""

import json
import re
from pathlib import Path

import pytest
from running import run

from benchmarks.peers.peer import QUERIES
from docarchive import Archive


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("searching")
    articles = (
        {
            "id": str(number),
            "title": f"Harbour report {number}",
            "date": f"1990-0{number % 9 + 1}-16",
            "tags": ["sea"],
            "body": f"The pier lost its lamp in storm {number}, and the company sells oil to every ferry on the water.",
        }
        for number in range(9)
    )
    (folder / "articles.jsonl").write_text("".join(json.dumps(article) + "\n" for article in articles), "utf-8")
    with Archive.create(folder / "news") as opened:
        opened.import_(folder / "articles.jsonl")
    return folder / "news"


def test_latency_is_printed_for_every_kind_of_search(archive: Path) -> None:
    printed = run("benchmarks.latency", archive, "--queries", 22)
    assert "9 articles, whoosh, in process, ms" in printed
    rows = re.findall(r"^\| ([A-Za-z, ]+) \| (\d+) \| [\d.]+ \| [\d.]+ \| [\d.]+ \|$", printed, re.MULTILINE)
    assert rows[-1] == ("all", "22")
    assert len(rows) == 12
    assert {count for _, count in rows[:-1]} == {"2"}


def test_startup_is_compared_with_an_empty_command(archive: Path, tmp_path: Path) -> None:
    printed = run("benchmarks.startup", archive, "--rounds", 1, "--json", tmp_path / "startup.json")
    assert "| floor | empty | " in printed
    for kind in (*QUERIES, "**median of the kinds**"):
        assert f"| news search | {kind} | " in printed
    for name in ("list", "stats", "sync", "help", "show", "completion"):
        assert f"| news | {name} | " in printed
    assert "news: sync of 9 articles " in printed
    assert len(json.loads((tmp_path / "startup.json").read_text("utf-8"))) == 3 + len(QUERIES) + 6
