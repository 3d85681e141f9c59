"""Articles as Markdown text with front matter: reading, writing and editing.

Owns the text form of an article. YAML goes through python-frontmatter's handler; TOML (``+++``)
and JSON front matter are read too. What is read is bounded: no aliases that explode, no tags that
run code, no nesting without end.

YAML is read by the rules of YAML 1.2, as Hugo, Jekyll's successors and Obsidian write it: ``no``
is text, ``12:30`` is text, and what would not survive a round trip (``1.10``, a time stamp) is
kept as a ``Literal``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from docarchive.article import MAX_DEPTH, MAX_VALUES, Article, Literal, clean, plain_mapping
from docarchive.dates import PartialDate, shorten
from docarchive.errors import ArticleError, InputError, ReaderError
from docarchive.keys import canonical

if TYPE_CHECKING:
    from frontmatter.default_handlers import YAMLHandler

#: Longer TOML is refused: its parser is slow. YAML is bounded by what it holds.
MAX_TOML: Final = 1_000_000
_MAX_MERGED: Final = 10_000
_MAX_DIGITS: Final = 4_001
_SHORT: Final = 2_000  # characters in which no YAML can be nested dangerously
_FENCE = re.compile(r"(---|\+\+\+)(yaml|toml|json)?[ \t]*\r?\n")
_CLOSING = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
}
_BLANK_LINE = re.compile(r"[ \t]*\r?\n")
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]|\\Z")  # as YAML sees it
_BLANK_LINES = re.compile(r"(?:\r?\n[ \t]*)+(?=\r?\n\Z)")
_COMMENT = re.compile(r"[ \t]+#.*")
_PLAIN_KEY = re.compile(r"(?:[ \t]*(?:#.*)?\r?\n)*[\w.@-]+:\s")
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
        closing = _CLOSING[opening[1]].search(text, opening.end())
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
    parts = split(text)
    if parts.syntax == "yaml" and not _PLAIN_KEY.match(text, parts.start):
        with suppress(InputError):  # what cannot be read ends all the same where it ends
            parts, _ = _load(text)
    return _without_line_end(text[parts.body :])


def parse(text: str) -> tuple[dict[Any, Any], str]:
    """Reads a text with or without front matter.

    Returns:
        The metadata as written (no key is renamed), and the text proper.

    Raises:
        ReaderError: The front matter cannot be read; the reason names the line.
    """
    parts, metadata = _load(text)
    return metadata, _without_line_end(text[parts.body :])


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
    return f"---\n{dump_yaml(article.metadata())}\n---\n\n{article.body}{_line_end(article.body)}"


def dump_yaml(metadata: Mapping[str, Any]) -> str:
    """Writes metadata as block YAML, in its own order, without a final line end."""
    dumper = _yaml().dumper
    return _yaml().handler.export(dict(metadata), Dumper=dumper, sort_keys=False, width=10**9)


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
    parts, _ = _load(text)
    if clean(_without_line_end(text[parts.body :])) == body:
        return text
    head = text[: parts.body]
    if parts.syntax and not head.endswith("\n"):
        head += "\n"
    if parts.syntax and _BLANK_LINE.match(body) and not head.endswith(("\n\n", "\n\r\n")):
        head += "\n"
    return head + body + ("\r\n" if text.endswith("\r\n") else _line_end(body))


def _skip_blank_line(text: str, position: int) -> int:
    match = _BLANK_LINE.match(text, position)
    return match.end() if match else position


def _without_line_end(body: str) -> str:
    return body[:-2] if body.endswith("\r\n") else body.removesuffix("\n")


def _line_end(body: str) -> str:
    """Returns the line end to put behind a body, such that ``_without_line_end`` takes away just that."""
    return "\r\n" if body.endswith("\r") else "\n"


def _load(text: str) -> tuple[Parts, dict[Any, Any]]:
    """Splits a text and reads its metadata; two rules with text between them are no front matter."""
    parts = split(text)
    if parts.syntax is None:
        return parts, {}
    before = "\n" * text.count("\n", 0, parts.start)  # so that messages name the line in the text
    metadata = _PARSERS[parts.syntax](before + text[parts.start : parts.end])
    if metadata is None:
        return parts, {}
    if isinstance(metadata, dict):
        return parts, metadata
    if parts.syntax == "yaml":
        start = 1 if text.startswith("\ufeff") else 0
        return Parts(None, start, start, start), {}
    raise ReaderError("front matter: keys and values are wanted between the fences")


def _edit(text: str, changes: Mapping[str, Any], removed: set[str]) -> str:
    parts, metadata = _load(text)
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
        found = _parse_yaml(raw) or {}
    except InputError:
        return False
    if not isinstance(found, dict):
        return False
    one, other = plain_mapping(found), plain_mapping(metadata)
    return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)


def _edit_yaml(raw: str, changes: Mapping[str, Any], removed: set[str]) -> str | None:
    """Returns the YAML with changes made in place, or None if it cannot be edited so."""
    import yaml

    root = yaml.compose(raw, Loader=_yaml().loader)
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


def _parse_yaml(raw: str) -> Any:
    import yaml

    try:
        if len(raw) > _SHORT:
            _check_size(raw)
        return _yaml().handler.load(raw, Loader=_yaml().loader)
    except yaml.reader.ReaderError as error:
        line = raw.encode()[: error.position].count(b"\n") + 1
        raise ReaderError(f"front matter is not valid YAML: line {line}: {error.reason}") from None
    except yaml.MarkedYAMLError as error:
        at = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise ReaderError(f"front matter is not valid YAML: {at}{shorten(str(error.problem), 120)}") from None
    except (ValueError, RecursionError, OverflowError, LookupError, TypeError) as error:
        raise ReaderError(f"front matter is not valid YAML: {shorten(str(error), 120)}") from None


def _check_size(raw: str) -> None:
    """Refuses YAML that holds too much, event by event: to build it first takes too long, or crashes."""
    import yaml

    depth = 0
    for count, event in enumerate(yaml.parse(raw, Loader=_yaml().loader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH + 8:
            raise ReaderError(f"front matter is nested more than {MAX_DEPTH} deep")
        if count > 4 * MAX_VALUES:
            raise ReaderError(f"front matter holds more than {MAX_VALUES:,} values")


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


_PARSERS: Final = {"yaml": _parse_yaml, "toml": _parse_toml, "json": _parse_json}


class _Yaml(NamedTuple):
    handler: YAMLHandler
    loader: Any
    dumper: Any


_TAG: Final = "tag:yaml.org,2002:"
#: How YAML 1.2 tells what a plain scalar is: type, form, first characters.
_SCALARS: Final = (
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)\Z", [*"tTfF"]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)\Z", [*"-+0123456789"]),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)\Z", [*"-+0123456789"]),
    ("merge", r"<<\Z", ["<"]),
    ("null", r"(?:~|null|Null|NULL|)\Z", [*"~nN", ""]),
    ("timestamp", _TIMESTAMP.pattern, [*"0123456789"]),
)


@cache
def _yaml() -> _Yaml:
    """Returns python-frontmatter's handler with our loader and dumper; imported on first use."""
    from frontmatter.default_handlers import YAMLHandler

    loader, dumper = _loader(), _dumper()
    for name, form, first in _SCALARS:
        loader.add_implicit_resolver(_TAG + name, re.compile(form), first)
        dumper.add_implicit_resolver(_TAG + name, re.compile(form), first)  # to quote what we would misread
    return _Yaml(YAMLHandler(), loader, dumper)


def _loader() -> Any:
    import yaml
    from frontmatter.default_handlers import SafeLoader

    not_text = {_TAG + name for name, _, _ in _SCALARS if name != "merge"}

    def as_text(key: Any) -> Any:
        if not isinstance(key, yaml.ScalarNode) or key.tag not in not_text:
            return key
        return yaml.ScalarNode(f"{_TAG}str", key.value, key.start_mark, key.end_mark)

    class Loader(SafeLoader):  # type: ignore[misc, valid-type]
        """SafeLoader by the rules of YAML 1.2, with merges bounded and keys as they are written."""

        yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012
        merged = 0

        def flatten_mapping(self, node: Any) -> None:
            super().flatten_mapping(node)
            self.merged += len(node.value)
            if self.merged > _MAX_MERGED:
                raise ArticleError("<<", f"the merge keys hold more than {_MAX_MERGED:,} values")
            node.value = [(as_text(key), value) for key, value in node.value]

    def number(loader: Any, node: Any) -> float | str:
        text = loader.construct_scalar(node)
        value = float(text)
        return value if repr(value) == text else Literal(text)

    def integer(loader: Any, node: Any) -> int | str:
        text = loader.construct_scalar(node)
        return int(text) if len(text) <= _MAX_DIGITS and str(int(text)) == text else Literal(text)

    Loader.add_constructor(f"{_TAG}float", number)
    Loader.add_constructor(f"{_TAG}int", integer)
    Loader.add_constructor(f"{_TAG}timestamp", lambda loader, node: Literal(loader.construct_scalar(node)))
    return Loader


def _dumper() -> Any:
    import yaml
    from frontmatter.default_handlers import SafeDumper

    class Dumper(SafeDumper):  # type: ignore[misc, valid-type]
        """SafeDumper that writes a Literal as it was read, and never an alias."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def literal(dumper: Any, value: object) -> Any:
        text = str(value)
        plain = dumper.resolve(yaml.ScalarNode, text, (True, False))
        return dumper.represent_scalar(plain, text)

    Dumper.add_representer(float, lambda dumper, value: dumper.represent_scalar(f"{_TAG}float", repr(value)))
    Dumper.add_representer(Literal, literal)
    Dumper.add_representer(PartialDate, literal)
    return Dumper
