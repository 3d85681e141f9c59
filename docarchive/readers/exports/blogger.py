"""The reader of Blogger's exports: Atom in which posts, pages, comments, settings and the template are all entries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from docarchive.errors import ReaderError
from docarchive.readers.feeds.feed import parsed_feed, read_entry
from docarchive.readers.protocol import Record, Refusal, Skip, Source
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.untyped import as_text, objects_in, sorted_json

_KIND: Final = "http://schemas.google.com/blogger/2008/kind#"
_SCHEME: Final = "http://schemas.google.com/g/2005#kind"
_POST_ID: Final = re.compile(r"\.(?:post|page)-(\d+)\Z")
_POSTS: Final = ("post", "page")


def records(source: Source) -> Iterator[Record | Refusal | Skip]:
    """Yields posts and pages, with their numbers as locations; comments are counted with their posts."""
    feed = parsed_feed(source)
    comments = Counter(_post_of(entry) for entry in feed.entries if _kind_of(entry) == "comment")
    for number, entry in enumerate(feed.entries, start=1):
        kind = _kind_of(entry)
        if kind not in _POSTS:
            yield Skip(str(number), "a comment" if kind == "comment" else f"part of the blog's {kind}")
            continue
        try:
            metadata, body = read_entry(feed.feed, _without_kind(entry))
        except ReaderError as error:
            yield Refusal(str(number), repr(entry).encode()[:1_000_000], str(error))
            continue
        number_of_post = _POST_ID.search(as_text(entry.get("id")))
        state = as_text(entry.get("blogger_status")).upper()
        stated: dict[str, Any] = {
            **metadata,
            "source_id": number_of_post[1] if number_of_post else "",
            "post_type": kind if kind != "post" else "",
            "draft": entry.get("app_draft") == "yes" or state == "DRAFT",
            "status": "trash" if state == "SOFT_TRASHED" else "",
            "comment_count": comments[as_text(entry.get("id"))],
        }
        stated = {key: value for key, value in stated.items() if value}
        raw = sorted_json({**stated, "body": body})
        yield Record(str(number), raw, partial(make_article, stated, body))


def _kind_of(entry: Mapping[str, Any]) -> str:
    """Returns what an entry is: ``post``, ``page``, ``comment``, ``settings`` or ``template``."""
    if stated := as_text(entry.get("blogger_type")):  # the form of Google Takeout since 2024
        return stated.lower()
    terms = (as_text(tag.get("term")) for tag in objects_in(entry.get("tags")))
    return next((term.removeprefix(_KIND) for term in terms if term.startswith(_KIND)), "post")


def _without_kind(entry: Any) -> Mapping[str, Any]:
    """Returns an entry without the tag that says what it is, in feedparser's own type, which computes some keys."""
    tags = [tag for tag in objects_in(entry.get("tags")) if tag.get("scheme") != _SCHEME]
    plain: Mapping[str, Any] = type(entry)(entry, tags=tags)
    return plain


def _post_of(entry: Mapping[str, Any]) -> str:
    """Returns the id of the post that a comment is on."""
    reply = entry.get("thr_in-reply-to")
    return as_text(entry.get("blogger_parent")) or (as_text(reply.get("ref")) if isinstance(reply, dict) else "")
