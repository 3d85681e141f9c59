"""Suggesting: another spelling of a query that matches little, from the archive's own words and values."""

from __future__ import annotations

import re
from typing import Final

from docarchive.analysis import fold
from docarchive.archive.search.answering import FEW
from docarchive.catalog import Catalog
from docarchive.engines import Engine
from docarchive.errors import DocarchiveError
from docarchive.query import Context, Mention, ParsedQuery, Pattern, quote, read
from docarchive.query.document import TEXT_FIELDS
from docarchive.query.lexer import QUOTES
from docarchive.query.patterns import FUZZY
from docarchive.regexes import lazy

#: A word of the archive is only replaced by one that is so many times as frequent.
_TIMES: Final = 20
_SHORT: Final = 4
_MAX_MENTIONS: Final = 12
_OR: Final = lazy(r"(?<=\S)\s*\|\|\s*(?=\S)")
_AND: Final = lazy(r"(?<=\S)\s*&&\s*(?=\S)")
#: Nearness without its number, or in small letters.
_NEAR: Final = lazy(r"(?<=\S)\s+(?:(NEAR|BEFORE)|(near|before)(/\d+))\s+(?=\S)")
_USUAL_NEAR: Final = "/10"
#: What is an operator, though in a pasted text it may be a word or a sign: ``NOT A DRILL``, ``says -5%``.
_OPERATOR: Final = lazy(r"(?<!\S)(?:(?:AND|OR|NOT)(?!\S)|-(?=\d))")
#: What may be an operator, a wildcard or a field, and is text between quotes: ``5*3``.
_SIGN: Final = lazy(r"[^\w\s]")
#: A range of dates in words.
_FROM_TO: Final = lazy(r"(?<!\S)([^\W\d][\w.@-]*:[^\s\"()]+)\s+(?:to|until|till|through|[-–—])\s+(?=[^\s\"()])")
#: The keys of which a text that no article has may be a value.
_KEYS_OF_VALUES: Final = (
    "authors",
    "from",
    "to",
    "cc",
    "people",
    "organizations",
    "places",
    "tags",
    "source",
    "section",
)
_LONGEST_VALUE: Final = 200
_PLAIN: Final = lazy(r"[\w.@+-]+", re.ASCII)
#: A text that may be an id, or the beginning of one.
_ID: Final = lazy(r"(?=.*\d)[0-9a-z]{4,11}|[0-9a-z]{12}")
#: A field, and spaces before what may be its value.
_SPACED: Final = lazy(r"(?<!\S)([^\W\d][\w.@-]*):\s+(?=[\w\"])")


def suggest(parsed: ParsedQuery, total: int, context: Context, engine: Engine, catalog: Catalog) -> str | None:
    """Returns a query with another spelling, if it matches more articles than a query that matches ``total``."""
    if _OR.search(parsed.text) and '"' not in parsed.text:
        return _if_better(_AND.sub(" AND ", _OR.sub(" OR ", parsed.text)), total, context, engine)
    if _NEAR.search(parsed.text) and '"' not in parsed.text:
        return _if_better(_NEAR.sub(_near, parsed.text), total, context, engine)
    if total > FEW:
        return None
    if not total and (meant := _meant(parsed, context, engine)):
        return meant
    text = _SPACED.sub(lambda match: match[0] if context.key(match[1]) is None else match[1] + ":", parsed.text)
    if text != parsed.text:  # tag: food
        return _if_better(text, total, context, engine)
    for mention in reversed(parsed.mentions[:_MAX_MENTIONS]):
        in_text = mention.key in (None, *TEXT_FIELDS)
        correction = _word(mention, context, engine) if in_text else _value(mention, catalog)
        if correction:
            text = text[: mention.start] + _quoted(correction, text, mention) + text[mention.end :]
    return _if_better(text, total, context, engine) if text != parsed.text else None


def _meant(parsed: ParsedQuery, context: Context, engine: Engine) -> str | None:
    """Returns a query for what was meant by one that nothing matches because signs in it mean something else."""
    for text in (_OPERATOR.sub(_word_of, parsed.text), _FROM_TO.sub(r"\1..", parsed.text)):
        if text != parsed.text and _if_better(text, 0, context, engine):
            return text
    if valued := _as_value(parsed, context, engine):
        return valued
    return _if_better(quote(parsed.text), 0, context, engine) if _SIGN.search(parsed.text) else None


def _near(match: re.Match[str]) -> str:
    return f" {match[1] or match[2].upper()}{match[3] or _USUAL_NEAR} "


def _word_of(match: re.Match[str]) -> str:
    return match[0].lower().removeprefix("-")


def _as_value(parsed: ParsedQuery, context: Context, engine: Engine) -> str | None:
    """Returns a query for the key of which a text is a value, such as the id or the address of an author, if any."""
    text = parsed.text.strip().strip('"')
    if not parsed.words or '"' in text or len(text) > _LONGEST_VALUE or any(mention.key for mention in parsed.mentions):
        return None
    names = [name for name in _KEYS_OF_VALUES if context.key(name) is not None]
    value = text if _PLAIN.fullmatch(text) else quote(text)
    queries = [f"id:{text}"] if _ID.fullmatch(text) else []
    queries += [f"{name}:{value}" for name in names]
    return next((query for query in queries if _if_better(query, 0, context, engine)), None)


def _if_better(text: str, total: int, context: Context, engine: Engine) -> str | None:
    """Returns a query if it matches more than ``total`` articles, else None."""
    try:
        more = engine.count(read(text, context).tree)
    except DocarchiveError:
        return None
    return text if more > total else None


def _word(mention: Mention, context: Context, engine: Engine) -> str | None:
    """Returns the word of the archive's texts that is most similar to a missing or rare one."""
    word = context.analyzer.word(mention.text)
    if len(word) < 2 or word.isdecimal() or context.analyzer.has_pairs(word):  # a pair like another is no word like it
        return None
    field = f"{mention.key}:" if mention.key else ""
    frequency = engine.count(read(f'{field}"{mention.text}"', context).tree)
    if frequency > FEW:
        return None
    candidates = engine.words_like(word, _distance(word), mention.key)
    least = max(1, frequency * _TIMES)
    ranked = [(_edits(word, other), -count, other) for other, count in candidates if other != word and count >= least]
    return min(ranked)[2] if ranked else None


def _value(mention: Mention, catalog: Catalog) -> str | None:
    """Returns the value of a key, or a word of one, that is most similar to a missing one."""
    assert mention.key is not None
    folded = fold(mention.text).strip("*?~ ")
    values = {fold(value): value for value in catalog.all_values(mention.key)}
    words = {word: word for folded in values for word in folded.split()}
    if len(folded) < 2 or folded in values or folded in words:
        return None
    pattern = Pattern(FUZZY, folded, _distance(folded))
    for spellings in (values, words):
        ranked = [(_edits(folded, word), word) for word in pattern.select(sorted(spellings))]
        if ranked:
            return spellings[min(ranked)[1]]
    return None


def _quoted(value: str, text: str, mention: Mention) -> str:
    """Returns a value as a query needs it: quoted if it has special characters."""
    quoted = text[mention.start - 1 : mention.start] in QUOTES
    if not quoted and not any(character in ' ()":*?~^' for character in value):
        return value
    return quote(value)[1:-1] if quoted else quote(value)


def _distance(word: str) -> int:
    return 1 if len(word) <= _SHORT else 2


def _edits(word: str, other: str) -> int:
    return next((distance for distance in (1, 2) if Pattern(FUZZY, word, distance).test()(other)), 3)
