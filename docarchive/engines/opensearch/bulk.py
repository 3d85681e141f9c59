"""Bulk: sends changes of articles in batches, again where the cluster was busy.

The version of a document comes from the journal position of its change: sent again, it changes nothing, and what is
older than what the index has is left out.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from docarchive.batches import batched_by_size
from docarchive.engines.opensearch.connection import NO_INDEX, PATIENT, Connection, is_locked, pause
from docarchive.errors import IndexDamaged, IndexUnavailable
from docarchive.records import NamedTuple
from docarchive.texts import shorten

_TOGETHER: Final = 500  # changes in a batch
_TOGETHER_SIZE: Final = 4_000_000  # bytes
_THREADS: Final = 2
_WAITING: Final = 2  # batches that are made before one was answered
_TIMEOUT: Final = 120
#: For so long the cluster waits for a part of the index that no node has; it is asked so often.
_FOR_SHARDS: Final = "5s"
_ATTEMPTS_FOR_SHARDS: Final = 3
_NO_SHARD: Final = "unavailable_shards_exception"
_SHOWN: Final = "errors,items.*.status,items.*.error,items.*._id"
_GONE: Final = 404  # nothing to delete
_FOR_GOOD: Final = (400, 403)  # the document does not fit the fields of the index, or the user may not write there
_OLDER: Final = 409  # the index has this version, or a newer one, or another one than was expected

#: The versions of a document between two journal numbers are for changes of ``leading`` (decision 0131).
VERSIONS_PER_CHANGE: Final = 1 << 20


class Outcome(NamedTuple):
    """What a cluster has not done, by the ids of the articles."""

    overtaken: set[str]  # the index has another state than the one that was expected
    refused: dict[str, str]  # the cluster never takes it, for this reason


#: The lines of one change: what to do, and the document if there is one.
Lines = list[bytes]


def indexing(id_: str, number: int, document: Mapping[str, Any]) -> Lines:
    """Returns the lines of an article that is new or has changed; ``number`` is the journal position of the change."""
    return [_line({"index": _meta(id_, number)}), _line(document)]


def deleting(id_: str, number: int) -> Lines:
    """Returns the lines of an article that was deleted."""
    return [_line({"delete": _meta(id_, number)})]


def replacing(id_: str, index: str, revision: tuple[int, int], document: Mapping[str, Any]) -> Lines:
    """Returns the lines of a document that replaces one state of it, and no other; see ``replace``.

    Args:
        id_: The article's id.
        index: The index that it is in.
        revision: The sequence number and the primary term of that state.
        document: The new document.
    """
    meta = {"_index": index, "_id": id_, "if_seq_no": revision[0], "if_primary_term": revision[1]}
    return [_line({"index": meta}), _line(document)]


def _meta(id_: str, number: int) -> dict[str, Any]:
    return {"_id": id_, "version": number * VERSIONS_PER_CHANGE, "version_type": "external_gte"}


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def send(connection: Connection, index: str, changes: Iterable[Lines]) -> None:
    """Sends changes to an index, and waits until all are in it.

    Raises:
        IndexUnavailable: The cluster cannot take them now.
        IndexDamaged: It refuses an article, as the fields of the index are not those that docarchive made.
    """
    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(_THREADS) as pool:
        try:
            for batch in _batches(changes):
                waiting.append(pool.submit(_send, connection, f"/{index}/_bulk", batch))
                if len(waiting) > _WAITING:
                    waiting.popleft().result()
            for future in waiting:
                future.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def replace(connection: Connection, replacements: Iterable[Lines]) -> Outcome:
    """Sends documents that replace others, as ``replacing`` makes them, and returns which of them it did not replace.

    Raises:
        IndexUnavailable: The cluster cannot take them now.
    """
    outcome = Outcome(set(), {})
    for batch in _batches(replacements):
        _send(connection, "/_bulk", batch, outcome)
    return outcome


def _batches(changes: Iterable[Lines]) -> Iterator[list[Lines]]:
    return batched_by_size(changes, _TOGETHER, _TOGETHER_SIZE, lambda lines: sum(map(len, lines)))


def _send(connection: Connection, path: str, batch: list[Lines], outcome: Outcome | None = None) -> None:
    """Sends a batch until the cluster has taken it; without an outcome, a change that it never takes is an error."""
    for attempt in range(1, PATIENT + 1):
        body = b"".join(line + b"\n" for lines in batch for line in lines)
        params = {"filter_path": _SHOWN, "request_timeout": _TIMEOUT, "timeout": _FOR_SHARDS}
        answer = connection.ask("POST", path, body, params, attempts=PATIENT)
        if not answer.get("errors"):
            return
        done = outcome or Outcome(set(), {})
        batch, reason, kind = _again(batch, answer["items"], done)
        if outcome is None and done.refused:
            id_, reason = next(iter(done.refused.items()))
            raise IndexDamaged(f"the cluster refuses article {id_}: {reason}; run 'docarchive rebuild'")
        if not batch:
            return
        if kind == _NO_SHARD and attempt >= _ATTEMPTS_FOR_SHARDS:
            break
        pause(attempt)
    raise IndexUnavailable(f"the cluster takes no more articles now: {reason}")


def _again(batch: list[Lines], items: list[dict[str, Any]], outcome: Outcome) -> tuple[list[Lines], str, str]:
    """Returns the changes that must be sent again, and why the last one was not taken, with the kind of error.

    Adds the others that were not taken to the outcome.
    """
    again, last, kind = [], "", ""
    for lines, item in zip(batch, items, strict=True):
        result = next(iter(item.values()))
        status, error = result["status"], result.get("error") or {}
        if status < 300:
            continue
        if status == _OLDER or (status == _GONE and not error):
            outcome.overtaken.add(result["_id"])
            continue
        last, kind = shorten(str(error.get("reason", error)), 200), str(error.get("type"))
        if is_locked(status, kind):
            raise IndexUnavailable(f"the cluster allows no changes of the index: {last}")
        # Whatever a node that is lost, or a part of the index that moves, makes of it: that passes.
        if status in _FOR_GOOD or kind == NO_INDEX:
            outcome.refused[result["_id"]] = last
        else:
            again.append(lines)
    return again, last, kind
