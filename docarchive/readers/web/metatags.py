"""What a page states in ``<meta>``: Open Graph, Dublin Core, Highwire's citations, and names of news sites."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from docarchive.identity import DOI
from docarchive.readers.values.people import people
from docarchive.readers.web.jsonld import split_tags

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: Names of ``<meta>``, the best first, by known key.
_NAMES_BY_KEY: Final[dict[str, tuple[str, ...]]] = {
    "title": ("og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title", "headline", "parsely-title"),
    "dates": (
        *("article:published_time", "og:article:published_time", "citation_publication_date", "citation_date"),
        *("datepublished", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "dcterms.date"),
        *("parsely-pub-date", "sailthru.date", "pubdate", "publish-date", "publication_date", "date"),
    ),
    "updates": (
        *("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified", "modified"),
    ),
    "authors": (
        *("citation_author", "author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author"),
        *("byl", "authors", "article:author_name", "article:author", "twitter:data1"),
    ),
    "summary": (
        "og:description",
        "description",
        "dc.description",
        "dcterms.abstract",
        "twitter:description",
        "summary",
    ),
    "section": ("article:section", "parsely-section"),
    "tags": ("article:tag", "news_keywords", "keywords", "parsely-tags", "dc.subject", "dcterms.subject", "tags"),
    "source": ("og:site_name", "citation_journal_title", "dc.publisher", "application-name"),
    "language": ("dc.language", "dcterms.language", "content-language", "language", "og:locale"),
    "doi": ("citation_doi", "dc.identifier.doi"),
}
_DATE_KEYS: Final = ("dates", "updates")


def from_meta(tree: HtmlElement) -> dict[str, Any]:
    """Returns what a page states by known key; ``dates`` and ``updates`` are lists, the best first.

    Args:
        tree: The page.
    """
    contents = _contents_by_name(tree)
    stated: dict[str, Any] = {}
    for key, names in _NAMES_BY_KEY.items():
        candidates = [contents[name] for name in names if contents.get(name)]
        values = [*chain(*candidates)] if key in _DATE_KEYS else next(iter(candidates), [])
        if key == "authors":
            stated[key] = next((names_found for candidate in candidates if (names_found := _authors(candidate))), [])
        elif key == "tags":
            stated[key] = [*dict.fromkeys(tag for value in values for tag in split_tags(value))]
        elif key == "doi":
            stated[key] = next((match[1] for value in values if (match := DOI.fullmatch(value))), "")
        elif values:
            stated[key] = values if key in _DATE_KEYS else values[0]
    return stated


def _authors(values: list[str]) -> list[str]:
    return [*dict.fromkeys(name for value in values for name in people(value))]


def _contents_by_name(tree: HtmlElement) -> Mapping[str, list[str]]:
    contents: dict[str, list[str]] = {}
    for element in tree.xpath("//meta[@content]"):
        value = " ".join(element.get("content").split())
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if value and (name := (element.get(attribute) or "").strip().lower().replace("dc:", "dc.")):
                contents.setdefault(name, []).append(value)
                break
    return contents
