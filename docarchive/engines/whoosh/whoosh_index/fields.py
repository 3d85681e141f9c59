"""The types of the index's fields, as Whoosh's parser, sorting and highlighter ask for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

from whoosh import columns, fields, formats

from docarchive.analysis import QueryAnalyzer
from docarchive.engines.terms import VALUE
from docarchive.engines.whoosh.whoosh_index.analyzers import (
    Alternatives,
    LabelAnalyzer,
    TextAnalyzer,
    Written,
    WrittenBytes,
)
from docarchive.engines.whoosh.whoosh_index.terms import (
    DateTerms,
    FieldTerms,
    KeyTerms,
    LabelTerms,
    NumberTerms,
    PlainTerms,
    VisibleSegment,
)
from docarchive.engines.whoosh.whoosh_index.text_terms import TextTerms

#: What follows the name of a key in the name of a field for other forms of its values.
VALUES: Final = "_value"
NUMBERS: Final = "_number"
DATES: Final = "_date"


class Positions(formats.Positions):
    """Postings with positions, given as tuples of numbers."""

    def encode(self, poslist: Any) -> Any:
        """Returns positions as they are."""
        return tuple(poslist)

    def decode_positions(self, valuestring: Any) -> Any:
        """Returns positions as they are."""
        return valuestring


class Text(fields.FieldType):
    """A text field: ``title``, ``summary``, ``body``, or all of them as ``text``. A column makes sorting by it quick.

    A term that is a plain ``str`` is a stem; the terms that Whoosh goes through are the words as they are written.
    """

    def __init__(self, name: str, words: QueryAnalyzer, *, column: bool = False) -> None:
        super().__init__(Positions(), TextAnalyzer(words), scorable=True, stored=True, sortable=column)
        self._name = name

    def terms(self, segment: VisibleSegment) -> FieldTerms:
        """Returns the field's terms in a segment."""
        return TextTerms(segment, self._name)

    def to_bytes(self, value: Any) -> bytes:
        """Returns a term as Whoosh's readers name it."""
        term = bytes(super().to_bytes(value)) if not isinstance(value, bytes) else value
        return WrittenBytes(term) if isinstance(value, Written) else term

    def from_bytes(self, bs: Any) -> str:
        """Returns a term of Whoosh's readers as text."""
        text = str(super().from_bytes(bs))
        return Written(text) if isinstance(bs, WrittenBytes) else Alternatives.of(text)


def value_field(key: str) -> Any:
    """Returns the type of the values of a metadata key as they are written."""
    return _with_terms(fields.ID(), partial(PlainTerms, field="labels", mark=key + VALUE))


def id_field() -> Any:
    """Returns the type of the id, which has a column."""
    return _with_terms(fields.ID(stored=True, unique=True, sortable=True), partial(PlainTerms, field="id"))


def presence_field() -> Any:
    """Returns the type of the metadata keys and text fields that an article has a value of."""
    return _with_terms(fields.ID(), KeyTerms)


def label_field(key: str) -> Any:
    """Returns the type of the terms of a key's values, folded: ``natural`` and ``gas`` of the tag ``Natural gas``."""
    field = fields.FieldType(Positions(), LabelAnalyzer(), stored=True, multitoken_query="phrase")
    return _with_terms(field, partial(LabelTerms, key=key))


def number_field(key: str) -> Any:
    """Returns the type of the numbers among the values of a metadata key."""
    field = fields.NUMERIC(float, 64)
    field.shift_step = 0  # one term a number, none of less precision
    return _with_terms(field, partial(NumberTerms, key=key))


def _with_terms(field: Any, terms: Callable[[VisibleSegment], FieldTerms]) -> Any:
    """Returns a type of Whoosh's whose ``terms`` are the field's terms in a segment, as those of ``Text`` are."""
    field.terms = terms
    return field


class Dates(fields.DATETIME):
    """The dates of a metadata key; see ``DateTerms``.

    Args:
        key: The key.
        column: Whether results can be sorted by it quickly.
    """

    def __init__(self, key: str, *, column: bool = False) -> None:
        super().__init__(stored=True, sortable=column)
        self.shift_step = 0  # one term a date, none of less precision
        self._key = key

    def terms(self, segment: VisibleSegment) -> FieldTerms:
        """Returns the field's terms in a segment."""
        return DateTerms(segment, self._key, self._encode, self._decode)

    def _encode(self, micros: int) -> bytes:
        return bytes(self.sortable_to_bytes(micros + (1 << 63)))

    @staticmethod
    def _decode(term: bytes) -> int:
        return int.from_bytes(term[1:9], "big") - (1 << 63)

    def from_column_value(self, x: Any) -> datetime | None:
        """Returns a date of the column; None where there is none."""
        return None if x == self.column_type.default_value() else super().from_column_value(x)


def column_values(name: str, segment: VisibleSegment, column: Any) -> list[Any]:
    """Returns the sort keys of the documents of a segment by ``id``, ``title``, ``date`` or ``archived``."""
    if name in ("id", "title"):
        texts = segment.texts("id" if name == "id" else "title_key")
        return [texts[number] for number in segment.visible]
    numbers, missing = segment.column(f"{name}_key"), column.default_value()
    return [numbers[number] - 1 if numbers[number] else missing for number in segment.visible]


#: Fields that have a column.
COLUMNS: Final = ("id", "title", "date", "archived")


class ValuesColumn(columns.ColumnReader):
    """Reads a column of values; those that are ``missing`` (None: there are none) are last in both directions."""

    def __init__(self, values: list[Any], missing: int | None) -> None:
        self._values = values
        self._missing = missing
        self._reverse = False

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> Any:
        return self._values[docnum]

    def sort_key(self, docnum: int) -> Any:
        """Returns what a document is sorted by."""
        value = self._values[docnum]
        return -value if self._reverse and value != self._missing else value

    def set_reverse(self) -> None:
        """Turns the order round."""
        self._reverse = True
