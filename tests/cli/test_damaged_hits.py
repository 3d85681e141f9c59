"""Hits whose files cannot be read: they are listed, and what is missing is said."""

import io
import json
import pickle
from pathlib import Path

import pytest
from conftest import Cli

from docarchive import Archive


@pytest.fixture
def damaged(root: Path) -> tuple[str, str]:
    """An archive with three articles, of which one is damaged: its id and path."""
    with Archive.create(root) as archive:
        articles = [{"title": f"Gull {n}", "body": f"A gull on pier {n}."} for n in range(3)]
        archive.import_(
            io.BytesIO("".join(f"{json.dumps(article)}\n" for article in articles).encode()), format="jsonl"
        )
        archive.count("gull")
        row = next(archive.list("title:1"))
    (root / row.path).write_bytes(b"\xff\xfe")
    return row.id, row.path


@pytest.mark.parametrize("words", [("search", "gull"), ("search", "gull", "--json")])
def test_a_search_lists_it_and_says_so(cli: Cli, root: Path, damaged: tuple[str, str], words: tuple[str, ...]) -> None:
    ran = cli("--archive", root, *words, code=3)
    assert damaged[0] in ran.out
    assert f"no text is shown of 1 article: {damaged[1]} is not UTF-8 text" in ran.err


def test_similar_articles_too(cli: Cli, root: Path, damaged: tuple[str, str]) -> None:
    with Archive.open(root) as archive:
        other = next(archive.list("title:0")).id
    ran = cli("--archive", root, "similar", other, code=3)
    assert damaged[1] in ran.err


def test_answers_that_need_no_text_are_whole(cli: Cli, root: Path, damaged: tuple[str, str]) -> None:
    assert cli("--archive", root, "search", "gull", "--count", code=0).out == "3\n"
    assert damaged[0] in cli("--archive", root, "search", "gull", "--ids", code=0).out
    assert cli("--archive", root, "list", "--ids", code=0).err == ""


def test_a_hit_says_what_is_wrong_with_its_file(root: Path, damaged: tuple[str, str]) -> None:
    with Archive.open(root) as archive:
        results = archive.search("gull")
    assert {hit.damage for hit in results} == {None}, "nothing was read yet"
    copies = pickle.loads(pickle.dumps(results))
    for hits in (results, copies):
        assert {hit.id: bool(hit.snippet.text) for hit in hits} == {hit.id: hit.id != damaged[0] for hit in hits}
        assert {hit.id for hit in hits if hit.damage} == {damaged[0]}


def test_one_whose_file_is_gone_is_no_damage(cli: Cli, root: Path, damaged: tuple[str, str]) -> None:
    (root / damaged[1]).unlink()
    assert damaged[0] in cli("--archive", root, "search", "gull", code=0).out
