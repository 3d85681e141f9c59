"""What a page states: in JSON-LD (schema.org), then Open Graph, Dublin Core, ``<meta>`` and ``<link>``.

For what is in none of them, ``shown`` reads what the page shows as its own date and authors. Nothing is guessed from
its text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from docarchive.formats.pages import GENERATOR
from docarchive.readers.html.own_pages import own_metadata
from docarchive.readers.values.people import are_logins
from docarchive.readers.values.reserved_keys import set_aside
from docarchive.readers.web.events import event_days
from docarchive.readers.web.headline import guessed, headline, is_headline
from docarchive.readers.web.jsonld import ARTICLES, OTHER_KINDS, from_json_ld, json_ld
from docarchive.readers.web.metatags import from_meta
from docarchive.readers.web.moments import could_be_two, in_address, is_unreadable, published
from docarchive.readers.web.names import without_titles
from docarchive.readers.web.shown import Shown
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_KEYS: Final = ("title", "summary", "section", "tags", "source", "language", "doi", "url")
#: Where a page states its address; the last one is that of what Evernote exports.
_ADDRESSES: Final = (
    *("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content"),
    "//meta[@name='source-url']/@content",
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[\w-]+)?")


class PageData(NamedTuple):
    """What a page states.

    Attributes:
        metadata: Known keys and their values; none is empty.
        body: The text in JSON-LD, as plain text; may be empty.
    """

    metadata: dict[str, Any]
    body: str


def page_data(tree: HtmlElement, url: str | None) -> PageData:
    """Returns what a page states.

    Args:
        tree: The page.
        url: The address that it came from, if it is known.
    """
    if _is_own(tree):
        return PageData(own_metadata(str(tree.xpath("string(//script[@type='application/ld+json'])"))), "")
    nodes = json_ld(tree)
    stated, meta, other = from_json_ld(nodes, url, ARTICLES), from_meta(tree), from_json_ld(nodes, url, OTHER_KINDS)
    statements = (stated, meta, other)
    metadata: dict[str, Any] = {
        key: next((statement[key] for statement in statements if statement.get(key)), None) for key in _KEYS
    }
    metadata["url"] = _address(tree, url) or metadata["url"]
    metadata["language"] = _language(_declared_language(tree) or metadata["language"])
    metadata["title"] = _title(tree, metadata, statements)
    metadata["source"] = metadata["source"] or _host(metadata["url"])
    shown = Shown(tree, metadata["title"], metadata["language"] or "", event_days(tree, nodes))
    metadata |= _dates(statements, shown, metadata["url"])
    organizations = [*stated.get("organizations", ()), *other.get("organizations", ())]
    metadata["authors"] = _authors(statements, shown, metadata["source"], organizations)
    if metadata["source"] == metadata["title"]:
        metadata["source"] = None
    return PageData({key: value for key, value in metadata.items() if value}, str(stated.get("body") or ""))


def _dates(statements: tuple[Mapping[str, Any], ...], shown: Shown, url: str | None) -> dict[str, Any]:
    """Returns the dates that a page states, else those that it shows as its own, else the one in its address.

    What it states as a date and cannot be read, as it could be of two days, is kept as it is written.
    """
    stated = [date for statement in statements for date in statement.get("dates", ())]
    updates = [date for statement in statements for date in statement.get("updates", ())]
    dates: dict[str, Any] = {"date": published(stated, url, shown.language)}
    if dates["date"] is None:
        dates["date"] = shown.date or (in_address(url) if url else None)
    if dates["date"] is None and (
        unclear := next(filter(could_be_two, stated), shown.unclear_date) or next(filter(is_unreadable, stated), "")
    ):
        set_aside(dates, "date", unclear)
    dates["updated"] = published(updates, None, shown.language) or (None if stated else shown.updated)
    if dates["updated"] == dates["date"]:
        dates["updated"] = None
    return dates


def _is_own(tree: HtmlElement) -> bool:
    generators = list(tree.xpath("//meta[@name='generator']/@content"))
    return generators == [GENERATOR] and bool(tree.xpath("//script[@type='application/ld+json']"))


def _title(tree: HtmlElement, metadata: Mapping[str, Any], statements: tuple[Mapping[str, Any], ...]) -> str:
    names = [str(statement[key]) for key in ("title", "name") for statement in statements if statement.get(key)]
    first = str(metadata["title"] or "")
    titles = [first if is_headline(first) else guessed(tree), *names, *map(str, tree.xpath("//head/title/text()")[:1])]
    sites = map(str, tree.xpath("//meta[@property='og:site_name']/@content"))
    return headline(tree, titles, [str(metadata["source"] or ""), *sites])


def _authors(
    statements: tuple[Mapping[str, Any], ...], shown: Shown, source: str | None, organizations: list[str]
) -> list[str]:
    """Returns the authors of a page: the first stated list of people, else those that it shows, else the first list."""
    titles = [str(statement[key]) for statement in statements for key in ("title", "name") if statement.get(key)]
    candidates = [
        names
        for statement in statements
        if (names := without_titles(map(str, statement.get("authors", ())), [*titles, shown.title]))
    ]
    people = next((names for names in candidates if not _is_weak(names, source)), [])
    return people or shown.authors or (candidates[0] if candidates else [*dict.fromkeys(organizations)])


def _is_weak(names: list[str], source: str | None) -> bool:
    return are_logins(names) or (source is not None and [name.casefold() for name in names] == [source.casefold()])


def _address(tree: HtmlElement, url: str | None) -> str | None:
    """Returns the address that the page states, unless it is that of the site's front page; else ``url``."""
    for query in _ADDRESSES:
        for value in tree.xpath(query):
            with suppress(ValueError):
                address = urljoin(url or "", str(value).strip())
                parts, own = urlsplit(address), urlsplit(url or address)
                front = parts.path.strip("/") == "" and own.path.strip("/") != ""
                if parts.scheme in ("http", "https") and parts.hostname and not front:
                    return address
    return url


def _declared_language(tree: HtmlElement) -> str:
    root = tree.getroottree().getroot()
    return str(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip()


def _language(text: object) -> str | None:
    tag = str(text or "").replace("_", "-").strip()
    return tag if _LANGUAGE.fullmatch(tag) else None


def _host(url: str | None) -> str | None:
    """Returns the host in an address, without ``www.``."""
    with suppress(ValueError):
        return (urlsplit(url or "").hostname or "").removeprefix("www.") or None
    return None
