"""Fixtures for engines with an index in a real cluster; without Java and Maven, the tests here are left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from hashlib import sha256
from pathlib import Path

import clusters
import pytest
from conftest import OpenAt

from docarchive.engines import CLUSTERED, Engine, open_engine
from docarchive.engines.cluster import Cluster
from docarchive.folder import Folder

collect_ignore_glob = [] if clusters.is_possible() else ["test_*.py"]


@pytest.fixture(scope="session")
def urls() -> str:
    """The addresses of the nodes, as one text."""
    return ",".join(clusters.Cluster().urls())


def cluster_of(urls: str, folder: Path, **values: object) -> Cluster:
    """Returns the settings of an index of its own for a folder."""
    name = sha256(str(folder).encode()).hexdigest()[:12]
    return Cluster.read({"url": urls, "index": "tests", "archive": name, "shards": 2, "replicas": 0, **values})


@pytest.fixture(scope="module")
def open_there(urls: str) -> Iterator[OpenAt]:
    """Opens engines for folders; at the end of the module their indexes are deleted."""
    with ExitStack() as opened:

        def open_at(path: Path, language: str = "en", **values: object) -> Engine:
            folder = Folder(path.parent) / path.name
            engine = open_engine(CLUSTERED, folder, language, cluster=cluster_of(urls, path, **values))
            opened.enter_context(closing(engine))
            opened.callback(engine.clear)
            return engine

        yield open_at


@pytest.fixture
def engine_at(open_there: OpenAt) -> OpenAt:
    return open_there
