"""docarchive with the Whoosh engine and with the tantivy engine."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.peers.measuring import Command, command
from benchmarks.peers.peer import FACETS, SCRIPTS, Peer, Query, installed, output_of


def query_text(query: Query) -> str:
    """Returns a query in docarchive's language."""
    return query.words + (f" date:{query.dates[0]}..{query.dates[1]}" if query.dates else "")


class Docarchive(Peer):
    """The command line and the library, with the Whoosh engine."""

    name = "docarchive, Whoosh"
    about = "imports JSON Lines; keeps a Markdown file for each article, and the bytes that it came from"
    articles_per_second = 600
    other_jobs = 2.0
    engine = "whoosh"

    @property
    def archive(self) -> Path:
        """The folder of the archive."""
        return self.work / "archive"

    def _command(self, *arguments: object, codes: tuple[int, ...] = (0,)) -> Command:
        return command(installed("docarchive"), "--archive", self.archive, *arguments, codes=codes)

    def missing(self) -> str:
        if not Path(installed("docarchive")).exists():
            return "docarchive is not installed with this interpreter"
        return "" if importlib.util.find_spec(self.engine) else f"{self.engine} is not installed"

    def version(self) -> str:
        return output_of(installed("docarchive"), "--version").split()[-1]

    def prepare(self) -> None:
        argv = [installed("docarchive"), "init", str(self.archive), "--engine", self.engine]
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)

    def import_all(self) -> list[Command]:
        return [self._command("import", self.source)]

    def import_again(self) -> list[Command]:
        return self.import_all()

    def sync(self) -> list[Command]:
        return [self._command("sync")]

    def add(self, batch: int) -> list[Command]:
        return [self._command("import", self.inputs.path(self.form, batch))]

    def search(self, query: Query) -> Command:
        return self._command("search", query_text(query), codes=(0, 1))

    def count(self, query: Query) -> Command:
        return self._command("search", query_text(query), "--count", codes=(0, 1))

    def facets(self) -> Command:
        return self._command("search", FACETS, "--facet", "place", "--facet", "year", "--limit", 0, codes=(0, 1))

    def library(self, queries: Mapping[str, Query], rounds: int) -> Command:
        queries_json = json.dumps({name: query_text(query) for name, query in queries.items()})
        return command(sys.executable, SCRIPTS / "with_library.py", self.archive, queries_json, FACETS, rounds)

    def export(self) -> list[Command]:
        return [self._command("export", "--output", self.work / "all.jsonl", "--force")]

    def rebuild(self) -> list[Command]:
        return [self._command("rebuild")]

    def index(self) -> list[Path]:
        return [self.archive / ".docarchive"]

    def stored(self) -> list[Path]:
        return [self.archive]


class DocarchiveTantivy(Docarchive):
    """The command line and the library, with the tantivy engine."""

    name = "docarchive, tantivy"
    articles_per_second = 1_500
    other_jobs = 2.0
    engine = "tantivy"
