"""Writes the drawings of docs/architecture.md from the imports of the code.

    python docs/drawing.py            writes the drawings
    python docs/drawing.py --check    exits with 1 if a drawing is stale

A drawing is a Mermaid flowchart of a package: a box for each module and folder in it, an arrow from each box to those
that it imports. An arrow is left out where other arrows lead to the same box, so that the order of the layers is seen.
Neither the number of imports nor the size of a module is shown: the drawings change only when an arrow comes or goes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import grimp

import docarchive

PAGE: Final = Path(__file__).with_name("architecture.md")
_DRAWING: Final = re.compile(
    r"(<!-- drawing of ([\w.]+), written by docs/drawing\.py -->\n).*?(<!-- end of the drawing -->)", re.DOTALL
)


def flowchart(package: str) -> str:
    """Returns the Mermaid source for the inside of a package."""
    graph = _rooms(package)
    rooms = sorted(graph.modules)
    boxes = (f'    {_name(room)}["{_label(room)}"]' for room in rooms)
    arrows = (
        f"    {_name(room)} --> {' & '.join(map(_name, imported))}"
        for room in rooms
        if (imported := sorted(_shown(graph, room)))
    )
    return "\n".join(["```mermaid", "flowchart TD", *boxes, *arrows, "```"])


def _rooms(package: str) -> grimp.ImportGraph:
    """Returns the imports between the modules and folders of a package, a folder being one module."""
    whole = grimp.build_graph("docarchive", cache_dir=None)
    rooms = whole.find_children(package) - {f"{package}.__main__"}
    graph = grimp.ImportGraph()
    for room in rooms:
        graph.add_module(room)
        if whole.find_children(room):
            whole.squash_module(room)
    for room in rooms:
        for imported in whole.find_modules_directly_imported_by(room) & rooms - {room}:
            graph.add_import(importer=room, imported=imported)
    return graph


def _shown(graph: grimp.ImportGraph, room: str) -> Iterator[str]:
    """Yields the rooms that a room imports, without those that it reaches by a third room.

    In a circle of rooms, where each reaches all others, every arrow is shown.
    """
    imported = graph.find_modules_directly_imported_by(room)
    reached = {other: graph.find_upstream_modules(other) for other in imported}
    for one in imported:
        between = {other for other in imported if room not in reached[other] and other not in reached[one]}
        if not any(one in reached[other] for other in between):
            yield one


def _name(room: str) -> str:
    return room.rpartition(".")[2]


def _label(room: str) -> str:
    folder = Path(docarchive.__file__).parents[1].joinpath(*room.split("."))
    return f"{_name(room)}/" if folder.is_dir() else f"{_name(room)}.py"


def drawn(page: str) -> str:
    """Returns a page with its drawings made from the imports of today."""
    return _DRAWING.sub(lambda match: f"{match[1]}\n{flowchart(match[2])}\n\n{match[3]}", page)


def main(arguments: list[str]) -> int:
    """Writes or checks the drawings; returns the exit code."""
    if arguments not in ([], ["--check"]):
        print("usage: python docs/drawing.py [--check]", file=sys.stderr)
        return 2
    page = PAGE.read_text("utf-8")
    wanted = drawn(page)
    if not arguments:
        PAGE.write_text(wanted, "utf-8")
        return 0
    if page == wanted:
        return 0
    print("docs/architecture.md does not show the imports of the code; run: python docs/drawing.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
