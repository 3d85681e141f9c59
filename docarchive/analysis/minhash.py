"""MinHash signatures: the similarity of two texts, estimated from 144 bytes per text. See docs/decisions/0026.

A text is the set of its runs of four folded words. The share of runs that two texts have in common (Jaccard) is about
the share of values that their signatures have in common (Broder 1997). Texts are candidates if all six values of a
band are equal (locality-sensitive hashing). If they share 0.8 of their runs, 97 in 100 are candidates; if 0.9, all; if
0.5, one in six, which the comparison of their signatures then rejects.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import starmap
from operator import eq
from struct import Struct
from typing import Final

from docarchive.analysis.folding import fold
from docarchive.pictures import without_addresses

BANDS: Final = 12
ROWS: Final = 6
_SEED: Final = 1987
_RUN: Final = 4
#: The least number of words: shorter texts, such as notices or results, are too similar.
MIN_WORDS: Final = 20
_MAX_WORDS: Final = 50_000
#: More characters than 50,000 words usually have: the list of words of a text of 50 MB would take a gigabyte.
_MAX_LENGTH: Final = 2_000_000
#: The values of MinHash: numbers of 32 bits.
_DIGEST: Final = Struct(f"<{BANDS * ROWS}I")
#: The six values of 16 bits of a band, as a number of 64 bits and one of 32.
_BAND_PARTS: Final = Struct("<" + "QI" * BANDS)
_FACTOR: Final = 0x9E3779B97F4A7C15
_OTHER_FACTOR: Final = 0xC2B2AE3D27D4EB4F
#: Folds ASCII; every character that is not part of a word becomes a space.
_ASCII: Final = bytes(ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else 32 for code in range(256))
#: In scripts without spaces, a character is a word.
_WORDS = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+"


#: The size of a signature in bytes.
SIZE: Final = 2 * BANDS * ROWS


def signature(text: str) -> bytes | None:
    """Returns the signature of a text: 72 numbers of 16 bits; None if the text is too short.

    The first 50,000 words of its first two million characters count.
    """
    from rensa import RMinHash

    words = _words(without_addresses(text[:_MAX_LENGTH]))[:_MAX_WORDS]
    if len(words) < MIN_WORDS:
        return None
    minhash = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    minhash.update([*map(" ".join, zip(*(words[at:] for at in range(_RUN)), strict=False))])
    return memoryview(_DIGEST.pack(*minhash.digest())).cast("H")[::2].tobytes()  # the lower half of every number


def _words(text: str) -> list[str]:
    if text.isascii():  # six times as fast
        return text.encode().translate(_ASCII).decode().split()
    return re.findall(_WORDS, fold(text))


@lru_cache(maxsize=4_096)  # a new article is first compared, then added to the catalog
def bands(signature: bytes) -> tuple[int, ...]:
    """Returns the keys of a signature's bands: whole numbers of 63 bits, the same for equal bands.

    The 96 bits of a band are hashed by multiplication (Dietzfelbinger et al. 1997); MinHash values are random enough.
    """
    halves = _BAND_PARTS.unpack(signature)
    return tuple(
        [
            (halves[at] * _FACTOR + (halves[at + 1] + at) * _OTHER_FACTOR >> 1) & 0x7FFFFFFFFFFFFFFF
            for at in range(0, len(halves), 2)
        ]
    )


def similarity(one: bytes, other: bytes) -> float:
    """Returns the similarity of two texts, estimated from their signatures, from 0 to 1."""
    pairs = zip(memoryview(one).cast("H"), memoryview(other).cast("H"), strict=True)
    agreeing: int = sum(starmap(eq, pairs))
    return agreeing / (BANDS * ROWS)
