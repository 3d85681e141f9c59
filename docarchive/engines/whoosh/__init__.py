"""The Whoosh engine: the default, in pure Python.

``engine`` is the protocol over an index folder. Searching: ``toc`` names the segments, ``segmentfile``,
``postings`` and ``packing`` read them, ``view`` holds what was read, ``matching`` and ``scoring`` answer
queries from it. Indexing: ``schema`` says what is indexed, ``segment_builder`` gathers it and writes segments,
``builders`` does so in several processes, ``merging`` makes several segments one, and ``indexing`` runs these.
``whoosh_index`` is the index for Whoosh's own library, and alone in docarchive imports whoosh.
"""

from docarchive.engines.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine"]
