"""Statistics: what an archive contains, and what it takes on the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from docarchive.analysis import primary
from docarchive.archive.figures import Statistics
from docarchive.archive.session import Session
from docarchive.catalog import Facet
from docarchive.engines import position_of
from docarchive.errors import DocarchiveError
from docarchive.store.layout import ORIGINALS, QUARANTINE, VERSIONS

#: The keys whose most frequent values are counted; sites come from addresses.
_TOP_KEYS: Final = ("tags", "authors", "source")
_TOP: Final = 10
_SITES: Final = "sites"
#: Files that are looked at for the size of a folder. If there are more, the size is estimated.
_MEASURED: Final = 50_000


def statistics(session: Session) -> Statistics:
    """Returns the statistics of an archive; see ``Archive.statistics``."""
    catalog, settings, root = session.catalog, session.settings, session.root
    position = position_of(*session.index_of(settings.engine))
    current = position is not None and position.epoch == catalog.epoch
    articles_size = catalog.total_size()
    counts = catalog.facets([Facet.read(key) for key in (*_TOP_KEYS, "language")])
    languages: dict[str, int] = {}
    for code, count in counts.pop("language"):
        languages[primary(code)] = languages.get(primary(code), 0) + count
    top = {**{key: counts[key] for key in _TOP_KEYS}, _SITES: catalog.sites(_TOP)}
    return Statistics(
        name=settings.name,
        path=str(root),
        engine=settings.engine,
        language=settings.language,
        articles=catalog.count(),
        bytes=articles_size,
        years=dict(catalog.years()),
        values=dict(catalog.label_counts()),
        changes=catalog.last_position(),
        indexed=position.number if position and current else None,
        words=_words(session) if current else None,
        languages=dict(sorted(languages.items(), key=lambda pair: (-pair[1], pair[0]))),
        top={key: dict(values[:_TOP]) for key, values in top.items() if values},
        disk={
            "articles": articles_size,
            "originals": _size(root / ORIGINALS),
            "versions": _size(root / VERSIONS),
            "quarantine": _size(root / QUARANTINE),
            "index": _size(root / ".docarchive"),
        },
        last_import=catalog.last_import(),
    )


def _words(session: Session) -> int | None:
    """Returns how many words the index has; None if its engine cannot be used."""
    try:
        return session.engine.words()
    except DocarchiveError:
        return None


def _size(folder: Path) -> int:
    """Returns the size of the files in a folder and its subfolders, in bytes.

    Of very many files in subfolders, such as those of originals, the first subfolders are measured and the others taken
    to be as large: a file's subfolder comes from its digest, so they are alike.
    """
    subfolders, total = _content(folder)
    files = 0
    for number, subfolder in enumerate(subfolders, start=1):
        for size in _sizes(subfolder):
            total += size
            files += 1
        if files > _MEASURED:
            return total * len(subfolders) // number
    return total


def _sizes(folder: Path) -> Iterator[int]:
    """Yields the sizes of the files in a folder and its subfolders."""
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                yield os.stat(os.path.join(path, name), follow_symlinks=False).st_size
            except OSError:  # another process has removed it since
                continue


def _content(folder: Path) -> tuple[list[Path], int]:
    """Returns the subfolders of a folder in order, and the size of the files in the folder itself."""
    try:
        with os.scandir(folder) as entries:
            listed = [*entries]
    except OSError:
        return [], 0
    subfolders = sorted(Path(entry.path) for entry in listed if entry.is_dir(follow_symlinks=False))
    files = [entry for entry in listed if not entry.is_dir(follow_symlinks=False)]
    return subfolders, sum(entry.stat(follow_symlinks=False).st_size for entry in files)
