"""Settling: sees to it that of the documents with one id exactly one leads, in all archives of a collection.

A document of another archive is written again as that archive has it, with another value of ``leading``, and only if
it is still in the state that was compared. After such writes the documents are compared once more. So whoever
compares last has seen all of them (decision 0131).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from time import sleep
from typing import Any, Final

from docarchive import frontmatter
from docarchive.batches import batched
from docarchive.engines.cluster import Cluster
from docarchive.engines.opensearch import bulk
from docarchive.engines.opensearch.connection import Connection
from docarchive.engines.opensearch.leading import LOOKED_AT, TOGETHER, Copy, copies_of, leader, shared_ids
from docarchive.engines.opensearch.queries import term, unscored
from docarchive.engines.opensearch.schema import document
from docarchive.engines.protocol import Change
from docarchive.engines.state import VERSIONS
from docarchive.errors import ArchiveDamaged, DocarchiveError, IndexUnavailable
from docarchive.folder import Folder

#: The file that says where a sweep continues, in the folder of the engine; without it there is nothing to sweep.
_SWEEP: Final = "sweep.json"
_MAX: Final = 10_000  # bytes
_ROUNDS: Final = 20
_PAUSE: Final = 0.1  # seconds
_REWRITTEN: Final = 100  # documents that are read together


class Settling:
    """The documents of a collection, as one of its archives sees them; ``folder`` is that of its engine.

    Attributes:
        alone: Whether no other archive was in the collection when that was last asked; None if it never was.
        published: Whether the archive itself was in it then.
    """

    def __init__(self, connection: Connection, cluster: Cluster, folder: Folder) -> None:
        self._connection = connection
        self._alias = cluster.index_name
        self._archive = cluster.archive
        self._folder = folder
        self._versions: dict[str, Any] = {}  # of the indexes that were asked for theirs
        self.alone: bool | None = None
        self.published = False

    def look(self) -> bool:
        """Asks which archives are in the collection, and returns whether others are."""
        answer = self._connection.ask("GET", f"/_alias/{self._alias}", missing=True) or {}
        own = [name for name in answer if name.startswith(f"{self._alias}.{self._archive}.")]
        self.published = bool(own)
        self.alone = len(answer) == len(own)
        return not self.alone

    def others(self, ids: Iterable[str]) -> dict[str, list[Copy]]:
        """Returns the documents of articles in other archives, by id."""
        return copies_of(self._connection, self._alias, [*ids], but=self._archive)

    def settle(self, ids: Iterable[str]) -> None:
        """Makes one document of each id lead, and no other.

        Raises:
            IndexUnavailable: The cluster cannot do it now.
        """
        left = [*ids]
        for number in range(_ROUNDS):
            sleep(number * _PAUSE)
            changed = [copy for batch in batched(left, TOGETHER) for copy in self._compare(batch)]
            if not changed:
                return
            # Also where another archive was faster: until what it wrote can be seen, nothing can be compared.
            self._connection.refresh(*sorted({copy.index_name for copy in changed}))
            left = sorted({copy.id for copy in changed})
        raise IndexUnavailable("several archives change the same articles all the time")

    def _compare(self, ids: list[str]) -> list[Copy]:
        """Compares the documents of articles, writes those that are wrong, and returns those that were changed."""
        raised, lowered = [], []
        for copies in copies_of(self._connection, self._alias, ids).values():
            first = leader(copies)
            raised += [] if first.leading else [first]
            lowered += [copy for copy in copies if copy.leading and copy is not first]
        changed = self.rewrite(raised, leading=True)
        missing = {copy.id for copy in raised} - {copy.id for copy in changed}
        # Better two that lead than none.
        changed += self.rewrite([copy for copy in lowered if copy.id not in missing], leading=False)
        return changed

    def rewrite(self, copies: list[Copy], *, leading: bool) -> list[Copy]:
        """Writes documents again with another value of ``leading``.

        Returns:
            Those that have changed: by this, or by another archive meanwhile. The others cannot be written, as another
            version of docarchive has made them, the cluster refuses it, or their article cannot be read.
        """
        self._ask_versions({copy.index_name for copy in copies})
        known = [copy for copy in copies if self._versions[copy.index_name] == VERSIONS["opensearch"]]
        changed: list[Copy] = []
        for batch in batched(known, _REWRITTEN):
            changed += self._rewrite(batch, leading)
        return changed

    def _rewrite(self, copies: list[Copy], leading: bool) -> list[Copy]:
        asked = [{"_index": copy.index_name, "_id": copy.id} for copy in copies]
        answer = self._connection.ask("POST", "/_mget", {"docs": asked})
        changed: list[Copy] = []
        lines: dict[int, bulk.Lines] = {}
        for number, (copy, there) in enumerate(zip(copies, answer["docs"], strict=True)):
            if not there.get("found") or (there["_seq_no"], there["_primary_term"]) != copy.revision:
                changed.append(copy)
                continue
            with suppress(DocarchiveError, KeyError, TypeError, ValueError):
                lines[number] = _rewritten(copy, there["_source"], leading)
        outcome = bulk.replace(self._connection, lines.values())
        return changed + [copies[number] for number in lines if copies[number].id not in outcome.refused]

    def _ask_versions(self, indexes: set[str]) -> None:
        if unknown := sorted(indexes - self._versions.keys()):
            path = f"/{','.join(unknown)}/_mapping"
            params = {"filter_path": "*.mappings._meta", "ignore_unavailable": "true"}
            answer = self._connection.ask("GET", path, params=params, missing=True) or {}
            for index in unknown:
                meta = answer.get(index, {}).get("mappings", {}).get("_meta", {}).get("docarchive")
                self._versions[index] = meta.get("version") if isinstance(meta, dict) else None

    # The sweep

    def must_sweep(self) -> None:
        """Notes that all ids must be compared, from the first one on."""
        self._folder.put(_SWEEP, b'{"after": ""}', flush=True)

    def is_waiting(self) -> bool:
        """Returns whether ids must be compared, as some were not yet."""
        return self._folder.exists(_SWEEP)

    def sweep(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Settles the ids that were not compared, if there are any, from where it stopped.

        Args:
            progress: Called with how many ids were compared, and about how many there are.

        Raises:
            IndexUnavailable: The cluster cannot do it now; it continues next time.
        """
        after = self._swept()
        if after is None:
            return
        if not self.look() and not self._follows():
            after = None
        done = 0
        total = self._count("true") if progress and after is not None else 0
        while after is not None:
            ids, after = shared_ids(self._connection, self._alias, after)
            self.settle(ids)
            done = done + LOOKED_AT if after is not None else max(done, total)
            if progress:
                progress(done, max(done, total))
            if after is not None:
                self._folder.put(_SWEEP, json.dumps({"after": after}).encode())
        self._folder.remove(_SWEEP)

    def _follows(self) -> bool:
        """Returns whether a document does not lead, as another archive had its article, too."""
        return self._count("false") > 0

    def _count(self, leading: str) -> int:
        """Returns how many documents lead, ``true``, or do not, ``false``."""
        body = {"query": unscored(term("leading", leading))}
        answer = self._connection.ask("POST", f"/{self._alias}/_count", body, missing=True, attempts=1)
        return int(answer["count"]) if answer else 0

    def _swept(self) -> str | None:
        """Returns the id after which a sweep continues, empty at the beginning; None if there is nothing to sweep."""
        try:
            return str(json.loads(self._folder.read(_SWEEP, _MAX))["after"])
        except FileNotFoundError:
            return None
        except (OSError, ArchiveDamaged, ValueError, KeyError, TypeError, RecursionError):
            return ""


def _rewritten(copy: Copy, source: dict[str, Any], leading: bool) -> bulk.Lines:
    """Returns the lines of a document with another value of ``leading``; raises an error if it cannot be read."""
    article = frontmatter.read_article(source["file"])
    article.id = copy.id
    text, path = str(source["file"]), str(source.get("path", ""))
    change = Change(copy.id, article, int(source["row"]), str(source["language"]), path=path, text=text)
    new = document(change, copy.archive, leading=leading)
    return bulk.replacing(copy.id, copy.index_name, copy.revision, new)
