"""What a page states of itself: JSON-LD (schema.org), Open Graph, Dublin Core, ``<meta>`` and ``<link>``.

In that order; for what is in none of them, trafilatura and htmldate look at the rest of the page.
"""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from docarchive.dates import PartialDate

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_KINDS: Final = (
    "article newsarticle blogposting reportagenewsarticle analysisnewsarticle opinionnewsarticle reviewnewsarticle "
    "backgroundnewsarticle askpublicnewsarticle liveblogposting techarticle scholarlyarticle report review recipe "
    "advertisercontentarticle socialmediaposting"
)
_ARTICLES: Final = frozenset(_KINDS.split())
_MAX_JSON: Final = 5_000_000
_MAX_NODES: Final = 20_000
#: Names of ``<meta>``, the best first, by known key.
_META: Final[dict[str, tuple[str, ...]]] = {
    "title": ("og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title", "headline", "parsely-title"),
    "date": (
        *("article:published_time", "og:article:published_time", "citation_publication_date", "citation_date"),
        *("datepublished", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "dcterms.date"),
        *("parsely-pub-date", "sailthru.date", "pubdate", "publish-date", "publication_date", "date"),
    ),
    "updated": ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified"),
    "authors": (
        *("citation_author", "author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author"),
        *("byl", "article:author_name", "article:author", "twitter:data1"),
    ),
    "summary": ("og:description", "description", "dc.description", "dcterms.abstract", "twitter:description"),
    "section": ("article:section", "parsely-section"),
    "tags": ("article:tag", "news_keywords", "keywords", "parsely-tags", "dc.subject", "dcterms.subject"),
    "source": ("og:site_name", "citation_journal_title", "dc.publisher", "application-name"),
    "language": ("dc.language", "dcterms.language", "content-language", "language", "og:locale"),
    "doi": ("citation_doi", "dc.identifier.doi"),
}
#: Hours from UTC of the zones that news pages name.
_ZONES: Final = {
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
    **{"BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5, "JST": 9, "AEST": 10, "AEDT": 11},
}
_NO_NAMES: Final = ("admin", "administrator", "editor", "staff", "webmaster", "root")
_DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)\Z", re.IGNORECASE)


class PageData(NamedTuple):
    """What a page states.

    Attributes:
        metadata: Known keys with values; none is empty.
        body: The text that JSON-LD gives, as plain text; may be empty.
    """

    metadata: dict[str, Any]
    body: str


def page_data(html: str, url: str | None) -> PageData:
    """Reads what a page states.

    Args:
        html: The page.
        url: Where it came from, if that is known.
    """
    from trafilatura import load_html

    tree = load_html(html)
    if tree is None:
        return PageData({"url": url} if url else {}, "")
    stated = _from_json(tree, url)
    body = str(stated.pop("body", ""))
    meta = _from_meta(tree)
    metadata: dict[str, Any] = {key: value for key in (*_META, "url") if (value := stated.get(key) or meta.get(key))}
    metadata["url"] = _address(tree, url) or metadata.get("url")
    metadata["language"] = _language(tree) or metadata.get("language")
    _add_found(tree, metadata)
    if title := metadata.get("title"):
        metadata["title"] = _without_site(str(title), metadata.get("source"), tree)
    if isinstance(language := metadata.get("language"), str):
        metadata["language"] = language.replace("_", "-").strip()
        if not re.fullmatch(r"[A-Za-z]{2,3}(-[\w-]+)?", metadata["language"]):
            del metadata["language"]
    for key in ("date", "updated"):
        if metadata.get(key) and not (date := _date(str(metadata[key]))):
            del metadata[key]
        elif metadata.get(key):
            metadata[key] = date
    if metadata.get("updated") == metadata.get("date"):
        metadata.pop("updated", None)
    return PageData({key: value for key, value in metadata.items() if value}, body)


# JSON-LD


def _from_json(tree: HtmlElement, url: str | None) -> dict[str, Any]:
    best: dict[str, Any] = {}
    for node in _nodes(tree):
        if not _types(node) & _ARTICLES:
            continue
        found = _article(node)
        same = bool(url) and found.get("url") == url
        if not best or same or len(found) > len(best) + 2:
            best = found
    return best


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
    found = node.get("@type")
    return {str(each).rpartition("/")[2].lower() for each in (found if isinstance(found, list) else [found])}


def _article(node: Mapping[str, Any]) -> dict[str, Any]:
    page = node.get("mainEntityOfPage")
    found: dict[str, Any] = {
        "title": _line(node.get("headline")) or _line(node.get("name")),
        "date": _line(node.get("datePublished")) or _line(node.get("dateCreated")),
        "updated": _line(node.get("dateModified")),
        "authors": [name for each in _listed(node.get("author")) for name in _people(each)],
        "summary": _line(node.get("description")),
        "section": next(iter(_texts(node.get("articleSection"))), ""),
        "tags": [tag for text in _texts(node.get("keywords")) for tag in _split(text)],
        "source": next((name for each in _listed(node.get("publisher")) for name in _people(each)), ""),
        "language": next(iter(_texts(node.get("inLanguage"))), ""),
        "url": _line(node.get("url")) or _line(page.get("@id") if isinstance(page, dict) else page),
        "body": node.get("articleBody") if isinstance(node.get("articleBody"), str) else "",
    }
    return {key: value for key, value in found.items() if value}


def _people(value: object) -> list[str]:
    name = value.get("name") if isinstance(value, dict) else value
    return [each for text in _texts(name) for each in [_person(text)] if each]


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _texts(value: object) -> list[str]:
    return [line for each in _listed(value) if (line := _line(each))]


def _line(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("@id")
    return " ".join(entities.unescape(value).split()) if isinstance(value, str) else ""


# Meta


def _from_meta(tree: HtmlElement) -> dict[str, Any]:
    given: dict[str, list[str]] = {}
    for element in tree.xpath("//meta[@content]"):
        value = " ".join(element.get("content").split())
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if value and (name := (element.get(attribute) or "").strip().lower().replace("dc:", "dc.")):
                given.setdefault(name, []).append(value)
                break
    found: dict[str, Any] = {}
    for key, names in _META.items():
        values = next((given[name] for name in names if given.get(name)), [])
        if key == "authors":
            found[key] = [*dict.fromkeys(name for value in values if (name := _person(value)))]
        elif key == "tags":
            found[key] = [*dict.fromkeys(tag for value in values for tag in _split(value))]
        elif key == "doi":
            found[key] = next((match[1] for value in values if (match := _DOI.match(value))), "")
        elif values:
            found[key] = values[0]
    return found


def _split(text: str) -> Iterable[str]:
    sign = ";" if ";" in text and "," not in text else ","
    return [part for each in text.split(sign) if (part := each.strip()) and len(part) <= 100]


def _person(text: str) -> str:
    """Returns a name; empty for an address, or for what is no name."""
    text = re.sub(r"^(?:by|von|par|por|di)\s+", "", " ".join(text.split()), flags=re.IGNORECASE)
    return "" if "://" in text or text.startswith(("@", "/")) or len(text) > 100 or text.lower() in _NO_NAMES else text


# The page itself


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


def _language(tree: HtmlElement) -> str:
    root = tree.getroottree().getroot()
    return str(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip()


def _add_found(tree: HtmlElement, metadata: dict[str, Any]) -> None:
    """Adds what trafilatura and htmldate find where the page states nothing."""
    if all(metadata.get(key) for key in ("title", "date", "authors", "source")):
        return
    from trafilatura.metadata import extract_metadata

    try:
        found = extract_metadata(tree, metadata.get("url"))
    except Exception:  # it meets pages that its authors have not: what it would have found is left out
        return
    if found is None:
        return
    authors = [name for each in (found.author or "").split(";") if (name := _person(each))]
    values = {"title": found.title, "date": found.date, "authors": authors, "source": found.sitename}
    for key, value in {**values, "summary": found.description}.items():
        if value and not metadata.get(key):
            metadata[key] = value


def _without_site(title: str, site: object, tree: HtmlElement) -> str:
    """Takes the name of the site from the end or the beginning of a title."""
    title = " ".join(title.split())
    names = {str(site).casefold()} if site else set()
    for value in tree.xpath("//meta[@property='og:site_name']/@content"):
        names.add(" ".join(str(value).split()).casefold())
    for sign in (" | ", " - ", " – ", " — ", " :: ", " · ", " « ", " » "):
        head, _, tail = title.rpartition(sign)
        if head and tail.casefold().strip() in names:
            return head.strip()
        first, _, rest = title.partition(sign)
        if rest and first.casefold().strip() in names:
            return rest.strip()
    return title


def _date(text: str) -> PartialDate | None:
    """Reads a date as pages write them; one that cannot be read is none."""
    for candidate in (text, re.sub(r"\.\d+", "", text), text[:19], text[:10]):
        with suppress(ValueError):
            return PartialDate.parse(candidate)
    import warnings

    from dateutil.parser import ParserError, parse

    zones = {name: int(hours * 3600) for name, hours in _ZONES.items()}
    with suppress(ParserError, OverflowError, ValueError), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about zones that it does not know: the time is local then
        return PartialDate.parse(parse(text, tzinfos=zones))
    return None
