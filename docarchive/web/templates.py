"""The templates, the style and the script of the pages, from files of this package and of exported pages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from docarchive.web.advice import for_pages
from docarchive.web.options import STEPS
from docarchive.writers.pages import templates as exported
from docarchive.writers.pages.body import printable

if TYPE_CHECKING:
    from jinja2 import Environment

_OWN: Final = files("docarchive.web").joinpath("templates")
#: The files that pages load, and their media types.
ASSETS: Final = {"style.css": "text/css", "script.js": "text/javascript", "icon.svg": "image/svg+xml"}
_SCRIPTS: Final = ("keys.js", "live.js", "mark.js", "upload.js")


def render(name: str, values: dict[str, Any]) -> str:
    """Returns a page; values in it are escaped."""
    return printable(_environment().get_template(name).render(values))


@cache
def asset(name: str) -> bytes:
    """Returns a file that pages load."""
    if name == "style.css":
        return "".join(
            [exported.asset("page.css"), exported.asset("site/site.css"), _own("web.css"), *_heights()]
        ).encode()
    if name == "script.js":
        return "\n".join(map(_own, _SCRIPTS)).encode()
    return _own(name).encode()


def _heights() -> Iterator[str]:
    """Yields the heights of bars, which no page may have of its own: the policy forbids that."""
    return (f".v{height} {{ height: {100 * height / STEPS:g}%; }}\n" for height in range(STEPS + 1))


@cache
def assets_version() -> str:
    """Returns a name for the files that pages load; it is another one when one of them changes."""
    digest = sha256()
    for name in ASSETS:
        digest.update(asset(name))
    return digest.hexdigest()[:12]


@cache
def _environment() -> Environment:
    environment = exported.environment(
        lambda name: _own(name) if _OWN.joinpath(name).is_file() else exported.asset(name)
    )
    environment.filters["advice"] = for_pages
    environment.filters["thousands"] = "{:,}".format
    return environment


def _own(name: str) -> str:
    return _OWN.joinpath(name).read_text("utf-8")
