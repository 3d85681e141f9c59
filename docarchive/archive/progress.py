"""Progress and notices: the callbacks of long operations and of repairs. Apart from options, which no search loads."""

from __future__ import annotations

from _thread import _local
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Called while a long operation runs: ``progress(phase, done, total)``. Phases are ``import`` (bytes), ``read``,
#: ``index``, ``compare``, ``vectors``, ``export``, ``unite`` and ``verify`` (articles), ``backup``, ``restore`` and
#: ``manifest`` (files); total is None if it is unknown.
Progress = Callable[[str, int, int | None], None]
#: The phase in which articles are compared with those of other archives that feed the same index.
COMPARE = "compare"


def no_progress(phase: str, done: int, total: int | None) -> None:
    """The ``Progress`` that shows nothing."""


#: Called with a sentence about something that a caller did not ask for and may want to know: that a damaged index was
#: built again, that a result comes from a temporary index, or that it is incomplete.
Notify = Callable[[str], None]


class Incomplete(str):
    """A notice that an answer may lack something, as a file could not be read."""


class Partial(Incomplete):
    """A notice that a part of an index in a cluster did not answer."""


class _Gathered(_local):
    """What the answers of a thread lack."""

    sentences: dict[Incomplete, None] | None = None


_gathered = _Gathered()


@contextmanager
def gathering() -> Iterator[None]:
    """Gathers what answers lack that this thread asks for inside, for ``lacking``."""
    before, _gathered.sentences = _gathered.sentences, {}
    try:
        yield
    finally:
        _gathered.sentences = before


def lacking() -> list[Incomplete]:
    """Returns what the answers lack that this thread has asked for, inside ``gathering``; each sentence once."""
    return [*(_gathered.sentences or ())]


def is_partial() -> bool:
    """Returns whether a part of an index did not answer to what this thread has asked for, inside ``gathering``."""
    return any(isinstance(sentence, Partial) for sentence in lacking())


def gathered(notify: Notify) -> Notify:
    """Returns what also keeps for ``lacking`` what answers lack, before it is passed on."""

    def noted(sentence: str) -> None:
        if isinstance(sentence, Incomplete) and _gathered.sentences is not None:
            _gathered.sentences[sentence] = None
        notify(sentence)

    return noted


def no_notices(sentence: str) -> None:
    """The ``Notify`` that shows nothing."""
