"""``docarchive stats``."""

from __future__ import annotations

from docarchive.cli.declaring import Context
from docarchive.cli.opening import opened
from docarchive.cli.options import Json
from docarchive.cli.render import line, number, out, out_json, size


def stats(context: Context, json: Json = False) -> None:
    """Print the archive's figures."""
    with opened(context) as archive:
        found = archive.statistics()
    if json:
        out_json(found.to_dict())
        return
    index = "up to date" if found.indexed == found.changes else "behind; the next search brings it up to date"
    rows = [
        ("archive", f"{line(found.name)} ({line(found.path)})"),
        ("articles", f"{number(found.articles)} ({size(found.bytes)} of text)"),
        ("engine", f"{found.engine}, language {found.language}, {index}"),
        ("years", ", ".join(f"{year or 'undated'}: {number(count)}" for year, count in found.years.items()) or "none"),
        *((line(key), f"{number(count)} different") for key, count in found.values.items()),
    ]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        out(f"{name:<{width}}  {value}")
