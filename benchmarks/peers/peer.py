"""The interface of a peer: the commands that do what is measured."""

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, NamedTuple

from benchmarks.peers.inputs import Inputs
from benchmarks.peers.measuring import Command

SCRIPTS = Path(__file__).with_name("scripts")
#: Folder of the virtual environments of peers that need one; git ignores it.
CACHE = Path(__file__).parents[2] / ".bench"


class Query(NamedTuple):
    """A search; each peer translates it to its own query language.

    Attributes:
        words: The query in the language that docarchive, Whoosh, FTS5 and tantivy share.
        dates: The first and the last day of the articles to search; None for all.
    """

    words: str
    dates: tuple[str, str] | None = None


QUERIES = {
    "rare word": Query("microprocessor"),
    "common word": Query("company"),
    "AND": Query("oil AND opec"),
    "phrase": Query('"interest rates"'),
    "prefix": Query("comput*"),
    "field": Query("title:dollar"),
    "dates": Query("trade", ("1987-04-01", "1987-04-07")),
    "OR of four": Query("oil OR gold OR copper OR wheat"),
}
#: Facets are counted over the articles with this word: by place, and by year.
FACETS = "company"


class Peer:
    """One program. A method that returns nothing means that the program has no such command.

    Args:
        work: An empty folder for this peer alone.
        inputs: The articles.
    """

    name: ClassVar[str]
    #: The programs that it needs on PATH.
    programs: ClassVar[tuple[str, ...]] = ()
    #: A few words on the program, for the notes below the tables.
    about: ClassVar[str]
    #: The form of its input: jsonl, mail or markdown.
    form: ClassVar[str] = "jsonl"
    #: About how many articles it imports a second, to estimate how long a run will take.
    articles_per_second: ClassVar[int] = 10_000
    #: About how long all other jobs take, in multiples of the time of an import.
    other_jobs: ClassVar[float] = 2.0

    def __init__(self, work: Path, inputs: Inputs) -> None:
        self.work = work
        self.inputs = inputs
        self.source = inputs.path(self.form)

    def missing(self) -> str:
        """Returns the reason why it cannot be measured here; empty if it can."""
        return "" if all(map(shutil.which, self.programs)) else "not on PATH"

    def version(self) -> str:
        """Returns its version; by default, the first one that its first program prints."""
        return version_in(output_of(self.programs[0], "--version"))

    def prepare(self) -> None:
        """Does the work before the import that is not timed."""

    def import_all(self) -> list[Command]:
        """Imports all articles into an empty archive or index."""
        return []

    def import_again(self) -> list[Command]:
        """Imports the same articles once more; none is new."""
        return []

    def sync(self) -> list[Command]:
        """Looks for files that were changed by hand."""
        return []

    def prepare_addition(self, batch: int) -> None:
        """Copies ten new articles to the folder that the program watches; not timed."""

    def add(self, batch: int) -> list[Command]:
        """Imports ten new articles."""
        return []

    def search(self, query: Query) -> Command | None:
        """Prints the ten best matches."""
        return None

    def count(self, query: Query) -> Command | None:
        """Prints how many articles match."""
        return None

    def counted(self, output: str) -> int:
        """Returns the number that ``count`` printed."""
        return int(output.split()[0])

    def facets(self) -> Command | None:
        """Counts the matches of ``FACETS`` by place and by year."""
        return None

    def library(self, queries: Mapping[str, Query], rounds: int) -> Command | None:
        """Prints, as JSON, the seconds of each search in each round, in a process in which the index is open."""
        return None

    def export(self) -> list[Command]:
        """Exports every article, as JSON if the program can."""
        return []

    def rebuild(self) -> list[Command]:
        """Rebuilds all that is derived from the articles."""
        return []

    def index(self) -> list[Path]:
        """Returns the files and folders of its index."""
        return [self.work]

    def stored(self) -> list[Path]:
        """Returns all files and folders that it wrote, the articles included if it stores them."""
        return self.index()


def version_in(text: str) -> str:
    """Returns the first version number in a text; empty if there is none."""
    match = re.search(r"\d+(?:\.\d+)+\S*", text)
    return match[0] if match else ""


def output_of(*argv: object) -> str:
    """Returns what a program prints; empty if there is no such program."""
    try:
        done = subprocess.run([*map(str, argv)], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return (done.stdout or done.stderr).strip()


@functools.cache
def environment(name: str, requirement: str) -> Path | None:
    """Returns the folder of the programs of a virtual environment with a package; creates it if there is none.

    Returns:
        None if it cannot be created, for example without a network.
    """
    folder = CACHE / name
    programs = folder / "bin"
    if (folder / requirement).exists():
        return programs
    steps = [
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement],
    ]
    for argv in steps:
        if subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode:
            return None
    (folder / requirement).touch()
    return programs


def installed(program: str) -> str:
    """Returns the path of a program in the environment of this interpreter."""
    return os.path.join(os.path.dirname(sys.executable), program)
