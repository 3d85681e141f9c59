"""The reader of Markdown, with or without front matter, as the generators of sites and note programs write it.

The text is kept byte for byte. Where a site's generator shows a title, a date or a section that the front
matter does not give (``sites``), the article gets the same.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final, NamedTuple

from docarchive import frontmatter, keys
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.frontmatter.bounds import without_line_end
from docarchive.frontmatter.yaml12 import parse_yaml
from docarchive.readers.encoding.detect import read_text
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.markup.other_front_matter import read_unfenced
from docarchive.readers.markup.pandoc_title_block import read_title_block
from docarchive.readers.markup.wikilinks import inline_tags, wikilinks
from docarchive.readers.markup.yaml_repair import is_place, is_template, mended
from docarchive.readers.protocol import Record, Source
from docarchive.readers.sites import folders
from docarchive.readers.sites.file_names import title_in_name
from docarchive.readers.sites.generator_keys import lifted
from docarchive.readers.sites.own_export import own_layout, with_own_tags
from docarchive.readers.text.header_lines import read_headers
from docarchive.readers.text.headings import first_heading
from docarchive.readers.values.cells import is_html
from docarchive.readers.values.reserved_keys import is_own, keep_aside, lenient_article

#: Hugo reads front matter below blank lines too.
_BELOW_BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n){1,20}(?=(?:---|\+\+\+)(?:yaml|toml|json)?[ \t]*\r?\n)")
_BLANK_LINE = re.compile(r"[ \t]*\r?\n")
_PROGRAM = re.compile(r"---(?:js|javascript|ts|typescript|coffee|cson)[ \t]*\r?\n")
#: Endings of what a site makes of templates, which may have front matter too.
_MADE: Final = (".xml", ".json", ".webmanifest", ".ics", ".rss", ".atom", ".csv", ".yml", ".yaml")
_DAY = re.compile(r"\d{4}[-_]\d{2}[-_]\d{2}", re.ASCII)
_IS_TEMPLATE: Final = "it is a template: its front matter has places that a program fills in"
_CODE = re.compile(r"\{%.{0,2000}?%\}|\{\{.{0,2000}?\}\}|<[^<>]{1,2000}>", re.S)
#: Endings of pages whose text is HTML, with front matter above.
_PAGES: Final = (".html", ".htm", ".xhtml", ".njk", ".liquid", ".hbs", ".ejs", ".erb")
_ADDRESS = re.compile(r"https?://\S+")
_NOTES: Final = frozenset(["aliases", "alias", "cssclass", "cssclasses", "links", "up", "related"])
#: Keys that the generators of sites have and notes have not.
_OF_SITES: Final = frozenset(
    [
        "layout",
        "permalink",
        "slug",
        "draft",
        "weight",
        "path",
        "template",
        "taxonomies",
        "menu",
        "toc",
        "categories",
        "url",
        "avatars",
        "authors",
    ]
)


def records(source: Source) -> Iterator[Record]:
    """Yields a file as one article; its text is kept byte for byte."""
    yield Record("", None, partial(_load, source))


def _load(source: Source) -> Article:
    text, encoding = read_text(source)
    article = read_markdown(text, source.name, source.folder)
    if encoding != "utf-8":
        article.extra.setdefault("encoding", encoding)
    return article


def read_markdown(text: str, name: str = "", folder: str = "") -> Article:
    """Reads an article from Markdown.

    Without a title in the front matter, a first heading serves; without a date or a section there, what
    the file's name and folder say.

    Args:
        text: The whole text.
        name: The file's name.
        folder: The folders that it lies in, as far as they mean something.
    """
    found = _parted(text)
    if is_own(found.metadata):
        return with_own_tags(frontmatter.read_article(text))
    if (own := own_layout(found.metadata, found.body)) is not None:
        return own
    if found.syntax:
        found = _of_template(found, os.path.splitext(name)[1].lower())
    metadata = lifted(found.metadata, folder)
    folders.add_place(metadata, name, folder)
    note = found.syntax in ("yaml", "note", None) and not _OF_SITES & metadata.keys()
    if note:
        _add_notes(metadata, found.body)
    date = folders.shown_date(metadata, name, folder)
    article = lenient_article(metadata, found.body)
    if date and date != article.date:
        dated = {**metadata, "date": date}
        if metadata.get("date"):
            keep_aside(dated, "date", metadata["date"])
        article = lenient_article(dated, found.body)
    note = note and bool(_NOTES & metadata.keys())
    if article.title_derived and (title := _title(found, name, folder, note=note)):
        article.title, article.title_derived = title, False
    if found.metadata and article.title_derived and not found.body.strip():
        raise ReaderError("there is neither a text nor a title in it")
    return article


class _Parted(NamedTuple):
    """A text taken apart: its metadata, how they are written, and the text proper."""

    metadata: dict[Any, Any]
    syntax: str | None
    body: str


def _parted(text: str) -> _Parted:
    bare = text.removeprefix("\ufeff")
    if _PROGRAM.match(bare):
        raise ReaderError("its front matter is a program, and programs are not run")
    metadata, body = _parse(text)
    syntax = frontmatter.find_bounds(text).syntax if metadata else None
    if not syntax and (blank := _BELOW_BLANK_LINES.match(bare)):
        below, rest = _parse(bare[blank.end() :])
        if any(keys.canonical(str(key)) for key in below):
            return _Parted(below, frontmatter.find_bounds(bare[blank.end() :]).syntax, rest)
    if syntax:
        return _Parted(metadata, syntax, body)
    if unfenced := read_unfenced(bare):
        return _Parted(unfenced.metadata, "note" if unfenced.note else "lines", _below(bare, unfenced.end))
    if found := read_title_block(bare) or read_headers(bare, strict=True):
        return _Parted(found.metadata, "lines", _below(bare, found.end))
    return _Parted(metadata, syntax, body)


def _of_template(found: _Parted, suffix: str) -> _Parted:
    """Returns what has front matter and is no Markdown by its name: of HTML the text, of other templates nothing.

    Raises:
        ReaderError: It is a template without a text of its own.
    """
    if any(is_place(value) for key, value in found.metadata.items() if keys.canonical(str(key)) in ("title", "date")):
        raise ReaderError(_IS_TEMPLATE)
    if suffix in _MADE:
        raise ReaderError("it is a template with front matter, of which a site makes a file that is no article")
    if suffix not in _PAGES:
        return found
    if not _has(found.metadata, "title") and not any(map(str.isalpha, _CODE.sub("", found.body))):
        raise ReaderError("it is a template: there is no text in it but what a site fills in")
    return found._replace(body=to_markdown(found.body)) if is_html(found.body) else found


def _below(text: str, end: int) -> str:
    """Returns the text below what was read as metadata, without one blank line between them."""
    blank_line = _BLANK_LINE.match(text, end)
    return without_line_end(text[blank_line.end() if blank_line else end :])


def _parse(text: str) -> tuple[dict[Any, Any], str]:
    """Reads front matter; YAML that is none by what people often do wrong is mended.

    Raises:
        ReaderError: It cannot be read.
    """
    try:
        return frontmatter.parse(text)
    except ReaderError:
        parts = frontmatter.find_bounds(text)
        raw = text[parts.start : parts.end]
        if is_template(raw):
            raise ReaderError(_IS_TEMPLATE) from None
        mend = mended(raw) if parts.syntax == "yaml" else None
        if mend is None:
            raise
        try:
            metadata = parse_yaml(mend)
        except ReaderError:
            metadata = None
        if not isinstance(metadata, dict):
            raise
        return metadata, without_line_end(text[parts.body :])


def _add_notes(metadata: dict[Any, Any], body: str) -> None:
    """Adds the tags in a text and its links to other notes, if it is a note."""
    links = wikilinks(body)
    if (links or not _has(metadata, "tags")) and (tags := inline_tags(body)):
        key = next((key for key in metadata if keys.canonical(str(key)) == "tags"), "tags")
        given = metadata.get(key) or []
        metadata[key] = [*(given if isinstance(given, list) else re.split("[,;]", str(given))), *tags]
    if links and "links" not in metadata:
        metadata["links"] = links
    key = next((key for key in metadata if str(key).lower() == "source"), None)
    if isinstance(metadata.get(key), str) and _ADDRESS.fullmatch(metadata[key].strip()) and not _has(metadata, "url"):
        metadata["url"] = metadata.pop(key)  # as Obsidian's clipper and Joplin name the page that a note is made of


def _has(metadata: dict[Any, Any], known: str) -> bool:
    return any(value and keys.canonical(str(key)) == known for key, value in metadata.items())


def _title(found: _Parted, name: str, folder: str, *, note: bool) -> str:
    if title := folders.title_of_jekyll(name, folder) or first_heading(found.body):
        return title
    if found.metadata and (title := folders.shown_title(found.metadata, name, folder)):
        return title
    stem = os.path.splitext(name)[0]
    if stem and (note or " " in stem.strip() or _DAY.fullmatch(stem)):  # programs for notes show the names of files
        return stem.strip()
    return title_in_name(name) if found.metadata and not found.body.strip() and name[:1] != "_" else ""
