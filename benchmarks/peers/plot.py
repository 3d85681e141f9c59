"""Draws how costs grow with the number of articles, as an SVG for light and dark pages.

The same figures give the same bytes.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from benchmarks.peers.figures import OURS, Measured, Results

_WIDTH, _HEIGHT = 440, 300  # of a panel
_LEFT, _RIGHT, _TOP, _BOTTOM = 66, 16, 40, 40  # its margins
_LEGEND = 58
#: Colours for a light and a dark page, distinct for the colour-blind (Okabe and Ito).
_COLOURS = (
    ("#0072b2", "#56b4e9"),
    ("#d55e00", "#f28e4b"),
    ("#6f6f6f", "#a8a8a8"),
    ("#009e73", "#2fc79b"),
    ("#b0568d", "#e29bc4"),
    ("#a87900", "#e6b422"),
    ("#5b4bb0", "#a79bf0"),
    ("#7a4a2b", "#c79a78"),
    ("#3d7f1f", "#8fce6a"),
)

Points = list[tuple[float, float]]


class Panel(NamedTuple):
    """One of the drawings.

    Attributes:
        title: Its heading.
        value: Returns the value of a peer.
        label: Returns a value as text for the axis.
    """

    title: str
    value: Callable[[Measured], float | None]
    label: Callable[[float], str]


def _megabytes(value: float) -> str:
    return f"{value:,.0f} MB" if value < 1000 else f"{value / 1000:,.0f} GB"


def _round_duration(seconds: float) -> str:
    """Returns a power of ten of seconds, without decimals."""
    return f"{seconds:,.0f} s" if seconds > 0.9 else f"{seconds * 1000:g} ms"


PANELS = (
    Panel("Import of all", lambda peer: peer.median("import"), _round_duration),
    Panel("A search, whole process", lambda peer: peer.median("search"), _round_duration),
    Panel("A search, in an open process", lambda peer: peer.median("library"), _round_duration),
    Panel(
        "Index on disk",
        lambda peer: peer.bytes["index"] / 1e6 if peer.bytes.get("index") and peer.median("import") else None,
        _megabytes,
    ),
)


def plot(all_results: Sequence[Results]) -> str:
    """Returns the drawing: four panels with logarithmic axes, one line for each peer."""
    names = list(dict.fromkeys(peer.name for results in all_results for peer in results.peers))
    sizes = [results.articles for results in all_results]
    width, height = 2 * _WIDTH, 2 * _HEIGHT + _LEGEND
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' role="img" aria-label="How costs grow with the number of articles">',
        f"<style>{_style(len(names))}</style>",
        *_legend(names),
    ]
    for number, panel in enumerate(PANELS):
        lines = {name: _points(all_results, name, panel) for name in names}
        left, top = number % 2 * _WIDTH, number // 2 * _HEIGHT + _LEGEND
        parts += [f'<g transform="translate({left} {top})">', *_panel(panel, sizes, lines), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _points(all_results: Sequence[Results], name: str, panel: Panel) -> Points:
    points = []
    for results in all_results:
        peer = results.named(name)
        value = panel.value(peer) if peer else None
        if value:
            points.append((float(results.articles), value))
    return points


def _style(count: int) -> str:
    light = "".join(f".s{n}{{--c:{_COLOURS[n % len(_COLOURS)][0]}}}" for n in range(count))
    dark = "".join(f".s{n}{{--c:{_COLOURS[n % len(_COLOURS)][1]}}}" for n in range(count))
    return (
        "text{font:12px system-ui,sans-serif;fill:#24292f}.t{font-weight:600;font-size:13px}.g{stroke:#8c959f;"
        "stroke-opacity:.35}.l{fill:none;stroke:var(--c);stroke-width:1.4;stroke-dasharray:5 3}.o{stroke-width:2.8;"
        f"stroke-dasharray:none}}.p{{fill:var(--c)}}{light}"
        f"@media(prefers-color-scheme:dark){{text{{fill:#e6edf3}}{dark}}}"
    )


def _legend(names: Sequence[str]) -> list[str]:
    parts = []
    for number, name in enumerate(names):
        x, y = 16 + number % 5 * 172, 18 + number // 5 * 22
        parts.append(f'<path class="l s{number}{_weight(name)}" d="M{x} {y}h22"/>')
        parts.append(f'<text x="{x + 28}" y="{y + 4}">{escape(name)}</text>')
    return parts


def _weight(name: str) -> str:
    """Returns the class of heavier lines, for docarchive."""
    return " o" if name in OURS else ""


def _panel(panel: Panel, sizes: Sequence[int], lines: dict[str, Points]) -> list[str]:
    values = [value for points in lines.values() for _, value in points]
    parts = [f'<text class="t" x="{_LEFT}" y="24">{escape(panel.title)}</text>']
    if not values:
        return parts
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)
    first, last = math.log10(min(sizes)), math.log10(max(sizes))
    if last - first < 0.1:
        first, last = first - 0.5, last + 0.5
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def x(size: float) -> str:
        share = (math.log10(size) - first) / (last - first)
        return f"{_LEFT + 12 + share * (right - _LEFT - 24):.1f}"

    def y(value: float) -> str:
        return f"{bottom - (math.log10(value) - low) / (high - low) * (bottom - _TOP):.1f}"

    for power in range(low, high + 1):
        at = y(10.0**power)
        parts.append(f'<path class="g" d="M{_LEFT} {at}H{right}"/>')
        parts.append(
            f'<text x="{_LEFT - 6}" y="{float(at) + 4:.1f}" text-anchor="end">{panel.label(10.0**power)}</text>'
        )
    for size in sizes:
        parts.append(f'<path class="g" d="M{x(size)} {_TOP}V{bottom}"/>')
        parts.append(f'<text x="{x(size)}" y="{bottom + 18}" text-anchor="middle">{size:,}</text>')
    for number, (name, points) in enumerate(lines.items()):
        path = "L".join(f"{x(size)} {y(value)}" for size, value in points)
        if len(points) > 1:
            parts.append(f'<path class="l s{number}{_weight(name)}" d="M{path}"/>')
        parts += [f'<circle class="p s{number}" cx="{x(size)}" cy="{y(value)}" r="3"/>' for size, value in points]
    return parts
