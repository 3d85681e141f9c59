"""Scanning: which of many vectors are near to a question, in two passes where there are very many.

The first pass compares signs alone, one bit for each number of a vector (Charikar, "Similarity Estimation Techniques
from Rounding Algorithms", STOC 2002). The question is not reduced to its signs, but to a sum of two vectors of signs,
which is twice as exact for one more comparison of bits. The second pass compares the vectors themselves, of those that
are the best in the first. The figures are in docs/decisions/0113-signs-first.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from docarchive.engines.meaning.model import Vectors

    Places = NDArray[np.intp]
    Bits = NDArray[np.uint8]

BLOCK: Final = 1 << 16  # passages that one thread compares at a time
_LEVELS: Final = 1_000  # which distances are whole parts of


def sign_width(size: int) -> int:
    """Returns the bytes of the signs of a vector of so many numbers."""
    return (size + 7) // 8


def signs_of(vectors: NDArray[np.int8]) -> Bits:
    """Returns the signs of vectors: a bit for each number, 1 if it is positive."""
    import numpy as np

    blocks = [np.packbits(vectors[start : start + BLOCK] > 0, axis=1) for start in range(0, len(vectors), BLOCK)]
    return np.concatenate(blocks) if blocks else np.zeros((0, sign_width(vectors.shape[1])), np.uint8)


def products(vectors: NDArray[np.int8], question: NDArray[np.int8], places: Places) -> Vectors:
    """Returns the product of a vector of integers with the vectors at some places."""
    import numkong
    import numpy as np

    packed = numkong.dots_pack(question[None])
    result = np.empty(len(places), np.float32)
    is_all = len(places) == len(vectors)

    def compare(start: int, end: int) -> None:
        block = vectors[start:end] if is_all else vectors[places[start:end]]
        result[start:end] = np.asarray(numkong.dots_packed(block, packed)).reshape(-1)

    _in_blocks(compare, len(places))
    return result


def promising(signs: Bits, question: Vectors, wanted: int, places: Places) -> Places:
    """Returns those of some places, in order, whose vectors are the nearest by their signs: at least ``wanted``."""
    import numkong
    import numpy as np

    first = np.abs(question).mean()
    rest = question - np.where(question > 0, first, -first)
    second = np.abs(rest).mean()
    own = round(_LEVELS * float(first / max(first + second, 1e-12)))
    packed: Any = numkong.hammings_pack(np.packbits([question > 0, rest > 0], axis=1))
    is_most = len(places) * 2 > len(signs)  # then to compare all is faster than to copy these
    compared = signs if is_most else signs[places]
    distances = np.empty(len(compared), np.uint32)

    def compare(start: int, end: int) -> None:
        both = np.asarray(numkong.hammings_packed(compared[start:end], packed))
        distances[start:end] = both[:, 0] * np.uint32(own) + both[:, 1] * np.uint32(_LEVELS - own)

    _in_blocks(compare, len(compared))
    if is_most and len(places) < len(signs):
        distances = distances[places]
    at = min(wanted, len(distances)) - 1
    nearest: Places = places[distances <= np.partition(distances, at)[at]]
    return nearest


def _in_blocks(work: Callable[[int, int], None], count: int) -> None:
    """Calls a function with the first and the last place of each block, several at the same time."""
    from docarchive.processes import processors

    starts = range(0, count, BLOCK)
    ends = [min(start + BLOCK, count) for start in starts]
    if len(starts) <= 1 or processors() == 1:
        for start, end in zip(starts, ends, strict=True):
            work(start, end)
    else:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(processors()) as pool:
            [*pool.map(work, starts, ends)]
