"""Writes the pages of docs/benchmarks/ from the JSON files there.

    python -m benchmarks.peers.page [DIR]

``articles-N.md`` and ``growth.svg`` are generated whole. In ``README.md``, and in that of the repository, only the text
between markers such as ``<!-- figures: space -->`` and ``<!-- end of figures -->`` is generated.
"""

import re
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.peers.figures import JOBS, OURS, SUMMARY, Measured, Results, duration, number, read, table
from benchmarks.peers.machine import ROOT
from benchmarks.peers.peer import QUERIES
from benchmarks.peers.plot import plot

FOLDER = ROOT / "docs" / "benchmarks"
_GENERATED = re.compile(r"(<!-- figures: ([\w-]+) -->\n).*?( *<!-- end of figures -->)", re.DOTALL)


def size_page(results: Results) -> str:
    """Returns the page of one run, with all its figures."""
    peers = results.peers
    blocks = [
        f"# {results.articles:,} articles",
        _paragraph(
            _circumstances(results) + " [Benchmarks](README.md) explains the columns and the method. This page is"
            " generated from the JSON file next to it."
        ),
        "## Import, export and upkeep",
        table(
            ["", *JOBS.values(), "articles a second", "peak of import, MB", "index, MB", "all files, MB"],
            [_jobs(peer) for peer in peers],
        ),
        "## A search as a whole process",
        _searches(peers, "search", "facets"),
        "## A search in an open process",
        _searches([peer for peer in peers if peer.median("library") is not None], "library", "library: facets"),
        *_ratios(results),
        "## What matched",
        "The number of matches shows that all peers do the same work. Rules for stems, hyphens and fields differ.",
        table(["", *QUERIES], [[peer.name, *(number(peer.matches.get(kind)) for kind in QUERIES)] for peer in peers]),
        *_without_matches(peers),
        "## Notes",
        _notes(results),
    ]
    return "\n\n".join(block.strip("\n") for block in blocks) + "\n"


def _circumstances(results: Results) -> str:
    data, machine = results.data, results.data["machine"]
    plan = data["plan"]
    times = {1: "once", 2: "twice"}
    load = machine.get("load", 0)
    busy = f" The machine was busy with other work: its load was {load:.1f} at the start." if load > 0.5 else ""
    minutes = max(1, round(data["took_seconds"] / 60))
    return (
        f"Measured on {data['date'][:10]} in {minutes} minute{'s' if minutes > 1 else ''}:"
        f" {machine['cores']} cores of {machine['processor']}, {machine['memory_gb']:.0f} GB, {machine['system']},"
        f" {machine['python']}, docarchive at {data['revision'] or 'no known revision'}. Imports ran"
        f" {times.get(plan['imports'], str(plan['imports']) + ' times')}, other jobs"
        f" {times.get(plan['others'], str(plan['others']) + ' times')}, searches {plan['searches']} times.{busy}"
    )


def _paragraph(text: str) -> str:
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)


def _searches(peers: Sequence[Measured], job: str, facets: str) -> str:
    """Returns the table of searches; the job of a kind is named ``JOB: KIND``."""
    return table(
        ["", *QUERIES, "facets", "all kinds", "peak, MB"],
        [
            [
                peer.name,
                *(duration(peer.median(f"{job}: {kind}")) for kind in QUERIES),
                duration(peer.median(facets)),
                duration(peer.median(job)),
                number(peer.peak(job)),
            ]
            for peer in peers
        ],
    )


def _jobs(peer: Measured) -> list[str]:
    imported = peer.median("import")
    return [
        peer.name,
        *(duration(peer.median(job)) for job in JOBS),
        number(peer.articles / imported if imported else None),
        number(peer.peak("import")),
        number(peer.bytes["index"] / 1e6 if imported else None, 1),
        number(peer.bytes["kept"] / 1e6 if imported else None, 1),
    ]


def _without_matches(peers: Sequence[Measured]) -> list[str]:
    """Returns a line that names the kinds of searches that matched nothing with any peer, if there are any."""
    counts = {kind: [peer.matches[kind] for peer in peers if kind in peer.matches] for kind in QUERIES}
    kinds = [kind for kind, numbers in counts.items() if numbers and not any(numbers)]
    return (
        [_paragraph(f"Nothing matched with any peer, so these times mean little: {', '.join(kinds)}.")] if kinds else []
    )


def _ratios(results: Results) -> list[str]:
    parts = []
    for name in OURS:
        if ours := results.named(name):
            parts += [
                f"## {name}: its time divided by the others'",
                "Below 1, docarchive is faster. The median of the ratios of all runs.",
                table(
                    ["", *SUMMARY.values()],
                    [
                        [peer.name, *(number(ours.ratio(peer, job), 2) for job in SUMMARY)]
                        for peer in results.peers
                        if peer is not ours
                    ],
                ),
            ]
    return parts


def _notes(results: Results) -> str:
    lines = [f"- **{peer.name}** {peer.version}, from {_FORMS[peer.form]}: {peer.about}." for peer in results.peers]
    lines += [f"- **{name}** was left out: {reason}." for name, reason in results.data["left_out"].items()]
    lines += [f"- **{peer.name}** failed at {failure}" for peer in results.peers for failure in peer.failed]
    folded = (textwrap.fill(line, 120, subsequent_indent="  ", break_long_words=False) for line in lines)
    return "\n".join(folded)


_FORMS = {"jsonl": "JSON Lines", "mail": "a Maildir", "markdown": "Markdown files"}


def space(all_results: list[Results]) -> str:
    """Returns the table of the memory and the disk space that docarchive takes, by the number of articles."""
    peers = [(results, results.named(name), name.partition(", ")[2]) for results in all_results for name in OURS]
    amounts: dict[str, Callable[[Measured], float | None]] = {
        "peak of an import": lambda peer: peer.peak("import"),
        "peak of a search": lambda peer: peer.peak("search"),
        "index and catalog": lambda peer: peer.bytes["index"] / 1e6,
        "whole archive": lambda peer: peer.bytes["kept"] / 1e6,
    }
    return table(
        ["MB", *(f"{results.articles:,}, {engine}" for results, _, engine in peers)],
        [
            [heading, *(number(amount(peer) if peer and peer.runs("import") else None) for _, peer, _ in peers)]
            for heading, amount in amounts.items()
        ],
    )


def comparison(all_results: list[Results]) -> str:
    """Returns, for each run, a table of docarchive next to the fastest of the other programs."""
    parts = []
    for results in all_results:
        rows = []
        for job, heading in SUMMARY.items():
            fastest = results.fastest_other(job)
            ours = [results.named(name) for name in OURS]
            cells = [duration(peer.median(job) if peer else None) for peer in ours]
            ratios = [number(peer.ratio(fastest[0], job) if peer and fastest else None, 2) for peer in ours]
            other = f"{fastest[0].name}: {duration(fastest[1])}" if fastest else "–"
            rows.append([heading, *cells, other, " · ".join(ratios) if fastest else "–"])
        heading = f"[{results.articles:,} articles](articles-{results.articles}.md)"
        columns = [heading, "with Whoosh", "with tantivy", "fastest other", "ours ÷ theirs"]
        parts.append(table(columns, rows))
    return "\n".join(parts)


def sentence(all_results: list[Results]) -> str:
    """Returns the sentence on speed in the README."""
    clauses = []
    for results in all_results[1:] or all_results:
        engines = []
        for name in OURS:
            peer = results.named(name)
            if peer and peer.median("import"):
                engine = name.partition(", ")[2]
                searching = f"search: {duration(peer.median('search'))}"
                engines.append(f"{duration(peer.median('import'))} with {engine} ({searching})")
        clauses.append(f"{results.articles:,} newswire articles are imported in {' or '.join(engines)}")
    cores = all_results[-1].data["machine"]["cores"]
    text = f"On {cores} cores, {'; '.join(clauses)}, including the start of the program."
    return textwrap.fill(text, 118, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False) + "\n"


def with_figures(page: str, all_results: list[Results]) -> str:
    """Returns a page with new text between its markers."""
    generated = {
        "space": lambda: space(all_results),
        "comparison": lambda: comparison(all_results),
        "sentence": lambda: sentence(all_results),
    }
    return _GENERATED.sub(lambda match: match[1] + generated[match[2]]() + match[3], page)


def generated_files(folder: Path) -> dict[Path, str]:
    """Returns the text of each page and plot that is generated from the JSON files of a folder."""
    runs = read(folder)
    pages = {folder / f"articles-{results.articles}.md": size_page(results) for results in runs}
    if runs:
        pages[folder / "growth.svg"] = plot(runs)
        readmes = [folder / "README.md", *([ROOT / "README.md"] if folder.resolve() == FOLDER.resolve() else [])]
        pages.update({page: with_figures(page.read_text("utf-8"), runs) for page in readmes if page.exists()})
    return pages


def write(folder: Path) -> None:
    """Writes all pages; prints the names of those that have changed."""
    for path, text in generated_files(folder).items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"wrote {path}")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
