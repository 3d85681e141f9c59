"""The benchmark beside peers: a small run of it, what it computes, and the pages that it writes."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from interpreter import PATIENCE

from benchmarks.peers.__main__ import PEERS, key, listed, minutes, plan, select
from benchmarks.peers.figures import OURS, SUMMARY, Results, duration, read
from benchmarks.peers.inputs import rows, sample
from benchmarks.peers.machine import ROOT
from benchmarks.peers.measuring import Failed, command, run
from benchmarks.peers.page import FOLDER, generated_files, size_page, with_figures
from benchmarks.peers.peer import QUERIES
from benchmarks.peers.plot import plot

WORDS = [
    *["oil", "opec", "company", "trade", "dollar", "rates", "interest", "wheat", "gold"],
    *["copper", "harbour", "computer", "pier", "said", "market", "of", "the"],
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles of a newswire that never was, fewer than are asked for."""
    pick = random.Random(3)
    path = tmp_path_factory.mktemp("corpus") / "articles.jsonl"
    with open(path, "w", encoding="utf-8") as lines:
        for number in range(40):
            sentences = [" ".join(pick.choices(WORDS, k=9)).capitalize() + "." for _ in range(6)]
            row = {
                "id": str(number),
                "title": f"{' '.join(pick.choices(WORDS, k=4))} {number}",
                "date": f"1987-04-{number % 28 + 1:02}T10:00:00" if number % 9 else None,
                "topics": pick.sample(["oil", "grain", "trade"], 2),
                "places": pick.sample(["usa", "japan", "uk"], 1),
                "body": "\n    ".join([" ".join(sentences[:3]), " ".join(sentences[3:])]),
            }
            lines.write(json.dumps(row) + "\n")
    return path


def results_of(articles: int, **seconds: dict[str, list[float]]) -> Results:
    """Results of peers, of which only some seconds are known."""
    peers = [
        {
            "name": name,
            "version": "1",
            "about": "a peer",
            "form": "jsonl",
            "seconds": taken,
            "peak_mb": {"import": 20.5, "search: AND": 12.0},
            "bytes": {"index": 10_000_000, "kept": 20_000_000},
            "matches": {"AND": 3},
            "failed": [],
        }
        for name, taken in seconds.items()
    ]
    return Results(
        {
            "articles": articles,
            "date": "2024-03-16T10:00:00Z",
            "revision": "abc",
            "took_seconds": 60,
            "plan": plan(articles, quick=True)._asdict(),
            "machine": {"cores": 2, "processor": "P", "memory_gb": 8.0, "system": "Linux", "python": "CPython"},
            "peers": peers,
            "left_out": {"recoll": "not on PATH"},
        }
    )


def test_a_run_measures_all_and_writes_all_pages(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    page = "# Figures\n\n<!-- figures: {} -->\nstale\n<!-- end of figures -->\n"
    (out / "README.md").write_text(page.format("comparison") + page.format("space") + page.format("sentence"))
    command = [sys.executable, "-m", "benchmarks.peers", str(corpus), "--sizes", "60", "--quick", "--out", str(out)]
    command += ["--only", "docarchivetantivy,fts5", "--kinds", "AND,dates", "--work", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert "60 articles: under a minute" in done.stderr
    assert "] all: searches, round 1 of 3" in done.stderr
    assert f"wrote {out / 'articles-60.json'}\n" in done.stdout
    assert "docarchive, Whoosh: left out, not selected" in done.stderr
    (results,) = read(out)
    ours, theirs = results.named("docarchive, tantivy"), results.named("FTS5, a script")
    assert ours
    assert theirs
    assert ours.matches == theirs.matches
    assert 0 < ours.matches["AND"] < 60
    for what in SUMMARY:
        assert (ours.median(what) or 0) > 0, what
        assert (theirs.median(what) is None) == (what in ("sync", "rebuild")), what
    assert (ours.peak("import") or 0) > 10
    assert ours.bytes["kept"] > ours.bytes["index"] > 10_000
    for path, text in generated_files(out).items():
        assert path.read_text("utf-8") == text
    readme = (out / "README.md").read_text("utf-8")
    assert "stale" not in readme
    assert f"| a search, whole process | – | {duration(ours.median('search'))} | FTS5, a script: " in readme
    assert "| MB | 60, Whoosh | 60, tantivy |" in readme
    assert "[60 articles](articles-60.md)" in readme
    assert not list(tmp_path.glob("docarchive-bench-*"))


def test_a_process_is_measured_with_what_it_starts(tmp_path: Path) -> None:
    inner = "import time; held = bytearray(60_000_000); held[::4096] = b'x' * len(held[::4096]); time.sleep(0.7)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}]); print('done')"
    measured = run(command(sys.executable, "-c", outer), tmp_path / "output")
    assert (tmp_path / "output").read_text() == "done\n"
    assert measured.seconds > 0.7
    assert measured.peak > 60
    with pytest.raises(Failed, match="ended with 3: sorry"):
        run(command(sys.executable, "-c", "import sys; print('sorry', file=sys.stderr); sys.exit(3)"), tmp_path / "o")


def test_articles_are_spread_or_resampled_the_same_every_time(corpus: Path) -> None:
    all_rows = rows(corpus)
    assert all(row["date"] for row in all_rows)
    assert [row["id"] for row in sample(all_rows, 4)] == ["0", "10", "20", "30"]
    assert list(sample(all_rows, 40)) == all_rows
    drawn = list(sample(all_rows, 90))
    assert drawn == list(sample(all_rows, 90))
    assert len({row["id"] for row in drawn}) == len({row["body"] for row in drawn}) == 90
    sentences = {part for row in all_rows for part in row["body"].replace("\n    ", " ").split(". ")}
    assert drawn[5]["body"].replace("\n\n", " ").split(". ")[0] in sentences


def test_medians_and_ratios() -> None:
    results = results_of(
        1000,
        ours={"import": [4.0, 9.0], "search: a": [1, 2, 9], "search: b": [3, 4, 5], "library: facets": [7.0]},
        theirs={"import": [2.0, 3.0]},
    )
    ours, theirs = results.peers
    assert ours.median("import") == 6.5
    assert ours.ratio(theirs, "import") == 2.5
    assert ours.runs("search") == [2, 3, 7]
    assert ours.runs("library") == []
    assert ours.ratio(theirs, "search") is None
    assert [duration(seconds) for seconds in (None, 0.0002, 0.0051, 0.25, 1.25, 300)] == [
        *["–", "0.20 ms", "5.1 ms", "250 ms", "1.2 s", "5.0 min"],
    ]


def test_parts_of_a_page_are_written_between_their_markers() -> None:
    name, other = OURS
    small = results_of(1000, **{name: {"import": [2.0], "search: AND": [0.1]}, "peer": {"import": [4.0]}})
    large = results_of(9000, **{name: {"import": [20.0], "search: AND": [0.2]}, other: {"import": [5.0]}})
    page = "before\n<!-- figures: comparison -->\n<!-- end of figures -->\nafter\n"
    text = with_figures(page, [small, large])
    assert text.startswith("before\n<!-- figures: comparison -->\n| [1,000 articles](articles-1000.md) | with Whoosh |")
    assert "| import | 2.0 s | – | peer: 4.0 s | 0.50 · – |" in text
    assert text.endswith("<!-- end of figures -->\nafter\n")
    assert with_figures(text, [small, large]) == text
    assert "| index and catalog | 10 | – | 10 | 10 |" in with_figures(
        page.replace("comparison", "space"), [small, large]
    )
    sentence = with_figures("<!-- figures: sentence -->\n<!-- end of figures -->", [small, large])
    assert "9,000 newswire articles are imported in 20.0 s with Whoosh (search: 200 ms) or" in sentence


def test_a_page_names_the_searches_without_matches() -> None:
    results = results_of(1000, ours={"import": [2.0]}, theirs={"import": [4.0]})
    assert "Nothing matched" not in size_page(results)
    results.peers[0].matches.update({"phrase": 0, "prefix": 0, "field": 1})
    results.peers[1].matches.update({"phrase": 0, "field": 0})
    page = size_page(results)
    assert "Nothing matched with any peer, so these times mean little: phrase, prefix.\n" in page


def test_minutes_are_written_in_words() -> None:
    words = ["under a minute", "about 1 minute", "about 2 minutes", "about 90 minutes"]
    assert [minutes(seconds) for seconds in (20, 61, 100, 5400)] == words


def test_the_plot_is_the_same_every_time_and_well_formed() -> None:
    sizes = [
        results_of(count, **{OURS[0]: {"import": [count / 100]}, "a <b>": {"import": [0.5]}}) for count in (100, 9000)
    ]
    drawn = plot(sizes)
    assert drawn == plot(sizes)
    root = ElementTree.fromstring(drawn)
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"a <b>", "Import of all", "9,000", "100 ms", "100 s"} <= set(texts)
    assert "prefers-color-scheme:dark" in drawn
    circles = [c for c in root.iter("{http://www.w3.org/2000/svg}circle") if c.get("class") == "p s0"]
    first, second = (float(circle.get("cy", "")) for circle in circles[:2])
    assert first > second  # more articles take longer, and stand higher


def test_pages_are_what_the_figures_give() -> None:
    for path, text in generated_files(FOLDER).items():
        assert path.read_text("utf-8") == text, "run: python -m benchmarks.peers.page"
    assert read(FOLDER), "docs/benchmarks has no figures"


def test_peers_are_chosen_by_name_and_size() -> None:
    options: Any = type("Options", (), {"only": [], "skip": ["fts5@60"], "all": False})
    measured, left = select(options, 60)
    assert left["FTS5, a script"] == "not selected"
    assert "FTS5, a script" not in select(options, 70)[1]
    assert {peer.name for peer in measured} | set(left) == {peer.name for peer in PEERS}
    assert "takes too long" in select(options, 200_000)[1]["recoll"]
    names = listed("peer", [*map(key, PEERS)])
    assert names("fts5, whoosh@200000") == ["fts5", "whoosh@200000"]
    with pytest.raises(Exception, match="no peer 'lucene'"):
        names("lucene")
    with pytest.raises(Exception, match="no kind 'XOR'; choose from rare word, common word, "):
        listed("kind", QUERIES)("XOR")
