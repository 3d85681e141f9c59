"""A log of any length is recorded and copied without being read into memory."""

import tracemalloc
from hashlib import sha256
from pathlib import Path

from docarchive import Archive, Article
from docarchive.archive.own_files import OwnFiles
from docarchive.catalog import Catalog
from docarchive.folder import Folder
from docarchive.store import Store
from docarchive.store.layout import LOG, kept_path
from docarchive.store.log import LoggedArticle, LoggedFile


def test_a_long_log_is_not_in_memory(root: Path) -> None:
    with Archive.create(root) as archive:
        archive.add(Article(title="Crane", body="The crane came."))
    store, catalog = Store(root), Catalog.open(Folder(root, ".docarchive"))
    assert catalog is not None
    own = OwnFiles(store, catalog)
    before = own.whole()
    assert LOG in before
    store.log.begin("tag", "+a")
    after = LoggedFile("articles/2024/a.md", "0" * 64)
    for start in range(0, 40_000, 1_000):
        store.log.append(LoggedArticle(f"a{number}", None, after) for number in range(start, start + 1_000))
    size = (root / LOG).stat().st_size
    assert size > 5_000_000
    tracemalloc.start()
    own.record_written(before)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < size // 2
    recorded = catalog.recorded_at(LOG)
    assert recorded is not None
    assert recorded.digest == sha256((root / LOG).read_bytes()).digest()
    assert (root / kept_path(LOG)).read_bytes() == (root / LOG).read_bytes()
    assert own.whole() == before
    catalog.close()
