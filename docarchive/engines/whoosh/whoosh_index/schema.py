"""The schema of the index, as Whoosh knows it: made from code and from the metadata keys that articles have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from whoosh.fields import FieldType, Schema

from docarchive import keys
from docarchive.analysis import QueryAnalyzer
from docarchive.engines.whoosh.view import Segment
from docarchive.engines.whoosh.whoosh_index.fields import (
    COLUMNS,
    DATES,
    NUMBERS,
    VALUES,
    Dates,
    Text,
    id_field,
    label_field,
    number_field,
    presence_field,
    value_field,
)
from docarchive.query.document import DATE_FIELDS, TEXT_FIELDS

#: Fields that no metadata key has the name of.
_FIXED: Final = ("id", "has", "text", *TEXT_FIELDS)


def whoosh_schema(segments: Iterable[Segment], words: QueryAnalyzer) -> Any:
    """Returns the fields of an index with these segments, whose text fields make terms of queries with ``words``."""
    opened = [*segments]
    schema = Schema(id=id_field(), has=presence_field())
    for name in ("text", *TEXT_FIELDS):
        schema.add(name, Text(name, words, column=name in COLUMNS))
    for key in DATE_FIELDS:
        schema.add(key, Dates(key, column=key in COLUMNS))
    for key in dict.fromkeys([*keys.KNOWN, *_keys(opened, "labels")]):
        if key in ("title", *DATE_FIELDS):
            _add(schema, key + VALUES, value_field(key))
        elif key not in _FIXED:
            _add(schema, key, label_field(key))
            _add(schema, key + VALUES, value_field(key))
    for key in _keys(opened, "numbers"):
        _add(schema, key + NUMBERS, number_field(key))
    for key in _keys(opened, "dates"):
        if key not in DATE_FIELDS:
            _add(schema, key + DATES, Dates(key))
    return schema


def _keys(segments: Iterable[Segment], field: str) -> list[str]:
    return sorted({key for segment in segments for key in segment.keys(field)})


def _add(schema: Any, name: str, field: FieldType) -> None:
    """Adds a field, unless another has its name: Whoosh's names hold no space, and do not begin with ``_``."""
    name = name.replace(" ", "_").lstrip("_")
    if name and name not in schema:
        schema.add(name, field)
