"""Says how sure it is that one system ranks better than another: randomisation tests, and means without a collection.

A paired randomisation test (Smucker, Allan and Carterette, "A Comparison of Statistical Significance Tests for
Information Retrieval Evaluation", CIKM 2007) exchanges the scores of the two systems at random for each query; p is the
share of exchanges after which the means differ at least as much as they do.
"""

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

DRAWS = 10_000
SEED = 1

Values = Mapping[str, float]  # scores by query


def p_value(first: Values, second: Values, draws: int = DRAWS) -> float:
    """Returns the two-sided p of the difference between the means of two systems over the same queries.

    >>> p_value({"a": 0.5, "b": 0.25}, {"a": 0.5, "b": 0.25})
    1.0
    """
    differences = [value for value in (first[query] - second[query] for query in first) if value]
    chance = random.Random(SEED)
    actual = abs(sum(differences)) - 1e-9  # sums of the same numbers in another order may differ by less
    exceeding = 0
    for _ in range(draws):
        signs = chance.getrandbits(len(differences) or 1)
        total = 0.0
        for difference in differences:
            total += difference if signs & 1 else -difference
            signs >>= 1
        exceeding += abs(total) >= actual
    return (exceeding + 1) / (draws + 1)


def mean(values: Values) -> float:
    return sum(values.values()) / len(values)


def best_of(names: Sequence[str], scores: Sequence[Mapping[str, Values]]) -> str:
    """Returns the name of the system whose mean over collections is the best."""
    return max(names, key=lambda name: sum(mean(row[name]) for row in scores))


class Comparison(NamedTuple):
    """The means of two systems in one collection, and p of their difference."""

    collection: str
    first: str
    second: str
    own: float
    other: float
    p: float

    def cells(self, peers: Sequence[str]) -> str:
        ratio = self.own / self.other if self.other else float("nan")
        peer = f" ({self.second})" if self.second in peers else ""
        return f"{self.own:.3f} | {self.other:.3f}{peer} | {ratio:.3f} | {self.p:.3f}"


def report(
    collections: Sequence[str],
    scores: Sequence[Mapping[str, Values]],
    peers: Sequence[str],
    words: str,
    others: Mapping[str, str],
) -> list[Comparison]:
    """Prints two tables in Markdown; returns the comparisons.

    Args:
        collections: The names of the collections.
        scores: Of each collection, the scores by query, by system.
        peers: The systems to compare words with.
        words: The system that searches words.
        others: Other systems, and which one each is compared with.
    """
    heads = [f"{words} | best peer | ratio | p"] if peers else []
    heads += [f"{first} | {second} | ratio | p" for first, second in others.items()]
    comparisons: list[Comparison] = []
    if heads:
        print("\nnDCG@10, and p of paired randomisation tests:\n")
        print(f"| collection | {' | '.join(heads)} |\n|---|{'--:|' * (4 * len(heads))}")
    for name, row in zip(collections, scores, strict=True) if heads else ():
        pairs = [(words, best_of(peers, [row]))] if peers else []
        compared = [_compared(name, row, *pair) for pair in [*pairs, *others.items()]]
        print(f"| {name} | {' | '.join(comparison.cells(peers) for comparison in compared)} |")
        comparisons += compared
    if peers and len(collections) > 1:
        _print_left_out(collections, scores, peers, words)
    return comparisons


def _compared(collection: str, row: Mapping[str, Values], first: str, second: str) -> Comparison:
    p = p_value(row[first], row[second])
    return Comparison(collection, first, second, mean(row[first]), mean(row[second]), p)


def _print_left_out(
    collections: Sequence[str], scores: Sequence[Mapping[str, Values]], peers: Sequence[str], words: str
) -> None:
    """Prints what the means are without each collection, and how the peer that is the best there does in that one."""
    print("\nWithout one collection: the best peer by the mean of the others, and both in the one that is left out:\n")
    print(f"| left out | best peer of the others | {words} ÷ it, others | {words}, left out | peer, left out |")
    print("|---|---|--:|--:|--:|")
    for at, name in enumerate(collections):
        rest = [row for index, row in enumerate(scores) if index != at]
        peer = best_of(peers, rest)
        ratio = sum(mean(row[words]) for row in rest) / (sum(mean(row[peer]) for row in rest) or float("nan"))
        print(f"| {name} | {peer} | {ratio:.3f} | {mean(scores[at][words]):.3f} | {mean(scores[at][peer]):.3f} |")
