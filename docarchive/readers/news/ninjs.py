"""The reader of ninjs (News in JSON, IPTC, versions 1 to 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.formats.ninjs import HTML, KEPT
from docarchive.markdown import escape
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.html.to_markdown import to_line, to_markdown
from docarchive.readers.json.json import MAX_SIZE as MAX_FILE
from docarchive.readers.json.json import item_records, read_json
from docarchive.readers.json.jsonl import BOM, parse_json, records_of_lines
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.values.dates_found import first_date
from docarchive.readers.values.people import credited
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.texts import TEXT_NAMES, letters_of, with_text
from docarchive.readers.values.untyped import as_text, objects_in, without_empty

#: A list of items, or an object that has nothing before one.
_HOLDS_ITEMS: Final = re.compile(rb'\s*(?:\{\s*"_?items?"\s*:\s*)?\[\s*\{')
_OTHER_KEYS: Final = (*KEPT, "usageterms", "copyrightnotice")


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the news item of a file, those of a list in it, or one a line, by the number of the line."""
    with source.open() as file:
        first, second = file.readline(MAX_SIZE), file.readline(MAX_SIZE)
    if first.rstrip().endswith(b"}") and second.lstrip().startswith(b"{"):
        yield from records_of_lines(source, _parse_item)
    elif _HOLDS_ITEMS.match(first.removeprefix(BOM) + second):
        value = read_json(source, limit=MAX_FILE, advice="; save it as several")
        lists = [value] if isinstance(value, list) else value.values()
        yield from item_records(next(item for item in lists if isinstance(item, list)), read_item)
    else:
        yield Record("", None, partial(_load, source))


def _load(source: Source) -> Article:
    return _parse_item(source.read(MAX_SIZE).removeprefix(BOM))


def _parse_item(data: bytes) -> Article:
    item = parse_json(data)
    if not isinstance(item, dict):
        raise ReaderError("it is not a JSON object")
    return read_item(item)


def read_item(item: Mapping[str, Any]) -> Article:
    """Makes an article of a news item.

    Raises:
        ReaderError: The item has neither text nor headline.
        ArticleError: A value in it is not valid.
    """
    values = {key.lower(): value for key, value in item.items()}
    title = to_line(_first(values, "headline", "headlines", "title"))
    metadata: dict[str, Any] = {
        "guid": as_text(values.get("uri")) or as_text(values.get("guid")),
        "title": title,
        "date": _written(values, "contentcreated", "firstcreated", "versioncreated"),
        "updated": _written(values, "contentmodified", "versioncreated"),
        "authors": credited(as_text(values.get("byline")))
        or credited(as_text(values.get("by")))
        or _names(values.get("by"))
        or _names(values.get("infosource")),
        "source": as_text(values.get("copyrightholder"))
        or as_text(values.get("source"))
        or next(iter(_names(values.get("infosources"))), ""),
        "url": _address(values.get("renditions")),
        "language": as_text(values.get("language")),
        "summary": _first(values, "description_summary", "description_text", "descriptions"),
        "tags": [*_names(values.get("subject") or values.get("subjects")), *_texts(values.get("keywords"))],
        "people": _names(values.get("person") or values.get("people")),
        "organizations": _names(values.get("organisation") or values.get("organisations")),
        "places": _names(values.get("place") or values.get("places")) or _texts(values.get("located")),
        **{key: value for key in _OTHER_KEYS if (value := values.get(key))},
    }
    body = _body(values, _address(values.get("renditions")))
    if not body and not title:
        raise ReaderError("there is neither a text nor a headline in it")
    return make_article(without_empty(metadata), body or escape(title))


def _written(values: Mapping[str, Any], *keys: str) -> Any:
    return first_date(*(values.get(key) for key in keys))


def _address(renditions: object) -> str:
    """Returns the address of the item on the web, if one of its renditions is a page."""
    pages = (rendition for rendition in objects_in(renditions) if rendition.get("contentType") == HTML)
    return next((as_text(page.get("href")) for page in pages), "")


def _body(values: Mapping[str, Any], url: str) -> str:
    of_html = partial(to_markdown, base=url)
    for key in ("body_xhtml", "body_html", "body_xml"):
        if as_text(values.get(key)):
            return of_html(values[key])
    if as_text(values.get("body_text")):
        return as_text(values["body_text"])
    bodies = [
        (str(body.get("contentType", body.get("contenttype", ""))), text)
        for body in objects_in(values.get("bodies"))
        if (text := next((text for key in _TEXTS if isinstance(text := body.get(key), str) and text.strip()), ""))
    ]
    for kind, convert in (("markdown", str), ("html", of_html)):
        for content_type, text in bodies:
            if kind in content_type:
                return convert(text)
    if bodies:
        return bodies[0][1]
    texts = {key: value for key, value in values.items() if letters_of(key) in TEXT_NAMES}  # of other programs
    return as_text(with_text({**texts, "url": url}).get("body"))


#: Where a body has its text; the standard has the first.
_TEXTS: Final = ("value", "content", "text")


def _first(values: Mapping[str, Any], *keys: str) -> str:
    return next(filter(None, (as_text(values.get(key)) or _first_wording(values.get(key)) for key in keys)), "")


def _texts(value: object) -> list[str]:
    return [text for text in map(as_text, value if isinstance(value, list) else [value]) if text]


def _first_wording(value: object) -> str:
    """Returns the first of several wordings (ninjs 2: ``[{"role": …, "value": …}]``)."""
    return next(filter(None, (as_text(wording.get("value")) for wording in objects_in(value))), "")


def _names(value: object) -> list[str]:
    concepts = objects_in(value if isinstance(value, list) else [value])
    return [name for item in concepts if (name := as_text(item.get("name")) or as_text(item.get("literal")))]
