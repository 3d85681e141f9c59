"""What a page states in JSON-LD, in the words of schema.org."""

from __future__ import annotations

import html as entities
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from docarchive.readers.values.people import people

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_KINDS: Final = (
    "article newsarticle blogposting reportagenewsarticle analysisnewsarticle opinionnewsarticle reviewnewsarticle "
    "backgroundnewsarticle askpublicnewsarticle liveblogposting techarticle scholarlyarticle report "
    "advertisercontentarticle socialmediaposting"
)
ARTICLES: Final = frozenset(_KINDS.split())
#: Kinds of which a page may hold several beside its article, or that say it of its frame.
PARTS: Final = frozenset(
    ["review", "recipe", "webpage", "itempage", "aboutpage", "medicalwebpage", "qapage", "faqpage"]
)
_HOUSES: Final = frozenset(["organization", "newsmediaorganization", "corporation"])
_MAX_JSON: Final = 5_000_000
_MAX_NODES: Final = 20_000


def from_json_ld(tree: HtmlElement, url: str | None, kinds: frozenset[str]) -> dict[str, Any]:
    """Returns what a page states of itself by known key; nothing if it states nothing of these kinds.

    ``dates`` and ``updates`` are lists, the best first; ``houses`` are authors that are no people, and ``name``
    is one more title.

    Args:
        tree: The page.
        url: Its address: what is said of that goes before all else.
        kinds: Types of schema.org in lower case.
    """
    best: dict[str, Any] = {}
    for node in _nodes(tree):
        if not _types(node) & kinds:
            continue
        found = _article(node)
        same = bool(url) and found.get("url") == url
        if not best or same or len(found) > len(best) + 2:
            best = found
    return best


def split_tags(text: str) -> list[str]:
    """Returns the tags in a text that commas or semicolons part."""
    sign = ";" if ";" in text and "," not in text else ","
    return [part for each in text.split(sign) if (part := each.strip()) and len(part) <= 100]


def _nodes(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    count = 0
    for script in tree.xpath("//script[contains(@type, 'ld+json')]"):
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
        if len(text) > _MAX_JSON:
            continue
        try:
            waiting = [json.loads(text, strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting and count < _MAX_NODES:
            item = waiting.pop()
            count += 1
            if isinstance(item, list):
                waiting.extend(reversed(item))
            elif isinstance(item, dict):
                yield item
                waiting.extend(
                    each for key, each in item.items() if key in ("@graph", "mainEntity", "mainEntityOfPage")
                )


def _types(node: Mapping[str, Any]) -> set[str]:
    return {str(each).rpartition("/")[2].lower() for each in _listed(node.get("@type"))}


def _article(node: Mapping[str, Any]) -> dict[str, Any]:
    page = node.get("mainEntityOfPage")
    source = next((name for each in _listed(node.get("publisher")) for name in _texts(_name(each))), "")
    authors = _listed(node.get("author")) or _listed(node.get("creator"))
    houses = [each for each in authors if isinstance(each, dict) and _types(each) & _HOUSES]
    persons = [each for each in authors if each not in houses]
    body = node.get("articleBody")
    found: dict[str, Any] = {
        "title": _line(node.get("headline")) or _line(node.get("name")),
        "name": _line(node.get("name")),
        "dates": [*_texts(node.get("datePublished")), *_texts(node.get("dateCreated"))],
        "updates": _texts(node.get("dateModified")),
        "authors": [name for each in persons for text in _texts(_name(each)) for name in people(text, source)],
        "houses": [text for each in houses for text in _texts(_name(each))],
        "summary": _line(node.get("description")),
        "section": next(iter(_texts(node.get("articleSection"))), ""),
        "tags": [tag for text in _texts(node.get("keywords")) for tag in split_tags(text)],
        "source": source,
        "language": next(iter(_texts(node.get("inLanguage"))), ""),
        "url": _line(node.get("url")) or _line(page.get("@id") if isinstance(page, dict) else page),
        "body": body if isinstance(body, str) else "",
    }
    return {key: value for key, value in found.items() if value}


def _name(value: object) -> object:
    return value.get("name") if isinstance(value, dict) else value


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _texts(value: object) -> list[str]:
    return [line for each in _listed(value) if (line := _line(each))]


def _line(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("@id")
    return " ".join(entities.unescape(value).split()) if isinstance(value, str) else ""
