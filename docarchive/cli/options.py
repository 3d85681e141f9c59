"""Options and arguments that several commands share, and the completions of their values."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Annotated, Final

from docarchive.cli.declaring import Argument, Option
from docarchive.errors import UsageError

#: Prefix of a query's word with a leading minus, so that Typer does not read it as an option.
HIDDEN: Final = "\0"
#: The oldest schema of JSON that ``--json`` can print; the newest is ``docarchive.SCHEMA``.
OLDEST_SCHEMA: Final = 1
_TIMES: Final = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


def sorts() -> list[str]:
    """Returns the orders of a search's results."""
    from docarchive import SORTS

    return [*SORTS]


def list_sorts() -> list[str]:
    """Returns the orders of a list: all but relevance."""
    return sorts()[1:]


def import_formats() -> list[str]:
    """Returns the names of the formats that can be imported."""
    return _formats("import")


def export_formats() -> list[str]:
    """Returns the names of the formats that can be exported."""
    return _formats("export")


def engines() -> list[str]:
    """Returns the names of the engines."""
    from docarchive import ENGINES

    return [*ENGINES]


def _formats(direction: str) -> list[str]:
    from docarchive import Archive

    formats = [format for format in Archive.formats() if format.direction == direction]
    return [name for format in formats for name in (format.name, *format.aliases)]


def format_option(default: str) -> Option:
    """Returns the declaration of the ``--format`` of an export.

    Args:
        default: What help shows as the default.
    """
    return Option(
        metavar="FORMAT",
        help="The format; see 'docarchive formats'.",
        show_default=default,
        autocompletion=export_formats,
    )


def sort_option(*, relevance: bool = False, default: str | None = None) -> Option:
    """Returns the declaration of ``--sort``.

    Args:
        relevance: Whether articles have a relevance to sort by.
        default: What help shows as the default; None for the parameter's own.
    """
    return Option(
        metavar="ORDER",
        help=f"{'relevance, ' * relevance}date, title or archived; prefix with - to reverse.",
        show_default=default or True,
        autocompletion=sorts if relevance else list_sorts,
    )


ArticleId = Annotated[str, Argument(metavar="ID", help="An id, or any unique prefix of one.")]
Count = Annotated[bool, Option("--count", help="Print only the number of matches.")]
Ids = Annotated[bool, Option("--ids", help="Print only ids.")]
Json = Annotated[bool, Option("--json", help="Print JSON (schema 1).")]
Limit = Annotated[int, Option(metavar="N", min=0, help="The maximum number of articles.")]
NoLimit = Annotated[
    int | None, Option("--limit", metavar="N", min=0, help="The maximum number of articles.", show_default="all")
]
Now = Annotated[
    str | None,
    Option(metavar="TIME", help="The time that today and last-week are relative to, such as 2024-03-16."),
]
Offset = Annotated[int, Option(metavar="N", min=0, help="Skip this many articles first.")]
QueryLanguage = Annotated[
    str | None,
    Option(
        "--language",
        metavar="CODE",
        help="The language of the query.",
        show_default="every language in the archive",
    ),
]


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


def joined(words: list[str] | None) -> str:
    """Returns the words of a command line as one query."""
    return " ".join(word.removeprefix(HIDDEN) for word in words or [])
