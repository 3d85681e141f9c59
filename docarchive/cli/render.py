"""What commands print: without control characters, and wrapped and coloured on a terminal only."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from docarchive.archive.progress import is_partial
from docarchive.cli.terminal import BOLD, CYAN, DIM, MARK, PLAIN, YELLOW, coloured, columns, paragraph, styled
from docarchive.keys import SCHEMA

if TYPE_CHECKING:
    from docarchive import Archive, Snippet


_CONTROLS = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
_MAX_MESSAGE = 1_500  # characters
_BAR_WIDTH = 30  # cells of the longest bar of a facet
_VALUE_WIDTH = 40  # cells of the longest value of a facet for which others are moved to the right


def safe(text: str) -> str:
    """Returns text with control and direction characters replaced: they could control a terminal."""
    return text if text.isprintable() else re.sub(_CONTROLS, "\ufffd", text)


def line(text: str) -> str:
    """Returns text on one line, safe for a terminal."""
    if text.isprintable() and "  " not in text and text.strip() == text:  # most are
        return text
    return safe(" ".join(text.split()))


def bold(text: str) -> str:
    """Returns text in bold if stdout gets colours."""
    return styled(text, BOLD)


def dim(text: str) -> str:
    """Returns text dimmed if stdout gets colours."""
    return styled(text, DIM)


def marked(snippet: Snippet) -> str:
    """Returns a snippet with its matched words coloured if stdout gets colours, else between ``**``."""
    plain = snippet._replace(text=safe(snippet.text))
    return plain.marked(MARK, PLAIN) if coloured() else plain.marked()


def bars(name: str, values: Sequence[tuple[str, int]], more: int = 0) -> Iterator[str]:
    """Yields the lines of a facet: its name, then a line per value with its count and a bar proportional to it.

    Args:
        name: The facet's name.
        values: Values with their counts.
        more: How many values are left out.
    """
    yield bold(line(name))
    if not values:
        yield "  (none)"
        return
    from docarchive.cli.layout import cells, cut

    terminal = columns()
    rows = [(line(value), f"{count:,}", count) for value, count in values]
    longest = _VALUE_WIDTH if terminal is None else min(_VALUE_WIDTH, terminal // 2)
    value_width = min(max(cells(value) for value, _, _ in rows), longest)
    largest = max(count for _, _, count in rows)
    block = "█" if (sys.stdout.encoding or "").lower().startswith("utf") else "#"
    count_width = max(len(shown) for _, shown, _ in rows)
    bar_width = _BAR_WIDTH if terminal is None else min(_BAR_WIDTH, terminal - value_width - count_width - 6)
    for value, shown, count in rows:
        bar = block * min(max(1, round(bar_width * count / largest)), bar_width) if count else ""
        value = value if terminal is None else cut(value, value_width)
        yield f"  {value}{' ' * (value_width - cells(value))}  {shown:>{count_width}}  {bar and styled(bar, CYAN)}"
    if more:
        yield f"  and {more:,} more"


def out(text: str) -> None:
    """Prints a line of result to stdout.

    Raises:
        ArchiveError: It cannot be written; if the library calls this, it must not take that for an error of its own.
    """
    try:
        sys.stdout.write(text + "\n")
    except OSError as error:
        raise _unwritten(error) from None


def flush_out() -> None:
    """Writes what ``out`` has buffered; raises as it does."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise _unwritten(error) from None


def _unwritten(error: OSError) -> Exception:
    if isinstance(error, BrokenPipeError):
        return error
    from docarchive import failures

    return failures.of_system(error, "standard output", "written")


def to_json(value: Mapping[str, Any]) -> str:
    """Returns an object as one line of JSON, with its schema first, and whether it lacks a part of an index."""
    partial = {"partial": True} if is_partial() else {}
    return json.dumps({"schema": SCHEMA, **value, **partial}, ensure_ascii=False)


def out_text(text: str, *, first: str = "", indent: int = 0, dimmed: Sequence[tuple[int, int]] = ()) -> None:
    """Prints text, on a terminal in lines that fit it; for the arguments see ``paragraph``.

    Args:
        text: The text, on one line.
        first: What it begins with.
        indent: The indent of the lines after the first.
        dimmed: Start and end of parts of the text that are dimmed.
    """
    out(paragraph(text, columns(), first=first, indent=indent, marks=dimmed, mark_style=DIM))


def out_json(value: Mapping[str, Any]) -> None:
    """Prints an object as one line of JSON, with its schema first."""
    out(to_json(value))


def out_count(query: str, total: int, *, as_json: bool) -> None:
    """Prints the number of articles that match a query."""
    if as_json:
        out_json({"query": query, "total": total})
    else:
        out(str(total))


def nothing_matched(query: str) -> None:
    """Prints that no article matches a query; an empty query matches all articles."""
    message(f"nothing matched {query!r}" if query else "no articles")


def message(text: str) -> None:
    """Prints a message to stderr, on one line, and without its middle if it is too long to read."""
    if len(text) > _MAX_MESSAGE:
        text = f"{text[: _MAX_MESSAGE // 2]} … {text[-_MAX_MESSAGE // 2 :]}"
    err(paragraph(f"docarchive: {line(text)}", columns(sys.stderr), indent=2, stream=sys.stderr))


def advise_sync(archive: Archive, ids: Iterable[str] = ()) -> None:
    """Prints on a terminal that files have changed since the last sync; see ``Archive.has_changed_files``."""
    if columns() is not None and not archive.read_only and archive.has_changed_files(ids):
        message("files have changed since the last sync; run 'docarchive sync'")


def err(text: str) -> None:
    """Prints a line to stderr, after what was printed to stdout. If nobody can read it, the work continues."""
    # Ctrl-C may come while a line is being written, and its handler prints, too: Python refuses that with RuntimeError.
    with suppress(OSError, ValueError, AttributeError, RuntimeError):
        sys.stdout.flush()
    with suppress(OSError, ValueError):
        try:
            sys.stderr.write(text + "\n")
        except RuntimeError:
            os.write(sys.stderr.fileno(), f"{text}\n".encode(errors="replace"))


def missing(paths: Sequence[str]) -> None:
    """Prints that the files of articles are gone or damaged."""
    if paths:
        more = f" and {len(paths) - 1:,} more" if len(paths) > 1 else ""
        message(f"skipped {paths[0]}{more}: the file is gone or damaged; run 'docarchive sync'")


def cut(cells: int) -> None:
    """Prints how many cells of a spreadsheet were cut."""
    if cells:
        message(f"cut {counted(cells, 'cell')} to 32,767 characters, all that Excel holds; csv and jsonl have the rest")


def unproved(paths: Sequence[str]) -> None:
    """Prints that articles are not as a manifest has them, or not in it."""
    if paths:
        more = f" and {len(paths) - 1:,} more" if len(paths) > 1 else ""
        message(
            f"no proof for {paths[0]}{more}: it has changed since the manifest was written, or is newer; "
            "write a new one with 'docarchive verify --manifest FILE'"
        )


def refusals(refused: Sequence[Any], word: str = "refused") -> None:
    """Prints refusals to stderr, one per line, each after a word of seven letters."""
    for refusal in refused:
        text = f"{line(refusal.where)}: {line(refusal.reason)}"
        first = f"{styled(word, YELLOW, sys.stderr)} "
        err(paragraph(text, columns(sys.stderr), first=first, indent=8, stream=sys.stderr))


def not_indexed(archive: Archive) -> str:
    """Returns the message of a command whose result lacks changes; why a cluster does not have them was said before."""
    from docarchive import ENGINES

    why = "another process is writing to the archive; " if archive.settings.engine in ENGINES else ""
    return f"{why}the result lacks articles that are not indexed yet"


def counted(value: int, noun: str) -> str:
    """Returns a number with a noun: ``1 article``, ``2,000 articles``."""
    return f"{value:,} {noun}{'' if value == 1 else 's'}"


def size(count: int) -> str:
    """Returns a number of bytes in MB or kB."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB"


def out_rows(rows: Sequence[tuple[str, object]]) -> None:
    """Prints names and their values, aligned."""
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        out_text(str(value), first=f"{name:<{width}}  ", indent=width + 2)
