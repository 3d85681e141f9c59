"""What a page states in ``<meta>``: Open Graph, Dublin Core, Highwire's citations and what news sites add."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from docarchive.identity import DOI
from docarchive.readers.values.people import people
from docarchive.readers.web.jsonld import split_tags

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: Names of ``<meta>``, the best first, by known key.
_META: Final[dict[str, tuple[str, ...]]] = {
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
_ALL: Final = ("dates", "updates")


def from_meta(tree: HtmlElement) -> dict[str, Any]:
    """Returns what a page states by known key; ``dates`` and ``updates`` are lists, the best first.

    Args:
        tree: The page.
    """
    given = _given(tree)
    found: dict[str, Any] = {}
    for key, names in _META.items():
        lists = [given[name] for name in names if given.get(name)]
        values = [value for each in lists for value in each] if key in _ALL else next(iter(lists), [])
        if key == "authors":
            found[key] = next((some for each in lists if (some := _authors(each))), [])
        elif key == "tags":
            found[key] = [*dict.fromkeys(tag for value in values for tag in split_tags(value))]
        elif key == "doi":
            found[key] = next((match[1] for value in values if (match := DOI.fullmatch(value))), "")
        elif values:
            found[key] = values if key in _ALL else values[0]
    return found


def _authors(values: list[str]) -> list[str]:
    return [*dict.fromkeys(name for value in values for name in people(value))]


def _given(tree: HtmlElement) -> Mapping[str, list[str]]:
    given: dict[str, list[str]] = {}
    for element in tree.xpath("//meta[@content]"):
        value = " ".join(element.get("content").split())
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if value and (name := (element.get(attribute) or "").strip().lower().replace("dc:", "dc.")):
                given.setdefault(name, []).append(value)
                break
    return given
