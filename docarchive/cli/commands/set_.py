"""``docarchive set``."""

from __future__ import annotations

from typing import Annotated, Any

from docarchive.archive.alterations import parsed
from docarchive.cli.changes import All, DryRun, IdsFrom, change
from docarchive.cli.declaring import Argument, Context
from docarchive.cli.shared_arguments import HIDDEN, Json, Literal, Wait, joined
from docarchive.errors import UsageError


def set_(
    context: Context,
    words: Annotated[
        list[str] | None,
        Argument(
            metavar="QUERY KEY=VALUE...",
            help="A query, and what to set: key=value, key+=value and key-=value for one of several values, and key= "
            "to remove the key.",
            show_default=False,
        ),
    ] = None,
    literal: Literal = False,
    ids: IdsFrom = None,
    all_: All = False,
    dry_run: DryRun = False,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Set values of articles, such as title or date.

    A key may be one of your own. In an article whose desk has keys of its own, desk.editor is one of them; elsewhere it
    is a key with that name. Values are checked: a language is a code such as de. A URL or DOI is set on one article
    only. 'docarchive undo' takes the change back. The exit code is 1 if nothing matched, and 3 if some articles cannot
    be changed.
    """
    query, values = _split([word.removeprefix(HIDDEN) for word in words or []])
    return change(
        context,
        wait,
        joined(query, literal=literal),
        ids,
        lambda archive, **selection: archive.set(
            values=values["="], add=values["+="], remove=values["-="], **selection
        ),
        all_=all_,
        dry_run=dry_run,
        json=json,
    )


def _split(words: list[str]) -> tuple[list[str], dict[str, dict[str, Any]]]:
    """Splits words into those of a query, and values by key, by their forms."""
    values: dict[str, dict[str, Any]] = {"=": {}, "+=": {}, "-=": {}}
    query: list[str] = []
    for word in words:
        assignment = parsed(word)
        if assignment is None:
            query.append(word)
            continue
        key, form, value = assignment
        if key in values[form]:
            raise UsageError(f"{key} is set twice; separate several values by semicolons")
        values[form][key] = value
    return query, values
