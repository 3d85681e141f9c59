"""Threads that answer."""

import asyncio
import time
from functools import partial
from threading import Event, Lock

import pytest

from docarchive.web import threads as threads_
from docarchive.web.threads import Busy, Threads

_PATIENCE = 60.0  # seconds


def test_too_many_that_wait_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads_, "MAX_WAITING", 3)
    release, threads = Event(), Threads()

    async def ask() -> list[object]:
        waiting = [asyncio.create_task(threads.answer(release.wait)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="busy"):
            await threads.answer(release.wait)
        release.set()
        return await asyncio.gather(*waiting)

    assert asyncio.run(ask()) == [True] * 3
    threads.close()


def test_an_answer_that_takes_too_long_is_given_up_and_counts_until_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads_, "MAX_SECONDS", 0.01)
    release, threads = Event(), Threads()

    async def ask() -> None:
        with pytest.raises(Busy, match="too long"):
            await threads.answer(release.wait)
        release.set()

    asyncio.run(ask())
    threads.close()


def test_an_error_in_a_thread_is_raised() -> None:
    threads = Threads()

    def fail() -> None:
        raise ValueError("no")

    async def ask() -> None:
        await threads.answer(fail)

    with pytest.raises(ValueError, match="no"):
        asyncio.run(ask())
    threads.close()


def test_answers_are_computed_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads_, "_MOMENT", _PATIENCE)
    threads, running, begun = Threads(), Lock(), []

    def compute(number: int) -> int:
        assert running.acquire(blocking=False), "two at once"
        begun.append(number)
        time.sleep(0.002)
        running.release()
        return number

    async def ask() -> list[int]:
        return await asyncio.gather(*(threads.answer(partial(compute, number)) for number in range(20)))

    assert asyncio.run(ask()) == begun == [*range(20)]
    threads.close()


def test_an_answer_that_takes_longer_than_a_moment_does_not_hold_up_others() -> None:
    threads, asked = Threads(), Event()

    async def ask() -> list[object]:
        slow = (threads.answer(lambda: asked.wait(_PATIENCE)) for _ in range(2))
        return await asyncio.gather(*slow, threads.answer(asked.set))

    assert asyncio.run(ask()) == [True, True, None]
    threads.close()
