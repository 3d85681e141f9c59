"""``docarchive serve``."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import Annotated

from docarchive.cli.declaring import Context, Option
from docarchive.cli.opening import opened
from docarchive.cli.render import message
from docarchive.web.installed import check_installed
from docarchive.web.options import HOST, PORT, ServeOptions


def serve(
    context: Context,
    host: Annotated[
        str, Option(metavar="HOST", help="The address to listen on; 0.0.0.0 for all of this machine.")
    ] = HOST,
    port: Annotated[int, Option(metavar="PORT", min=0, max=65535, help="The port; 0 for any that is free.")] = PORT,
    open: Annotated[bool, Option("--open", help="Open the first page in your browser.")] = False,
    root_path: Annotated[
        str | None,
        Option(metavar="PATH", help="The path of the first page behind a proxy, such as /news.", show_default="/"),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        Option(
            metavar="NAME",
            help="Answer requests for this host name, such as that of a proxy. Repeatable. localhost and IP addresses "
            "are always answered.",
        ),
    ] = None,
) -> None:
    """Serve web pages to search and read the archive.

    Press Ctrl-C to stop. The pages need no script, and load nothing from elsewhere. By default, only programs on this
    machine can reach them. They show all of the archive to anyone who can: there are no user accounts.
    """
    check_installed()
    options = ServeOptions(host, port, root_path or "", tuple(allow_host or ())).checked()
    with opened(context) as archive:
        from docarchive.web.server import Server

        with closing(Server(archive, options)) as server, suppress(KeyboardInterrupt):
            message(f"serving {archive.settings.name} at {server.address}; press Ctrl-C to stop")
            if open:
                import webbrowser

                webbrowser.open(server.address)
            server.run()
