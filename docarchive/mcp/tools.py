"""Tools: what an assistant can ask an archive, with what each takes and returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from docarchive.mcp.limits import Answer
from docarchive.mcp.schemas import (
    CURSOR,
    ID,
    NEXT,
    Schema,
    arguments,
    fields,
    number,
    optional,
    several,
    text,
    truth,
)
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from docarchive import Archive

_QUERY: Final = text(
    'Words (all must be in the article, in any form), "a phrase", AND, OR, NOT, tag:oil, author:smith, title:dollar, '
    "date:2024-03, date:2024-01..2024-06, date:last-week, has:url, rating:>3, econom*, stoltenburg~, @name of a saved "
    "search. Empty for all articles."
)
_PASSAGE: Final = fields(
    "text start end",
    text=text("As it is in the article, in Markdown."),
    start=number("The index of its first character in the article's body."),
    end=number("The index after its last character."),
)
_HIT: Final = fields(
    "id title date original passages",
    id=text(),
    title=text(),
    date=optional(text()),
    score=fields("") | {"type": "number"},
    original=optional(text("The digest of the bytes that the article was imported from.")),
    passages=several(_PASSAGE, "The best passages for the query, in order."),
    damage=text("Why no text is shown."),
)
_TOTAL: Final = number("How many articles match.")
_HITS: Final = fields(
    "total hits cursor",
    query=text(),
    total=_TOTAL,
    mode=text("What was searched: words, meaning or both."),
    answered=text("all words; any words if too few articles have all; meaning if none has them, and hits only mean it"),
    total_all_words=number("How many articles have all words."),
    hits=several(_HIT),
    suggestion=text("Another spelling of the query that matches more."),
    cursor=NEXT,
)
_LIMIT: Final = number("The most articles.", minimum=1, maximum=50, default=10)
_DIFFERENCE: Final = fields("quoted archived start end", quoted=text(), archived=text(), start=number(), end=number())
_QUOTED: Final = fields(
    "id title version current field parts",
    id=text(),
    title=text(),
    date=optional(text()),
    version=number(),
    current=truth("Whether it is the current version."),
    original=optional(text()),
    field=text("body, title or summary: the text that start and end are of"),
    parts=several(
        fields(
            "text start end differences",
            text=text(),
            start=number(),
            end=number(),
            differences=several(_DIFFERENCE, "What the quote has, and what the article has instead."),
            cut=truth("Whether the text is longer, up to end."),
            more_differences=number(),
        )
    ),
)


_ONLY_READS: Final[Mapping[str, bool]] = {
    "readOnlyHint": True,
    "destructiveHint": False,
    "idempotentHint": True,
    "openWorldHint": False,
}


class Tool(NamedTuple):
    """A tool.

    Attributes:
        title: Its name for people.
        description: What it is for.
        takes: The schema of its arguments.
        returns: The schema of its answers.
        home: The module in this package with the function of its name.
        hints: Whether it only reads, and whether it may lose something, for clients.
    """

    title: str
    description: str
    takes: Schema
    returns: Schema
    home: str
    hints: Mapping[str, bool] = _ONLY_READS

    def declared(self, name: str) -> dict[str, Any]:
        """Returns the tool as clients list it."""
        return {
            "name": name,
            "title": self.title,
            "description": self.description,
            "inputSchema": self.takes,
            "outputSchema": self.returns,
            "annotations": {"title": self.title, **self.hints},
        }

    def call(self, name: str, archive: Archive, given: dict[str, Any]) -> Answer:
        """Returns the answer of the tool to checked arguments, which fits."""
        asked: Callable[[Archive, dict[str, Any]], Answer] = getattr(import_module(f"docarchive.mcp.{self.home}"), name)
        return asked(archive, given)


#: The tools by name that only read; ``changes`` has the others.
TOOLS: Final = {
    "search": Tool(
        "Search articles",
        "Finds articles by words, phrases, keys and dates: the best first, with passages and where these are.",
        arguments(
            query=_QUERY | {"maxLength": 2_000},
            limit=_LIMIT,
            sort=text(
                "relevance, date, -date (the newest first), title or another key", default="relevance", maxLength=100
            ),
            mode=text("words, meaning or both; meaning must be on", maxLength=10),
            cursor=CURSOR,
        ),
        _HITS,
        "searching",
    ),
    "count": Tool(
        "Count articles",
        "Counts the articles that match a query, and, for each facet (year, month, tag, author or any other key), how "
        "many have each value.",
        arguments(
            query=_QUERY | {"maxLength": 2_000},
            facets=several(text(maxLength=100), "Keys.", maxItems=5),
            facet_limit=number("The most values of a facet.", minimum=1, maximum=200, default=20),
        ),
        fields(
            "total facets",
            query=text(),
            total=_TOTAL,
            facets=several(
                fields(
                    "key values more",
                    key=text(),
                    values=several(fields("value count", value=text(), count=number())),
                    more=number("How many values are left out."),
                )
            ),
            cursor=NEXT,
            left_out=truth(),
        ),
        "searching",
    ),
    "get": Tool(
        "Read an article",
        "Returns the text of an article in Markdown, in parts: pass next_start as start to read on.",
        arguments(
            id=ID | {"minLength": 1},
            start=number("The index of the first character of the part.", minimum=0, default=0),
            version=number("The number of a version; 0 for the current one, -1 for the one before it.", default=0),
        ),
        fields(
            "id title date text start end length next_start original version",
            id=text(),
            title=text(),
            date=optional(text()),
            text=text(),
            start=number(),
            end=number(),
            length=number("The number of characters of the whole text."),
            next_start=optional(number("null if this is the end")),
            version=number("As it was asked for; 0 is the current one."),
            original=optional(text("The digest of the bytes that the article was imported from.")),
            uri=text(),
            metadata=fields(""),
            metadata_shortened=truth("Whether something of the metadata is left out; ask for more tokens."),
        ),
        "reading",
    ),
    "similar": Tool(
        "Find similar articles",
        "Finds the articles that share the distinctive words of one, the most similar first.",
        arguments(id=ID | {"minLength": 1}, limit=_LIMIT, cursor=CURSOR),
        _HITS,
        "searching",
    ),
    "versions": Tool(
        "Versions of an article",
        "Lists the versions of an article or, given a, what changed from version a to b, as a unified diff in parts.",
        arguments(
            id=ID | {"minLength": 1},
            a=number("The version to compare with; -1 for the one before the current."),
            b=number("The version that is compared; 0 for the current one.", default=0),
            cursor=CURSOR,
        ),
        fields(
            "id cursor",
            id=text(),
            versions=several(
                fields(
                    "version current written changed",
                    version=number(),
                    current=truth(),
                    written=optional(text()),
                    changed=several(text(), "The keys that differ from the version before."),
                    added_lines=number(),
                    removed_lines=number(),
                    fault=text(),
                )
            ),
            a=number(),
            b=number(),
            differs=truth(),
            lines=several(fields("line", line=text())),
            cursor=NEXT,
        ),
        "reading",
    ),
    "quote": Tool(
        "Check a quote",
        "Says whether a quote is in the archive word for word, changed (with each changed, missing or added word) or "
        "not at all, and where. Punctuation, spacing, capitals and hyphens may differ; … stands for an omission. Use "
        "it before you quote an article.",
        arguments(
            text=text("The quote.", minLength=1),
            versions=truth("Compare the earlier versions of all articles too; this takes longer.") | {"default": False},
        ),
        fields(
            "verdict passages more unread",
            verdict=text(enum=["word for word", "changed", "not in the archive"]),
            passages=several(_QUOTED),
            more=number("How many passages are left out."),
            unread=several(text(), "What was not compared, such as a damaged file."),
            cursor=NEXT,
            left_out=truth(),
        ),
        "quoting",
    ),
    "list_fields": Tool(
        "List fields",
        "Lists the keys that articles have besides title, summary and dates, with how many different values there are: "
        "each can be used in a query as key:value, and as a facet.",
        arguments(cursor=CURSOR),
        fields(
            "articles fields cursor",
            articles=number(),
            fields=several(fields("key values", key=text(), values=number("How many different values."))),
            cursor=NEXT,
        ),
        "overview",
    ),
    "saved_searches": Tool(
        "List saved searches",
        "Lists the saved searches; @name is one in any query.",
        arguments(cursor=CURSOR),
        fields("searches cursor", searches=several(fields("name query", name=text(), query=text())), cursor=NEXT),
        "overview",
    ),
}
