"""Searches for titles as they are, as if they were pasted at the prompt: is each article found, and in which rank?

    python -m benchmarks.titles CORPUS [--sample N] [--show N]

CORPUS is a file or folder to import, or an archive. A title is that of the article and, of a web page, also the text of
its ``<title>``, which usually names the site. An article with the same words as the title of another one counts as
found if it is among the first so many hits. It prints how many titles are refused, how the others were answered, and in
which rank their articles are.
"""

import argparse
import gzip
import html
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from docarchive import Archive, DocarchiveError, QueryError

_HITS = 100
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


def page_title(path: Path) -> str:
    """Returns the text of the ``<title>`` of a web page; empty if there is none."""
    data = path.read_bytes()
    match = _TITLE.search(gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data)
    return " ".join(html.unescape(match[1].decode("utf-8", "replace")).split()) if match else ""


def pasted(archive: Archive) -> Iterator[tuple[str, str]]:
    """Yields ids and titles."""
    for row in archive.list(sort="archived"):
        title = str(row.metadata.get("title", ""))
        yield row.id, title
        if row.metadata.get("format") == "html":
            try:
                shown = page_title(archive.original(row.id))
            except DocarchiveError:
                continue
            if shown and shown != title:
                yield row.id, shown


def words(title: str) -> str:
    """Returns a title such that equal titles have equal words."""
    return " ".join(re.findall(r"\w+", title.lower()))


def measure(archive: Archive, sample: int | None, show: int) -> None:
    """Searches for the titles, and prints what was found."""
    titles = [(id_, title) for id_, title in pasted(archive) if words(title)]
    equal = Counter(words(title) for _, title in titles)
    if sample and sample < len(titles):
        titles = random.Random(1987).sample(titles, sample)
    ranks: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    problems: list[str] = []
    start = time.perf_counter()
    for id_, title in titles:
        try:
            results = archive.search(title, limit=_HITS)
        except QueryError as error:
            ranks["refused"] += 1
            problems.append(f"refused: {title}: {error}")
            continue
        answered[results.answered] += 1
        rank = next((hit.rank for hit in results if hit.id == id_), 0)
        if not rank:
            ranks["not in the first 100"] += 1
        elif rank <= equal[words(title)]:
            ranks["first, or among the first that have equal titles"] += 1
        else:
            ranks["2 to 10" if rank <= 10 else "11 to 100"] += 1
        if not rank or rank > max(10, equal[words(title)]):
            problems.append(f"{rank or 'not found'}: {title} ({results.answered}: {results.total:,})")
    seconds = time.perf_counter() - start
    print(f"{len(titles):,} titles, {len(archive):,} articles, {archive.settings.engine}, ", end="")
    print(f"{seconds / max(len(titles), 1) * 1000:.1f} ms a title\n")
    for name, counts in (("answered with", answered), ("rank", ranks)):
        for value, count in counts.most_common():
            print(f"{name} {value}: {count:,}")
    for problem in problems[:show]:
        print(problem)


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="a file or folder to import, or an archive")
    parser.add_argument("--sample", type=int, metavar="N", help="search for so many of the titles only")
    parser.add_argument("--show", type=int, default=20, metavar="N", help="print so many titles that are not found")
    options = parser.parse_args(arguments)
    if (options.corpus / "docarchive.toml").exists():
        with Archive.open(options.corpus) as archive:
            measure(archive, options.sample, options.show)
        return
    with tempfile.TemporaryDirectory() as folder, Archive.create(Path(folder) / "archive") as archive:
        if not archive.import_(options.corpus).new:
            sys.exit(f"there are no articles in {options.corpus}")
        measure(archive, options.sample, options.show)


if __name__ == "__main__":
    main()
