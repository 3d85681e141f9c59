"""The operations whose system calls are made to fail (``faults``) or to kill (``crashes``), and their archive.

What changes files joins both by one line in ``OPERATIONS``; if something must be done to the archive first, or if it
cannot be done twice, by another in ``BEFORE`` or ``AGAIN``. What only reads joins ``faults`` by one line in
``READING``, and each command of the program by one in ``commands``. A test says which methods and commands are missing.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from docarchive import ENGINES, Archive, NotFoundError

_STORY: Final = (
    "The windmill on the hill was painted white in spring, two brothers from the valley repaired its sails, and "
    "on Sunday the miller ground the first rye of the year while the band of the fire brigade played."
)
#: The ids of two similar articles; known once an archive was prepared.
TWIN: list[str] = []
_LAST_ASKED: Final = 6  # times that a watch is asked whether to stop

#: Larger inputs are copied to a temporary file, which becomes the original.
_LARGE: Final = 5_000_000  # bytes
_HOOK: Final = '[hooks.note]\nrun = ["no-such-program"]\n'
_PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def lines(start: int, count: int, word: str, edition: str = "") -> BytesIO:
    """Returns articles as JSON Lines."""
    articles = (
        {"id": f"n{n}", "title": f"Gull {n}", "date": f"2024-01-{n % 28 + 1:02}", "tags": ["birds", f"t{n % 3}"]}
        | {"body": f"A gull on the {word}. Number {n}{edition}.\n\n" * 3}
        for n in range(start, start + count)
    )
    return BytesIO("".join(json.dumps(article) + "\n" for article in articles).encode())


def twins() -> Iterator[dict[str, str]]:
    """Yields two articles with nearly the same text."""
    for n, end in enumerate(("noon", "one")):
        body = f"{_STORY} A gull came at {end}.\n"
        yield {"id": f"twin{n}", "title": f"Gull {n} and the windmill", "tags": "birds", "body": body}


def prepare(root: Path, engine: str) -> None:
    """Makes the archive that the operations start with: 12 articles, one edited since the last sync."""
    with Archive.create(root, engine=engine) as archive:
        archive.import_(lines(0, 10, "harbour"), format="jsonl")
        archive.import_(BytesIO("".join(f"{json.dumps(twin)}\n" for twin in twins()).encode()), format="jsonl")
        archive.import_(BytesIO(b'{"title": 3\n'), format="jsonl")
        archive.save_search("birds", "tag:birds")
        archive.save_search(f"made_with_{engine}", "gull")
        TWIN[:] = [row.id for row in archive.list("windmill")]
    edited = sorted((root / "articles").rglob("*.md"))
    edited[0].write_text(edited[0].read_text() + "\nSeen by hand at the lighthouse.\n")


def opened(call: Callable[[Archive], Any]) -> Callable[[Path], None]:
    """Returns an operation that opens the archive first."""

    def run(root: Path) -> None:
        with Archive.open(root) as archive:
            call(archive)

    return run


@contextmanager
def inbox() -> Iterator[Path]:
    """Makes a folder with a file to import; calls on it do not fail."""
    with tempfile.TemporaryDirectory(dir=tempfile.gettempdir(), prefix="inbox-") as folder:
        Path(folder, "ferry.txt").write_text("A gull on the ferry\n\nIt was seen in the morning.\n")
        yield Path(folder)


def watch(archive: Archive) -> None:
    """Watches a folder until what is in it was imported."""
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > _LAST_ASKED

    with inbox() as folder:
        archive.watch(folder, settle=0.05, stop=stop)


def remove_search(archive: Archive) -> None:
    """Removes the saved search, unless it is gone."""
    if "birds" in archive.settings.searches:
        archive.remove_search("birds")


def remove_search_again(archive: Archive) -> None:
    """Removes the saved search, and has the settings recorded if it is gone."""
    remove_search(archive)
    archive.sync()


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
    assert [*archive.log()]
    [*archive.duplicates()]
    archive.export("gull", to=BytesIO())


def read_one(archive: Archive) -> None:
    """Reads one article in every way."""
    id_ = archive.resolve(TWIN[0])
    original = archive.original(id_)
    assert archive[id_].body
    assert archive.text(id_)
    assert archive.get(id_).title
    assert archive.file(id_)
    assert [version.current for version in archive.versions(id_)] == [True]
    assert not archive.diff(id_, 0).differs
    assert original.is_file()
    archive.provenance(id_)
    assert len(archive.similar(id_)) >= 1, "a similar article is missing"
    assert archive.quote("two brothers from the valley; repaired its sails").verdict == "word for word"
    assert [*archive.changed(1)]
    with suppress(NotFoundError):
        archive.picture(f"originals/00/{'0' * 64}.png")
    archive.settings, archive.read_only, archive.path, archive.changes, archive.position  # noqa: B018 - properties


def read_all(archive: Archive) -> None:
    """Counts, iterates, and reads what is known of all articles."""
    assert len(archive) == archive.count("gull") == archive.list_count("tag:birds") == 12
    assert len([*archive]) == 12, "not all articles are iterated over"
    for entry in archive.quarantine():
        archive.quarantined(entry.name)
    archive.statistics()
    archive.engine_status()
    archive.is_current()
    archive.fields()
    archive.has_changed_files([row.id for row in archive.list(limit=3)])
    if archive.settings.engine == "whoosh":
        archive.whoosh_index()


def found(root: Path) -> None:
    """Finds the archive from a folder in it."""
    assert Archive.find(root / "articles") == root
    Archive.formats()


def other_engine(archive: Archive) -> None:
    """Switches to an engine with which the archive was not made."""
    archive.use_engine(next(name for name in ENGINES if f"made_with_{name}" not in archive.settings.searches))


def by_meaning(archive: Archive) -> None:
    """Switches search by meaning on, and searches."""
    archive.use_meaning()
    assert archive.search("a bird of the sea", mode="meaning").total, "nothing is near"


def by_meaning_again(archive: Archive) -> None:
    """Does so again, and has the settings recorded if it is on already."""
    by_meaning(archive)
    archive.sync()


def create_and_use(root: Path) -> None:
    """Creates another archive unless that was done, and writes to it."""
    if not root.with_name("created").joinpath("docarchive.toml").exists():
        OPERATIONS["create"](root)
    with Archive.open(root.with_name("created")) as archive:
        archive.sync()


def edit(root: Path) -> None:
    """Deletes, moves, writes and edits articles by hand."""
    files = sorted((root / "articles/2024").rglob("*.md"))
    files[3].unlink()
    files[4].rename(files[4].with_name("moved.md"))
    files[5].write_text(files[5].read_text() + "\nA pier, by hand.\n")
    files[5].with_name("own.md").write_text("---\ntitle: Gull by hand\nurl: https://example.org/own\n---\n\nA gull.\n")


def several_batches(archive: Archive) -> None:
    """Imports in several batches, which are indexed in other processes."""
    from docarchive.archive.importing import importer
    from docarchive.archive.indexing import live
    from docarchive.engines.whoosh import indexing

    with (
        patch.object(importer, "_BATCH", 4),
        patch.object(live, "_WORTHWHILE", 3),
        patch.object(live, "_TOGETHER", 8),
        patch.object(indexing, "MIN_PARALLEL", 2),
    ):
        archive.import_(lines(8, 12, "pier"), format="jsonl", jobs=2)


def large(archive: Archive) -> None:
    """Imports a page with a picture, and a text that is so large that it is copied first."""
    folder = archive.path.parent.with_name("inputs")  # its calls are not the program's
    folder.mkdir(exist_ok=True)
    page, text = folder / "page.html", folder / "large.txt"
    page.write_text('<title>Gull seen</title><article><p>A gull on the pier.</p><img src="gull.png"></article>')
    page.with_name("gull.png").write_bytes(_PNG)
    text.write_bytes(b"A gull on the pier.\n\n" + b"Wind. " * (_LARGE // 6))
    archive.import_([page, text])


def export(name: str, query: str = "", **options: Any) -> Callable[[Path], None]:
    """Returns an export to a path next to the archive."""
    return opened(lambda archive: archive.export(query, to=archive.path.with_name(name), force=True, **options))


def discard_again(archive: Archive) -> None:
    """Discards what is in quarantine if anything is left."""
    if archive.quarantine():
        archive.discard(all=True)
    else:
        archive.sync()


def restore(root: Path) -> None:
    """Backs up the archive, and restores it to another folder."""
    target = root.with_name("backups")
    with Archive.open(root) as archive:
        files = archive.backup(target).files
    assert [backup.files for backup in Archive.backups(target)][-1] == files
    restored = root.with_name("restored")
    shutil.rmtree(restored, ignore_errors=True)
    report = Archive.restore(target, restored)
    assert report.files + len(report.refused) == files


def damage(root: Path) -> None:
    """Changes one bit of an article without changing its time, and leaves what a kill would leave."""
    article = sorted((root / "articles/2024").rglob("*.md"))[3]
    status, data = article.stat(), bytearray(article.read_bytes())
    data[-20] ^= 1
    article.write_bytes(data)
    os.utime(article, ns=(status.st_atime_ns, status.st_mtime_ns))
    (root / ".docarchive/tmp").mkdir(exist_ok=True)
    (root / ".docarchive/tmp/1-1").write_bytes(b"half")


def manifest(root: Path) -> None:
    """Writes a manifest, and compares the archive with it."""
    with Archive.open(root) as archive:
        archive.sync()
        archive.write_manifest(root.with_name("manifest"), force=True)
    assert not Archive.verify_against(root, root.with_name("manifest")).faults


def set_section(root: Path) -> None:
    """Sets a value of three articles."""
    with Archive.open(root) as archive:
        archive.set("tag:t1", {"section": "sea"})


@opened
def remove_section(archive: Archive) -> None:
    """Removes three articles."""
    archive.remove("tag:t1")


def undo(archive: Archive) -> None:
    """Takes back that a value was set, unless that was done."""
    if archive.list_count("section:sea"):
        archive.undo()
    else:
        archive.sync()


def set_and_undo(root: Path) -> None:
    """Sets a value, and takes that back."""
    set_section(root)
    with Archive.open(root) as archive:
        archive.undo()


def redo(archive: Archive) -> None:
    """Sets the value again that was taken back, unless that was done."""
    if archive.list_count("section:sea") < archive.list_count("tag:t1"):
        archive.redo()
    else:
        archive.sync()


def edit_text(archive: Archive) -> None:
    """Edits a text that was read before the article got a tag."""
    base = archive.text(TWIN[0]).replace("- sea\n", "")
    archive.edit(TWIN[0], base.replace("painted white", "painted red"), base=base)


def added() -> Iterator[dict[str, str] | str]:
    """Yields articles in several forms."""
    yield {"title": "Gull 200", "body": "A gull on the mole."}
    yield {"tags": "no text"}
    yield "# Gull 201\n\nA gull at the lock.\n"


def restore_version(archive: Archive) -> None:
    """Makes the first version of an article the current one; a change makes one if there is none."""
    if len(archive.versions(TWIN[0])) == 1:
        archive.tag(ids=[TWIN[0]], add=["sea"])
    archive.restore_version(TWIN[0], 1)


def merge(archive: Archive) -> None:
    """Merges two articles that have earlier versions, unless that was done."""
    if archive.resolve(TWIN[1]) == TWIN[1]:
        archive.merge(*TWIN)
    else:
        archive.sync()
    assert archive.get(TWIN[1]).id == TWIN[0]


def undo_merge(archive: Archive) -> None:
    """Takes back that two articles were merged, unless that was done."""
    if archive.resolve(TWIN[1]) == TWIN[0]:
        archive.undo()
    else:
        archive.sync()
    assert archive.get(TWIN[1]).id == TWIN[1]


def other_archive(root: Path) -> None:
    """Makes another archive next to this one, with some of its articles, in which more was done."""
    with Archive.create(root.with_name("other"), engine="whoosh") as archive:
        archive.import_(lines(5, 8, "harbour"), format="jsonl")
        archive.import_(BytesIO("".join(f"{json.dumps(twin)}\n" for twin in twins()).encode()), format="jsonl")
        archive.import_(BytesIO(b'{"title": 5\n'), format="jsonl")
        archive.tag("tag:birds", add=["shore"])
        archive.note(TWIN[0], "Seen at the shore.")
        archive.remove("title:11")


def unite(archive: Archive) -> None:
    """Unites the archive with the other one."""
    report = archive.unite(archive.path.with_name("other"))
    assert report.refused or archive.list_count("tag:shore") == 9, "an article of the other archive is missing"


def import_merged(archive: Archive) -> None:
    """Imports an article again, with another tag, that was merged into another one."""
    changed = (f"{json.dumps(twin | {'tags': 'birds; mills'})}\n" for twin in twins())
    archive.import_(BytesIO("".join(changed).encode()), format="jsonl")


def write_rules(root: Path) -> None:
    """Adds a rule and a hook, which nobody has allowed, to the settings, unless they have them."""
    path = root / "docarchive.toml"
    if "rules" not in (text := path.read_text("utf-8")):
        path.write_text(f'{text}\n[rules.sea]\nquery = "gull"\nset = ["+sea", "section=sea"]\n{_HOOK}', "utf-8")


def read_trash(root: Path) -> None:
    """Lists the trash and searches it; what an answer lacks must be said."""
    notices: list[str] = []
    with Archive.open(root, notify=notices.append) as archive:
        archive.remove("tag:t1")
        assert len([*archive.trash()]) == 3
        count = archive.count("in:trash gull")
        assert count == 3 or notices, f"{count} of 3 are counted"


OPERATIONS: Final[dict[str, Callable[[Path], None]]] = {
    "create": lambda root: Archive.create(root.with_name("created"), engine="whoosh").close(),
    "import": opened(lambda archive: archive.import_(lines(100, 3, "pier"), format="jsonl")),
    "import-in-processes": opened(several_batches),
    "import-large": opened(large),
    "update": opened(lambda archive: archive.import_(lines(0, 3, "harbour", " again"), format="jsonl")),
    "refuse": opened(lambda archive: archive.import_(BytesIO(b'{"title": 4\n'), format="jsonl")),
    "retry": opened(lambda archive: archive.retry(format="jsonl")),
    "release": opened(lambda archive: archive.retry(format="text")),
    "discard": opened(lambda archive: archive.discard(all=True)),
    "read": opened(read),
    "add": opened(
        lambda archive: archive.add("# Gull 202\n\nA gull.\n", original=b"<p>A gull.", original_name="a.html")
    ),
    "add-all": opened(lambda archive: archive.add_all(added())),
    "edit": opened(edit_text),
    "note": opened(lambda archive: archive.note(TWIN[0], "Seen at the lighthouse.")),
    "highlight": opened(lambda archive: archive.highlight(TWIN[0], "gull", note="Which one?")),
    "tag": opened(lambda archive: archive.tag("tag:t1", add=["sea"], remove=["birds"])),
    "set": opened(lambda archive: archive.set("tag:t1", {"section": "sea", "rating": 5})),
    "rename-tag": opened(lambda archive: archive.rename_tag("birds", "animals/birds")),
    "run-rules": opened(lambda archive: archive.run_rules("tag:birds")),
    "import-with-rules": opened(lambda archive: archive.import_(lines(100, 3, "pier"), format="jsonl")),
    "merge": opened(merge),
    "undo-merge": opened(undo_merge),
    "import-merged": opened(import_merged),
    "unite": opened(unite),
    "remove": remove_section,
    "trash": read_trash,
    "restore-articles": opened(lambda archive: archive.restore_articles("")),
    "restore-version": opened(restore_version),
    "purge": opened(lambda archive: archive.purge("tag:t1")),
    "purge-trash": opened(lambda archive: archive.purge("", trash=True)),
    "undo": opened(undo),
    "redo": opened(redo),
    "sync": opened(lambda archive: archive.sync()),
    "rebuild": opened(lambda archive: archive.rebuild()),
    "without-catalog": opened(lambda archive: archive.count("gull")),
    "engine": opened(other_engine),
    "meaning": opened(by_meaning),
    "save-search": opened(lambda archive: archive.save_search("more", "gull")),
    "remove-search": opened(remove_search),
    "watch": opened(watch),
    "export-file": export("out.csv", "gull"),
    "export-over": export("out.jsonl"),
    "export-zip": export("pages.zip", format="site"),
    "export-folder": export("pages", format="site"),
    "export-into-folder": export("pages", format="site", title="All gulls"),
    "verify": opened(lambda archive: archive.verify(repair=True)),
    "manifest": manifest,
    "backup": opened(lambda archive: archive.backup(archive.path.with_name("backups"))),
    "restore": restore,
    "backup-zip": opened(lambda archive: archive.backup(archive.path.with_name("backups.zip"))),
}
BEFORE: Final[dict[str, Callable[[Path], None]]] = {
    "without-catalog": lambda root: shutil.rmtree(root / ".docarchive"),
    "sync": edit,
    "undo": set_section,
    "run-rules": write_rules,
    "import-with-rules": write_rules,
    "merge": opened(lambda archive: archive.tag(ids=TWIN, add=["sea"])),
    "undo-merge": opened(lambda archive: archive.merge(*TWIN)),
    "import-merged": opened(lambda archive: archive.merge(*TWIN)),
    "unite": other_archive,
    "edit": opened(lambda archive: archive.tag(ids=[TWIN[0]], add=["sea"])),
    "redo": set_and_undo,
    "restore-articles": remove_section,
    "restore-version": opened(lambda archive: archive.tag(ids=[TWIN[0]], add=["sea"])),
    "purge-trash": remove_section,
    "verify": damage,
    "export-over": export("out.jsonl", "tag:t1"),
    "export-into-folder": export("pages", "tag:t1", format="site"),
}
AGAIN: Final[dict[str, Callable[[Path], None]]] = {
    "create": create_and_use,
    "discard": opened(discard_again),
    "meaning": opened(by_meaning_again),
    "remove-search": opened(remove_search_again),
}

READING: Final[dict[str, Callable[[Path], None]]] = {
    "read-one": opened(read_one),
    "read-all": opened(read_all),
    "find": found,
}
