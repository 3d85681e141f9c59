"""``docarchive engine``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.interrupting import Interrupted
from docarchive.cli.opening import next_update, opened
from docarchive.cli.render import counted, message, out_json, out_rows, size
from docarchive.cli.shared_arguments import Json, Wait, engines
from docarchive.errors import UsageError

if TYPE_CHECKING:
    from docarchive import Archive, ClusterStatus, EngineStatus, MeaningStatus

_ACTIONS: Final = ("status", "use", "meaning")
_SWITCH: Final = ("on", "off")
_CLUSTERED: Final = "opensearch"


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
            help="The engine to switch to: whoosh, tantivy or opensearch. After meaning: on or off.",
            autocompletion=lambda: [*engines(), _CLUSTERED, *_SWITCH],
        ),
    ] = None,
    url: Annotated[
        str | None,
        Option(metavar="URL", help="The cluster's nodes, with commas between: https://HOST:9200."),
    ] = None,
    index: Annotated[str | None, Option(metavar="NAME", help="The index there; archives may share it.")] = None,
    ca: Annotated[
        Path | None, Option(metavar="FILE", help="Trust the certificates that this file vouches for.")
    ] = None,
    fingerprint: Annotated[
        str | None, Option(metavar="SHA256", help="Trust the certificate with this SHA-256 alone.")
    ] = None,
    shards: Annotated[int | None, Option(metavar="N", min=1, help="How many parts the index has.")] = None,
    replicas: Annotated[int | None, Option(metavar="N", min=0, help="How many more copies of a part to keep.")] = None,
    timeout: Annotated[int | None, Option(metavar="SECONDS", min=1, help="How long to wait for an answer.")] = None,
    wait: Wait = None,
    json: Json = False,
) -> None:
    """Show the search engine's status, or switch engines.

    'engine use tantivy' switches to tantivy. The old index stays in use until the new one is complete.

    'engine meaning on' computes a vector of each passage, on this computer, so that searches find articles that mean
    what the query means in other words. It needs the extra meaning. Run it again after changes: it computes what is
    new. 'engine meaning off' deletes the vectors. DOCARCHIVE_MODEL names the folder of another model.

    'engine use opensearch' builds the index in a cluster of OpenSearch, for more articles than one machine holds. Its
    user and password come from DOCARCHIVE_OPENSEARCH_USER and DOCARCHIVE_OPENSEARCH_PASSWORD, or the key from
    DOCARCHIVE_OPENSEARCH_API_KEY; DOCARCHIVE_OPENSEARCH_URL must name the addresses that they are for.
    DOCARCHIVE_OPENSEARCH_FILE names a file that has them instead.
    """
    _check(action, name)
    given = {
        "url": url,
        "index": index,
        "ca": ca and str(ca.absolute()),
        "fingerprint": fingerprint,
        "shards": shards,
        "replicas": replicas,
        "timeout": timeout,
    }
    cluster = {key: value for key, value in given.items() if value is not None}
    if cluster and name != _CLUSTERED:
        raise UsageError(f"--{next(iter(cluster))} is for 'engine use {_CLUSTERED}'")
    with opened(context, wait=wait) as archive:
        if action == "meaning":
            status = _switch_meaning(archive, name == "on")
        else:
            status = archive.engine_status() if name is None else _use(archive, name, cluster)
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
            f"use 'engine status', 'engine use NAME', where NAME is {', '.join(engines())} or {_CLUSTERED}, "
            "'engine meaning on' or 'engine meaning off'"
        )


def _switch_meaning(archive: Archive, on: bool) -> EngineStatus:
    try:
        status = archive.use_meaning(on)
    except KeyboardInterrupt:
        raise Interrupted("what was computed is kept; run 'engine meaning on' to continue") from None
    passages = counted(status.meaning.passages, "passage")
    message(f"search by meaning is on, with vectors of {passages}" if on else "search by meaning is off")
    return status


def _use(archive: Archive, name: str, cluster: dict[str, Any]) -> EngineStatus:
    before, before_cluster = archive.settings.engine, archive.settings.cluster
    try:
        status = archive.use_engine(name, cluster)
    except KeyboardInterrupt:
        if name != before == archive.engine_status().engine:
            raise Interrupted(f"the engine is still {before}; run 'engine use {name}' to start again") from None
        raise
    same = name == before and archive.settings.cluster == before_cluster
    message(f"the engine is already {name}" if same else f"switched to {name}")
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


def _cluster(status: ClusterStatus) -> str:
    if status.problem:
        return f"{status.index_name} at {status.url}: {status.problem}"
    parts = f"{counted(status.shards, 'shard')}, {status.active} of {status.copies} copies active"
    if not status.compared:
        parts += "; run 'docarchive sync' to compare it with other archives"
    return f"{status.index_name} at {status.url}: {status.health}, {counted(status.nodes, 'node')}, {parts}"


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
        *([("cluster", _cluster(status.cluster))] if status.cluster else []),
    ]
    out_rows(rows)
