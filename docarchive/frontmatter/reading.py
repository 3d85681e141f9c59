"""Reading and writing articles as text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.frontmatter.parts import BLANK_LINE, Parts, line_end, split, without_line_end
from docarchive.frontmatter.yaml12 import dump_yaml, parse_yaml
from docarchive.keys import canonical
from docarchive.texts import shorten

#: Longer TOML is refused: its parser is slow. YAML is bounded by what it holds.
MAX_TOML: Final = 1_000_000
_KEY = re.compile(r"^([^\s:]+)[ \t]*:(?=\s)", re.MULTILINE)


def parse(text: str) -> tuple[dict[Any, Any], str]:
    """Reads a text with or without front matter.

    Returns:
        The metadata as written (no key is renamed), and the text proper.

    Raises:
        ReaderError: The front matter cannot be read; the reason names the line.
    """
    parts, metadata = load(text)
    return metadata, without_line_end(text[parts.body :])


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

    Args:
        article: The article.
        metadata: What its ``metadata()`` gives, if that is at hand.
    """
    return f"---\n{dump_yaml(metadata or article.metadata())}\n---\n\n{article.body}{line_end(article.body)}"


def load(text: str) -> tuple[Parts, dict[Any, Any]]:
    """Splits a text and reads its metadata; two rules with text between them are no front matter.

    Prose may look like YAML that is broken (``Note: mind the colon: here``). As Pandoc has it, a blank
    line below the first rule tells that it is prose; but where it is YAML, or names a known key, it is not.
    """
    parts = split(text)
    if parts.syntax is None:
        return parts, {}
    before = "\n" * text.count("\n", 0, parts.start)  # so that messages name the line in the text
    try:
        metadata = _PARSERS[parts.syntax](before + text[parts.start : parts.end])
    except ReaderError:
        if not _is_prose(text, parts):
            raise
        metadata = text
    if metadata is None:
        return parts, {}
    if isinstance(metadata, dict):
        return parts, metadata
    if parts.syntax == "yaml":
        start = 1 if text.startswith("\ufeff") else 0
        return Parts(None, start, start, start), {}
    raise ReaderError("front matter: keys and values are wanted between the fences")


def _is_prose(text: str, parts: Parts) -> bool:
    """Tells whether what stands between two rules, and is no YAML, was never meant to be."""
    if text[: parts.start].strip("\ufeff \t\r\n") != "---" or not BLANK_LINE.match(text, parts.start, parts.end):
        return False
    return not any(canonical(line[1].strip("\"'")) for line in _KEY.finditer(text, parts.start, parts.end))


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
