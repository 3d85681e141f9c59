"""The benchmark of web pages: what it counts as right, on pages whose answers are known."""

import gzip
import json
from pathlib import Path

import pytest
from running import run

from benchmarks import extraction

TEXT = " ".join(f"Word number {n} stands in a sentence of its own, and the next one follows it." for n in range(12))
PAGE = f"""<html><head><title>Tides</title><meta property="article:published_time" content="2024-03-16T09:00:00Z">
<meta name="author" content="Ada Meyer"></head><body><article><h1>Tides</h1><p>{TEXT}</p></article></body></html>"""


def test_shares_of_runs() -> None:
    assert extraction.shares("a b c d e", "a b c d e") == (1, 0, 0)
    assert extraction.shares("a b c d e", "") == (0, 0, 1)
    assert extraction.shares("a b c d", "a b c d x") == (0.5, 0.5, 0)
    assert extraction.shares("see the pier now", "see [the pier](https://x.example/a_b) now ![x](y.png)") == (1, 0, 0)


@pytest.mark.parametrize(
    ("key", "gold", "found", "right"),
    [
        ("title", "The Pier – gone", "the pier  gone", True),
        ("title", "The Pier", "The Pier | Post", False),
        ("date", "2024-03-16T10:00:00", "2024-03-16", True),
        ("date", "2024-03-16", "2024-03", False),
        ("authors", "Ada Meyer", ["ada meyer"], True),
        ("authors", ["A", "B"], ["B", "A"], True),
        ("authors", ["A", "B"], ["A"], False),
        ("title", "x", None, False),
    ],
)
def test_what_is_right(key: str, gold: object, found: object, right: bool) -> None:
    assert extraction.is_right(key, gold, found) is right


def test_each_form_of_a_set(tmp_path: Path) -> None:
    gold = {"headline": "Tides", "datePublished": "2024-03-16", "author": "Ada Meyer", "articleBody": TEXT}
    (tmp_path / "a/html").mkdir(parents=True)
    (tmp_path / "a/html/one.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    (tmp_path / "a/ground-truth.json").write_text(json.dumps({"one": gold, "gone": gold}))
    (tmp_path / "b").mkdir()
    (tmp_path / "b/two.html").write_text(PAGE)
    (tmp_path / "b/two.json").write_text(json.dumps(gold))
    (tmp_path / "b/three.jsonl").write_text(json.dumps({"html": PAGE, **gold, "headline": "Ebb"}) + "\n")
    out = tmp_path / "out.json"
    printed = run("benchmarks.extraction", tmp_path / "a", tmp_path / "b", "--json", out, "--worst", 1)
    assert printed.startswith("| set | reader | pages |")
    first, _, second, _ = json.loads(out.read_text())
    assert (first["set"], first["reader"], first["pages"]) == ("a", "docarchive", 1)
    assert (first["title"], first["date"], first["authors"], first["f1"]) == (1, 1, 1, 1)
    assert (second["pages"], second["title"], second["date"]) == (2, 0.5, 1)
