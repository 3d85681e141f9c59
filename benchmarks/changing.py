"""Times changes: a tag on all articles and on one, next to other programs; and what earlier versions cost.

    python -m benchmarks.changing CORPUS.jsonl [--articles 19043] [--rounds 5] [--all-rounds 1] [--versions 5]
        [--only notmuch,papis] [--work FOLDER] [--json FILE]

CORPUS is that of ``benchmarks.peers``. All programs have the same articles, and run in turn, in any order:

- *all* adds a tag to every article, as a whole process; a new one each round;
- *one* adds a tag to one article, given by its id, next to a search of the same program, and the ratio of both.

Then all articles of docarchive are tagged until each has so many earlier versions. The searches of ``benchmarks.peers``
are timed in that archive and in a copy from before all changes, in turn; their ratio should be about 1.

Times are medians of wall time, with processor time beside them, which a busy machine disturbs less. papis and beets
are installed with pip in environments of their own; notmuch is taken from PATH.
"""

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.peers import measuring
from benchmarks.peers.docarchive import Docarchive, DocarchiveTantivy
from benchmarks.peers.inputs import Inputs
from benchmarks.peers.machine import machine, now, revision
from benchmarks.peers.measuring import Command, Failed, Run, command
from benchmarks.peers.peer import QUERIES, SCRIPTS, Peer, Query, environment, output_of, version_in
from benchmarks.peers.programs import Notmuch, SqliteUtils

#: What is searched for next to a change of one article.
_SEARCH: Final = Query("oil")


class Changing(Peer):
    """A peer that adds tags to articles."""

    def chosen(self) -> str:
        """Returns the id that it has for one of the articles."""
        with open(self.inputs.path("jsonl"), encoding="utf-8") as lines:
            return str(json.loads(next(lines))["id"])

    def tag(self, tag: str, id_: str | None = None) -> Command:
        """Adds a tag to an article, or to all."""
        raise NotImplementedError

    def tagged(self, tag: str) -> Command:
        """Prints a line for each article with a tag."""
        raise NotImplementedError


class _Docarchive(Docarchive, Changing):
    def chosen(self) -> str:
        return output_of(*self._command("list", "--limit", 1, "--ids").argv)

    def tag(self, tag: str, id_: str | None = None) -> Command:
        return self._command("tag", f"+{tag}", *((f"id:{id_}",) if id_ else ("--all",)))

    def tagged(self, tag: str) -> Command:
        return self._command("list", f"tag:{tag}", "--ids")


class _DocarchiveTantivy(_Docarchive):
    name, engine = DocarchiveTantivy.name, DocarchiveTantivy.engine


class _Notmuch(Notmuch, Changing):
    def tag(self, tag: str, id_: str | None = None) -> Command:
        return self._command("tag", f"+{tag}", "--", f"id:{id_}@example.org" if id_ else "*")

    def tagged(self, tag: str) -> Command:
        return self._command("search", "--output=messages", f"tag:{tag}")


class _SqliteUtils(SqliteUtils, Changing):
    def tag(self, tag: str, id_: str | None = None) -> Command:
        sql = "update docs set topics = json_insert(topics, '$[#]', :tag)"
        where = (f"{sql} where id = :id", "-p", "id", id_) if id_ else (sql,)
        return self._command("query", self._database, *where, "-p", "tag", tag)

    def tagged(self, tag: str) -> Command:
        sql = "select id from docs where topics like :tag"
        return self._command("query", self._database, sql, "-p", "tag", f'%"{tag}"%', "--csv", "--no-headers")


class Papis(Changing):
    """Documents, each in a folder with a YAML file; a search reads a cache of these. Texts are not searched."""

    name = "papis"
    about = "a folder with a YAML file for each article, without its text; not flushed to the disk"

    @property
    def _library(self) -> Path:
        return self.work / "library"

    def _command(self, *arguments: object) -> Command:
        program = (_program("papis", "papis"), "--lib", "articles")
        return command(*program, *arguments, XDG_CONFIG_HOME=self.work, XDG_CACHE_HOME=self.work / "cache")

    def missing(self) -> str:
        return "" if _program("papis", "papis") else "pip could not install it"

    def version(self) -> str:
        return version_in(output_of(_program("papis", "papis"), "--version"))

    def prepare(self) -> None:
        """Writes what papis would: it starts a process for each document that it adds."""
        (self.work / "papis").mkdir()
        (self.work / "papis" / "config").write_text(
            f"[settings]\ndefault-library = articles\n[articles]\ndir = {self._library}\n"
        )
        with open(self.source, encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                row = json.loads(line)
                folder = self._library / row["id"]
                folder.mkdir(parents=True)
                tags = json.dumps(row["topics"] + row["places"])
                values = {"ref": f"a{row['id']}", "papis_id": f"{number:032x}", "title": json.dumps(row["title"])}
                values |= {"date": f"'{row['date'][:10]}'", "year": row["date"][:4], "tags": tags, "files": "[]"}
                text = "".join(f"{key}: {value}\n" for key, value in values.items())
                (folder / "info.yaml").write_text(text, "utf-8")

    def import_all(self) -> list[Command]:
        return [self.search(_SEARCH)]  # which fills its cache

    def chosen(self) -> str:
        return f"{1:032x}"  # a query for a shorter value would find others that it is a part of

    def search(self, query: Query) -> Command:
        return self._command("list", "--all", "--format", "{doc[title]}", query.words)

    def tag(self, tag: str, id_: str | None = None) -> Command:
        return self._command("tag", "--batch", "--all", "--add", tag, f"papis_id:{id_}" if id_ else "")

    def tagged(self, tag: str) -> Command:
        return self._command("list", "--all", "--format", "{doc[ref]}", f"tags:{tag}")


class Beets(Changing):
    """Items of music in a database of SQLite. Texts are searched without an index."""

    name = "beets"
    about = "an item without a file for each article, so only its database changes"

    def missing(self) -> str:
        return "" if _program("beets", "beet") else "pip could not install it"

    def version(self) -> str:
        return version_in(output_of(_program("beets", "beet"), "version"))

    def _command(self, *arguments: object) -> Command:
        return command(_program("beets", "beet"), *arguments, BEETSDIR=self.work)

    def prepare(self) -> None:
        library = self.work / "library.db"
        (self.work / "config.yaml").write_text(f"library: {library}\ndirectory: {self.work}\n")

    def import_all(self) -> list[Command]:
        script = (SCRIPTS / "with_beets.py", self.source, self.work / "library.db")
        return [command(_program("beets", "python"), *script, BEETSDIR=self.work)]

    def search(self, query: Query) -> Command:
        return self._command("ls", "--format", "$title", f"title:{query.words}")

    def tag(self, tag: str, id_: str | None = None) -> Command:
        query = (f"article:={id_}",) if id_ else ()
        return self._command("modify", "--yes", "--nomove", "--nowrite", *query, f"{tag}=yes")

    def tagged(self, tag: str) -> Command:
        return self._command("ls", "--format", "$article", f"{tag}:yes")


def _program(name: str, program: str) -> str:
    """Returns the path of a program in an environment of its own; empty if pip cannot install it."""
    folder = environment(name, name)
    return str(folder / program) if folder else ""


#: The programs, by the name in ``--only``.
PEERS: Final[dict[str, type[Changing]]] = {
    "whoosh": _Docarchive,
    "tantivy": _DocarchiveTantivy,
    "notmuch": _Notmuch,
    "sqlite-utils": _SqliteUtils,
    "papis": Papis,
    "beets": Beets,
}


class Times(NamedTuple):
    """The runs of one program, in order: the tag on all articles, on one, and the search before that."""

    all: list[Run]
    one: list[Run]
    search: list[Run]


def prepared(peers: Sequence[Changing], output: Path) -> dict[Changing, Times]:
    """Gives the articles to the programs; returns those that can be measured, with no times yet."""
    times = {}
    for peer in peers:
        if reason := peer.missing():
            print(f"{peer.name} is left out: {reason}")
            continue
        peer.work.mkdir(parents=True)
        peer.prepare()
        measuring.run_all(peer.import_all(), output)
        times[peer] = Times([], [], [])
    return times


def tag_all(peer: Changing, tag: str, output: Path) -> Run:
    """Adds a tag to all articles; raises ``Failed`` if one does not have it then."""
    taken = measuring.run(peer.tag(tag), output)
    measuring.run(peer.tagged(tag), output)
    if (count := len(output.read_text("utf-8").splitlines())) != peer.inputs.articles:
        raise Failed(f"{peer.name} has tagged {count} of {peer.inputs.articles} articles")
    return taken


def measure(times: dict[Changing, Times], all_rounds: int, rounds: int, output: Path) -> None:
    """Tags all articles, then one of them, in turn."""
    for number in range(all_rounds):
        for peer in random.sample([*times], len(times)):
            print(f"tagging all: {peer.name}", file=sys.stderr)
            times[peer].all.append(tag_all(peer, f"all{number}", output))
    ids = {peer: peer.chosen() for peer in times}
    for number in range(rounds):
        for peer in random.sample([*times], len(times)):
            search = peer.search(_SEARCH)
            assert search is not None
            measuring.run(search, output)  # so that its files are in memory
            times[peer].search.append(measuring.run(search, output))
            times[peer].one.append(measuring.run(peer.tag(f"one{number}", ids[peer]), output))


def table(times: dict[Changing, Times]) -> str:
    """Returns the times as a table in Markdown."""
    lines = [
        "| | all, s | CPU s | one, ms | CPU ms | search, ms | CPU ms | one / search | CPU |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for peer, (all_, one, search) in times.items():
        cells = [_median(all_, _SECONDS), _median(all_, _PROCESSOR)]
        texts = [f"{value:.2f}" for value in cells]
        texts += [f"{_median(runs, of) * 1e3:.0f}" for runs in (one, search) for of in (_SECONDS, _PROCESSOR)]
        texts += [f"{_ratio(one, search, of):.2f}" for of in (_SECONDS, _PROCESSOR)]
        lines.append(f"| {peer.name} {peer.version()} | {' | '.join(texts)} |")
    return "\n".join(lines)


_SECONDS: Final[Callable[[Run], float]] = lambda run: run.seconds  # noqa: E731
_PROCESSOR: Final[Callable[[Run], float]] = lambda run: run.processor  # noqa: E731


def _median(runs: Sequence[Run], of: Callable[[Run], float]) -> float:
    return statistics.median(map(of, runs))


def _ratio(runs: Sequence[Run], others: Sequence[Run], of: Callable[[Run], float]) -> float:
    """Returns the median of the ratios, run by run."""
    return statistics.median(of(one) / (of(other) or 1e-9) for one, other in zip(runs, others, strict=True))


def compare_versions(peer: Docarchive, plain: Docarchive, rounds: int, output: Path) -> str:
    """Times searches in an archive with versions and in one without; returns a table, and how large the files are."""
    runs: dict[str, tuple[list[Run], list[Run]]] = {kind: ([], []) for kind in QUERIES}
    for number in range(rounds + 1):
        for kind in random.sample([*QUERIES], len(QUERIES)):
            for archive, taken in random.sample([*zip((peer, plain), runs[kind], strict=True)], 2):
                run = measuring.run(archive.search(QUERIES[kind]), output)
                if number:  # the first round brings the files into memory
                    taken.append(run)
    lines = ["| | with versions, ms | without, ms | ratio | CPU |", "|---|--:|--:|--:|--:|"]
    for kind, (with_, without) in runs.items():
        times = f"{_median(with_, _SECONDS) * 1e3:.0f} | {_median(without, _SECONDS) * 1e3:.0f}"
        lines.append(
            f"| {kind} | {times} | {_ratio(with_, without, _SECONDS):.2f} | {_ratio(with_, without, _PROCESSOR):.2f} |"
        )
    with_, without = ([run for pair in runs.values() for run in pair[at]] for at in (0, 1))
    lines.append(f"| all | | | {_ratio(with_, without, _SECONDS):.2f} | {_ratio(with_, without, _PROCESSOR):.2f} |")
    sizes = {
        name: measuring.size(peer.archive / name) / 1e6 for name in ("articles", "versions", ".docarchive", "log.jsonl")
    }
    sizes["all"], sizes["without versions"] = (measuring.size(measured.archive) / 1e6 for measured in (peer, plain))
    return "\n".join([*lines, "", "MB: " + ", ".join(f"{name} {size:.1f}" for name, size in sizes.items())])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--articles", type=int, default=0, help="how many; all of the corpus by default")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--all-rounds", type=int, default=1, help="how often all articles are tagged")
    parser.add_argument("--versions", type=int, default=5, help="how many versions each article gets; 0 for none")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[*PEERS], help=", ".join(PEERS))
    parser.add_argument("--work", type=Path, help="a folder to work in, which is kept")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        work = options.work or Path(folder)
        made = [
            sys.executable,
            "-m",
            "benchmarks.peers.inputs",
            options.corpus,
            str(options.articles),
            work,
            "jsonl",
            "mail",
        ]
        count = int(subprocess.run(made, check=True, capture_output=True, text=True).stdout)
        inputs, output = Inputs(work, count), work / "output"
        times = prepared([PEERS[name](work / name, inputs) for name in options.only], output)
        plain = {}
        for peer in times:
            if isinstance(peer, Docarchive) and options.versions:
                plain[peer] = type(peer)(work / f"{peer.engine}-plain", inputs)
                shutil.copytree(peer.work, plain[peer].work)
        measure(times, options.all_rounds, options.rounds, output)
        print(f"{count:,} articles, {now()}, {machine()}\n\n{table(times)}")
        for peer, other in plain.items():
            for number in range(options.all_rounds, options.versions):
                tag_all(peer, f"all{number}", output)
            print(f"\n{peer.name}, {options.versions} versions of each article:\n")
            print(compare_versions(peer, other, options.rounds, output))
    if options.json:
        figures = {peer.name: runs._asdict() for peer, runs in times.items()}
        options.json.write_text(
            json.dumps({"machine": machine(), "revision": revision(), **figures}, indent=1), "utf-8"
        )


if __name__ == "__main__":
    main()
