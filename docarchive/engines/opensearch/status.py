"""Status: what a cluster says of the index of an archive."""

from __future__ import annotations

from typing import Any

from docarchive.engines.opensearch.connection import Connection


def status(connection: Connection, index: str) -> dict[str, Any]:
    """Returns the health, the nodes, the parts and the articles of an index, as ``ClusterStatus``, and its bytes.

    Raises:
        DocarchiveError: The cluster does not say.
    """
    # First, as it says at once that there is no such index; for its health, the cluster would wait.
    statistics = connection.ask("GET", f"/{index}/_stats/docs,store", attempts=1)["_all"]
    health = connection.ask("GET", f"/_cluster/health/{index}", params={"level": "indices"}, attempts=1)
    of_index = health.get("indices", {}).get(index, {})
    copies = of_index.get("number_of_shards", 0) * (1 + of_index.get("number_of_replicas", 0))
    return {
        "health": of_index.get("status", "red"),
        "nodes": health["number_of_data_nodes"],
        "shards": of_index.get("number_of_shards", 0),
        "copies": copies,
        "active": of_index.get("active_shards", 0),
        "articles": statistics["primaries"].get("docs", {}).get("count", 0),
        "bytes": statistics["total"].get("store", {}).get("size_in_bytes", 0),
    }
