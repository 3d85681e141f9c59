"""``docarchive stats``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docarchive.cli.declaring import Context
from docarchive.cli.opening import next_update, opened
from docarchive.cli.render import advise_sync, bars, bold, dim, line, out, out_json, out_rows, size
from docarchive.cli.shared_arguments import Json
from docarchive.cli.terminal import BOLD, DIM, columns, paragraph, reading_width

if TYPE_CHECKING:
    from docarchive import Statistics

_TOP: Final = 5
_HEADINGS: Final = {"tags": "Tags", "authors": "Authors", "source": "Sources", "sites": "Sites"}


def stats(context: Context, json: Json = False) -> None:
    """Show the archive's size, and its years, languages and keys.

    On a terminal, the most frequent tags, authors, sources and sites are shown, too.
    """
    with opened(context, reads=True) as archive:
        stats = archive.statistics()
        index = "up to date" if stats.indexed == stats.changes else f"behind; {next_update(archive)}"
        index = "what its archives have sent" if stats.archives else index
        if not json:
            advise_sync(archive)
        if json:
            out_json(stats.to_dict())
        elif columns() is None:
            _print_plain(stats, index)
        else:
            _print_readable(stats, index)


def _print_plain(stats: Statistics, index: str) -> None:
    rows = [
        ("archive", f"{line(stats.name)} ({line(stats.path)})"),
        ("articles", f"{stats.articles:,} ({size(stats.bytes)} of text)"),
        ("engine", f"{stats.engine}, language {stats.language}, {index}"),
        ("years", ", ".join(f"{year or 'undated'}: {count:,}" for year, count in stats.years.items()) or "none"),
        *((line(key), f"{count:,} different") for key, count in stats.values.items()),
        *([("archives", line(_archives(stats)))] if stats.archives else []),
    ]
    out_rows(rows)


def _archives(stats: Statistics) -> str:
    """Returns the archives of a collection with their numbers of articles."""
    return ", ".join(f"{name}: {count:,}" for name, count in sorted(stats.archives.items()))


def _print_readable(stats: Statistics, index: str) -> None:
    from docarchive.cli.human import human_count, human_date, spans_of_years
    from docarchive.language_names import english_name

    width = reading_width()
    out(paragraph(line(stats.name), width, style=BOLD))
    out(paragraph(line(stats.path), width, style=DIM))
    words = f", about {human_count(stats.words)} words" if stats.words else ""
    languages = " · ".join(f"{english_name(code)} {count:,}" for code, count in stats.languages.items())
    parts = [f"{name} {size(bytes_)}" for name, bytes_ in stats.disk.items() if bytes_]
    rows = [
        ("articles", f"{stats.articles:,}{words}"),
        ("languages", line(languages) or "not stated"),
        ("on disk", f"{size(sum(stats.disk.values()))}: {', '.join(parts)}"),
        ("last import", human_date(stats.last_import, time=True) + " UTC" if stats.last_import else "none"),
        ("index", f"{stats.engine}, {index}"),
    ]
    if stats.archives:
        rows.insert(1, ("archives", line(_archives(stats))))
    for name, value in rows:
        out(paragraph(value, width, first=f"{dim(f'{name:<11}')}  ", indent=13))
    facets = {"Years": spans_of_years(stats.years)}
    facets |= {heading: [*stats.top.get(key, {}).items()][:_TOP] for key, heading in _HEADINGS.items()}
    for heading, values in facets.items():
        if values:
            out("")
            for row in bars(heading, values):
                out(row)
    if stats.values:
        out("")
        out(bold("Keys"))
        keys = ", ".join(f"{line(key)} {count:,}" for key, count in stats.values.items())
        out(paragraph(keys, width, first="  ", indent=2, style=DIM))
