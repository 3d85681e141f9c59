"""What a page states in JSON-LD, in schema.org's vocabulary."""

from __future__ import annotations

import html as entities
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from docarchive.readers.web.names import author_names
from docarchive.texts import one_line

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


def from_json_ld(nodes: Sequence[Mapping[str, Any]], url: str | None, kinds: frozenset[str]) -> dict[str, Any]:
    """Returns what a page states by known key; nothing if it has no object of these types.

    ``dates`` and ``updates`` are lists, the best first; ``organizations`` are authors that are not people, and
    ``name`` is another title.

    Args:
        nodes: The objects that the page states, from ``json_ld``.
        url: Its address: an object with this address takes precedence.
        kinds: Types of schema.org in lower case.
    """
    named = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and node.get("name")}
    best: dict[str, Any] = {}
    for node in nodes:
        if not _types(node) & kinds:
            continue
        stated = _article_data(node, named)
        is_this_page = bool(url) and stated.get("url") == url
        if not best or is_this_page or len(stated) > len(best) + 2:
            best = stated
    return best


def split_tags(text: str) -> list[str]:
    """Returns the tags in a text, separated by commas or semicolons."""
    separator = ";" if ";" in text and "," not in text else ","
    return [tag for piece in text.split(separator) if (tag := piece.strip()) and len(tag) <= 100]


def whole_tags(tags: list[str]) -> list[str]:
    """Returns tags that are stated one by one, whatever is in them; a single one with several commas is a list."""
    return split_tags(tags[0]) if len(tags) == 1 and tags[0].count(",") > 1 else tags


def json_ld(tree: HtmlElement) -> list[Mapping[str, Any]]:
    """Returns the objects that a page states in JSON-LD."""
    return [*_nodes(tree)]


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


def _article_data(node: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Returns what an object states.

    Args:
        node: The object.
        named: Other objects, by the identifier by which this one may refer to them.
    """

    def objects(key: str) -> list[Any]:
        return [_referred(value, named) for value in _listed(node.get(key))]

    page = node.get("mainEntityOfPage")
    source = next((name for publisher in _listed(node.get("publisher")) for name in _texts(_name(publisher))), "")
    authors = objects("author") or objects("creator")
    organizations = [author for author in authors if isinstance(author, dict) and _types(author) & _ORGANIZATIONS]
    persons = [author for author in authors if author not in organizations]
    bylines = [text for author in persons for text in _texts(_name(author))]
    body = node.get("articleBody")
    stated: dict[str, Any] = {
        "title": _line(node.get("headline")) or _line(node.get("name")),
        "name": _line(node.get("name")),
        "dates": [*_texts(node.get("datePublished")), *_texts(node.get("dateCreated"))],
        "updates": _texts(node.get("dateModified")),
        "authors": [name for byline in bylines for name in author_names(byline, source)],
        "organizations": [text for author in organizations for text in _texts(_name(author))],
        "summary": _line(node.get("description")),
        "section": next(iter(_texts(node.get("articleSection"))), ""),
        "tags": _tags(node.get("keywords")),
        "source": source,
        "language": next(iter(_texts(node.get("inLanguage"))), ""),
        "url": _line(node.get("url")) or _line(page.get("@id") if isinstance(page, dict) else page),
        "body": body if isinstance(body, str) else "",
    }
    return {key: value for key, value in stated.items() if value}


def _tags(keywords: object) -> list[str]:
    """Returns the tags in a list, each whole, or in one text."""
    return whole_tags(_texts(keywords)) if isinstance(keywords, list) else split_tags(_line(keywords))


def _referred(value: object, named: Mapping[str, Mapping[str, Any]]) -> object:
    """Returns the object that a value refers to, or the value itself."""
    is_reference = isinstance(value, dict) and not value.get("name") and isinstance(value.get("@id"), str)
    return named.get(value["@id"], value) if is_reference and isinstance(value, dict) else value


def _name(value: object) -> object:
    return value.get("name") if isinstance(value, dict) else value


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _texts(value: object) -> list[str]:
    return [line for item in _listed(value) if (line := _line(item))]


def _line(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("@id")
    return one_line(entities.unescape(value).replace("\xad", "")) if isinstance(value, str) else ""
