"""The targets: functions that read an input, with the inputs to start from. The tests and the fuzzer run the same ones.

A target returns whether it read the input. A documented error is no find; whatever else it raises is one, and so is
more than ``SECONDS`` of processor time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from time import process_time
from types import MappingProxyType
from typing import Final, NamedTuple

from benchmarks.fuzz import archives, formats, indexes, manifests, texts
from benchmarks.fuzz.peers import PEERS
from benchmarks.fuzz.start import TEXTS, TOKENS
from docarchive.readers import readers

#: The processor time that an input of up to 64 KB may take.
SECONDS: Final = 2.0

_LARGE: Final = 16_384
_QUERY: Final = 1_024
_READ: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "query": texts.query,
    "query.engines": texts.query_engines,
    "front-matter": texts.front_matter,
    "dates": texts.dates,
    "addresses": texts.addresses,
    "markdown.shown": texts.markdown,
    "html.converted": texts.html,
    "settings": archives.settings,
    "quarantine": archives.quarantine,
    "deleted": archives.deleted,
    "catalog.metadata": archives.metadata,
    "catalog.rows": archives.catalog_rows,
    "catalog.file": archives.catalog_file,
    "index.state": indexes.index_state,
    "stamps": indexes.stamps,
    "manifest": manifests.manifest,
    "heads": manifests.heads,
    "whoosh.index": indexes.whoosh_index,
    "whoosh.segment": indexes.whoosh_segment,
    "tantivy.index": indexes.tantivy_index,
    "tantivy.lists": indexes.tantivy_lists,
}
_SEEDS: Final[Mapping[str, Callable[[], list[bytes]]]] = {
    "html.converted": partial(formats.seeds, "html"),
    "index.state": indexes.states,
    "stamps": indexes.stamp_notes,
    "manifest": manifests.manifests,
    "heads": manifests.chains,
    "tantivy.lists": indexes.lists,
}


class Target(NamedTuple):
    """What is fuzzed."""

    name: str
    read: Callable[[bytes], bool]
    seeds: Callable[[], list[bytes]]
    tokens: Sequence[str] = ()
    #: Whether an import reads it in another process, since its parser may crash.
    isolated: bool = False
    #: The size of the largest input that is made, in bytes; ``benchmarks.growth`` reads far larger ones.
    length: int = _LARGE


class TooSlow(AssertionError):
    """An input took too long."""


@cache
def targets() -> Mapping[str, Target]:
    """Returns all targets by name: those of archives and texts, then those of formats."""
    found = {name: Target(name, read, _seeds_of(name), TOKENS.get(name, ())) for name, read in _READ.items()}
    found |= {name: found[name]._replace(length=_QUERY) for name in ("query", "query.engines")}
    for name, read in formats.targets().items():
        isolated = readers()[formats.format_of(name)].isolated
        found[name] = Target(name, read, partial(formats.seeds, name), formats.tokens(name), isolated)
    return MappingProxyType(found)


def peers() -> Mapping[str, Target]:
    """Returns the targets that are other programs, which are fuzzed only when they are named."""
    known = targets()
    return {name: known[own]._replace(name=name, read=read) for name, (read, own) in PEERS.items()}


def _seeds_of(name: str) -> Callable[[], list[bytes]]:
    return _SEEDS.get(name) or (lambda: [text.encode() for text in TEXTS[name]])


def run(target: Target, data: bytes) -> bool:
    """Reads an input; returns whether it was read, and raises whatever is a find."""
    start = process_time()
    read = target.read(data)
    seconds = process_time() - start
    if seconds > SECONDS:
        raise TooSlow(f"it takes {seconds:.1f} s")
    return read
