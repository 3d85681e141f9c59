"""Sources that hold sources."""

from __future__ import annotations

import re
from typing import Final

from docarchive.readers.containers.decompression import DECOMPRESSORS, decompress_head
from docarchive.readers.lazy_reader import LazyReader

#: How files of crawlers begin: WARC, and ARC before it.
CRAWLED: Final = (b"WARC/", b"filedesc:")
#: Endings of single compressed files.
COMPRESSED: Final = (".gz", ".bz2", ".xz")
#: Bytes of the header of a file in a TAR archive.
_TAR_HEADER: Final = 512
_WACZ: Final = rb"(?s)PK\x03\x04.{26}(?:archive/[^/\0]{1,200}\.warc(?:\.gz)?|indexes/[^/\0]{1,200}\.cdxj?)"


def _is_wacz(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04") and bool(re.search(_WACZ, head))


def _is_zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _is_warc(head: bytes) -> bool:
    return head.startswith(CRAWLED) or decompress_head(head, 16).startswith(CRAWLED)


def _is_tar(head: bytes) -> bool:
    return _has_tar_header(head) or _has_tar_header(decompress_head(head, _TAR_HEADER))


def _has_tar_header(head: bytes) -> bool:
    """Returns whether the checksum is right that a TAR archive has in its first header."""
    checksum = re.fullmatch(rb"[ 0]*([0-7]{1,6})[ \0]+", head[148:156])
    if len(head) < _TAR_HEADER or checksum is None:
        return False
    return sum(head[:148]) + 8 * 32 + sum(head[156:_TAR_HEADER]) == int(checksum[1], 8)


def _is_compressed(head: bytes) -> bool:
    """Returns whether it is a single compressed file; web archives and TAR archives have readers of their own."""
    if not head.startswith(tuple(magic for magic, _ in DECOMPRESSORS)):
        return False
    inside = decompress_head(head)
    return not (_has_tar_header(inside) or inside.startswith(CRAWLED))


#: In the order in which they are asked.
READERS: Final = (
    LazyReader(
        "wacz",
        "pages in WACZ web archives",
        (".wacz",),
        "containers.zip:wacz_records",
        _is_wacz,
        extra="warc",
        requires=("warcio",),
    ),
    LazyReader("zip", "files in ZIP archives", (".zip",), "containers.zip:records", _is_zip),
    LazyReader(
        "warc",
        "pages in WARC and ARC web archives",
        (".warc", ".arc"),
        "containers.warc:records",
        _is_warc,
        extra="warc",
        requires=("warcio",),
    ),
    LazyReader(
        "tar",
        "files in TAR archives, also compressed with gzip, bzip2 or xz",
        (".tar", ".tgz", ".tbz2", ".txz"),
        "containers.tar:records",
        _is_tar,
    ),
    LazyReader(
        "gzip", "single files compressed with gzip, bzip2 or xz", COMPRESSED, "containers.gzip:records", _is_compressed
    ),
)
