"""``docarchive note``."""

from __future__ import annotations

from typing import Annotated

from docarchive.cli.annotations import piped, show_list
from docarchive.cli.changes import DryRun, show_change, trial
from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.opening import opened, writable
from docarchive.cli.render import message
from docarchive.cli.shared_arguments import ArticleId, Json, Wait, check_alone
from docarchive.errors import UsageError


def note(
    context: Context,
    id_: ArticleId,
    text: Annotated[
        str | None, Argument(metavar="[TEXT]", help="The note; - reads it from standard input.", show_default=False)
    ] = None,
    list_: Annotated[bool, Option("--list", help="Print the notes of the article, with their numbers.")] = False,
    remove: Annotated[int | None, Option("--remove", metavar="N", min=1, help="Remove note N.")] = None,
    discard: Annotated[bool, Option("--discard", help="Drop a note that could not be saved and was kept.")] = False,
    dry_run: DryRun = False,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Add a note to an article, list its notes, or remove one.

    Without TEXT, your editor opens: $VISUAL, or else $EDITOR. Notes are in the article's file, under the key notes.
    'note:WORD' finds them in a search, and 'has:note' all articles with notes. 'docarchive undo' takes the change back.
    """
    check_alone("list", list_, remove=remove, discard=discard, dry_run=dry_run)
    check_alone("discard", discard, remove=remove, dry_run=dry_run)
    if text is not None and (list_ or discard or remove is not None):
        raise UsageError("TEXT is a note to add: use it without --list, --remove and --discard")
    if list_:
        return show_list(context, id_, "notes", json=json)
    id_, text = piped(id_, text, "TEXT")
    if text is None and remove is None:
        return _in_editor(context, id_, discard=discard, dry_run=dry_run, wait=wait, json=json)
    with opened(context, wait=wait) as archive:
        report = archive.note(id_, text, remove=remove, **trial(dry_run, json))
    return show_change(report, json=json, dry_run=dry_run)


def _in_editor(context: Context, id_: str, *, discard: bool, dry_run: bool, wait: float | None, json: bool) -> int:
    from docarchive.archive.changing.drafts import note_on
    from docarchive.cli.editing import Editing

    with opened(context) as archive:
        id_ = archive.resolve(id_)
        editing = Editing(writable(archive).path, note_on(id_), f"docarchive note {id_}", dry_run=dry_run)
    if discard:
        editing.discard()
        return 0

    def save(text: str, _: str) -> None:  # the editor may run for hours, without the archive
        if not text.strip():
            message("the note is empty; nothing was changed")
            return
        with opened(context, wait=wait) as archive:
            report = archive.note(id_, text, **trial(dry_run, json))
        show_change(report, json=json, dry_run=dry_run)

    return editing.run("", "note.md", save)
