"""Loading: from records to articles, in this process or in others.

What is quick is parsed here. What takes longer than handing it over is parsed by workers, and so is always
what a reader says may hang or crash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Final

from docarchive.archive.importing.parser_pool import Failed, Workers, pack
from docarchive.archive.importing.records import Incoming
from docarchive.archive.importing.sources import mistake
from docarchive.article import Article
from docarchive.errors import InputError, ReaderError
from docarchive.processes import processors

#: Seconds a record from which on other processes help; handing it over takes about a tenth of that.
_SLOW: Final = 0.002
#: So many records are timed, and fewer are not worth starting a process for.
_TRIED: Final = 8

Loaded = Article | InputError


class Loader:
    """Loads records. Close it.

    Args:
        jobs: How many processes may work at once; one is this process alone, except for readers that
            are never used in it. None: as many as there are processors.
    """

    def __init__(self, jobs: int | None) -> None:
        self._jobs = jobs or processors()
        self._workers: Workers | None = None
        self._spent: dict[str, tuple[int, float]] = {}  # by reader: how many records, in how many seconds

    def close(self) -> None:
        """Ends the processes."""
        if self._workers is not None:
            self._workers.close()

    def load(self, incoming: Sequence[Incoming], done: Callable[[Incoming], None]) -> list[Loaded]:
        """Returns the article of each record, or why there is none.

        Args:
            incoming: The records.
            done: Is told each one that is parsed.
        """
        results: list[Loaded | None] = [None] * len(incoming)
        packed: list[tuple[int, bytes]] = []
        for place, each in enumerate(incoming):
            task = pack(each.record.load) if self._is_for_others(each, len(incoming) - place) else None
            if task is None:
                results[place] = self._load_here(each)
                done(each)
            else:
                packed.append((place, task))
        if packed:
            for place, result in self._load_elsewhere(incoming, packed):
                results[place] = result
                done(incoming[place])
        return [result or ReaderError("there is no article in it") for result in results]

    def _is_for_others(self, incoming: Incoming, left: int) -> bool:
        if incoming.reader.isolated:
            return True
        if self._jobs == 1 or left < _TRIED:
            return False
        count, seconds = self._spent.get(incoming.reader.name, (0, 0.0))
        return count >= _TRIED and seconds > _SLOW * count

    def _load_here(self, incoming: Incoming) -> Loaded:
        name = incoming.reader.name
        count, seconds = self._spent.get(name, (0, 0.0))
        began = perf_counter()
        try:
            return incoming.record.load()
        except InputError as error:
            return error
        except Exception as error:  # a reader's mistake must not stop the other records
            return ReaderError(mistake(name, error))
        finally:
            self._spent[name] = (count + 1, seconds + perf_counter() - began)

    def _load_elsewhere(
        self, incoming: Sequence[Incoming], packed: Sequence[tuple[int, bytes]]
    ) -> Iterator[tuple[int, Loaded]]:
        if self._workers is None:
            self._workers = Workers(self._jobs)
        for number, result in self._workers.run(task for _, task in packed):
            place = packed[number][0]
            if isinstance(result, Failed):
                result = ReaderError(mistake(incoming[place].reader.name, result))
            yield place, result
