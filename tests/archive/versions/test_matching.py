"""How lines and words of two versions are matched: right for all texts, and in bounded time."""

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.archive.versions import matching
from docarchive.archive.versions.matching import Budget, Opcode, opcodes

ITEMS = st.lists(st.sampled_from("abcdef") | st.text(max_size=2), max_size=40)


def check(a: Sequence[str], b: Sequence[str], changes: Sequence[Opcode]) -> None:
    """Checks that opcodes cover both sides in order, that what they call equal is, and that none could be joined."""
    i = j = 0
    for name, start, end, other, other_end in changes:
        assert (start, other) == (i, j)
        assert name == ("equal" if a[start:end] == b[other:other_end] else name)
        if name == "equal":
            assert a[start:end] == b[other:other_end]
        assert {"delete": other == other_end, "insert": start == end}.get(name, True)
        assert start < end or other < other_end
        i, j = end, other_end
    assert (i, j) == (len(a), len(b))
    kinds = [name == "equal" for name, *_ in changes]
    assert all(kind != following for kind, following in pairwise(kinds))


@given(ITEMS, ITEMS, st.integers(0, 200))
def test_opcodes_make_one_from_the_other(a: list[str], b: list[str], steps: int) -> None:
    check(a, b, opcodes(a, b, Budget()))
    check(a, b, opcodes(a, b, Budget(steps)))


@given(st.lists(st.integers(0, 4), max_size=30), st.lists(st.integers(0, 4), max_size=30))
def test_where_no_item_is_unique_the_edit_is_the_shortest(a: list[int], b: list[int]) -> None:
    longest = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, item in enumerate(a):
        for j, other in enumerate(b):
            longest[i + 1][j + 1] = longest[i][j] + 1 if item == other else max(longest[i][j + 1], longest[i + 1][j])
    matches = matching._myers(a, b, (0, len(a), 0, len(b)), Budget())
    assert sum(length for _, _, length in matches) == longest[-1][-1]
    assert all(a[i : i + length] == b[j : j + length] for i, j, length in matches)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("", "", []),
        ("abc", "abc", [("equal", 0, 3, 0, 3)]),
        ("", "ab", [("insert", 0, 0, 0, 2)]),
        ("ab", "", [("delete", 0, 2, 0, 0)]),
        ("abc", "axc", [("equal", 0, 1, 0, 1), ("replace", 1, 2, 1, 2), ("equal", 2, 3, 2, 3)]),
        (
            "aabb",
            "abab",
            [
                *(("equal", 0, 1, 0, 1), ("delete", 1, 2, 1, 1), ("equal", 2, 3, 1, 2), ("insert", 3, 3, 2, 3)),
                ("equal", 3, 4, 3, 4),
            ],
        ),
    ],
)
def test_what_is_found(a: str, b: str, expected: list[Opcode]) -> None:
    assert opcodes(a, b, Budget()) == expected


def test_the_steps_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    a, b = (["ab"[chance.randrange(2)] for _ in range(20_000)] for _ in range(2))
    compared = 0
    common = matching._common

    def counted(*arguments: int) -> int:
        nonlocal compared
        run = common(*arguments)  # type: ignore[arg-type]
        compared += run + 1
        return run

    monkeypatch.setattr(matching, "_common", counted)
    check(a, b, opcodes(a, b, Budget(10_000)))
    assert compared < 15_000


def test_common_lines_among_many_are_found() -> None:
    a = [f"line {n}" for n in range(30_000)]
    b = [f"{line}{'!' * (n % 1000 == 0)}" for n, line in enumerate(a)]
    changes = opcodes(a, b, Budget())
    check(a, b, changes)
    assert [name for name, *_ in changes].count("replace") == 30
