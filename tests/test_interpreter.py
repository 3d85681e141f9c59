"""A fork of a process that has loaded the package is to a test what a new interpreter is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import interpreter
import pytest

SHOWS = """
import json, os, signal, sys
print(json.dumps([
    sys.argv, os.getcwd(), sorted(os.environ.items()), sys.stdin.read(), __name__, sys.flags.utf8_mode,
    [[stream.encoding, stream.errors, stream.isatty(), stream.fileno()] for stream in (sys.stdout, sys.stderr)],
    [str(signal.getsignal(kind)) for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE)],
    signal.pthread_sigmask(signal.SIG_BLOCK, []) == set(),
]))
print("é", file=sys.stderr)
"""
ENDS = {
    "at its end": ("", 0),
    "exit": ("import sys; sys.exit(3)", 3),
    "exit with a text": ("import sys; sys.exit('sorry')", 1),
    "_exit": ("import os; os._exit(9)", 9),
    "an error": ("raise ValueError('x')", 1),
    "killed": ("import os; os.kill(os.getpid(), 9)", -9),
    "atexit": ("import atexit; atexit.register(print, 'end')", 0),
}


def started(*arguments: str, cwd: Path, env: dict[str, str], input: bytes = b"") -> subprocess.CompletedProcess[str]:
    """Runs a new interpreter."""
    ran = subprocess.run([sys.executable, *arguments], cwd=cwd, env=env, input=input, capture_output=True, check=False)
    return subprocess.CompletedProcess(list(arguments), ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def test_a_fork_sees_what_a_new_interpreter_sees(tmp_path: Path) -> None:
    environment = {**os.environ, "MINE": "é"}
    (tmp_path / "shows.py").write_text(SHOWS, "utf-8")
    for arguments in (["-c", SHOWS, "a", "é"], ["-m", "shows", "--b"], ["shows.py", "c"]):
        ours = interpreter.run(arguments, cwd=tmp_path, env=environment, input=b"text")
        theirs = started(*arguments, cwd=tmp_path, env=environment, input=b"text")
        assert (ours.returncode, ours.stderr) == (theirs.returncode, theirs.stderr) == (0, "é\n")
        assert json.loads(ours.stdout) == json.loads(theirs.stdout)


@pytest.mark.parametrize(("code", "exit_code"), ENDS.values(), ids=ENDS)
def test_a_fork_ends_as_a_new_interpreter_does(code: str, exit_code: int, tmp_path: Path) -> None:
    ours = interpreter.run(["-c", code], cwd=tmp_path)
    theirs = started("-c", code, cwd=tmp_path, env={**os.environ})
    assert ours.returncode == theirs.returncode == exit_code
    assert (ours.stdout, ours.stderr.splitlines()[-1:]) == (theirs.stdout, theirs.stderr.splitlines()[-1:])


def test_an_environment_that_python_reads_as_it_starts_starts_one(tmp_path: Path) -> None:
    code = "import sys; print(sys.flags.utf8_mode, hash('a'))"
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONHASHSEED": "1"}
    ours = interpreter.run(["-c", code], env=environment)
    assert ours.stdout == started("-c", code, cwd=tmp_path, env=environment).stdout
