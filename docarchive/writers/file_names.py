"""Patterns of file names, such as ``{date}-{slug}.txt``: each article's file is named by them."""

from __future__ import annotations

import re
from typing import Final

from docarchive.article import Article
from docarchive.errors import UsageError
from docarchive.slugs import safe_name, slugify
from docarchive.writers.fields import field_of

_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_ENDING: Final = re.compile(r"(.*?)((?:\.\w{1,10})?)", re.S)
_SLUG: Final = "slug"
_EXAMPLE: Final = "use one such as {date}-{slug}.txt"


def pattern_keys(pattern: str | None) -> list[str]:
    """Returns the metadata keys in a pattern; none without one.

    Raises:
        UsageError: It is not a pattern for names of files inside a folder, one for each article.
    """
    if pattern is None:
        return []
    keys = [match[1].strip() for match in _FIELD.finditer(pattern)]
    if problem := _problem(pattern, keys):
        raise UsageError(f"{pattern!r} is not a pattern for file names: {problem}; {_EXAMPLE}")
    return [key for key in keys if key != _SLUG]


def _problem(pattern: str, keys: list[str]) -> str:
    """Returns what is wrong with a pattern, or nothing."""
    parts = pattern.split("/")
    if "{{" in pattern or "}}" in pattern:
        return "a key is in single braces"
    if re.search("[{}]", _FIELD.sub("", pattern)):
        return "a brace is missing"
    if "" in keys:
        return "a key is missing between braces"
    if "\\" in pattern or not pattern.isprintable() or re.match("[A-Za-z]:", pattern):
        return "it has characters that no name can have"
    if any(not part.strip(" .") for part in parts):
        return "it must name a file inside the folder"
    return "" if keys else "without a key, all files would have one name"


def file_name(pattern: str, article: Article) -> str:
    """Returns the name of an article's file: ``{key}`` is replaced by its value, and ``/`` makes a folder.

    Raises:
        UsageError: The pattern names no file.
    """

    def value(match: re.Match[str]) -> str:
        key = match[1].strip()
        if key == _SLUG:
            return slugify(article.title)
        field = field_of(article, key)
        if key == "date" and article.date is not None:
            field = article.date.text[:10]
        return str(field[0] if isinstance(field, list) and field else field or "").replace("/", "-")

    wanted = [name for name in pattern.split("/") if name.strip(" .")]
    if not wanted:
        raise UsageError(f"{pattern!r} is not a pattern for file names; use one such as {{date}}-{{slug}}.txt")
    names = []
    for name in wanted:
        stem, ending = _ENDING.fullmatch(name).groups()  # type: ignore[union-attr] # it fits whatever the name is
        names.append(safe_name(_FIELD.sub(value, stem).strip("-_ ")) + ending)
    return "/".join(names)
