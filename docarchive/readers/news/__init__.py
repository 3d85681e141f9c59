"""The news industry's own formats."""

from __future__ import annotations

import re
from typing import Final

from docarchive.readers.json import has_keys, start_of
from docarchive.readers.lazy_reader import LazyReader

#: How a story of Reuters-21578 begins.
REUTERS_STORY: Final = rb"<REUTERS\b[^>]*>"
_NINJS_KEYS: Final = (
    "(?:uri|guid)",
    r"(?:body_(?:text|xhtml|html|\w+)|bodies|headlines?|versioncreated|versionCreated|pubstatus|pubStatus)",
)
_ONLY_NINJS: Final = (
    rb'"(?:versioncreated|versionCreated|pubstatus|pubStatus|usageterms|usageTerms|firstcreated|firstCreated)"\s*:'
    rb'|"name"\s*:\s*"ninjs"'
)


def _is_newsml(head: bytes) -> bool:
    return bool(re.search(rb"<(?:\w+:)?(?:newsItem|newsMessage)[\s/>]", head[:4000]))


def _is_newsml_1(head: bytes) -> bool:
    return bool(re.search(rb"<NewsML[\s/>]", head[:4000]))


def _is_nitf(head: bytes) -> bool:
    return bool(re.search(rb"<(?:\w+:)?nitf[\s/>]", head[:4000]))


def _is_reuters(head: bytes) -> bool:
    return bool(re.search(REUTERS_STORY, head[:2000]))


def _is_ninjs(head: bytes) -> bool:
    start = start_of(head)
    return start.startswith((b"{", b"[")) and has_keys(start, *_NINJS_KEYS) and bool(re.search(_ONLY_NINJS, start))


#: In the order in which they are asked: a NewsML item may hold NITF.
READERS: Final = (
    LazyReader("newsml", "NewsML-G2, news in XML", (".newsml", ".xml"), "news.newsml:records", _is_newsml, version=3),
    LazyReader("newsml-1", "NewsML 1, news in XML", (".newsml", ".xml"), "news.newsml1:records", _is_newsml_1),
    LazyReader("nitf", "NITF, news in XML", (".nitf", ".xml"), "news.nitf:load", _is_nitf, result="article", version=3),
    LazyReader("reuters", "Reuters-21578, newswire in SGML", (".sgm", ".sgml"), "news.reuters:records", _is_reuters),
    LazyReader("ninjs", "ninjs, news in JSON", (".ninjs", ".json"), "news.ninjs:records", _is_ninjs, version=3),
)
