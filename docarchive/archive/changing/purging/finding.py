"""Finding what a purge deletes: all files that only the purged articles have."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from typing import Final

from docarchive import frontmatter
from docarchive.archive.session import Session
from docarchive.archive.trash.trash import Trash
from docarchive.catalog import Catalog
from docarchive.errors import ArchiveDamaged, InputError
from docarchive.identity import make_id
from docarchive.records import NamedTuple
from docarchive.store import Store
from docarchive.store.layout import TRASH, VERSIONS

#: What names an original or a picture in a file.
_DIGEST: Final = re.compile(rb"[0-9a-f]{64}")
_STREAM: Final = re.compile(r"-(?::\d+)?")


class Remains(NamedTuple):
    """What the archive has of some articles.

    Attributes:
        keys: What later imports know them by, by id.
        files: The paths of the files that nothing else needs.
        shared: The paths of the originals and pictures that other articles have, too.
    """

    keys: Mapping[str, list[str]]
    files: list[str]
    shared: list[str]


def find(session: Session, trash: Trash, ids: Collection[str], also: Iterable[str] = ()) -> Remains:
    """Finds what the archive has of articles, in the archive and in the trash.

    Args:
        session: The archive.
        trash: Its trash.
        ids: The ids of the articles.
        also: The paths of other files to delete: damaged ones in the trash.
    """
    store = session.store
    own = [*dict.fromkeys(chain(_own_files(session, trash, ids), also))]
    digests = set(chain.from_iterable(_digests(store, path) for path in own))
    candidates = {digest: paths for digest in sorted(digests) if (paths := [*store.originals.paths(digest)])}
    others = _others(session, {*own}, {digest.encode() for digest in candidates}) if candidates else set()
    gone = {digest for digest in candidates if digest not in others}
    inputs = {where for id_ in ids for where in _inputs(session.catalog, trash.catalog, id_)}
    inputs.update(_inputs_of_versions(store, own))
    files = [
        *own,
        *(path for digest in sorted(gone) for path in candidates[digest]),
        *_quarantined(store, gone, inputs),
    ]
    shared = [path for digest in sorted(others) for path in candidates[digest]]
    return Remains({id_: _keys(session.catalog, trash.catalog, id_) for id_ in ids}, files, shared)


def _own_files(session: Session, trash: Trash, ids: Collection[str]) -> Iterator[str]:
    """Yields the paths of articles' files, in the archive and in the trash, and of their versions."""
    copies: dict[str, list[str]] = {}
    for path, id_ in trash.copies.items():
        copies.setdefault(id_, []).append(path)
    for id_ in ids:
        for catalog in (session.catalog, trash.catalog):
            if (entry := catalog.entry(id_)) is not None and session.store.exists(entry.path):
                yield entry.path
        yield from copies.get(id_, ())
        folder = f"{VERSIONS}/{id_}"
        with suppress(FileNotFoundError), session.store.folder.entries(folder) as entries:
            names = sorted(entry.name for entry in entries)
            yield from (f"{folder}/{name}" for name in names)


def _digests(store: Store, path: str) -> set[str]:
    with suppress(FileNotFoundError, ArchiveDamaged):  # a link names nothing
        return {digest.decode() for digest in _DIGEST.findall(store.folder.read(path))}
    return set()


def _others(session: Session, own: Collection[str], digests: Collection[bytes]) -> set[str]:
    """Returns those of some digests that other files name, of articles, versions and the trash."""
    store = session.store
    others: set[bytes] = set()
    listed = (path for run in store.listing() for path, _, _ in run)
    rest = (file.path for file in store.other_files() if file.path.startswith((f"{TRASH}/", f"{VERSIONS}/")))
    for count, path in enumerate(chain(listed, rest), start=1):
        if path not in own:
            with suppress(FileNotFoundError):  # what cannot be read may name an original that must stay
                others.update(digest for digest in _DIGEST.findall(store.folder.read(path)) if digest in digests)
        session.progress("read", count, None)
    store.refuse_unlisted()
    return {digest.decode() for digest in others}


def _inputs(catalog: Catalog, trash: Catalog, id_: str) -> Iterator[str]:
    """Yields the inputs that an article was imported from, except streams, which have no names."""
    for rows in (catalog.rows_of([id_]), trash.rows_of([id_])):
        where = rows[id_].metadata.get("imported_from") if id_ in rows else None
        if isinstance(where, str) and where and not _STREAM.fullmatch(where):
            yield where


def _inputs_of_versions(store: Store, paths: Iterable[str]) -> Iterator[str]:
    """Yields the inputs that earlier versions, or merged articles, were imported from."""
    for path in paths:
        if path.startswith(f"{VERSIONS}/"):
            with suppress(InputError, ArchiveDamaged):
                where = frontmatter.read_article(store.read_version(path)).imported_from
                if where and not _STREAM.fullmatch(where):
                    yield where


def _quarantined(store: Store, digests: Iterable[str], inputs: Collection[str]) -> Iterator[str]:
    """Yields the files in quarantine of inputs that were imported later, by their bytes or their names."""
    starts = {digest[:12] for digest in digests}
    for entry in store.quarantine.entries():
        if entry.where in inputs or entry.name[:12] in starts:
            yield from filter(store.exists, store.quarantine.paths([entry.name]))
    store.quarantine.refuse_unread()


def _keys(catalog: Catalog, trash: Catalog, id_: str) -> list[str]:
    """Returns an article's id, and the ids that an import of the same URL, DOI or the like would give it."""
    identities = filter(None, (catalog.identity_of(id_), trash.identity_of(id_)))
    return [*dict.fromkeys([id_, *map(make_id, identities)])]
