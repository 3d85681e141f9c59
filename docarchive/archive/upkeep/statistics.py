"""Statistics: what an archive contains, and what it takes on the disk."""

from __future__ import annotations

from typing import Final

from docarchive.analysis import primary
from docarchive.analysis.counting import words_in
from docarchive.archive.figures import Statistics
from docarchive.archive.session import Session
from docarchive.catalog import Row
from docarchive.errors import DocarchiveError
from docarchive.folder import Folder
from docarchive.folder.walking import walk
from docarchive.frontmatter import body_of
from docarchive.markdown import without_links
from docarchive.query.facets import Facet
from docarchive.store.layout import DERIVED, ORIGINALS, QUARANTINE, TRASH, VERSIONS

#: The keys whose most frequent values are counted; sites come from addresses.
_TOP_KEYS: Final = ("tags", "authors", "source")
_TOP: Final = 10
_SITES: Final = "sites"
#: Files that are looked at for the size of a folder. If there are more, the size is estimated.
_MEASURED: Final = 50_000
#: Articles whose words are counted, and how many characters of each.
_COUNTED: Final = 100
_READ: Final = 100_000


def statistics(session: Session) -> Statistics:
    """Returns the statistics of an archive; see ``Archive.statistics``."""
    catalog, settings = session.catalog, session.settings
    articles_size = catalog.total_size()
    counts = catalog.facets([Facet.read(key) for key in (*_TOP_KEYS, "language")])
    languages: dict[str, int] = {}
    for code, count in counts.pop("language"):
        languages[primary(code)] = languages.get(primary(code), 0) + count
    top = {**{key: counts[key] for key in _TOP_KEYS}, _SITES: catalog.sites(_TOP)}
    return Statistics(
        name=settings.name,
        path=session.address,
        engine=settings.engine,
        language=settings.language,
        articles=catalog.count(),
        bytes=articles_size,
        years=dict(catalog.years()),
        values=dict(catalog.label_counts()),
        changes=catalog.last_position(),
        indexed=session.indexed(),
        words=_words(session),
        languages=dict(sorted(languages.items(), key=lambda pair: (-pair[1], pair[0]))),
        top={key: dict(values[:_TOP]) for key, values in top.items() if values},
        disk={"articles": articles_size, **(session.sizes_elsewhere() or _sizes(session.store.folder))},
        last_import=catalog.last_import(),
        archives=session.articles_by_archive(),
    )


def _sizes(folder: Folder) -> dict[str, int]:
    """Returns the sizes of an archive's folders but that of articles, in bytes."""
    own = {"originals": ORIGINALS, "versions": VERSIONS, "quarantine": QUARANTINE, "trash": TRASH, "index": DERIVED}
    return {name: _size(folder, path) for name, path in own.items()}


def _words(session: Session) -> int:
    """Returns how many words the articles have, in titles, summaries and texts; of many articles, an estimate.

    The words of some articles are counted. The others have as many for each byte of their files.
    """
    catalog = session.catalog
    rows = catalog.rows_of(catalog.sample(_COUNTED)).values()
    words, size = 0.0, 0
    for row in rows:
        try:
            text, _ = session.store.read_known(row)
        except DocarchiveError:
            continue
        size += len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
        words += sum(words_in(str(row.metadata.get(key, ""))) for key in ("summary", *_title_of(row)))
        body = body_of(text)
        words += words_in(without_links(body[:_READ])) * (len(body) / min(len(body), _READ) if body else 1)
    is_all = len(rows) == catalog.count()
    return round(words if is_all or not size else words / size * catalog.total_size())


def _title_of(row: Row) -> tuple[str, ...]:
    """Returns the key of a title that is not in the text already."""
    return () if row.metadata.get("title_derived") else ("title",)


def _size(folder: Folder, path: str) -> int:
    """Returns the size of the files in a folder and in all below it, in bytes.

    Of very many files in subfolders, such as those of originals, the first subfolders are measured and the others taken
    to be as large: a file's subfolder comes from its digest, so they are alike.
    """
    listed = folder.sizes(path)
    subfolders = [item for item in listed if isinstance(item, str)]
    total = sum(item for item in listed if isinstance(item, int))
    files = 0
    for number, subfolder in enumerate(subfolders, start=1):
        for size in walk(subfolder, folder.sizes):
            total += size
            files += 1
        if files > _MEASURED:
            return total * len(subfolders) // number
    return total
