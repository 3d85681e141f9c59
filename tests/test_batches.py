"""Batches: all items in order, in lists that are as long as asked for, and nothing read ahead."""

from collections.abc import Iterator
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from docarchive.batches import batched, batched_by_size


@given(st.lists(st.integers(0, 9)), st.integers(1, 5), st.integers(1, 20))
def test_all_items_are_there_in_order(items: list[int], most: int, largest: int) -> None:
    for batches in ([*batched(items, most)], [*batched_by_size(items, most, largest, int)]):
        assert [*chain.from_iterable(batches)] == items
        assert all(1 <= len(batch) <= most for batch in batches)
    for batch in batched_by_size(items, most, largest, int):
        assert sum(batch[:-1]) < largest
    for batch in [*batched_by_size(items, most, largest, int)][:-1]:
        assert len(batch) == most or sum(batch) >= largest
    assert all(len(batch) == most for batch in [*batched(items, most)][:-1])


def test_nothing_is_read_ahead() -> None:
    read = []

    def items() -> Iterator[int]:
        for item in range(10):
            read.append(item)
            yield item

    assert next(batched(items(), 3)) == [0, 1, 2]
    assert read == [0, 1, 2]
    read.clear()
    assert next(batched_by_size(items(), 9, 3, int)) == [0, 1, 2]
    assert read == [0, 1, 2]
