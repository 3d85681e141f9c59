"""The benchmarks that damage archives, for a few of their faults."""

import json
import sqlite3
import sys
from pathlib import Path
from random import Random

import pytest
from running import run

from benchmarks.damage_answers import Answer, wrong
from benchmarks.damage_faults import FAULTS, damage, kinds_of_files, lines
from benchmarks.damage_peer import named

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it forks")


def test_no_damage_gives_a_wrong_answer_and_verify_names_it() -> None:
    pytest.importorskip("tantivy")
    printed = run("benchmarks.damage", "--seed", 7, "--faults", 100, "--jobs", 2)
    total = next(line for line in printed.splitlines() if line.startswith("all "))
    columns = next(line for line in printed.splitlines() if line.startswith("kind of file"))
    counts = dict(zip(columns.split()[3:], map(int, total.split()[1:]), strict=True))
    assert counts["tried"] == 100
    assert counts["unnamed"] == counts["falsely"] == counts["wrong"] == counts["left"] == 0, printed
    assert counts["named"] > 40


def test_faults_are_the_same_for_the_same_seed(tmp_path: Path) -> None:
    faults = []
    for number in range(2):
        root = tmp_path / str(number)
        (root / "articles").mkdir(parents=True)
        for name in "abc":
            (root / "articles" / f"{name}.md").write_text(name * 1000)
        (root / ".docarchive").mkdir()
        (root / ".docarchive/catalog.sqlite").write_bytes(b"x" * 5000)
        before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
        faults.append([damage(root, Random(5)), damage(root, Random(6))])
        after = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
        assert before != after
        assert {*kinds_of_files(root)} <= {"articles", "catalog.sqlite"}
    assert faults[0] == faults[1]


@pytest.mark.parametrize("kind", FAULTS)
def test_each_kind_of_fault_changes_bytes(kind: str) -> None:
    data = b"one\ntwo\n" * 200
    changed = [FAULTS[kind](data, Random(seed)) for seed in range(5)]
    assert kind == "swapped" or any(one != data for one in changed)


def test_a_wrong_answer_is_noticed_and_an_error_is_none() -> None:
    truth = {"show a": Answer({"a: text": "x"}), "count": Answer({"": 3})}
    right = {"show a": Answer({}, "NotFoundError: a is gone"), "count": Answer({"": 3})}
    assert wrong(right, [truth], set(), set()) == []
    assert wrong({"count": Answer({"": 2})}, [truth], set(), set()) != []
    assert wrong({"count": Answer({}, "KeyError: 3", documented=False)}, [truth], set(), set()) != []
    assert wrong({"show a": Answer({"a: text": "y"})}, [truth], set(), set()) != []
    assert wrong({"show a": Answer({"a: text": "y"})}, [truth], {"a"}, {"a"}) == []


def test_the_checks_of_the_peer_find_what_breaks_its_structure(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE articles (source_id TEXT PRIMARY KEY, title TEXT, body TEXT)")
    rows = (json.loads(line) for line in lines(range(9)).getvalue().splitlines())
    values = ((row["source_id"], row["title"], row["body"]) for row in rows)
    connection.executemany("INSERT INTO articles VALUES (?, ?, ?)", values)
    connection.execute("CREATE VIRTUAL TABLE articles_fts USING fts5(title, body, content=articles)")
    connection.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
    connection.commit()
    connection.close()
    assert named(path) == set()
    path.write_bytes(path.read_bytes().replace(b"wheat", b"wheel"))
    assert named(path) == {"FTS integrity-check"}
