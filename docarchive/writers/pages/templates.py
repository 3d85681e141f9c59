"""The templates of pages, and the functions that they use."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from docarchive.formats.pages import GENERATOR, STYLE_SHEET, TEXT
from docarchive.writers.addresses import web_address
from docarchive.writers.pages.metadata import (
    direction_of,
    dublin_core,
    json_ld,
    language_of,
    meta,
    stamp,
    written_out,
)

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_HERE: Final = "docarchive.writers.pages"


@cache
def template(name: str) -> Template:
    """Returns a template of this package; values in it are escaped."""
    return _own_environment().get_template(name)


@cache
def asset(name: str) -> str:
    """Returns the text of a file of the templates, such as ``page.css``."""
    return files(_HERE).joinpath("templates", name).read_text("utf-8")


@cache
def digest(text: str) -> str:
    """Returns the source expression of an inline style for a Content-Security-Policy."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def _own_environment() -> Environment:
    return environment(asset)


def environment(load: Callable[[str], str]) -> Environment:
    """Returns an environment for templates of pages, with the filters and functions that they use.

    Args:
        load: Returns the text of a template by its name.
    """
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(load),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(stamp=stamp, written_out=written_out)
    environment.globals.update(
        GENERATOR=GENERATOR,
        TEXT=TEXT,
        STYLE_SHEET=STYLE_SHEET,
        asset=asset,
        digest=digest,
        direction_of=direction_of,
        dublin_core=dublin_core,
        json_ld=json_ld,
        language_of=language_of,
        meta=meta,
        web_address=web_address,
    )
    return environment
