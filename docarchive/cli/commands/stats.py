"""``docarchive stats``."""

from __future__ import annotations

from docarchive.cli.declaring import Context
from docarchive.cli.opening import opened
from docarchive.cli.render import line, number, out, out_json, size
from docarchive.cli.shared_arguments import Json


def stats(context: Context, json: Json = False) -> None:
    """Show the archive's size and how many values each key has."""
    with opened(context) as archive:
        stats = archive.statistics()
    if json:
        out_json(stats.to_dict())
        return
    index = "up to date" if stats.indexed == stats.changes else "behind; the next search updates it"
    rows = [
        ("archive", f"{line(stats.name)} ({line(stats.path)})"),
        ("articles", f"{number(stats.articles)} ({size(stats.bytes)} of text)"),
        ("engine", f"{stats.engine}, language {stats.language}, {index}"),
        ("years", ", ".join(f"{year or 'undated'}: {number(count)}" for year, count in stats.years.items()) or "none"),
        *((line(key), f"{number(count)} different") for key, count in stats.values.items()),
    ]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        out(f"{name:<{width}}  {value}")
