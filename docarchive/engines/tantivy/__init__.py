"""The tantivy engine: an index in Rust, for archives of hundreds of thousands of articles and more.

``engine`` is the protocol over an index folder, ``schema`` has the fields, ``compile`` (with ``phrases`` and
``patterns``) makes tantivy's queries of query trees, ``view`` queries the index, ``partitions`` does so in parallel,
``ordering`` sorts hits, ``explain`` explains scores. No other package of docarchive imports tantivy.
"""

from docarchive.engines.tantivy.engine import TantivyEngine

__all__ = ["TantivyEngine"]
