"""Lists of links in HTML, as browsers and other tools export them, with the headings above each link."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import read_text
from docarchive.readers.exports.sheets import Cells, row_records
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.values.untyped import sorted_json
from docarchive.records import NamedTuple

#: The tags of such lists. A tag ends at ``>`` outside of quotes. Nothing in it matches ``<``, so that a tag that is
#: never closed does not take quadratic time (decision 0023).
_TAG: Final = re.compile(
    r"""<(/?)(a|h1|h2|h3|dl|dd|dt|li|ul|ol|p|hr|title)\b((?:[^<>"']|"[^"<]*+"|'[^'<]*+'|["'])*+)>""", re.I
)
_ATTRIBUTE: Final = re.compile(r"""([\w:-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_MARKUP: Final = re.compile(r"<[^<>]*>")
_HTML: Final = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<")
_HEADINGS: Final = frozenset(["h1", "h2", "h3"])
_MAX_DEPTH: Final = 64


class Link(NamedTuple):
    """A link.

    Attributes:
        url: The address.
        title: The text of the link.
        attributes: The attributes of its tag, with names in lower case.
        folders: The headings above it, outermost first.
        note: The text below it.
    """

    url: str
    title: str
    attributes: Mapping[str, str]
    folders: tuple[str, ...] = ()
    note: str = ""

    def raw(self) -> bytes:
        """Returns the bytes of the link's record: all of its values but icons, as JSON."""
        attributes = {key: value for key, value in self.attributes.items() if key not in ("icon", "icon_uri")}
        values = [self.url, self.title, attributes, list(self.folders), self.note]
        return sorted_json(values)


def links_in(page: str) -> Iterator[Link]:
    """Yields the links of a page; folders are nested lists with a heading, or headings alone."""
    folders: list[str] = []
    heading, is_title = "", False
    current: Link | None = None
    tags = iter(_TAG.finditer(page))
    for tag in tags:
        name, closing = tag[2].lower(), bool(tag[1])
        if current is not None and (closing or name != "p"):
            if name == "dd" and not closing:
                yield current._replace(note=_text_after(page, tag.end()))
                current = None
                continue
            yield current
            current = None
        if name in _HEADINGS and not closing:
            heading, is_title = _text_after(page, tag.end()), name == "h1"
        elif name in ("dl", "ul", "ol") and not closing and len(folders) < _MAX_DEPTH:
            folders.append("" if is_title and name == "dl" else heading)  # h1 is the title of the page then
            heading = ""
        elif name in ("dl", "ul", "ol") and closing and folders:
            folders.pop()
        elif name == "a" and not closing:
            current = _link(page, tag, tuple(folder for folder in folders if folder))
            if current is not None:
                end = next((following for following in tags if following[2].lower() == "a"), None)
                current = current._replace(title=_plain(page[tag.end() : end.start() if end else tag.end()]))
    if current is not None:
        yield current


def link_records(links: Iterable[Link], name: str, read: Callable[[Link], Article]) -> Iterator[Record]:
    """Yields a record for each link.

    Args:
        links: The links.
        name: What a link is, such as ``bookmark``, for locations and messages.
        read: A function of a module that makes an article of a link.

    Raises:
        ReaderError: There are no links.
    """
    number = 0
    for number, link in enumerate(links, start=1):
        yield Record(f"{name} {number}", link.raw(), partial(read, link))
    if not number:
        raise ReaderError(f"there is no {name} in it")


def table_or_links(
    source: Source, read_row: Callable[[Cells], Article], read_link: Callable[[Link], Article]
) -> Iterator[Record | Refusal]:
    """Yields the entries of an export that is a CSV table, or an HTML list of links.

    Args:
        source: The file.
        read_row: Makes an article of a row's cells by name.
        read_link: Makes an article of a link.

    Raises:
        ReaderError: There are no entries, or the file is not text.
    """
    with source.open() as file:
        is_html = _HTML.match(file.read(64))
    if is_html:
        yield from link_records(links_in(read_text(source).text), "entry", read_link)
    else:
        yield from row_records(source, read_row)


def _link(page: str, match: re.Match[str], folders: tuple[str, ...]) -> Link | None:
    attributes = {
        attribute[1].lower(): html.unescape(attribute[2] or attribute[3] or attribute[4] or "")
        for attribute in _ATTRIBUTE.finditer(match[3])
    }
    url = attributes.pop("href", "").strip()
    return Link(url, "", attributes, folders) if url else None


def _text_after(page: str, start: int) -> str:
    """Returns the text from ``start`` to the next tag of a list."""
    following = _TAG.search(page, start)
    return _plain(page[start : following.start() if following else len(page)])


def _plain(text: str) -> str:
    return html.unescape(_MARKUP.sub("", text[:100_000])).strip()
