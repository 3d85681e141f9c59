"""Markdown for Hugo, Jekyll and Obsidian: the keys for what these programs have no key for.

The writer's layouts write them, and the reader of Markdown reads them, so that an exported article can be imported
without loss. See decision 0053.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

#: The table with what a program has no key for, in Jekyll's front matter and in Hugo's ``params``.
OWN: Final = "docarchive"
#: Hugo's table for keys of a site.
PARAMS: Final = "params"
#: The tags of a note as they were, in Obsidian's properties, which cannot be nested.
TAGS: Final = "docarchive_tags"
#: The date of the last change as each program calls it.
HUGO_UPDATED: Final = "lastmod"
JEKYLL_UPDATED: Final = "last_modified_at"
#: Keys that the layouts of Hugo and Jekyll write for the program, not for the article.
OF_PROGRAMS: Final = (OWN, PARAMS, "layout", "render_with_liquid", "categories")

_SHORTCODE = re.compile(r"\{\{([<%])(.*?)([>%])\}\}", re.S)
_SHOWN_SHORTCODE = re.compile(r"\{\{([<%])/\*(.*?)\*/([>%])\}\}", re.S)
_NOT_IN_TAGS = re.compile(r"[^\w/-]+")


def shown_shortcodes(body: str) -> str:
    """Returns a text in which Hugo shows shortcodes as they are written, and does not run them."""
    return _SHORTCODE.sub(r"{{\1/*\2*/\3}}", body) if "{{" in body else body


def plain_shortcodes(body: str) -> str:
    """Returns the text that ``shown_shortcodes`` was given."""
    return _SHOWN_SHORTCODE.sub(r"{{\1\2\3}}", body) if "{{" in body else body


def note_tags(tags: Iterable[str]) -> list[str]:
    """Returns tags as programs for notes take them: letters, digits, ``_``, ``-`` and ``/``, and not digits alone."""
    plain = (_NOT_IN_TAGS.sub("-", tag.strip()).strip("-/") for tag in tags)
    return list(dict.fromkeys(f"{tag}-" if tag.isdigit() else tag for tag in plain if tag))
