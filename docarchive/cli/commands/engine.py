"""``docarchive engine``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from docarchive.cli.declaring import Argument, Context
from docarchive.cli.interrupting import Interrupted
from docarchive.cli.opening import next_update, opened
from docarchive.cli.render import counted, message, out_json, out_rows, size
from docarchive.cli.shared_arguments import Json, Wait, engines
from docarchive.errors import UsageError

if TYPE_CHECKING:
    from docarchive import Archive, EngineStatus, MeaningStatus

_ACTIONS: Final = ("status", "use", "meaning")
_SWITCH: Final = ("on", "off")


def engine(
    context: Context,
    action: Annotated[
        str,
        Argument(metavar="[ACTION]", help="What to do: status, use or meaning.", autocompletion=lambda: [*_ACTIONS]),
    ] = "status",
    name: Annotated[
        str | None,
        Argument(
            metavar="[NAME]",
            help="The engine to switch to: whoosh or tantivy. After meaning: on or off.",
            autocompletion=lambda: [*engines(), *_SWITCH],
        ),
    ] = None,
    wait: Wait = None,
    json: Json = False,
) -> None:
    """Show the search engine's status, or switch engines.

    'engine use tantivy' switches to tantivy. The old index stays in use until the new one is complete.

    'engine meaning on' computes a vector of each passage, on this computer, so that searches find articles that mean
    what the query means in other words. It needs the extra meaning. Run it again after changes: it computes what is
    new. 'engine meaning off' deletes the vectors. DOCARCHIVE_MODEL names the folder of another model.
    """
    _check(action, name)
    with opened(context, wait=wait) as archive:
        if action == "meaning":
            status = _switch_meaning(archive, name == "on")
        else:
            status = archive.engine_status() if name is None else _use(archive, name)
        update = next_update(archive)
    if json:
        out_json(status.to_dict())
    elif action == "status":
        _print(status, update)


def _check(action: str, name: str | None) -> None:
    if action == "meaning" and name in _SWITCH:
        return
    if action not in ("status", "use") or (action == "use") != (name is not None):
        raise UsageError(
            f"use 'engine status', 'engine use NAME', where NAME is {' or '.join(engines())}, or 'engine meaning on'"
        )


def _switch_meaning(archive: Archive, on: bool) -> EngineStatus:
    try:
        status = archive.use_meaning(on)
    except KeyboardInterrupt:
        raise Interrupted("what was computed is kept; run 'engine meaning on' to continue") from None
    passages = counted(status.meaning.passages, "passage")
    message(f"search by meaning is on, with vectors of {passages}" if on else "search by meaning is off")
    return status


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


def _meaning(status: MeaningStatus) -> str:
    if not status.on:
        return "off"
    if status.model is None:
        return "on, but without vectors; run 'docarchive engine meaning on'"
    behind = f"{counted(status.behind, 'change')} behind; run 'docarchive engine meaning on'"
    model = f"{status.model} {status.version}".strip()
    about = f"{counted(status.passages, 'passage')}, {size(status.bytes)}"
    return f"on, {model}: {about}, {behind if status.behind else 'up to date'}"


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
        ("meaning", _meaning(status.meaning)),
    ]
    out_rows(rows)
