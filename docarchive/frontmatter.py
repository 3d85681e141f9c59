"""Articles as Markdown text with front matter: reading, writing and editing.

Owns the text form of an article. YAML goes through python-frontmatter's handler; TOML (``+++``)
and JSON front matter are read too. What is read is bounded: no aliases that explode, no tags that
run code, no megabytes of metadata.

YAML is read by the rules of YAML 1.2, as Hugo, Jekyll's successors and Obsidian write it: ``no``
is text, ``12:30`` is text, and what would not survive a round trip (``1.10``, a time stamp) is
kept as a ``Literal``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from docarchive.article import Article, Literal
from docarchive.dates import PartialDate, shorten
from docarchive.errors import ArticleError, ReaderError
from docarchive.keys import KNOWN, canonical

if TYPE_CHECKING:
    from frontmatter.default_handlers import YAMLHandler

MAX_LENGTH: Final = 1_000_000
_MAX_MERGED: Final = 10_000
_FENCE = re.compile(r"(---|\+\+\+)(yaml|toml|json)?[ \t]*\r?\n")
_CLOSING = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
}
_BLANK_LINE = re.compile(r"[ \t]*\r?\n")
_TIMESTAMP = re.compile(
    r"\d{4}-\d\d-\d\d(?:(?:[Tt]|[ \t]+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)?\Z"
)


class Parts(NamedTuple):
    """A text taken apart; ``text[:start] + metadata + text[end:]`` is the text again.

    Attributes:
        syntax: ``yaml``, ``toml``, ``json``, or None where there is no front matter.
        start: Index of the first character of the metadata.
        end: Index behind its last character.
        body: Index of the first character of the text proper.
    """

    syntax: str | None
    start: int
    end: int
    body: int


def split(text: str) -> Parts:
    """Finds the front matter of a text without reading it.

    A blank line between front matter and text belongs to neither. Front matter that is never
    closed is none.
    """
    bom = 1 if text.startswith("\ufeff") else 0
    if opening := _FENCE.match(text, bom):
        closing = _CLOSING[opening[1]].search(text, opening.end(), opening.end() + MAX_LENGTH)
        if closing:
            syntax = opening[2] or ("yaml" if opening[1] == "---" else "toml")
            return Parts(syntax, opening.end(), closing.start(), _skip_blank_line(text, closing.end()))
    elif text.startswith("{", bom):
        try:
            value, end = json.JSONDecoder().raw_decode(text, bom)
        except (ValueError, RecursionError):
            return Parts(None, bom, bom, bom)
        line = _BLANK_LINE.match(text, end)
        if isinstance(value, dict) and (line or end == len(text)):
            return Parts("json", bom, end, _skip_blank_line(text, line.end() if line else end))
    return Parts(None, bom, bom, bom)


def body_of(text: str) -> str:
    """Returns the text proper: what follows the front matter, without its final line end."""
    return _without_line_end(text[split(text).body :])


def parse(text: str) -> tuple[dict[Any, Any], str]:
    """Reads a text with or without front matter.

    Returns:
        The metadata as written (no key is renamed), and the text proper.

    Raises:
        ReaderError: The front matter cannot be read; the reason names the line.
    """
    parts = split(text)
    body = _without_line_end(text[parts.body :])
    if parts.syntax is None:
        return {}, body
    raw = text[parts.start : parts.end]
    metadata = _PARSERS[parts.syntax](raw)
    if metadata is None:
        return {}, body
    if not isinstance(metadata, dict):
        if parts.syntax == "yaml" and isinstance(metadata, str | list):
            return {}, _without_line_end(text)  # two rules with text between them
        raise ReaderError("front matter: keys and values are wanted between the fences")
    return metadata, body


def read_article(text: str) -> Article:
    """Reads an article from its text form.

    Raises:
        ReaderError: The front matter cannot be read.
        ArticleError: A value in it is not valid.
    """
    metadata, body = parse(text)
    return Article.from_metadata(metadata, body)


def render(article: Article) -> str:
    """Writes an article as text: YAML front matter, a blank line, the body, a line end."""
    return f"---\n{dump_yaml(article.metadata())}\n---\n\n{article.body}\n"


def dump_yaml(metadata: Mapping[str, Any]) -> str:
    """Writes metadata as block YAML, in its own order, without a final line end."""
    dumper = _yaml().dumper
    return _yaml().handler.export(dict(metadata), Dumper=dumper, sort_keys=False, width=10**9)


def edit(text: str, changes: Mapping[str, Any]) -> str:
    """Changes keys of a front matter and leaves every other character of the text as it is.

    In YAML each top-level key keeps its place, its comments and its spelling; a new key goes to the
    end, and a key whose new value is None goes away. Front matter in TOML or JSON is written anew as
    YAML, in the same order.

    Args:
        text: The whole text of the article.
        changes: New values by the exact key.

    Raises:
        ReaderError: The front matter cannot be read.
    """
    parts = split(text)
    head, tail = text[: parts.start], text[parts.end :]
    metadata = _PARSERS[parts.syntax](text[parts.start : parts.end]) if parts.syntax else {}
    if parts.syntax == "yaml" and isinstance(metadata, dict | None):
        edited = _edit_yaml(text[parts.start : parts.end], changes)
        if edited is not None:
            return head + edited + tail
    merged = {key: value for key, value in {**(metadata or {}), **changes}.items() if value is not None}
    return f"---\n{dump_yaml(merged)}\n---\n\n{text[parts.body :]}"


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
    before, after = Article.from_metadata(metadata).metadata(), article.metadata()
    spellings: dict[str, list[str]] = {}
    for key in map(str, metadata):
        known = canonical(key)
        spellings.setdefault(key if known is None or (key in before and key not in KNOWN) else known, []).append(key)
    changes: dict[str, Any] = {}
    for key in [*before, *(key for key in after if key not in before)]:
        if before.get(key) == after.get(key):
            continue
        written = spellings.get(key, [])
        changes |= dict.fromkeys(written)
        changes[written[0] if len(written) == 1 else key] = after.get(key)
    edited = edit(text, changes) if changes else text
    parts = split(edited)
    if _without_line_end(edited[parts.body :]) == article.body:
        return edited
    return f"{edited[: parts.body]}{article.body}\n"


def _skip_blank_line(text: str, position: int) -> int:
    match = _BLANK_LINE.match(text, position)
    return match.end() if match else position


def _without_line_end(body: str) -> str:
    return body[:-2] if body.endswith("\r\n") else body.removesuffix("\n")


def _edit_yaml(raw: str, changes: Mapping[str, Any]) -> str | None:
    """Returns the YAML with changes made line by line, or None if it is no plain block mapping."""
    import yaml

    root = yaml.compose(raw, Loader=_yaml().loader)
    if root is None:
        lines, blocks = raw.splitlines(keepends=True), {}
    elif not isinstance(root, yaml.MappingNode) or root.flow_style:
        return None
    else:
        lines = raw.splitlines(keepends=True)
        if any(c in raw for c in "\x85\u2028\u2029\x0b\x0c\x1c\x1d\x1e"):
            return None  # the two notions of a line differ
        starts = [(key.value, key.start_mark.line) for key, _ in root.value]
        ends = [value.end_mark.line + (value.end_mark.column > 0) for _, value in root.value]
        blocks = {name: (start, max(end, start + 1)) for (name, start), end in zip(starts, ends, strict=True)}
    newline = "\r\n" if raw.endswith("\r\n") else "\n"
    for name, value in changes.items():
        new = [] if value is None else [line + newline for line in dump_yaml({name: value}).split("\n")]
        if name in blocks:
            start, end = blocks[name]
            while end > start + 1 and not lines[end - 1].strip():
                end -= 1
            lines[start:end] = ["".join(new)] + [""] * (end - start - 1)
        else:
            lines.extend(new)
    return "".join(lines)


def _parse_yaml(raw: str) -> Any:
    import yaml

    try:
        return _yaml().handler.load(raw, Loader=_yaml().loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        at = f"line {mark.line + 2}: " if mark else ""
        raise ReaderError(f"front matter is not valid YAML: {at}{shorten(str(problem), 120)}") from None
    except (ValueError, RecursionError, OverflowError) as error:
        raise ReaderError(f"front matter is not valid YAML: {shorten(str(error), 120)}") from None


def _parse_toml(raw: str) -> Any:
    import tomllib

    try:
        return tomllib.loads(raw.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise ReaderError(f"front matter is not valid TOML: {shorten(str(error), 120)}") from None


def _parse_json(raw: str) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ReaderError(f"front matter is not valid JSON: {shorten(str(error), 120)}") from None


_PARSERS: Final = {"yaml": _parse_yaml, "toml": _parse_toml, "json": _parse_json}


class _Yaml(NamedTuple):
    handler: YAMLHandler
    loader: Any
    dumper: Any


@cache
def _yaml() -> _Yaml:
    """Returns python-frontmatter's handler with our loader and dumper; imported on first use."""
    import yaml
    from frontmatter.default_handlers import SafeDumper, SafeLoader, YAMLHandler

    class Loader(SafeLoader):  # type: ignore[misc, valid-type]
        """SafeLoader by the rules of YAML 1.2, with merges bounded."""

        yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012
        merged = 0

        def flatten_mapping(self, node: Any) -> None:
            super().flatten_mapping(node)
            self.merged += len(node.value)
            if self.merged > _MAX_MERGED:
                raise ArticleError("<<", f"the merge keys hold more than {_MAX_MERGED:,} values")

    class Dumper(SafeDumper):  # type: ignore[misc, valid-type]
        """SafeDumper that writes a Literal as it was read, and never an alias."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    tag = "tag:yaml.org,2002:"
    for name, form, first in (
        ("bool", r"(?:true|True|TRUE|false|False|FALSE)\Z", "tTfF"),
        ("int", r"[-+]?(?:0|[1-9][0-9]*)\Z", "-+0123456789"),
        ("float", r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)\Z", "-+0123456789"),
        ("merge", r"<<\Z", "<"),
        ("null", r"(?:~|null|Null|NULL|)\Z", "~nN\0"),
        ("timestamp", _TIMESTAMP.pattern, "0123456789"),
    ):
        characters = [c for c in first if c != "\0"] + ([""] if "\0" in first else [])
        Loader.add_implicit_resolver(tag + name, re.compile(form), characters)
        Dumper.add_implicit_resolver(tag + name, re.compile(form), characters)  # to quote what we would misread

    def number(loader: Any, node: Any) -> float | str:
        value = float(node.value)
        return value if repr(value) == node.value else Literal(node.value)

    def timestamp(loader: Any, node: Any) -> Literal:
        return Literal(loader.construct_scalar(node))

    def integer(loader: Any, node: Any) -> int | str:
        return int(node.value) if len(node.value) < 20 else Literal(node.value)

    def literal(dumper: Any, value: str) -> Any:
        text = str(value)
        plain = dumper.resolve(yaml.ScalarNode, text, (True, False))
        return dumper.represent_scalar(plain, text)

    Loader.add_constructor(tag + "float", number)
    Loader.add_constructor(tag + "timestamp", timestamp)
    Loader.add_constructor(tag + "int", integer)
    def decimal(dumper: Any, value: float) -> Any:
        return dumper.represent_scalar(tag + "float", repr(value))

    Dumper.add_representer(float, decimal)
    Dumper.add_representer(Literal, literal)
    Dumper.add_representer(PartialDate, literal)
    return _Yaml(YAMLHandler(), Loader, Dumper)
