"""``docarchive stats``."""

from __future__ import annotations

from docarchive.cli.declaring import Context
from docarchive.cli.opening import opened
from docarchive.cli.render import line, out_json, out_rows, size
from docarchive.cli.shared_arguments import Json


def stats(context: Context, json: Json = False) -> None:
    """Show the archive's size and the number of values of each key."""
    with opened(context) as archive:
        stats = archive.statistics()
    if json:
        out_json(stats.to_dict())
        return
    index = "up to date" if stats.indexed == stats.changes else "behind; the next search updates it"
    rows = [
        ("archive", f"{line(stats.name)} ({line(stats.path)})"),
        ("articles", f"{stats.articles:,} ({size(stats.bytes)} of text)"),
        ("engine", f"{stats.engine}, language {stats.language}, {index}"),
        ("years", ", ".join(f"{year or 'undated'}: {count:,}" for year, count in stats.years.items()) or "none"),
        *((line(key), f"{count:,} different") for key, count in stats.values.items()),
    ]
    out_rows(rows)
