"""``docarchive saved``."""

from __future__ import annotations

from typing import Annotated

from docarchive.cli.declaring import Context, Option
from docarchive.cli.opening import opened
from docarchive.cli.render import line, message, out_json, out_text
from docarchive.cli.shared_arguments import Json, Wait, check_alone


def saved(
    context: Context,
    remove: Annotated[str | None, Option(metavar="NAME", help="Remove a saved search.")] = None,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """List or remove saved searches.

    'docarchive search QUERY --save NAME' saves a search. Use it as @NAME in any query. The exit code is 1 if there are
    no saved searches.
    """
    check_alone("json", json, remove=remove)
    with opened(context, wait=wait) as archive:
        if remove is not None:
            archive.remove_search(remove.removeprefix("@"))
            message(f"removed @{remove.removeprefix('@')}")
            return 0
        searches = dict(sorted(archive.settings.searches.items()))
        if json:
            out_json({"searches": searches})
        else:
            for name, query in searches.items():
                out_text(f"@{name}  {line(query)}", indent=2)
            if not searches:
                message("no saved searches; save one with 'docarchive search QUERY --save NAME'")
    return 0 if searches else 1
