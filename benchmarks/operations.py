"""The operations that are disturbed: their system calls fail (``faults``) or kill them (``crashes``); their archive.

A command that changes files joins both by one line in ``OPERATIONS``.
"""

import json
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple

from docarchive import ENGINES, Archive

#: Larger inputs are copied to a temporary file, which becomes the original.
_LARGE: Final = 5_000_000  # bytes
_PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


class Operation(NamedTuple):
    """Something done with an archive, given its folder and the engine that it was made with."""

    run: Callable[[Path, str], None]
    before: Callable[[Path], None] = lambda root: None  # what is done to a copy of the archive first
    again: Callable[[Path, str], None] | None = None  # how it is done once more; None for ``run``


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


def opened(call: Callable[[Archive], Any]) -> Callable[[Path, str], None]:
    """Returns what opens the archive first."""

    def run(root: Path, engine: str) -> None:
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


def edit(root: Path) -> None:
    """Deletes, moves, writes and edits articles by hand."""
    files = sorted((root / "articles").rglob("*.md"))
    files[3].unlink()
    files[4].rename(files[4].with_name("moved.md"))
    files[5].write_text(files[5].read_text() + "\nA pier, by hand.\n")
    files[5].with_name("own.md").write_text("---\ntitle: Gull by hand\nurl: https://example.org/own\n---\n\nA gull.\n")


def other_engine(root: Path, engine: str) -> None:
    """Switches to the other engine."""
    with Archive.open(root) as archive:
        archive.use_engine(next(name for name in ENGINES if name != engine))


def create(root: Path, engine: str) -> None:
    """Creates another archive."""
    Archive.create(root.with_name("created"), engine=engine).close()


def create_again(root: Path, engine: str) -> None:
    """Creates it unless that was done, and writes to it."""
    if not root.with_name("created").joinpath("docarchive.toml").exists():
        create(root, engine)
    with Archive.open(root.with_name("created")) as archive:
        archive.sync()


def several_batches(root: Path, engine: str) -> None:
    """Imports in several batches, which are indexed in other processes."""
    from docarchive.archive.importing import importer
    from docarchive.archive.indexing import live
    from docarchive.engines.whoosh import indexing

    for module, name, value in (
        (importer, "_BATCH", 4),
        (live, "_WORTHWHILE", 3),
        (live, "_TOGETHER", 8),
        (indexing, "MIN_PARALLEL", 2),
    ):
        setattr(module, name, value)
    with Archive.open(root) as archive:
        archive.import_(lines(8, 12, "pier"), format="jsonl", jobs=2)


def large(root: Path, engine: str) -> None:
    """Imports a page with a picture, and a text that is so large that it is copied first."""
    inputs = root.parent.with_name("inputs")  # its calls are not the program's
    inputs.mkdir(exist_ok=True)
    page, text = inputs / "page.html", inputs / "large.txt"
    page.write_text('<title>Gull seen</title><article><p>A gull on the pier.</p><img src="gull.png"></article>')
    page.with_name("gull.png").write_bytes(_PNG)
    text.write_bytes(b"A gull on the pier.\n\n" + b"Wind. " * (_LARGE // 6))
    with Archive.open(root) as archive:
        archive.import_([page, text])


def export(name: str, query: str = "", **options: Any) -> Callable[[Path, str], None]:
    """Returns an export to a path next to the archive."""
    return opened(lambda archive: archive.export(query, to=archive.path.with_name(name), force=True, **options))


def discard_again(archive: Archive) -> None:
    """Discards what is in quarantine if anything is left."""
    if archive.quarantine():
        archive.discard(all=True)


OPERATIONS: Final[dict[str, Operation]] = {
    "create": Operation(create, again=create_again),
    "import": Operation(opened(lambda archive: archive.import_(lines(100, 3, "pier"), format="jsonl"))),
    "import-in-processes": Operation(several_batches),
    "import-large": Operation(large),
    "update": Operation(opened(lambda archive: archive.import_(lines(0, 3, "harbour", " again"), format="jsonl"))),
    "refuse": Operation(opened(lambda archive: archive.import_(BytesIO(b'{"title": 4\n'), format="jsonl"))),
    "retry": Operation(opened(lambda archive: archive.retry(format="jsonl"))),
    "release": Operation(opened(lambda archive: archive.retry(format="text"))),
    "discard": Operation(opened(lambda archive: archive.discard(all=True)), again=opened(discard_again)),
    "read": Operation(opened(read)),
    "sync": Operation(opened(lambda archive: archive.sync()), edit),
    "rebuild": Operation(opened(lambda archive: archive.rebuild())),
    "without-catalog": Operation(
        opened(lambda archive: archive.count("gull")), lambda root: shutil.rmtree(root / ".docarchive")
    ),
    "engine": Operation(other_engine),
    "save-search": Operation(opened(lambda archive: archive.save_search("more", "gull"))),
    "remove-search": Operation(
        opened(lambda archive: archive.remove_search("birds")),
        again=opened(lambda archive: "birds" in archive.settings.searches and archive.remove_search("birds")),
    ),
    "export-file": Operation(export("out.csv", "gull")),
    "export-over": Operation(export("out.jsonl"), lambda root: export("out.jsonl", "tag:t1")(root, "")),
    "export-zip": Operation(export("pages.zip", format="site")),
    "export-folder": Operation(export("pages", format="site")),
}
