"""Engines: full-text search. One protocol, several engines, the same answers.

Useful for searching; not useful for reading or storing articles: an engine holds ids, and can be
deleted and rebuilt at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal, get_args

from docarchive.engines.protocol import SORTS, Change, Engine, Page, Position, Scored, ScorePart, Sort
from docarchive.engines.ranking import Freshness
from docarchive.engines.state import VERSIONS, read_state
from docarchive.errors import UsageError
from docarchive.folder import Folder
from docarchive.records import NamedTuple
from docarchive.texts import did_you_mean

if TYPE_CHECKING:
    from docarchive.engines.cluster import Cluster

__all__ = [
    "CLUSTERED",
    "ENGINES",
    "INDEX_FORMATS",
    "SORTS",
    "Change",
    "Engine",
    "EngineName",
    "Freshness",
    "Library",
    "Page",
    "Position",
    "ScorePart",
    "Scored",
    "Sort",
    "index_damage",
    "library_of",
    "open_engine",
    "position_of",
]

_Names = Literal["whoosh", "tantivy"]
#: The name of an engine: for editors, one of ``ENGINES``.
EngineName = _Names | str
#: Names of the engines that need nothing but the archive's folder; ``CLUSTERED`` needs a cluster.
ENGINES: Final[tuple[str, ...]] = get_args(_Names)
#: The engine whose index is not in the archive's folder, but in a cluster.
CLUSTERED: Final = "opensearch"
#: The formats of the engines' indexes, in words for people.
INDEX_FORMATS = {
    "whoosh": "docarchive's own; Whoosh's library reads it through archive.whoosh_index()",
    "tantivy": "tantivy's own",
    CLUSTERED: "an index in a cluster of OpenSearch",
}
_DISTRIBUTIONS = {"whoosh": "whoosh3", "tantivy": "tantivy", CLUSTERED: "opensearch-py"}


class Library(NamedTuple):
    """The library of an engine."""

    name: str  # its name as pip knows it
    version: str | None  # the installed version; None if it is not installed


def library_of(engine: str) -> Library:
    """Returns the library of an engine, without importing it."""
    from importlib.metadata import PackageNotFoundError, version

    name = _DISTRIBUTIONS[engine]
    try:
        return Library(name, version(name))
    except PackageNotFoundError:
        return Library(name, None)


def position_of(engine: str, folder: Folder, language: str) -> Position | None:
    """Returns how far the index of an engine goes, or None if it has none; does not import its library."""
    return read_state(folder, VERSIONS[engine], language)


def index_damage(engine: str, folder: Folder) -> Iterator[str]:
    """Yields what is wrong with the files of an engine's index, by their checksums: parts of sentences.

    Nothing if the engine's library is not installed.
    """
    with suppress(ImportError):
        yield from import_module(f"docarchive.engines.{engine}.checking").damage(folder)


def open_engine(
    name: str, folder: Folder, language: str = "en", jobs: int | None = None, cluster: Cluster | None = None
) -> Engine:
    """Opens an engine; its library is imported only now.

    Args:
        name: One of ``ENGINES``.
        folder: The folder of its index; created by the first write.
        language: The language of articles whose own is unknown; an index built for another language is rebuilt.
        jobs: How many processes may build the index, where an engine uses several. None: one per processor.
        cluster: Where the index of ``CLUSTERED`` is.

    Raises:
        UsageError: There is no engine of that name, or its library is not installed; the message says what to do.
    """
    if name == "whoosh":
        from docarchive.engines.whoosh import WhooshEngine

        return WhooshEngine(folder, language, jobs)
    if name == "tantivy":
        try:
            from docarchive.engines.tantivy import TantivyEngine
        except ImportError as error:
            raise UsageError("the tantivy engine needs an extra: pip install 'docarchive[tantivy]'") from error

        return TantivyEngine(folder, language)
    if name == CLUSTERED:
        if cluster is None:
            raise UsageError("say where the cluster is: docarchive engine use opensearch --url URL --index NAME")
        try:
            from docarchive.engines.opensearch import OpenSearchEngine
        except ImportError as error:
            raise UsageError("the opensearch engine needs an extra: pip install 'docarchive[opensearch]'") from error

        return OpenSearchEngine(folder, language, cluster, jobs)
    raise UsageError(f"there is no engine {name!r}; {did_you_mean(name, (*ENGINES, CLUSTERED))}")
