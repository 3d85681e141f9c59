"""Processes of Python that do not load the package: each is a fork of one process that has loaded it.

A new interpreter takes a third of a second of processor time to start and to load the program; a fork takes a
hundredth. What a test gets is a process in all else: with its own folder, environment, streams, signals and exit code.
What a process loads, or how Python itself starts, is not tested with it: for that, start ``sys.executable``.
"""

from __future__ import annotations

import atexit
import gc
import io
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Lock, Thread, Timer
from typing import Any, BinaryIO, Final, NoReturn

#: Seconds after which a process hangs. On a very busy machine some take many minutes; a test that passes never waits.
PATIENCE: Final = 1_800
#: What Python reads as it starts: a fork has that of the process it is a fork of.
_OF_THE_START: Final = ("PYTHON", "LC_", "LANG")
_NUMBER: Final = 8


class Forked:
    """A process of Python; see ``subprocess.Popen``."""

    stdin: BinaryIO
    stdout: BinaryIO
    stderr: BinaryIO
    returncode: int

    def __init__(self, pid: int, parent: _Parent) -> None:
        self.pid = pid
        self._parent = parent

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self, timeout: float = PATIENCE) -> int:
        """Returns the exit code; a process that takes longer is killed."""
        return self._parent.wait(self.pid, timeout)


class _Parent:
    """The process that has loaded the package, and makes the others."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        self.environment = _of_the_start(os.environ)
        command = [sys.executable, os.path.abspath(__file__), str(theirs.fileno())]
        self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, cwd="/")
        self._lock = Lock()
        theirs.close()
        atexit.register(self._end)

    def start(self, request: Mapping[str, Any], streams: Sequence[int]) -> Forked:
        data = json.dumps(request).encode()
        with self._lock:
            socket.send_fds(self._socket, [len(data).to_bytes(_NUMBER, "big")], streams)
            self._socket.sendall(data)
            return Forked(int.from_bytes(_read(self._socket, _NUMBER), "big"), self)

    def wait(self, pid: int, timeout: float) -> int:
        with self._lock:
            self._socket.settimeout(timeout)
            try:
                self._socket.sendall((0).to_bytes(_NUMBER, "big") + pid.to_bytes(_NUMBER, "big"))
                return int.from_bytes(_read(self._socket, _NUMBER), "big", signed=True)
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                self._socket.settimeout(None)
                _read(self._socket, _NUMBER)
                raise AssertionError(f"a process took more than {timeout:.0f} seconds") from None
            finally:
                self._socket.settimeout(None)

    def _end(self) -> None:
        self._socket.close()
        self._process.wait()


def run(
    arguments: Sequence[object],
    *,
    cwd: Path | str | None = None,
    env: Mapping[str, str] | None = None,
    input: bytes = b"",
    timeout: float = PATIENCE,
) -> subprocess.CompletedProcess[str]:
    """Runs a Python to its end; see ``subprocess.run``. What it prints is read as UTF-8.

    Args:
        arguments: ``-m`` and a module, ``-c`` and code, or a script; and its arguments.
        cwd: The folder to run it in.
        env: Its environment.
        input: What it reads.
        timeout: After how many seconds it is killed.
    """
    environment = dict(os.environ if env is None else env)
    if not hasattr(os, "fork") or _of_the_start(environment) != _parent().environment:
        command = [sys.executable, *map(str, arguments)]
        ran = subprocess.run(
            command, cwd=cwd, env=environment, input=input, capture_output=True, check=False, timeout=timeout
        )
        return _decoded(arguments, ran.returncode, ran.stdout, ran.stderr)
    printed = [b"", b""]

    def write() -> None:
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.write(input)

    def read(number: int, stream: BinaryIO) -> None:
        printed[number] = stream.read()

    with opened(arguments, cwd=cwd, env=environment, timeout=timeout) as process:
        threads = [Thread(target=write), Thread(target=read, args=[0, process.stdout])]
        for thread in threads:
            thread.start()
        read(1, process.stderr)
        for thread in threads:
            thread.join()
    return _decoded(arguments, process.returncode, *printed)


@contextmanager
def opened(
    arguments: Sequence[object],
    *,
    cwd: Path | str | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = PATIENCE,
) -> Iterator[Forked]:
    """Starts a Python with pipes to its standard streams, and waits for its end; see ``run``."""
    (theirs_in, ours_in), (ours_out, theirs_out), (ours_err, theirs_err) = (os.pipe() for _ in range(3))
    process = start(arguments, (theirs_in, theirs_out, theirs_err), cwd=cwd, env=env)
    for end in (theirs_in, theirs_out, theirs_err):
        os.close(end)
    process.stdin = os.fdopen(ours_in, "wb")
    process.stdout, process.stderr = os.fdopen(ours_out, "rb"), os.fdopen(ours_err, "rb")
    ended = Timer(timeout, process.send_signal, [signal.SIGKILL])
    ended.start()
    try:
        yield process
    finally:
        for file in (process.stdin, process.stdout, process.stderr):
            with suppress(BrokenPipeError):
                file.close()
        process.returncode = process.wait(timeout)
        ended.cancel()
        ended.join()


def start(
    arguments: Sequence[object],
    streams: tuple[int, int, int],
    *,
    cwd: Path | str | None = None,
    env: Mapping[str, str] | None = None,
) -> Forked:
    """Starts a Python with three open files as its standard streams; see ``run``."""
    request = {"arguments": [*map(str, arguments)], "cwd": os.path.abspath(cwd or "."), "env": dict(env or os.environ)}
    return _parent().start(request, streams)


def _decoded(arguments: Sequence[object], code: int, out: bytes, err: bytes) -> subprocess.CompletedProcess[str]:
    return subprocess.CompletedProcess(
        [*map(str, arguments)], code, out.decode(errors="surrogateescape"), err.decode(errors="surrogateescape")
    )


@cache
def _parent() -> _Parent:
    return _Parent()


def _of_the_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(_OF_THE_START)}


def _read(stream: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        if not (piece := stream.recv(size - len(data))):
            raise EOFError
        data += piece
    return data


# What follows runs in the process that has loaded the package, and in its forks.


def _serve(stream: socket.socket) -> None:
    """Makes a process for each request, until there are no more requests."""
    _load()
    while head := socket.recv_fds(stream, _NUMBER, 3):
        data, streams, *_ = head
        if not data:
            return
        data += _read(stream, _NUMBER - len(data)) if len(data) < _NUMBER else b""
        if size := int.from_bytes(data, "big"):
            request = json.loads(_read(stream, size))
            if not (pid := os.fork()):
                stream.close()
                _become(request, streams)
            for descriptor in streams:
                os.close(descriptor)
            stream.sendall(pid.to_bytes(_NUMBER, "big"))
        else:
            _, status = os.waitpid(int.from_bytes(_read(stream, _NUMBER), "big"), 0)
            stream.sendall(os.waitstatus_to_exitcode(status).to_bytes(_NUMBER, "big", signed=True))


def _load() -> None:
    """Loads all modules of the package, and no other that starts a thread: a fork has only one."""
    import docarchive

    for module in pkgutil.walk_packages(docarchive.__path__, "docarchive."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    for name in (
        "typer.main",
        "typer.testing",
        "rich.console",
        "rich.markdown",
        "rich.progress",
        "yaml",
        "frontmatter",
    ):
        import_module(name)
    gc.collect()
    gc.freeze()


def _become(request: Mapping[str, Any], streams: Sequence[int]) -> NoReturn:
    """Runs what was asked for, as a new interpreter does, and ends."""
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
    for descriptor in streams:
        if descriptor > 2:
            os.close(descriptor)
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    os.chdir(request["cwd"])
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        file = open(number, f"{mode}b", closefd=False)  # noqa: SIM115 - to the end
        was = getattr(sys, name)
        lines = name == "stderr" or file.isatty()
        text = io.TextIOWrapper(file, was.encoding, was.errors, line_buffering=lines)
        setattr(sys, name, text)
        setattr(sys, f"__{name}__", text)
    code = _run(request["arguments"])
    with suppress(Exception):
        atexit._run_exitfuncs()
    for file_ in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            file_.flush()
    os._exit(code)


def _run(arguments: list[str]) -> int:
    """Runs code, a module or a script; returns the exit code."""
    try:
        if arguments[0] == "-c":
            sys.argv = ["-c", *arguments[2:]]
            sys.path[0] = ""
            exec(compile(arguments[1], "<string>", "exec"), {"__name__": "__main__"})
        elif arguments[0] == "-m":
            sys.argv = arguments[1:]
            sys.path[0] = os.getcwd()
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = arguments
            sys.path[0] = os.path.dirname(os.path.abspath(arguments[0]))
            runpy.run_path(arguments[0], run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
            return 1
        return end.code or 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
