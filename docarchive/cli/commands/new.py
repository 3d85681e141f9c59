"""``docarchive new``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from docarchive.cli.changes import DryRun
from docarchive.cli.declaring import Context, Option
from docarchive.cli.library_options import pair
from docarchive.cli.opening import opened, writable
from docarchive.cli.render import message, out, out_json
from docarchive.cli.shared_arguments import Json, Wait, check_alone

if TYPE_CHECKING:
    from docarchive import Decision


def new(
    context: Context,
    title: Annotated[str | None, Option("--title", metavar="TITLE", help="The title of the article.")] = None,
    tag: Annotated[list[str] | None, Option("--tag", metavar="TAG", help="Add a tag. Repeatable.")] = None,
    values: Annotated[
        list[str] | None, Option("--set", metavar="KEY=VALUE", help="Set KEY to VALUE. Repeatable.")
    ] = None,
    discard: Annotated[bool, Option("--discard", help="Drop a text that could not be added and was kept.")] = False,
    dry_run: DryRun = False,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Write an article in your editor: $VISUAL, or else $EDITOR.

    The editor gets a template with the title, today's date, and keys to fill in; keys that stay empty are left out. If
    you do not change the template, nothing is added. Values are checked; a text that is not valid is kept, and the next
    'docarchive new' takes it up again; the exit code is then 3. A dry run checks the text, and drops it.
    """
    check_alone("discard", discard, dry_run=dry_run)
    from docarchive.archive.changing.drafts import NEW
    from docarchive.archive.changing.template import is_blank, template
    from docarchive.cli.editing import Editing

    text = template(
        title, tag or [], dict(pair(value, "--set", "KEY=VALUE", "source=Reuters") for value in values or [])
    )
    with opened(context) as archive:
        editing = Editing(writable(archive).path, NEW, "docarchive new", dry_run=dry_run)
        if discard:
            editing.discard()
            return 0

    def save(text: str, _: str) -> None:
        if is_blank(text):
            message("there is neither a title nor a text; nothing was added")
            return
        decisions: list[Decision] = []
        with opened(context, wait=wait) as archive:
            archive.add(text, again=True, observe=decisions.append, dry_run=dry_run)
        if json:
            out_json({"type": "decision", **decisions[-1]._asdict()})
        else:
            out(f"{decisions[-1].kind} {decisions[-1].id}")
            if dry_run:
                message("nothing was added")

    return editing.run(text, "new-article.md", save)
