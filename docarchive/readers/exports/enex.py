"""The reader of Evernote's exports (ENEX): each note is an article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.html.xml import every, first, local, parse_bytes, text_of
from docarchive.readers.news.nitf import stamp
from docarchive.readers.protocol import Reader, Record, Refusal, Source
from docarchive.readers.values.reserved_keys import make_article

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ROOT = re.compile(rb"<en-export[\s>]")
_START: Final = re.compile(rb"<note>")
_END: Final = b"</note>"
_CHUNK: Final = 1 << 20
_MAX_NOTE: Final = 200_000_000
_RESOURCE = re.compile(rb"<data\b[^>]*>.*?</data>", re.DOTALL)
_TODO = re.compile(r"<en-todo\b([^>]*?)/?>(?:</en-todo>)?")
_MEDIA = re.compile(r"<en-media\b[^>]*?/?>(?:</en-media>)?")
_HEAD = re.compile(r"^.*?<en-note[^>]*>|</en-note>\s*$", re.DOTALL)


class EnexReader(Reader):
    """Reads each note of an export; what is attached is named, and stays in the original."""

    name = "enex"
    summary = "exports of Evernote"
    suffixes = (".enex",)

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        return _ROOT.search(head[:2000]) is not None

    def records(self, source: Source) -> Iterator[Record | Refusal]:
        """See ``Reader``; the place is the note's number."""
        found = False
        with source.open() as file:
            for number, note in enumerate(_notes(file), start=1):
                found = True
                if note.endswith(_END):
                    yield Record(str(number), note, partial(read_note, note))
                else:
                    yield Refusal(str(number), note, "the note does not end: the file is cut off")
        if not found:
            raise ReaderError("there is no note in it")


def _notes(file: BinaryIO) -> Iterator[bytes]:
    """Yields the bytes of each note, without what is attached to it."""
    waiting = b""
    while chunk := file.read(_CHUNK):
        waiting += chunk
        while (end := waiting.find(_END)) >= 0:
            end += len(_END)
            if start := _START.search(waiting, 0, end):
                yield _RESOURCE.sub(b"", waiting[start.start() : end])
            waiting = waiting[end:]
        if len(waiting) > _MAX_NOTE:
            raise ReaderError(f"a note in it is larger than {_MAX_NOTE // 1_000_000} MB")
    if start := _START.search(waiting):
        yield _RESOURCE.sub(b"", waiting[start.start() :])[:1_000_000]


def read_note(note: bytes) -> Article:
    """Makes an article of a note.

    Raises:
        ReaderError: It is no well-formed XML, or has neither text nor title.
    """
    root = parse_bytes(note)
    about = first(root, "note-attributes")
    content = first(root, "content")
    body = _markdown("".join(content.itertext())) if content is not None else ""
    title = text_of(_child(root, "title"))
    if not body and not title:
        raise ReaderError("the note has neither text nor title")
    metadata: dict[str, Any] = {
        "title": title,
        "date": stamp(text_of(_child(root, "created"))),
        "updated": stamp(text_of(_child(root, "updated"))),
        "tags": [tag for each in every(root, "tag") if (tag := text_of(each))],
        "authors": _in(about, "author"),
        "url": _in(about, "source-url"),
        "attachments": [name for each in every(root, "resource") if (name := _attachment(each))],
    }
    if metadata["updated"] == metadata["date"]:
        metadata["updated"] = None
    return make_article({key: value for key, value in metadata.items() if value}, body or title)


def _child(root: Element, name: str) -> Element | None:
    return next((each for each in root if local(each) == name), None)


def _in(about: Element | None, name: str) -> str:
    return text_of(first(about, name)) if about is not None else ""


def _attachment(resource: Element) -> str:
    return text_of(first(resource, "file-name")) or text_of(first(resource, "mime"))


def _markdown(enml: str) -> str:
    html = _HEAD.sub("", enml)
    html = _TODO.sub(lambda todo: "[x] " if 'checked="true"' in todo[1] else "[ ] ", html)
    return to_markdown(_MEDIA.sub("", html))
