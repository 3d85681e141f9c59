"""Lookup: one article by its id: its file, its original, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docarchive.catalog import Catalog, Entry, Row
from docarchive.catalog.reading import UNKNOWN
from docarchive.catalog.recorded import DAMAGED
from docarchive.digests import sha256
from docarchive.errors import AmbiguousId, ArchiveDamaged, NotFoundError
from docarchive.store import FileStat, Store
from docarchive.texts import shorten

if TYPE_CHECKING:
    from docarchive.archive.figures import Provenance
    from docarchive.article import Article

#: How many ids an error message lists.
_SHOWN: Final = 5
_VERIFY: Final = "run 'docarchive verify'"


def resolve(catalog: Catalog, prefix: str) -> str:
    """Returns the id that starts with a prefix; that of a merged article leads to the article that was kept.

    Raises:
        NotFoundError: No id does.
        AmbiguousId: More than one does.
    """
    if not prefix.isascii():
        from docarchive.article import clean

        prefix = clean(prefix)
    if catalog.entry(prefix):
        return prefix
    ids = catalog.ids_with_prefix(prefix, _SHOWN + 1) if prefix else []
    if prefix and (merged := catalog.merged_with_prefix(prefix, _SHOWN + 1)):
        if prefix in merged:
            return merged[prefix]
        # Several ids that lead to one article are not ambiguous.
        ids = [*dict.fromkeys([*ids, *(kept for id_, kept in merged.items() if id_ not in ids)])]
    if not ids:
        if id_ := removed(catalog, prefix):
            raise NotFoundError(
                f"{id_} was removed; 'docarchive log {id_}' says when, and 'docarchive restore {id_}' restores it if it"
                " is in the trash"
            )
        raise NotFoundError(
            f"no article has an id that starts with {shorten(repr(prefix))}; 'docarchive list' and 'docarchive search' "
            "show ids"
        )
    if len(ids) > 1:
        listed = ", ".join(ids[:_SHOWN]) + (", …" if len(ids) > _SHOWN else "")
        raise AmbiguousId(f"{prefix!r} is the start of several ids: {listed}; use a longer prefix")
    return ids[0]


def removed(catalog: Catalog, prefix: str) -> str | None:
    """Returns the id of the only removed article whose id starts with a prefix; None if there are none or several."""
    ids = catalog.deleted_with_prefix(prefix, 2) if prefix else []
    return ids[0] if len(ids) == 1 else None


def path_of(catalog: Catalog, id_: str) -> str:
    """Returns the path of an article's file, relative to the archive; for what it raises see ``read``."""
    return _entry(catalog, id_).path


def _entry(catalog: Catalog, id_: str) -> Entry:
    entry = catalog.entry(id_)
    if entry is None:  # another process has removed it since its id was looked up
        raise NotFoundError(f"{id_} is gone; it was removed meanwhile")
    return entry


def read(store: Store, catalog: Catalog, id_: str) -> Article:
    """Reads an article from its file.

    Raises:
        NotFoundError: The article or its file is gone.
        ArchiveDamaged: The file cannot be read.
    """
    from docarchive.writers import Document

    return Document(id_, path_of(catalog, id_), text(store, catalog, id_)).article


def text(store: Store, catalog: Catalog, id_: str) -> str:
    """Reads the text of an article's file; for what it raises see ``read``."""
    entry = _entry(catalog, id_)
    path = entry.path
    try:
        content = read_whole(store, entry)
    except DamagedBytes:
        raise
    except ArchiveDamaged:
        from docarchive.archive.indexing.damaged_articles import read_text

        return read_text(store, path, catalog)  # the error says what to do
    if _states_id(content, id_):
        return content
    from docarchive.archive.indexing.damaged_articles import is_damaged

    if catalog.entry_at(path) and (error := is_damaged(content, store, path, catalog)):
        raise error
    return content


def _states_id(content: str, id_: str) -> bool:
    """Returns whether a file is whole by a look at it: it has the front matter that imports write, with the id."""
    head, fence, _ = content.partition("\n---\n")
    return bool(fence) and head.startswith("---\n") and f"\nid: {id_}\n" in f"{head}\n" and "\0" not in content


def read_row(store: Store, row: Row) -> Article:
    """Reads the article of a row from its file; raises as ``read`` does."""
    from docarchive.writers import Document

    return Document(row.id, row.path, read_whole(store, row)).article


class DamagedBytes(ArchiveDamaged):
    """A file has other bytes than it had when its size and time were the same."""


def is_in_trash(query: str, searches: Mapping[str, str]) -> bool:
    """Returns whether a query is about the trash, given the saved searches."""
    if "in:" not in query.lower():  # then it is not parsed for this
        return False
    from docarchive import query as query_

    return query_.is_in_trash(query, searches)


def read_whole(store: Store, known: Row | Entry) -> str:
    """Reads the text of an article's file.

    Raises:
        NotFoundError: The file is gone.
        ArchiveDamaged: It cannot be read, or its bytes have changed, but not its size and time.
    """
    content, file = store.read_known(known)
    if not has_its_bytes(content, file, known):
        raise DamagedBytes(f"{known.path} {DAMAGED}; {_VERIFY}")
    return content


def has_its_bytes(content: str, file: FileStat, known: Row | Entry) -> bool:
    """Returns whether a file has the bytes that are recorded; one of another size or time may have been edited."""
    if (file.size, file.modified) != (known.size, known.modified) or known.digest == UNKNOWN:
        return True
    return sha256(content.encode()).digest() == known.digest


def original(store: Store, catalog: Catalog, id_: str) -> Path:
    """Returns the file with the bytes that an article was imported from.

    Raises:
        NotFoundError: The archive has no original of it.
        ArchiveDamaged: Its bytes are not those that were imported.
    """
    row = catalog.rows_of([id_])[id_]
    digest = str(row.metadata.get("original", ""))
    path = store.originals.find(digest.removeprefix("sha256:"))
    if path is None and digest and row.archives:
        raise NotFoundError(f"the original of {id_} is not in the collection; ask {' or '.join(row.archives)} for it")
    if path is None:
        raise NotFoundError(f"{id_} has no original in the archive")
    store.originals.check(path)
    return store.root / path


def picture(store: Store, path: str) -> Path:
    """Returns the file of a picture that articles show.

    Raises:
        NotFoundError: The archive has no such picture.
        ArchiveDamaged: Its bytes are not those that were imported.
    """
    if not store.originals.has_picture(path):
        raise NotFoundError(f"there is no picture {shorten(path)} in the archive")
    store.originals.check(path)
    return store.root / path


def address(article: Article) -> str:
    """Returns the address of an article on the web, of its URL or its DOI; it begins with http.

    Raises:
        NotFoundError: The article has none that a browser can follow.
    """
    from docarchive.article import DOI
    from docarchive.writers.addresses import web_address

    dois = (str(value).strip() for key, value in article.extra.items() if key.lower() == "doi")
    stated = [article.url, *(f"doi:{match[1]}" for doi in dois if (match := DOI.fullmatch(doi)))]
    for text in filter(None, map(web_address, stated)):
        return text
    raise NotFoundError(f"{article.id} has no address on the web")


def provenance(store: Store, catalog: Catalog, id_: str) -> Provenance:
    """Returns where an article comes from."""
    from docarchive.archive.figures import Provenance

    article = read(store, catalog, id_)
    path = store.originals.find(article.original or "")
    encoding = article.extra.get("encoding")
    return Provenance(
        article.id,
        article.title,
        article.imported_from,
        article.url,
        str(article.archived) if article.archived else None,
        article.format,
        article.reader,
        encoding if isinstance(encoding, str) else None,
        article.original,
        path,
        store.folder.status(path).st_size if path else None,
        article.fingerprint,
        path_of(catalog, article.id),
        tuple(store.versions_of(article.id)),
        *catalog.archives_of(article.id),
    )
