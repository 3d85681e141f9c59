"""Readers: from inputs to articles. One module a format.

Useful for finding inputs (``find_inputs``), choosing a reader (``choose``) and reading records. Not
useful for keeping anything: a reader knows no archive.
"""

from __future__ import annotations

from docarchive.readers.choosing import READERS, choose
from docarchive.readers.inputs import Input, find_inputs
from docarchive.readers.protocol import Reader, Record, Refusal, Source

__all__ = ["READERS", "Input", "Reader", "Record", "Refusal", "Source", "choose", "find_inputs"]
