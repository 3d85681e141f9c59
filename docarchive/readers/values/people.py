"""Names of people in bylines and lists of authors.

The only module that knows the words before an author (``by``), the words between two (``and``), and what looks like a
name. Separators that are the syntax of one format, such as BibTeX's ``and``, are in its reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from docarchive.texts import one_line

#: Words before who wrote something, in the languages of those who write them.
BY_WORDS: Final = ("by", "von", "par", "por", "di", "door", "av", "af")
#: The same as a regular expression.
BY: Final = "|".join(BY_WORDS)
#: Words that may precede ``by``.
BEFORE_BY: Final = (
    "analysis|opinion|perspective|commentary|review|story|report|reporting|reported|words|text|written|posted|published"
    "|submitted|added|interview|guest post|contributed"
)
#: Of these, the ones that begin names too: ``Von Neumann``.
_BY_IN_NAMES: Final = frozenset(["von", "di", "av", "af"])
#: Words between names. The second ones are in names too (``José Ortega y Gasset``).
_SURE: Final = "and|und|et|&"
_ALSO_IN_NAMES: Final = "y|e|en|och|og|i|и"
_JOINING: Final = f"{_SURE}|{_ALSO_IN_NAMES}"
#: A word between names, as a regular expression.
NAMES_JOINED: Final = rf"\s+(?:{_JOINING})\s+"

_BY_BEGINS = re.compile(rf"(?:(?:{BEFORE_BY})\s+)?(?P<by>{BY})\s+(?=\S)", re.IGNORECASE)
_BYLINE = re.compile(rf"(?:{BY})[ \t]{{1,8}}(?P<names>\S.*)", re.IGNORECASE)
_JOINED = re.compile(NAMES_JOINED)
_SURELY_JOINED = re.compile(rf"\s+(?:{_SURE})\s+")
_ENDS_JOINED = re.compile(rf"\s(?:{_JOINING})\s[^,]+\Z")
_SIGNS = re.compile(rf"\s*[,;|]\s*(?:(?:{_JOINING})\s+)?|\s+[–—•·]\s+")
_PARTS = re.compile(rf",\s*(?:(?:{_JOINING})\s+)?|\s+(?:{_JOINING})\s+")
_NO_PART_OF_NAMES = re.compile(rf"\b(?:{_JOINING}|{BY})\b", re.IGNORECASE)
_ASIDE = re.compile(r"\s*\((?:[^()]|\([^()]{0,200}\)){0,300}\)")

_NAME = re.compile(r"(?:[A-Z]\.\s?)*[^\W\d_][^\W\d_'’.-]*(?:[-'’][^\W\d_]+)*\.?")
_IN_NO_NAME: Final = frozenset(["of", "for", "the"])
#: Words in lower case in or between names.
_SMALL: Final = _IN_NO_NAME | {
    *("de", "da", "di", "del", "della", "der", "den", "dos", "du", "la", "le", "van", "von", "zu"),
    *_JOINING.split("|"),
}
#: What is written instead of a name.
_NOBODY: Final = frozenset(
    """
    admin administrator anonymous author editor editors guest owner python-docx root staff unknown unspecified user
    users webmaster
    """.split()  # noqa: SIM905
)
#: Words for what people do, words before these, and words in the names of whom they work for.
_WORDS: Final = (
    """writer reporter editor correspondent columnist contributor journalist producer photographer critic author staff
    freelancer analyst anchor bureau editor-in-chief editor-at-large redaktion redakteur redakteurin journaliste""",
    """news sports sport staff senior chief political national associate assistant managing deputy contributing business
    technology science health foreign special digital ap afp auto breaking education environment""",
    """press news media times post business insider associated reuters cnn ap afp upi dpa efe bbc npr abc cbs nbc msnbc
    bloomberg agency agencies tribune herald journal chronicle gazette magazine daily newspaper network wire guardian
    telegraph independent""",
)
_ROLES, _BEFORE_ROLES, _HOUSES = (frozenset(words.split()) for words in _WORDS)
_CREDENTIALS = re.compile(r"(?:[A-Z]\.?){2,5}|Ph\.?D\.?|M\.?D\.?|Jr\.?|Sr\.?")
_DOMAIN = re.compile(r"\w\.(?:com|org|net|co|de|fr|uk|info)\b", re.IGNORECASE)
_LOGIN = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_ADDRESS: Final = r"[^\s<>()\"',;:@]{1,100}(?:@| at )[^\s<>()\"',;:@]{1,200}"
#: A name with an address of mail: ``Jane Doe <jane@a.example>``, ``jane@a.example (Jane Doe)``.
_WITH_ADDRESS = re.compile(
    rf"\s*(?:\"(?P<quoted>[^\"<>]{{1,200}})\"\s*<(?:mailto:)?{_ADDRESS}>|(?P<name>[^\s\"<>@][^\"<>@]{{0,200}}?)\s*"
    rf"<(?:mailto:)?{_ADDRESS}>|{_ADDRESS}\s?\((?P<said>[^()@]{{1,200}}(?:\([^()]{{0,100}}\)[^()]{{0,100}})?)\))"
    r"\s*(?:[,;&]|\band\b|\Z)",
    re.IGNORECASE,
)
_LONGEST_TEXT: Final = 300
_LONGEST_LINE: Final = 120
_LONGEST_NAME: Final = 100
_MOST_WORDS: Final = 12


def people(text: str, source: str = "") -> list[str]:
    """Returns the names that a byline holds; none if it is an address or names nobody.

    >>> people("By MEG DOE and ERRIN ROE, Associated Press")
    ['MEG DOE', 'ERRIN ROE']
    >>> people("Ministry of Works"), people("Doe, Jane"), people("https://a.example/doe")
    (['Ministry of Works'], ['Doe, Jane'], [])

    Args:
        text: The byline.
        source: The publication; its name after that of an author is no author.
    """
    text = without_by(one_line(text))
    if not text or "://" in text or text.startswith(("@", "/")) or len(text) > _LONGEST_TEXT or is_nobody(text):
        return []
    parts = [part for item in _SIGNS.split(text) if (part := item.strip())]
    while len(parts) > 1 and _is_house(parts[-1], source):
        parts.pop()
    names = [_without_role(name.strip()) for part in parts for name in _JOINED.split(part)]
    if names and are_full_names(names):
        return [*dict.fromkeys(names)]
    return [text] if len(text) <= _LONGEST_NAME else []


def several_people(text: str) -> list[str]:
    """Returns the names of several people in one value; none if it may be one person and a description.

    ``Ada Meyer, Harbour Master`` is one: a list of several ends with ``and …``. Text in brackets is no name.
    """
    bare = _ASIDE.sub("", text) if len(text) <= _LONGEST_TEXT else ""
    if not _ENDS_JOINED.search(bare):
        return []
    if bare != text and "," in bare and not all(part.rstrip().endswith(")") for part in _PARTS.split(text)):
        return []
    names = people(bare)
    return names if len(names) > 1 else []


def without_addresses(text: str) -> list[str]:
    """Returns the names in a text in which each has an address of mail; none if it is another text.

    >>> without_addresses("Ada Meyer <ada@a.example>, bo@a.example (Bo Ek)"), without_addresses("ada@a.example")
    (['Ada Meyer', 'Bo Ek'], [])
    """
    if "<" not in text and "(" not in text:
        return []
    names: list[str] = []
    position = 0
    while (match := _WITH_ADDRESS.match(text, position)) and match.end() > position:
        names.append((match["quoted"] or match["name"] or match["said"]).strip())
        position = match.end()
    return names if position == len(text) else []


def says_more(text: str, names: Iterable[str]) -> bool:
    """Returns whether a text says more than that these people wrote something."""
    for name in names:
        text = text.replace(name, "", 1)
    return any(map(str.isalnum, _NO_PART_OF_NAMES.sub("", text)))


def byline(line: str) -> list[str]:
    """Returns the names in ``By Jane Doe and John Roe``; none if it is no such line."""
    line = line.strip()
    match = _BYLINE.fullmatch(line) if len(line) <= _LONGEST_LINE else None
    return split_names(match["names"]) if match and may_be_names(match["names"]) else []


def credited(text: str) -> list[str]:
    """Returns who a byline of a news item names; one that is not read as names as it is, without ``By``.

    >>> credited("By Ann Lee and Bo Ek"), credited("By the newsroom"), credited(" ")
    (['Ann Lee', 'Bo Ek'], ['the newsroom'], [])
    """
    bare = without_by(one_line(text))
    return people(text) or ([bare] if bare else [])


def split_names(text: str) -> list[str]:
    """Returns the names that words such as ``and`` join; words that are in names too separate full names only.

    >>> split_names("Ann Lee and Bo"), split_names("Ana Ruiz y Luis Gil"), split_names("José Ortega y Gasset")
    (['Ann Lee', 'Bo'], ['Ana Ruiz', 'Luis Gil'], ['José Ortega y Gasset'])
    """
    names = _JOINED.split(text.strip())
    if not are_full_names(names):
        names = _SURELY_JOINED.split(text.strip())
    return [name.strip() for name in names if name.strip()]


def without_by(text: str) -> str:
    """Returns a byline without ``By`` and the words that may precede it.

    >>> without_by("Story by Ann Lee"), without_by("Von Ann Lee"), without_by("Von Neumann"), without_by("Byron")
    ('Ann Lee', 'Ann Lee', 'Von Neumann', 'Byron')
    """
    match = _BY_BEGINS.match(text)
    if not match:
        return text
    rest = text[match.end() :]
    of_a_name = match["by"].lower() in _BY_IN_NAMES and match.start("by") == 0
    return text if of_a_name and (rest[0].islower() or len(rest.split()) == 1) else rest


def is_nobody(name: str) -> bool:
    """Returns whether a text is what is written instead of a name: ``admin``, ``unknown``."""
    bare = name.lower().strip("()[]<> ")
    return not bare or bare in _NOBODY


def may_be_names(text: str) -> bool:
    """Returns whether a text could be the names of people: capitalized words, no sentence."""
    words = re.split(r"[\s,;&/|]+", text.strip())
    capital = [word for word in words if word and word.lower() not in _SMALL]
    return (
        0 < len(capital) <= _MOST_WORDS
        and len(text) <= _LONGEST_LINE
        and all(_NAME.fullmatch(word.strip("()")) and not word.strip("()")[0].islower() for word in capital)
    )


def are_logins(names: Iterable[str]) -> bool:
    """Returns whether names are those under which people log in; any other name says more."""
    return all(_LOGIN.fullmatch(name) for name in names)


def are_full_names(names: Iterable[str]) -> bool:
    """Returns whether names are those of people: two to five words, each with a capital."""
    return all(map(_is_full_name, names))


def names_no_person(text: str) -> bool:
    """Returns whether a text is a role or an employer, not a name: ``Senior Editor``, ``Associated Press``."""
    return _is_house(text, "")


def _is_house(part: str, source: str) -> bool:
    """Returns whether a part of a byline is a role or an employer."""
    words = part.lower().replace(".", "").split()
    return bool(
        part.casefold() == source.casefold()
        or _CREDENTIALS.fullmatch(part)
        or _DOMAIN.search(part)
        or _ROLES.intersection(words)
        or _HOUSES.intersection(words)
    ) and not _JOINED.search(part)


def _without_role(name: str) -> str:
    """Returns a name without the role after it: ``Jane Doe`` for ``Jane Doe News reporter``."""
    words = name.split()
    if words and words[-1].lower() in _ROLES:
        while len(words) > 2 and words[-1].lower() in _ROLES | _BEFORE_ROLES:
            words.pop()
    return " ".join(words)


def _is_full_name(name: str) -> bool:
    words = name.split()
    return 2 <= len(words) <= 5 and may_be_names(name) and not _IN_NO_NAME & {word.lower() for word in words}
