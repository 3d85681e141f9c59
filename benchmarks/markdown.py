"""Checks on generated HTML that a page made of its Markdown has its text. Exits with 1 if one has not.

    python -m benchmarks.markdown [--trees 2000] [--seed 1]

The trees have every element that is kept in Markdown, and text that looks like Markdown and HTML.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from docarchive.readers.html.to_markdown import to_markdown
from docarchive.writers.markup import html_of

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from readers.html.trees import TREES, text_seen


def main() -> None:
    """Runs the check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    different: set[str] = set()

    @seed(arguments.seed)
    @settings(
        max_examples=arguments.trees,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(TREES)
    def check(html: str) -> None:
        counts["trees"] += 1
        counts["characters"] += len(html)
        if text_seen(html_of(to_markdown(html))) != text_seen(html):
            different.add(html)

    check()
    print(
        f"{counts['trees']:,} trees, {counts['characters']:,} characters of HTML: {len(different)} lost or gained text"
    )
    for html in sorted(different, key=len)[:5]:
        print(f"\nHTML:     {html}\nMarkdown: {to_markdown(html)}")
    sys.exit(bool(different))


if __name__ == "__main__":
    main()
