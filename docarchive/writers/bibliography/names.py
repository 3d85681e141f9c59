"""Names of authors, parsed into the parts that bibliographies have; names of organizations stay whole."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from docarchive.records import NamedTuple

_PARTICLES: Final = frozenset(
    """
    af al av bin d' da dal dalla das de dei del della den der des di do dos du e el ibn la las le los of 't ten ter
    van vom von y zu zum zur
    """.split()  # noqa: SIM905
)
_SUFFIX = re.compile(r"(?:jr|sr)\.?|I{2,3}|IV", re.IGNORECASE)
_ORGANIZATION = re.compile(
    r"(?i)\b(?:agency|agencies|association|authority|bank|board|bureau|bundes\w+|center|centre|club|college"
    r"|commission|committee|company|corp|corporation|council|court|daily|department|dept|desk|editors?|e\.?\s?V\."
    r"|editorial|foundation|gazette|gmbh|government|group|inc|institute?|institution|journal|llc|ltd|magazine"
    r"|ministerium|ministry|museum|network|news|newsroom|office|organi[sz]ation|parliament|party|plc|press"
    r"|redaktion|reporters?|reuters|service|society|staff|times|trust|union|universit\w+|university|verlag|wire)\b"
    r"|[0-9&/@|]|\b(?:and|for|the|und|et)\b|\bof\b",
)


class Name(NamedTuple):
    """A name.

    Attributes:
        family: The family name, or the whole name of an organization or of a person with one name.
        given: Given names; may be empty.
        particle: The particle before the family name, such as ``van``; may be empty.
        suffix: The suffix after the name, such as ``Jr.``; may be empty.
    """

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""

    @property
    def whole(self) -> bool:
        """Whether the name has no parts, such as an organization's."""
        return not self.given


def name_of(text: str, organizations: Collection[str] = ()) -> Name:
    """Parses a name: ``Given particle Family suffix`` or ``Family, Given``.

    A name with a word, a sign or a digit that people's names do not have is an organization's. The last word is the
    family name, though no rule holds for all languages.

    Args:
        text: The name as the article has it.
        organizations: Known names of organizations, casefolded.
    """
    text = " ".join(text.split())
    if text.casefold() in organizations or _ORGANIZATION.search(text):
        return Name(text)
    first, comma, rest = (part.strip() for part in text.partition(","))
    if comma and not _SUFFIX.fullmatch(rest):
        plain = first.split()
        inverted = rest and "," not in rest and plain and all(word in _PARTICLES for word in plain[:-1])
        return Name(plain[-1], rest, " ".join(plain[:-1])) if inverted else Name(text)
    words = f"{first} {rest}".split()
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    start = next((index for index, word in enumerate(words) if index and word in _PARTICLES), len(words) - 1)
    end = start
    while end < len(words) - 1 and words[end] in _PARTICLES:
        end += 1
    if not any(word not in _PARTICLES for word in words[:start]):
        return Name(text)
    return Name(" ".join(words[end:]), " ".join(words[:start]), " ".join(words[start:end]), suffix)
