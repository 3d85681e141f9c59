"""What is asked of a peer: the commands that do each of the things measured."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, NamedTuple

from benchmarks.peers.inputs import Inputs
from benchmarks.peers.measuring import Command

SCRIPTS = Path(__file__).with_name("scripts")
#: Folder for environments of peers that need their own; git knows nothing of it.
CACHE = Path(__file__).parents[2] / ".bench"


class Query(NamedTuple):
    """A search; each peer spells it in its own language.

    Attributes:
        words: As docarchive, Whoosh, FTS5 and tantivy read it.
        dates: The first and the last day, if it is for articles of these days.
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
#: Of the articles with this word, how many are of each place and of each year?
FACETS = "company"


class Peer:
    """One program. A method that returns nothing says that the program has no such thing.

    Args:
        work: An empty folder of its own.
        inputs: The articles.
    """

    name: ClassVar[str]
    #: What it is, in a few words, for the notes below the tables.
    about: ClassVar[str]
    #: The form in which it takes articles: jsonl, mail or markdown.
    form: ClassVar[str] = "jsonl"
    #: Articles that it takes in a second, about: only for telling how long a run is going to be.
    pace: ClassVar[int] = 10_000
    #: How many times the import's time everything else takes, about.
    rest: ClassVar[float] = 2.0

    def __init__(self, work: Path, inputs: Inputs) -> None:
        self.work = work
        self.inputs = inputs
        self.source = inputs.path(self.form)

    def missing(self) -> str:
        """Says why it cannot be measured here; empty if it can."""
        return ""

    def version(self) -> str:
        """Returns its version."""
        return ""

    def prepare(self) -> None:
        """Does what comes before the import and is not timed."""

    def fill(self) -> list[Command]:
        """Imports all articles into nothing; none if it keeps nothing."""
        return []

    def again(self) -> list[Command]:
        """Imports the same articles, of which none is new."""
        return []

    def sync(self) -> list[Command]:
        """Looks for changes that were made by hand."""
        return []

    def place(self, batch: int) -> None:
        """Puts ten new articles where it looks for them, untimed."""

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
        """Prints, as JSON, the seconds of each round of each search in a process that has all open already."""
        return None

    def export(self) -> list[Command]:
        """Writes every article out, as JSON where it can."""
        return []

    def rebuild(self) -> list[Command]:
        """Makes everything that is derived anew."""
        return []

    def index(self) -> list[Path]:
        """Returns the files and folders that it made to search in."""
        return [self.work]

    def kept(self) -> list[Path]:
        """Returns everything that it wrote, with the articles themselves if it keeps them."""
        return self.index()


def said(*argv: object) -> str:
    """Returns what a program prints, or an empty text if it is not there."""
    try:
        done = subprocess.run([str(each) for each in argv], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return (done.stdout or done.stderr).strip()


@functools.cache
def environment(name: str, requirement: str) -> Path | None:
    """Returns the programs' folder of an environment that has a package; makes it if there is none.

    Returns:
        None if it cannot be made, such as without a network.
    """
    folder = CACHE / name
    programs = folder / "bin"
    if (folder / requirement).exists():
        return programs
    made = [
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement],
    ]
    for argv in made:
        if subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode:
            return None
    (folder / requirement).touch()
    return programs


def beside_python(program: str) -> str:
    """Returns the path of a program that is installed with this interpreter."""
    return os.path.join(os.path.dirname(sys.executable), program)
