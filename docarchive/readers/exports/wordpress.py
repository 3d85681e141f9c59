"""The reader of WordPress' exports (WXR): posts, pages and posts of other types; the other items are skipped.

An item is cut out of the file before it is parsed: such files are large, and one post that is no XML spoils no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.markdown import escape
from docarchive.readers.exports.wordpress_text import with_paragraphs
from docarchive.readers.html.elements import elements
from docarchive.readers.html.to_markdown import to_line, to_markdown, to_text
from docarchive.readers.html.xml import every, first, local, parse_bytes, text_of
from docarchive.readers.protocol import MAX_HEAD, Record, Refusal, Skip, Source
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.untyped import without_empty
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_START: Final = re.compile(rb"<item(?:\s[^<>]*)?>")
_END: Final = b"</item>"
_MAX_ITEM: Final = 50_000_000
_HEAD_SIZE: Final = 4_000_000
_ROOT: Final = re.compile(rb"(?s).*?<rss\b[^<>]*>")
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TYPE: Final = re.compile(rb"<wp:post_type>\s*(?:<!\[CDATA\[)?\s*([\w-]{1,40})")
_STATUS: Final = re.compile(rb"<wp:status>\s*(?:<!\[CDATA\[)?\s*([\w-]{1,40})")
#: Types of items that are parts of a site's design, or files.
_NO_POSTS: Final = {
    "attachment": "an attachment",
    "nav_menu_item": "a menu item",
    "revision": "an earlier revision of a post",
    "custom_css": "a style sheet",
    "customize_changeset": "changes of the site's design",
    "oembed_cache": "a cached page of another site",
    "user_request": "the request of a user",
    **dict.fromkeys(
        [
            *("wp_block", "wp_font_face", "wp_font_family", "wp_global_styles", "wp_navigation", "wp_template"),
            "wp_template_part",
        ],
        "part of the site's design",
    ),
}
#: WordPress writes this for no date.
_NO_DATE: Final = "0000-00-00"
_MAX_OFFSET: Final = 14 * 3_600
_QUARTER: Final = 900
#: What WordPress writes for a comment that readers of the post see; older exports say nothing.
_APPROVED: Final = frozenset(["", "1", "approve", "approved"])


class Blog(NamedTuple):
    """What the head of an export says of all items.

    Attributes:
        root: The bytes to the end of the root's start tag, with the encoding and the namespaces.
        title: The title of the blog.
        language: Its language.
        names: The names of the authors, by login.
    """

    root: bytes
    title: str
    language: str
    names: Mapping[str, str]


def records(source: Source) -> Iterator[Record | Refusal | Skip]:
    """Yields the posts and pages of an export, with their numbers as locations."""
    start = _start_of(source)
    blog = _blog(start)
    head = start if len(start) <= MAX_HEAD else blog.root
    number = 0
    with source.open() as file:
        for number, raw in enumerate(elements(file, _START, _END, _MAX_ITEM, "post"), start=1):
            kind = _TYPE.search(raw)
            status = _STATUS.search(raw)
            if not raw.endswith(_END):
                yield Refusal(str(number), raw[:1_000_000], "the post does not end: the file is cut off", head)
            elif kind and (what := _NO_POSTS.get(kind[1].decode())):
                yield Skip(str(number), what)
            elif status and status[1] == b"auto-draft":
                yield Skip(str(number), "a draft that nothing was written into")
            else:
                yield Record(str(number), raw, partial(read_item, blog, raw), head=head)
    if not number:
        raise ReaderError("there is no post in it")


def _start_of(source: Source) -> bytes:
    """Returns what is before the first post, which other posts need too."""
    with source.open() as file:
        head = file.read(_HEAD_SIZE)
    item = _START.search(head)
    return head[: item.start() if item else len(head)]


def _blog(start: bytes) -> Blog:
    root = _ROOT.match(start)
    if root is None:
        raise ReaderError("there is no <rss> in it")
    try:
        channel = parse_bytes(_CONTROLS.sub(b"", start) + b"</channel></rss>")
    except ReaderError:  # the names of the authors are lost, not the posts
        return Blog(root[0], "", "", {})
    names = {
        text_of(first(author, "author_login")): text_of(first(author, "author_display_name"))
        for author in every(channel, "author")
    }
    return Blog(root[0], to_line(text_of(first(channel, "title"))), text_of(first(channel, "language")), names)


def read_item(blog: Blog, raw: bytes) -> Article:
    """Makes an article of a post.

    Raises:
        ReaderError: It is not well-formed XML, or has neither text nor title.
    """
    root = parse_bytes(blog.root + _CONTROLS.sub(b"", raw) + b"</rss>")
    values = {local(child): child for child in reversed(root[0])}  # the first of several

    def value(name: str) -> str:
        return text_of(values.get(name))

    contents = {child.tag: "".join(child.itertext()) for child in root[0] if local(child) == "encoded"}
    written = next((text for tag, text in contents.items() if "content" in tag), "")
    body = to_markdown(with_paragraphs(written), base=value("link"))
    excerpt = next((text for tag, text in contents.items() if "excerpt" in tag), "").strip()
    title, status, kind = to_line(value("title")), value("status"), value("post_type")
    if not body and not title and not excerpt:
        raise ReaderError("the post has neither text nor title")
    url, guid, login = value("link"), value("guid"), value("creator")
    metadata: dict[str, Any] = {
        "title": title,
        "date": _moment(value("post_date"), value("post_date_gmt")),
        "updated": _moment(value("post_modified"), value("post_modified_gmt")),
        "authors": [blog.names.get(login) or login] if login else [],
        "source": blog.title,
        "source_id": value("post_id"),
        "url": url if url.startswith(("http://", "https://")) else "",
        "guid": guid if guid != url else "",
        "language": blog.language,
        "summary": to_text(excerpt),
        "tags": _tags(root[0]),
        "post_type": kind if kind != "post" else "",
        "status": status if status != "publish" else "",
        "draft": status in ("draft", "pending"),
        "comment_count": sum(map(_is_comment, every(root[0], "comment"))),
    }
    body = body or to_markdown(with_paragraphs(excerpt), base=url) or escape(title)
    return make_article(without_empty(metadata), body)


def _tags(item: Element) -> list[str]:
    """Returns categories, tags and terms of other taxonomies; ``post_format`` is a matter of design."""
    terms = (child for child in item if local(child) == "category" and child.get("domain") != "post_format")
    return [*dict.fromkeys(name for term in terms if (name := text_of(term)))]


def _is_comment(comment: Element) -> bool:
    kind = text_of(first(comment, "comment_type"))
    return kind in ("", "comment") and text_of(first(comment, "comment_approved")) in _APPROVED


def _moment(local_time: str, utc: str) -> str:
    """Returns a local time with its offset from UTC, if both are known.

    >>> _moment("2023-12-31 19:30:00", "2024-01-01 00:30:00")
    '2023-12-31T19:30:00-05:00'
    """
    if not local_time or local_time.startswith(_NO_DATE):
        return "" if utc.startswith(_NO_DATE) else utc and f"{utc.replace(' ', 'T')}Z"
    try:
        iso = local_time.replace(" ", "T")
        offset = int((datetime.fromisoformat(iso) - datetime.fromisoformat(utc)).total_seconds())
    except (ValueError, TypeError):
        return local_time
    if abs(offset) > _MAX_OFFSET or offset % _QUARTER:
        return iso
    hours, seconds = divmod(abs(offset), 3_600)
    return f"{iso}{'-' if offset < 0 else '+'}{hours:02d}:{seconds // 60:02d}"
