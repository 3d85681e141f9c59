"""The address of a collection: ``opensearch+https://HOST[:PORT]/NAME``. No secret is in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from docarchive.errors import UsageError
from docarchive.regexes import lazy
from docarchive.texts import shorten

if TYPE_CHECKING:
    from docarchive.engines.cluster import Cluster

_PREFIX: Final = ("opensearch+", "opensearch:/")
#: With one slash, too: a path has no two in a row.
_ADDRESS: Final = lazy(r"opensearch\+(https?):/{1,2}([^/?#]+)/([^/?#]+)/?")
_FORM: Final = "opensearch+https://HOST:9200/NAME, with commas between the HOST:9200 of several nodes"


def is_address(path: str | os.PathLike[str]) -> bool:
    """Returns whether what a user names as an archive is the address of a collection."""
    return os.fsdecode(path).startswith(_PREFIX)


def cluster_at(path: str | os.PathLike[str]) -> Cluster:
    """Returns the cluster of the collection with an address; several nodes have commas between.

    Raises:
        UsageError: It is no such address, or has a user or a password in it.
    """
    from docarchive.engines.cluster import Cluster, addresses, check_name

    text = os.fsdecode(path).replace(os.sep, "/")
    if "@" in text:
        raise UsageError(
            "an address must not have a user or a password; set DOCARCHIVE_OPENSEARCH_URL, DOCARCHIVE_OPENSEARCH_USER "
            "and DOCARCHIVE_OPENSEARCH_PASSWORD"
        )
    scheme = text.removeprefix(_PREFIX[0]).partition(":")[0]
    for slashes in ("//", "/"):  # ``engine use`` wants the addresses of nodes with the scheme each
        text = text.replace(f",{scheme}:{slashes}", ",")
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise UsageError(f"{shorten(repr(text))} is no address of a collection; write {_FORM}")
    scheme, nodes, name = match.groups()
    check_name("the name of a collection", name)
    urls = addresses(",".join(f"{scheme}://{node}" for node in nodes.split(",")))
    return Cluster(",".join(urls), name, "")


def address_of(cluster: Cluster) -> str:
    """Returns the address of the collection in a cluster."""
    scheme = cluster.url.partition("://")[0]
    hosts = ",".join(url.partition("://")[2] for url in cluster.urls)
    return f"opensearch+{scheme}://{hosts}/{cluster.index_name}"
