"""The benchmarks of a cluster: they run, and leave nothing in the cluster."""

import json
from pathlib import Path
from urllib.request import urlopen

import pytest

from benchmarks import growing
from benchmarks.cluster import table


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.jsonl"
    body = "The harbour was quiet all morning, and the ferries came in late."
    rows = ({"title": f"Harbour {n}", "date": f"1987-03-{n % 28 + 1:02}", "body": f"{body} {n}."} for n in range(40))
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def test_a_small_size_is_measured(urls: str, corpus: Path) -> None:
    url = urls.partition(",")[0]
    check([*table(corpus, url, [30], 11)], ["30"])
    assert indexes(url, "benchmark") == []


def test_an_index_that_grows_is_measured(urls: str, corpus: Path) -> None:
    url = urls.partition(",")[0]
    before = indexes(url, "growing")  # somebody may measure meanwhile
    check([*growing.table(corpus, url, [20, 50], 10, 11)], ["20", "50"])
    assert len(indexes(url, "growing")) == len(before)


def check(lines: list[str], sizes: list[str]) -> None:
    heads, _, *rows = (line.strip("| ").split(" | ") for line in lines)
    assert [row[0] for row in rows] == sizes
    assert {len(row) for row in rows} == {len(heads)}


def indexes(url: str, name: str) -> list[object]:
    with urlopen(f"{url}/_cat/indices/{name}*?format=json") as answer:
        return list(json.load(answer))
