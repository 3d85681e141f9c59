from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from docarchive.query.phrases import merge_positions, phrase_occurrences, phrase_occurs

positions = st.lists(st.integers(0, 12), unique=True, max_size=6).map(sorted)


@given(st.lists(positions, min_size=1, max_size=4), st.integers(0, 5), st.data())
def test_phrase_occurrences_are_those_of_a_plain_search(lists: list[list[int]], slop: int, data: st.DataObject) -> None:
    offsets = [0]
    for _ in lists[1:]:
        offsets.append(offsets[-1] + data.draw(st.integers(1, 2)))

    def fits(occurrence: tuple[int, ...]) -> bool:
        steps = zip(occurrence, occurrence[1:], offsets, offsets[1:], strict=False)
        in_order = all(b - a >= q - p for a, b, p, q in steps)
        return in_order and occurrence[-1] - occurrence[0] - offsets[-1] <= slop

    plain = {occurrence[0] for occurrence in product(*lists) if fits(occurrence)}
    found = list(phrase_occurrences(lists, offsets, slop))
    assert {occurrence[0] for occurrence in found} == plain
    assert all(fits(occurrence) for occurrence in found)
    assert phrase_occurs(lists, offsets, slop) == bool(plain)


@given(st.lists(positions, min_size=1, max_size=3))
def test_merged_positions(lists: list[list[int]]) -> None:
    assert list(merge_positions(lists)) == sorted({number for each in lists for number in each})
