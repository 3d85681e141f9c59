"""docarchive's library: times searches in an archive that is open.

with_library.py ARCHIVE '{"NAME": "QUERY", …}' FACETS ROUNDS
"""

from __future__ import annotations

import json
import sys
from typing import Any

from reading import print_times

from docarchive import Archive


def main(folder: str, queries: str, words: str, rounds: str) -> None:
    with Archive.open(folder) as archive:
        timed: dict[str, Any] = {
            name: lambda query=query: [(hit.date, hit.title) for hit in archive.search(query)]
            for name, query in json.loads(queries).items()
        }
        facets = {"facets": lambda: archive.search(words, limit=0, facets=["place", "year"]).facets}
        print_times({**timed, **facets}, int(rounds))


if __name__ == "__main__":
    main(*sys.argv[1:])
