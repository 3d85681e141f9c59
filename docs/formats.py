"""Writes the table of readers into docs/formats.md, from the readers themselves.

python docs/formats.py
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from docarchive.readers import readers

PAGE: Final = Path(__file__).with_name("formats.md")
_BEGIN: Final = "<!-- table of readers: written by docs/formats.py -->\n"
_END: Final = "<!-- end of the table -->\n"


def with_table(page: str) -> str:
    """Returns the page with a table of what is installed; plug-ins are no part of it."""
    before, _, rest = page.partition(_BEGIN)
    after = rest.partition(_END)[2]
    rows = [
        f"| `{name}` | {reader.summary} | {' '.join(f'`{suffix}`' for suffix in reader.suffixes)} "
        f"| {f'`{reader.extra}`' if reader.extra else ''} |\n"
        for name, reader in sorted(readers().items())
        if type(reader).__module__.startswith("docarchive.")
    ]
    head = "| Format | What it is | Endings | Extra |\n|---|---|---|---|\n"
    return f"{before}{_BEGIN}\n{head}{''.join(rows)}\n{_END}{after}"


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit("usage: python docs/formats.py")
    PAGE.write_text(with_table(PAGE.read_text("utf-8")), "utf-8")
