"""Readers of exports of publishing services: Ghost (JSON), Medium (HTML) and Substack (CSV, with texts next to it)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.markdown import escape
from docarchive.readers.encoding.detect import decode
from docarchive.readers.exports.entries import bytes_of
from docarchive.readers.exports.ghost_text import text_of
from docarchive.readers.exports.sheets import rows_by_column
from docarchive.readers.html.to_markdown import parse_html, to_line, to_markdown
from docarchive.readers.json.json import MAX_SIZE, Item, item_records, read_json
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.untyped import as_text, objects_in, without_empty
from docarchive.records import NamedTuple
from docarchive.texts import one_line

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_DRAFT: Final = re.compile(r"draft_")
#: Stands for the address of the site in Ghost's exports.
_GHOST_URL: Final = "__GHOST_URL__"
#: What Medium repeats of the title and the subtitle at the beginning of a text.
_REPEATED: Final = ("graf--title", "graf--subtitle")


def ghost_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the posts and pages of Ghost's export."""
    value = read_json(source, limit=MAX_SIZE, advice="; export fewer posts at once")
    databases = objects_in(value.get("db")) if isinstance(value, dict) else []
    data = databases[0].get("data") if databases else value.get("data") if isinstance(value, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("posts"), list):
        raise ReaderError("there are no posts in it")
    settings = {row.get("key"): as_text(row.get("value")) for row in objects_in(data.get("settings"))}
    site = _Site(
        settings.get("title", ""), settings.get("url", "").rstrip("/"), _names(data, "tags"), _names(data, "users")
    )
    yield from item_records(data["posts"], partial(_read_ghost, site), prefix="post ")


class _Site(NamedTuple):
    """What Ghost's export says of all posts: the title and address of the site, and names of tags and authors by post.

    An export has its own address as ``__GHOST_URL__``, and rarely says what it is.
    """

    title: str
    url: str
    tags: Mapping[str, list[str]]
    authors: Mapping[str, list[str]]


def _names(data: Mapping[str, Any], table: str) -> dict[str, list[str]]:
    """Returns the names of tags or authors by post, in their order."""
    names = {str(row.get("id")): as_text(row.get("name")) for row in objects_in(data.get(table))}
    relation, column = ("posts_tags", "tag_id") if table == "tags" else ("posts_authors", "author_id")
    of_posts: dict[str, list[str]] = {}
    for row in sorted(objects_in(data.get(relation)), key=lambda row: str(row.get("sort_order", "")).zfill(9)):
        if name := names.get(str(row.get(column))):
            of_posts.setdefault(str(row.get("post_id")), []).append(name)
    if relation == "posts_authors":
        for post in objects_in(data.get("posts")):  # older exports
            if name := names.get(str(post.get("author_id"))):
                of_posts.setdefault(str(post.get("id")), [name])
    return of_posts


def _read_ghost(site: _Site, exported: Item) -> Article:
    post = {
        key: value.replace(_GHOST_URL, site.url) if isinstance(value, str) else value for key, value in exported.items()
    }
    html, title, address = as_text(post.get("html")), as_text(post.get("title")), as_text(post.get("canonical_url"))
    body = to_markdown(html, base=address) if html else as_text(post.get("plaintext")) or as_text(post.get("markdown"))
    body = body or text_of(post, address)
    title = "" if title == "(Untitled)" else title
    if not body and not title:
        raise ReaderError("the post has neither text nor title")
    id_, status, kind = str(post.get("id") or ""), as_text(post.get("status")), as_text(post.get("type"))
    metadata: dict[str, Any] = {
        "title": title,
        "guid": f"ghost:{post.get('uuid') or id_}",
        "source_id": id_,
        "date": post.get("published_at") or post.get("created_at"),
        "updated": post.get("updated_at"),
        "authors": site.authors.get(id_, []),
        "source": site.title,
        "url": address,
        "slug": as_text(post.get("slug")),
        "language": as_text(post.get("locale")),
        "summary": as_text(post.get("custom_excerpt")),
        "tags": site.tags.get(id_, []),
        "image": as_text(post.get("feature_image")),
        "post_type": kind if kind != "post" else "",
        "status": status if status not in ("published", "draft") else "",
        "draft": status == "draft",
    }
    return make_article(without_empty(metadata), body or escape(title))


def read_medium(page: str, name: str = "", folder: str = "") -> Article:
    """Makes an article of a post of Medium.

    Args:
        page: The page.
        name: The name of its file, by which a draft is one.
        folder: Not used.

    Raises:
        ReaderError: It has neither text nor title.
    """
    soup = parse_html(page)
    content = soup.find("section", attrs={"data-field": "body"})
    title, subtitle = _text(soup, "p-name"), _text(soup, "p-summary")
    address = _attribute(soup.find("a", class_="p-canonical"), "href")
    body = ""
    if content is not None:
        for heading in content.find_all(class_=_REPEATED):
            if one_line(heading.get_text()) in (title, subtitle):
                heading.extract()
        for rule in content.select("div.section-divider"):
            rule.extract() if rule.find_parent(class_="section--first") else None
        body = to_markdown(content.decode_contents(), base=address)
    if not body and not title:
        raise ReaderError("the post has neither text nor title")
    published = soup.find("time", class_="dt-published")
    author, original = soup.find("a", class_="p-author"), soup.select_one('footer a[href^="https://medium.com/p/"]')
    metadata: dict[str, Any] = {
        "title": title,
        "date": _attribute(published, "datetime"),
        "authors": [author.get_text().strip()] if author is not None else [],
        "url": address,
        "guid": _attribute(original, "href") if not address else "",
        "summary": subtitle,
        "draft": bool(_DRAFT.match(name)) or published is None,
    }
    return make_article(without_empty(metadata), body or escape(title))


def _text(soup: BeautifulSoup, name: str) -> str:
    element = soup.find(class_=name)
    return one_line(element.get_text()) if element is not None else ""


def _attribute(element: Tag | None, name: str) -> str:
    return str(element.get(name) or "").strip() if element is not None else ""


def substack_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the posts of ``posts.csv``, with their texts in ``posts/`` or next to it."""
    for row, cells in rows_by_column(source):
        if isinstance(cells, Refusal):
            yield cells
        else:
            name = cells.get("post_id", "")
            page = bytes_of(source, f"posts/{name}.html", f"{name}.html") if name else b""
            yield Record(str(row.line), row.raw + page, partial(_read_substack, cells, page))


def _read_substack(cells: Mapping[str, str], page: bytes) -> Article:
    title, subtitle = to_line(cells.get("title", "")), to_line(cells.get("subtitle", ""))
    body = to_markdown(decode(page).text) if page.strip() else ""
    if not body and not title and not subtitle:
        raise ReaderError("the post has neither text nor title")
    id_, _, slug = cells.get("post_id", "").partition(".")
    audience, kind = cells.get("audience", ""), cells.get("type", "")
    metadata: dict[str, Any] = {
        "title": title,
        "guid": f"substack:{id_}" if id_ else "",
        "source_id": id_,
        "date": cells.get("post_date"),
        "summary": subtitle,
        "slug": slug,
        "post_type": kind if kind != "newsletter" else "",
        "audience": audience if audience != "everyone" else "",
        "podcast_url": cells.get("podcast_url"),
        "draft": cells.get("is_published", "").lower() == "false",
    }
    return make_article(without_empty(metadata), body or escape(subtitle or title))
