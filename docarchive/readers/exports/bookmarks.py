"""The reader of bookmarks: Netscape's HTML, which browsers and services write, and the JSON of Firefox and Chrome."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import read_text
from docarchive.readers.exports.entries import entry, tags_of
from docarchive.readers.exports.links import Link, link_records, links_in
from docarchive.readers.json.json import read_json
from docarchive.readers.json.jsonl import BOM
from docarchive.readers.protocol import Record, Source
from docarchive.readers.values.unix_times import moment

_MAX_DEPTH: Final = 64
#: Seconds from 1601, Chrome's epoch, to 1970.
_CHROME_EPOCH: Final = 11_644_473_600


def records(source: Source) -> Iterator[Record]:
    """Yields the bookmarks."""
    with source.open() as file:
        is_json = file.read(64).removeprefix(BOM).lstrip().startswith(b"{")
    links = _links_in_json(source) if is_json else links_in(read_text(source).text)
    return link_records(links, "bookmark", _read_bookmark)


def _read_bookmark(link: Link) -> Article:
    attributes = link.attributes
    return entry(
        link.url,
        link.title,
        link.note,
        tags=tags_of(attributes.get("tags")),
        saved=attributes.get("add_date"),
        folder="/".join(folder for folder in link.folders if folder),
        state="unread" if attributes.get("toread") == "1" else "",
        private=attributes.get("private") == "1",
        keyword=attributes.get("shortcuturl"),
    )


def _links_in_json(source: Source) -> Iterator[Link]:
    value = read_json(source)
    if not isinstance(value, dict):
        raise ReaderError("it is not a JSON object of bookmarks")
    roots = value.get("roots")
    trees = list(roots.values()) if isinstance(roots, dict) else [value]
    for root in trees:
        yield from _links_below(root, (), 0)


def _links_below(node: Any, folders: tuple[str, ...], depth: int) -> Iterator[Link]:
    if not isinstance(node, dict) or depth > _MAX_DEPTH:
        return
    title = str(node.get("title") or node.get("name") or "")
    url = node.get("uri") or node.get("url")
    if isinstance(url, str):
        yield Link(url, title, _attributes(node), folders)
    children = node.get("children")
    inner_folders = (*folders, title) if depth else folders  # the roots of the trees are not folders of the user
    for child in children if isinstance(children, list) else ():
        yield from _links_below(child, inner_folders, depth + 1)


def _attributes(node: dict[str, Any]) -> dict[str, str]:
    attributes: dict[str, str] = {}
    if isinstance(node.get("tags"), str):
        attributes["tags"] = node["tags"]
    if isinstance(node.get("dateAdded"), int):
        attributes["add_date"] = str(node["dateAdded"])
    if str(node.get("date_added", "")).isdigit() and (date := moment(int(node["date_added"]) / 10**6 - _CHROME_EPOCH)):
        attributes["add_date"] = date.text
    return attributes
