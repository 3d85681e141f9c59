"""The reader of ninjs (News in JSON, IPTC, versions 1 to 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.formats.ninjs import HTML, KEPT
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.json.jsonl import BOM, parse_json, records_of_lines
from docarchive.readers.protocol import Reader, Record, Refusal, Source
from docarchive.readers.values.reserved_keys import make_article

_MARKS: Final = (
    re.compile(rb'"uri"\s*:'),
    re.compile(
        rb'"(?:body_(?:text|xhtml|html|\w+)|bodies|headlines?|versioncreated|versionCreated|pubstatus|pubStatus)"\s*:'
    ),
    re.compile(
        rb'"(?:versioncreated|versionCreated|pubstatus|pubStatus|usageterms|usageTerms|firstcreated|firstCreated)"\s*:'
        rb'|"name"\s*:\s*"ninjs"'
    ),
)


_KEPT: Final = (*KEPT, "usageterms", "copyrightnotice")


class NinjsReader(Reader):
    """Reads one news item a file, or one a line."""

    name = "ninjs"
    summary = "ninjs, news in JSON"
    suffixes = (".ninjs", ".json")

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        start = head.removeprefix(BOM).lstrip()
        return start.startswith(b"{") and all(mark.search(start) for mark in _MARKS)

    def records(self, source: Source) -> Iterator[Record | Refusal]:
        """See ``Reader``; the place is the line's number where there is an item a line."""
        with source.open() as file:
            first, second = file.readline(MAX_SIZE), file.readline(MAX_SIZE)
        if first.rstrip().endswith(b"}") and second.lstrip().startswith(b"{"):
            yield from records_of_lines(source, _item)
        else:
            yield Record("", None, partial(_load, source))


def _load(source: Source) -> Article:
    with source.open() as file:
        return _item(file.read(MAX_SIZE).removeprefix(BOM))


def _item(data: bytes) -> Article:
    item = parse_json(data)
    if not isinstance(item, dict):
        raise ReaderError("a JSON object with keys and values is wanted")
    return read_ninjs(item)


def read_ninjs(item: Mapping[str, Any]) -> Article:
    """Makes an article of a news item.

    Raises:
        ReaderError: There is neither text nor headline in it.
        ArticleError: A value in it is not valid.
    """
    given = {key.lower(): value for key, value in item.items()}
    title = _first(given, "headline", "headlines", "title")
    metadata: dict[str, Any] = {
        "guid": _text(given.get("uri")),
        "title": title,
        "date": _text(given.get("contentcreated") or given.get("firstcreated") or given.get("versioncreated")),
        "updated": _text(given.get("contentmodified") or given.get("versioncreated")),
        "authors": _text(given.get("byline"))
        or _text(given.get("by"))
        or _names(given.get("by"))
        or _names(given.get("infosource")),
        "source": _text(given.get("copyrightholder"))
        or _text(given.get("source"))
        or next(iter(_names(given.get("infosources"))), ""),
        "url": _address(given.get("renditions")),
        "language": _text(given.get("language")),
        "summary": _first(given, "description_summary", "description_text", "descriptions"),
        "tags": [*_names(given.get("subject") or given.get("subjects")), *_texts(given.get("keywords"))],
        "people": _names(given.get("person") or given.get("people")),
        "organizations": _names(given.get("organisation") or given.get("organisations")),
        "places": _names(given.get("place") or given.get("places")) or _texts(given.get("located")),
        **{key: value for key in _KEPT if (value := given.get(key))},
    }
    if metadata["updated"] == metadata["date"]:
        metadata["updated"] = None
    body = _body(given)
    if not body and not title:
        raise ReaderError("there is neither a text nor a headline in it")
    return make_article({key: value for key, value in metadata.items() if value}, body or title)


def _address(renditions: object) -> str:
    """Returns where the item stands on the web, if one of its renditions is a page."""
    found = renditions if isinstance(renditions, list) else []
    pages = (each for each in found if isinstance(each, dict) and each.get("contentType") == HTML)
    return next((_text(each.get("href")) for each in pages), "")


def _body(given: Mapping[str, Any]) -> str:
    for key in ("body_xhtml", "body_html", "body_xml"):
        if _text(given.get(key)):
            return to_markdown(given[key])
    if _text(given.get("body_text")):
        return _text(given["body_text"])
    found = [each for each in given.get("bodies") or () if isinstance(each, dict) and _text(each.get("value"))]
    plain = [each for each in found if "markdown" in str(each.get("contentType", each.get("contenttype", "")))]
    if plain:
        return str(plain[0]["value"])
    markup = [each for each in found if "html" in str(each.get("contentType", each.get("contenttype", "")))]
    if markup:
        return to_markdown(markup[0]["value"])
    return _text(found[0]["value"]) if found else ""


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _first(given: Mapping[str, Any], *keys: str) -> str:
    return next(filter(None, (_text(given.get(key)) or _value(given.get(key)) for key in keys)), "")


def _texts(value: object) -> list[str]:
    return [each for each in map(_text, value if isinstance(value, list) else [value]) if each]


def _value(value: object) -> str:
    """Returns the first of several wordings (ninjs 2: ``[{"role": …, "value": …}]``)."""
    found = [_text(each.get("value")) for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    return next(filter(None, found), "")


def _names(value: object) -> list[str]:
    found = value if isinstance(value, list) else [value]
    return [
        name
        for each in found
        if isinstance(each, dict) and (name := _text(each.get("name")) or _text(each.get("literal")))
    ]
