"""Targets that read indexes, and what is noted of the stamps of files.

Whatever is in these files, only documented errors may be raised. Where they have checksums, no answer is wrong.
"""

from __future__ import annotations

import json
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Final
from zlib import crc32

from benchmarks.fuzz.choices import Choices, edited
from benchmarks.fuzz.samples import CONTEXT, POSITION, catalog_files, engines, files_in, folder_of, index_folder, inside
from docarchive.catalog import Catalog, noted
from docarchive.engines import Engine, open_engine
from docarchive.engines.state import VERSIONS, read_state
from docarchive.engines.tantivy.checksums import CHECKSUMS
from docarchive.engines.whoosh.segmentfile import SectionWriter
from docarchive.errors import IndexDamaged
from docarchive.query import Node, parse
from docarchive.query.facets import Facet

_QUERIES: Final = (
    *("pier", "tag:gas", "trad* OR title:wheat", '"free trade"', "date:2024-01", "rating:[0 TO 7]", "has:url -oil"),
)
_FACETS: Final = [Facet.read(name) for name in ("tag", "venue.city", "month")]


@cache
def _index_files(name: str) -> dict[str, bytes]:
    return files_in(index_folder(name))


@cache
def _expected() -> dict[str, set[str]]:
    return {text: set(engines().memory.ids(tree)) for text, tree in _trees().items()}


@cache
def _trees() -> dict[str, Node]:
    return {text: parse(text, CONTEXT) for text in _QUERIES}


def whoosh_index(data: bytes) -> bool:
    """Files of Whoosh's index that were changed give the right answers, or are refused as damage."""
    with folder_of(edited(_index_files("whoosh"), Choices(data))) as folder:
        found = _found("whoosh", folder)
    assert found is None or found == _expected(), "a damaged index gives a wrong answer"
    return found is not None


def whoosh_segment(data: bytes) -> bool:
    """A segment of any content whose checksums are right is read, or refused as damage."""
    files = dict(_index_files("whoosh"))
    name = min(name for name in files if name.endswith(".idx"))
    sections, facts = _sections(files[name])
    choices = Choices(data)
    sections = edited(sections, choices)
    if choices.below(4) == 1:
        facts = {key: choices.below(1 << 16) for key in facts}
    with folder_of(files) as folder:
        (folder / name).unlink()
        writer = SectionWriter(inside(folder), name)
        for section, content in sections.items():
            writer.section(section, [content])
        writer.finish(**facts)
        writer.close()
        return _found("whoosh", folder) is not None


def _sections(segment: bytes) -> tuple[dict[str, bytes], dict[str, int]]:
    """Returns the sections of a segment, and the facts in its directory."""
    length = int.from_bytes(segment[-20:-12], "little")
    directory = json.loads(segment[-20 - length : -20])
    sections = {name: segment[start : start + size] for name, (start, size, _) in directory.pop("sections").items()}
    return sections, directory


def tantivy_index(data: bytes) -> bool:
    """Files of tantivy's index that were changed give the right answers, or are refused as damage."""
    files = edited(_index_files("tantivy"), Choices(data))
    with folder_of(files) as folder:
        found = _found("tantivy", folder)
    # The list of segments has its checksum only there.
    checked = files.get(CHECKSUMS) == _index_files("tantivy")[CHECKSUMS]
    assert found is None or found == _expected() or not checked, "a damaged index gives a wrong answer"
    return found is not None


def tantivy_lists(data: bytes) -> bool:
    """Lists of files of tantivy's index with any content are read, or refused as damage."""
    choices, files = Choices(data), dict(_index_files("tantivy"))
    name = choices.one([".managed.json", "meta.json"])
    files[name] = choices.take(len(data))
    with folder_of(files) as folder:
        return _found("tantivy", folder) is not None


def _found(name: str, folder: Path) -> dict[str, set[str]] | None:
    """Returns what each query finds; None if the index is refused."""
    engine: Engine = open_engine(name, inside(folder))
    try:
        with closing(engine):
            if engine.position() is None:
                return None
            found = {text: set(engine.ids(tree)) for text, tree in _trees().items()}
            engine.search(_trees()["pier"], limit=5)
            engine.search(_trees()["pier"], limit=5, sort="title")
            engine.rows(_trees()["tag:gas"])
            engine.facets(_trees()["pier"], _FACETS)
            engine.words_like("peir", 2)
            return found
    except IndexDamaged:
        return None


def stamps(data: bytes) -> bool:
    """Notes of the stamps of files that have their checksum and any content are read, or do not count."""
    choices = Choices(data)
    index, text = choices.below(2), choices.take(len(data))
    name, files = (CHECKSUMS, _index_files("tantivy")) if index else (noted.NOTED, catalog_files())
    with folder_of({**files, name: b"%08x\n%s" % (crc32(text), text)}) as folder:
        if index:
            return _found("tantivy", folder) is not None
        catalog = Catalog.open(inside(folder))
        assert catalog is not None
        with closing(catalog):
            agreed = noted.agrees(inside(folder), catalog)
            return noted.lacks_changes(inside(folder), catalog) or agreed


def index_state(data: bytes) -> bool:
    """The position of an index is read only if it is whole."""
    with folder_of({"state.json": data}) as folder:
        position = read_state(inside(folder), VERSIONS["whoosh"], "en")
    assert position is None or position == POSITION or b"crc" in data
    return position is not None


def states() -> list[bytes]:
    """Returns the state of Whoosh's index."""
    return [_index_files("whoosh")["state.json"]]


def lists() -> list[bytes]:
    """Returns the lists of tantivy's index, as ``tantivy_lists`` takes them."""
    files = _index_files("tantivy")
    return [bytes([number]) + files[name] for number, name in enumerate((".managed.json", "meta.json"))]


def stamp_notes() -> list[bytes]:
    """Returns notes of stamps, as ``stamps`` takes them."""
    own = _index_files("tantivy")[CHECKSUMS].partition(b"\n")[2]
    return [b"\0" + b'{"stamp": [1, 2, 3, 4], "epoch": "e", "position": 3}', b"\1" + own]
