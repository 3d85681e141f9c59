"""Tracer: runs a program under strace and returns what it and its processes did outside of themselves.

strace sees the calls where the kernel does, so it makes no difference whether Python, SQLite, tantivy or a raw system
call makes them. It prints strings and the paths of open files in hexadecimal (``-xx -y``), so no name can be taken for
another part of a line.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from heapq import merge
from pathlib import Path
from typing import Final, NamedTuple

#: Calls that change what is at a path, by their pairs of arguments: the folder that the path is relative to, or None,
#: and the path. ``+`` marks calls that follow a link at the end of the path.
_CHANGES: Final[dict[str, tuple[tuple[int | None, int], ...]]] = {
    **dict.fromkeys(("unlink", "rmdir", "mkdir", "mknod", "lchown", "lsetxattr", "lremovexattr"), ((None, 0),)),
    **dict.fromkeys(("creat+", "chmod+", "chown+", "truncate+", "utime+", "utimes+"), ((None, 0),)),
    **dict.fromkeys(("setxattr+", "removexattr+", "swapon+", "acct+"), ((None, 0),)),
    **dict.fromkeys(("unlinkat", "mkdirat", "mknodat"), ((0, 1),)),
    **dict.fromkeys(("fchmodat+", "fchmodat2+", "fchownat+", "utimensat+", "futimesat+"), ((0, 1),)),
    **dict.fromkeys(("rename", "link"), ((None, 0), (None, 1))),
    **dict.fromkeys(("renameat", "renameat2", "linkat"), ((0, 1), (2, 3))),
    "symlink": ((None, 1),),
    "symlinkat": ((1, 2),),
}
#: Calls that look at what is at a path.
_LOOKS: Final[dict[str, tuple[tuple[int | None, int], ...]]] = {
    **dict.fromkeys(("stat+", "access+", "statfs+", "getxattr+", "listxattr+"), ((None, 0),)),
    **dict.fromkeys(("lstat", "readlink", "lgetxattr", "llistxattr"), ((None, 0),)),
    **dict.fromkeys(("newfstatat+", "statx+", "faccessat+", "faccessat2+", "name_to_handle_at+"), ((0, 1),)),
    "readlinkat": ((0, 1),),
    "inotify_add_watch+": ((None, 1),),
}
#: Calls that change a file that is open.
_ON_FILES: Final = ("ftruncate", "fchmod", "fchown", "fsetxattr", "fremovexattr")
#: Calls that no command may make: they change the system, or hide other calls.
_NEVER: Final = (
    *("mount", "umount2", "pivot_root", "chroot", "swapon", "acct", "ptrace", "process_vm_writev", "io_uring_setup"),
    *("bpf", "setns", "open_by_handle_at", "fanotify_mark", "move_mount", "fsopen", "init_module", "finit_module"),
)
_SENDS: Final = ("connect", "bind", "sendto", "sendmsg", "sendmmsg")
_SIGNALS: Final = {"kill": 1, "tkill": 1, "tgkill": 2, "rt_sigqueueinfo": 1, "pidfd_send_signal": 1}
_OPENS: Final = ("open", "openat", "openat2")
_RUNS: Final = ("execve", "execveat")
_CALLS: Final = (*_CHANGES, *_ON_FILES, *_NEVER, *_SIGNALS, *_OPENS, *_RUNS, "chdir", "fchdir")
_WRITING: Final = re.compile(r"O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)")
_LINE: Final = re.compile(r"(\w+)\((.*)\)\s+= (.*)", re.DOTALL)
_TOKEN: Final = re.compile(r'"[^"]*"(?:\.\.\.)?|[^,\[\]{}"]+|.')
_NAMED: Final = re.compile(r"^(?:AT_FDCWD|-?\d+)<([^>]*)>")
_ADDRESS: Final = re.compile(r'sun_path=@?"([^"]*)"')
_HEX: Final = re.compile(r"(?:\\x[0-9a-f]{2})+")
_MAX_LINKS: Final = 40


class Event(NamedTuple):
    """What a process did."""

    kind: str  # change, write, read, look, run, network, signal or never
    path: str  # the full path without links, or the address
    line: str  # of the trace
    succeeded: bool

    @property
    def call(self) -> str:
        """The line of the trace, with its strings as they are."""
        return _HEX.sub(lambda match: ascii(_unhex(match[0]))[1:-1], self.line)[:500]


class Traced(NamedTuple):
    """A program that ended."""

    code: int  # its exit code; less than zero for a signal
    output: bytes
    messages: bytes
    events: list[Event]
    seconds: float
    is_late: bool  # whether it was ended because it took too long


def traced(
    command: list[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    notes: Path,
    seconds: int = 60,
    memory: int = 0,
    interrupt_after: float = 0,
    links: Mapping[str, str] | None = None,
    looks: bool = False,
) -> Traced:
    """Runs a program under strace.

    Args:
        command: The program and its arguments.
        cwd: The folder to run it in.
        environment: Its environment.
        notes: An empty folder for the trace and the output.
        seconds: The processor time after which each process is ended; or all of them, after ten times as long by the
            clock: a busy machine is no fault.
        memory: The address space of each process in bytes; 0 for no limit.
        interrupt_after: After how many seconds it is interrupted, as by Ctrl-C; 0 for never.
        links: The links that there are where it may act: full path to target.
        looks: Whether calls that only look at what is at a path are traced too. Python makes thousands of them when it
            imports modules, which takes half a second.
    """
    tracer = ["strace", "-f", "-ff", "--seccomp-bpf", "-y", "-xx", "-qq", "-ttt", "-s", "16384", "-e", "signal=none"]
    names = ",".join(["%network", *(["%file"] if looks else []), *(call.rstrip("+") for call in _CALLS)])
    tracer += ["-e", f"trace=?{names.replace(',', ',?')}", "-o", str(notes / "trace")]

    def limit() -> None:
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    began = time.monotonic()
    with (notes / "output").open("w+b") as output, (notes / "messages").open("w+b") as messages:
        process = subprocess.Popen(
            [*tracer, *command],
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=messages,
            start_new_session=True,
            preexec_fn=limit,
        )
        is_late = not _waited(process, 10 * seconds, interrupt_after)
    files = sorted(notes.glob("trace.*"))
    pids = {file.suffix[1:] for file in files}
    events = [
        event for event in _events(files, str(cwd), links or {}) if not (event.kind == "signal" and event.path in pids)
    ]
    output_bytes, message_bytes = ((notes / name).read_bytes() for name in ("output", "messages"))
    return Traced(process.returncode, output_bytes, message_bytes, events, time.monotonic() - began, is_late)


def _waited(process: subprocess.Popen[bytes], seconds: float, interrupt_after: float) -> bool:
    """Waits until a program ends; returns False if it had to be killed."""
    try:
        if interrupt_after:
            try:
                process.wait(interrupt_after)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGINT)
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return False
    return True


def resolved(path: str, links: Mapping[str, str], *, follow: bool = True) -> str:
    """Returns a full path without links and dots, as the kernel finds it with these links."""
    done: list[str] = []
    left = [part for part in reversed(path.split("/")) if part]
    followed = 0
    while left:
        part = left.pop()
        if part == ".." and done:
            done.pop()
        if part in (".", ".."):
            continue
        done.append(part)
        target = links.get("/" + "/".join(done))
        if target is not None and (left or follow) and followed < _MAX_LINKS:
            followed += 1
            done.pop()
            if target.startswith("/"):
                done = []
            left += [inner for inner in reversed(target.split("/")) if inner]
    return "/" + "/".join(done)


def _events(files: list[Path], cwd: str, links: Mapping[str, str]) -> Iterator[Event]:
    """Yields what processes did, from their traces, in the order of time: a link may be gone when it was."""
    links, folders = dict(links), dict.fromkeys(files, cwd)
    for _, file, line in merge(*map(_lines, files)):
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        call, arguments, result = match[1], _split(match[2]), match[3]
        events = [*_event(line, call, arguments, result, folders[file], links)]
        yield from events
        if not result.startswith("0"):
            continue
        if call == "chdir":
            folders[file] = resolved(_join(folders[file], _path(arguments[0])), links)
        elif call == "fchdir":
            folders[file] = _annotated(arguments[0])
        elif call in ("symlink", "symlinkat"):
            links[events[0].path] = _path(arguments[0])
        elif call in ("unlink", "unlinkat"):
            links.pop(events[0].path, None)
        elif call in ("rename", "renameat", "renameat2"):
            target = links.pop(events[0].path, None)
            links.pop(events[1].path, None)
            if target is not None:
                links[events[1].path] = target


def _lines(file: Path) -> Iterator[tuple[float, Path, str]]:
    """Yields the lines of a trace with their times."""
    for line in file.read_text("ascii", "replace").splitlines():
        time_, _, call = line.partition(" ")
        yield float(time_), file, call


def _event(
    line: str, call: str, arguments: list[str], result: str, cwd: str, links: Mapping[str, str]
) -> Iterator[Event]:
    """Yields what one call did."""
    succeeded = not result.startswith("-1")

    def at(folder: int | None, path: int, follow: bool) -> str:
        above = cwd if folder is None else _annotated(arguments[folder]) or cwd
        name = "" if arguments[path] == "NULL" else _path(arguments[path])
        return resolved(_join(above, name), links, follow=follow and "NOFOLLOW" not in arguments[-1])

    if call in _OPENS:
        index = 0 if call == "open" else 1
        flags = arguments[index + 1]
        follow = "O_NOFOLLOW" not in flags and not ("O_CREAT" in flags and "O_EXCL" in flags)
        path = _annotated(result) if succeeded else at(None if call == "open" else 0, index, follow)
        yield Event("write" if _WRITING.search(flags) else "read", path, line, succeeded)
    elif call in _RUNS:
        yield Event("run", at(None, 0, True) if call == "execve" else at(0, 1, True), line, succeeded)
    elif call in _SENDS:
        yield from _sent(line, call, cwd, links, succeeded)
    elif call in _SIGNALS or call in _NEVER or call in _ON_FILES:
        yield from _done(line, call, arguments, succeeded)
    for table, kind in ((_CHANGES, "change"), (_LOOKS, "look")):
        for name, follow in ((call, False), (f"{call}+", True)):
            yield from (Event(kind, at(*place, follow), line, succeeded) for place in table.get(name, ()))


def _done(line: str, call: str, arguments: list[str], succeeded: bool) -> Iterator[Event]:
    """Yields what one call did that has no path."""
    if call in _SIGNALS:
        target = arguments[1] if call == "tgkill" else arguments[0].partition("<")[0]
        if arguments[_SIGNALS[call]] != "0":
            yield Event("signal", target.lstrip("-"), line, succeeded)
    elif call in _NEVER:
        yield Event("never", call, line, succeeded)
    else:
        yield Event("change", _annotated(arguments[0]), line, succeeded)


def _sent(line: str, call: str, cwd: str, links: Mapping[str, str], succeeded: bool) -> Iterator[Event]:
    """Yields what one call did with an address of the network, or of a socket that has a path."""
    if "sa_family=AF_INET" in line:
        yield Event("network", line, line, succeeded)
    elif (address := _ADDRESS.search(line)) and call in ("connect", "bind"):
        name = resolved(_join(cwd, _unhex(address[1])), links)
        yield Event("change" if call == "bind" else "look", name, line, succeeded)


def _split(text: str) -> list[str]:
    """Returns the arguments of a call."""
    arguments, depth = [""], 0
    for token in _TOKEN.findall(text):
        depth += (token in "[{") - (token in "]}")
        if token == "," and not depth:
            arguments.append("")
        else:
            arguments[-1] += token
    return [argument.strip() for argument in arguments]


def _path(argument: str) -> str:
    return _unhex(argument.strip('".'))


def _annotated(argument: str) -> str:
    """Returns the path that strace names for an open file; empty if it names none."""
    match = _NAMED.match(argument)
    path = _unhex(match[1]) if match else ""
    return path if path.startswith("/") else ""


def _unhex(text: str) -> str:
    return os.fsdecode(bytes.fromhex(text.replace("\\x", "")))


def _join(folder: str, path: str) -> str:
    return path if path.startswith("/") else f"{folder}/{path}"
