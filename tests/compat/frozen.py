"""What a frozen archive answers, and how one is frozen.

    python tests/compat/frozen.py answers ARCHIVE      prints what an archive answers, as JSON
    python tests/compat/frozen.py freeze FOLDER        freezes an archive of today's layout

FOLDER has ``inputs``, the files that are imported, and is given:

- ``archive``: the archive, without its folder ``.docarchive``;
- ``derived``: that folder, with the indexes of all engines (the name is another one since git leaves
  ``.docarchive`` out);
- ``answers.json``: what it answers. Read it before you commit it: it holds for ever;
- ``history.json``: its log, its trash and the versions of its articles. The archive of layout 1 has none.

A frozen archive is never frozen again. A new layout is frozen into a folder of its own.
"""

import csv
import io
import json
import os
import shutil
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from docarchive import ENGINES, Archive

#: What is asked of the archive; each answer is the ids, the newest first.
QUERIES: Final = (
    *("*", "pier", "piers oak", '"new pier"', '"lighthouse ships"~3', "wheat OR ferry", "storm -evening"),
    *("title:storm", "lighthou*", "whaet~", "(pier OR ferry) AND source:courier", "gewitter", "hafen", "pêcheur"),
    *("мосты", "橋", "niño", "كتب", "tag:harbour", 'tag:"free trade"', 'place:"el salvador"', "author:meyer"),
    *("person:holm organization:council", "rating:>3", "geo.lat:57.05", "edition:1.10", "has:url", "no:date"),
    *("draft:true", "language:fr", "date:2022", "date:2019..2021", "date:..1963", "updated:2024-03"),
    *("author:/(ada|bo) .*/", "@oak", "@new-oak"),
)
FACETS: Final = ("year", "tag", "source", "language")
MISSPELT: Final = "lighthose"
#: What ``[import]`` and ``[searches]`` hold.
SETTINGS: Final = """
# A comment, which stays.
[import]
tags = ["bay"]
on_duplicate = "link"

[searches]
oak = "oak OR deal"
new-oak = "@oak date:>=2024"
"""
FIRST: Final = (
    *("harbour.md", "wheat.txt", "gewitter.md", "records.jsonl", "table.csv", "storm-agency.txt", "storm-paper.txt"),
    *("broken.json", "picture.md", "notes"),
)
SECOND: Final = ("update.jsonl",)
_PASSING: Final = shutil.ignore_patterns("tmp", "lock", "*.lock")


def answers(root: Path) -> dict[str, Any]:
    """Returns what an archive answers."""
    with Archive.open(root) as archive:
        ids = [row.id for row in archive.list(sort="-date")]
        near = [[article.id for article in group] for group in archive.duplicates()]
        facets = archive.search("*", limit=0, facets=FACETS).facets
        return {
            "name": archive.settings.name,
            "language": archive.settings.language,
            "searches": dict(archive.settings.searches),
            "articles": {id: archive.get(id).to_dict() for id in ids},
            "paths": {id: archive.file(id) for id in ids},
            "originals": {id: _digest(archive.original(id)) for id in ids},
            "versions": {id: [*archive.provenance(id).versions] for id in ids},
            "queries": {query: _ids(archive, query) for query in QUERIES},
            "facets": {name: [[value, count] for value, count in values] for name, values in facets.items()},
            "suggestion": archive.search(MISSPELT).suggestion,
            "similar": {id: [hit.id for hit in archive.similar(id, limit=1)] for group in near for id in group},
            "duplicates": near,
            "quarantine": {entry.name: entry.reason for entry in archive.quarantine()},
            "exports": {name: _export(archive, name) for name in ("jsonl", "csv", "bibtex")},
        }


def history(root: Path) -> dict[str, Any]:
    """Returns what an archive says of its changes."""
    with Archive.open(root) as archive:
        ids = [row.id for row in archive.list(sort="-date")]
        return {
            "log": [
                [entry.change, entry.command, entry.words, entry.articles, entry.undone] for entry in archive.log()
            ],
            "trash": {entry.id: [entry.path, entry.change] for entry in archive.trash()},
            "versions": {id: [version.sha256 for version in archive.versions(id)] for id in ids},
            "notes": {hit.id: hit.article.to_dict()["notes"] for hit in archive.search("has:note", limit=100)},
        }


def change(archive: Archive) -> None:
    """Makes changes of all kinds that are in a log."""
    archive.tag("pier", add=["timber"])
    archive.set("tag:timber", {"section": "Ports"})
    archive.note(next(archive.list("gewitter")).id, "Read the report of the fire brigade.")
    added = archive.add("The ferry to the lighthouse is replaced by a bridge.\n")
    edited, deleted = (archive.path / next(archive.list(query)).path for query in ("title:storm", "wheat"))
    edited.write_text(edited.read_text("utf-8") + "\nThe roof of the market is gone.\n", "utf-8")
    deleted.unlink()
    archive.sync()
    archive.undo()
    archive.redo()
    archive.restore_articles(ids=[next(archive.trash()).id])
    archive.remove(ids=[added])


def _ids(archive: Archive, query: str) -> list[str]:
    return [hit.id for hit in archive.search(query, limit=100, sort="-date")]


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def _export(archive: Archive, name: str) -> list[str]:
    out = io.BytesIO()
    archive.export(to=out, format=name)
    text = out.getvalue().decode()
    return (_first_columns(text) if name == "csv" else text).splitlines()


def _first_columns(table: str) -> str:
    """Returns a table without the columns that were added behind those that there were when layout 1 was frozen."""
    rows = csv.reader(io.StringIO(table, newline=""))
    header = next(rows)
    width = header.index("body") + 1
    first = io.StringIO(newline="")
    csv.writer(first).writerows([header[:width], *(row[:width] for row in rows)])
    return first.getvalue()


def freeze(folder: Path) -> None:
    """Freezes an archive of the inputs in a folder."""
    with tempfile.TemporaryDirectory() as made:
        root = Path(made) / "archive"
        Archive.create(root, name="North Bay").close()
        with (root / "docarchive.toml").open("a", encoding="utf-8") as settings:
            settings.write(SETTINGS)
        inputs = (folder / "inputs").absolute()
        os.chdir(inputs)  # so that they are named as they are here
        with Archive.open(root) as archive:
            archive.import_(*FIRST, jobs=1)
            archive.import_(*SECOND, jobs=1)
            change(archive)
        os.chdir(folder)
        shutil.copytree(root, folder / "archive", ignore=shutil.ignore_patterns(".docarchive"))
        shutil.copytree(root / ".docarchive", folder / "derived", ignore=_PASSING)
        now, past = answers(root), history(root)
        for engine in ENGINES[1:]:
            with Archive.open(root) as archive:
                archive.use_engine(engine)
            shutil.copytree(root / ".docarchive/index", folder / "derived/index", ignore=_PASSING, dirs_exist_ok=True)
    for name, value in (("answers", now), ("history", past)):
        (folder / f"{name}.json").write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("answers", "freeze"):
        sys.exit("usage: python tests/compat/frozen.py answers ARCHIVE | freeze FOLDER")
    if sys.argv[1] == "freeze":
        freeze(Path(sys.argv[2]).absolute())
    else:
        print(json.dumps(answers(Path(sys.argv[2])), ensure_ascii=False))
