"""Ctrl-C: the first ends long work after the current batch, the second at once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread

from docarchive.cli.render import message


class Interrupted(KeyboardInterrupt):
    """An interruption with a message for the user about what it left unfinished."""


@contextmanager
def stop_on_interrupt(action: str = "finishing the current batch") -> Iterator[Callable[[], bool]]:
    """Yields a function that returns whether Ctrl-C was pressed. Pressed again, it interrupts at once.

    Args:
        action: What the program does once it is pressed, for the message.
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
