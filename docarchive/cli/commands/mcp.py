"""``docarchive mcp``."""

from __future__ import annotations

import sys
from contextlib import suppress

from docarchive.cli.declaring import Context
from docarchive.cli.opening import opened
from docarchive.cli.render import message


def mcp(context: Context) -> None:
    """Let an assistant search the archive, by MCP.

    Clients of the Model Context Protocol start this command, and talk to it on standard input and output. It has tools
    to search, count, read and compare articles, and to check quotes, and changes nothing. docs/mcp.md has the settings
    of clients. It ends when the client closes its input.
    """
    with opened(context) as archive:
        from docarchive.mcp.protocol import Protocol
        from docarchive.mcp.stdio import serve

        if sys.stdin.isatty():
            message("waiting for the messages of a client; docs/mcp.md has the settings of clients")
        with suppress(KeyboardInterrupt):
            serve(Protocol(archive), sys.stdin.buffer, sys.stdout.buffer)
