"""The record of a web page. What parses pages is large: it is loaded by the process that parses them (``html``)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from docarchive.article import Article
from docarchive.readers.html.own_pages import is_own_list
from docarchive.readers.protocol import Record, Source
from docarchive.readers.web.pictures import DataPictures

_HEAD: Final = 20_000


def records(source: Source) -> Iterator[Record]:
    """Yields the article of a page; none if it is a list of articles that docarchive exported."""
    with source.open() as file:
        head = file.read(_HEAD).decode("utf-8", "replace")
    if not is_own_list(head):
        yield Record("", None, partial(_article, source), DataPictures(partial(_text, source)))


def _article(source: Source) -> Article:
    from docarchive.readers.web.html import load_page

    return load_page(source)


def _text(source: Source) -> str:
    from docarchive.readers.web.decoding import page_text

    return page_text(source)[0]
