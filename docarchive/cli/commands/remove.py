"""``docarchive remove``."""

from __future__ import annotations

from docarchive.cli.changes import All, DryRun, IdsFrom, Words, change
from docarchive.cli.declaring import Context
from docarchive.cli.shared_arguments import Json, Literal, Wait, joined


def remove(
    context: Context,
    query: Words = None,
    literal: Literal = False,
    ids: IdsFrom = None,
    all_: All = False,
    dry_run: DryRun = False,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Remove articles: move their files into trash/.

    'docarchive undo' restores them. The exit code is 1 if nothing matched, and 3 if some articles cannot be removed.
    """
    return change(
        context,
        wait,
        joined(query, literal=literal),
        ids,
        lambda archive, **selection: archive.remove(**selection),
        all_=all_,
        dry_run=dry_run,
        json=json,
    )
