"""Bags and web archives, verified by the programs of others."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from support import ARTICLES

from docarchive import Archive

#: bagit of 2024 passes to re.sub by position what Python 3.13 wants by name.
BAGIT = pytest.mark.filterwarnings("ignore:'count' is passed as positional argument:DeprecationWarning")


@BAGIT
def test_a_bag_is_valid_to_the_library_of_congress(archive: Archive, tmp_path: Path) -> None:
    bagit = pytest.importorskip("bagit")
    archive.export(format="bagit", to=tmp_path / "bag")
    bag = bagit.Bag(str(tmp_path / "bag"))
    assert bag.validate()
    names = [path for path in bag.payload_entries() if path.startswith("data/articles/")]
    assert len(names) == len(ARTICLES)
    assert len([path for path in bag.payload_entries() if path.startswith("data/originals/")]) == 1
    article = next((tmp_path / "bag/data/articles").rglob("*.md"))
    article.write_bytes(article.read_bytes() + b" ")
    with pytest.raises(bagit.BagValidationError):
        bag.validate()


@BAGIT
def test_a_bag_can_be_a_zip_file_and_a_stream(archive: Archive, tmp_path: Path) -> None:
    out = io.BytesIO()
    archive.export(format="bagit", to=out)
    archive.export(format="bagit", to=tmp_path / "bag.zip")
    assert (tmp_path / "bag.zip").read_bytes() == out.getvalue()
    with zipfile.ZipFile(out) as packed:
        packed.extractall(tmp_path / "bag")
    assert pytest.importorskip("bagit").Bag(str(tmp_path / "bag")).validate()


def test_a_web_archive_holds_each_original_once(archive: Archive, tmp_path: Path) -> None:
    warcio = pytest.importorskip("warcio")
    page = tmp_path / "page.md"
    page.write_bytes(b"---\nurl: https://example.org/a b\n---\nText of the page.\n")
    archive.import_(page)
    (archive.path / "articles/by-hand.md").write_text("Written by hand.\n")
    archive.sync()
    out = io.BytesIO()
    assert archive.export(format="warc", to=out).articles == len(ARTICLES) + 2
    found = {}
    out.seek(0)
    for record in warcio.ArchiveIterator(out, check_digests=True):
        assert record.format == "warc"
        assert record.rec_headers.get_header("WARC-Date")
        found[record.rec_headers.get_header("WARC-Target-URI")] = record.content_stream().read()
        assert record.digest_checker.passed is not False
    originals = [data for uri, data in found.items() if uri is not None]
    assert len(originals) == 3  # the lines' file once, the page, and what was written by hand
    assert found["https://example.org/ab"] == page.read_bytes()
    assert sum(b"by hand" in data for data in originals) == 1
    assert sum(data.count(b"\n") == len(ARTICLES) for data in originals) == 1


def test_originals_stand_beside_markdown(archive: Archive, tmp_path: Path) -> None:
    archive.export(format="md", to=tmp_path / "out", originals=True)
    (original,) = (path for path in (tmp_path / "out/originals").rglob("*") if path.is_file())
    assert len(original.read_text().splitlines()) == len(ARTICLES)
    assert [json.loads(line)["title"] for line in original.read_text().splitlines()]
    with Archive.create(tmp_path / "other") as other:
        report = other.import_(tmp_path / "out")
        assert (report.new, report.skipped, report.refused) == (len(ARTICLES), 1, [])
