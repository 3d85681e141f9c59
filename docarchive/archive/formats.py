"""Formats: what can be imported and exported here, with what is installed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib.util import find_spec
from typing import Any, NamedTuple

from docarchive.formats.names import aliases
from docarchive.readers import Reader, readers
from docarchive.writers import Writer, writers


class Format(NamedTuple):
    """A format that articles can be imported from, or exported to.

    Attributes:
        name: As ``--format`` takes it.
        summary: What it is, in a few words.
        suffixes: Endings of file names.
        extra: The extra of docarchive that it needs, or nothing.
        installed: Whether what it needs is there.
        version: Of the reader; 0 of a writer.
        package: The package that it comes from.
        direction: ``import`` or ``export``.
        aliases: Other names that ``--format`` takes for it.
    """

    name: str
    summary: str
    suffixes: tuple[str, ...]
    extra: str
    installed: bool
    version: int
    package: str
    direction: str = "import"
    aliases: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Returns it as a JSON object."""
        return {**self._asdict(), "suffixes": [*self.suffixes], "aliases": [*self.aliases]}


def formats() -> list[Format]:
    """Returns all formats: those to import from in order of name, then those to export to."""
    tables: list[Mapping[str, Reader | Writer]] = [readers(), writers()]
    return [_format(handler, table) for table in tables for _, handler in sorted(table.items())]


def _format(handler: Reader | Writer, names: Collection[str]) -> Format:
    installed = all(find_spec(module) is not None for module in handler.requires)
    package = type(handler).__module__.partition(".")[0]
    version, direction = (0, "export") if isinstance(handler, Writer) else (handler.version, "import")
    return Format(
        handler.name,
        handler.summary,
        handler.suffixes,
        handler.extra,
        installed,
        version,
        package,
        direction,
        aliases(handler.name, names),
    )
