"""What a page states in ``<meta>``: Open Graph, Dublin Core, Highwire's citations, and names of news sites."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from docarchive.article import DOI
from docarchive.readers.web.jsonld import split_tags, whole_tags
from docarchive.readers.web.names import author_names
from docarchive.texts import one_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: Names of ``<meta>``, the best first, by known key.
_NAMES_BY_KEY: Final[dict[str, tuple[str, ...]]] = {
    "title": ("og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title", "headline", "parsely-title"),
    "dates": (
        *("article:published_time", "og:article:published_time", "citation_publication_date", "citation_date"),
        *("datepublished", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "dcterms.date"),
        *("parsely-pub-date", "sailthru.date", "pubdate", "publish-date", "publication_date", "date", "created"),
    ),
    "updates": (
        *(
            "article:modified_time",
            "og:updated_time",
            "datemodified",
            "dcterms.modified",
            "last-modified",
            "modified",
            "updated",
        ),
    ),
    "authors": (
        *("citation_author", "author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author"),
        *("byl", "authors", "article:author_name", "article:author", "labelled:author"),
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
    "source": (
        *("og:site_name", "citation_journal_title", "dc.publisher", "publisher", "application-name"),
        *("al:ios:app_name", "al:android:app_name", "twitter:app:name:iphone", "twitter:app:name:googleplay"),
    ),
    "language": ("dc.language", "dcterms.language", "content-language", "language", "og:locale"),
    "doi": ("citation_doi", "dc.identifier.doi"),
}
#: Names of which each ``<meta>`` is one tag, whatever is in it.
_SINGLE_TAGS: Final = frozenset(["article:tag", "og:article:tag", "dc.subject", "dcterms.subject"])
#: What a label of Twitter's cards says if its value is an author.
_AUTHOR_LABEL = re.compile(
    r"(?:(?:written|posted|published)\s+)?by|authors?|(?:geschrieben|verfasst)\s+von|autor(?:in|en|es)?|auteure?s?|"
    r"(?:escrito|publicado)\s+por|(?:écrit|rédigé)\s+par|scritto\s+da|geschreven\s+door|skrivet\s+av|автор",
    re.IGNORECASE,
)
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
            name = next((name for name in names if contents.get(name)), "")
            tags = (
                whole_tags(values) if name in _SINGLE_TAGS else [tag for value in values for tag in split_tags(value)]
            )
            stated[key] = [*dict.fromkeys(tags)]
        elif key == "doi":
            stated[key] = next((match[1] for value in values if (match := DOI.fullmatch(value))), "")
        elif values:
            stated[key] = values if key in _DATE_KEYS else values[0]
    return stated


def _authors(values: list[str]) -> list[str]:
    return [*dict.fromkeys(name for value in values for name in author_names(value))]


def _contents_by_name(tree: HtmlElement) -> Mapping[str, list[str]]:
    """Returns the contents of ``<meta>`` by name in lower case; one element may have several names."""
    contents: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        value = one_line(element.get("content") or "")
        attributes = (element.get(attribute) or "" for attribute in ("property", "name", "itemprop", "http-equiv"))
        names = next(filter(None, attributes), "").lower()
        for name in {names.strip(), *names.split()} if value else ():
            contents.setdefault(name.replace("dc:", "dc."), []).append(value)
    for number in ("1", "2"):
        labels, data = contents.get(f"twitter:label{number}", [""]), contents.get(f"twitter:data{number}", [])
        if _AUTHOR_LABEL.fullmatch(labels[0].rstrip(" :")):
            contents.setdefault("labelled:author", []).extend(data)
    return contents
