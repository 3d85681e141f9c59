"""Ctrl-C that lets long work end well."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread

from docarchive.cli.render import message


class Interrupted(KeyboardInterrupt):
    """An interruption whose text says what it left as it was; without one, what was finished is kept."""


@contextmanager
def stop_on_interrupt(action: str = "finishing what is at hand") -> Iterator[Callable[[], bool]]:
    """Gives a function that tells whether Ctrl-C was pressed once; pressed again, it interrupts at once.

    Args:
        action: What is done when it is pressed.
    """
    pressed = False

    def press(signum: int, frame: object) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True
        message(f"{action}; press Ctrl-C again to stop at once")

    if current_thread() is not main_thread():
        yield lambda: False
        return
    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)
