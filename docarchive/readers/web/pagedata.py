"""What a page states: in JSON-LD (schema.org), then Open Graph, Dublin Core, ``<meta>`` and ``<link>``.

For what is in none of them, trafilatura and htmldate look at the rest of the page (decision 0019).
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
from docarchive.readers.web.jsonld import ARTICLES, OTHER_KINDS, from_json_ld
from docarchive.readers.web.metatags import from_meta
from docarchive.readers.web.moments import published

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_KEYS: Final = ("title", "summary", "section", "tags", "source", "language", "doi", "url")
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
    stated, meta, other = from_json_ld(tree, url, ARTICLES), from_meta(tree), from_json_ld(tree, url, OTHER_KINDS)
    statements = (stated, meta, other)
    metadata: dict[str, Any] = {
        key: next((statement[key] for statement in statements if statement.get(key)), None) for key in _KEYS
    }
    metadata["url"] = _address(tree, url) or metadata["url"]
    metadata["language"] = _language(_declared_language(tree) or metadata["language"])
    metadata["date"] = published(
        [date for statement in statements for date in statement.get("dates", ())], metadata["url"]
    )
    metadata["updated"] = published([date for statement in statements for date in statement.get("updates", ())], None)
    if metadata["updated"] == metadata["date"]:
        metadata["updated"] = None
    metadata["authors"] = _authors(statements, metadata["source"])
    organizations = [*stated.get("organizations", ()), *other.get("organizations", ())]
    dated = metadata["date"] is not None
    _add_extracted(tree, metadata, organizations)
    metadata["title"] = _title(tree, metadata, statements)
    if metadata["source"] in (metadata["title"], ""):
        metadata["source"] = None
    _add_signature(tree, metadata, dated=dated)
    metadata["authors"] = metadata["authors"] or [*dict.fromkeys(organizations)]
    return PageData({key: value for key, value in metadata.items() if value}, str(stated.get("body") or ""))


def _is_own(tree: HtmlElement) -> bool:
    generators = list(tree.xpath("//meta[@name='generator']/@content"))
    return generators == [GENERATOR] and bool(tree.xpath("//script[@type='application/ld+json']"))


def _title(tree: HtmlElement, metadata: Mapping[str, Any], statements: tuple[Mapping[str, Any], ...]) -> str:
    names = [str(statement[key]) for key in ("title", "name") for statement in statements if statement.get(key)]
    titles = [str(metadata["title"] or ""), *names, *map(str, tree.xpath("//head/title/text()")[:1])]
    sites = map(str, tree.xpath("//meta[@property='og:site_name']/@content"))
    return headline(tree, titles, [str(metadata["source"] or ""), *sites])


def _authors(statements: tuple[Mapping[str, Any], ...], source: str | None) -> list[str]:
    """Returns the first list of authors who are people, else the first list."""
    candidates = [[str(name) for name in statement["authors"]] for statement in statements if statement.get("authors")]
    return next((names for names in candidates if not _is_weak(names, source)), candidates[0] if candidates else [])


def _is_weak(names: list[str], source: str | None) -> bool:
    return are_logins(names) or (source is not None and [name.casefold() for name in names] == [source.casefold()])


def _address(tree: HtmlElement, url: str | None) -> str | None:
    """Returns the address that the page states, unless it is that of the site's front page; else ``url``."""
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


def _add_extracted(tree: HtmlElement, metadata: dict[str, Any], organizations: list[str]) -> None:
    """Adds what trafilatura and htmldate find, for what the page does not state."""
    is_weak = _is_weak(metadata["authors"], metadata["source"])
    if is_weak or not all(metadata[key] for key in ("title", "date", "source")):
        extracted = _extract(tree, metadata["url"])
        authors = [name for byline in (extracted.pop("authors", None) or "").split(";") for name in people(byline)]
        if authors and is_weak and (are_full_names(authors) or not (metadata["authors"] or organizations)):
            metadata["authors"] = authors
        for key, value in extracted.items():
            metadata[key] = metadata.get(key) or value


def _add_signature(tree: HtmlElement, metadata: dict[str, Any], *, dated: bool) -> None:
    """Adds authors and date from the lines below the title, unless the page states them.

    They take precedence over htmldate's date, which is a guess if the page states none.
    """
    is_weak = not metadata["authors"] or _is_weak(metadata["authors"], metadata["source"])
    if not is_weak and dated:
        return
    signed = signature(tree, metadata["title"])
    if is_weak and signed.authors:
        metadata["authors"] = signed.authors
    if not dated and signed.date:
        metadata["date"] = signed.date


def _extract(tree: HtmlElement, url: str | None) -> dict[str, Any]:
    from trafilatura.metadata import extract_metadata

    try:
        document = extract_metadata(tree, url)
    except Exception:  # trafilatura raises many types on unusual pages
        return {}
    if document is None:
        return {}
    return {
        "title": document.title,
        "date": document.date,
        "authors": document.author,
        "source": document.sitename,
        "summary": document.description,
    }
