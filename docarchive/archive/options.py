"""Options: what the user may ask of an import."""

from __future__ import annotations

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
