"""Writes docs/api.md's tables of routes and parameters from the table that the application is made from.

python docs/api.py           write them
python docs/api.py --check   exit with 1 if they are not current
"""

import re
import sys
from pathlib import Path

from docarchive.web.api.routes import Route
from docarchive.web.api.table import PREFIX, ROUTES

PAGE = Path(__file__).with_name("api.md")
_MARK = re.compile(r"(?<=<!-- routes, written by docs/api.py -->\n)(.*)(?=<!-- end of routes -->)", re.DOTALL)

_KINDS = {"integer": "whole number", "boolean": "`true` or `false`", "string": "text"}


def section(route: Route) -> str:
    """Returns what the page says of a route."""
    lines = [f"### {PREFIX}{route.path}", "", route.summary, ""]
    if route.parameters:
        lines += ["| Parameter | Value | |", "|---|---|---|"]
        for parameter in route.parameters:
            kind = _KINDS.get(parameter.kind, parameter.kind)
            if parameter.kind in ("integer", "number"):
                kind += f", {parameter.least:,} to {parameter.most:,}"
            kind = ", ".join(f"`{choice}`" for choice in parameter.choices) or kind
            kind += ", repeatable" if parameter.repeated else ""
            default = "" if parameter.default is None else f" Default: `{str(parameter.default).lower()}`."
            lines.append(f"| `{parameter.name}` | {kind} | {parameter.meaning}{default} |")
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    """Writes or checks the page; returns the exit code."""
    page = PAGE.read_text("utf-8")
    written = _MARK.sub(lambda _: "\n" + "\n".join(map(section, ROUTES)) + "\n", page)
    if "--check" in sys.argv:
        if written != page:
            print("docs/api.md is not current; run: python docs/api.py")
        return int(written != page)
    PAGE.write_text(written, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
