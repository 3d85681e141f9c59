"""Markdown, reStructuredText and AsciiDoc, with the front matter that comes with them."""

from __future__ import annotations

import re
from typing import Final

from docarchive.readers.json import has_keys, start_of
from docarchive.readers.lazy_reader import LazyReader

_FRONT_MATTER: Final = (
    rb"(?sm)(?:\xef\xbb\xbf)?(?:---(?:yaml|toml|json)?[ \t]*\r?\n.*?^(?:---|\.\.\.)|\+\+\+[ \t]*\r?\n.*?^\+\+\+)"
    rb"[ \t]*\r?$"
)


def _has_front_matter(head: bytes) -> bool:
    return bool(re.match(_FRONT_MATTER, head))


def _is_notebook(head: bytes) -> bool:
    start = start_of(head)
    return start.startswith(b"{") and (has_keys(start, "cell_type", "source") or has_keys(start, "cells", "nbformat"))


#: In the order in which they are asked.
READERS: Final = (
    LazyReader(
        "org", "Org, the format of Emacs", (".org",), "markup.org:read_org", result="article of text", by_name=True
    ),
    LazyReader(
        "notebook",
        "Jupyter notebooks",
        (".ipynb",),
        "markup.notebook:records",
        _is_notebook,
        by_name=True,
        version=2,
    ),
    LazyReader(
        "markdown",
        "Markdown with front matter in YAML, TOML or JSON",
        (".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdx", ".qmd", ".rmd"),
        "markup.markdown:read_markdown",
        _has_front_matter,
        result="article of text",
        by_name=True,
        version=3,
    ),
    LazyReader(
        "rst",
        "reStructuredText",
        (".rst", ".rest"),
        "markup.rst:read_rst",
        result="article of text",
        by_name=True,
        version=2,
    ),
    LazyReader(
        "asciidoc",
        "AsciiDoc",
        (".adoc", ".asciidoc", ".asc"),
        "markup.asciidoc:read_asciidoc",
        result="article of text",
        by_name=True,
        version=2,
    ),
)
