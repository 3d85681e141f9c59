"""Batches: items in lists of so many, as they come; nothing is read ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(items: Iterable[T], most: int) -> Iterator[list[T]]:
    """Yields items in lists of ``most``; the last one may be shorter."""
    remaining = iter(items)
    while batch := [*islice(remaining, most)]:
        yield batch


def batched_by_size(items: Iterable[T], most: int, largest: int, size_of: Callable[[T], int]) -> Iterator[list[T]]:
    """Yields items in lists that end when they have ``most`` items, or items of the size ``largest`` together."""
    batch: list[T] = []
    size = 0
    for item in items:
        batch.append(item)
        size += size_of(item)
        if len(batch) >= most or size >= largest:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
