"""Looking up one article."""

from pathlib import Path

import pytest

from docarchive import Archive, NotFoundError
from docarchive.archive import lookup
from docarchive.catalog import Catalog
from docarchive.folder import Folder
from docarchive.store import Store
from docarchive.store.layout import DERIVED


def test_an_article_that_is_removed_after_its_id_was_looked_up_is_gone(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        id_ = archive.add("# Gull\n\nA gull.\n")
        with Archive.open(tmp_path / "archive") as other:
            other.remove(ids=[id_])
        catalog = Catalog.open(Folder(tmp_path / "archive" / DERIVED))
        assert catalog is not None
        for read in (lookup.read, lookup.text):
            with pytest.raises(NotFoundError, match="is gone"):
                read(Store(tmp_path / "archive"), catalog, id_)
        catalog.close()
