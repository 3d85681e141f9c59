"""What a page states of itself: JSON-LD (schema.org), Open Graph, Dublin Core, ``<meta>`` and ``<link>``.

In that order; for what is in none of them, trafilatura and htmldate look at the rest of the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from docarchive.formats.pages import GENERATOR
from docarchive.readers.html.own_pages import own_metadata
from docarchive.readers.values.people import are_full_names, are_logins, people
from docarchive.readers.web.bylines import signature
from docarchive.readers.web.headline import headline
from docarchive.readers.web.jsonld import ARTICLES, PARTS, from_json_ld
from docarchive.readers.web.metatags import from_meta
from docarchive.readers.web.moments import published

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_KEYS: Final = ("title", "summary", "section", "tags", "source", "language", "doi", "url")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[\w-]+)?")


class PageData(NamedTuple):
    """What a page states.

    Attributes:
        metadata: Known keys with values; none is empty.
        body: The text that JSON-LD gives, as plain text; may be empty.
    """

    metadata: dict[str, Any]
    body: str


def page_data(tree: HtmlElement, url: str | None) -> PageData:
    """Reads what a page states.

    Args:
        tree: The page.
        url: Where it came from, if that is known.
    """
    if _is_own(tree):
        return PageData(own_metadata(str(tree.xpath("string(//script[@type='application/ld+json'])"))), "")
    stated, meta, part = from_json_ld(tree, url, ARTICLES), from_meta(tree), from_json_ld(tree, url, PARTS)
    given = (stated, meta, part)
    metadata: dict[str, Any] = {key: next((each[key] for each in given if each.get(key)), None) for key in _KEYS}
    metadata["url"] = _address(tree, url) or metadata["url"]
    metadata["language"] = _language(_declared_language(tree) or metadata["language"])
    metadata["date"] = published([date for each in given for date in each.get("dates", ())], metadata["url"])
    metadata["updated"] = published([date for each in given for date in each.get("updates", ())], None)
    if metadata["updated"] == metadata["date"]:
        metadata["updated"] = None
    metadata["authors"] = _authors(given, metadata["source"])
    houses = [*stated.get("houses", ()), *part.get("houses", ())]
    dated = metadata["date"] is not None
    _add_found(tree, metadata, houses)
    metadata["title"] = _title(tree, metadata, given)
    if metadata["source"] in (metadata["title"], ""):
        metadata["source"] = None
    _add_signature(tree, metadata, dated=dated)
    metadata["authors"] = metadata["authors"] or [*dict.fromkeys(houses)]
    return PageData({key: value for key, value in metadata.items() if value}, str(stated.get("body") or ""))


def _is_own(tree: HtmlElement) -> bool:
    generators = list(tree.xpath("//meta[@name='generator']/@content"))
    return generators == [GENERATOR] and bool(tree.xpath("//script[@type='application/ld+json']"))


def _title(tree: HtmlElement, metadata: Mapping[str, Any], given: tuple[Mapping[str, Any], ...]) -> str:
    names = [str(each[key]) for key in ("title", "name") for each in given if each.get(key)]
    titles = [str(metadata["title"] or ""), *names, *map(str, tree.xpath("//head/title/text()")[:1])]
    sites = map(str, tree.xpath("//meta[@property='og:site_name']/@content"))
    return headline(tree, titles, [str(metadata["source"] or ""), *sites])


def _authors(given: tuple[Mapping[str, Any], ...], source: str | None) -> list[str]:
    """Returns the first authors that are people, else the first that are named."""
    named = [[str(name) for name in each["authors"]] for each in given if each.get("authors")]
    return next((names for names in named if not _is_weak(names, source)), named[0] if named else [])


def _is_weak(names: list[str], source: str | None) -> bool:
    return are_logins(names) or (source is not None and [name.casefold() for name in names] == [source.casefold()])


def _address(tree: HtmlElement, url: str | None) -> str | None:
    """Returns the page's own address, if it says one that may be true."""
    for query in ("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content"):
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


def _add_found(tree: HtmlElement, metadata: dict[str, Any], houses: list[str]) -> None:
    """Adds what trafilatura and htmldate find where the page states nothing; at last, authors that are no people."""
    weak = _is_weak(metadata["authors"], metadata["source"])
    if weak or not all(metadata[key] for key in ("title", "date", "source")):
        found = _found(tree, metadata["url"])
        authors = [name for each in (found.pop("authors", None) or "").split(";") for name in people(each)]
        if authors and weak and (are_full_names(authors) or not (metadata["authors"] or houses)):
            metadata["authors"] = authors
        for key, value in found.items():
            metadata[key] = metadata.get(key) or value


def _add_signature(tree: HtmlElement, metadata: dict[str, Any], *, dated: bool) -> None:
    """Adds authors and date from the lines below the title, where the page states none.

    What htmldate has found then is a guess.
    """
    weak = not metadata["authors"] or _is_weak(metadata["authors"], metadata["source"])
    if not weak and dated:
        return
    found = signature(tree, metadata["title"])
    if weak and found.authors:
        metadata["authors"] = found.authors
    if not dated and found.date:
        metadata["date"] = found.date


def _found(tree: HtmlElement, url: str | None) -> dict[str, Any]:
    from trafilatura.metadata import extract_metadata

    try:
        found = extract_metadata(tree, url)
    except Exception:  # it meets pages that its authors have not: what it would have found is left out
        return {}
    if found is None:
        return {}
    return {
        "title": found.title,
        "date": found.date,
        "authors": found.author,
        "source": found.sitename,
        "summary": found.description,
    }
