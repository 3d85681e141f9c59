"""Formats: what can be imported here, with what is installed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, NamedTuple

from docarchive.readers import Reader, readers


class Format(NamedTuple):
    """A format that articles can be imported from.

    Attributes:
        name: As ``--format`` takes it.
        summary: What it is, in a few words.
        suffixes: Endings of file names.
        extra: The extra of docarchive that it needs, or nothing.
        installed: Whether what it needs is there.
        version: Of the reader.
        package: The package that the reader comes from.
    """

    name: str
    summary: str
    suffixes: tuple[str, ...]
    extra: str
    installed: bool
    version: int
    package: str

    def to_dict(self) -> dict[str, Any]:
        """Returns it as a JSON object."""
        return {**self._asdict(), "suffixes": [*self.suffixes]}


def formats() -> list[Format]:
    """Returns all formats, in order of name."""
    return [_format(reader) for _, reader in sorted(readers().items())]


def _format(reader: Reader) -> Format:
    installed = all(find_spec(module) is not None for module in reader.requires)
    package = type(reader).__module__.partition(".")[0]
    return Format(reader.name, reader.summary, reader.suffixes, reader.extra, installed, reader.version, package)
