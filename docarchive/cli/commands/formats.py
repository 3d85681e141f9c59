"""``docarchive formats``."""

from __future__ import annotations

from docarchive.archive import Archive
from docarchive.cli.options import Json
from docarchive.cli.render import bold, dim, line, out, out_json, setup_streams


def formats(json: Json = False) -> None:
    """List the formats that can be imported, and what is missing for some.

    They are recognized by content, then by the ending of the name; --format takes the names listed here.
    """
    setup_streams()
    found = Archive.formats()
    if json:
        out_json({"schema": 1, "formats": [each.to_dict() for each in found]})
        return
    wide = max(len(each.name) for each in found)
    for each in found:
        endings = dim(f"  {' '.join(each.suffixes)}") if each.suffixes else ""
        out(f"{bold(f'{line(each.name):<{wide}}')}  {line(each.summary)}{endings}")
        if not each.installed:
            out(f"{'':<{wide}}  not installed: pip install 'docarchive[{line(each.extra)}]'")
