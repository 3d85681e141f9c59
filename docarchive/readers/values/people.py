"""Names of authors as pages write them: bylines with several people, what they do and whom they work for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_BY = re.compile(
    r"^(?:(?:analysis|opinion|perspective|commentary|review|story|reporting|words|text|written|posted|reported)\s+)?"
    r"(?:by|von|par|por|di|door|av|af)\s+",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:by|von|par|por|di|door|av|af)[ \t]{1,8}(?P<value>\S.*)", re.IGNORECASE)
_NAME = re.compile(r"(?:[A-Z]\.\s?)*[^\W\d_][^\W\d_'’.-]*(?:[-'’][^\W\d_]+)*\.?")
_PARTICLES: Final = frozenset(
    [
        "de",
        "da",
        "di",
        "del",
        "della",
        "der",
        "den",
        "dos",
        "du",
        "la",
        "le",
        "van",
        "von",
        "zu",
        "y",
        "e",
        "und",
        "and",
        "et",
        "och",
        "of",
        "the",
        "for",
    ]
)
JOINED = re.compile(r"\s+(?:and|und|et|y|e|en|och|og|i|и|&)\s+")
_AND = re.compile(r"\s+(?:and|und|et|y|e|en|och|og|&)\s+")
_SIGNS = re.compile(r"\s*[,;|]\s*(?:(?:and|und|et|y)\s+)?|\s+[–—•·]\s+")
_NO_NAMES: Final = ("admin", "administrator", "editor", "editors", "staff", "webmaster", "root", "guest", "anonymous")
#: What people do, what may stand before that, and whom they work for.
_WORDS: Final = (
    """writer reporter editor correspondent columnist contributor journalist producer photographer critic author staff
    freelancer analyst anchor bureau editor-in-chief editor-at-large redaktion redakteur redakteurin journaliste""",
    """news sports sport staff senior chief political national associate assistant managing deputy contributing business
    technology science health foreign special digital ap afp auto breaking education environment""",
    """press news media times post business insider associated reuters cnn ap afp upi dpa efe bbc npr abc cbs nbc msnbc
    bloomberg agency agencies tribune herald journal chronicle gazette magazine daily newspaper network wire guardian
    telegraph independent""",
)
_ROLES, _BEFORE, _HOUSES = (frozenset(words.split()) for words in _WORDS)
_CREDENTIALS = re.compile(r"(?:[A-Z]\.?){2,5}|Ph\.?D\.?|M\.?D\.?|Jr\.?|Sr\.?")
_DOMAIN = re.compile(r"\w\.(?:com|org|net|co|de|fr|uk|info)\b", re.IGNORECASE)
_LOGIN = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_LONGEST: Final = 300
_LONGEST_LINE: Final = 120
_LONGEST_NAME: Final = 100


def people(text: str, source: str = "") -> list[str]:
    """Returns the names that a byline holds; none if it is an address or no name.

    >>> people("By MEG DOE and ERRIN ROE, Associated Press")
    ['MEG DOE', 'ERRIN ROE']
    >>> people("Ministry of Works"), people("Doe, Jane"), people("https://a.example/doe")
    (['Ministry of Works'], ['Doe, Jane'], [])

    Args:
        text: The byline.
        source: The publication, whose name is no author's if it stands behind one.
    """
    text = _BY.sub("", " ".join(text.split()))
    if not text or "://" in text or text.startswith(("@", "/")) or len(text) > _LONGEST or text.lower() in _NO_NAMES:
        return []
    parts = [part for each in _SIGNS.split(text) if (part := each.strip())]
    while len(parts) > 1 and _is_house(parts[-1], source):
        parts.pop()
    found = [_without_role(name.strip()) for part in parts for name in _AND.split(part)]
    if found and are_full_names(found):
        return [*dict.fromkeys(found)]
    return [text] if len(text) <= _LONGEST_NAME else []


def byline(line: str) -> list[str]:
    """Returns the names in ``By Jane Doe and John Roe``; none if it is no such line."""
    match = _BYLINE.fullmatch(line.strip()[:_LONGEST_LINE])
    if not match or len(line.strip()) > _LONGEST_LINE or not like_names(match["value"]):
        return []
    return [name.strip() for name in JOINED.split(match["value"]) if name.strip()]


def like_names(text: str) -> bool:
    """Tells whether a text could be the names of people: capitalized words, no sentence."""
    words = re.split(r"[\s,;&/|]+", text.strip())
    capital = [word for word in words if word and word.lower() not in _PARTICLES]
    return (
        0 < len(capital) <= 12
        and len(text) <= _LONGEST_LINE
        and all(_NAME.fullmatch(word.strip("()")) and not word.strip("()")[0].islower() for word in capital)
    )


def are_weak(names: Iterable[str]) -> bool:
    """Tells whether names are those under which people log in, so that others say more."""
    return all(_LOGIN.fullmatch(name) for name in names)


def are_full_names(names: Iterable[str]) -> bool:
    """Tells whether names are those of people: two to five words, each with a capital."""
    return all(map(_is_full_name, names))


def _is_house(part: str, source: str) -> bool:
    """Tells whether a part of a byline is what someone does, or whom someone works for."""
    words = part.lower().replace(".", "").split()
    return bool(
        part.casefold() == source.casefold()
        or _CREDENTIALS.fullmatch(part)
        or _DOMAIN.search(part)
        or _ROLES.intersection(words)
        or _HOUSES.intersection(words)
    ) and not _AND.search(part)


def _without_role(name: str) -> str:
    """Takes what someone does from behind a name: ``Jane Doe News reporter`` is ``Jane Doe``."""
    words = name.split()
    if words and words[-1].lower() in _ROLES:
        while len(words) > 2 and words[-1].lower() in _ROLES | _BEFORE:
            words.pop()
    return " ".join(words)


def _is_full_name(name: str) -> bool:
    words = name.split()
    return 2 <= len(words) <= 5 and like_names(name) and not {"of", "for", "the"} & {word.lower() for word in words}
