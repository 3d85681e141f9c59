"""The reader of Evernote's exports (ENEX): each note is an article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.markdown import escape
from docarchive.readers.exports.enex_pictures import EnexPictures
from docarchive.readers.exports.enml import Task, with_html
from docarchive.readers.exports.entries import times_of_note
from docarchive.readers.html.elements import elements
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.html.xml import every, first, local, parse_bytes, text_of
from docarchive.readers.protocol import Record, Refusal, Source, kept_picture
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.untyped import without_empty

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_START: Final = re.compile(rb"<note>")
_END: Final = b"</note>"
#: What is in the style of the text that the clipper saved.
_CLIPPED: Final = "--en-clipped-content"
_MAX_NOTE: Final = 200_000_000
_RESOURCE = re.compile(rb"<data\b[^>]*>.*?</data>", re.DOTALL)


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the notes of an export, with their numbers as locations; attached files stay in the original."""
    number = 0
    pictures = EnexPictures(source)
    with source.open() as file:
        for number, whole in enumerate(elements(file, _START, _END, _MAX_NOTE, "note"), start=1):
            note = _RESOURCE.sub(b"", whole)
            if note.endswith(_END):
                yield Record(str(number), note, partial(_read_note, note), pictures)
            else:
                yield Refusal(str(number), note[:1_000_000], "the note does not end: the file is cut off")
    if not number:
        raise ReaderError("there is no note in it")


def _read_note(note: bytes) -> Article:
    root = parse_bytes(note)
    attributes = first(root, "note-attributes")
    content = first(root, "content")
    enml = "".join(content.itertext()) if content is not None else ""
    url = text_of(first(attributes, "source-url"))
    body = to_markdown(with_html(enml, [*map(_task, every(root, "task"))]), base=url, picture=kept_picture)
    said = f"{text_of(first(attributes, 'source'))} {text_of(first(attributes, 'source-application'))}"
    is_clip = "clip" in said.lower() or _CLIPPED in enml  # other notes may have an address, too
    title = text_of(_child(root, "title"))
    if not body and not title:
        raise ReaderError("the note has neither text nor title")
    metadata: dict[str, Any] = {
        "title": title,
        **times_of_note(text_of(_child(root, "created")), text_of(_child(root, "updated")), url if is_clip else ""),
        "tags": [tag for element in every(root, "tag") if (tag := text_of(element))],
        "authors": text_of(first(attributes, "author")),
        "url": url if url.startswith(("http://", "https://")) else "",
        "source_address": url if not url.startswith(("http://", "https://")) else "",
        "attachments": [name for element in every(root, "resource") if (name := _attachment(element))],
    }
    return make_article(without_empty(metadata), body or escape(title))


def _child(root: Element, name: str) -> Element | None:
    return next((child for child in root if local(child) == name), None)


def _attachment(resource: Element) -> str:
    return text_of(first(resource, "file-name")) or text_of(first(resource, "mime"))


def _task(task: Element) -> Task:
    done = text_of(first(task, "taskStatus")) == "completed"
    return Task(text_of(first(task, "taskGroupNoteLevelID")), text_of(first(task, "title")), done)
