"""Writes the tables of readers and writers into docs/formats.md and docs/export.md, from themselves,
and docs/article.schema.json, the JSON Schema of an article.

python docs/formats.py
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Final

from docarchive import keys
from docarchive.article import ID_FORM
from docarchive.formats.names import aliases
from docarchive.readers import readers
from docarchive.writers import writers

HERE: Final = Path(__file__).parent
_BEGIN: Final = "<!-- table: written by docs/formats.py -->\n"
_END: Final = "<!-- end of the table -->\n"


def with_table(page: str, head: str, rows: Iterable[str]) -> str:
    """Returns the page with a table."""
    before, _, rest = page.partition(_BEGIN)
    after = rest.partition(_END)[2]
    return f"{before}{_BEGIN}\n{head}{''.join(rows)}\n{_END}{after}"


def _own(found: dict[str, Any]) -> list[Any]:
    """Returns what docarchive has itself; plug-ins are no part of its pages."""
    return [each for _, each in sorted(found.items()) if type(each).__module__.startswith("docarchive.")]


def _cells(*cells: str) -> str:
    return "".join(f"| {cell} " for cell in cells) + "|\n"


def _coded(values: Iterable[str]) -> str:
    return " ".join(f"`{value}`" for value in values if value)


def _names(name: str, known: Collection[str]) -> str:
    return ", ".join(f"`{spelling}`" for spelling in (name, *aliases(name, known)))


def _write(name: str, head: str, rows: Iterable[str]) -> None:
    page = HERE / name
    page.write_text(with_table(page.read_text("utf-8"), head, rows), "utf-8")


def _schema() -> dict[str, Any]:
    """Returns the JSON Schema of an article."""
    kinds: dict[str, Any] = {
        keys.TEXT: {"type": "string"},
        keys.DATE: {"type": "string", "description": "ISO 8601 with the parts that are known, such as 2024-03."},
        keys.LIST: {"type": "array", "items": {"type": "string"}},
        keys.OBJECTS: {"type": "array", "items": {"type": "object", "properties": {"text": {"type": "string"}}}},
    }
    known = {key: {"type": "boolean"} if key == "title_derived" else kinds[kind] for key, kind in keys.KNOWN.items()}
    known["id"] = {"type": "string", "pattern": f"^{ID_FORM.pattern}$"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An article of docarchive",
        "description": "Keys without a value are left out. Other keys hold whatever the article's front matter does.",
        "type": "object",
        "properties": {
            "schema": {"const": keys.SCHEMA},
            **known,
            "extra": {"type": "object", "description": "Other keys that have the name of a part of this form."},
            "body": {"type": "string", "description": "The text, as Markdown."},
        },
        "required": ["schema", "id", "body"],
        "additionalProperties": True,
    }


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit("usage: python docs/formats.py")
    _write(
        "formats.md",
        "| Format | What it is | Endings | Extra |\n|---|---|---|---|\n",
        [_cells(_names(r.name, readers()), r.summary, _coded(r.suffixes), _coded([r.extra])) for r in _own(readers())],
    )
    (HERE / "article.schema.json").write_text(json.dumps(_schema(), indent=2) + "\n", "utf-8")
    _write(
        "export.md",
        "| Format | What it is | Endings | Folder | Options | Round trip | Extra |\n|---|---|---|---|---|---|---|\n",
        [
            _cells(
                _names(w.name, writers()),
                w.summary,
                _coded(w.suffixes),
                "yes" if w.folder and w.stream else "only" if w.folder else "",
                _coded(f"--{name}" for name in sorted(w.accepts)),
                "yes" if w.round_trips else "",
                _coded([w.extra]),
            )
            for w in _own(writers())
        ],
    )
