"""Stdio: the messages of one client, a line each, on standard input and output."""

from __future__ import annotations

from typing import BinaryIO, Final

from docarchive.mcp.protocol import Protocol

#: The longest message, in bytes. The arguments of the tools are far shorter.
MOST: Final = 1_000_000
_NOTHING: Final = b"[]"  # is answered as what it is not: one request


def serve(protocol: Protocol, reader: BinaryIO, writer: BinaryIO) -> None:
    """Answers messages until there are no more, or until nobody reads the answers.

    Args:
        protocol: What answers them.
        reader: Where they come from, a line each.
        writer: Where the answers go, a line each.
    """
    while line := reader.readline(MOST + 1):
        if len(line) > MOST:
            while line and not line.endswith(b"\n"):
                line = reader.readline(MOST)
            line = _NOTHING
        if not line.strip():
            continue
        answer = protocol.answer(line)
        if answer is None:
            continue
        try:
            writer.write(answer.encode("utf-8", "replace") + b"\n")
            writer.flush()
        except BrokenPipeError:
            return
