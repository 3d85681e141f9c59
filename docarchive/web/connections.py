"""Connections: how long the head of a request may take to arrive.

A program that opens connections and sends nothing, or a byte now and then, would hold them until there are no more. The
body of a request is watched by ``safety``, and a connection without a request by uvicorn.
"""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from docarchive.web.options import MAX_HEAD_SECONDS


class Connection(H11Protocol):
    """A connection that ends if the head of a request takes too long."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        """Waits for a head from now on."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Passes on what has come, and waits for a head if there is none yet."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no more."""
        self._forget()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Waits for a head from its first byte on, until it is whole."""
        if self.conn.their_state is not h11.IDLE:
            self._forget()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(MAX_HEAD_SECONDS, self.timeout_keep_alive_handler)

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
