"""Which parts of Markdown are prose, and which are code, where nothing is a link."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

_FENCE = re.compile(r" {0,3}(?:>\s?)*(`{3,}|~{3,})")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")
_TICKS = re.compile("`+")


def are_prose(lines: Iterable[str]) -> Iterator[bool]:
    """Yields for each line of a text whether it is prose: neither blank, nor code, nor the fence of code."""
    fence = ""
    blank, in_list = True, False
    for line in lines:
        is_prose = False
        marks = _FENCE.match(line)
        if fence:
            if marks and marks[1].startswith(fence) and not line[marks.end() :].strip():
                fence = ""
        elif marks and "`" not in line[marks.end() :]:
            fence = marks[1]
        elif line.strip():
            indented = line.startswith(("    ", "\t"))
            if not indented:
                in_list = _LIST_ITEM.match(line) is not None or (in_list and not blank)
            if not (indented and blank and not in_list):
                is_prose, blank = True, False
        else:
            blank = True
        yield is_prose


def code_spans(line: str) -> Iterator[tuple[int, int]]:
    """Yields the start and the end of each code span of a line: from a run of backticks to the next as long."""
    runs = [match.span() for match in _TICKS.finditer(line)]
    closing: dict[int, list[int]] = defaultdict(list)
    for number in reversed(range(len(runs))):
        closing[runs[number][1] - runs[number][0]].append(number)
    number = 0
    while number < len(runs):
        start, end = runs[number]
        same = closing[end - start]
        while same and same[-1] <= number:
            same.pop()
        if same:
            number = same.pop()
            yield start, runs[number][1]
        number += 1
