"""``docarchive edit``."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated

from docarchive.cli.changes import DryRun, show_change, trial
from docarchive.cli.declaring import Context, Option
from docarchive.cli.opening import opened, writable
from docarchive.cli.shared_arguments import ArticleId, Json, Wait, check_alone


def edit(
    context: Context,
    id_: ArticleId,
    discard: Annotated[bool, Option("--discard", help="Drop an edit that could not be saved and was kept.")] = False,
    dry_run: DryRun = False,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Edit an article in your editor.

    The editor is $VISUAL, or else $EDITOR. What you save is checked as at import. An edit that is not valid is kept,
    and the next edit of the article takes it up again; the exit code is then 3. What another process changed meanwhile
    is merged. 'docarchive undo' takes an edit back. A dry run checks the edit, and drops it.
    """
    check_alone("discard", discard, dry_run=dry_run)
    from docarchive.cli.editing import Editing

    with opened(context) as archive:
        id_ = archive.resolve(id_)
        editing = Editing(writable(archive).path, id_, f"docarchive edit {id_}", dry_run=dry_run)
        if discard:
            editing.discard()
            return 0
        text, name = archive.text(id_), PurePosixPath(archive.file(id_)).name

    def save(text: str, base: str) -> None:  # the editor may run for hours, without the archive
        with opened(context, wait=wait) as archive:
            report = archive.edit(id_, text, base=base, **trial(dry_run, json))
        show_change(report, json=json, dry_run=dry_run)

    return editing.run(text, name, save)
