"""Pages of the web: HTML, MHTML, and what crawlers keep of them."""

from __future__ import annotations

import re
from typing import Final

from docarchive.readers.lazy_reader import LazyReader

_HTML: Final = rb"(?i)<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]"
_OTHER_XML: Final = rb"(?is)\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?!html|!doctype\s+html)[a-z!]"


def _is_mhtml(head: bytes) -> bool:
    start = re.split(rb"\r?\n\r?\n", head[:8192].lstrip(), maxsplit=1)[0]
    saved = b"snapshot-content-location" in start.lower() or b"saved by " in start.lower()
    return saved and bool(re.search(rb"(?im)^content-type:\s*multipart/related", start))


def _is_html(head: bytes) -> bool:
    start = head[:4096].lstrip(b"\xef\xbb\xbf \t\r\n\x00\xff\xfe").replace(b"\x00", b"")
    return start.startswith(b"<") and bool(re.search(_HTML, start)) and not _is_other_xml(start)


def _is_other_xml(start: bytes) -> bool:
    """Returns whether the first element is not HTML's: a feed may hold pages."""
    return start.startswith(b"<?xml") and bool(re.match(_OTHER_XML, start))


#: In the order in which they are asked.
READERS: Final = (
    LazyReader(
        "mhtml",
        "web pages saved as MHTML",
        (".mhtml", ".mht"),
        "web.mhtml:records",
        _is_mhtml,
        extra="html",
        requires=("trafilatura",),
        slow=True,
        version=5,
    ),
    LazyReader(
        "html",
        "web pages",
        (".html", ".htm", ".xhtml", ".shtml"),
        "web.page:records",
        _is_html,
        extra="html",
        requires=("trafilatura",),
        slow=True,
        single=True,
        version=6,
    ),
)
