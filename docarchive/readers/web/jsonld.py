"""What a page states in JSON-LD, in schema.org's vocabulary."""

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
#: Types that a page may have several of, next to its article, or that describe its frame.
OTHER_KINDS: Final = frozenset(
    ["review", "recipe", "webpage", "itempage", "aboutpage", "medicalwebpage", "qapage", "faqpage"]
)
_ORGANIZATIONS: Final = frozenset(["organization", "newsmediaorganization", "corporation"])
_MAX_JSON: Final = 5_000_000
_MAX_NODES: Final = 20_000


def from_json_ld(tree: HtmlElement, url: str | None, kinds: frozenset[str]) -> dict[str, Any]:
    """Returns what a page states by known key; nothing if it has no object of these types.

    ``dates`` and ``updates`` are lists, the best first; ``organizations`` are authors that are not people, and
    ``name`` is another title.

    Args:
        tree: The page.
        url: Its address: an object with this address takes precedence.
        kinds: Types of schema.org in lower case.
    """
    best: dict[str, Any] = {}
    for node in _nodes(tree):
        if not _types(node) & kinds:
            continue
        stated = _article_data(node)
        is_this_page = bool(url) and stated.get("url") == url
        if not best or is_this_page or len(stated) > len(best) + 2:
            best = stated
    return best


def split_tags(text: str) -> list[str]:
    """Returns the tags in a text, separated by commas or semicolons."""
    separator = ";" if ";" in text and "," not in text else ","
    return [tag for piece in text.split(separator) if (tag := piece.strip()) and len(tag) <= 100]


def _nodes(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    count = 0
    for script in tree.xpath("//script[contains(@type, 'ld+json')]"):
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
        if len(text) > _MAX_JSON:
            continue
        try:
            stack = [json.loads(text, strict=False)]
        except (ValueError, RecursionError):
            continue
        while stack and count < _MAX_NODES:
            item = stack.pop()
            count += 1
            if isinstance(item, list):
                stack.extend(reversed(item))
            elif isinstance(item, dict):
                yield item
                stack.extend(
                    child for key, child in item.items() if key in ("@graph", "mainEntity", "mainEntityOfPage")
                )


def _types(node: Mapping[str, Any]) -> set[str]:
    return {str(type_name).rpartition("/")[2].lower() for type_name in _listed(node.get("@type"))}


def _article_data(node: Mapping[str, Any]) -> dict[str, Any]:
    page = node.get("mainEntityOfPage")
    source = next((name for publisher in _listed(node.get("publisher")) for name in _texts(_name(publisher))), "")
    authors = _listed(node.get("author")) or _listed(node.get("creator"))
    organizations = [author for author in authors if isinstance(author, dict) and _types(author) & _ORGANIZATIONS]
    persons = [author for author in authors if author not in organizations]
    body = node.get("articleBody")
    stated: dict[str, Any] = {
        "title": _line(node.get("headline")) or _line(node.get("name")),
        "name": _line(node.get("name")),
        "dates": [*_texts(node.get("datePublished")), *_texts(node.get("dateCreated"))],
        "updates": _texts(node.get("dateModified")),
        "authors": [name for author in persons for text in _texts(_name(author)) for name in people(text, source)],
        "organizations": [text for author in organizations for text in _texts(_name(author))],
        "summary": _line(node.get("description")),
        "section": next(iter(_texts(node.get("articleSection"))), ""),
        "tags": [tag for text in _texts(node.get("keywords")) for tag in split_tags(text)],
        "source": source,
        "language": next(iter(_texts(node.get("inLanguage"))), ""),
        "url": _line(node.get("url")) or _line(page.get("@id") if isinstance(page, dict) else page),
        "body": body if isinstance(body, str) else "",
    }
    return {key: value for key, value in stated.items() if value}


def _name(value: object) -> object:
    return value.get("name") if isinstance(value, dict) else value


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _texts(value: object) -> list[str]:
    return [line for item in _listed(value) if (line := _line(item))]


def _line(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("@id")
    return " ".join(entities.unescape(value).split()) if isinstance(value, str) else ""
