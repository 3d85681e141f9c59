"""Readers of exports of note programs: Google Keep (Takeout; JSON, with each note as a page too) and Simplenote."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.markdown import escape, escaped_part
from docarchive.readers.encoding.detect import load_text
from docarchive.readers.exports.entries import link, tags_of
from docarchive.readers.html.to_markdown import parse_html, to_line, to_markdown
from docarchive.readers.json.json import Item, item_records, read_json
from docarchive.readers.protocol import Record, Refusal, Skip, Source
from docarchive.readers.text.headings import plain_title
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.unix_times import unix_time
from docarchive.readers.values.untyped import as_text, objects_in, without_empty
from docarchive.texts import one_line


def keep_records(source: Source) -> Iterator[Record | Skip]:
    """Yields a note of Google Keep; a note as a page is skipped if the same note is next to it as JSON."""
    stem, suffix = os.path.splitext(source.name)
    if suffix.lower() not in (".html", ".htm"):
        yield Record("", None, partial(_load_keep, source.alone()), partial(_picture, source))
    elif source.sibling(f"{stem}.json") is not None:
        yield Skip("", "a note of Google Keep that is next to it as JSON")
    else:
        yield Record("", None, partial(load_text, source.alone(), _read_keep_page))


def _picture(source: Source, name: str) -> Source | None:
    """Returns a picture of a note whose file has another ending: Takeout writes ``.jpg`` in notes for ``.jpeg``."""
    stem, suffix = os.path.splitext(name)
    other = {".jpg": ".jpeg", ".jpeg": ".jpg"}.get(suffix.lower(), "")
    return source.sibling(stem + other) if other else None


def _read_keep_page(text: str, _name: str = "", _folder: str = "") -> Article:
    page = parse_html(text)
    for box in page.select("li .bullet"):
        box.replace_with("[x] " if box.find_parent(class_="checked") else "[ ] ")
    title, content, heading = (page.select_one(f".{name}") for name in ("title", "content", "heading"))
    name = to_line(str(title)) if title else ""
    body = to_markdown(str(content)).replace("- \\[x] ", "- [x] ").replace("- \\[ ] ", "- [ ] ") if content else ""
    if not name and not body:
        raise ReaderError("the note has neither text nor title")
    metadata: dict[str, Any] = {
        "title": name,
        "date": " ".join(heading.get_text(" ").split()) if heading else "",
        "tags": [tag.get_text().strip() for tag in page.select(".label-name")],
    }
    return make_article(without_empty(metadata), body or escape(name))


def _load_keep(source: Source) -> Article:
    note = read_json(source, "note")
    if not isinstance(note, dict):
        raise ReaderError("it is not a JSON object of a note")
    title = as_text(note.get("title"))
    pages = [
        f"- {link(as_text(page.get('title')), as_text(page.get('url')))}"
        for page in objects_in(note.get("annotations"))
        if page.get("url")
    ]
    html = as_text(note.get("textContentHtml"))  # a note that was formatted has its text as HTML too
    text = to_markdown(html) if "<" in html else ""
    items = "\n".join(map(_list_item, objects_in(note.get("listContent"))))
    files = [(name, file) for file in objects_in(note.get("attachments")) if (name := as_text(file.get("filePath")))]
    attachments = [name for name, _ in files]
    pictures = [
        f"![{escaped_part(name)}]({quote(name)})"
        for name, file in files
        if as_text(file.get("mimetype")).startswith("image/")
    ]
    text = as_text(note.get("textContent")) or text
    body = "\n\n".join(filter(None, [text, items, "\n".join(pages), *pictures]))
    if not title and not body and not attachments:
        raise ReaderError("the note has neither text nor title")
    created = note.get("createdTimestampUsec")
    metadata: dict[str, Any] = {
        "title": title,
        "guid": f"keep:{created}" if created else "",
        "date": _time(created) or _time(note.get("userEditedTimestampUsec")),
        "updated": _time(note.get("userEditedTimestampUsec")),
        "tags": tags_of(note.get("labels")),
        "state": "trashed" if note.get("isTrashed") else "archived" if note.get("isArchived") else "",
        "pinned": note.get("isPinned") is True,
        "attachments": attachments,
    }
    return make_article(without_empty(metadata), body or escape(title or "\n".join(attachments)))


def _list_item(item: Item) -> str:
    text = one_line(as_text(item.get("text")))
    return f"- [{'x' if item.get('isChecked') else ' '}] {escape(text)}"


def _time(microseconds: object) -> str:
    moment = unix_time(microseconds) if isinstance(microseconds, int) and not isinstance(microseconds, bool) else None
    return str(moment or "")


def simplenote_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the notes of Simplenote's ``notes.json``; those in its trash have the state ``trashed``."""
    notes = read_json(source, "file")
    if not isinstance(notes, dict):
        raise ReaderError("it is not a JSON object of notes of Simplenote")
    yield from item_records(objects_in(notes.get("activeNotes")), partial(_read_simplenote, ""), prefix="note ")
    yield from item_records(
        objects_in(notes.get("trashedNotes")), partial(_read_simplenote, "trashed"), prefix="trashed note "
    )


def _read_simplenote(state: str, note: Item) -> Article:
    body = as_text(note.get("content")).replace("\r\n", "\n")
    if not body:
        raise ReaderError("the note has no text")
    first, _, rest = body.partition("\n")
    metadata: dict[str, Any] = {
        "title": plain_title(first.lstrip("# ")) if rest.strip() else "",
        "guid": f"simplenote:{note.get('id')}" if note.get("id") else "",
        "date": note.get("creationDate"),
        "updated": note.get("lastModified"),
        "tags": tags_of(note.get("tags")),
        "url": note.get("publicURL"),
        "state": state,
        "pinned": note.get("pinned") is True,
    }
    return make_article(without_empty(metadata), rest.strip() or body)
