"""The operations whose system calls are made to fail (``faults``) or to kill (``crashes``), and their archive.

A command that changes files joins both by one line in ``OPERATIONS``.
"""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from docarchive import ENGINES, Archive


def lines(start: int, count: int, word: str, edition: str = "") -> BytesIO:
    """Returns articles as JSON Lines."""
    articles = (
        {"id": f"n{n}", "title": f"Gull {n}", "date": f"2024-01-{n % 28 + 1:02}", "tags": ["birds", f"t{n % 3}"]}
        | {"body": f"A gull on the {word}. Number {n}{edition}.\n\n" * 3}
        for n in range(start, start + count)
    )
    return BytesIO("".join(json.dumps(article) + "\n" for article in articles).encode())


def prepare(root: Path, engine: str) -> None:
    """Makes the archive that the operations start with."""
    with Archive.create(root, engine=engine) as archive:
        archive.import_(lines(0, 12, "harbour"), format="jsonl")
        archive.import_(BytesIO(b'{"title": 3\n'), format="jsonl")
        archive.save_search("birds", "tag:birds")
    edited = sorted((root / "articles").rglob("*.md"))
    edited[0].write_text(edited[0].read_text() + "\nSeen by hand at the lighthouse.\n")


def opened(call: Callable[[Archive], Any]) -> Callable[[Path], None]:
    """Returns an operation that opens the archive first."""

    def run(root: Path) -> None:
        with Archive.open(root) as archive:
            call(archive)

    return run


def read(archive: Archive) -> None:
    """Searches, lists and shows."""
    hits = archive.search("gull", facets=["tag", "year"], explain=True).hits
    assert len(hits) == 10, "a search does not find all"
    # A snippet is empty if the file cannot be read, so it is not checked here.
    assert [hit.snippet for hit in hits]
    assert len([archive.get(row.id) for row in archive.list()]) == 12, "not all articles are listed"
    archive.statistics()
    archive.engine_status()
    archive.quarantine()
    archive.provenance(hits[0].id)
    [*archive.duplicates()]
    archive.export("gull", to=BytesIO())


def other_engine(archive: Archive) -> None:
    """Switches to the other engine."""
    archive.use_engine(next(name for name in ENGINES if name != archive.settings.engine))


OPERATIONS: Final[dict[str, Callable[[Path], None]]] = {
    "create": lambda root: Archive.create(root.with_name("created"), engine="whoosh").close(),
    "import": opened(lambda archive: archive.import_(lines(100, 3, "pier"), format="jsonl")),
    "update": opened(lambda archive: archive.import_(lines(0, 3, "harbour", " again"), format="jsonl")),
    "refuse": opened(lambda archive: archive.import_(BytesIO(b'{"title": 4\n'), format="jsonl")),
    "retry": opened(lambda archive: archive.retry(format="jsonl")),
    "discard": opened(lambda archive: archive.discard(all=True)),
    "read": opened(read),
    "sync": opened(lambda archive: archive.sync()),
    "rebuild": opened(lambda archive: archive.rebuild()),
    "without-catalog": opened(lambda archive: archive.count("gull")),
    "engine": opened(other_engine),
    "save-search": opened(lambda archive: archive.save_search("more", "gull")),
    "export-file": opened(lambda archive: archive.export("gull", to=archive.path.with_name("out.csv"))),
    "export-folder": opened(lambda archive: archive.export(to=archive.path.with_name("pages"), format="site")),
}
