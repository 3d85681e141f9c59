"""Editing the text of an article: everything that is not changed stays the same, character by character."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from docarchive.article import Article, clean, plain_mapping
from docarchive.errors import InputError
from docarchive.frontmatter.bounds import BLANK_LINE, line_end, without_line_end
from docarchive.frontmatter.reading import load, parse, read_article, render
from docarchive.frontmatter.yaml12 import compose, dump_yaml, parse_yaml
from docarchive.keys import canonical
from docarchive.pictures import unplaced

_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]|\\Z")  # as YAML sees it
_BLANK_LINES = re.compile(r"(?:\r?\n[ \t]*)+(?=\r?\n\Z)")
_COMMENT = re.compile(r"[ \t]+#.*")


def edit(text: str, changes: Mapping[str, Any]) -> str:
    """Changes keys of the front matter, and no other character of the text.

    In YAML, top-level keys keep their order, comments and spelling. A new key is added at the end; a key whose new
    value is None is removed. Front matter in TOML or JSON, and YAML that cannot be edited by lines, is rewritten as
    YAML, in the same order.

    Args:
        text: The whole text of the article.
        changes: The new values, by exact key.

    Raises:
        ReaderError: The front matter cannot be read.
    """
    removed = {key for key, value in changes.items() if value is None}
    return _edit(text, {key: value for key, value in changes.items() if key not in removed}, removed)


def revise(text: str, article: Article) -> str:
    """Changes a text so that it is the text of an article, and changes as little as possible.

    Keys keep their spelling, order and comments. A key with the same value is not changed, and keys that the article
    does not have are removed.

    Args:
        text: The whole text, as it is now.
        article: The article that the new text is for.

    Raises:
        ReaderError: The front matter cannot be read.
    """
    metadata, _ = parse(text)
    changes, removed = _differences(metadata, article)
    revised = _with_body(_edit(text, changes, removed), article.body)
    with suppress(InputError):
        if _same(read_article(revised).to_dict(), article.to_dict()):
            return revised
    return render(article)  # the old text reads the same keys in another way


def _differences(metadata: Mapping[Any, Any], article: Article) -> tuple[dict[str, Any], set[str]]:
    """Returns the changes from metadata to an article: new values by key as it is spelled, and keys to remove."""
    before = Article.from_metadata(metadata, article.body)
    old, new = before.metadata(), article.metadata()
    spellings: dict[str, list[str]] = {}
    for key in map(str, metadata):
        name = canonical(key)
        spellings.setdefault(key if name is None or key in before.extra else name, []).append(key)
    untouched = {key for key in old if key in new and _same(old[key], new[key])}
    if not {"title", "title_derived"} & new.keys() <= untouched or (before.title_derived and not article.title_derived):
        untouched -= {"title", "title_derived"}  # a derived title is valid only together with its mark
    changes: dict[str, Any] = {}
    removed: set[str] = set()
    for key in dict.fromkeys([*old, *new]):
        if key in untouched:
            continue
        names = spellings.get(key, [])
        names = [name for name in names if metadata.get(name) not in (None, "", [])] or names[:1]
        removed.update(names)
        if key in new:
            keeps = len(names) == 1 and (names[0] == key or names[0] not in new)
            changes[names[0] if keeps else key] = new[key]
    return changes, removed - changes.keys()


def _same(one: Any, other: Any) -> bool:
    """Returns whether two plain values are equal; unlike ``==``, 1, 1.0 and True are three different values."""
    return json.dumps(one, default=str) == json.dumps(other, default=str)


def _with_body(text: str, body: str) -> str:
    bounds, _ = load(text)
    if clean(unplaced(without_line_end(text[bounds.body :]))) == body:
        return text
    head = text[: bounds.body]
    if bounds.syntax and not head.endswith("\n"):
        head += "\n"
    if bounds.syntax and BLANK_LINE.match(body) and not head.endswith(("\n\n", "\n\r\n")):
        head += "\n"
    return head + body + ("\r\n" if text.endswith("\r\n") else line_end(body))


def _edit(text: str, changes: Mapping[str, Any], removed: set[str]) -> str:
    bounds, metadata = load(text)
    removed = removed & {str(key) for key in metadata}
    if not changes and not removed:
        return text
    expected = {key: value for key, value in {**metadata, **changes}.items() if key not in removed}
    if bounds.syntax == "yaml":
        edited = _edit_yaml(text[bounds.start : bounds.end], changes, removed)
        if edited is not None and _reads_as(edited, expected):
            return text[: bounds.start] + edited + text[bounds.end :]
    return f"---\n{dump_yaml(plain_mapping(expected))}\n---\n\n{text[bounds.body :]}"


def _reads_as(raw: str, metadata: Mapping[str, Any]) -> bool:
    try:
        read = parse_yaml(raw) or {}
    except InputError:
        return False
    if not isinstance(read, dict):
        return False
    actual, expected = plain_mapping(read), plain_mapping(metadata)
    return actual.keys() == expected.keys() and all(_same(actual[key], expected[key]) for key in actual)


def _edit_yaml(raw: str, changes: Mapping[str, Any], removed: set[str]) -> str | None:
    """Returns the YAML with the changes, or None if it cannot be edited by lines."""
    import yaml

    root = compose(raw)
    if root is not None and (not isinstance(root, yaml.MappingNode) or root.flow_style):
        return None
    newline = "\r\n" if raw.endswith("\r\n") else "\n"
    indent = " " * root.start_mark.column if root else ""
    nodes = {key.value: (key, value) for key, value in root.value} if root else {}
    pieces: list[tuple[int, int, str]] = []
    added = ""
    for name in [*changes, *removed]:
        lines = dump_yaml({name: changes[name]}).split("\n") if name in changes else []
        new = "".join(indent + line + newline for line in lines)
        if name not in nodes:
            added += new
            continue
        block = _block(raw, *nodes[name])
        if block is None:
            return None
        start, end, comment = block
        if comment and len(lines) == 1:
            new = indent + lines[0] + comment + newline
        pieces.append((start, end, new))
    edited = raw
    for start, end, new in sorted(pieces, reverse=True):
        edited = edited[:start] + new + edited[end:]
    return edited + added


def _block(raw: str, key: Any, value: Any) -> tuple[int, int, str] | None:
    """Returns start and end of a key's lines, and the comment after its value; None if the value is an alias.

    Comments and blank lines after these lines do not belong to the key.
    """
    end_mark = _last(value).end_mark
    start = key.start_mark.index - key.start_mark.column
    if end_mark.index < key.end_mark.index:
        return None  # an alias: the value is elsewhere
    if end_mark.column == 0:  # a block scalar, with the blank lines after it
        blank = _BLANK_LINES.search(raw, start, end_mark.index)
        return start, (raw.index("\n", blank.start()) + 1 if blank else end_mark.index), ""
    line_end = _LINE_END.search(raw, end_mark.index)
    assert line_end is not None
    comment = _COMMENT.fullmatch(raw, end_mark.index, line_end.start())
    return start, line_end.end(), comment[0] if comment else ""


def _last(node: Any) -> Any:
    """Returns the last node inside a node; PyYAML ends a block only where the next one begins."""
    while isinstance(node.value, list) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return node
