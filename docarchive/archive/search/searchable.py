"""Searchable: what a search needs of what is searched: the articles of an archive, or its trash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from docarchive.archive.settings import Settings
from docarchive.catalog import Catalog
from docarchive.engines import Engine
from docarchive.store import Store

T = TypeVar("T")


class Searchable(Protocol):
    """Articles that can be searched and listed."""

    store: Store
    catalog: Catalog
    settings: Settings

    def ask(self, question: Callable[[Engine], T]) -> T:
        """Asks an engine whose index is up to date something."""
