"""Ctrl-C and SIGTERM: the first ends long work after the current batch, the second at once."""

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
    """Yields a function that returns whether Ctrl-C was pressed, or SIGTERM sent. The next one interrupts at once.

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
    before = {number: signal.signal(number, press) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: pressed
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
