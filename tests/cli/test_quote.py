"""``docarchive quote`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Cli


@pytest.fixture
def pier(tmp_path: Path, cli: Cli) -> None:
    cli("init", "news")
    path = tmp_path / "news/articles/pier.md"
    path.write_text(
        "---\nid: p1\ntitle: Pier\ndate: 2024-05-02\n---\n\nThe *old* pier was\nopened on Thursday at noon.\n"
    )
    cli("--archive", "news", "sync")


def test_the_exit_code_is_the_verdict(pier: None, cli: Cli) -> None:
    ran = cli("--archive", "news", "quote", "the", "old pier – was opened", code=0)
    assert ran.out == "word for word  Pier\n  2024-05-02  p1  body 0-25\n  The *old* pier was opened\n"
    ran = cli("--archive", "news", "quote", "The old pier was opened on Friday", code=5)
    assert ran.out.endswith("body 0-37\n  The *old* pier was opened on [-Friday-]{+Thursday+}\n")
    ran = cli("--archive", "news", "quote", "-the new ferry", code=1)
    assert (ran.out, ran.err) == ("", "docarchive: the quote is not in the archive\n")


def test_quotes_come_from_standard_input(pier: None, cli: Cli) -> None:
    ran = cli("--archive", "news", "quote", "-", "--json", stdin="“opened on Thursday”\n".encode(), code=0)
    answer = json.loads(ran.out)
    assert (answer["verdict"], answer["passages"][0]["start"], answer["schema"]) == ("word for word", 19, 1)
    assert "not UTF-8" in cli("--archive", "news", "quote", "-", stdin=b"\xff", code=2).err
    assert "no word" in cli("--archive", "news", "quote", "…", code=2).err


def test_differences_are_coloured_where_there_are_colours(pier: None, cli: Cli) -> None:
    ran = cli("--archive", "news", "quote", "opened on Friday at noon", code=5, CLICOLOR_FORCE="1")
    assert "\x1b[31mFriday\x1b[0m\x1b[32mThursday\x1b[0m" in ran.out


def test_versions_with_the_same_words_are_one_passage(tmp_path: Path, cli: Cli) -> None:
    cli("init", "news")
    for body in ("Old words. The pier was opened.", "The pier was opened. One.", "The pier was opened. Two."):
        row = {"url": "https://example.org/pier", "title": "Pier", "date": "2024-05-02", "body": body}
        (tmp_path / "pier.jsonl").write_text(json.dumps(row))
        cli("--archive", "news", "import", "pier.jsonl")
    ran = cli("--archive", "news", "quote", "--versions", "the pier was opened", code=0)
    assert ran.out.count("word for word") == 1
    assert ran.out.splitlines()[1].endswith("body 0-19  and versions 1, 2")
    assert "body 11-30" not in ran.out
    ran = cli("--archive", "news", "quote", "--versions", "old words", code=0)
    assert ran.out.splitlines()[1].endswith("body 0-9  version 1, not the current one")
    passages = json.loads(cli("--archive", "news", "quote", "--versions", "the pier was opened", "--json").out)[
        "passages"
    ]
    assert sorted(passage["version"] for passage in passages) == [1, 2, 3]
