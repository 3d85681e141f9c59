"""Readers: from inputs to articles. One module a format, formats of one kind in a folder.

Useful for finding inputs (``find_inputs``), choosing a reader (``choose``) and reading records. Not
useful for keeping anything: a reader knows no archive.
"""

from __future__ import annotations

from docarchive.readers.choosing import choose, readers
from docarchive.readers.encoding.detect import read_text
from docarchive.readers.inputs import Input, find_inputs, input_at, is_asset, is_leftover
from docarchive.readers.protocol import (
    Folder,
    Item,
    Member,
    Reader,
    ReadOptions,
    Record,
    Refusal,
    Skip,
    Source,
    bytes_in,
    embedded_name,
    no_sibling,
)
from docarchive.readers.values.reserved_keys import make_article

__all__ = [
    "Folder",
    "Input",
    "Item",
    "Member",
    "ReadOptions",
    "Reader",
    "Record",
    "Refusal",
    "Skip",
    "Source",
    "bytes_in",
    "choose",
    "embedded_name",
    "find_inputs",
    "input_at",
    "is_asset",
    "is_leftover",
    "make_article",
    "no_sibling",
    "read_text",
    "readers",
]
