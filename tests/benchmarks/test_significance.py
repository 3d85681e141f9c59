"""Tests of significance: what is surely better, what may be chance, and means without a collection."""

import itertools

import pytest

from benchmarks.significance import p_value, report


def exact(first: list[float], second: list[float]) -> float:
    """Returns p of all exchanges."""
    differences = [a - b for a, b in zip(first, second, strict=True)]
    sums = [
        abs(sum(sign * value for sign, value in zip(signs, differences, strict=True)))
        for signs in itertools.product((1, -1), repeat=len(differences))
    ]
    return sum(value >= abs(sum(differences)) - 1e-9 for value in sums) / len(sums)


@pytest.mark.parametrize(
    "second",
    [[0.2, 0.3, 0.1, 0.4, 0.5, 0.2, 0.1, 0.3], [0.9, 0.1, 0.8, 0.4, 0.7, 0.2, 0.6, 0.3], [0.5] * 8],
)
def test_p_is_that_of_all_exchanges(second: list[float]) -> None:
    first = [0.6, 0.5, 0.7, 0.6, 0.4, 0.9, 0.2, 0.6]
    ours, theirs = ({str(at): value for at, value in enumerate(values)} for values in (first, second))
    p = p_value(ours, theirs)
    assert p == pytest.approx(exact(first, second), abs=0.02)


def test_tables_compare_with_the_best_peer_and_leave_each_collection_out(capsys: pytest.CaptureFixture[str]) -> None:
    scores = [
        {
            "ours": {"1": 0.6, "2": 0.8},
            "a": {"1": 0.5, "2": 0.5},
            "b": {"1": 0.1, "2": 0.1},
            "both": {"1": 1, "2": 0.8},
        },
        {"ours": {"1": 0.4}, "a": {"1": 0.2}, "b": {"1": 0.8}, "both": {"1": 0.4}},
    ]
    facts = report(["x", "y"], scores, ["a", "b"], "ours", {"both": "ours"})
    assert [fact[:3] for fact in facts] == [
        *(("x", "ours", "a"), ("x", "both", "ours")),
        *(("y", "ours", "b"), ("y", "both", "ours")),
    ]
    lines = capsys.readouterr().out.splitlines()
    assert "| x | 0.700 | 0.500 (a) | 1.400 | 0.500 | 0.900 | 0.700 | 1.286 | 1.000 |" in lines
    assert "| x | b | 0.500 | 0.700 | 0.100 |" in lines
    assert "| y | a | 1.400 | 0.400 | 0.200 |" in lines
