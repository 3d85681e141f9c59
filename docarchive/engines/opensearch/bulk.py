"""Bulk: sends changes of articles in batches, again where the cluster was busy.

The version of a document comes from the journal position of its change: sent again, it changes nothing, and what is
older than what the index has is left out.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from random import random
from time import sleep
from typing import Any, Final

from docarchive.engines.opensearch.connection import BUSY, LOCKED, Connection
from docarchive.engines.opensearch.schema import document
from docarchive.engines.protocol import Change
from docarchive.errors import IndexDamaged, IndexUnavailable
from docarchive.texts import shorten

_TOGETHER: Final = 500  # changes in a batch
_TOGETHER_SIZE: Final = 4_000_000  # bytes
_THREADS: Final = 2
_WAITING: Final = 2  # batches that are made before one was answered
_ATTEMPTS: Final = 9
_PAUSE: Final = 0.25  # seconds; each pause is twice the one before, at most _LONGEST
_LONGEST: Final = 10.0
_TIMEOUT: Final = 120
#: For so long the cluster waits for a part of the index that no node has; it is asked so often.
_FOR_SHARDS: Final = "5s"
_ATTEMPTS_FOR_SHARDS: Final = 3
_NO_SHARD: Final = "unavailable_shards_exception"
_SHOWN: Final = "errors,items.*.status,items.*.error,items.*._id"
_GONE: Final = 404  # nothing to delete
_OLDER: Final = 409  # the index has this version, or a newer one

#: The versions of a document between two journal numbers are for changes of ``leading`` (decision 0131).
VERSIONS_PER_CHANGE: Final = 1 << 20

#: The lines of one change: what to do, and the document if there is one.
Lines = list[bytes]


def send(connection: Connection, index: str, archive: str, changes: Iterable[Change]) -> None:
    """Sends changes to an index, and waits until all are in it.

    Raises:
        IndexUnavailable: The cluster cannot take them now.
        IndexDamaged: It refuses an article, as the fields of the index are not those that docarchive made.
    """
    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(_THREADS) as pool:
        try:
            for batch in _batches(_lines(change, archive) for change in changes):
                waiting.append(pool.submit(_send, connection, index, batch))
                if len(waiting) > _WAITING:
                    waiting.popleft().result()
            for future in waiting:
                future.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _lines(change: Change, archive: str) -> Lines:
    meta = {"_id": change.id, "version": change.number * VERSIONS_PER_CHANGE, "version_type": "external_gte"}
    if change.article is None:
        return [json.dumps({"delete": meta}).encode()]
    body = json.dumps(document(change, archive), ensure_ascii=False, separators=(",", ":"))
    return [json.dumps({"index": meta}).encode(), body.encode("utf-8", "replace")]


def _batches(changes: Iterable[Lines]) -> Iterator[list[Lines]]:
    batch: list[Lines] = []
    size = 0
    for lines in changes:
        batch.append(lines)
        size += sum(map(len, lines))
        if len(batch) >= _TOGETHER or size >= _TOGETHER_SIZE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _send(connection: Connection, index: str, batch: list[Lines]) -> None:
    for attempt in range(_ATTEMPTS):
        body = b"".join(line + b"\n" for lines in batch for line in lines)
        params = {"filter_path": _SHOWN, "request_timeout": _TIMEOUT, "timeout": _FOR_SHARDS}
        answer = connection.ask("POST", f"/{index}/_bulk", body, params)
        if not answer.get("errors"):
            return
        batch, reason, kind = _refused(batch, answer["items"])
        if not batch:
            return
        if kind == _NO_SHARD and attempt + 1 >= _ATTEMPTS_FOR_SHARDS:
            break
        sleep(min(_PAUSE * 2**attempt, _LONGEST) * (0.5 + random()))  # noqa: S311, no secret
    raise IndexUnavailable(f"the cluster takes no more articles now: {reason}")


def _refused(batch: list[Lines], items: list[dict[str, Any]]) -> tuple[list[Lines], str, str]:
    """Returns the changes that must be sent again; of the last of them, why it was not taken, and the kind of error."""
    again, last, kind = [], "", ""
    for lines, item in zip(batch, items, strict=True):
        result = next(iter(item.values()))
        status, error = result["status"], result.get("error") or {}
        if status < 300 or status == _OLDER or (status == _GONE and "delete" in item):
            continue
        reason = shorten(str(error.get("reason", error)), 200)
        if error.get("type") == LOCKED:
            raise IndexUnavailable(f"the cluster allows no changes of the index: {reason}")
        if status not in BUSY:
            raise IndexDamaged(f"the cluster refuses article {result['_id']}: {reason}; run 'docarchive rebuild'")
        again.append(lines)
        last, kind = reason, str(error.get("type"))
    return again, last, kind
