"""Credentials: what a cluster asks for, from the environment or from a file that it names; never from an archive.

An archive may be a stranger's and name any cluster. So a cluster that is not on this machine is asked only if the user
has named its addresses, and a password is sent to the addresses that it is for, and to no others.
"""

from __future__ import annotations

import os
import tomllib
from typing import Any, Final

from docarchive import failures
from docarchive.engines.cluster import Cluster, addresses
from docarchive.errors import IndexUnavailable
from docarchive.records import NamedTuple

_PREFIX: Final = "DOCARCHIVE_OPENSEARCH_"
_KEYS: Final = ("user", "password", "api_key", "ca", "fingerprint")
_HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")
_LOCAL: Final = tuple(f"{scheme}://{host}:" for scheme in ("http", "https") for host in _HOSTS)


class Credentials(NamedTuple):
    """A user with a password, or an API key; all are empty if the cluster asks for none.

    ``ca`` and ``fingerprint`` are as those of ``Cluster``, for a cluster that says neither.
    """

    user: str = ""
    password: str = ""
    api_key: str = ""
    ca: str = ""
    fingerprint: str = ""


def credentials_for(cluster: Cluster, *, is_named: bool = False) -> Credentials:
    """Returns the credentials for a cluster; ``is_named`` is whether the user, and no archive, has named it.

    Raises:
        IndexUnavailable: The user has not named this cluster, the file cannot be read, or there is no encryption.
    """
    tables: dict[str, dict[str, Any]] = {}
    if named := os.environ.get(f"{_PREFIX}URL"):
        given = {key: os.environ.get(_PREFIX + key.upper(), "") for key in _KEYS}
        tables[named] = {key: value for key, value in given.items() if value}
    if file := os.environ.get(f"{_PREFIX}FILE"):
        tables |= _tables(file)
    wanted = {*cluster.urls}
    remote = sorted(url for url in wanted if not url.startswith(_LOCAL))
    for urls, table in tables.items():
        if wanted <= {*addresses(urls)}:
            found = Credentials(**{key: str(table[key]) for key in _KEYS if key in table})
            if (found.user or found.api_key) and any(url.startswith("http:") for url in remote):
                raise IndexUnavailable(f"{remote[0]} would get the password unencrypted; use https")
            return found
    if remote and not is_named:
        raise IndexUnavailable(
            f"the archive has its index at {cluster.url}; if you trust that cluster, "
            f"set {_PREFIX}URL={cluster.url}, and the user and the password"
        )
    return Credentials()


def _tables(file: str) -> dict[str, dict[str, Any]]:
    try:
        with open(file, "rb") as opened:
            values = tomllib.load(opened)
    except OSError as error:
        raise IndexUnavailable(
            f"{file}, which {_PREFIX}FILE names, cannot be read: {failures.reason(error)}"
        ) from error
    except ValueError as error:
        raise IndexUnavailable(f"{file}, which {_PREFIX}FILE names, is not TOML: {error}") from None
    return {urls: table for urls, table in values.items() if isinstance(table, dict)}
