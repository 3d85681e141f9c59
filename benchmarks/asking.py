"""Calls the tools of ``docarchive mcp`` at random: is every answer as short as the client wants, and how fast?

    python -m benchmarks.asking ARCHIVE [--calls 10000]

The calls are the same every time: words of the archive's articles and others, right and wrong arguments, all limits. It
prints by tool how many calls were answered and refused, the largest answer in bytes, and the processor time. An answer
that is longer than allowed, or a fault of the program, ends it with an error.
"""

import argparse
import json
import random
import re
import statistics
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any, Final

from docarchive import Archive
from docarchive.mcp.limits import FEWEST, MOST, USUAL, size
from docarchive.mcp.protocol import Protocol
from docarchive.mcp.tools import TOOLS

_WORD: Final = re.compile(r"\w+")
_ODD: Final = ("", "*", "tag:x", '"', "(", "date:last-week", "港湾", "\ud800", "\0", "id:*", "in:trash *", "a" * 3_000)


def calls(archive: Archive, count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields names of tools and arguments."""
    random_ = random.Random(1987)
    ids = [row.id for row in islice(archive.list(), 5_000)]
    texts = [archive.get(id_).body for id_ in random_.sample(ids, min(100, len(ids)))]
    words = [words for text in texts if (words := _WORD.findall(text[:20_000]))]
    for _ in range(count):
        name = random_.choice([*TOOLS])
        own, at = random_.choice(words), random_.random()
        start = int(at * len(own))
        values: dict[str, Any] = {
            "query": random_.choice(
                (random_.choice(own), " OR ".join(random_.choices(own, k=5)), random_.choice(_ODD))
            ),
            "limit": random_.choice((1, 5, 10, 50, 50, 51)),
            "sort": random_.choice(("relevance", "date", "-date", "title", "nothing")),
            "mode": random_.choice(("words", "words", "both", "nothing")),
            "cursor": random_.choice(("0", "1", "10", "99999", "x")),
            "facets": random_.choice(([], ["year"], ["tag", "month", "format"], ["nothing"])),
            "facet_limit": random_.choice((1, 20, 200)),
            "id": random_.choice((*ids[:50], random_.choice(ids), random_.choice(ids)[:2], "nothing")),
            "start": random_.choice((0, 0, 1, 500, 10_000_000)),
            "version": random_.choice((0, 0, 1, -1)),
            "a": random_.choice((-1, 0, 1)),
            "b": random_.choice((0, 1)),
            "text": " ".join(own[start : start + random_.choice((1, 8, 40, 300))])
            + random_.choice(("", " zebra", "…")),
            "versions": random_.random() < 0.1,
            "max_tokens": random_.choice((FEWEST, FEWEST, USUAL, MOST, MOST + 1)),
        }
        takes = TOOLS[name].takes
        needed = takes.get("required", ())
        chosen = (key for key in takes["properties"] if key in needed or random_.random() < 0.6)
        yield name, {key: values[key] for key in chosen}


def is_within(result: dict[str, Any], arguments: dict[str, Any]) -> bool:
    """Returns whether a result has no more tokens than its call allows: a token is a byte at least."""
    allowed: int = min(arguments.get("max_tokens", USUAL), MOST)
    text: str = result["content"][0]["text"]
    return len(text.encode("utf-8", "replace")) <= allowed


def main() -> None:
    """Reads the command line, calls and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--calls", type=int, default=10_000)
    options = parser.parse_args()
    rows: dict[str, list[tuple[bool, int, float]]] = {name: [] for name in TOOLS}
    with Archive.open(options.archive) as archive:
        protocol = Protocol(archive)
        for name, arguments in calls(archive, options.calls):
            request = {
                "jsonrpc": "2.0",
                "id": 1,
                "method": "tools/call",
                "params": {"name": name, "arguments": arguments},
            }
            start = process_time()
            answer = protocol.answer(json.dumps(request))
            took = (process_time() - start) * 1000
            result = json.loads(answer or "")["result"]
            if not is_within(result, arguments):
                sys.exit(f"{name} {arguments}: {size(result)} bytes")
            rows[name].append((bool(result["isError"]), len(result["content"][0]["text"].encode()), took))
    print("| tool | answered | refused | largest, bytes | median, ms | p99 |\n|---|--:|--:|--:|--:|--:|")
    for name, own in rows.items():
        taken = [took for is_error, _, took in own if not is_error]
        p99 = statistics.quantiles(taken, n=100, method="inclusive")[98] if len(taken) > 1 else 0
        largest = max((length for is_error, length, _ in own if not is_error), default=0)
        refused = sum(is_error for is_error, _, _ in own)
        print(f"| {name} | {len(taken)} | {refused} | {largest} | {statistics.median(taken or [0]):.1f} | {p99:.1f} |")


if __name__ == "__main__":
    main()
