"""Short scripts over libraries: FTS5, tantivy, stock Whoosh."""

import importlib.util
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.peers.measuring import Command, command
from benchmarks.peers.peer import FACETS, SCRIPTS, Peer, Query, environment, output_of


class Script(Peer):
    """A script in the folder ``scripts``."""

    script = ""

    @property
    def folder(self) -> Path:
        """The folder of the index."""
        return self.work / "index"

    def python(self) -> str:
        """Returns the Python interpreter to run the script with."""
        return sys.executable

    def prepare(self) -> None:
        self.folder.mkdir()

    def _command(self, action: str, *arguments: object) -> Command:
        return command(self.python(), SCRIPTS / self.script, action, self.folder, *arguments)

    def import_all(self) -> list[Command]:
        return [self._command("index", self.source)]

    def import_again(self) -> list[Command]:
        return [self._command("add", self.source)]

    def add(self, batch: int) -> list[Command]:
        return [self._command("add", self.inputs.path(self.form, batch))]

    def search(self, query: Query) -> Command:
        return self._command("search", query.words, *(query.dates or ()))

    def count(self, query: Query) -> Command:
        return self._command("count", query.words, *(query.dates or ()))

    def facets(self) -> Command:
        return self._command("facets", FACETS)

    def library(self, queries: Mapping[str, Query], rounds: int) -> Command:
        queries_json = json.dumps({name: [query.words, *(query.dates or ())] for name, query in queries.items()})
        return self._command("time", queries_json, FACETS, rounds)

    def export(self) -> list[Command]:
        return [self._command("export")]

    def index(self) -> list[Path]:
        return [self.folder]


class Fts5(Script):
    """SQLite's full-text search."""

    name = "FTS5, a script"
    about = "Python's sqlite3, porter tokenizer, bodies stored in its table; not on disk until the system writes it"
    articles_per_second = 15_000
    other_jobs = 1.0
    script = "with_fts5.py"

    def version(self) -> str:
        import sqlite3

        return sqlite3.sqlite_version


class Tantivy(Script):
    """The library tantivy-py alone."""

    name = "tantivy, a script"
    about = "tantivy-py, English stems, 128 MB of heap, its own choice of threads, bodies stored"
    articles_per_second = 20_000
    other_jobs = 1.0
    script = "with_tantivy.py"

    def missing(self) -> str:
        return "" if importlib.util.find_spec("tantivy") else "pip install tantivy"

    def version(self) -> str:
        from importlib.metadata import version

        return version("tantivy")


class Whoosh(Script):
    """Stock Whoosh, in a virtual environment of its own: it has the import name of whoosh3."""

    name = "Whoosh 2.7.4, a script"
    about = "stock Whoosh of 2016, StemmingAnalyzer, one process, limitmb=256, bodies stored"
    articles_per_second = 500
    other_jobs = 0.1
    script = "with_whoosh.py"

    def missing(self) -> str:
        return "" if environment("whoosh-2.7.4", "whoosh==2.7.4") else "pip could not install whoosh==2.7.4"

    def python(self) -> str:
        return str(environment("whoosh-2.7.4", "whoosh==2.7.4")) + "/python"

    def version(self) -> str:
        return output_of(self.python(), "-c", "import whoosh; print(whoosh.versionstring())")
