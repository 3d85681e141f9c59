"""The reader of Markdown, with or without front matter, as site generators and note programs write it.

The text is kept byte for byte. Where a generator shows a title, a date or a section that the front matter does not
state (``sites``), the article gets the same (decision 0051).
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import Any, Final

from docarchive import frontmatter, keys
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.frontmatter.bounds import without_line_end
from docarchive.frontmatter.yaml12 import parse_yaml
from docarchive.readers.markup.wikilinks import inline_tags, wikilinks
from docarchive.readers.markup.yaml_repair import is_placeholder, is_template, repaired, with_plain_spaces
from docarchive.readers.sites import folders
from docarchive.readers.sites.file_names import title_in_name
from docarchive.readers.sites.generator_keys import normalized
from docarchive.readers.sites.own_export import read_own_layout, restore_tags
from docarchive.readers.text.headings import first_heading
from docarchive.readers.values.cells import is_html
from docarchive.readers.values.reserved_keys import is_own, lenient_article, with_date
from docarchive.readers.values.written_dates import read_date
from docarchive.records import NamedTuple

#: Hugo reads front matter below blank lines too.
_BELOW_BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n){1,20}(?=(?:---|\+\+\+)(?:yaml|toml|json)?[ \t]*\r?\n)")
_BLANK_LINE = re.compile(r"[ \t]*\r?\n")
_PROGRAM = re.compile(r"---(?:js|javascript|ts|typescript|coffee|cson)[ \t]*\r?\n")
#: Endings of files that a site makes of templates with front matter.
_MADE: Final = (".xml", ".json", ".webmanifest", ".ics", ".rss", ".atom", ".csv", ".yml", ".yaml")
_DAY = re.compile(r"\d{4}[-_]\d{2}[-_]\d{2}", re.ASCII)
_IS_TEMPLATE: Final = "it is a template: its front matter contains placeholders such as {{ title }}"
_CODE = re.compile(r"\{%.{0,2000}?%\}|\{\{.{0,2000}?\}\}|<[^<>]{1,2000}>", re.S)
#: Endings of pages with front matter above HTML.
_PAGES: Final = (".html", ".htm", ".xhtml", ".njk", ".liquid", ".hbs", ".ejs", ".erb")
_NAMES_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|svg)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+")
_NOTES: Final = frozenset(["aliases", "alias", "cssclass", "cssclasses", "links", "up", "related"])
#: Keys of site generators that notes do not have.
_OF_SITES: Final = frozenset(
    "layout permalink slug draft weight path template taxonomies menu toc categories url avatars authors".split()  # noqa: SIM905
)


def read_markdown(text: str, name: str = "", folder: str = "") -> Article:
    """Reads an article from Markdown; for ``load_text``.

    Without a title in the front matter, the first heading is the title; without a date or a section there, the
    file's name and folder are asked.
    """
    document = _split(text)
    # What docarchive exported comes first: none of the rules below may change it (decision 0053).
    if is_own(document.metadata):
        return restore_tags(frontmatter.read_article(text))
    if (own := read_own_layout(document.metadata, document.body)) is not None:
        return own
    if not document.syntax:
        from docarchive.readers.sites.notion import read_page, without_ids

        if page := read_page(text, name):
            document, name = _Document(dict(page.metadata), "note", page.body), page.name
            folder = without_ids(folder)
    else:
        document = _of_template(document, os.path.splitext(name)[1].lower())
    # Folders come after front matter, and the title after the text is known: a generator asks the folder, the name
    # and the first heading only where front matter states nothing (decision 0051).
    metadata = normalized(document.metadata, folder)
    # ``status: draft`` is in notes and in posts of sites; only some keys, and the folder of drafts, mean a site.
    of_site = bool(_OF_SITES & metadata.keys()) or "_drafts" in folder.split("/")
    folders.add_folder_metadata(metadata, name, folder)
    # Only a note has inline tags: in the post of a site, ``#1`` and ``#include`` are text.
    note = document.syntax in ("yaml", "note", None) and not of_site
    if note:
        _add_notes(metadata, document.body)
    # Generators have an order of keys of their own for the date (``date`` before ``published``), so theirs wins
    # over the order of spellings in ``keys``.
    date = folders.shown_date(metadata, name, folder)
    article = lenient_article(metadata, document.body)
    if date and date != article.date:
        article = lenient_article(with_date(metadata, date), document.body)
    note = note and bool(_NOTES & metadata.keys())
    if article.title_derived and (title := _title(document, name, folder, note=note)):
        article.title, article.title_derived = title, False
    if document.metadata and article.title_derived and not document.body.strip():
        raise ReaderError("there is neither a text nor a title in it")
    if document.metadata and _NAMES_PICTURE.search(text, 0, len(text) - len(document.body)):
        from docarchive.readers.markup.cover import with_cover

        article.body = with_cover(article.body, document.metadata)
    return article


class _Document(NamedTuple):
    """A Markdown file split into metadata and text."""

    metadata: dict[Any, Any]
    #: ``yaml``, ``toml`` or ``json`` of front matter, ``note`` of a note's properties, ``lines`` of header lines and
    #: the like, None without metadata.
    syntax: str | None
    body: str


def _split(text: str) -> _Document:
    """Splits a text at the end of its metadata; raises ``ReaderError`` if these cannot be read.

    The forms are tried from the surest to the one that looks most like text (decisions 0020 and 0051).
    """
    bare = text.removeprefix("\ufeff")
    if _PROGRAM.match(bare):
        raise ReaderError("its front matter is a program, and programs are not run")
    metadata, body = _parse(text)
    syntax = frontmatter.find_bounds(text).syntax if metadata else None
    if not syntax and (blank := _BELOW_BLANK_LINES.match(bare)):
        below, rest = _parse(bare[blank.end() :])
        if any(keys.canonical(str(key)) for key in below):
            return _Document(below, frontmatter.find_bounds(bare[blank.end() :]).syntax, rest)
    if syntax:
        return _Document(metadata, syntax, body)
    from docarchive.readers.markup.other_front_matter import read_other_front_matter, read_title_block
    from docarchive.readers.text.header_lines import read_headers

    if headers := read_other_front_matter(bare) or read_title_block(bare) or read_headers(bare, strict=True):
        return _Document(headers.metadata, "note" if headers.note else "lines", _below(bare, headers.end))
    return _Document(metadata, syntax, body)


def _of_template(document: _Document, suffix: str) -> _Document:
    """Returns a document that is no Markdown by its file's name: HTML becomes Markdown, other templates are refused."""
    shown = [value for key, value in document.metadata.items() if keys.canonical(str(key)) in ("title", "date")]
    if any(map(is_placeholder, shown)):
        raise ReaderError(_IS_TEMPLATE)
    if suffix in _MADE:
        raise ReaderError("it is a template of a site, not an article")
    if suffix not in _PAGES:
        return document
    if not _has(document.metadata, "title") and not any(map(str.isalpha, _CODE.sub("", document.body))):
        raise ReaderError("it is a template of a site, with no text of its own")
    if not is_html(document.body):
        return document
    from docarchive.readers.html.to_markdown import to_markdown

    return document._replace(body=to_markdown(document.body))


def _below(text: str, end: int) -> str:
    """Returns the text below the metadata, without one blank line between them."""
    blank_line = _BLANK_LINE.match(text, end)
    return without_line_end(text[blank_line.end() if blank_line else end :])


def _parse(text: str) -> tuple[dict[Any, Any], str]:
    """Reads front matter, in which odd spaces may be around keys."""
    parts = frontmatter.find_bounds(text)
    for plain in with_plain_spaces(text[parts.start : parts.end]) if parts.syntax in ("yaml", "toml") else ():
        with suppress(ReaderError):
            metadata, _ = _parse_repaired(f"{text[: parts.start]}{plain}{text[parts.end : parts.body]}")
            if any(keys.canonical(str(key)) for key in metadata):
                return metadata, without_line_end(text[parts.body :])
    return _parse_repaired(text)


def _parse_repaired(text: str) -> tuple[dict[Any, Any], str]:
    """Reads front matter; YAML that is invalid by common mistakes is repaired."""
    try:
        return frontmatter.parse(text)
    except ReaderError:
        parts = frontmatter.find_bounds(text)
        raw = text[parts.start : parts.end]
        if is_template(raw):
            raise ReaderError(_IS_TEMPLATE) from None
        repair = repaired(raw) if parts.syntax == "yaml" else None
        if repair is None:
            raise
        try:
            metadata = parse_yaml(repair)
        except ReaderError:
            metadata = None
        if not isinstance(metadata, dict):
            raise
        return metadata, without_line_end(text[parts.body :])


def _add_notes(metadata: dict[Any, Any], body: str) -> None:
    """Adds the inline tags of a note and its links to other notes."""
    links = wikilinks(body)
    if (links or not _has(metadata, "tags")) and (tags := inline_tags(body)):
        key = next((key for key in metadata if keys.canonical(str(key)) == "tags"), "tags")
        given = metadata.get(key) or []
        metadata[key] = [*(given if isinstance(given, list) else re.split("[,;]", str(given))), *tags]
    if links and "links" not in metadata:
        metadata["links"] = links
    key = next((key for key in metadata if str(key).lower() == "source"), None)
    if isinstance(metadata.get(key), str) and _ADDRESS.fullmatch(metadata[key].strip()) and not _has(metadata, "url"):
        metadata["url"] = metadata.pop(key)  # Obsidian's clipper and Joplin name the page of a note so
        if created := next((key for key in metadata if str(key).lower() == "created"), None):
            metadata["saved"] = read_date(metadata[created]) or metadata[created]
            del metadata[created]


def _has(metadata: dict[Any, Any], known: str) -> bool:
    return any(value and keys.canonical(str(key)) == known for key, value in metadata.items())


def _title(document: _Document, name: str, folder: str, *, note: bool) -> str:
    """Returns the title that the program of a file shows where front matter states none; empty if it shows none."""
    if title := folders.title_of_jekyll(name, folder) or first_heading(document.body):
        return title
    if document.metadata and (title := folders.shown_title(document.metadata, name, folder)):
        return title
    stem = os.path.splitext(name)[0]
    if stem and (note or " " in stem.strip() or _DAY.fullmatch(stem)):  # note programs show the names of files
        return stem.strip()
    return title_in_name(name) if document.metadata and not document.body.strip() and name[:1] != "_" else ""
