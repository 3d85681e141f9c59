"""The tantivy engine: an index in Rust, for archives of hundreds of thousands of articles and more.

``engine`` wires it to the protocol, ``schema`` says what is indexed, ``compile`` (with ``phrases``
and ``patterns``) makes tantivy's queries of query trees, ``view`` reads the index, ``partitions`` reads
it in parallel, ``ordering`` puts what was found in order, ``explain`` takes a score apart. No other
part of docarchive imports tantivy.
"""

from docarchive.engines.tantivy.engine import TantivyEngine

__all__ = ["TantivyEngine"]
