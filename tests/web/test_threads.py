"""Threads that answer."""

import asyncio
from threading import Event

import pytest

from docarchive.web import threads as threads_
from docarchive.web.threads import Busy, Threads


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
