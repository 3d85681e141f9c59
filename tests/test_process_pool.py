"""ProcessPool: each task in another process, with bounds; whatever it does there, the next one is run."""

import os
import sys
import time
from functools import partial
from typing import Any

import pytest

from docarchive import process_pool
from docarchive.errors import ReaderError
from docarchive.process_pool import Ended, Failed, ProcessPool, pack


def refuse(reason: str) -> None:
    raise ReaderError(reason)


def packed(*tasks: partial[Any]) -> list[bytes]:
    all_packed = [pack(task) for task in tasks]
    assert None not in all_packed
    return [task for task in all_packed if task]


def results(pool: ProcessPool, *tasks: partial[Any]) -> list[object]:
    return [future.result() for future in [pool.submit(task) for task in packed(*tasks)]]


def test_results_carry_the_number_of_their_task() -> None:
    with ProcessPool(2) as pool:
        assert results(pool, *(partial(divmod, number, 7) for number in range(50))) == [divmod(n, 7) for n in range(50)]


def test_processes_are_used_again() -> None:
    with ProcessPool(1) as pool:
        first, second = results(pool, partial(os.getpid), partial(os.getpid))
        assert first == second != os.getpid()
        assert results(pool, partial(os.getpid)) == [first]


def test_no_more_processes_than_asked_for() -> None:
    with ProcessPool(2) as pool:
        assert 1 <= len(set(results(pool, *(partial(os.getpid) for _ in range(20))))) <= 2


def test_a_refusal_comes_back_as_one_and_a_mistake_as_a_mistake() -> None:
    with ProcessPool(1) as pool:
        refusal, mistake = results(pool, partial(refuse, "it is empty"), partial(divmod, 1, 0))
    assert isinstance(refusal, ReaderError)
    assert str(refusal) == "it is empty"
    assert isinstance(mistake, Failed)
    assert str(mistake).startswith("ZeroDivisionError: ")


def test_a_crash_costs_one_record() -> None:
    with ProcessPool(1) as pool:
        crashed, after = results(pool, partial(os.abort), partial(abs, -3))
    assert isinstance(crashed, Ended)
    assert str(crashed) == "crashes the process (SIGABRT)"
    assert after == 3


def test_what_takes_too_long_is_ended() -> None:
    with ProcessPool(2, time=4) as pool:  # their start counts, and a loaded machine is slow to start them
        late, after, last = results(pool, partial(time.sleep, 3_600), partial(abs, -3), partial(abs, -4))
    assert isinstance(late, Ended)
    assert str(late) == "takes longer than 4 seconds"
    assert (after, last) == (3, 4)


@pytest.mark.skipif(sys.platform != "linux", reason="the bound on memory is kept on Linux only")
def test_what_takes_too_much_memory_fails_alone() -> None:
    with ProcessPool(1) as pool:
        greedy, after = results(pool, partial(bytearray, process_pool.MEMORY + 1), partial(abs, -3))
    assert isinstance(greedy, Failed)
    assert str(greedy).startswith("MemoryError")
    assert after == 3


def test_what_is_printed_there_does_not_stand_among_the_answers(capfd: pytest.CaptureFixture[str]) -> None:
    with ProcessPool(1) as pool:
        assert results(pool, partial(os.write, 1, b"noise"), partial(print, "noise"), partial(abs, -3))[-1] == 3
    assert capfd.readouterr() == ("", "")


def test_results_that_cannot_travel_are_mistakes() -> None:
    with ProcessPool(1) as pool:
        (result,) = results(pool, partial(open, os.devnull))
    assert isinstance(result, Failed)


def test_what_cannot_leave_this_process_is_not_packed() -> None:
    assert pack(lambda: None) is None


def test_a_pool_that_is_closed_leaves_no_process() -> None:
    pool = ProcessPool(2)
    process, sleeping, _ = [pool.submit(task) for task in packed(*map(partial, (os.getpid, sleep_here, os.getpid)))]
    pid = process.result()
    pool.close()
    assert sleeping.cancelled() or isinstance(sleeping.result(), Ended)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def sleep_here() -> None:
    time.sleep(60)
