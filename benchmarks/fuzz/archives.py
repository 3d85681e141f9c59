"""Targets that read the files of an archive but indexes: rows and file of the catalog, settings, notes and lists.

Whatever these files hold, only documented errors may be raised.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from benchmarks.fuzz.choices import Choices, edited
from benchmarks.fuzz.samples import CONTEXT, FEW, catalog_files, engines, folder_of, inside
from docarchive.archive.settings import Settings, plain_values
from docarchive.article import Article
from docarchive.catalog import Catalog, stored
from docarchive.catalog.checking import damage
from docarchive.errors import ArchiveDamaged, ArticleError, DocarchiveError
from docarchive.folder import Folder
from docarchive.query import parse
from docarchive.query.facets import Facet
from docarchive.store.deletions import Deletions
from docarchive.store.layout import DELETED, QUARANTINE, SETTINGS
from docarchive.store.quarantine import Quarantine

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


def catalog_rows(data: bytes) -> bool:
    """Rows with values of any type and content are read, or refused as damage."""
    choices = Choices(data)
    with folder_of(catalog_files()) as folder:
        with closing(sqlite3.connect(folder / stored.FILE)) as database, database:
            database.execute("PRAGMA synchronous = OFF")
            for _ in range(8):
                if not choices:
                    break
                table = choices.one([*_TABLES])
                column, number, value = choices.one(_TABLES[table]), choices.below(FEW + 4), choices.value()
                key = _TABLES[table][0]
                row = f" WHERE {key} = (SELECT {key} FROM {table} LIMIT 1 OFFSET {number})" if number < FEW else ""
                try:
                    database.execute(f"UPDATE OR REPLACE {table} SET {column} = ?{row}", (value,))
                except (sqlite3.IntegrityError, sqlite3.DataError, OverflowError):
                    continue  # the table cannot hold it
        return _use_catalog(folder)


def catalog_file(data: bytes) -> bool:
    """A file of any content is read as a catalog, or refused."""
    with folder_of(edited(catalog_files(), Choices(data))) as folder:
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
    lambda catalog: (catalog.is_whole(), [*damage(catalog)]),
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
