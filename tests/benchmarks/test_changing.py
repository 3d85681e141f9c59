"""The benchmark of changes, on a corpus of a few articles."""

import json
import re
from pathlib import Path

from running import run


def test_changes_are_timed_next_to_searches(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    articles = ({"id": str(n), "title": f"Oil {n}", "body": f"Oil in harbour {n}."} for n in range(5))
    corpus.write_text("".join(json.dumps(article) + "\n" for article in articles), "utf-8")
    argv = ["--rounds", "1", "--versions", "2", "--only", "tantivy,notmuch", "--json", tmp_path / "figures.json"]
    printed = run("benchmarks.changing", corpus, *argv)
    assert re.search(r"^\| docarchive, tantivy \S+( \| [\d.]+){8} \|$", printed, re.MULTILINE)
    assert re.search(r"^\| notmuch \S+( \| [\d.]+){8} \|$|^notmuch is left out: not on PATH$", printed, re.MULTILINE)
    assert "docarchive, tantivy, 2 versions of each article:" in printed
    assert re.search(r"^\| OR of four( \| [\d.]+){4} \|$", printed, re.MULTILINE)
    assert len(json.loads((tmp_path / "figures.json").read_text())["docarchive, tantivy"]["all"]) == 1
