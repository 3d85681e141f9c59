import gzip
import io
import zipfile

from readers.containers.containing import Found, read, source

from docarchive.readers import readers
from docarchive.readers.choosing import choose

READER = readers()["wacz"]
CRAWL = gzip.compress(b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n")


def packed(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, CRAWL)
    return held.getvalue()


def test_the_web_archives_in_it_are_sources_and_the_rest_is_skipped() -> None:
    data = packed("datapackage.json", "archive/a.warc.gz", "pages/pages.jsonl", "indexes/index.cdx")
    for name in ("crawl.wacz", "crawl.zip", ""):
        assert choose(source(data, name)).name == ("zip" if name == "crawl.zip" else "wacz")
    assert read(READER, data) == Found({"archive/a.warc.gz": CRAWL}, {}, "")


def test_other_zip_archives_are_not_taken_for_it() -> None:
    assert not READER.recognizes(packed("a.txt", "my/archive/a.warc.gz", "archive.txt"))


def test_one_without_a_web_archive_is_refused() -> None:
    assert read(READER, packed("datapackage.json")).stopped.startswith("it has no web archive in the folder")
