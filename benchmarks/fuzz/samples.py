"""Samples: the articles of the tests in both engines and in a catalog, made once for all inputs."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from corpus import ARTICLES, CHANGES
from corpus import CONTEXT as _CONTEXT
from memory_engine import MemoryEngine

from docarchive.catalog import Catalog, schema
from docarchive.catalog.recorded import RecordedFile
from docarchive.engines import ENGINES, Engine, Position, open_engine
from docarchive.folder import Folder

#: A context with a saved search.
CONTEXT: Final = _CONTEXT._replace(searches={"gas": "tag:gas OR pier", "both": "@gas wheat"})
#: Articles in the catalog that is edited.
FEW: Final = 12
#: The position of the indexes.
POSITION: Final = Position("e", len(ARTICLES))


class Engines(NamedTuple):
    """The same articles in memory, in each engine's index, and in a catalog."""

    memory: MemoryEngine
    indexes: list[Engine]
    catalog: Catalog


@cache
def temporary() -> Path:
    """Returns a folder that is removed when the program ends."""
    folder = tempfile.TemporaryDirectory(prefix="fuzz-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def inside(path: Path) -> Folder:
    """Returns a folder that is inside of another, as those of the catalog and the index are."""
    return Folder(path.parent) / path.name


@cache
def engines() -> Engines:
    """Returns the engines."""
    memory = MemoryEngine()
    memory.index(CHANGES, POSITION)
    catalog = Catalog.open(inside(catalog_folder()))
    assert catalog is not None
    return Engines(memory, [_open(name) for name in ENGINES], catalog)


def _open(name: str) -> Engine:
    return open_engine(name, inside(index_folder(name)))


@cache
def index_folder(name: str) -> Path:
    """Returns the folder of an engine's index."""
    folder = temporary() / name
    with_index = open_engine(name, inside(folder), jobs=1)
    half = len(CHANGES) // 2
    with_index.index(CHANGES[:half], Position("e", half))
    with_index.index(CHANGES[half:], POSITION)
    with_index.close()
    return folder


@cache
def catalog_folder(count: int = len(ARTICLES)) -> Path:
    """Returns the folder of a catalog of the first articles."""
    folder = temporary() / f"catalog-{count}"
    schema.create(inside(folder), "e")
    catalog = Catalog.open(inside(folder))
    assert catalog is not None
    with catalog.transaction():
        for number, article in enumerate(ARTICLES[:count]):
            catalog.put(article, f"articles/2024/01/a-{article.id}.md", 100 + number, number)
        catalog.add_deleted([("gone", ["gone", "url:https://a.example/gone"])])
        catalog.set_validators("https://a.example/", '"a"', None)
        catalog.record([RecordedFile("versions/a01/1.md", 1, 1, bytes(32))])
        catalog.set_folder_times({"articles/2024/01": 7})
    catalog.close()
    return folder


def files_in(folder: Path) -> dict[str, bytes]:
    """Returns the files of a folder by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@cache
def catalog_files() -> dict[str, bytes]:
    """Returns the files of a small catalog."""
    return files_in(catalog_folder(FEW))


@contextmanager
def folder_of(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Makes a folder with some files, and removes it afterwards."""
    folder = temporary() / "work"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
