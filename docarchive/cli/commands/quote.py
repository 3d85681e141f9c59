"""``docarchive quote``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Final

from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.opening import opened
from docarchive.cli.render import bold, counted, dim, line, message, out, out_json, out_text, safe
from docarchive.cli.shared_arguments import Json, joined
from docarchive.cli.terminal import GREEN, RED, coloured, styled
from docarchive.errors import UsageError
from docarchive.regexes import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docarchive import Quotation, QuotedPassage

#: The exit codes of the verdicts.
CODES: Final = {"word for word": 0, "not in the archive": 1, "changed": 5}
_STYLES: Final = {"equal": "", "removed": RED, "added": GREEN}
_SPACE: Final = lazy(r"\s+")
_PLAIN: Final = {"removed": ("[-", "-]"), "added": ("{+", "+}")}  # as ``diff`` has them


def quote(
    context: Context,
    text: Annotated[
        list[str], Argument(metavar="TEXT", help="The quote, in quotation marks; - reads it from standard input.")
    ],
    versions: Annotated[
        bool, Option("--versions", help="Compare the earlier versions of all articles too; this reads all of them.")
    ] = False,
    limit: Annotated[int, Option("--limit", "-n", metavar="N", min=0, help="The maximum number of passages.")] = 10,
    json: Json = False,
) -> int:
    """Check whether a quote is in the archive word for word.

    Punctuation, quotation marks, dashes, hyphens, white space, capitals and Markdown may differ. If a word or a number
    is changed, missing or added, the passage is printed with the differences: what only the quote has in [- -], what
    only the article has in {+ +}. An ellipsis (..., […]) stands for any text. If no article has the quote word for
    word, earlier versions are compared.

    The exit code is 0 if it is there word for word, 5 if it is there but changed, and 1 if it is not there.
    """
    words = _piped() if text == ["-"] else joined(text)
    with opened(context, reads=True) as archive:
        quotation = archive.quote(words, versions=versions, limit=limit)
        if json:
            out_json(quotation.to_dict())
        else:
            _print(quotation)
        for sentence in quotation.unread:
            message(sentence)
        return CODES[quotation.verdict]


def _piped() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"TEXT on standard input is not UTF-8 (byte {error.start})") from None


def _print(quotation: Quotation) -> None:
    for same in _by_wording(quotation.passages):
        _print_passage(quotation.verdict, *same)
    if quotation.more:
        message(f"{counted(quotation.more, 'passage')} more; --limit prints them")
    if quotation.verdict == "not in the archive":
        message("the quote is not in the archive")


def _by_wording(passages: Iterable[QuotedPassage]) -> Iterable[list[QuotedPassage]]:
    """Returns the passages in order; those of versions of an article that have the same words are together."""
    versions: dict[tuple[object, ...], list[QuotedPassage]] = {}
    for passage in passages:
        texts = tuple((part.text, *(difference.quoted for difference in part.differences)) for part in passage.parts)
        versions.setdefault((passage.id, passage.field, texts), []).append(passage)
    return versions.values()


def _print_passage(verdict: str, passage: QuotedPassage, *others: QuotedPassage) -> None:
    """Prints a passage; the others are of earlier versions of the article that have the same words."""
    out(f"{bold(verdict)}  {line(passage.title)}")
    numbers = [str(own.version) for own in (passage, *others)[passage.current :]]
    named = f"{'version' if len(numbers) == 1 else 'versions'} {', '.join(numbers)}"
    earlier = "" if not numbers else f"  and {named}" if passage.current else f"  {named}, not the current one"
    where = f"{passage.id}  {passage.field} {passage.start}-{passage.end}{earlier}"
    about = f"{passage.date or 'undated'}  {where}"
    out(f"  {dim(about)}")
    texts = []
    for part in passage.parts:
        pieces = []
        for kind, text in part.pieces():
            before, after = ("", "") if coloured() else _PLAIN.get(kind, ("", ""))
            pieces.append(before + styled(safe(_SPACE.sub(" ", text)), _STYLES[kind]) + after)
        texts.append("".join(pieces))
    out_text(" … ".join(texts), first="  ", indent=2)
