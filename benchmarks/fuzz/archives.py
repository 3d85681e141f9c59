"""Targets that read the files of an archive: rows of the catalog, index files, the settings, notes and lists.

Whatever these files hold, only documented errors may be raised, and where files have checksums, no answer is wrong.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

from benchmarks.fuzz.choices import Choices, edited
from benchmarks.fuzz.samples import (
    CONTEXT,
    POSITION,
    catalog_folder,
    engines,
    files_in,
    index_folder,
    inside,
    temporary,
)
from docarchive.archive.settings import Settings, plain_values
from docarchive.article import Article
from docarchive.catalog import Catalog, Facet, stored
from docarchive.engines import Engine, open_engine
from docarchive.engines.state import read_state
from docarchive.engines.whoosh.segmentfile import SectionWriter
from docarchive.errors import ArchiveDamaged, ArticleError, DocarchiveError, IndexDamaged
from docarchive.folder import Folder
from docarchive.query import Node, parse
from docarchive.store.deletions import Deletions
from docarchive.store.layout import DELETED, QUARANTINE, SETTINGS
from docarchive.store.quarantine import Quarantine

_QUERIES: Final = (
    "pier",
    "tag:gas",
    "trad* OR title:wheat",
    '"free trade"',
    "date:2024-01",
    "rating:[0 TO 7]",
    "has:url -oil",
)
_METADATA_QUERIES: Final = ("tag:gas venue.city:n*", "date:2024-01", "rating:[0 TO 7]", "has:url -tag:oil")
_TABLES: Final[dict[str, tuple[str, ...]]] = {
    "articles": (
        *("id", "path", "identity", "content", "size", "modified", "title", "title_key", "language", "date_start"),
        *("date_end", "updated_start", "archived_end", "metadata", "metadata", "metadata", "said", "digest"),
    ),
    "recorded": ("path", "size", "modified", "digest"),
    "labels": ("key", "value", "terms"),
    "facts": ("name", "value"),
    "journal": ("position", "id"),
    "pending": ("path",),
    "seen": ("fingerprint",),
    "signatures": ("signature",),
    "recent_bands": ("band", "n"),
    "deleted": ("key", "id"),
    "fetched": ("address", "etag", "modified"),
    "folders": ("path", "modified"),
}


@contextmanager
def folder_of(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Makes a folder with some files, and removes it afterwards."""
    folder = temporary() / "work"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@cache
def _catalog_files() -> dict[str, bytes]:
    return files_in(catalog_folder())


def catalog_rows(data: bytes) -> bool:
    """Rows with values of any type and content are read, or refused as damage."""
    choices = Choices(data)
    with folder_of(_catalog_files()) as folder:
        with closing(sqlite3.connect(folder / stored.FILE)) as database, database:
            database.execute("PRAGMA synchronous = OFF")
            for _ in range(8):
                if not choices:
                    break
                table = choices.one([*_TABLES])
                column, number, value = choices.one(_TABLES[table]), choices.below(64), choices.value()
                key = _TABLES[table][0]
                row = f" WHERE {key} = (SELECT {key} FROM {table} LIMIT 1 OFFSET {number})" if number <= 60 else ""
                try:
                    database.execute(f"UPDATE OR REPLACE {table} SET {column} = ?{row}", (value,))
                except (sqlite3.IntegrityError, sqlite3.DataError, OverflowError):
                    continue  # the table cannot hold it
        return _use_catalog(folder)


def catalog_file(data: bytes) -> bool:
    """A file of any content is read as a catalog, or refused."""
    with folder_of(edited(_catalog_files(), Choices(data))) as folder:
        return _use_catalog(folder)


def _use_catalog(folder: Path) -> bool:
    """Reads and changes all that a catalog has; returns whether nothing was refused."""
    try:
        catalog = Catalog.open(inside(folder))
    except DocarchiveError:
        return False
    if catalog is None:
        return False
    with closing(catalog):
        refused = [_is_refused(act, catalog) for act in _USES]
        return not any(refused)


def _is_refused(act: Callable[[Catalog], Any], catalog: Catalog) -> bool:
    try:
        act(catalog)
    except DocarchiveError:
        return True
    return False


def _change(catalog: Catalog) -> None:
    with catalog.transaction():
        catalog.put(Article(id="a01", title="Changed", body="pier " * 200, tags=["gas"]), "articles/2024/01/x.md", 1, 1)
        catalog.put(Article(id="new", title="New", body="pier " * 200), "articles/2024/01/new.md", 1, 1)
        catalog.remove("a02")


_USES: Final[tuple[Callable[[Catalog], Any], ...]] = (
    lambda catalog: [repr(row) for row in catalog.rows()],
    lambda catalog: [[*catalog.rows(parse(text, CONTEXT), sort="-rating")] for text in _METADATA_QUERIES],
    lambda catalog: catalog.facets([Facet.read(name) for name in ("tag", "month", "venue.city")]),
    lambda catalog: [catalog.said(id_) for id_ in catalog.ids_with_prefix("a")],
    lambda catalog: catalog.find_entries(["url:https://a.example/B?id=5"], ["a01", "a02"]),
    lambda catalog: ([*catalog.files()], [*catalog.recorded()], catalog.recorded_at("versions/a01/1.md")),
    lambda catalog: ([*catalog.changes_since(0)], catalog.removed_since(0)),
    lambda catalog: catalog.near_groups(),
    lambda catalog: (catalog.keys(), catalog.label_counts(), catalog.languages(), catalog.years(), catalog.sites(5)),
    lambda catalog: (catalog.total_size(), catalog.last_import(), catalog.all_values("tags"), catalog.folder_times()),
    lambda catalog: (catalog.deletion("a01"), catalog.deleted_keys(["gone"]), catalog.validators("https://a.example/")),
    _change,
    lambda catalog: catalog.is_whole(),
)


def metadata(data: bytes) -> bool:
    """The text of a row's metadata is read as an article's metadata, or refused as damage."""
    try:
        values = stored.metadata(data.decode("utf-8", "replace"))
        json.dumps(values, ensure_ascii=False).encode()
        Article.from_metadata(values)
    except (ArchiveDamaged, ArticleError):
        return False
    return True


@cache
def _index_files(name: str) -> dict[str, bytes]:
    return files_in(index_folder(name))


@cache
def _expected() -> dict[str, set[str]]:
    return {text: set(engines().memory.ids(tree)) for text, tree in _trees().items()}


@cache
def _trees() -> dict[str, Node]:
    return {text: parse(text, CONTEXT) for text in _QUERIES}


def whoosh_index(data: bytes) -> bool:
    """Files of Whoosh's index that were changed give the right answers, or are refused as damage."""
    with folder_of(edited(_index_files("whoosh"), Choices(data))) as folder:
        found = _found("whoosh", folder)
    assert found is None or found == _expected(), "a damaged index gives a wrong answer"
    return found is not None


def whoosh_segment(data: bytes) -> bool:
    """A segment of any content whose checksums are right is read, or refused as damage."""
    files = dict(_index_files("whoosh"))
    name = min(name for name in files if name.endswith(".idx"))
    sections, facts = _sections(files[name])
    choices = Choices(data)
    sections = edited(sections, choices)
    if choices.below(4) == 1:
        facts = {key: choices.below(1 << 16) for key in facts}
    with folder_of(files) as folder:
        (folder / name).unlink()
        writer = SectionWriter(inside(folder), name)
        for section, content in sections.items():
            writer.section(section, [content])
        writer.finish(**facts)
        writer.close()
        return _found("whoosh", folder) is not None


def _sections(segment: bytes) -> tuple[dict[str, bytes], dict[str, int]]:
    """Returns the sections of a segment, and the facts in its directory."""
    length = int.from_bytes(segment[-20:-12], "little")
    directory = json.loads(segment[-20 - length : -20])
    sections = {name: segment[start : start + size] for name, (start, size, _) in directory.pop("sections").items()}
    return sections, directory


def tantivy_index(data: bytes) -> bool:
    """Files of tantivy's index that were changed are read, or refused as damage."""
    with folder_of(edited(_index_files("tantivy"), Choices(data))) as folder:
        return _found("tantivy", folder) is not None


def tantivy_lists(data: bytes) -> bool:
    """Lists of files of tantivy's index with any content are read, or refused as damage."""
    choices, files = Choices(data), dict(_index_files("tantivy"))
    name = choices.one([".managed.json", "meta.json"])
    files[name] = choices.take(len(data))
    with folder_of(files) as folder:
        return _found("tantivy", folder) is not None


def _found(name: str, folder: Path) -> dict[str, set[str]] | None:
    """Returns what each query finds; None if the index is refused."""
    engine: Engine = open_engine(name, inside(folder))
    try:
        with closing(engine):
            if engine.position() is None:
                return None
            found = {text: set(engine.ids(tree)) for text, tree in _trees().items()}
            engine.search(_trees()["pier"], limit=5)
            engine.search(_trees()["pier"], limit=5, sort="title")
            engine.rows(_trees()["tag:gas"])
            engine.words_like("peir", 2)
            return found
    except IndexDamaged:
        return None


def index_state(data: bytes) -> bool:
    """The position of an index is read only if it is whole."""
    with folder_of({"state.json": data}) as folder:
        position = read_state(inside(folder), 8, "en")
    assert position is None or position == POSITION or b"crc" in data
    return position is not None


def settings(data: bytes) -> bool:
    """Settings are read or refused; a search that is saved in them is the only change."""
    with folder_of({SETTINGS: data}) as folder:
        try:
            before = Settings.load(folder)
        except DocarchiveError:
            return False
        text = data.decode().replace("\r\n", "\n")
        plain = plain_values(text)
        if plain is not None:
            import tomllib

            assert plain == tomllib.loads(text), "the quick reading differs from TOML"
        try:
            after = before.with_search(folder, "added", "tag:oil")
        except DocarchiveError:
            return False
        expected = before._replace(searches={**before.searches, "added": "tag:oil"})
        assert after._replace(searches=dict(after.searches)) == expected, "saving a search changes other settings"
    return True


def quarantine(data: bytes) -> bool:
    """Notes of any content are listed."""
    names = {f"{QUARANTINE}/0123456789ab-a.md": b"# A", f"{QUARANTINE}/0123456789ab-a.md.json": data}
    with folder_of({**names, f"{QUARANTINE}/ba9876543210-b.md.json": data}) as folder:
        entries = [*Quarantine(Folder(folder)).entries()]
    assert {entry.name.removesuffix(".json") for entry in entries} == {"0123456789ab-a.md", "ba9876543210-b.md"}
    for entry in entries:
        "".join(map(str, entry)).encode()
    return entries[0].refused != ""


def deleted(data: bytes) -> bool:
    """Lines of the list of deleted articles are read, or skipped."""
    with folder_of({DELETED: data}) as folder:
        read = [*Deletions(Folder(folder)).read()]
    catalog = engines().catalog
    with suppress(_Undone), catalog.transaction():
        catalog.add_deleted((item["id"], item["keys"]) for item in read)
        catalog.deleted_keys([key for item in read for key in item["keys"]])
        raise _Undone
    return bool(read)


class _Undone(Exception):
    """Ends a transaction whose changes are not wanted."""


def states() -> list[bytes]:
    """Returns the state of Whoosh's index."""
    return [_index_files("whoosh")["state.json"]]


def lists() -> list[bytes]:
    """Returns the lists of tantivy's index, as ``tantivy_lists`` takes them."""
    files = _index_files("tantivy")
    return [bytes([number]) + files[name] for number, name in enumerate((".managed.json", "meta.json"))]
