"""``docarchive formats``."""

from __future__ import annotations

from docarchive.archive import Archive
from docarchive.cli.options import Json
from docarchive.cli.render import bold, dim, line, out, out_json, setup_streams

_HEADINGS = {"import": "To import from:", "export": "To export to:"}


def formats(json: Json = False) -> None:
    """List the formats that can be imported and exported.

    What is missing for some is said with them. An input is recognized by its content, then by the ending of
    its name. The option --format takes any of the names that are listed here.
    """
    setup_streams()
    found = Archive.formats()
    if json:
        out_json({"schema": 1, "formats": [each.to_dict() for each in found]})
        return
    wide = max(len(each.name) for each in found)
    direction = ""
    for each in found:
        if each.direction != direction:
            out(("\n" if direction else "") + _HEADINGS[each.direction])
            direction = each.direction
        endings = dim(f"  {' '.join(each.suffixes)}") if each.suffixes else ""
        also = dim(f" (also {', '.join(each.aliases)})") if each.aliases else ""
        out(f"  {bold(f'{line(each.name):<{wide}}')}  {line(each.summary)}{also}{endings}")
        if not each.installed:
            out(f"  {'':<{wide}}  not installed: pip install 'docarchive[{line(each.extra)}]'")
