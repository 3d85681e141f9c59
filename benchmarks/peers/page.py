"""Writes the pages of docs/benchmarks/ from the JSON files there.

    python -m benchmarks.peers.page [DIR]

``articles-N.md`` and ``growth.svg`` are written whole; in ``README.md``, and in the one of the repository, only what
stands between markers such as ``<!-- figures: space -->`` and ``<!-- end of figures -->``.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.peers.figures import JOBS, OURS, SUMMED, Measured, Results, duration, number, read, table
from benchmarks.peers.machine import ROOT
from benchmarks.peers.peer import QUERIES
from benchmarks.peers.plot import plot

FOLDER = ROOT / "docs" / "benchmarks"
_PART = re.compile(r"(<!-- figures: ([\w-]+) -->\n).*?( *<!-- end of figures -->)", re.DOTALL)


def size_page(results: Results) -> str:
    """Returns the page of one run: all its figures."""
    peers = results.peers
    parts = [
        f"# {results.articles:,} articles",
        _paragraph(
            _circumstances(results) + " What the columns mean, and how it was measured, says [the page of all"
            " benchmarks](README.md); this one is written from the JSON file beside it."
        ),
        "## Import, export and upkeep",
        table(
            ["", *JOBS.values(), "articles a second", "peak of import, MB", "index, MB", "all that it keeps, MB"],
            [_jobs(peer) for peer in peers],
        ),
        "## A search as a whole process",
        _searches(peers, "search", "facets"),
        "## A search in a process that has all open",
        _searches([peer for peer in peers if peer.median("library") is not None], "library", "library: facets"),
        *_ratios(results),
        "## What matched",
        "A check that all do the same work. Rules for stems, hyphens and fields differ.",
        table(["", *QUERIES], [[peer.name, *(number(peer.matches.get(kind)) for kind in QUERIES)] for peer in peers]),
        *_without_matches(peers),
        "## Notes",
        _notes(results),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _circumstances(results: Results) -> str:
    found, machine = results.found, results.found["machine"]
    plan = found["plan"]
    times = {1: "once", 2: "twice"}
    load = machine.get("load", 0)
    busy = f" The machine had other work as well: its load was {load:.1f} when the run began." if load > 0.5 else ""
    took = max(1, round(found["took_seconds"] / 60))
    return (
        f"Measured on {found['date'][:10]} within {took} minute{'s' if took > 1 else ''}:"
        f" {machine['cores']} cores of {machine['processor']}, {machine['memory_gb']:.0f} GB, {machine['system']},"
        f" {machine['python']}, docarchive at {found['revision'] or 'no known revision'}. Imports ran"
        f" {times.get(plan['imports'], str(plan['imports']) + ' times')}, other jobs"
        f" {times.get(plan['others'], str(plan['others']) + ' times')}, searches {plan['searches']} times.{busy}"
    )


def _paragraph(text: str) -> str:
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)


def _searches(peers: Sequence[Measured], job: str, facets: str) -> str:
    """Returns the table of searches; the runs of a kind are called ``JOB: KIND``."""
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
        *(duration(peer.median(what)) for what in JOBS),
        number(peer.articles / imported if imported else None),
        number(peer.peak("import")),
        number(peer.bytes["index"] / 1e6 if imported else None, 1),
        number(peer.bytes["kept"] / 1e6 if imported else None, 1),
    ]


def _without_matches(peers: Sequence[Measured]) -> list[str]:
    """Names the kinds of searches that found nothing with any peer, if there are such."""
    counts = {kind: [peer.matches[kind] for peer in peers if kind in peer.matches] for kind in QUERIES}
    kinds = [kind for kind, found in counts.items() if found and not any(found)]
    return (
        [_paragraph(f"Nothing matched with any peer, so that the times say little: {', '.join(kinds)}.")]
        if kinds
        else []
    )


def _ratios(results: Results) -> list[str]:
    parts = []
    for name in OURS:
        if ours := results.named(name):
            parts += [
                f"## {name}: its time by the others' time",
                "Below 1, docarchive is faster. Medians of the ratios, run by run.",
                table(
                    ["", *SUMMED.values()],
                    [
                        [peer.name, *(number(ours.ratio(peer, what), 2) for what in SUMMED)]
                        for peer in results.peers
                        if peer is not ours
                    ],
                ),
            ]
    return parts


def _notes(results: Results) -> str:
    lines = [f"- **{peer.name}** {peer.version}, from {_FORMS[peer.form]}: {peer.about}." for peer in results.peers]
    lines += [f"- **{name}** was left out: {reason}." for name, reason in results.found["left_out"].items()]
    lines += [f"- **{peer.name}** failed at {failure}" for peer in results.peers for failure in peer.failed]
    folded = (textwrap.fill(line, 120, subsequent_indent="  ", break_long_words=False) for line in lines)
    return "\n".join(folded)


_FORMS = {"jsonl": "JSON Lines", "mail": "a Maildir", "markdown": "Markdown files"}


def space(all_results: list[Results]) -> str:
    """Returns the table of the memory and the space that docarchive takes, by the number of articles."""
    peers = [(results, results.named(name), name.partition(", ")[2]) for results in all_results for name in OURS]
    amounts: dict[str, Callable[[Measured], float | None]] = {
        "peak of an import": lambda peer: peer.peak("import"),
        "peak of a search": lambda peer: peer.peak("search"),
        "index and catalog": lambda peer: peer.bytes["index"] / 1e6,
        "archive, with these": lambda peer: peer.bytes["kept"] / 1e6,
    }
    return table(
        ["MB", *(f"{results.articles:,}, {engine}" for results, _, engine in peers)],
        [
            [what, *(number(amount(peer) if peer and peer.runs("import") else None) for _, peer, _ in peers)]
            for what, amount in amounts.items()
        ],
    )


def standing(all_results: list[Results]) -> str:
    """Returns, for each run, where docarchive stands beside the fastest of the others."""
    parts = []
    for results in all_results:
        rows = []
        for what, heading in SUMMED.items():
            fastest = results.fastest_other(what)
            ours = [results.named(name) for name in OURS]
            cells = [duration(peer.median(what) if peer else None) for peer in ours]
            ratios = [number(peer.ratio(fastest[0], what) if peer and fastest else None, 2) for peer in ours]
            other = f"{fastest[0].name}: {duration(fastest[1])}" if fastest else "–"
            rows.append([heading, *cells, other, " · ".join(ratios) if fastest else "–"])
        heading = f"[{results.articles:,} articles](articles-{results.articles}.md)"
        columns = [heading, "with Whoosh", "with tantivy", "fastest of the others", "ours by theirs"]
        parts.append(table(columns, rows))
    return "\n".join(parts)


def sentence(all_results: list[Results]) -> str:
    """Returns what the README says of size, in one paragraph."""
    said = []
    for results in all_results[1:] or all_results:
        engines = []
        for name in OURS:
            peer = results.named(name)
            if peer and peer.median("import"):
                engine = name.partition(", ")[2]
                searching = f"a search {duration(peer.median('search'))}"
                engines.append(f"{duration(peer.median('import'))} with {engine} ({searching})")
        said.append(f"{results.articles:,} newswire articles came in within {' or '.join(engines)}")
    cores = all_results[-1].found["machine"]["cores"]
    text = f"On {cores} cores, {'; '.join(said)}, start of the program included."
    return textwrap.fill(text, 118, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False) + "\n"


def filled(page: str, all_results: list[Results]) -> str:
    """Returns a page with the parts between markers written anew."""
    parts = {
        "space": lambda: space(all_results),
        "standing": lambda: standing(all_results),
        "sentence": lambda: sentence(all_results),
    }
    return _PART.sub(lambda found: found[1] + parts[found[2]]() + found[3], page)


def written(folder: Path) -> dict[Path, str]:
    """Returns all pages that are written from the JSON files of a folder, and what is to be in them."""
    found = read(folder)
    pages = {folder / f"articles-{results.articles}.md": size_page(results) for results in found}
    if found:
        pages[folder / "growth.svg"] = plot(found)
        own = [folder / "README.md", *([ROOT / "README.md"] if folder.resolve() == FOLDER.resolve() else [])]
        pages.update({page: filled(page.read_text("utf-8"), found) for page in own if page.exists()})
    return pages


def write(folder: Path) -> None:
    """Writes all pages; prints the names of those that changed."""
    for path, text in written(folder).items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"wrote {path}")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
