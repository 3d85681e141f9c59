"""``docarchive versions``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docarchive.cli.declaring import Context
from docarchive.cli.human import human_date
from docarchive.cli.ids import piped_id
from docarchive.cli.opening import opened
from docarchive.cli.render import bold, dim, line, out, out_json, out_text, size
from docarchive.cli.shared_arguments import ArticleId, Json
from docarchive.cli.terminal import columns

if TYPE_CHECKING:
    from docarchive import Version

_SHOWN: Final = 5


def versions(context: Context, id_: ArticleId, json: Json = False) -> int:
    """List the versions of an article.

    Before an import changes an article, its file is kept as a version. The oldest version comes first, the current one
    last. Each is listed with the time when it was written, its size, its title, and what differs from the version
    before: keys, and lines of the text. The exit code is 3 if the file of a version is gone or damaged.
    """
    id_ = piped_id(id_)
    with opened(context, reads=True) as archive:
        listed = archive.versions(id_)
        if json:
            out_json({"id": listed[-1].id, "versions": [_as_json(version) for version in listed]})
        else:
            for version in listed:
                _print(version, max(len(_name(version)) for version in listed))
        return 3 if any(version.fault for version in listed) else 0


def _as_json(version: Version) -> dict[str, object]:
    return {key: value for key, value in version.to_dict().items() if key not in ("schema", "id")}


def _print(version: Version, width: int) -> None:
    name, title = f"{_name(version):<{width}}", line(version.title)
    changes = line(version.fault) if version.fault else _changes(version)
    indent = width + 2
    if columns() is None:
        about = f"{version.written or 'unknown':<20}  {size(version.bytes):>8}"
        out(f"{name}  {dim(about)}  {bold(title)}{dim(f'  ({changes})') if changes else ''}")
        return
    written = human_date(version.written, short=True, time=True) if version.written else "time unknown"
    out_text(f"{written}  {size(version.bytes)}", first=f"{bold(name)}  ", indent=indent)
    for text in filter(None, (title, changes)):
        out_text(text, first=" " * indent, indent=indent, dimmed=[(0, len(text))] if text is changes else ())


def _name(version: Version) -> str:
    return "current" if version.current else str(version.number)


def _changes(version: Version) -> str:
    """Returns what differs from the version before, in a few words; empty if nothing does."""
    keys = [line(key) for key in version.keys[:_SHOWN]]
    keys += [f"{len(version.keys) - _SHOWN:,} more keys"] * (len(version.keys) > _SHOWN)
    text = " ".join(f"{sign}{count:,}" for sign, count in (("+", version.added), ("-", version.removed)) if count)
    lines = "line" if version.added + version.removed == 1 else "lines"
    return "; ".join(filter(None, (", ".join(keys), text and f"text: {text} {lines}")))
