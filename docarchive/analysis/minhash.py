"""MinHash signatures: how alike two texts are, told from 144 bytes of each.

A text is taken as the set of its runs of four words, folded; the share of runs that two texts have in common
(Jaccard) is the share of places at which their signatures agree (Broder 1997). Signatures whose bands of six
places agree in one band are candidates (locality-sensitive hashing): of texts that share 0.8 of their runs 97 in
100 are, of those that share 0.9 all, of those that share 0.5 one in six, which a comparison then turns down.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import starmap
from operator import eq
from struct import Struct
from typing import Final

from docarchive.analysis.folding import fold

BANDS: Final = 12
ROWS: Final = 6
_SEED: Final = 1987
_RUN: Final = 4
#: Shorter texts are too much like each other: notices, results, tables of one line.
MIN_WORDS: Final = 20
_MAX_WORDS: Final = 50_000
#: Characters that so many words hardly ever have: a text of 50 MB would be a list of a gigabyte.
_MAX_LENGTH: Final = 2_000_000
#: What MinHash gives: numbers of 32 bits.
_DIGEST: Final = Struct(f"<{BANDS * ROWS}I")
#: Six numbers of 16 bits, as one of 64 and one of 32.
_BAND_PARTS: Final = Struct("<" + "QI" * BANDS)
_FACTOR: Final = 0x9E3779B97F4A7C15
_OTHER_FACTOR: Final = 0xC2B2AE3D27D4EB4F
#: Folds ASCII, with a space in the place of what is in no word.
_ASCII: Final = bytes(ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else 32 for code in range(256))
#: Of scripts without spaces each character is a word.
_WORDS = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+"


def signature(text: str) -> bytes | None:
    """Returns the signature of a text: 72 numbers of 16 bits; None if the text is too short to tell.

    Args:
        text: The text; its first 50,000 words count, and of its characters the first two million.
    """
    from rensa import RMinHash

    words = _words(text[:_MAX_LENGTH])[:_MAX_WORDS]
    if len(words) < MIN_WORDS:
        return None
    minhash = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    minhash.update([*map(" ".join, zip(*(words[at:] for at in range(_RUN)), strict=False))])
    return memoryview(_DIGEST.pack(*minhash.digest())).cast("H")[::2].tobytes()  # of each number the lower half


def _words(text: str) -> list[str]:
    if text.isascii():  # which is six times as fast
        return text.encode().translate(_ASCII).decode().split()
    return re.findall(_WORDS, fold(text))


@lru_cache(maxsize=4_096)  # an article that comes in is compared, and then put into the catalog
def bands(signature: bytes) -> tuple[int, ...]:
    """Returns the keys of a signature's bands: whole numbers of 63 bits, of which equal bands have equal ones.

    The 96 bits of a band are multiplied (Dietzfelbinger et al. 1997); the numbers of MinHash are spread as it is.
    """
    parts = _BAND_PARTS.unpack(signature)
    return tuple(
        [
            (parts[at] * _FACTOR + (parts[at + 1] + at) * _OTHER_FACTOR >> 1) & 0x7FFFFFFFFFFFFFFF
            for at in range(0, len(parts), 2)
        ]
    )


def similarity(one: bytes, other: bytes) -> float:
    """Returns how alike two texts are by their signatures, from 0 to 1."""
    pairs = zip(memoryview(one).cast("H"), memoryview(other).cast("H"), strict=True)
    agreeing: int = sum(starmap(eq, pairs))
    return agreeing / (BANDS * ROWS)
