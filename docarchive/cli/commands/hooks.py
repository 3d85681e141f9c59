"""``docarchive hooks``."""

from __future__ import annotations

import shlex
from typing import Annotated, Final

from docarchive.cli.declaring import Argument, Context
from docarchive.cli.opening import opened
from docarchive.cli.render import line, message, out_json, out_text
from docarchive.cli.shared_arguments import Json
from docarchive.errors import UsageError

_ACTIONS: Final = ("list", "allow", "deny")


def hooks(
    context: Context,
    action: Annotated[
        str, Argument(metavar="[ACTION]", help="What to do: list, allow or deny.", autocompletion=lambda: [*_ACTIONS])
    ] = "list",
    json: Json = False,
) -> int:
    """List the programs to run after changes, and allow them.

    Each hook is a table [hooks.NAME] in docarchive.toml. It gets the change and its articles as JSON lines on standard
    input. No hook runs until you allow it on this computer. If the hooks change, or a file in the archive that they
    name, you must allow them again. The exit code is 1 if there are no hooks.
    """
    if action not in _ACTIONS:
        raise UsageError(f"use 'hooks list', 'hooks allow' or 'hooks deny', not 'hooks {line(action)}'")
    from docarchive.cli.hooks import allow, deny, is_allowed

    with opened(context) as archive:
        hooks = archive.settings.hooks.values()
        if action == "allow" and hooks:
            allow(archive)
        elif action == "deny":
            deny(archive)
        allowed = bool(hooks) and is_allowed(archive)
        if json:
            shown = [{**hook._asdict(), "run": [*hook.run], "on": [*hook.on]} for hook in hooks]
            out_json({"allowed": allowed, "hooks": shown})
            return 0 if hooks else 1
        for hook in hooks:
            state = "allowed" if allowed else "not allowed"
            out_text(f"{hook.name}  {state}  {line(shlex.join(hook.run))}", indent=2)
    if not hooks:
        message("no hooks; write them in docarchive.toml: see 'docarchive hooks --help'")
    elif not allowed:
        message("'docarchive hooks allow' allows them; a hook can do all that you can do")
    return 0 if hooks else 1
