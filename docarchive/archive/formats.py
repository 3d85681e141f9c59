"""Formats: which can be imported and exported, and whether what they need is installed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib.util import find_spec
from typing import Any

from docarchive.formats.names import aliases
from docarchive.readers import Reader, readers
from docarchive.records import NamedTuple
from docarchive.writers import Writer, writers


class Format(NamedTuple):
    """A format that articles can be imported from, or exported to.

    Attributes:
        name: The name for the option ``format``.
        summary: A description in a few words.
        suffixes: The extensions of its files, such as ``.json``.
        extra: The extra of docarchive that installs what it needs; empty if it needs none.
        installed: Whether what it needs is installed.
        version: The version of the reader; 0 for a writer.
        package: The package that the reader or writer belongs to.
        direction: ``import`` or ``export``.
        aliases: Other names for the option ``format``.
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
        """Returns the format as a JSON object."""
        return {**self._asdict(), "suffixes": [*self.suffixes], "aliases": [*self.aliases]}

    def _repr_html_(self) -> str:
        from docarchive.notebooks import record_table

        return record_table(self)


def formats() -> list[Format]:
    """Returns all formats in order of name: first those for import, then those for export."""
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
