"""Connection: requests to a cluster, with all of its nodes, retries, and an error in one sentence."""

from __future__ import annotations

import ssl
from random import random
from time import sleep
from typing import Any, Final

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionError as Unreachable
from opensearchpy.exceptions import ConnectionTimeout, OpenSearchException, TransportError
from opensearchpy.exceptions import SSLError as TlsError

from docarchive.engines.cluster import Cluster
from docarchive.engines.opensearch.credentials import credentials_for
from docarchive.errors import DocarchiveError, IndexDamaged, IndexUnavailable, UnsupportedQuery
from docarchive.texts import shorten

_ATTEMPTS: Final = 6
_REFRESH: Final = 120  # seconds
#: For what must not fail because the cluster has much to do: about a minute.
PATIENT: Final = 12
_PAUSE: Final = 0.2  # seconds before the second attempt; each pause is twice the one before, at most _LONGEST
_LONGEST: Final = 10.0
#: Answers after which the same may succeed: too many requests, and no node or no copy that answers.
BUSY: Final = (429, 502, 503, 504)
_OWN_CA: Final = "DOCARCHIVE_OPENSEARCH_CA"
_OWN_FINGERPRINT: Final = "DOCARCHIVE_OPENSEARCH_FINGERPRINT"
_TOO_MANY: Final = ("too_many_clauses", "too_many_nested_clauses", "max_clause_count", "maxClauseCount")
#: The type of the error of an index that is not there. A part of an index that moves has other ones, which pass.
NO_INDEX: Final = "index_not_found_exception"
_NO_PART: Final = "no_shard_available_action_exception"
_BLOCKED: Final = "cluster_block_exception"


class Connection:
    """Requests to one cluster; any thread may ask.

    Args:
        cluster: The cluster.
        is_named: Whether the user, and no archive, has named it; see ``credentials_for``.

    Attributes:
        partial: Whether a part of the index did not answer since this was last set to False.
    """

    def __init__(self, cluster: Cluster, *, is_named: bool = False) -> None:
        self._cluster = cluster
        self._is_named = is_named
        self.partial = False
        self._client: OpenSearch | None = None

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        params: dict[str, Any] | None = None,
        *,
        missing: bool = False,
        part: bool = False,
        attempts: int = _ATTEMPTS,
    ) -> Any:
        """Sends a request, again if no node answers or all are busy, and returns the answer.

        Args:
            method: The method of HTTP.
            path: The path.
            body: What is sent: JSON as objects, or bytes with lines of JSON.
            params: The parameters of the address.
            missing: Whether something that is not there is None instead of an error.
            part: Whether one part of an index is asked: if no node has it, the answer is None, and ``partial``.
            attempts: How often it is sent while all nodes are busy, with a pause after each time.

        Raises:
            IndexUnavailable: No node answers, none can, or the cluster refuses it.
            IndexDamaged: The index is not there.
            UnsupportedQuery: The query stands for too many words.
        """
        for attempt in range(1, attempts + 1):
            try:
                answer = self._open().transport.perform_request(method, path, params=dict(params or {}), body=body)
                self._check(answer)
                return answer
            except TransportError as error:
                status = error.status_code
                if missing and status == 404:
                    return None
                if part and _type(error) == _NO_PART:
                    self.partial = True
                    return None
                if status not in BUSY or is_locked(status, _type(error)) or attempt == attempts:
                    raise self._error(error) from error
            except (OpenSearchException, AttributeError, ValueError) as error:  # what the library does not expect
                raise IndexUnavailable(f"{self._cluster.url} answers, but not as OpenSearch does: {error}") from error
            pause(attempt)
        raise AssertionError

    def close(self) -> None:
        """Closes all connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _open(self) -> OpenSearch:
        if self._client is None:
            cluster, credentials = self._cluster, credentials_for(self._cluster, is_named=self._is_named)
            options: dict[str, Any] = {}
            fingerprint, ca = cluster.fingerprint or credentials.fingerprint, cluster.ca or credentials.ca
            if fingerprint:
                options["ssl_assert_fingerprint"] = fingerprint.replace(":", "").lower()
            if ca:
                options["ca_certs"] = ca
            if credentials.api_key:
                options["headers"] = {"Authorization": f"ApiKey {credentials.api_key}"}
            elif credentials.user:
                options["http_auth"] = (credentials.user, credentials.password)
            try:
                self._client = OpenSearch(
                    cluster.urls,
                    verify_certs=not fingerprint,
                    ssl_show_warn=False,
                    timeout=cluster.timeout,
                    max_retries=len(cluster.urls) + 1,
                    retry_on_timeout=True,
                    retry_on_status=(),
                    **options,
                )
            except (OSError, ssl.SSLError) as error:
                raise IndexUnavailable(f"the certificates in {ca} cannot be read: {error}") from error
        return self._client

    def refresh(self, *indexes: str) -> None:
        """Makes searches see what was written to indexes; those that are gone are left out.

        Raises:
            IndexUnavailable: A copy of a part of them did not do it; a search may not see all.
        """
        self.ask(
            "POST", f"/{','.join(indexes)}/_refresh", params={"ignore_unavailable": "true", "request_timeout": _REFRESH}
        )

    def _check(self, answer: Any) -> None:
        """Notes whether a part of the index did not answer; raises the error that an answer has instead of a status."""
        if not isinstance(answer, dict):
            return
        for one in answer.get("responses", ()):  # of several searches
            if "error" in one:
                raise TransportError(one.get("status", 500), one["error"].get("type", ""), one)
            self._check(one)
        shards = answer.get("_shards")
        if not isinstance(shards, dict):
            return
        # A part that no node has is not among those that failed.
        if "skipped" in shards:
            self.partial = self.partial or shards["successful"] < shards["total"]
        elif shards.get("failed"):
            failure: dict[str, Any] = next(iter(shards.get("failures", ())), {})
            raise TransportError(503, "", {"error": failure.get("reason", "a part of the index failed")})

    def _error(self, error: TransportError) -> DocarchiveError:
        """Returns what an error of the library means."""
        where, status = self._cluster.url, error.status_code
        if isinstance(error, TlsError):
            return IndexUnavailable(
                f"the certificate of {where} is not trusted ({_reason(error)}); name the file of its authority "
                f"with {_OWN_CA if self._is_named else '--ca'}, or its SHA-256 with "
                f"{_OWN_FINGERPRINT if self._is_named else '--fingerprint'}"
            )
        if isinstance(error, ConnectionTimeout):
            return IndexUnavailable(
                f"no node of {where} answers within {self._cluster.timeout} seconds; try again later"
            )
        if isinstance(error, Unreachable):
            return IndexUnavailable(
                f"no node of {where} can be reached ({_reason(error)}); check that the cluster runs at this address"
            )
        if is_locked(status, _type(error)):
            return IndexUnavailable(f"the cluster allows no changes of the index: {_reason(error)}")
        if status in (401, 403):
            return IndexUnavailable(
                f"{where} does not accept the user or the password ({status}); set DOCARCHIVE_OPENSEARCH_URL, "
                "DOCARCHIVE_OPENSEARCH_USER and DOCARCHIVE_OPENSEARCH_PASSWORD"
            )
        if status == 404 and _type(error) == NO_INDEX:
            return IndexDamaged(f"the search index is gone from {where}; run 'docarchive rebuild'")
        if status in BUSY:
            return IndexUnavailable(f"{where} cannot answer now ({status}): {_reason(error)}")
        if any(name in str(error.info) for name in _TOO_MANY):
            return UnsupportedQuery("the query stands for too many words for the cluster; use longer patterns")
        return IndexUnavailable(f"{where} refuses a request ({status}): {_reason(error)}")


def pause(attempt: int) -> None:
    """Waits after an attempt, the first of which is 1; not equally long for all who wait."""
    sleep(min(_PAUSE * 2 ** (attempt - 1), _LONGEST) * (0.5 + random()))  # noqa: S311, no secret


def is_locked(status: int | str, kind: str) -> bool:
    """Returns whether an error, by its status and type, is that of an index that may not be changed.

    The disk may be nearly full, for instance. While the cluster has no leader, it has the same type, but that passes.
    """
    return kind == _BLOCKED and status != 503


def _type(error: TransportError) -> str:
    return str(error.error) if isinstance(error.status_code, int) else ""


def _reason(error: TransportError) -> str:
    """Returns the innermost reason that an error has."""
    info: Any = error.info
    if isinstance(info, dict):
        cause = info.get("error", info)
        causes = cause.get("root_cause") if isinstance(cause, dict) else None
        cause = causes[0] if causes else cause
        info = cause.get("reason", cause) if isinstance(cause, dict) else cause
    elif isinstance(info, BaseException):
        info = getattr(info, "reason", None) or info
        # urllib3 puts the connection, as an object or in its words, before the reason.
        info = str(info).rpartition(": ")[2] if any(end in str(info) for end in (">: ", "): ")) else info
    return shorten(" ".join(str(info or error).split()), 200)
