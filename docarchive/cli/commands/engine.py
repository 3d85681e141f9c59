"""``docarchive engine``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from docarchive.cli.declaring import Argument, Context
from docarchive.cli.interrupting import Interrupted
from docarchive.cli.opening import next_update, opened
from docarchive.cli.render import counted, message, out_json, out_rows, size
from docarchive.cli.shared_arguments import Json, Wait, engines
from docarchive.errors import UsageError

if TYPE_CHECKING:
    from docarchive import Archive, EngineStatus


def engine(
    context: Context,
    action: Annotated[
        str, Argument(metavar="[ACTION]", help="What to do: status or use.", autocompletion=lambda: ["status", "use"])
    ] = "status",
    name: Annotated[
        str | None,
        Argument(metavar="[NAME]", help="The engine to switch to: whoosh or tantivy.", autocompletion=engines),
    ] = None,
    wait: Wait = None,
    json: Json = False,
) -> None:
    """Show the search engine's status, or switch engines.

    'engine use tantivy' switches to tantivy. The old index stays in use until the new one is complete.
    """
    if action not in ("status", "use") or (action == "use") != (name is not None):
        raise UsageError(f"use 'engine status' or 'engine use NAME', where NAME is {' or '.join(engines())}")
    with opened(context, wait=wait) as archive:
        status = archive.engine_status() if name is None else _use(archive, name)
        update = next_update(archive)
    if json:
        out_json(status.to_dict())
    elif name is None:
        _print(status, update)


def _use(archive: Archive, name: str) -> EngineStatus:
    before = archive.settings.engine
    try:
        status = archive.use_engine(name)
    except KeyboardInterrupt:
        if name != before == archive.engine_status().engine:
            raise Interrupted(f"the engine is still {before}; run 'engine use {name}' to start again") from None
        raise
    message(f"the engine is already {name}" if name == before else f"switched to {name}")
    return status


def _print(status: EngineStatus, update: str) -> None:
    behind = f"{counted(status.behind, 'change')} behind; {update}"
    labels = {
        name: f"{name} {version}" if version else f"{name} (not installed: pip install 'docarchive[{name}]')"
        for name, version in status.engines.items()
    }
    others = [label for name, label in labels.items() if name != status.engine]
    rows = [
        ("engine", labels[status.engine]),
        ("index", behind if status.behind else "up to date"),
        ("format", status.format),
        ("changes", f"{(status.indexed or 0):,} of {status.changes:,} indexed"),
        ("size", size(status.bytes)),
        ("others", ", ".join(others)),
    ]
    out_rows(rows)
