"""The fields of the index.

    text                     terms of title, summary and body, repeated by their weight: what is scored
    title, summary, body     terms with positions, for phrases and for words in one field
    words_title, …           words as they are written, for wildcards and fuzzy words
    labels                   terms of all other metadata, after their key, with positions
    values                   whole values, after their key, for regular expressions and facets; without a key, the
                             keys with values that are not there as they are, so that they cannot be counted
    has                      the keys that have a value
    language                 the language of the words
    dates, numbers           terms of dates and numbers, as in ``engines.terms``
    id                       the id, as a term, as a column and stored
    id_key                   the first characters of the id as a number, as a column: to order many equal hits by id
    row, date_key, title_key, archived_key, length   columns: the catalog's row, the sort keys, and the number
                             of terms in ``text``

tantivy does not analyze text: it receives terms, joined by spaces, or, where a position has several terms, as tokens
with positions.

Raise the engine's number in ``engines.state`` when anything here changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Final

from tantivy import Document, PreTokenizedString, Schema, SchemaBuilder, Token

from docarchive.analysis import PreToken, label_key, slots_of
from docarchive.engines.protocol import sort_value
from docarchive.engines.terms import VALUE, date_terms, indexed_label, instant, number_terms
from docarchive.engines.weighting import weighted_text
from docarchive.query import AnalyzedArticle
from docarchive.query.document import DATE_FIELDS, TEXT_FIELDS
from docarchive.query.patterns import one_line

_KEY: Final = 8  # bytes in a number
_spelled, _plain, _terms = attrgetter("spelled"), attrgetter("plain"), attrgetter("terms")


def schema() -> Schema:
    """Returns the schema of the index."""
    builder = SchemaBuilder()
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
        builder.add_text_field(f"words_{name}", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("labels", tokenizer_name="whitespace", index_option="position")
    for name in ("values", "has", "language", "dates", "numbers"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic", stored=True, fast=True)
    builder.add_text_field("title_key", tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("row", "id_key", "date_key", "archived_key", "length"):
        builder.add_unsigned_field(name, fast=True)
    return builder.build()


def document(analyzed: AnalyzedArticle, row: int) -> Document:
    """Returns an article as a document of tantivy's."""
    article = analyzed.article
    indexed = Document()
    indexed.add_text("id", article.id)
    indexed.add_unsigned("row", row)
    indexed.add_unsigned("id_key", int.from_bytes(article.id.encode()[:_KEY].ljust(_KEY, b"\0"), "big"))
    terms, length = weighted_text(analyzed)
    indexed.add_text("text", terms)
    indexed.add_unsigned("length", length)
    for name in TEXT_FIELDS:
        if pretokens := analyzed.pretokens(name):
            _add_positions(indexed, name, pretokens)
            indexed.add_text(f"words_{name}", " ".join(set(map(_spelled, pretokens))))
    _add_metadata(indexed, analyzed)
    for name in ("date", "archived"):
        if key := instant(sort_value(article, name)):
            indexed.add_unsigned(f"{name}_key", key)
    if title := sort_value(article, "title"):
        indexed.add_text("title_key", title)
    return indexed


def _add_positions(indexed: Document, name: str, pretokens: list[PreToken]) -> None:
    if all(map(_plain, pretokens)):
        indexed.add_text(name, " ".join(map(_terms, pretokens)))
        return
    tokens = [Token(term, at, 0, 0) for at, slot in enumerate(slots_of(pretokens)) for term in slot if term]
    indexed.add_pre_tokenized_text(name, PreTokenizedString("", tokens))


def _add_metadata(indexed: Document, analyzed: AnalyzedArticle) -> None:
    indexed.add_text("language", analyzed.analyzer.language)
    for name in TEXT_FIELDS:
        if analyzed.has(name):
            indexed.add_text("has", name)
    for name in (*DATE_FIELDS, "title"):
        if analyzed.has(name):
            indexed.add_text("values", f"{name}{VALUE}{one_line(analyzed.values(name)[0])}")
            if name != "title":
                indexed.add_text("has", name)
    for name, values in analyzed.label_values:
        _add_label(indexed, name, values)
    for term in dict.fromkeys(date_terms(analyzed)):
        indexed.add_text("dates", term)
    for term in dict.fromkeys(_numbers(analyzed)):
        indexed.add_text("numbers", term)


def _add_label(indexed: Document, name: str, values: list[str]) -> None:
    for value in values:
        terms, wholes = indexed_label(name, value)
        indexed.add_text("labels", terms)
        for whole in wholes:
            indexed.add_text("values", whole)
    if values:
        indexed.add_text("has", label_key(name))


def _numbers(analyzed: AnalyzedArticle) -> Iterator[str]:
    for key, digits in number_terms(analyzed):
        yield key + digits
