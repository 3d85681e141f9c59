"""YAML by the rules of version 1.2, bounded: a loader and a dumper for python-frontmatter's handler.

``no`` is text, ``12:30`` is text, and a value that would change in a round trip (``1.10``, a time stamp) is read as a
``Literal``. Aliases that multiply, tags that run code, and unbounded nesting are refused. PyYAML and python-frontmatter
are imported on first use. See docs/decisions/0006.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from docarchive.article import MAX_DEPTH, MAX_VALUES, Literal
from docarchive.dates import PartialDate
from docarchive.errors import ArticleError, ReaderError
from docarchive.frontmatter.plain import line, read
from docarchive.records import NamedTuple
from docarchive.texts import shorten

if TYPE_CHECKING:
    from frontmatter.default_handlers import YAMLHandler

_MAX_MERGED: Final = 10_000
_MAX_DIGITS: Final = 4_001
_SHORT: Final = 2_000  # characters; shorter YAML cannot be nested too deep
_TIMESTAMP = re.compile(
    r"\d{4}-\d\d-\d\d(?:(?:[Tt]|[ \t]+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)?\Z"
)


def dump_yaml(metadata: Mapping[str, Any]) -> str:
    """Writes metadata as block YAML, in its own order, without a final line end."""
    if not metadata:
        return _dump(metadata)
    return "\n".join([line(key, value) or _dump({key: value}) for key, value in metadata.items()])


def _dump(metadata: Mapping[str, Any]) -> str:
    # Not by the handler's export, which would strip all white space: a key may begin with some.
    import yaml

    options: dict[str, Any] = {"sort_keys": False, "width": 10**9, "allow_unicode": True}
    return str(yaml.dump(dict(metadata), Dumper=_yaml().dumper, default_flow_style=False, **options)).strip("\n")


def parse_yaml(raw: str) -> Any:
    """Reads YAML; raises ``ReaderError``, which names the line, if it cannot be read."""
    metadata = read(raw) if len(raw) <= _SHORT else None
    return _load(raw) if metadata is None else metadata


def _load(raw: str) -> Any:
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
    """Refuses YAML with too many values or too much nesting, by its events: building it takes too long, or crashes."""
    import yaml

    depth = 0
    for count, event in enumerate(yaml.parse(raw, Loader=_yaml().loader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH + 8:
            raise ReaderError(f"front matter is nested more than {MAX_DEPTH} deep")
        if count > 4 * MAX_VALUES:
            raise ReaderError(f"front matter holds more than {MAX_VALUES:,} values")


def compose(raw: str) -> Any:
    """Returns YAML as PyYAML's tree of nodes, which know their positions in the text."""
    import yaml

    return yaml.compose(raw, Loader=_yaml().loader)


class _Yaml(NamedTuple):
    handler: YAMLHandler
    loader: Any
    dumper: Any


_TAG: Final = "tag:yaml.org,2002:"
#: The types of plain scalars in YAML 1.2: type, form, first characters.
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
        dumper.add_implicit_resolver(_TAG + name, re.compile(form), first)  # so that text of this form is quoted
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
        """SafeLoader by the rules of YAML 1.2, with bounded merges, and keys as they are written."""

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
        """SafeDumper that writes a ``Literal`` as it was read, and no aliases."""

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
