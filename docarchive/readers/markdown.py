"""The reader of Markdown, with or without front matter, as the generators of sites and note programs write it.

The text is kept byte for byte. Where a site's generator shows a title, a date or a section that the front
matter does not give (``sites``), the article gets the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final, NamedTuple

from docarchive import frontmatter, keys
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.frontmatter.parts import without_line_end
from docarchive.readers import sites
from docarchive.readers.decoding import read_text
from docarchive.readers.headers import read_headers
from docarchive.readers.lenient import is_own, keep_aside, lenient_article
from docarchive.readers.names import title_in_name
from docarchive.readers.protocol import Reader, Record, Refusal, Source
from docarchive.readers.titleblock import read_title_block
from docarchive.readers.wikilinks import inline_tags, wikilinks

_OPENING = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:---(?:yaml|toml|json)?[ \t]*\r?\n.*?^(?:---|\.\.\.)|\+\+\+[ \t]*\r?\n.*?^\+\+\+)[ \t]*\r?$",
    re.S | re.M,
)

#: Hugo reads front matter below blank lines too.
_BELOW_BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n){1,20}(?=(?:---|\+\+\+)(?:yaml|toml|json)?[ \t]*\r?\n)")
_BLANK_LINE = re.compile(r"[ \t]*\r?\n")
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


class MarkdownReader(Reader):
    """Reads one article a file; its text is kept byte for byte."""

    name = "markdown"
    summary = "Markdown with front matter in YAML, TOML or JSON"
    suffixes = (".md", ".markdown", ".mdown", ".mkd", ".mdx")
    by_name = True

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``: front matter at the beginning."""
        return _OPENING.match(head) is not None

    def records(self, source: Source) -> Iterator[Record | Refusal]:
        """See ``Reader``."""
        yield Record("", None, partial(self._load, source))

    def _load(self, source: Source) -> Article:
        text, encoding = read_text(source)
        article = self.read(text, source.name, source.folder)
        if encoding != "utf-8":
            article.extra.setdefault("encoding", encoding)
        return article

    def read(self, text: str, name: str = "", folder: str = "") -> Article:
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
            return frontmatter.read_article(text)
        metadata = sites.lifted(found.metadata, folder)
        if not _has(metadata, "section") and (section := sites.section(folder, name)):
            metadata["section"] = section
        if "draft" not in metadata and sites.is_draft(metadata, folder):
            metadata["draft"] = True
        if found.syntax in ("yaml", None) and not _OF_SITES & metadata.keys():
            _add_notes(metadata, found.body)
        date = sites.shown_date(metadata, name, folder)
        article = lenient_article(metadata, found.body)
        if date and date != article.date:
            dated = {**metadata, "date": date}
            if metadata.get("date"):
                keep_aside(dated, "date", metadata["date"])
            article = lenient_article(dated, found.body)
        if article.title_derived and (title := _title(found, name, folder)):
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
    metadata, body = frontmatter.parse(text)
    syntax = frontmatter.split(text).syntax if metadata else None
    bare = text.removeprefix("\ufeff")
    if not syntax and (blank := _BELOW_BLANK_LINES.match(bare)):
        below, rest = frontmatter.parse(bare[blank.end() :])
        if any(keys.canonical(str(key)) for key in below):
            return _Parted(below, frontmatter.split(bare[blank.end() :]).syntax, rest)
    if not syntax and (found := read_title_block(bare) or read_headers(bare, strict=True)):
        blank_line = _BLANK_LINE.match(bare, found.end)
        end = blank_line.end() if blank_line else found.end
        return _Parted(found.metadata, "lines", without_line_end(bare[end:]))
    return _Parted(metadata, syntax, body)


def _add_notes(metadata: dict[Any, Any], body: str) -> None:
    """Adds the tags in a text and its links to other notes, if it is a note."""
    links = wikilinks(body)
    if (links or not _has(metadata, "tags")) and (tags := inline_tags(body)):
        key = next((key for key in metadata if keys.canonical(str(key)) == "tags"), "tags")
        given = metadata.get(key) or []
        metadata[key] = [*(given if isinstance(given, list) else re.split("[,;]", str(given))), *tags]
    if links and "links" not in metadata:
        metadata["links"] = links


def _has(metadata: dict[Any, Any], known: str) -> bool:
    return any(value and keys.canonical(str(key)) == known for key, value in metadata.items())


def _title(found: _Parted, name: str, folder: str) -> str:
    if title := _first_heading(found.body):
        return title
    if found.metadata and (title := sites.shown_title(found.metadata, name, folder)):
        return title
    return title_in_name(name) if found.metadata and not found.body.strip() and name[:1] != "_" else ""


def _first_heading(body: str) -> str:
    """Returns the heading of the first level that a text begins with (``# …`` or ``…`` over ``===``), or nothing."""
    first, _, rest = body.lstrip().partition("\n")
    below = rest.partition("\n")[0].strip()
    if first.startswith(("# ", "#\t")):
        first = first[1:].strip()
        bare = first.rstrip("#")
        return " ".join((bare if not bare or bare[-1].isspace() else first).split())
    return " ".join(first.split()) if below and not below.strip("=") else ""
