"""Judging: what a command on a stranger's archive did that it must not do."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from benchmarks.hostile.arena import Arena, has_secret
from benchmarks.hostile.tracer import Event, Traced

#: The exit codes that the program documents.
CODES: Final = (0, 1, 2, 3, 4)
_INTERRUPTED: Final = 130
#: What is part of the system: devices that hold nothing, what a process knows of itself, and programs' files.
_DEVICES: Final = ("/dev/null", "/dev/urandom", "/dev/random", "/dev/tty")
_PROCESS: Final = re.compile(r"/proc/\d+/(?:fd|maps|statm?|status|cmdline|cgroup|mounts|mountinfo)")
_SYSTEM: Final = (
    *("/proc/meminfo", "/proc/stat", "/proc/cpuinfo", "/proc/sys/vm/", "/sys/", "/usr/share/zoneinfo"),
    *("/etc/ssl/openssl.cnf", "/etc/locale.alias", "/usr/share/locale/"),
)
#: urllib3 asks when it is imported whether there is IPv6. It binds a socket to the machine itself, and closes it.
_ASKS_FOR_IPV6: Final = re.compile(r"bind\(.*sin6_port=htons\(0\).*(?:::1|\\x3a\\x3a\\x31)\"")
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]")
_MAX_MESSAGE: Final = 2_000  # characters of a line


class Known:
    """What commands do with an archive that attacks nobody: what they read outside of it, run and connect to."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.run: set[str] = set()
        self.network: set[str] = set()

    def learn(self, arena: Arena, events: Iterable[Event]) -> None:
        """Adds what a command did."""
        for event in events:
            if event.kind in ("read", "look"):
                self.read.add(event.path.removeprefix(str(arena.root)))
            if event.kind == "run":
                self.run.add(event.path)
            if event.kind == "network":
                self.network.add(_without_numbers(event.path))


def breaches(arena: Arena, done: Traced, known: Known, before: dict[str, tuple[object, ...]]) -> Iterator[str]:
    """Yields what a command must not have done, each in a line.

    Args:
        arena: Where it ran.
        done: The command.
        known: What commands do with other archives.
        before: The state of what is outside of the archive before the command.
    """
    after = arena.outside()
    for path in sorted({*before, *after}):
        if before.get(path) != after.get(path):
            yield f"outside: {path.removeprefix(str(arena.root))} changed"
    for event in done.events:
        if (reason := _breach(arena, event, known)) is not None:
            yield f"{reason}: {event.call}"
    for name, data in (("output", done.output), ("messages", done.messages)):
        if has_secret(data):
            yield f"secret: it is in the {name}"
    for path in arena.secrets():
        yield f"secret: it is in {path.removeprefix(str(arena.root))}"
    yield from _manners(done)
    yield from _links(arena.out)
    for left in arena.tmp.iterdir():
        yield f"left: {left.name} in the folder of temporary files"


def _breach(arena: Arena, event: Event, known: Known) -> str | None:
    """Returns what is wrong with what a command did; None if nothing is."""
    kind, path = event.kind, event.path
    if kind in ("never", "signal"):
        return kind
    if kind == "network":
        return None if _without_numbers(path) in known.network or _ASKS_FOR_IPV6.search(path) else kind
    if kind == "run":
        return None if path in known.run or path == sys.executable else "run"
    own = (arena.archive, arena.out, arena.tmp)
    if any(path == str(folder) or path.startswith(f"{folder}/") for folder in own):
        return None
    if kind in ("change", "write"):
        return None if path.startswith(_DEVICES) else f"{kind} outside"
    if path.removeprefix(str(arena.root)) in known.read:
        return None
    if path.startswith((f"{arena.canary}", f"{arena.home}/")):
        return f"{kind} outside"
    if kind == "read" and path.startswith(f"{arena.shared}"):
        return "read outside"
    if kind == "read" and not path.startswith((str(arena.inputs), str(arena.root / "template.txt"))):
        allowed = _of_python(path) or path.startswith((*_SYSTEM, *_DEVICES))
        allowed = allowed or str(arena.root).startswith(path) or _PROCESS.fullmatch(path) is not None
        return None if allowed else "read outside"
    return None


def _without_numbers(line: str) -> str:
    """Returns a call without the numbers of its socket."""
    return re.sub(r"\d+<[^>]*>", "", line)


def _manners(done: Traced) -> Iterator[str]:
    """Yields what is wrong with how a command ended."""
    text = done.messages
    if done.is_late:
        yield "late: it had to be ended"
    elif done.code not in (*CODES, _INTERRUPTED):
        yield f"exit code: {done.code}"
    if b"Traceback" in text or b"internal error" in text or b"MemoryError" in text or b"panicked" in text:
        yield f"internal error: {text[-300:]!r}"
    if match := _CONTROL.search(text):
        yield f"control: {text[max(0, match.start() - 80) : match.end() + 40]!r}"
    longest = max(text.split(b"\n"), key=len)
    if len(longest) > _MAX_MESSAGE:
        yield f"long: a message of {len(longest)} bytes, {longest[:80]!r}"


def _links(out: Path) -> Iterator[str]:
    for path in out.rglob("*"):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            yield f"output: {path.relative_to(out)!a} is a link or a special file"


def _of_python(path: str) -> bool:
    """Returns whether a path is one of Python's, of a package's or of the system's libraries."""
    homes = {sys.prefix, sys.base_prefix, sys.exec_prefix, str(Path(__file__).parents[2] / "docarchive")}
    return path.startswith((*(f"{home}/lib" for home in homes), *homes, "/usr/lib", "/lib", "/etc/ld.so"))
