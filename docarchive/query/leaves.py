"""Leaves: from a term of a query (a word, a phrase, ``field:value``) to its node."""

from __future__ import annotations

import re
from typing import Final, NoReturn

from docarchive import keys
from docarchive.analysis import label_terms
from docarchive.analysis.chunks import UNSPACED
from docarchive.errors import QueryError
from docarchive.query.context import AS_TEXT, SHORT, STATES, Context
from docarchive.query.document import ADDRESS, DATE_FIELDS, NESTED, TEXT_FIELDS
from docarchive.query.lexer import BARE, BRACKETED, NAMES, QUOTED, REGEX, Token
from docarchive.query.patterns import BELOW, EXACT, FUZZY, GLOB, Pattern, regex
from docarchive.query.ranges import Ranges
from docarchive.query.tree import Every, Has, Label, Like, Node, Not, Or, Phrase, Regex, Word, any_node
from docarchive.records import NamedTuple
from docarchive.regexes import lazy
from docarchive.texts import shorten

MAX_SLOP: Final = 1_000
MAX_PHRASE: Final = 1_000
MAX_REGEX: Final = 500
MAX_PATTERN: Final = 100
#: Keys of which a value is no words.
_NO_WORDS: Final = frozenset({"id", "language", "original", ADDRESS})
_UNSPACED = lazy(f"[{UNSPACED}]")
_LANGUAGE = lazy(r"[a-z]{2,3}")
_DIGEST = lazy(r"[0-9a-f]{1,64}\*?")
_DATE = lazy(r"\d{4}(?:-\d\d){1,2}", re.ASCII)
_MAX_MENTIONS: Final = 200
#: The key of DOIs, and how they begin where an article has one as its address, as imports kept it in the past.
_DOI: Final = "doi"
_OF_DOIS: Final = ("http://dx.doi.org/", "https://dx.doi.org/", "http://doi.org/", "https://doi.org/")


class Mention(NamedTuple):
    """A word or value in a query, for which another one may be suggested."""

    text: str  # the text as it is written in the query
    start: int  # the index of its first character in the query
    end: int  # the index after its last character
    key: str | None  # the text field or metadata key, or None for any text field


class Leaves:
    """Makes the leaves of one query, and lists its words and values, in order, as ``mentions``."""

    def __init__(self, query: str, context: Context) -> None:
        self.query = query
        self.mentions: list[Mention] = []
        self._context = context
        self._ranges = Ranges(query, context.now)

    def node(self, token: Token, field: str) -> Node:
        """Returns the node of a term, of its field or that of the brackets around it; empty if there is none.

        Raises:
            QueryError: It cannot be read.
        """
        if not field:
            return self._text(None, token)
        if field in ("is", "has", "no", "in"):
            token.refuse_suffixes(self.query)
        if field == "in":
            self._fail("in: takes trash, outside of brackets and saved searches", token.position)
        if field == "is":
            return self._state(token)
        if field in ("has", "no"):
            node = any_node([Has(key) for key in self._keys(token.value, token.at)])
            return Not(node) if field == "no" else node
        names = self._keys(field, token.position, token.value if token.form == BARE else "")
        return any_node([self._of_key(key, token) for key in names])

    def _keys(self, name: str, position: int, value: str = "") -> list[str]:
        """Returns the keys that a field's name stands for: ``note`` is ``notes``, and also a key ``note`` of articles.

        Raises:
            QueryError: There is no such field.
        """
        key = self.key(name, position, value)
        return list(dict.fromkeys([SHORT.get(name.lower(), key), key]))

    def _of_key(self, key: str, token: Token) -> Node:
        """Returns the node of a value of a key."""
        if token.form == BARE and token.value.strip("*") == "":
            token.refuse_suffixes(self.query)
            return Has(key)
        if token.form == REGEX:
            return self._regex(key, token)
        if key in DATE_FIELDS:
            return self._ranges.date(key, token)
        if key in TEXT_FIELDS:
            return self._text(key, token)
        if key.lower() == _DOI and not token.star and token.tilde is None and (spellings := _spellings(token.value)):
            return self._any_of(key, token, spellings)
        return self._ranges.range(key, token) or self._label_or_date(key, token)

    def _any_of(self, key: str, token: Token, spellings: list[str]) -> Node:
        """Returns the node of a value that articles may have in several spellings."""
        self._mention_at(token, 0, len(token.value), key)
        terms_of = label_terms if token.form == QUOTED else self._bare_terms
        return any_node([Label(key, tuple(self._term(term, token) for term in terms_of(text))) for text in spellings])

    def has_dates(self, field: str) -> bool:
        """Returns whether a field has dates."""
        return self._context.key(field) in DATE_FIELDS

    def is_date(self, field: str, text: str) -> bool:
        """Returns whether a text is one date, or one range of dates, for a field that has dates."""
        return self._ranges.is_date(self.key(field, 0), text)

    def key(self, name: str, position: int, value: str = "") -> str:
        """Returns the key that a field's name stands for; raises ``QueryError`` if there is no such field."""
        key = self._context.key(name)
        if key is None:
            message = self._context.unknown(name, shorten(value, 40))
            self._fail(message if "did you mean" in message else message + AS_TEXT, position)
        return key

    def _fail(self, message: str, position: int) -> NoReturn:
        raise QueryError(message, self.query, position)

    def _state(self, token: Token) -> Node:
        state = STATES.get(token.value.lower())
        if state is None:
            self._fail(f"is: takes one of {', '.join(STATES)}", token.at)
        word, _, key = state.partition(":")
        return Not(Has(key)) if word == "no" else Has(key)

    # Words of the text

    def _text(self, field: str | None, token: Token) -> Node:
        value, at = token.value, token.at
        if token.form == BRACKETED:
            self._fail("a range in [brackets] needs a field before it: date:[2024-01 TO 2024-06]", at)
        if token.form == REGEX:
            self._fail("a regular expression needs a metadata field before it: author:/smi(th|dt)/", at)
        if token.form == QUOTED:
            if token.star:
                self._fail("a star goes with one word, not with a phrase", self.query.index("*", at))
            return self._words(field, token, slop=self._slop(token))
        bare = value.rstrip("?,.;:!")
        if value[-1:] == "?":  # in a question in Spanish, or between question marks, the first one is no wildcard
            bare = bare.lstrip("¿?")
        is_name = "/" in bare and NAMES.match(bare) is not None
        if not is_name and ("*" in bare or ("?" in bare and not self._is_address(bare))):
            return self._wild(field, token, bare)
        if token.tilde is not None:
            return self._fuzzy(field, token)
        words = self._words(field, token, slop=0)
        named = _labels_of(bare) if is_name and not field else []  # the article, or one that names it
        return Or((words, *named)) if named else words

    def _is_address(self, value: str) -> bool:
        """Returns whether a value with a question mark is an address, such as ``example.org/a?id=5``, or words."""
        before = value.partition("?")[0]
        return "." in before.strip(".") or not self._context.analyzer.word(value)

    def _slop(self, token: Token) -> int:
        if token.tilde is None:
            return 0
        if token.tilde < 0 or token.tilde > MAX_SLOP:
            self._fail(f'"a phrase"~3 allows 3 other words between; a number up to {MAX_SLOP:,} is needed', token.at)
        return token.tilde

    def _words(self, field: str | None, token: Token, slop: int) -> Node:
        runs = self._context.analyzer.runs(token.value)
        if not runs:
            self._fail(f"there is no word to search for in {shorten(token.value, 20) or 'these quotes'}", token.at)
        if len(runs[0]) > MAX_PHRASE:
            self._fail(f"a phrase holds at most {MAX_PHRASE} words", token.at)
        self._mention(field, token)
        single = self._context.analyzer.single_character(token.value)
        if single:
            return Like(Pattern(GLOB, single + "*"), field)
        return any_node([_run(run, field, slop) for run in runs])

    def _mention(self, field: str | None, token: Token) -> None:
        if len(self.mentions) < _MAX_MENTIONS:
            for start, end in self._context.analyzer.word_spans(token.value):
                self._mention_at(token, start, end, field)

    def _mention_at(self, token: Token, start: int, end: int, key: str | None) -> None:
        """Adds part of a term to the mentions, unless an escaped quote before it makes its position uncertain."""
        base = token.at + (token.form == QUOTED)
        mention = Mention(token.value[start:end], base + start, base + end, key)
        if self.mentions and self.mentions[-1].start == mention.start:
            return  # of another key with the same name
        if self.query[mention.start : mention.end] == mention.text:
            self.mentions.append(mention)

    def _wild(self, field: str | None, token: Token, value: str) -> Node:
        if token.tilde is not None:
            self._fail("a word takes a star or a tilde, not both", token.at)
        if value.strip("*") == "":
            return Every() if field is None else Has(field)
        if len(value) > MAX_PATTERN:
            self._fail(f"a wildcard holds at most {MAX_PATTERN} characters", token.at)
        word = self._context.analyzer.word(value)
        if not word:
            self._fail("a star stands for letters of one word: econom*", token.at)
        if not re.search(r"\w", word):
            self._fail("a wildcard needs a letter or a digit next to it: econom*, colo?r", token.at)
        begun = value.rstrip("*")
        if not re.search("[*?]", begun) and self._context.analyzer.without_spaces(begun):
            return self._words(field, token._replace(value=begun), slop=0)
        return Like(Pattern(GLOB, re.sub(r"\*+", "*", word)), field)

    def _fuzzy(self, field: str | None, token: Token) -> Node:
        word = self._context.analyzer.word(token.value)
        if not re.search(r"\w", word):
            self._fail("a tilde goes with one word: stoltenburg~", token.at)
        # The word itself counts twice, so articles with it come first.
        return Or((Like(Pattern(FUZZY, word, self._distance(token, word)), field), Like(Pattern(EXACT, word), field)))

    def _distance(self, token: Token, word: str) -> int:
        if token.tilde == -1:
            return 1 if len(word) <= 5 else 2
        if token.tilde not in (1, 2):
            self._fail("a word takes ~, ~1 or ~2: how many of its letters may differ", token.at)
        return token.tilde

    # Labels

    def _label_or_date(self, key: str, token: Token) -> Node:
        """Returns the node of a value; one that is a date means the time of it, too: ``saved:2024-03``."""
        label = self._label(key, token)
        if key in keys.KNOWN or token.form != BARE or not _DATE.fullmatch(token.value) or token.tilde is not None:
            return label
        dates = self._ranges.dates(key, token.value)
        return Or((label, dates)) if dates else label

    def _label(self, key: str, token: Token) -> Node:
        value = token.value
        if key == "original" and _DIGEST.fullmatch(value.lower()):
            value = "sha256:" + value
            token = token._replace(star=len(value) < 71 and token.tilde is None and "*" not in value)
        if key == "id" and token.form == BARE and token.tilde is None and not re.search("[*?]", value):
            token = token._replace(star=True)  # any prefix of an id will do, as everywhere
        plain = token.form == QUOTED or ("*" not in value and (key == ADDRESS or "://" in value))
        terms = label_terms(value) if plain else self._bare_terms(value)
        if not terms:
            self._fail(f"{shorten(key, 40)}: needs a value", token.at)
        patterns = [
            Pattern(EXACT, term) if plain and token.tilde is None else self._term(term, token) for term in terms
        ]
        if token.star:
            patterns[-1] = Pattern(GLOB, terms[-1] + "*")
        elif key in NESTED and token.form == BARE and patterns[-1].kind == EXACT:
            patterns[-1] = Pattern(BELOW, terms[-1])
        if key not in _NO_WORDS and (token.form != QUOTED or key in keys.ANNOTATIONS):
            patterns = _in_runs(patterns)
        self._mention_at(token, 0, len(token.value), key)
        label = Label(key, tuple(patterns))
        if key == "id":  # those of merged articles lead to the article that was kept
            return Or((label, Label(keys.MERGED, label.patterns)))
        if key == ADDRESS and label.exact and (address := _canonical(value)) not in (None, terms):
            return Or((label, Label(key, tuple(Pattern(EXACT, term) for term in address or ()))))
        if key == ADDRESS and "*" in value and "://" not in value and value[0] != "*" and token.form == BARE:
            terms = self._bare_terms(f"https://{value}")
            return Or((label, Label(key, tuple(self._term(term, token) for term in terms))))
        return _language(terms[0]) if key == "language" and label.exact and len(terms) == 1 else label

    def _bare_terms(self, value: str) -> list[str]:
        """Returns the terms of a bare value; its wildcards are not removed as punctuation at the edges."""
        hidden = value.replace("*", "\ue000").replace("?", "\ue001")
        return [term.replace("\ue000", "*").replace("\ue001", "?") for term in label_terms(hidden)]

    def _term(self, term: str, token: Token) -> Pattern:
        if token.form == QUOTED:
            if token.tilde is not None:
                self._fail("a tilde goes with one word: author:smiht~", token.at)
            return Pattern(EXACT, term)
        if token.tilde is not None:
            if "*" in term or "?" in term:
                self._fail("a label takes wildcards or a tilde, not both", token.at)
            return Pattern(FUZZY, term, self._distance(token, term))
        if "*" in term or "?" in term:
            return Pattern(GLOB, re.sub(r"\*+", "*", term))
        return Pattern(EXACT, term)

    def _regex(self, key: str, token: Token) -> Node:
        if len(token.value) > MAX_REGEX:
            self._fail(f"a regular expression holds at most {MAX_REGEX} characters", token.at)
        if key in ("summary", "body"):
            self._fail(f"a regular expression looks at metadata, and {key} is text; use words", token.position)
        try:
            regex(token.value)
        except ValueError as error:
            self._fail(f"this regular expression cannot be read: {shorten(str(error), 80)}", token.at)
        return Regex(key, token.value)


def _in_runs(patterns: list[Pattern]) -> list[Pattern]:
    """Returns patterns that also match inside of a run of words, where a script has no spaces between words."""
    if all(pattern.text.isascii() or pattern.kind not in (EXACT, BELOW) for pattern in patterns):
        return patterns
    wide = [pattern.kind in (EXACT, BELOW) and not re.search("[*?]", pattern.text) for pattern in patterns]
    texts = [pattern.text for pattern in patterns]
    starts = wide[0] and _UNSPACED.match(texts[0][0]) is not None
    ends = wide[-1] and _UNSPACED.match(texts[-1][-1]) is not None
    texts[0] = "*" * starts + texts[0]
    texts[-1] += "*" * ends
    return [
        pattern if pattern.text == text else Pattern(GLOB, text) for pattern, text in zip(patterns, texts, strict=True)
    ]


def _canonical(address: str) -> list[str] | None:
    """Returns the terms of the canonical form of an address, also if its scheme is left out; None for other text."""
    from docarchive.article import canonical_url

    url = canonical_url(address)
    if url is None and "." in address.partition("/")[0]:
        url = canonical_url(f"https://{address}")
    return None if url is None else label_terms(url)


def _language(value: str) -> Node:
    """Returns the labels that name the same language: ``de``, ``de-AT``, ``German``, ``Deutsch`` and ``deu``."""
    from docarchive.language_names import code_of, names

    code = code_of(value) or value
    patterns = [Pattern(EXACT, spelling) for spelling in dict.fromkeys([value, code, *map(str.lower, names(code))])]
    if _LANGUAGE.fullmatch(code):
        patterns.insert(1, Pattern(GLOB, f"{code}-*"))
    return any_node([Label("language", (pattern,)) for pattern in patterns])


def _run(run: tuple[tuple[int, tuple[str, ...]], ...], field: str | None, slop: int) -> Node:
    return Word(run[0][1], field) if len(run) == 1 else Phrase(run, field, slop)


def _labels_of(text: str) -> list[Label]:
    """Returns the labels of an article of which a text is the whole address or the DOI."""
    spellings = _spellings(text)
    labels = [(_DOI, label_terms(spelling)) for spelling in spellings]
    labels.append((ADDRESS, _canonical(spellings[-1] if spellings else text) or []))
    return [Label(key, tuple(Pattern(EXACT, term) for term in terms)) for key, terms in labels if terms]


def _spellings(text: str) -> list[str]:
    """Returns a DOI as articles may have it, the shortest form first; none if the text is not a DOI."""
    from docarchive.article import DOI

    doi = DOI.fullmatch(text)
    return [doi[1], f"doi:{doi[1]}", *(start + doi[1] for start in _OF_DOIS)] if doi else []
