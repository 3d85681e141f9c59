"""The Whoosh engine: the default, in pure Python.

``engine`` wires it to the protocol, ``schema`` says what is indexed, ``writer`` writes it, ``view``
reads it, ``evaluate`` answers queries from it, ``codec`` keeps it on disk without
pickle. No other part of docarchive imports whoosh.
"""

from docarchive.engines.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine"]
