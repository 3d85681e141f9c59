"""``docarchive tag``."""

from __future__ import annotations

from typing import Annotated

from docarchive.cli.changes import All, DryRun, IdsFrom, Words, change
from docarchive.cli.declaring import Context, Option
from docarchive.cli.shared_arguments import HIDDEN, Json, Literal, Wait, joined


def tag(
    context: Context,
    query: Words = None,
    add: Annotated[list[str] | None, Option("--add", metavar="TAG", help="Add a tag. Repeatable.")] = None,
    remove: Annotated[list[str] | None, Option("--remove", metavar="TAG", help="Remove a tag. Repeatable.")] = None,
    literal: Literal = False,
    ids: IdsFrom = None,
    all_: All = False,
    dry_run: DryRun = False,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Add tags to articles, and remove tags from them.

    +TAG and -TAG do the same as --add and --remove, before QUERY, or after it from the first +TAG on. 'docarchive undo'
    takes the change back. The exit code is 1 if nothing matched, and 3 if some articles cannot be changed.
    """
    words, added, removed = _split([word.removeprefix(HIDDEN) for word in query or []])
    options = {"add": [*(add or []), *added], "remove": [*(remove or []), *removed]}
    return change(
        context,
        wait,
        joined(words, literal=literal),
        ids,
        lambda archive, **selection: archive.tag(**options, **selection),
        all_=all_,
        dry_run=dry_run,
        json=json,
    )


def _split(words: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Splits words into those of a query, the tags to add and the tags to remove."""

    def is_change(word: str) -> bool:
        return len(word) > 1 and word[0] in "+-"

    start = next((at for at, word in enumerate(words) if not is_change(word)), len(words))
    signed, query = words[:start], words[start:]
    end = next((at for at, word in enumerate(query) if word[:1] == "+" and is_change(word)), len(query))
    if all(is_change(word) for word in query[end:]):
        signed, query = [*signed, *query[end:]], query[:end]
    return (
        query,
        [word[1:] for word in signed if word[0] == "+"],
        [word[1:] for word in signed if word[0] == "-"],
    )
