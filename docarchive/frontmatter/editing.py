"""Editing the text of an article: what is not changed stays as it is, character by character."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from docarchive.article import Article, clean, plain_mapping
from docarchive.errors import InputError
from docarchive.frontmatter.parts import BLANK_LINE, line_end, without_line_end
from docarchive.frontmatter.reading import load, parse, read_article, render
from docarchive.frontmatter.yaml12 import compose, dump_yaml, parse_yaml
from docarchive.keys import canonical

_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]|\\Z")  # as YAML sees it
_BLANK_LINES = re.compile(r"(?:\r?\n[ \t]*)+(?=\r?\n\Z)")
_COMMENT = re.compile(r"[ \t]+#.*")


def edit(text: str, changes: Mapping[str, Any]) -> str:
    """Changes keys of a front matter and leaves every other character of the text as it is.

    In YAML each top-level key keeps its place, its comments and its spelling; a new key goes to the
    end, and a key whose new value is None goes away. Front matter in TOML or JSON, and YAML that cannot
    be edited by lines, is written anew as YAML, in the same order.

    Args:
        text: The whole text of the article.
        changes: New values by the exact key.

    Raises:
        ReaderError: The front matter cannot be read.
    """
    removed = {key for key, value in changes.items() if value is None}
    return _edit(text, {key: value for key, value in changes.items() if key not in removed}, removed)


def revise(text: str, article: Article) -> str:
    """Makes a text say what an article says, changing as little of it as can be.

    Keys keep their spelling, their place and their comments; a key whose value is the same is not
    touched, and keys that the article does not have go away.

    Args:
        text: The whole text as it stands.
        article: What it is to say.

    Raises:
        ReaderError: The front matter cannot be read.
    """
    metadata, _ = parse(text)
    changes, removed = _differences(metadata, article)
    revised = _with_body(_edit(text, changes, removed), article.body)
    with suppress(InputError):
        if _same(read_article(revised).to_dict(), article.to_dict()):
            return revised
    return render(article)  # the same keys mean something else in the old form


def _differences(metadata: Mapping[Any, Any], article: Article) -> tuple[dict[str, Any], set[str]]:
    """Returns new values by key as it is spelled, and the keys to remove, to get from metadata to an article."""
    before = Article.from_metadata(metadata, article.body)
    old, new = before.metadata(), article.metadata()
    spellings: dict[str, list[str]] = {}
    for key in map(str, metadata):
        known = canonical(key)
        spellings.setdefault(key if known is None or key in before.extra else known, []).append(key)
    untouched = {key for key in old if key in new and _same(old[key], new[key])}
    if not {"title", "title_derived"} & new.keys() <= untouched or (before.title_derived and not article.title_derived):
        untouched -= {"title", "title_derived"}  # what is derived holds only as long as both do
    changes: dict[str, Any] = {}
    removed: set[str] = set()
    for key in dict.fromkeys([*old, *new]):
        if key in untouched:
            continue
        written = spellings.get(key, [])
        written = [name for name in written if metadata.get(name) not in (None, "", [])] or written[:1]
        removed.update(written)
        if key in new:
            keeps = len(written) == 1 and (written[0] == key or written[0] not in new)
            changes[written[0] if keeps else key] = new[key]
    return changes, removed - changes.keys()


def _same(one: Any, other: Any) -> bool:
    """Tells whether two plain values are equal; unlike ``==`` it tells 1, 1.0 and True apart."""
    return json.dumps(one, default=str) == json.dumps(other, default=str)


def _with_body(text: str, body: str) -> str:
    parts, _ = load(text)
    if clean(without_line_end(text[parts.body :])) == body:
        return text
    head = text[: parts.body]
    if parts.syntax and not head.endswith("\n"):
        head += "\n"
    if parts.syntax and BLANK_LINE.match(body) and not head.endswith(("\n\n", "\n\r\n")):
        head += "\n"
    return head + body + ("\r\n" if text.endswith("\r\n") else line_end(body))


def _edit(text: str, changes: Mapping[str, Any], removed: set[str]) -> str:
    parts, metadata = load(text)
    removed = removed & {str(key) for key in metadata}
    if not changes and not removed:
        return text
    wanted = {key: value for key, value in {**metadata, **changes}.items() if key not in removed}
    if parts.syntax == "yaml":
        edited = _edit_yaml(text[parts.start : parts.end], changes, removed)
        if edited is not None and _reads_as(edited, wanted):
            return text[: parts.start] + edited + text[parts.end :]
    return f"---\n{dump_yaml(plain_mapping(wanted))}\n---\n\n{text[parts.body :]}"


def _reads_as(raw: str, metadata: Mapping[str, Any]) -> bool:
    try:
        found = parse_yaml(raw) or {}
    except InputError:
        return False
    if not isinstance(found, dict):
        return False
    one, other = plain_mapping(found), plain_mapping(metadata)
    return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)


def _edit_yaml(raw: str, changes: Mapping[str, Any], removed: set[str]) -> str | None:
    """Returns the YAML with changes made in place, or None if it cannot be edited so."""
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
    """Returns start and end of a key's lines and the comment behind its value; None if it is not written there.

    Comments and blank lines behind the lines are not the key's own.
    """
    mark = _last(value).end_mark
    start = key.start_mark.index - key.start_mark.column
    if mark.index < key.end_mark.index:
        return None  # an alias: its value stands elsewhere
    if mark.column == 0:  # text in a block, with the blank lines behind it
        blank = _BLANK_LINES.search(raw, start, mark.index)
        return start, (raw.index("\n", blank.start()) + 1 if blank else mark.index), ""
    line_end = _LINE_END.search(raw, mark.index)
    assert line_end is not None
    comment = _COMMENT.fullmatch(raw, mark.index, line_end.start())
    return start, line_end.end(), comment[0] if comment else ""


def _last(node: Any) -> Any:
    """Returns the node with which a node's text ends; a block itself ends only where the next begins."""
    while isinstance(node.value, list) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return node
