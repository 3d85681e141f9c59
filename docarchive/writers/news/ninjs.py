"""The writer of ninjs 3.0, News in JSON of the IPTC (https://iptc.org/standards/ninjs/)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, BinaryIO, Final

from docarchive.article import Article
from docarchive.formats.ninjs import HTML, KEPT, MARKDOWN
from docarchive.pictures import described
from docarchive.slugs import Names
from docarchive.writers.addresses import web_address
from docarchive.writers.json import json_line
from docarchive.writers.markup import html_of
from docarchive.writers.moments import moment
from docarchive.writers.protocol import Document, Files, WriteOptions, Writer
from docarchive.writers.text import dated_slug

_STANDARD: Final = {
    "name": "ninjs",
    "version": "3.0",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json",
}
_STATES: Final = ("usable", "withheld", "canceled")


class NinjsWriter(Writer):
    """Writes one item per article, a file or a line; the text as HTML and as Markdown."""

    name = "ninjs"
    summary = "news items (ninjs), one per file or per line"
    suffixes = (".ninjs",)
    folder = True

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        for document in documents:
            out.write(json_line(_item(document.article)) + b"\n")

    def write_files(self, documents: Iterable[Document], files: Files, options: WriteOptions) -> None:
        names = Names()
        for document in documents:
            path = names.unique(dated_slug(document.article), ".ninjs", id=document.id)
            files.add(path, json.dumps(_item(document.article), ensure_ascii=False, indent=1).encode() + b"\n")


def _item(article: Article) -> dict[str, Any]:
    extra = article.extra
    last, url = article.updated or article.date, web_address(article.url)
    guid, urgency, status = extra.get("guid"), extra.get("urgency"), extra.get("pubstatus")
    item: dict[str, Any] = {
        "standard": _STANDARD,
        "uri": guid if isinstance(guid, str) and guid else f"urn:docarchive:{article.id}",
        "type": "text",
        **{KEPT[key]: _text(extra.get(key)) for key in ("version", "profile", "slugline")},
        "contentCreated": moment(article.date) if article.date else "",
        "versionCreated": moment(last) if last else "",
        KEPT["pubstatus"]: status if status in _STATES else "",
        KEPT["urgency"]: urgency if isinstance(urgency, int) and 1 <= urgency <= 9 else None,
        "language": article.language,
        "by": "; ".join(article.authors),
        "infoSources": _named([article.source] if article.source else []),
        "headlines": [{"role": "main", "value": article.title}],
        "descriptions": [{"role": "summary", "contentType": "text/plain", "value": article.summary}]
        if article.summary
        else [],
        "bodies": [
            {"role": "main", "contentType": HTML, "value": html_of(described(article.body))},
            {"role": "source", "contentType": MARKDOWN, "value": article.body},
        ],
        "subjects": _named(article.tags),
        "people": _named(article.people),
        "organisations": _named(article.organizations),
        "places": _named(article.places),
        "altIds": [{"role": "source", "value": article.source_id}] if article.source_id else [],
        "renditions": [{"name": "web", "href": url, "contentType": HTML}] if url else [],
    }
    return {key: value for key, value in item.items() if value}


def _named(names: list[str]) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
