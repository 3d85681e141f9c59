"""Figures: statistics of an archive, the status of its engine, and the provenance and versions of its articles.

Named tuples, and not in ``reports``, because importing dataclasses takes longer than all that ``stats`` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from docarchive.keys import SCHEMA
from docarchive.records import NamedTuple


class MeaningStatus(NamedTuple):
    """The status of search by meaning.

    Attributes:
        on: Whether it is on.
        model: The name of the model that made the vectors; None if there are none.
        version: The version of the package that the model comes from; empty if it is a folder, None without vectors.
        digest: The SHA-256 of the model's weights and tokenizer; None without vectors.
        passages: How many passages have vectors.
        behind: How many articles have changed since the vectors were last updated.
        bytes: The size of the vectors in bytes.
    """

    on: bool
    model: str | None
    version: str | None
    digest: str | None
    passages: int
    behind: int
    bytes: int


class ClusterStatus(NamedTuple):
    """The status of an index in a cluster.

    Attributes:
        url: The addresses of the nodes.
        index_name: The name of the index, which several archives may feed.
        archive: The name of this archive there.
        health: ``green``: all copies are there; ``yellow``: some are missing; ``red``: parts are missing; ``unknown``.
        nodes: How many nodes with data answer.
        shards: How many parts this archive's index has.
        copies: How many copies of them there should be, with the parts themselves.
        active: How many of these there are.
        articles: How many articles are in it.
        compared: Whether all of them were compared with those of other archives that feed the index; if not, the next
            import, change or sync does that.
        problem: Why the cluster does not say this; None if it does.
    """

    url: str
    index_name: str
    archive: str
    health: str = "unknown"
    nodes: int = 0
    shards: int = 0
    copies: int = 0
    active: int = 0
    articles: int = 0
    compared: bool = True
    problem: str | None = None


class EngineStatus(NamedTuple):
    """The status of an archive's engine.

    Attributes:
        engine: Its name.
        version: The version of its library; None if that is not installed.
        format: What its index is, in words.
        indexed: The journal position up to which articles are indexed; None if there is no index.
        changes: The journal position of the last change.
        behind: How many articles have changed since the index was last updated.
        bytes: The size of the index in bytes.
        engines: The version of each engine's library by the engine's name; None where it is not installed.
        meaning: The status of search by meaning.
        cluster: The status of the cluster; None if the index is in the archive's folder.
    """

    engine: str
    version: str | None
    format: str
    indexed: int | None
    changes: int
    behind: int
    bytes: int
    engines: dict[str, str | None]
    meaning: MeaningStatus
    cluster: ClusterStatus | None = None

    def to_dict(self) -> dict[str, Any]:
        """Returns the status as a JSON object (schema 1)."""
        cluster = self.cluster and self.cluster._asdict()
        return {"schema": SCHEMA, **self._asdict(), "meaning": self.meaning._asdict(), "cluster": cluster}

    def _repr_html_(self) -> str:
        from docarchive.notebooks import record_table

        return record_table(self)


class Statistics(NamedTuple):
    """Statistics of an archive.

    Attributes:
        name: The archive's name.
        path: Its folder.
        engine: The name of its engine.
        language: The language of articles whose language is unknown, as ISO 639-1.
        articles: How many articles it has.
        bytes: The size of all article files in bytes.
        years: The number of articles by year; the key of those without a date is empty.
        values: The number of different values by metadata key.
        changes: The journal position of the last change.
        indexed: The journal position up to which articles are indexed; None if there is no index.
        words: How many words their titles, summaries and texts have; of more than 100 articles, an estimate.
        languages: The number of articles by language, of those that state it: the most frequent first.
        top: The ten most frequent values of ``tags``, ``authors``, ``source`` and ``sites``, with their numbers of
            articles; ``sites`` are those of the articles' addresses.
        disk: The sizes of ``articles``, ``originals``, ``versions``, ``quarantine``, ``trash`` and ``index``, which is
            all that can be rebuilt, in bytes. Of more than 50,000 originals the size is an estimate.
        last_import: When an import last stored an article, in UTC; None if there are none.
        archives: Of a collection: the number of articles of each archive. Its disk sizes are those of the cluster. Of
            keys with more than 50,000 values, the numbers of values are estimates.
    """

    name: str
    path: str
    engine: str
    language: str
    articles: int
    bytes: int
    years: dict[str, int]
    values: dict[str, int]
    changes: int
    indexed: int | None
    words: int
    languages: dict[str, int]
    top: dict[str, dict[str, int]]
    disk: dict[str, int]
    last_import: str | None
    archives: Mapping[str, int] = MappingProxyType({})

    def __repr__(self) -> str:
        return f"<Statistics of {self.name!r}: {self.articles:,} articles, {self.bytes:,} bytes, {self.engine}>"

    def to_dict(self) -> dict[str, Any]:
        """Returns the statistics as a JSON object (schema 1)."""
        values = {key: value for key, value in self._asdict().items() if key != "archives"}
        return {"schema": SCHEMA, **values, **({"archives": dict(self.archives)} if self.archives else {})}

    def _repr_html_(self) -> str:
        from docarchive.notebooks import record_table

        return record_table(self)


class Provenance(NamedTuple):
    """Where an article comes from; unknown values are None or empty.

    Attributes:
        id: The article's id.
        title: Its title.
        imported_from: The input as the user named it, with the record's location in it: ``inbox.zip:posts/a.md``.
        url: The article's URL.
        archived: When it was imported, in UTC.
        format: The name of its reader.
        reader: The reader's name and version.
        encoding: The encoding of its bytes, if that was not UTF-8.
        original: ``sha256:`` and the digest of the file that it was imported from.
        original_path: That file's path, relative to the archive; None if it was deleted.
        original_size: That file's size in bytes.
        fingerprint: The digest of the article's record, if that file has many.
        path: The path of the article's own file, relative to the archive.
        versions: Paths of its earlier versions, oldest first.
        archives: In a collection: the names of the archives that have it, first the one that this is about.
        differing: In a collection: those of them whose article has another content.
    """

    id: str
    title: str
    imported_from: str | None
    url: str | None
    archived: str | None
    format: str | None
    reader: str | None
    encoding: str | None
    original: str | None
    original_path: str | None
    original_size: int | None
    fingerprint: str | None
    path: str
    versions: tuple[str, ...]
    archives: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Returns the provenance as a JSON object (schema 1)."""
        values = {key: value for key, value in self._asdict().items() if key not in ("archives", "differing")}
        from docarchive.catalog.reading import copies_of

        copies = copies_of(self.archives, self.differing)
        return {"schema": SCHEMA, **values, "versions": [*self.versions], **copies}

    def _repr_html_(self) -> str:
        from docarchive.notebooks import record_table

        return record_table(self)


class Version(NamedTuple):
    """A version of an article: one that an import replaced, or the current one.

    Attributes:
        id: The article's id.
        number: Its number: that of its file, ``0001.md``. The current one has the next number after the last of these.
        current: Whether it is the current one.
        written: When it was written, in UTC: of the first version, the time of its import; of an earlier version, the
            time when the one before it was replaced; of the current one, when its file was last changed. None if that
            is unknown.
        title: Its title; empty if its file cannot be read.
        bytes: The size of its file.
        sha256: The digest of its file in hex; empty if that is gone.
        path: The path of its file, relative to the archive.
        keys: The metadata keys whose values differ from those of the version before, without those that say where it
            came from.
        added: How many lines its text has that the one before has not.
        removed: How many lines the text of the one before has that it has not.
        fault: Why its file cannot be read; None if it can. The next version is then compared with the one before it.
    """

    id: str
    number: int
    current: bool
    written: str | None
    title: str
    bytes: int
    sha256: str
    path: str
    keys: tuple[str, ...]
    added: int
    removed: int
    fault: str | None

    def to_dict(self) -> dict[str, Any]:
        """Returns the version as a JSON object (schema 1)."""
        return {"schema": SCHEMA, **self._asdict(), "keys": [*self.keys]}

    def _repr_html_(self) -> str:
        from docarchive.notebooks import record_table

        return record_table(self)
