"""Articles as Markdown text with front matter: reading, writing and editing.

Owns the text form of an article. YAML is read and written by python-frontmatter's handler (``yaml12``, see
docs/decisions/0006); TOML (``+++``) and JSON front matter are read, too. Useful for one text at a time; knows no files.
The modules for metadata are loaded when first used: a search reads bodies only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docarchive.frontmatter.body import body_of
from docarchive.frontmatter.bounds import Bounds, find_bounds
from docarchive.lazy import loader

if TYPE_CHECKING:
    from docarchive.frontmatter.editing import edit, revise
    from docarchive.frontmatter.reading import MAX_TOML, parse, read_article, render
    from docarchive.frontmatter.splicing import spliced
    from docarchive.frontmatter.yaml12 import dump_yaml

_HOMES = {
    "docarchive.frontmatter.editing": "edit revise",
    "docarchive.frontmatter.reading": "MAX_TOML parse read_article render",
    "docarchive.frontmatter.splicing": "spliced",
    "docarchive.frontmatter.yaml12": "dump_yaml",
}

__all__ = [
    "MAX_TOML",
    "Bounds",
    "body_of",
    "dump_yaml",
    "edit",
    "find_bounds",
    "parse",
    "read_article",
    "render",
    "revise",
    "spliced",
]

__getattr__ = loader("docarchive.frontmatter", _HOMES)
