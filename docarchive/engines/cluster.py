"""Cluster: where the index of a cluster is, as the settings of an archive say it. No secret is in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from docarchive.errors import UsageError
from docarchive.records import NamedTuple
from docarchive.texts import did_you_mean, shorten

_NAME: Final = r"[a-z0-9][a-z0-9_-]{0,99}"
_MOST: Final = 1_000
_PORT: Final = 9200
_INDEX: Final = "index"


class Cluster(NamedTuple):
    """A cluster of OpenSearch, and the index that an archive has there.

    Attributes:
        url: The addresses of its nodes, with commas between.
        index_name: The name of the index, which several archives may feed.
        archive: The name of this archive there.
        ca: The file of the certificates that vouch for those of the nodes; empty for those of the system.
        fingerprint: The SHA-256 of the certificate of the nodes, instead of anybody who vouches for it.
        shards: How many parts the index has; it is read when an index is built.
        replicas: How many copies each part has; it is read when an index is built.
        timeout: How many seconds to wait for an answer.
    """

    url: str
    index_name: str
    archive: str
    ca: str = ""
    fingerprint: str = ""
    shards: int = 1
    replicas: int = 1
    timeout: int = 30

    @property
    def urls(self) -> list[str]:
        """The addresses of the nodes, as they are compared: with a port, and without a slash at the end."""
        return addresses(self.url)

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Cluster:
        """Makes a cluster from the values of a table of settings.

        Raises:
            UsageError: A value is missing or wrong; the message says which.
        """
        fields = {_INDEX: "index_name"} | {name: name for name in cls._fields if name != "index_name"}
        for name, value in values.items():
            if name not in fields:
                raise UsageError(f"there is no setting {shorten(repr(name))}; {did_you_mean(name, [*fields])}")
            if type(value) is not (int if name in _LEAST else str):
                raise UsageError(f"{name} must be {'a number' if name in _LEAST else 'a quoted string'}")
        for name in ("url", _INDEX, "archive"):
            if not values.get(name):
                raise UsageError(f"{name} is missing")
        cluster = cls(**{fields[name]: value for name, value in values.items()})
        cluster._check()
        return cluster

    def _check(self) -> None:
        addresses(self.url)
        for name, value in ((_INDEX, self.index_name), ("archive", self.archive)):
            check_name(name, value)
        for name, least in _LEAST.items():
            if not least <= getattr(self, name) <= _MOST:
                raise UsageError(f"{name} must be a number from {least} to {_MOST:,}")
        if self.fingerprint and not re.fullmatch(r"[0-9a-f]{64}", self.fingerprint.lower().replace(":", "")):
            raise UsageError("fingerprint must be the SHA-256 of a certificate: 64 hexadecimal digits")

    def to_dict(self) -> dict[str, Any]:
        """Returns the values that are not the default."""
        defaults = self._field_defaults
        values = {name: value for name, value in self._asdict().items() if value != defaults.get(name)}
        return {_INDEX if name == "index_name" else name: value for name, value in values.items()}


_LEAST: Final = {"shards": 1, "replicas": 0, "timeout": 1}


def check_name(what: str, name: str) -> None:
    """Raises ``UsageError`` if ``what`` cannot have a name in a cluster."""
    if not re.fullmatch(_NAME, name):
        raise UsageError(f"{what} must have lower-case letters, digits, '-' and '_' alone, a letter or digit first")


def addresses(text: str) -> list[str]:
    """Returns the addresses in a text that has commas between them: ``https://host:9200``.

    Raises:
        UsageError: One of them is no address of a server, or has a user or a password in it.
    """
    urls = []
    for url in text.split(","):
        try:
            parts = urlsplit(url.strip())
            port = parts.port or _PORT
        except ValueError:
            parts, port = urlsplit(""), 0
        if parts.username or parts.password:
            raise UsageError("an address must not have a user or a password; see 'docarchive engine --help'")
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
            raise UsageError(f"{shorten(repr(url.strip()))} is no address of a cluster; write https://HOST:9200")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        urls.append(f"{parts.scheme}://{host}:{port}")
    return urls
