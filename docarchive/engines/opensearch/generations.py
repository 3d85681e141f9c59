"""Generations: the index of an archive in the cluster, from when it is built to when another replaces it.

An archive ``reuters-3f9a2c`` has an index of its own, ``news.reuters-3f9a2c.5d0e11b2``. The name ``news`` is an alias
of the indexes of all archives that feed it. A rebuild fills a new index; then the alias is switched, and the old one is
deleted.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from time import sleep
from typing import Any, Final

from docarchive.engines.cluster import Cluster
from docarchive.engines.opensearch.connection import Connection
from docarchive.engines.opensearch.schema import definition
from docarchive.engines.protocol import Position
from docarchive.errors import ArchiveDamaged, IndexUnavailable
from docarchive.folder import Folder

#: The file with the name of the index, in the folder that an engine has.
NAME: Final = "index.json"
_MAX: Final = 10_000  # bytes
_OWN: Final = "docarchive"
#: For so long, in seconds, searches that have just begun still read an index that was replaced.
_MOMENT: Final = 1.0


class Generations:
    """The indexes of one archive in a cluster; ``folder`` is that of the engine."""

    def __init__(self, connection: Connection, cluster: Cluster, folder: Folder) -> None:
        self._connection = connection
        self._cluster = cluster
        self._folder = folder
        self._prefix = f"{cluster.index_name}.{cluster.archive}."

    def name(self) -> str | None:
        """Returns the name of the current index; None if there is none, or if it is in another place."""
        try:
            values = json.loads(self._folder.read(NAME, _MAX))
            name, url = str(values["name"]), values["url"]
        except (OSError, ArchiveDamaged, ValueError, KeyError, TypeError, RecursionError):
            return None
        return name if name.startswith(self._prefix) and url == self._cluster.url else None

    def create(self, version: int, language: str) -> str:
        """Makes an empty index and returns its name.

        Raises:
            IndexUnavailable: The name of the index is another program's.
        """
        self._folder.make()
        self.check()
        name = f"{self._prefix}{secrets.token_hex(4)}"
        meta = {_OWN: {"version": version, "language": language, "archive": self._cluster.archive}}
        values = {"name": name, "url": self._cluster.url}
        self._folder.put(NAME, json.dumps(values).encode(), flush=True)
        params = {"wait_for_active_shards": 1, "request_timeout": 60}
        self._connection.ask("PUT", f"/{name}", definition(self._cluster, meta), params)
        return name

    def check(self) -> None:
        """Raises ``IndexUnavailable`` if the cluster is no OpenSearch, or if its index is another program's."""
        url, index = self._cluster.url, self._cluster.index_name
        root = self._connection.ask("GET", "/")
        if not isinstance(root, dict) or root.get("version", {}).get("distribution") != "opensearch":
            raise IndexUnavailable(f"{url} answers, but it is no OpenSearch")
        there = self._connection.ask("GET", f"/{index}", missing=True) or {}
        if any(_OWN not in described["mappings"].get("_meta", {}) for described in there.values()):
            raise IndexUnavailable(
                f"the index {index!r} at {url} is another program's; choose another name with --index"
            )

    def meta(self, name: str) -> dict[str, Any] | None:
        """Returns what an index says of itself; None if it is not there."""
        described = self._connection.ask("GET", f"/{name}/_mapping", missing=True)
        if not described:
            return None
        meta = described[name]["mappings"].get("_meta", {}).get(_OWN)
        return meta if isinstance(meta, dict) else {}

    def record(self, name: str, position: Position, meta: dict[str, Any]) -> None:
        """Records in an index how far it goes, and who feeds it."""
        values = {_OWN: {**meta, **position._asdict()}}
        self._connection.ask("PUT", f"/{name}/_mapping", {"_meta": values})

    def publish(self, name: str, before: Callable[[], None]) -> None:
        """Makes an index the one that others see, in one step, and deletes the archive's other ones a moment later.

        ``before`` is called before others see it for the first time.
        """
        there = self._connection.ask("GET", f"/{self._prefix}*/_alias") or {}
        actions: list[dict[str, Any]] = []
        alias = self._cluster.index_name
        if alias not in there.get(name, {}).get("aliases", {}):
            before()
            actions.append({"add": {"index": name, "alias": alias}})
        others = sorted({*there} - {name})
        shown = [other for other in others if alias in there[other]["aliases"]]
        actions += [{"remove": {"index": other, "alias": alias}} for other in shown]
        if actions:
            self._connection.ask("POST", "/_aliases", {"actions": actions})
        if others:
            sleep(_MOMENT)
        for other in others:
            self.delete(other)

    def withdraw(self, name: str) -> bool:
        """Makes others see an index no longer; returns whether they did."""
        path = f"/{name}/_alias/{self._cluster.index_name}"
        return self._connection.ask("DELETE", path, missing=True, attempts=1) is not None

    def delete(self, name: str) -> None:
        """Deletes an index, if it is there."""
        self._connection.ask("DELETE", f"/{name}", missing=True, attempts=1)
