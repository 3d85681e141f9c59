"""``docarchive highlight``."""

from __future__ import annotations

from typing import Annotated

from docarchive.cli.annotations import piped, show_list
from docarchive.cli.changes import DryRun, show_change, trial
from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.opening import opened
from docarchive.cli.shared_arguments import ArticleId, Json, Wait
from docarchive.errors import UsageError


def highlight(
    context: Context,
    id_: ArticleId,
    passage: Annotated[
        str | None,
        Argument(
            metavar="[PASSAGE]",
            help="Words of the text, as they are read; - reads them from standard input.",
            show_default=False,
        ),
    ] = None,
    note: Annotated[
        str | None, Option("--note", metavar="TEXT", help="Add a note on the passage, or replace the one it has.")
    ] = None,
    occurrence: Annotated[
        int | None,
        Option(
            "--occurrence",
            metavar="N",
            min=1,
            help="Mark occurrence N, if the text has the passage several times.",
            show_default="first",
        ),
    ] = None,
    remove: Annotated[int | None, Option("--remove", metavar="N", min=1, help="Remove highlight N.")] = None,
    dry_run: DryRun = False,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Mark a passage of an article, list them, or remove one.

    White space, markup and kinds of quotes make no difference. Without PASSAGE, the highlights are printed, with their
    numbers. They are in the article's file, under the key highlights. 'highlight:WORD' finds them in a search, and
    'has:highlight' all articles with any. 'docarchive undo' takes the change back. The exit code is 1 if the text does
    not have the passage.
    """
    if remove is not None and passage is not None:
        raise UsageError("PASSAGE is a passage to mark: use it without --remove")
    if passage is None and (note is not None or occurrence is not None):
        raise UsageError("--note and --occurrence need a PASSAGE")
    if passage is None and remove is None:
        return show_list(context, id_, "highlights", json=json)
    id_, passage = piped(id_, passage, "PASSAGE")
    with opened(context, wait=wait) as archive:
        report = archive.highlight(
            id_, passage, note=note, occurrence=occurrence, remove=remove, **trial(dry_run, json)
        )
    return show_change(report, json=json, dry_run=dry_run)
