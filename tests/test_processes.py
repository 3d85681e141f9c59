"""Processes: what they are told comes back, and what they print is not taken for an answer."""

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest
from interpreter import PATIENCE

from docarchive import processes


def double(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Answers with twice what comes, and prints meanwhile."""
    while True:
        try:
            number = pickle.load(tasks)
        except EOFError:
            return
        print("not an answer", flush=True)
        os.write(1, b"nor is this")
        pickle.dump(2 * number, answers)
        answers.flush()


def test_a_process_answers() -> None:
    process = processes.start("test_processes:double")
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin as tasks, process.stdout as answers:
        for number in (1, 21):
            pickle.dump(number, tasks)
            tasks.flush()
            assert pickle.load(answers) == 2 * number
        tasks.close()
        assert answers.read() == b""
    assert process.wait(10) == 0


def test_a_process_runs_no_code_of_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = tmp_path / "ran"
    for module in ("json", "encodings", "signal", "importlib", "docarchive", "sitecustomize"):
        (tmp_path / f"{module}.py").write_text(f"open({str(ran)!r}, 'a').write({module!r})\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    test_a_process_answers()
    assert not ran.exists()


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Ctrl-C cannot be blocked here")
def test_an_interrupt_while_a_process_starts_does_not_end_it(capfd: pytest.CaptureFixture[str]) -> None:
    process = processes.start("test_processes:double")
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin as tasks, process.stdout as answers:
        process.send_signal(signal.SIGINT)
        pickle.dump(2, tasks)
        tasks.flush()
        assert pickle.load(answers) == 4
    assert process.wait(10) == 0
    assert capfd.readouterr().err == ""


def test_a_process_that_cannot_run_ends() -> None:
    process = processes.start("no_such_module:serve")
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdout as answers:
        assert answers.read() == b""
    process.stdin.close()
    assert process.wait(10) != 0


def test_a_process_dies_with_its_parent(tmp_path: Path) -> None:
    script = (
        f"import os, sys; sys.path[:] = {sys.path!r}\n"
        "from docarchive import processes\n"
        "process = processes.start('test_processes:wait')\n"
        "print(process.pid, process.stdout.read(1).decode(), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE, check=False)
    pid, ready = done.stdout.split()
    assert ready == "r"
    if sys.platform == "linux":
        for _ in range(100):
            if not _runs(int(pid)):
                break
            subprocess.run(["sleep", "0.05"], check=True)
        assert not _runs(int(pid))


def wait(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Says that it is ready, and would not end by itself for a minute."""
    processes.die_with_parent()
    answers.write(b"r")
    answers.flush()
    subprocess.run(["sleep", "60"], check=True)


def _runs(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return False
    return "State:\tZ" not in status


def test_errors_are_told_on_one_line() -> None:
    assert processes.describe(ValueError("a\nb")) == "ValueError: a b"
