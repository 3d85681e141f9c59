"""Measures ranking on judged collections, next to other search libraries; prints a table in Markdown.

    python -m benchmarks.relevance COLLECTION_DIR… [--run OUT.tsv] [--peers fts5,tantivy,whoosh | --no-peers]
                                     [--meaning] [--json OUT.json] [--archive-dir DIR] [--title-weight W]

A collection is a folder with docs.jsonl (id, title, body and any other keys), queries.tsv (query id, text),
qrels.tsv (query id, document id, grade) and, optionally, source_docs.tsv: pairs of query id and document id that are
removed from every ranking. It needs ``pip install 'docarchive[bench]'``.

Id, title and body of the documents are imported into an archive for the collection; documents with equal text remain
separate articles because of their ids. A query is a bag of words (runs of letters and digits), joined by OR; its first
1,000 hits count. Its text as it is typed is searched for as well ("as typed"): docarchive then finds by itself that any
of the words must do. With ``--meaning`` that text is searched for by meaning, too, alone and with the words; this needs
the extra ``meaning``, and a minute or more for 1,000 documents. The peers (relevance_peers.py) read the same file and
search for the same words. nDCG@10, MAP and recall@100 are those of trec_eval, over the queries with a relevant
document; a query without hits counts 0. Documents with equal scores are in the order that the system returns. Two
more tables compare words with the best peer and with the other modes, by tests of significance (significance.py).
"""

import argparse
import importlib
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import docarchive
from benchmarks import significance

PEERS = {"fts5": "SQLite FTS5", "tantivy": "tantivy", "whoosh": "stock Whoosh"}
NEEDED = {"fts5": "sqlite3", "tantivy": "tantivy", "whoosh": "whoosh"}
TYPED = "docarchive, as typed"
BY_MEANING = {"docarchive, meaning": "meaning", "docarchive, both": "both"}
HITS = 1_000
MAX_QUERY = 10_000  # characters; the limit of the query language
BODY_KEYS = ("body", "text", "content")

Run = dict[str, list[str]]  # document ids by query id, best first


class Collection(NamedTuple):
    """A judged collection.

    Attributes:
        name: The name of its folder.
        path: The folder.
        queries: Text by query id.
        judged: Grade by document id by query id, for queries with a relevant document.
        excluded: Pairs of query id and document id to remove from rankings.
    """

    name: str
    path: Path
    queries: dict[str, str]
    judged: dict[str, dict[str, int]]
    excluded: set[tuple[str, str]]


class Outcome(NamedTuple):
    """The result of one system on one collection: seconds to index, seconds of all searches, and rankings."""

    version: str
    indexing: float
    searching: float
    run: Run


class Scores(NamedTuple):
    """Means over the queries of one collection, or over collections."""

    ndcg: float
    ap: float
    recall: float

    def __str__(self) -> str:
        return " / ".join(f"{value:.3f}" for value in self)


def log(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# Reading a collection


def table(path: Path, columns: int) -> Iterator[list[str]]:
    """Yields the lines of a table, split at tabs; the last column may contain tabs."""
    with open(path, encoding="utf-8-sig", errors="replace", newline="\n") as lines:
        for line in filter(str.strip, lines):
            row = [value.strip() for value in line.split("\t", columns - 1)]
            if len(row) < columns:
                sys.exit(f"{path}: {line.strip()!r} has no {columns} columns")
            yield row


def grade(text: str) -> int:
    """Returns a grade; 0 if the text is not a number, as in a line of headings."""
    try:
        return int(float(text))
    except ValueError:
        return 0


def read_collection(path: Path) -> Collection:
    missing = [name for name in ("docs.jsonl", "queries.tsv", "qrels.tsv") if not (path / name).is_file()]
    if missing:
        sys.exit(f"{path} is no judged collection: it has no {', no '.join(missing)}")
    name = path.resolve().name
    queries = dict(table(path / "queries.tsv", 2))
    grades: dict[str, dict[str, int]] = {}
    for query, document, text in table(path / "qrels.tsv", 3):
        grades.setdefault(query, {})[document] = grade(text)
    judged = {query: given for query, given in grades.items() if query in queries and max(given.values()) > 0}
    if not judged:
        sys.exit(f"{path}: qrels.tsv has no relevant document for any query in queries.tsv")
    source = path / "source_docs.tsv"
    excluded = {(query, document) for query, document in table(source, 2)} if source.is_file() else set()
    return Collection(name, path, queries, judged, excluded)


def records(path: Path) -> Iterator[dict[str, str]]:
    """Yields id, title and body of the documents of a file; of several with one id, only the first."""
    seen: set[str] = set()
    with open(path, encoding="utf-8-sig", errors="replace", newline="\n") as lines:
        for record in map(json.loads, filter(str.strip, lines)):
            id_ = text_of(record["id"]).strip()
            if id_ not in seen:
                seen.add(id_)
                body = next((record[key] for key in BODY_KEYS if record.get(key)), "")
                yield {"id": id_, "title": text_of(record.get("title")), "body": text_of(body)}


def text_of(value: Any) -> str:
    """Returns a title or body as text that every system accepts."""
    text = "\n\n".join(map(text_of, value)) if isinstance(value, list) else "" if value is None else str(value)
    return text.encode("utf-8", "replace").decode()


def words(text: str) -> list[str]:
    """Returns the words of a text in lower case: runs of letters and digits.

    >>> words('Co-operation in the "U.S." (AND elsewhere*)')
    ['co', 'operation', 'in', 'the', 'u', 's', 'and', 'elsewhere']
    """
    characters = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text.lower())
    return [word for word in "".join(characters).split() if any(c.isalnum() for c in word)]


def write_inputs(collection: Collection, work: Path) -> int:
    """Writes the input of all systems; returns the number of documents."""
    unseen = {id_ for grades in collection.judged.values() for id_ in grades if grades[id_] > 0}
    count = 0
    with open(work / "docs.jsonl", "w", encoding="utf-8") as target:
        for record in records(collection.path / "docs.jsonl"):
            target.write(json.dumps(record) + "\n")
            unseen.discard(record["id"])
            count += 1
    if unseen:
        log(f"{collection.name}: {len(unseen)} documents that are judged relevant are not in docs.jsonl")
    with open(work / "queries.jsonl", "w", encoding="utf-8") as target:
        for id_, text in collection.queries.items():
            target.write(json.dumps({"id": id_, "words": words(text)}) + "\n")
    return count


# docarchive


def any_of(bag: list[str]) -> tuple[str, int]:
    """Returns the query for any of some words, and the number of words left out because it would be too long."""
    quoted: list[str] = []
    length = 0
    for word in bag:
        text = f'"{word}"'  # in quotes, no word is an operator
        if length + len(text) <= MAX_QUERY:
            quoted.append(text)
            length += len(text) + len(" OR ")
    return " OR ".join(quoted), len(bag) - len(quoted)


def bag_of_words(collection: Collection) -> dict[str, str]:
    """Returns the queries for any of the words of each query."""
    queries: dict[str, str] = {}
    for id_, text in collection.queries.items():
        queries[id_], left_out = any_of(words(text))
        if left_out:
            log(f"{collection.name}: query {id_} is too long; {left_out} of its words were left out")
    return queries


def search(archive: docarchive.Archive, collection: Collection, queries: dict[str, str], mode: str = "words") -> Run:
    """Runs all queries; logs those that fail, and counts them as without hits."""
    run: Run = {}
    for id_, query in queries.items():
        try:
            hits = archive.search(query, limit=HITS, mode=mode).hits if query else []
        except docarchive.DocarchiveError as error:
            log(f"{collection.name}: query {id_} failed: {error}")
            hits = []
        run[id_] = [str(hit.metadata["source_id"]) for hit in hits]
    return run


def run_docarchive(collection: Collection, folder: Path, docs: Path, by_meaning: bool) -> dict[str, Outcome]:
    """Imports the documents into the archive in a folder, which is created if missing, and searches it in each way."""
    exists = (folder / "docarchive.toml").exists()
    start = time.perf_counter()
    with docarchive.Archive.open(folder) if exists else docarchive.Archive.create(folder) as archive:
        refused = archive.import_(docs, format="jsonl").refused
        imported = time.perf_counter()
        if refused:
            log(f"{collection.name}: {len(refused)} documents were refused, the first: {refused[0].reason}")
        outcomes = {}
        seconds = imported - start
        for name, queries in (("docarchive", bag_of_words(collection)), (TYPED, collection.queries)):
            outcomes[name] = searched(archive, collection, queries, seconds)
        if by_meaning:
            begun = time.perf_counter()
            archive.use_meaning()
            seconds += time.perf_counter() - begun
            for name, mode in BY_MEANING.items():
                outcomes[name] = searched(archive, collection, collection.queries, seconds, mode)
    return outcomes


def searched(
    archive: docarchive.Archive, collection: Collection, queries: dict[str, str], indexing: float, mode: str = "words"
) -> Outcome:
    """Runs all queries; returns their outcome."""
    begun = time.perf_counter()
    run = search(archive, collection, queries, mode)
    return Outcome(docarchive.__version__, indexing, time.perf_counter() - begun, run)


# Peers


def run_peer(peer: str, collection: Collection, title_weight: float, work: Path) -> Outcome:
    """Runs a peer in a process of its own."""
    folder = work / peer
    folder.mkdir()
    script = str(Path(__file__).with_name("relevance_peers.py"))
    inputs = (str(work / "docs.jsonl"), str(work / "queries.jsonl"), str(folder), str(title_weight))
    done = subprocess.run([sys.executable, script, peer, *inputs], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"{PEERS[peer]} failed on {collection.name}; see its messages above")
    answer = json.loads(done.stdout)
    return Outcome(answer["version"], answer["index"], answer["search"], answer["rankings"])


# Measuring


def without_excluded(run: Run, collection: Collection) -> Run:
    return {query: [id_ for id_ in ids if (query, id_) not in collection.excluded] for query, ids in run.items()}


def score(run: Run, collection: Collection) -> Scores:
    """Scores a run with ir_measures, which computes trec_eval's figures."""
    measures: Any = importlib.import_module("ir_measures")
    selected = [measures.nDCG @ 10, measures.AP, measures.R @ 100]
    ranked = {query: {id_: -float(at) for at, id_ in enumerate(run.get(query, []))} for query in collection.judged}
    values = measures.calc_aggregate(selected, collection.judged, ranked)
    return Scores(*(float(values[measure]) for measure in selected))


def by_query(run: Run, collection: Collection) -> dict[str, float]:
    """Returns nDCG@10 of each query."""
    measures: Any = importlib.import_module("ir_measures")
    ranked = {query: {id_: -float(at) for at, id_ in enumerate(run.get(query, []))} for query in collection.judged}
    values = measures.iter_calc([measures.nDCG @ 10], collection.judged, ranked)
    return {**dict.fromkeys(collection.judged, 0.0), **{value.query_id: float(value.value) for value in values}}


def mean(scores: Iterable[Scores]) -> Scores:
    rows = list(scores)
    return Scores(*(sum(column) / len(rows) for column in zip(*rows, strict=True)))


def measure(
    collection: Collection, peers: list[str], title_weight: float, archives: Path | None, by_meaning: bool
) -> tuple[int, dict[str, Outcome]]:
    """Returns the number of documents, and the outcome by system."""
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        count = write_inputs(collection, work)
        outcomes: dict[str, Outcome] = {}
        for system in ("docarchive", *peers):
            log(f"{collection.name}: {count:,} documents, {len(collection.queries):,} queries, {system} …")
            if system == "docarchive":
                folder = (archives or work / "archives") / collection.name
                outcomes |= run_docarchive(collection, folder, work / "docs.jsonl", by_meaning)
            else:
                outcomes[system] = run_peer(system, collection, title_weight, work)
    return count, {
        system: outcome._replace(run=without_excluded(outcome.run, collection)) for system, outcome in outcomes.items()
    }


# Showing


def show(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def report(
    collections: list[Collection], counts: list[int], outcomes: list[dict[str, Outcome]], title_weight: float
) -> dict[str, Any]:
    """Prints the table; returns the figures."""
    systems = list(outcomes[0])
    scores = [{s: score(o[s].run, c) for s in systems} for c, o in zip(collections, outcomes, strict=True)]
    means = {s: mean(row[s] for row in scores) for s in systems}
    names = {s: f"{PEERS.get(s, s)} {outcomes[0][s].version}" for s in systems}
    searches = sum(len(c.queries) for c in collections)
    indexing = {s: sum(o[s].indexing for o in outcomes) for s in systems}
    searching = {s: sum(o[s].searching for o in outcomes) / searches for s in systems}

    def line(name: str, cells: Iterable[object]) -> None:
        print(f"| {name} | {' | '.join(map(str, cells))} |")

    print(f"nDCG@10 / MAP / recall@100; {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(f"{time.strftime('%Y-%m-%d')}{f', peers with title weight {title_weight:g}' * (title_weight != 1)}\n")
    line("collection", ["documents", "judged queries", *names.values()])
    print(f"|---|{'--:|' * (2 + len(systems))}")
    for collection, count, row in zip(collections, counts, scores, strict=True):
        line(collection.name, [f"{count:,}", f"{len(collection.judged):,}", *row.values()])
    line("mean", ["", "", *means.values()])
    line("to index all", [f"{sum(counts):,}", "", *map(show, indexing.values())])
    line("a query", ["", "", *map(show, searching.values())])
    best = max((s for s in systems if s in PEERS), key=lambda s: means[s].ndcg, default=None)
    ratio = means["docarchive"].ndcg / means[best].ndcg if best and means[best].ndcg else None
    if best and ratio:
        print(f"\nMean nDCG@10 of docarchive ÷ that of the best peer, {PEERS[best]}: {ratio:.3f}")
    queries = [{s: by_query(o[s].run, c) for s in systems} for c, o in zip(collections, outcomes, strict=True)]
    modes = {s: TYPED for s in systems if s in BY_MEANING}
    peers = [s for s in systems if s in PEERS]
    tests = significance.report([c.name for c in collections], queries, peers, "docarchive", modes)
    return {
        "versions": {s: outcomes[0][s].version for s in systems},
        "title_weight": title_weight,
        "collections": {
            c.name: {
                "documents": count,
                "queries": len(c.queries),
                "judged": len(c.judged),
                "systems": {
                    s: {**row[s]._asdict(), "indexing": o[s].indexing, "searching": o[s].searching} for s in systems
                },
            }
            for c, count, row, o in zip(collections, counts, scores, outcomes, strict=True)
        },
        "mean": {s: means[s]._asdict() for s in systems},
        "tests": [test._asdict() for test in tests],
        "best_peer": best,
        "ratio": ratio,
    }


def write_run(path: Path, collections: list[Collection], outcomes: list[dict[str, Outcome]]) -> None:
    with open(path, "w", encoding="utf-8", newline="\n") as target:
        for collection, outcome in zip(collections, outcomes, strict=True):
            for query, ids in outcome["docarchive"].run.items():
                for rank, id_ in enumerate(ids, start=1):
                    target.write(f"{collection.name}\t{query}\t{id_}\t{rank}\n")


def check_installed(peers: list[str]) -> None:
    modules = ("ir_measures", *(NEEDED[peer] for peer in peers))
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(f"{', '.join(missing)} cannot be imported; run: pip install 'docarchive[bench]'")


def peers_named(text: str) -> list[str]:
    peers = [name.strip() for name in text.split(",") if name.strip()]
    for name in peers:
        if name not in PEERS:
            raise argparse.ArgumentTypeError(f"there is no peer {name!r}; choose from {', '.join(PEERS)}")
    return list(dict.fromkeys(peers))


def main() -> None:
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("collections", type=Path, nargs="+", metavar="COLLECTION_DIR")
    parser.add_argument("--run", type=Path, metavar="OUT.tsv", help="write docarchive's rankings here")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--peers", type=peers_named, default=list(PEERS), help=f"some of {','.join(PEERS)}")
    choice.add_argument("--no-peers", action="store_const", dest="peers", const=[], help="docarchive alone")
    parser.add_argument("--meaning", action="store_true", help="search by meaning, too")
    parser.add_argument("--json", type=Path, metavar="OUT.json", help="also write the figures here")
    parser.add_argument("--archive-dir", type=Path, metavar="DIR", help="keep archives here, and use those that exist")
    parser.add_argument("--title-weight", type=float, default=1.0, help="title weight of the peers")
    options = parser.parse_args()
    check_installed(options.peers)
    collections = [read_collection(path) for path in options.collections]
    if len({collection.name for collection in collections}) < len(collections):
        sys.exit("two of the collections have the same folder name; rename one")
    counts, outcomes = [], []
    for collection in collections:
        count, outcome = measure(collection, options.peers, options.title_weight, options.archive_dir, options.meaning)
        counts.append(count)
        outcomes.append(outcome)
    if options.run:
        write_run(options.run, collections, outcomes)
    facts = report(collections, counts, outcomes, options.title_weight)
    if options.json:
        options.json.write_text(json.dumps(facts, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
