"""Rules: the table ``[rules]`` of an archive's settings: a query, and what is set on articles that match it.

Imports apply them to articles in memory, before anything is written: to new articles, and to those whose new version
matches and whose old one did not. What a rule has set counts as an edit, not as what the import said: what is taken
away by hand stays away. See docs/decisions/0085.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import Final

from docarchive.analysis import QueryAnalyzer
from docarchive.archive.alterations import Alteration, Assignment, all_of, parsed, tags
from docarchive.article import Article
from docarchive.errors import QueryError, UsageError
from docarchive.language import SAMPLE, detect
from docarchive.query import AnalyzedArticle, Context, Node, read
from docarchive.records import NamedTuple
from docarchive.texts import shorten

_NAME: Final = re.compile(r"[^\W\d][\w-]{0,63}")
_TABLE: Final = "rules"
_FORM: Final = 'write [rules.NAME] with lines such as query = "tag:ferry" and set = ["+harbour", "section=Ports"]'


class Rule(NamedTuple):
    """A rule.

    Attributes:
        name: Its name.
        query: The articles that it is for.
        set: What to set on them: ``+tag``, ``-tag``, ``key=value``, ``key+=value``, ``key-=value`` or ``key=``.
    """

    name: str
    query: str
    set: tuple[str, ...]

    def alteration(self) -> Alteration:
        """Returns what it does to an article.

        Raises:
            UsageError: What to set is malformed, or cannot be set.
        """
        added = [text[1:] for text in self.set if text.startswith("+")]
        removed = [text[1:] for text in self.set if text.startswith("-")]
        assignments: list[Assignment] = []
        for text in self.set:
            if not text.startswith(("+", "-")):
                assignment = parsed(text)
                if assignment is None:
                    raise UsageError(f"{shorten(repr(text))} sets nothing; write +TAG, -TAG or KEY=VALUE")
                key, operator, value = assignment
                assignments.append(Assignment.of(key, operator, value))
        return all_of([*tags(added, removed), *assignments])

    def tree(self, languages: Iterable[str], searches: Mapping[str, str]) -> Node:
        """Returns the tree of its query; raises ``UsageError`` if that is malformed."""
        context = Context(QueryAnalyzer(tuple(languages)), searches=searches)
        parsed_query = read(self.query, context)
        if parsed_query.in_trash:
            raise UsageError("a rule cannot be about the trash; leave out in:trash")
        return parsed_query.tree


def read_rules(table: object, text: str, searches: Mapping[str, str]) -> dict[str, Rule]:
    """Reads the table, and checks every rule.

    Args:
        table: The table.
        text: The settings, to name the line of a mistake.
        searches: The saved searches by name.

    Raises:
        UsageError: A rule is malformed; the text names the line.
    """
    if not isinstance(table, dict):
        raise UsageError(f"line {_line(text)}: [{_TABLE}] must be a table; {_FORM}")
    rules: dict[str, Rule] = {}
    for name, values in table.items():
        where, part = f"rule {shorten(name)}", ""
        try:
            rule = _rule(name, values)
            part = "query"
            rule.tree(["en"], searches)
            part = "set"
            rule.alteration()
        except QueryError as error:
            column = f"character {error.position + 1} of {shorten(error.query)!r}"
            raise UsageError(f"line {_line(text, name, 'query')}: {where}: {error.message}, at {column}") from None
        except UsageError as error:
            raise UsageError(f"line {_line(text, name, part)}: {where}: {error}") from None
        rules[name] = rule
    return rules


def _rule(name: str, values: object) -> Rule:
    if not _NAME.fullmatch(name):
        raise UsageError("its name must start with a letter, then have letters, digits, '_' and '-'")
    if not isinstance(values, dict) or {*values} != {"query", "set"}:
        raise UsageError(f"it needs query and set, and nothing else; {_FORM}")
    query, changes = values["query"], values["set"]
    changes = [changes] if isinstance(changes, str) else changes
    if not isinstance(query, str) or not query.strip():
        raise UsageError(f'its query must be text; write query = "*" for all articles; {_FORM}')
    if not isinstance(changes, list) or not changes or not all(isinstance(text, str) for text in changes):
        raise UsageError(f"what it sets must be a list of texts; {_FORM}")
    return Rule(name, query, tuple(changes))


def _line(text: str, name: str = "", part: str = "") -> int:
    """Returns the number of the line where a part of a rule is; that of the rule, or of the table, if it has none."""
    quoted = rf"""(?:"{re.escape(name)}"|'{re.escape(name)}'|{re.escape(name)})"""
    header = re.compile(rf"\s*\[\s*{_TABLE}\s*(?:\.\s*{quoted}\s*)?\]" if name else rf"\s*\[?\s*{_TABLE}\b")
    own = re.compile(rf"\s*(?:{_TABLE}\s*\.\s*)?{quoted}\s*[.=]|\s*\[\s*{_TABLE}\s*\.\s*{quoted}\s*\]")
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if own.match(line)), None)
    if first is None or not name:
        return next((number for number, line in enumerate(lines) if header.match(line)), 0) + 1
    for number in range(first + 1, len(lines)):
        if lines[number].lstrip().startswith("["):
            break
        if part and re.match(rf"\s*{part}\s*=", lines[number]):
            return number + 1
    return first + 1


class Rules:
    """The rules of an archive, as an import applies them.

    Args:
        rules: The rules.
        languages: The languages of the archive, its own first.
        searches: Its saved searches by name.
    """

    def __init__(self, rules: Iterable[Rule], languages: Sequence[str], searches: Mapping[str, str]) -> None:
        self._rules = [(rule, rule.alteration()) for rule in rules]
        self._languages = languages
        self._searches = searches
        self._trees: dict[str, list[Node]] = {}  # by the language of an article: the archive may not have it yet

    def apply(self, article: Article, before: Article | None = None) -> bool:
        """Applies the rules that an article matches; returns whether there are any.

        Args:
            article: The article; it is changed.
            before: What it was before; rules that matched it then are not applied again.
        """
        now = self._matches(article)
        earlier = self._matches(before) if before is not None and any(now) else [False] * len(now)
        applies = [is_now and not was for is_now, was in zip(now, earlier, strict=True)]
        for _, alteration in compress(self._rules, applies):
            alteration(article)
        return any(applies)

    def _matches(self, article: Article) -> list[bool]:
        language = article.language or detect(f"{article.title}\n{article.body[:SAMPLE]}", self._languages[0])
        if language not in self._trees:
            languages = dict.fromkeys([*self._languages, language])
            self._trees[language] = [rule.tree(languages, self._searches) for rule, _ in self._rules]
        document = AnalyzedArticle(article, language)
        return [tree.matches(document) for tree in self._trees[language]]
