"""``docarchive formats``."""

from __future__ import annotations

from docarchive import Archive
from docarchive.cli.render import bold, line, out, out_json, out_text
from docarchive.cli.shared_arguments import Json

_HEADINGS = {"import": "Import:", "export": "Export:"}


def formats(json: Json = False) -> None:
    """List the formats for import and export.

    Use these names with --format. Without --format, import detects the format of a file from its content, then from
    its name. For a format that needs more packages, the command that installs them is printed.
    """
    all_formats = Archive.formats()
    if json:
        out_json({"formats": [format.to_dict() for format in all_formats]})
        return
    width = max(len(format.name) for format in all_formats)
    direction = ""
    for format in all_formats:
        if format.direction != direction:
            out(("\n" if direction else "") + _HEADINGS[format.direction])
            direction = format.direction
        summary = line(format.summary)
        aliases = f" (also {', '.join(format.aliases)})" if format.aliases else ""
        suffixes = f"  {' '.join(format.suffixes)}" if format.suffixes else ""
        first = f"  {bold(f'{line(format.name):<{width}}')}  "
        text = f"{summary}{aliases}{suffixes}"
        out_text(text, first=first, indent=width + 4, dimmed=[(len(summary), len(text))])
        if not format.installed:
            install = f"not installed: pip install 'docarchive[{line(format.extra)}]'"
            out_text(install, first=" " * (width + 4), indent=width + 4)
