"""What other tools that keep articles, notes and bookmarks export."""

from __future__ import annotations

import re
from typing import Final

from docarchive.readers.json import has_keys, start_of
from docarchive.readers.lazy_reader import LazyReader

_LONGEST_HEADER: Final = 4_096  # bytes


def _header(head: bytes) -> frozenset[str]:
    """Returns the names in the first line of a CSV file with commas, in lower case; none if it is not such a file."""
    line = head[:_LONGEST_HEADER].removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]
    if line.count(b",") < 2 or line[:1] in b"<{[":
        return frozenset()
    import csv

    try:
        cells = next(csv.reader([line.decode("utf-8").strip()]), [])
    except (UnicodeDecodeError, csv.Error):
        return frozenset()
    return frozenset(cell.strip().lower() for cell in cells)


def _has_columns(head: bytes, *columns: str) -> bool:
    """Returns whether a file begins with a header that has all these names."""
    return {*columns} <= _header(head)


def _is_pocket(head: bytes) -> bool:
    title = re.search(rb"(?i)<title>\s*Pocket Export\s*</title>", head[:2_000])
    return bool(title) or _has_columns(head, "title", "url", "time_added", "tags", "status")


def _is_instapaper(head: bytes) -> bool:
    title = re.search(rb"(?i)<title>\s*Instapaper:\s*Export\s*</title>", head[:2_000])
    return bool(title) or _has_columns(head, "url", "title", "selection", "folder")


def is_readwise_highlights(head: bytes) -> bool:
    """Returns whether a file is the export of highlights, not that of Reader's library."""
    return _has_columns(head, "highlight", "book title", "book author")


def is_readwise_json(head: bytes) -> bool:
    """Returns whether a file is an answer of Readwise's API with books."""
    start = start_of(head)
    return start.startswith(b"{") and has_keys(start, "results", "user_book_id")


def _is_readwise(head: bytes) -> bool:
    if is_readwise_highlights(head) or is_readwise_json(head):
        return True
    return _has_columns(head, "title", "url", "document tags", "saved date")


def _is_list(head: bytes, *keys: str) -> bool:
    """Returns whether it is a JSON list with all of these keys near its beginning."""
    return start_of(head).startswith(b"[") and has_keys(head, *keys)


def _is_bookmarks(head: bytes) -> bool:
    start = start_of(head)
    if start.startswith(b"{"):
        firefox, chrome = rb'"type"\s*:\s*"text/x-moz-place-container"', rb'"roots"\s*:\s*\{\s*"bookmark_bar"\s*:'
        return bool(re.search(firefox, start[:4_000]) or re.search(chrome, start[:4_000]))
    return bool(re.match(rb"(?i)\s*<!DOCTYPE\s+NETSCAPE-Bookmark-file-1", start))


def _is_hypothesis(head: bytes) -> bool:
    start = start_of(head)
    if not start.startswith(b"{"):
        return False
    exported = has_keys(start, "export_userid", "client_version", "annotations")
    return exported or has_keys(start, "rows", "uri", "user", "target", "permissions")


def _is_clippings(head: bytes) -> bool:
    """Returns whether a text begins as clippings do: a book, a line ``- … | …``, a blank line, words, ten ``=``."""
    return bool(
        re.match(rb"(?:\xef\xbb\xbf)?[^\r\n]{1,500}\r?\n- [^\r\n|]{1,200}\|[^\r\n]{1,300}\r?\n\s*\n", head)
    ) and bool(re.search(rb"(?m)^={10}\r?$", head))


def _is_joplin(head: bytes) -> bool:
    """Returns whether the lines are there that Joplin puts below each note."""
    return bool(re.search(rb"(?m)^id: [0-9a-f]{32}\r?\n", head) and re.search(rb"(?m)^type_: \d+\s*\Z", head))


def _is_day_one(head: bytes) -> bool:
    start = start_of(head)
    return (
        start.startswith(b"{")
        and bool(re.search(rb'"entries"\s*:\s*\[', start))
        and has_keys(start, "(?:creationDate|richText|creationDevice)")
    )


def _is_wordpress(head: bytes) -> bool:
    return bool(re.search(rb"xmlns:wp=[\"']https?://wordpress\.org/export/", head[:16_000]))


def _is_blogger(head: bytes) -> bool:
    kinds = rb"schemas\.google\.com/blogger/2008/kind#|<blogger:type>"
    return bool(re.search(rb"<feed[\s>]", head[:4_000]) and re.search(kinds, head))


def _is_keep(head: bytes) -> bool:
    if start_of(head).startswith(b"<"):
        return all(mark in head for mark in (b'<div class="note"', b'<div class="heading"', b'<div class="content"'))
    return start_of(head).startswith(b"{") and has_keys(
        head, "(?:created|userEdited)TimestampUsec", "(?:textContent|listContent|isTrashed)"
    )


def _is_simplenote(head: bytes) -> bool:
    return bool(re.match(rb'\{\s*"(?:active|trashed)Notes"\s*:\s*\[', start_of(head)))


def _is_ghost(head: bytes) -> bool:
    start = start_of(head)[:4_000]
    return bool(re.match(rb'\{\s*"db"\s*:\s*\[|\{\s*"(?:meta|data)"\s*:\s*\{', start)) and has_keys(
        start, "exported_on"
    )


def _is_medium(head: bytes) -> bool:
    return b'<article class="h-entry">' in head and b'data-field="body"' in head


def _is_notion(head: bytes) -> bool:
    return bool(re.search(rb'<article id="[0-9a-f-]{32,36}"\s+class="page\b', head)) and b'class="page-title"' in head


def _is_substack(head: bytes) -> bool:
    return _has_columns(head, "post_id", "post_date", "is_published", "audience")


#: In the order in which they are asked.
READERS: Final = (
    LazyReader(
        "pocket",
        "Pocket exports (HTML or CSV)",
        (".html", ".csv"),
        "exports.reading_lists:pocket_records",
        _is_pocket,
        version=2,
    ),
    LazyReader(
        "instapaper",
        "Instapaper exports (CSV or HTML)",
        (".csv", ".html"),
        "exports.reading_lists:instapaper_records",
        _is_instapaper,
        version=2,
    ),
    LazyReader(
        "readwise",
        "Readwise and Reader exports (CSV or JSON)",
        (".csv", ".json"),
        "exports.reading_lists:readwise_records",
        _is_readwise,
        version=2,
    ),
    LazyReader(
        "raindrop",
        "Raindrop exports (CSV)",
        (".csv",),
        "exports.reading_lists:raindrop_records",
        lambda head: _has_columns(head, "title", "url", "folder", "tags", "created", "cover", "highlights"),
        version=2,
    ),
    LazyReader(
        "wallabag",
        "wallabag exports (JSON)",
        (".json",),
        "exports.objects:wallabag_records",
        lambda head: _is_list(head, "url", "content", "(?:is_archived|is_read)", "(?:is_starred|is_fav)"),
        version=2,
    ),
    LazyReader(
        "omnivore",
        "Omnivore exports (JSON, with the folders next to it)",
        (".json",),
        "exports.objects:omnivore_records",
        lambda head: _is_list(head, "slug", "url", "savedAt", "readingProgress"),
        version=2,
    ),
    LazyReader(
        "hypothesis",
        "Hypothesis annotations (JSON)",
        (".json",),
        "exports.hypothesis:hypothesis_records",
        _is_hypothesis,
    ),
    LazyReader(
        "kindle", "Kindle clippings (My Clippings.txt)", (".txt",), "exports.clippings:clippings_records", _is_clippings
    ),
    LazyReader(
        "pinboard",
        "Pinboard exports (JSON)",
        (".json",),
        "exports.objects:pinboard_records",
        lambda head: _is_list(head, "href", "description", "extended", "(?:time|toread|shared)"),
        version=2,
    ),
    LazyReader(
        "delicious",
        "Delicious exports (JSON)",
        (".json",),
        "exports.objects:delicious_records",
        lambda head: _is_list(head, "url", "others", "owner", "private", "created"),
        version=2,
    ),
    LazyReader(
        "readability",
        "Readability exports (JSON)",
        (".json",),
        "exports.objects:readability_records",
        lambda head: start_of(head).startswith(b"{") and has_keys(head, "bookmarks", "article__url", "date_added"),
        version=2,
    ),
    LazyReader(
        "bookmarks",
        "bookmarks of browsers and services (HTML or JSON)",
        (".html", ".htm", ".json"),
        "exports.bookmarks:records",
        _is_bookmarks,
        version=2,
    ),
    LazyReader(
        "enex",
        "Evernote exports",
        (".enex",),
        "exports.enex:records",
        lambda head: bool(re.search(rb"<en-export[\s>]", head[:2000])),
        version=3,
    ),
    LazyReader(
        "joplin", "Joplin notes (RAW export)", (".md",), "exports.journals:joplin_records", _is_joplin, version=2
    ),
    LazyReader(
        "keep", "Google Keep notes (JSON or HTML)", (".json", ".html"), "exports.keep:keep_records", _is_keep, version=2
    ),
    LazyReader(
        "simplenote",
        "Simplenote exports (JSON)",
        (".json",),
        "exports.keep:simplenote_records",
        _is_simplenote,
        version=2,
    ),
    LazyReader(
        "wordpress", "WordPress exports (WXR)", (".xml", ".wxr"), "exports.wordpress:records", _is_wordpress, version=2
    ),
    LazyReader(
        "blogger",
        "Blogger exports (Atom)",
        (".xml", ".atom"),
        "exports.blogger:records",
        _is_blogger,
        extra="feeds",
        requires=("feedparser",),
        version=2,
    ),
    LazyReader("ghost", "Ghost exports (JSON)", (".json",), "exports.blogs:ghost_records", _is_ghost, version=2),
    LazyReader(
        "medium",
        "Medium exports (HTML)",
        (".html",),
        "exports.blogs:read_medium",
        _is_medium,
        result="article of text",
        version=2,
    ),
    LazyReader(
        "notion",
        "Notion pages (HTML)",
        (".html",),
        "exports.notion:read_page",
        _is_notion,
        result="article of text",
        version=2,
    ),
    LazyReader(
        "substack",
        "Substack exports (CSV, with the folder next to it)",
        (".csv",),
        "exports.blogs:substack_records",
        _is_substack,
        version=2,
    ),
    LazyReader(
        "dayone", "Day One journals (JSON)", (".json",), "exports.journals:day_one_records", _is_day_one, version=2
    ),
)
