"""``docarchive mcp``."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Annotated

from docarchive.cli.declaring import Context, Option
from docarchive.cli.opening import follow_with_hooks, opened, writable
from docarchive.cli.render import message


def mcp(
    context: Context,
    write: Annotated[
        bool,
        Option("--write", help="Let the assistant add, tag, annotate, remove and restore articles, and undo that."),
    ] = False,
) -> None:
    """Let an assistant search the archive, by MCP.

    Clients of the Model Context Protocol start this command, and talk to it on standard input and output. It has tools
    to search, count, read and compare articles, and to check quotes; without --write, it changes nothing. docs/mcp.md
    has the settings of clients. It ends when the client closes its input.
    """
    with opened(context, reads=True) as archive:
        if write:
            writable(archive)
        from docarchive.mcp.protocol import Protocol
        from docarchive.mcp.stdio import serve

        if sys.stdin.isatty():
            message("waiting for the messages of a client; docs/mcp.md has the settings of clients")
        with suppress(KeyboardInterrupt):
            protocol = Protocol(archive, write=write, follow=lambda: follow_with_hooks(archive))
            serve(protocol, sys.stdin.buffer, sys.stdout.buffer)
