"""Diff: what differs between two versions of an article, as a unified diff, by words, as a page and as opcodes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from docarchive.archive.versions.matching import Budget, Opcode, opcodes
from docarchive.arguments import checked
from docarchive.keys import SCHEMA
from docarchive.records import NamedTuple

#: Lines around changes that are shown too.
CONTEXT: Final = 3
#: The most characters of lines that follow one another and are compared by words, and of all such lines.
_MOST_OF_HUNK: Final = 100_000
_MOST_OF_ALL: Final = 2_000_000
#: Signs of scripts without spaces between words are compared one by one, as are marks such as commas.
_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_MARKS: Final = r"!-/:-@\[-`{-~\u00a1-\u00bf\u2010-\u205e"
_WORDS: Final = re.compile(rf"\s+|[^\s{_UNSPACED}{_MARKS}]+|.", re.DOTALL)
_TAGS: Final = {"equal": ("", ""), "removed": ("<del>", "</del>"), "added": ("<ins>", "</ins>")}
_TAGS_OF_HUNK: Final = ('<span class="hunk">', "</span>\n")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_STYLE: Final = (
    "body{max-width:50em;margin:2em auto;padding:0 1em}pre{white-space:pre-wrap;overflow-wrap:anywhere}"
    "ins,del{unicode-bidi:isolate}ins{background:#cfc}del{background:#fcc}.hunk{color:#777}"
)


class Diff(NamedTuple):
    """What differs between the files of two versions of an article, A and B.

    Attributes:
        id: The article's id.
        a: The number of the version A.
        b: The number of the version B.
        a_path: The path of A's file, relative to the archive.
        b_path: The path of B's file.
        before: The text of A's file.
        after: The text of B's file.
        opcodes: How the lines of A become those of B, as ``difflib`` has them: tuples of ``equal``, ``replace``,
            ``delete`` or ``insert``, of start and end in A, and of start and end in B, counted from 0. They cover all
            lines, in order.
    """

    id: str
    a: int
    b: int
    a_path: str
    b_path: str
    before: str
    after: str
    opcodes: tuple[Opcode, ...]

    def __repr__(self) -> str:
        return f"<Diff of {self.id}, version {self.a} to {self.b}: +{self.added:,} -{self.removed:,} lines>"

    def _repr_html_(self) -> str:
        return self._fragment()

    @property
    def differs(self) -> bool:
        """Whether the files differ."""
        return self.before != self.after

    @property
    def added(self) -> int:
        """How many lines only B has."""
        return added_lines(self.opcodes)

    @property
    def removed(self) -> int:
        """How many lines only A has."""
        return removed_lines(self.opcodes)

    @checked
    def unified(self, context: int = CONTEXT) -> str:
        """Returns a unified diff, as ``git diff`` prints it and ``patch`` applies it; empty if nothing differs.

        Args:
            context: How many lines before and after each change are in it.
        """
        if not self.differs:
            return ""
        a, b = lines_of(self.before), lines_of(self.after)
        rows = [f"--- {_name(f'a/{self.a_path}')}\n", f"+++ {_name(f'b/{self.b_path}')}\n"]
        for hunk in _hunks(self.opcodes, context):
            rows.append(f"{_header(hunk)}\n")
            for name, start, end, other, other_end in hunk:
                if name == "equal":
                    rows += [_row(" ", line) for line in a[start:end]]
                else:
                    rows += [_row("-", line) for line in a[start:end]]
                    rows += [_row("+", line) for line in b[other:other_end]]
        return "".join(rows)

    @checked
    def words(self, context: int | None = CONTEXT) -> list[tuple[str, str]]:
        """Returns the text with what was removed and added, by words.

        Args:
            context: How many lines before and after each change are in it; None for all lines.

        Returns:
            Pairs of a kind and a text. The kinds are ``equal``, ``removed``, ``added`` and, before each hunk, ``hunk``:
            then the text is its lines in A and B, ``@@ -1,7 +1,8 @@``. With all lines there are no hunks, the texts
            that are not added together are A, and those that are not removed are B. Hunks of more than 100,000
            characters are removed and added by lines.
        """
        return [*_words(self, context)]

    def html(self) -> str:
        """Returns a page for a browser with all words that were removed (``<del>``) and added (``<ins>``)."""
        title = html.escape(f"{self.id}: version {self.a} to {self.b}")
        return (
            f'<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
            f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{self._fragment()}\n</body>\n</html>\n"
        )

    def _fragment(self) -> str:
        shown = []
        for kind, text in self.words():
            start, end = _TAGS.get(kind, _TAGS_OF_HUNK)
            shown.append(f"{start}{html.escape(_CONTROLS.sub(chr(0xFFFD), text))}{end}")
        return f'<pre dir="auto">{"".join(shown)}</pre>'

    def to_dict(self) -> dict[str, Any]:
        """Returns the diff as a JSON object (schema 1)."""
        a, b = lines_of(self.before), lines_of(self.after)
        operations = [
            {
                "op": name,
                "a": [start, end],
                "b": [other, other_end],
                "removed": "" if name == "equal" else "".join(a[start:end]),
                "added": "" if name == "equal" else "".join(b[other:other_end]),
            }
            for name, start, end, other, other_end in self.opcodes
        ]
        about = {"id": self.id, "a": self.a, "b": self.b, "a_path": self.a_path, "b_path": self.b_path}
        return {"schema": SCHEMA, **about, "differs": self.differs, "opcodes": operations}


def lines_of(text: str) -> list[str]:
    """Returns the lines of a text with their ends, which only line feeds end, as in ``diff`` and ``patch``."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def compared(before: str, after: str) -> tuple[Opcode, ...]:
    """Returns how the lines of a text become those of another; see ``Diff.opcodes``."""
    return tuple(opcodes(lines_of(before), lines_of(after), Budget()))


def added_lines(changes: Iterable[Opcode]) -> int:
    """Returns how many lines opcodes add."""
    return sum(end - start for name, _, _, start, end in changes if name != "equal")


def removed_lines(changes: Iterable[Opcode]) -> int:
    """Returns how many lines opcodes remove."""
    return sum(end - start for name, start, end, _, _ in changes if name != "equal")


def _hunks(changes: Iterable[Opcode], context: int) -> Iterator[list[Opcode]]:
    """Yields changes in groups, each with some equal lines before and after it."""
    hunk: list[Opcode] = []
    for name, start, end, other, other_end in changes:
        if name != "equal":
            hunk.append((name, start, end, other, other_end))
            continue
        length = end - start
        if any(name != "equal" for name, *_ in hunk):
            if length <= 2 * context:
                hunk.append((name, start, end, other, other_end))
                continue
            yield _trimmed([*hunk, (name, start, start + context, other, other + context)])
        hunk = [(name, max(start, end - context), end, max(other, other_end - context), other_end)]
    if any(name != "equal" for name, *_ in hunk):
        name, start, _, other, _ = hunk[-1]
        if name == "equal":
            end = min(hunk[-1][2], start + context)
            hunk[-1] = (name, start, end, other, other + end - start)
        yield _trimmed(hunk)


def _trimmed(hunk: list[Opcode]) -> list[Opcode]:
    """Returns a hunk without the operations on no lines, which a context of 0 makes."""
    return [operation for operation in hunk if operation[1] < operation[2] or operation[3] < operation[4]]


def _header(hunk: list[Opcode]) -> str:
    first, last = hunk[0], hunk[-1]
    return f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@"


def _range(start: int, end: int) -> str:
    """Returns lines as a header has them: counted from 1, but from the line before if there are none."""
    count = end - start
    return f"{start + 1}" if count == 1 else f"{start + (count > 0)},{count}"


def _row(sign: str, line: str) -> str:
    return f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"


def _name(path: str) -> str:
    """Returns a path for the header of a diff, in quotes as ``git`` has them if it needs them."""
    if path.isprintable() and not {'"', "\\"} & {*path}:
        return f"{path}\t" if " " in path else path
    escaped = (f"\\{byte:03o}" if byte < 32 or byte > 126 or byte in b'"\\' else chr(byte) for byte in path.encode())
    return f'"{"".join(escaped)}"'


def _words(diff: Diff, context: int | None) -> Iterator[tuple[str, str]]:
    a, b = lines_of(diff.before), lines_of(diff.after)
    budget, rest = Budget(), _MOST_OF_ALL
    for hunk in [diff.opcodes] if context is None else _hunks(diff.opcodes, context):
        if context is not None:
            yield "hunk", _header([*hunk])
        for name, start, end, other, other_end in hunk:
            before, after = "".join(a[start:end]), "".join(b[other:other_end])
            size = len(before) + len(after)
            if name == "equal":
                yield "equal", before
            elif name == "replace" and size <= min(_MOST_OF_HUNK, rest):
                rest -= size
                yield from _words_of(before, after, budget)
            else:
                yield from _changed(before, after)


def _words_of(before: str, after: str, budget: Budget) -> Iterator[tuple[str, str]]:
    """Yields what is equal, removed and added in a change of some lines."""
    a, b = _WORDS.findall(before), _WORDS.findall(after)
    i = j = 0
    operations = opcodes(a, b, budget)
    for index, (name, start, end, other, _) in enumerate(operations):
        # A space between two words that have both changed is no reason to show them apart.
        is_gap = 0 < index < len(operations) - 1 and not "".join(a[start:end]).strip(" ")
        if name == "equal" and not is_gap:
            yield from _changed("".join(a[i:start]), "".join(b[j:other]))
            yield "equal", "".join(a[start:end])
            i, j = end, operations[index][4]
    yield from _changed("".join(a[i:]), "".join(b[j:]))


def _changed(before: str, after: str) -> Iterator[tuple[str, str]]:
    if before:
        yield "removed", before
    if after:
        yield "added", after
