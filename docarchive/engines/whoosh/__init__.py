"""The Whoosh engine: the default, in pure Python.

``engine`` wires it to the protocol. Searching: ``toc`` names the segments, ``segmentfile``, ``postings``
and ``coding`` read them, ``view`` keeps what was read, ``evaluate`` answers queries from it. Indexing:
``schema`` says what is indexed, ``building`` gathers it and writes segments, ``crew`` does so in several
processes, ``merging`` makes several segments one, ``indexing`` brings these together, and ``codec`` is
what Whoosh knows of it all. No other part of docarchive imports whoosh, and ``codec`` alone here.
"""

from docarchive.engines.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine"]
