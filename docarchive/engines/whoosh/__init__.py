"""The Whoosh engine: the default, in pure Python.

``engine`` wires it to the protocol, ``schema`` says what is indexed, ``compiler`` turns the query
tree into Whoosh queries, ``codec`` keeps the index on disk without pickle. No other part of
docarchive imports whoosh.
"""

from docarchive.engines.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine"]
