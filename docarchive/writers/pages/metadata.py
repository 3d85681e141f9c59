"""The metadata of a page: schema.org as JSON-LD, Open Graph, Dublin Core; and dates as people read them."""

from __future__ import annotations

import json
import re
from calendar import month_name
from collections.abc import Iterator
from typing import Any, Final

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.formats.pages import ABOUT, DUBLIN_CORE, KIND, SCHEMA_ORG
from docarchive.language import detect
from docarchive.writers.addresses import web_address

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")
_RIGHT_TO_LEFT: Final = frozenset(["ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"])


def written_out(date: PartialDate) -> str:
    """Returns a date in words.

    >>> written_out(PartialDate("2024-03")), written_out(PartialDate("2024-03-16T10:30:00Z"))
    ('March 2024', '16 March 2024, 10:30 UTC')
    """
    text = date.text
    if date.precision == "year":
        return text
    month = f"{month_name[int(text[5:7])]} {text[:4]}"
    if date.precision == "month":
        return month
    day = f"{int(text[8:10])} {month}"
    if date.precision == "day":
        return day
    zone = re.sub(r"^.{11}[\d:.]+", "", text)
    return f"{day}, {text[11:16]}" + (" UTC" if zone == "Z" else f" {zone}" if zone else "")


def stamp(date: PartialDate) -> str:
    """Returns a date as HTML's ``datetime``, which has three digits of a second.

    >>> stamp(PartialDate("2024-03-16T10:30:00.123456+01"))
    '2024-03-16T10:30:00.123+01:00'
    """
    text = re.sub(r"([+-]\d\d)(\d\d)?\Z", lambda zone: f"{zone[1]}:{zone[2] or '00'}", date.text[10:])
    return date.text[:10] + re.sub(r"(\.\d{3})\d+", r"\1", text)


def language_of(article: Article) -> str:
    """Returns the language of an article as a BCP 47 tag; empty if unknown."""
    stated = (article.language or "").replace("_", "-")
    return stated if _LANGUAGE.match(stated) else detect(article.body, "")


def direction_of(language: str) -> str:
    """Returns ``rtl`` for a language that is written from right to left, else ``ltr``."""
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def json_ld(article: Article, address: str = "") -> str:
    """Returns an article as schema.org's NewsArticle, escaped for a ``script`` element.

    Args:
        article: The article.
        address: The address of the page; empty if unknown.
    """
    record: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "identifier": article.id,
        SCHEMA_ORG["title"]: article.title,
        SCHEMA_ORG["date"]: str(article.date or ""),
        SCHEMA_ORG["updated"]: str(article.updated or ""),
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "publisher": {"@type": "Organization", "name": article.source} if article.source else None,
        SCHEMA_ORG["section"]: article.section,
        "keywords": article.tags,
        "about": [{"@type": kind, "name": name} for key, kind in ABOUT.items() for name in getattr(article, key)],
        SCHEMA_ORG["language"]: language_of(article),
        SCHEMA_ORG["summary"]: article.summary,
        SCHEMA_ORG["url"]: web_address(article.url) or address,
    }
    text = json.dumps({key: value for key, value in record.items() if value}, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def meta(article: Article, address: str = "") -> Iterator[tuple[str, str, str]]:
    """Yields the ``meta`` elements of a page: the naming attribute, its value, the content.

    Args:
        article: The article.
        address: The address of the page; empty if unknown.
    """
    date, updated = str(article.date or ""), str(article.updated or "")
    url = web_address(article.url)
    open_graph = [
        (KIND, "article"),
        ("og:title", article.title),
        ("og:description", article.summary or ""),
        ("og:url", address or url),
        ("og:site_name", article.source or ""),
        ("article:published_time", date),
        ("article:modified_time", updated),
        *(("article:author", name) for name in article.authors),
        ("article:section", article.section or ""),
        *(("article:tag", tag) for tag in article.tags),
    ]
    yield from (("property", name, value) for name, value in open_graph if value)
    named = [("description", article.summary or ""), *(("author", name) for name in article.authors)]
    yield from (("name", name, value) for name, value in (*named, *dublin_core(article)) if value)


def dublin_core(article: Article) -> Iterator[tuple[str, str]]:
    """Yields the Dublin Core terms of an article and their values."""
    computed = {"language": language_of(article), "url": web_address(article.url)}
    for key, term in DUBLIN_CORE.items():
        value = computed.get(key, getattr(article, key))
        for item in value if isinstance(value, list) else [str(value or "")]:
            yield f"dcterms.{term}", item
    yield "dcterms.identifier", f"urn:docarchive:{article.id}"
