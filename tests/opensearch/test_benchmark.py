"""The benchmark of a cluster: it runs, and leaves nothing in the cluster."""

import json
from pathlib import Path
from urllib.request import urlopen

from benchmarks.cluster import table


def test_a_small_size_is_measured(urls: str, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    body = "The harbour was quiet all morning, and the ferries came in late."
    rows = ({"title": f"Harbour {n}", "date": f"1987-03-{n % 28 + 1:02}", "body": f"{body} {n}."} for n in range(40))
    corpus.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    url = urls.partition(",")[0]
    heads, _, row = table(corpus, url, [30], 11)
    cells = row.strip("| ").split(" | ")
    assert len(cells) == len(heads.strip("| ").split(" | "))
    assert cells[0] == "30"
    with urlopen(f"{url}/_cat/indices/benchmark*?format=json") as answer:
        assert json.load(answer) == []
