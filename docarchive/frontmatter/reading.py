"""Reading articles from text with front matter, and writing them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.frontmatter.bounds import BLANK_LINE, Bounds, find_bounds, line_end, without_line_end
from docarchive.frontmatter.yaml12 import dump_yaml, parse_yaml
from docarchive.keys import canonical
from docarchive.pictures import unplaced
from docarchive.texts import shorten

#: The number of characters up to which TOML is read: its parser is slow. YAML is bounded by its number of values.
MAX_TOML: Final = 1_000_000
_KEY = re.compile(r"^([^\s:]+)[ \t]*:(?=\s)", re.MULTILINE)


def parse(text: str) -> tuple[dict[Any, Any], str]:
    """Reads a text with or without front matter.

    Returns:
        The metadata with keys as they are written, and the body.

    Raises:
        ReaderError: The front matter cannot be read; the reason names the line.
    """
    bounds, metadata = load(text)
    return metadata, unplaced(without_line_end(text[bounds.body :]))


def read_article(text: str) -> Article:
    """Reads an article from its text form.

    Raises:
        ReaderError: The front matter cannot be read.
        ArticleError: A value in it is not valid.
    """
    metadata, body = parse(text)
    return Article.from_metadata(metadata, body)


def render(article: Article, metadata: Mapping[str, Any] | None = None) -> str:
    """Writes an article as text: YAML front matter, a blank line, the body, a line end.

    ``metadata`` is the result of its ``metadata()``; computed if left out.
    """
    front = dump_yaml(metadata or article.metadata())
    return f"---\n{front}\n---\n\n{article.body}{line_end(article.body)}"


def load(text: str) -> tuple[Bounds, dict[Any, Any]]:
    """Returns the bounds of the front matter, and its metadata; text between two horizontal rules is not front matter.

    Prose may look like broken YAML (``Note: mind the colon: here``). As in Pandoc, a blank line after the first rule
    means prose, unless the text is valid YAML or has a known key.

    Raises:
        ReaderError: The front matter cannot be read.
    """
    bounds = find_bounds(text)
    if bounds.syntax is None:
        return bounds, {}
    before = "\n" * text.count("\n", 0, bounds.start)  # so that messages have the line number of the text
    try:
        metadata = _PARSERS[bounds.syntax](before + text[bounds.start : bounds.end])
    except ReaderError:
        if not _is_prose(text, bounds):
            raise
        metadata = text
    if metadata is None:
        return bounds, {}
    if isinstance(metadata, dict):
        return bounds, metadata
    if bounds.syntax == "yaml":
        start = 1 if text.startswith("\ufeff") else 0
        return Bounds(None, start, start, start), {}
    raise ReaderError("front matter: between the fences there must be keys and values")


def _is_prose(text: str, bounds: Bounds) -> bool:
    """Returns whether text between two rules that is not valid YAML is prose."""
    if text[: bounds.start].strip("\ufeff \t\r\n") != "---" or not BLANK_LINE.match(text, bounds.start, bounds.end):
        return False
    return not any(canonical(line[1].strip("\"'")) for line in _KEY.finditer(text, bounds.start, bounds.end))


def _parse_toml(raw: str) -> Any:
    import tomllib

    if len(raw) > MAX_TOML:
        raise ReaderError(f"front matter in TOML is longer than {MAX_TOML:,} characters")
    try:
        return tomllib.loads(raw.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise ReaderError(f"front matter is not valid TOML: {shorten(str(error), 120)}") from None


def _parse_json(raw: str) -> Any:
    try:
        return json.loads(raw)
    except json.JSONDecodeError as error:
        raise ReaderError(f"front matter is not valid JSON: line {error.lineno}: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise ReaderError(f"front matter is not valid JSON: {shorten(str(error), 120)}") from None


_PARSERS: Final = {"yaml": parse_yaml, "toml": _parse_toml, "json": _parse_json}
