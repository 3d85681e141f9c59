"""The index as Whoosh's own library sees it: what ``Archive.whoosh_index()`` returns.

``index`` is Whoosh's ``FileIndex`` over the files of the engine, for reading. ``schema`` names its fields,
``fields`` says how their queries and values are read, ``analyzers`` makes the same terms as docarchive's own
queries, ``terms`` and ``text_terms`` look up a field's terms and postings in a segment, and ``codec`` is Whoosh's
interface to these.
Useful for Whoosh's parser, searcher, sorting, grouping, highlighter and scoring on an archive. Searching and
indexing by docarchive itself do not load it (decision 0045).

Extends whoosh3 3.54 at its own seams: ``whoosh.index``, ``whoosh.fields``, ``whoosh.analysis``,
``whoosh.codec.base`` and ``whoosh.matching``.
"""

from docarchive.engines.whoosh.whoosh_index.index import WhooshIndex

__all__ = ["WhooshIndex"]
