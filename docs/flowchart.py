"""Draws Mermaid flowcharts, in the form that drawing.py writes, as SVG for the site: without a network or a browser.

Boxes are in layers: each below all boxes with an arrow to it. An arrow that crosses layers has a bend in each of them,
which keeps it clear of the boxes. The order within a layer is improved by moving each box below those that point to it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import Final, NamedTuple
from zlib import crc32

_BOX: Final = re.compile(r'^    (\w+)\["(.+)"\]$', re.MULTILINE)
_ARROW: Final = re.compile(r"^    (\w+) --> (.+)$", re.MULTILINE)
_SWEEPS: Final = 12
# Sizes in pixels.
_FONT, _LETTER, _PADDING, _HEIGHT = 13, 7.2, 20, 28
_GAP, _BEND, _LAYER = 16, 14, 74


class Chart(NamedTuple):
    """A flowchart.

    Attributes:
        labels: The label of each box by its name.
        arrows: The names of the boxes at both ends of each arrow.
    """

    labels: dict[str, str]
    arrows: list[tuple[str, str]]


#: A box, as its name, or the bend of an arrow in a layer, as the index of the arrow and of the layer.
Spot = str | tuple[int, int]


def parsed(source: str) -> Chart:
    """Returns the flowchart of Mermaid source in the form that drawing.py writes."""
    arrows = [(start, end) for start, ends in _ARROW.findall(source) for end in ends.split(" & ")]
    return Chart(dict(_BOX.findall(source)), arrows)


def svg(source: str) -> str:
    """Returns Mermaid source, as drawing.py writes it, drawn as an ``svg`` element."""
    chart = parsed(source)
    head = f"head-{crc32(source.encode())}"  # unique on the page
    layers, routes = _routed(chart)
    _sort(layers, routes)
    centers = _centers(layers, chart.labels)
    width = max(x + _width(spot, chart.labels) / 2 for spot, (x, _) in centers.items()) + _GAP
    height = len(layers) * _LAYER
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flowchart" width="{width:.0f}" height="{height}" '
        f'viewBox="0 0 {width:.0f} {height}" role="img" font-size="{_FONT}">',
        f'<defs><marker id="{head}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="currentColor"/></marker></defs>',
        *(_arrow([centers[spot] for spot in route], head) for route in routes),
        *(_box(label, *centers[name]) for name, label in chart.labels.items()),
        "</svg>",
    ]
    return "\n".join(lines)


def _routed(chart: Chart) -> tuple[list[list[Spot]], list[list[Spot]]]:
    """Returns the layers, with boxes and bends, and the way of each arrow through them."""
    depths = _depths(chart)
    layers: list[list[Spot]] = [[] for _ in range(max(depths.values()) + 1)]
    for name, depth in depths.items():
        layers[depth].append(name)
    routes: list[list[Spot]] = []
    for index, (start, end) in enumerate(chart.arrows):
        step = 1 if depths[start] <= depths[end] else -1
        bends: list[Spot] = [(index, depth) for depth in range(depths[start] + step, depths[end], step)]
        for depth, bend in zip(range(depths[start] + step, depths[end], step), bends, strict=True):
            layers[depth].append(bend)
        routes.append([start, *bends, end])
    return layers, routes


def _depths(chart: Chart) -> dict[str, int]:
    """Returns the layer of each box, from 0. In a circle, the first box by name is the highest."""
    depths: dict[str, int] = {}
    waiting = {name: {start for start, end in chart.arrows if end == name} - {name} for name in chart.labels}
    while waiting:
        free = [name for name, starts in waiting.items() if not starts & waiting.keys()] or [min(waiting)]
        for name in free:
            depths[name] = max((depths[start] + 1 for start in waiting[name] if start in depths), default=0)
        for name in free:
            del waiting[name]
    return depths


def _sort(layers: list[list[Spot]], routes: list[list[Spot]]) -> None:
    """Sorts each layer by the mean position of the neighbours of its spots, downward and upward in turn."""
    neighbours: dict[Spot, list[Spot]] = defaultdict(list)
    for route in routes:
        for one, next_ in pairwise(route):
            neighbours[one].append(next_)
            neighbours[next_].append(one)
    for sweep in range(_SWEEPS):
        order = range(1, len(layers)) if sweep % 2 == 0 else range(len(layers) - 2, -1, -1)
        for depth in order:
            fixed = layers[depth - 1 if sweep % 2 == 0 else depth + 1]
            places = {spot: place / max(len(fixed) - 1, 1) for place, spot in enumerate(fixed)}
            means = {
                spot: sum(near) / len(near)
                for spot in layers[depth]
                if (near := [places[other] for other in neighbours[spot] if other in places])
            }
            layers[depth].sort(key=lambda spot: means.get(spot, 0.5))


def _width(spot: Spot, labels: dict[str, str]) -> float:
    return len(labels[spot]) * _LETTER + _PADDING if isinstance(spot, str) else _BEND


def _centers(layers: list[list[Spot]], labels: dict[str, str]) -> dict[Spot, tuple[float, float]]:
    """Returns the center of each spot; the layers are centered."""
    widths = [sum(_width(spot, labels) + _GAP for spot in layer) for layer in layers]
    centers: dict[Spot, tuple[float, float]] = {}
    for depth, layer in enumerate(layers):
        x = (max(widths) - widths[depth]) / 2 + _GAP
        for spot in layer:
            width = _width(spot, labels)
            centers[spot] = (x + width / 2, depth * _LAYER + _LAYER / 2)
            x += width + _GAP
    return centers


def _arrow(points: Sequence[tuple[float, float]], head: str) -> str:
    down = 1 if points[0][1] <= points[-1][1] else -1
    ends = [(points[0][0], points[0][1] + down * _HEIGHT / 2), (points[-1][0], points[-1][1] - down * _HEIGHT / 2)]
    straight = [(x, y + side * down * _HEIGHT / 2) for x, y in points[1:-1] for side in (-1, 1)]  # past the boxes
    path = "".join(_curves([ends[0], *straight, ends[1]]))
    return f'<path d="{path}" fill="none" stroke="currentColor" opacity="0.45" marker-end="url(#{head})"/>'


def _curves(points: Sequence[tuple[float, float]]) -> Iterator[str]:
    yield f"M{points[0][0]:.0f} {points[0][1]:.0f}"
    for (x, y), (next_x, next_y) in pairwise(points):
        middle = (y + next_y) / 2
        yield f"C{x:.0f} {middle:.0f} {next_x:.0f} {middle:.0f} {next_x:.0f} {next_y:.0f}"


def _box(label: str, x: float, y: float) -> str:
    width = len(label) * _LETTER + _PADDING
    return (
        f'<rect x="{x - width / 2:.0f}" y="{y - _HEIGHT / 2:.0f}" width="{width:.0f}" height="{_HEIGHT}" rx="4" '
        'stroke="currentColor" fill="var(--color-background-secondary, white)"/>'
        f'<text x="{x:.0f}" y="{y + _FONT / 3:.0f}" text-anchor="middle" fill="currentColor">{escape(label)}</text>'
    )
