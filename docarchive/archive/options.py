"""Options: what the user may ask of an import and of an export."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict

from docarchive.archive.decisions import Decision


class ImportOptions(TypedDict, total=False):
    """What the user asks of an import; ``Archive.import_`` says what each is."""

    format: str | None
    tags: Iterable[str]
    set: Mapping[str, Any] | None
    language: str | None
    mapping: Mapping[str, str] | None
    split: bool
    query: str | None
    dry_run: bool
    jobs: int | None
    on_duplicate: str | None
    observe: Callable[[Decision], None]
    stop: Callable[[], bool]


class ExportOptions(TypedDict, total=False):
    """What the user asks of a writer; a writer that does not know an option refuses it.

    Attributes:
        fields: The keys that a table or a JSON object is to have, in order; ``a.b`` looks inside objects.
        flatten: Objects become keys such as ``geo.lat``.
        layout: Of Markdown: plain, hugo, jekyll or obsidian.
        originals: Write the files as well that articles were imported from.
        images: Of pages: load the pictures of a text from where they are.
        style: Of citations: the name of a CSL style, or the path of one.
        title: Of the whole, for formats that have one; the archive's name if left out.
        url: Where the whole is going to stand on the web, for formats that say so.
        template: The path of a Jinja2 template; the format is ``template`` then.
        name: Of what a template makes: the pattern of file names, such as ``{date}-{slug}.txt``.
    """

    fields: Iterable[str]
    flatten: bool
    layout: str | None
    originals: bool
    images: bool
    style: str | None
    title: str | None
    url: str | None
    template: str | os.PathLike[str] | None
    name: str | None
