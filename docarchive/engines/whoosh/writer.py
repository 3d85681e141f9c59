"""BulkWriter: a segment writer that gathers postings by term and writes them in blocks.

Stock Whoosh makes a tuple of every posting, sorts them all and hands them to the codec one call
each. Here a term's postings are gathered in arrays, so only the terms are sorted and whole blocks are
handed over. The segments are the same; only the way there is shorter.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from whoosh.writing import SegmentWriter

from docarchive.engines.whoosh.codec import Codec, pack_vocabulary, vocabulary_name
from docarchive.engines.whoosh.schema import LISTED


class _TermPostings(NamedTuple):
    ids: array[int]
    weights: array[float]
    values: list[bytes]


def _new_postings() -> _TermPostings:
    return _TermPostings(array("I"), array("f"), [])


def _new_ids() -> array[int]:
    return array("I")


class BulkWriter(SegmentWriter):
    """Writes one segment.

    Attributes:
        buffered: How many postings wait in memory; about 60 bytes each.
    """

    def __init__(self, index: Any) -> None:
        super().__init__(index, codec=Codec(), compound=False, timeout=10.0)
        self.buffered = 0
        self._terms: dict[str, dict[bytes, Any]] = {
            name: defaultdict(_new_ids if field.format.posting_size == 0 else _new_postings)
            for name, field in self.schema.items()
            if field.indexed
        }
        self._lengths: dict[str, dict[int, int]] = {
            name: {} for name, field in self.schema.items() if field.indexed and field.scorable
        }

    def add_document(self, **fields: Any) -> None:
        """Adds a document; the value of an indexed field is its postings, behind its length where it is scored."""
        number = self.docnum
        documents = self.perdocwriter
        documents.start_doc(number)
        for name in sorted(fields):
            value, field, length = fields[name], self.schema[name], 0
            if field.scorable:
                length, value = value
                self._lengths[name][number] = length
            if field.indexed:
                self._add_field(name, number, field.index(value))
            documents.add_field(name, field, None, length)
            if field.column_type:
                documents.add_column_value(name, field.column_type, field.to_column_value(value))
        documents.finish_doc()
        self._added = True
        self.docnum += 1

    def _add_field(self, name: str, number: int, postings: Iterable[tuple[bytes, int, float, bytes]]) -> None:
        """Gathers the postings of one field of one document."""
        terms = self._terms[name]
        count = 0
        if self.schema[name].format.posting_size == 0:
            for term, _, _, _ in postings:
                terms[term].append(number)
                count += 1
        else:
            for term, _, weight, value in postings:
                ids, weights, values = terms[term]
                ids.append(number)
                weights.append(weight)
                if value:
                    values.append(value)
                count += 1
        self.buffered += count

    def add_postings_to_pool(self, reader: Any, startdoc: int, docmap: Any) -> None:
        """Gathers the postings of an older segment that is merged into this one."""
        for name, lengths in self._lengths.items():
            get = reader.doc_field_length
            for old in reader.all_doc_ids():
                new = docmap[old] if docmap is not None else startdoc + old
                lengths[new] = get(old, name) or 0
        for name, term, number, weight, value in self._process_posts(reader.iter_postings(), startdoc, docmap):
            entry = self._terms[name][term]
            if isinstance(entry, array):
                entry.append(number)
            else:
                entry.ids.append(number)
                entry.weights.append(weight)
                if value:
                    entry.values.append(value)

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        out = self.fieldwriter
        for name in sorted(self._terms):
            terms = self._terms[name]
            if not terms:
                continue
            lengths = self._lengths.get(name)
            out.start_field(name, self.schema[name])
            for term in sorted(terms):
                entry = terms[term]
                out.start_term(term)
                if isinstance(entry, array):
                    out._postwriter.add_postings(entry, None, [], None)
                else:
                    out._postwriter.add_postings(entry.ids, entry.weights, entry.values, lengths)
                out.finish_term()
            out.finish_field()
            if name in LISTED:
                self._list(name, terms)
            terms.clear()
        out.close()

    def _list(self, name: str, terms: dict[bytes, Any]) -> None:
        """Writes the terms of a field in order, with how many documents have each."""
        found = sorted(terms)
        counts = [len(entry if isinstance(entry, array) else entry.ids) for entry in map(terms.__getitem__, found)]
        with self.storage.create_file(vocabulary_name(self.newsegment, name)) as file:
            file.write(pack_vocabulary(found, counts))
