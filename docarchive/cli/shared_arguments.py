"""Options and arguments that several commands share, and the completions of their values."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from itertools import chain
from typing import Annotated, Final

from docarchive.cli.declaring import Argument, Option
from docarchive.errors import UsageError

#: Prefix of an argument with a leading minus, so that Typer does not read it as an option.
HIDDEN: Final = "\0"
#: The oldest schema of JSON that ``--json`` can print; the newest is ``docarchive.SCHEMA``.
OLDEST_SCHEMA: Final = 1
_TIMES: Final = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


def sorts(relevance: bool) -> list[str]:
    """Returns the orders that articles can be sorted by, with or without relevance."""
    from docarchive import SORTS

    return [*SORTS[not relevance :]]


def formats(direction: str) -> list[str]:
    """Returns the names of the formats for ``import`` or ``export``, with their aliases."""
    from docarchive import Archive

    names = ((format.name, *format.aliases) for format in Archive.formats() if format.direction == direction)
    return [*chain.from_iterable(names)]


def engines() -> list[str]:
    """Returns the names of the engines."""
    from docarchive import ENGINES

    return [*ENGINES]


def format_option(default: str) -> Option:
    """Returns the declaration of the ``--format`` of an export, with the default that help shows."""
    help_ = "The format; see 'docarchive formats'."
    return Option(metavar="FORMAT", help=help_, show_default=default, autocompletion=lambda: formats("export"))


def sort_option(*, relevance: bool = False, default: str | None = None) -> Option:
    """Returns the declaration of ``--sort``, with the default that help shows if it is not the parameter's."""
    help_ = f"Sort by {'relevance, ' * relevance}date, title, archived or another key. -date: newest first."
    return Option(metavar="ORDER", help=help_, show_default=default or True, autocompletion=lambda: sorts(relevance))


ArticleId = Annotated[
    str,
    Argument(
        metavar="ID",
        help="The id of the article; - reads it from standard input. Any unique prefix of it will do.",
    ),
]
Count = Annotated[
    bool, Option("--count", help="Print only the number of matches. --limit, --offset and --sort do not change it.")
]
Ids = Annotated[bool, Option("--ids", help="Print only the ids.")]
Json = Annotated[bool, Option("--json", help="Print JSON (schema 1).")]
Limit = Annotated[int, Option("--limit", "-n", metavar="N", min=0, help="The maximum number of articles.")]
Literal = Annotated[
    bool,
    Option(
        "--literal",
        help="Take QUERY as an exact sequence of words. AND, quotes, colons and so on have no special meaning.",
    ),
]
NoLimit = Annotated[
    int | None, Option("--limit", "-n", metavar="N", min=0, help="The maximum number of articles.", show_default="all")
]
Now = Annotated[
    str | None,
    Option(
        metavar="TIME",
        show_default="the current time",
        help="Resolve dates such as today and last-week relative to TIME, for example 2024-03-16.",
    ),
]
Offset = Annotated[int, Option(metavar="N", min=0, help="Skip the first N articles.")]
QueryLanguage = Annotated[
    str | None,
    Option(
        "--language",
        metavar="CODE",
        help="The language of the words in the query.",
        show_default="all languages of the archive",
    ),
]

Wait = Annotated[
    float | None,
    Option(
        "--wait",
        metavar="SECONDS",
        min=0,
        help="Wait up to SECONDS while another process is writing to the archive.",
        show_default="5",
    ),
]


def check_alone(name: str, given: object, **others: object) -> None:
    """Checks that an option is not combined with any of some others.

    Args:
        name: The name of its parameter.
        given: Its value; a false value is not given.
        others: The values of the others by the names of their parameters.

    Raises:
        UsageError: It is given, and one of the others is too.
    """
    other = next((other for other, value in others.items() if value), None)
    if given and other:
        raise UsageError(f"use --{name.replace('_', '-')} or --{other.replace('_', '-')}, not both")


def check_json_version(version: int) -> None:
    """Checks that ``--json`` can print the schema that ``--json-version`` asks for.

    Raises:
        UsageError: It cannot.
    """
    from docarchive import SCHEMA

    if not OLDEST_SCHEMA <= version <= SCHEMA:
        supported = str(SCHEMA) if OLDEST_SCHEMA == SCHEMA else f"{OLDEST_SCHEMA} to {SCHEMA}"
        raise UsageError(
            f"--json-version {version} is not supported: this docarchive prints JSON of schema {supported}"
        )


def version_number(word: str) -> int:
    """Returns the number of a version that a word of a command line names; 0 for the current one.

    Raises:
        UsageError: It names none.
    """
    word = word.removeprefix(HIDDEN)
    if word == "current":
        return 0
    digits = word.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        raise UsageError(f"a version is a number such as 2, or -1 for the last one before the current, not {word!r}")
    return int(word)


def moment(now: str | None) -> datetime | None:
    """Returns the time that ``--now`` gives.

    Raises:
        UsageError: It is not a date or a time.
    """
    if now is None:
        return None
    for form in _TIMES:
        with suppress(ValueError):
            return datetime.strptime(now, form)
    raise UsageError(f"--now takes a date such as 2024-03-16 or 2024-03-16T12:00, not {now!r}")


def joined(words: list[str] | None, *, literal: bool = False, trash: bool = False) -> str:
    """Returns the words of a command line as one query.

    Args:
        words: The words.
        literal: Whether it is the query for these words as they are.
        trash: Whether it is about the articles in the trash.

    Raises:
        UsageError: There are no words to be taken as they are, such as those of a variable that is not set.
    """
    text = " ".join(word.removeprefix(HIDDEN) for word in words or [])
    if literal and words:
        if not text.strip():
            raise UsageError("--literal needs words to search for, and QUERY is empty")
        from docarchive import quote

        text = quote(text)
    if trash:
        return f"in:trash ({text})" if text else "in:trash"
    return text
