"""The imports of one server: which are waiting, how far the one is that runs, and what the last ones did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal

from docarchive.errors import DocarchiveError, NotFoundError
from docarchive.keys import SCHEMA
from docarchive.records import dataclass, field
from docarchive.texts import shorten
from docarchive.web.parameters import whole
from docarchive.web.threads import Threads

if TYPE_CHECKING:
    from docarchive import Archive, Decision, ImportReport

State = Literal["waiting", "running", "done", "stopped", "failed"]
_KEPT: Final = 50
#: The kinds of decisions, in the order in which they are shown, and those that are shown even if there are none.
_KINDS: Final = ("new", "unchanged", "updated", "duplicate", "deleted", "skipped", "refused")
_ALWAYS: Final = ("new", "unchanged", "updated", "refused")
#: Why nothing was imported, by the only kind of decision.
_ALL: Final = {
    "unchanged": "the archive has all of it already",
    "duplicate": "the archive has an article with nearly the same text as each of these",
    "deleted": "all of it was deleted from the archive earlier",
    "skipped": "all of it was left out",
    "refused": "all of it was refused",
}


@dataclass(slots=True)
class Import:
    """An import.

    Attributes:
        number: Its number, from 1 on.
        inputs: How many files and addresses it has.
        state: What it does.
        records: How many records were decided on, by the kinds of ``Decision``.
        report: What it did, at its end.
        change: The number of its change in the log; None if it changed nothing.
        detail: What went wrong, in one sentence; else empty.
        is_stopped: Whether it must end.
    """

    number: int
    inputs: int
    state: State = "waiting"
    records: Counter[str] = field(default_factory=Counter)
    report: ImportReport | None = None
    change: int | None = None
    detail: str = ""
    is_stopped: bool = False

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.state not in ("waiting", "running")

    @property
    def in_words(self) -> str:
        """What was decided on the records, such as ``1 new, 300 updated``; as the command says it."""
        return ", ".join(f"{count:,} {kind}" for kind, count in self.counts)

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many records were decided on, by the kinds that are shown."""
        return [(kind, self.records[kind]) for kind in _KINDS if self.records[kind] or kind in _ALWAYS]

    @property
    def result(self) -> str:
        """What it did, once it is done, in a sentence."""
        if self.records["new"] or self.records["updated"]:
            return "Done."
        if not self.records.total():
            return "Nothing was imported: there was nothing to read."
        kinds = [kind for kind, count in self.records.items() if count]
        return f"Nothing was imported: {_ALL[kinds[0]] if len(kinds) == 1 else 'nothing was new'}."

    def note(self, decision: Decision) -> None:
        """Counts a decision."""
        self.records[decision.kind] += 1

    def to_dict(self) -> dict[str, Any]:
        """Returns it as a JSON object."""
        return {
            "schema": SCHEMA,
            "import": self.number,
            "state": self.state,
            "inputs": self.inputs,
            "records": {**self.records},
            "change": self.change,
            "detail": self.detail,
            "report": None if self.report is None else self.report.to_dict(),
        }


class Imports:
    """The imports of one server; the last ones are kept until it ends. Any thread may list them; the server's
    begins and stops them.

    Args:
        archive: The archive.
        threads: The threads, one of which imports.
        follow: Called after each import.
        public_only: Whether nothing is fetched from this machine and from private networks.
    """

    def __init__(self, archive: Archive, threads: Threads, follow: Callable[[], None], *, public_only: bool) -> None:
        self._archive = archive
        self._threads = threads
        self._follow = follow
        self._public_only = public_only
        self._listed: dict[int, Import] = {}
        self._last = 0

    def listed(self) -> list[Import]:
        """Returns the imports, the last first."""
        return [*self._listed.values()][::-1]

    def get(self, number: str) -> Import:
        """Returns the import with a number, as an address has it; raises ``NotFoundError`` if there is none."""
        known = self._listed.get(whole(number) or 0)  # they are counted from 1
        if known is None:
            raise NotFoundError(f"there is no import {shorten(number, 20)}; the server keeps the last {_KEPT}")
        return known

    def begin(self, inputs: Sequence[str | BinaryIO], options: Mapping[str, Any]) -> Import:
        """Begins an import, once those before it are done.

        Args:
            inputs: Addresses, and streams with names, which are closed at the end.
            options: As ``Archive.import_`` takes them.

        Raises:
            Busy: Too many are waiting.
        """
        streams = [input_ for input_ in inputs if not isinstance(input_, str)]
        return self._begin(len(inputs), lambda more: self._archive.import_(*inputs, **options, **more), streams)

    def retry(self, names: Sequence[str], inputs: int, options: Mapping[str, Any]) -> Import:
        """Begins to import refused inputs again, as ``begin`` does.

        Args:
            names: Their names in quarantine; none for all.
            inputs: How many they are.
            options: As ``Archive.import_`` takes them.

        Raises:
            Busy: Too many are waiting.
        """
        return self._begin(inputs, lambda more: self._archive.retry(names, **options, **more))

    def _begin(
        self, inputs: int, import_: Callable[[dict[str, Any]], ImportReport], streams: Sequence[BinaryIO] = ()
    ) -> Import:
        """Begins an import, which a function makes with further options; the streams are closed at its end."""
        begun = Import(self._last + 1, inputs)
        self._threads.import_(lambda: self._run(begun, import_, streams))
        self._last = begun.number
        self._listed[begun.number] = begun
        while len(self._listed) > _KEPT:
            del self._listed[next(iter(self._listed))]
        return begun

    def stop(self, number: str) -> Import:
        """Lets an import end after its current batch, or before it begins; what was imported stays."""
        stopped = self.get(number)
        stopped.is_stopped = True
        return stopped

    def _run(
        self, begun: Import, import_: Callable[[dict[str, Any]], ImportReport], streams: Sequence[BinaryIO]
    ) -> None:
        """Imports, in the thread of changes."""

        def stop() -> bool:
            return begun.is_stopped or self._threads.ended

        before = len(self._archive.changes)
        begun.state = "running"
        try:
            begun.report = import_({"observe": begun.note, "stop": stop, "public_only": self._public_only})
            self._follow()
            begun.state = "stopped" if begun.report.interrupted else "done"
        except DocarchiveError as error:
            begun.detail = str(error)
            begun.state = "failed"
        except BaseException:
            begun.detail = "Something went wrong. The terminal of the server says what."
            begun.state = "failed"
            raise
        finally:
            begun.change = next(iter(self._archive.changes[before:]), None)
            for stream in streams:
                stream.close()
