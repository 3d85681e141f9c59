"""A library of beets with an item for each article, as a short script.

    python with_beets.py ARTICLES.jsonl LIBRARY.db

beets is made for music, and imports files of music only. Its library holds any items, and ``beet modify`` changes them.
"""

from __future__ import annotations

import json
import sys


def main(source: str, path: str) -> None:
    from beets.library import Item, Library  # type: ignore[import-not-found]

    library = Library(path)
    with library.transaction(), open(source, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            fields = {"title": row["title"], "year": int(row["date"][:4]), "article": row["id"]}
            library.add(Item(path=b"/articles/" + row["id"].encode(), comments=row["body"], **fields))


if __name__ == "__main__":
    main(*sys.argv[1:])
