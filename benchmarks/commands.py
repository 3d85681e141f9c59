"""The commands of the program as operations, see ``operations``: each command joins by one line in ``COMMANDS``."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Final, NamedTuple
from unittest.mock import patch

from benchmarks import operations
from benchmarks.operations import OPERATIONS, READING, TWIN, inbox, opened
from docarchive import ENGINES
from docarchive.cli.running import run

_WATCHED: Final = 50  # tenths of a second until a watch is interrupted that prints nothing
#: The editor of the commands that start one.
_EDITOR: Final = {"VISUAL": r"sed -i -e s/Gull/Tern/ -e 's/^url:$/title: Gull 300\n---\nA gull on the roof./'"}


class CommandFailed(Exception):
    """A command of the program reported an error.

    Args:
        code: Its exit code.
        text: What it wrote to stderr.
    """

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"exit code {code}: {text}")
        self.code = code


class Ran(NamedTuple):
    """How a command ended: its exit code, and what it wrote."""

    code: int
    out: str
    err: str


class Command:
    """A command of the program, as an operation.

    Args:
        words: The command line; names in capitals stand for paths and for ids.
        until_interrupted: Whether it must be interrupted, once it has printed something.
    """

    def __init__(self, *words: str, until_interrupted: bool = False) -> None:
        self.name = words[0]
        self._until_interrupted = until_interrupted
        self._words = words

    def __call__(self, root: Path) -> None:
        """Runs the command in this process; raises ``CommandFailed`` if it reports an error."""
        ran = self.run(root, in_process=True)
        if ran.code and (self.name, ran.code) != ("verify", 3):  # it names the edit that was not synced
            raise CommandFailed(ran.code, ran.err.strip())

    def run(self, root: Path, *, in_process: bool = False) -> Ran:
        """Runs the command, in a process of its own or in this one, where it can be interrupted."""
        with inbox() as folder:
            values: dict[str, object] = {"CREATED": root.with_name("created"), "OUT": root.with_name("out.csv")}
            values |= {"FILE": folder / "ferry.txt", "INBOX": folder, "ID": TWIN[0], "OTHER": TWIN[1]}
            values |= {"BACKUPS": root.with_name("backups"), "RESTORED": root.with_name("restored")}
            values |= {"ENGINE": ENGINES[-1], "ARCHIVE": root.with_name("other")}
            line = ["--archive", str(root), *(str(values.get(word, word)) for word in self._words)]
            with patch.dict(os.environ, _EDITOR, XDG_STATE_HOME=str(root.with_name("state"))):
                return self._here(line) if in_process or self._until_interrupted else self._started(line)

    def _started(self, line: list[str]) -> Ran:
        argv = [sys.executable, "-m", "docarchive", *line]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def _here(self, line: list[str]) -> Ran:
        written, said = BytesIO(), BytesIO()
        out, err = (TextIOWrapper(file, encoding="utf-8", write_through=True) for file in (written, said))
        ended = threading.Event()

        def interrupt() -> None:
            for _ in range(_WATCHED):
                if ended.wait(0.1):
                    return
                if written.getvalue():
                    break
            os.kill(os.getpid(), signal.SIGINT)

        if self._until_interrupted:
            threading.Thread(target=interrupt).start()
        try:
            nothing = TextIOWrapper(BytesIO(), encoding="utf-8")
            with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "stdin", nothing):
                code = run(line)
        finally:
            ended.set()
        return Ran(code, written.getvalue().decode(), said.getvalue().decode())


def allow_hook(root: Path) -> None:
    """Adds a hook that works, and allows it."""
    path = root / "docarchive.toml"
    path.write_text(f'{path.read_text("utf-8")}\n[hooks.count]\nrun = ["wc", "-l"]\n', "utf-8")
    Command("hooks", "allow")(root)


#: The program's commands.
COMMANDS: Final = {
    "cli-init": Command("init", "CREATED"),
    "cli-import": Command("import", "FILE"),
    "cli-watch": Command("watch", "INBOX", "--settle", "0.1", until_interrupted=True),
    "cli-duplicates": Command("duplicates"),
    "cli-search": Command("search", "gull", "--facet", "tag"),
    "cli-search-trash": Command("search", "in:trash gull", "--facet", "tag"),
    "cli-similar": Command("similar", "ID"),
    "cli-quote": Command("quote", "the windmill on the hill was painted white in spring"),
    "cli-saved": Command("saved"),
    "cli-show": Command("show", "ID"),
    "cli-versions": Command("versions", "ID"),
    "cli-diff": Command("diff", "ID", "0"),
    "cli-original": Command("original", "ID"),
    "cli-quarantine": Command("quarantine"),
    "cli-retry": Command("quarantine", "--retry", "--format", "text"),
    "cli-list": Command("list", "tag:birds"),
    "cli-mcp": Command("mcp"),
    "cli-serve": Command("serve", "--port", "0", until_interrupted=True),
    "cli-list-trash": Command("list", "--trash"),
    "cli-export": Command("export", "gull", "--output", "OUT"),
    "cli-open": Command("open", "ID", "--print"),
    "cli-new": Command("new"),
    "cli-edit": Command("edit", "ID"),
    "cli-note": Command("note", "ID", "Seen at the lighthouse."),
    "cli-highlight": Command("highlight", "ID", "gull"),
    "cli-tag": Command("tag", "tag:t1", "+sea"),
    "cli-tag-with-hooks": Command("tag", "tag:t1", "+sea"),
    "cli-set": Command("set", "tag:t1", "section=sea"),
    "cli-rename-tag": Command("rename-tag", "birds", "animals/birds"),
    "cli-merge": Command("merge", "ID", "OTHER"),
    "cli-unite": Command("merge", "ARCHIVE"),
    "cli-rules": Command("rules"),
    "cli-rules-run": Command("rules", "run"),
    "cli-hooks": Command("hooks"),
    "cli-hooks-allow": Command("hooks", "allow"),
    "cli-hooks-deny": Command("hooks", "deny"),
    "cli-remove": Command("remove", "tag:t1"),
    "cli-restore-articles": Command("restore", "ID"),
    "cli-purge": Command("purge", "tag:t1", "--yes"),
    "cli-purge-trash": Command("purge", "--trash", "--yes"),
    "cli-log": Command("log"),
    "cli-undo": Command("undo"),
    "cli-redo": Command("redo"),
    "cli-sync": Command("sync"),
    "cli-rebuild": Command("rebuild"),
    "cli-verify": Command("verify"),
    "cli-repair": Command("verify", "--repair"),
    "cli-backup": Command("backup", "BACKUPS"),
    "cli-restore": Command("restore", "BACKUPS", "RESTORED"),
    "cli-stats": Command("stats"),
    "cli-engine": Command("engine"),
    "cli-engine-use": Command("engine", "use", "ENGINE"),
}
#: What is done to the archive before an operation or a command.
BEFORE: Final[dict[str, Callable[[Path], None]]] = operations.BEFORE | {
    **dict.fromkeys(("cli-rules", "cli-rules-run", "cli-hooks", "cli-hooks-allow"), operations.write_rules),
    **dict.fromkeys(("cli-hooks-deny", "cli-tag-with-hooks"), allow_hook),
    **dict.fromkeys(("cli-search-trash", "cli-list-trash", "cli-purge-trash"), operations.remove_section),
    "cli-restore-articles": opened(lambda archive: archive.remove(ids=[TWIN[0]])),
    "cli-restore": opened(lambda archive: archive.backup(archive.path.with_name("backups"))),
    "cli-sync": operations.edit,
    "cli-unite": operations.other_archive,
    "cli-undo": operations.set_section,
    "cli-repair": operations.damage,
    "cli-redo": operations.set_and_undo,
}
ALL: Final[dict[str, Callable[[Path], None]]] = OPERATIONS | READING | COMMANDS
