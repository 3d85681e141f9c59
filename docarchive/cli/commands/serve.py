"""``docarchive serve``."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

from docarchive.cli.declaring import Context, Option
from docarchive.cli.opening import follow_with_hooks, opened, writable
from docarchive.cli.render import message, out
from docarchive.errors import UsageError
from docarchive.paths import expanded
from docarchive.web.installed import check_installed
from docarchive.web.options import HOST, PORT, ServeOptions
from docarchive.web.tokens import ROLES, add_token

if TYPE_CHECKING:
    from docarchive import Archive
    from docarchive.web.tokens import Role


def serve(
    context: Context,
    host: Annotated[
        str, Option(metavar="HOST", help="The address to listen on; 0.0.0.0 for all of this machine.")
    ] = HOST,
    port: Annotated[int, Option(metavar="PORT", min=0, max=65535, help="The port; 0 for any that is free.")] = PORT,
    write: Annotated[
        bool,
        Option(
            "--write",
            help="Let pages and programs import, tag, annotate, edit, remove and restore articles, and undo that.",
        ),
    ] = False,
    local_addresses: Annotated[
        bool,
        Option(
            "--local-addresses",
            help="With --write: also import addresses of this machine and of your own network.",
        ),
    ] = False,
    token_file: Annotated[
        Path | None,
        Option(
            metavar="FILE",
            help="Answer only requests with a token whose digest is in FILE. Add one with --new-token.",
        ),
    ] = None,
    new_token: Annotated[
        str | None,
        Option(
            metavar="ROLE", help="Add a token to the file of --token-file, print it and exit. ROLE is read or write."
        ),
    ] = None,
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
    machine can reach them. They show all of the archive to anyone who can, or who has a token of --token-file.
    """
    if new_token is not None:
        _print_new_token(token_file, new_token)
        return
    if local_addresses and not write:
        raise UsageError("--local-addresses requires --write")
    check_installed()
    file = None if token_file is None else expanded(token_file)
    options = ServeOptions(host, port, root_path or "", tuple(allow_host or ()), write, file, local_addresses).checked()
    with opened(context, reads=True) as archive:
        from docarchive.web.server import Server

        if write:
            writable(archive)
        with (
            closing(Server(archive, options, lambda: follow_with_hooks(archive))) as server,
            suppress(KeyboardInterrupt),
        ):
            server.run(lambda: _say(archive, server.address, options, in_browser=open))


def _say(archive: Archive, address: str, options: ServeOptions, *, in_browser: bool) -> None:
    """Says where the server is, and opens the first page."""
    message(f"serving {archive.settings.name} at {address}; press Ctrl-C to stop")
    if not options.is_only_here and options.token_file is None:
        message("everyone who can reach this address can read the archive; --token-file lets in who has a token")
    if in_browser:
        import webbrowser

        webbrowser.open(address)


def _print_new_token(file: Path | None, role: str) -> None:
    if file is None:
        raise UsageError("--new-token requires --token-file")
    if role not in ROLES:
        raise UsageError(f"there is no role {role!r}; use read or write")
    out(add_token(expanded(file), cast("Role", role)))
