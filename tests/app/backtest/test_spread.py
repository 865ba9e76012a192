"""Work over processes: all of it done, little of it waiting, and no process that outlives its use."""

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.backtest.spread import AHEAD, cores, local, spread
from app.backtest.survive import survive
from tests.app.pty_child import still_running
from tests.program import ROOT, clean_environment

PATIENCE_S = 30.0


def doubled(number: int) -> int:
    return 2 * number


def who(_: int) -> tuple[int, bool]:
    return os.getpid(), gc.isenabled()


def failing(number: int) -> int:
    if number == 3:
        raise ValueError("three")
    return number


def killed_at(number: int) -> int:
    if number in (3, 8):
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.01)
    return number


def killed(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def asleep(_: int) -> None:
    time.sleep(10 * PATIENCE_S)


def interrupt() -> None:
    raise KeyboardInterrupt


def nothing() -> None:
    """No word about it."""


class TestSpread:
    def test_every_job_is_done_once(self) -> None:
        with ThreadPoolExecutor(3) as executor:
            assert sorted(spread(range(50), doubled, executor, 3)) == [2 * number for number in range(50)]

    def test_no_more_jobs_are_handed_out_than_keep_the_processes_busy(self) -> None:
        asked: list[int] = []

        def jobs() -> Iterator[int]:
            for number in range(100):
                asked.append(number)
                yield number

        with ThreadPoolExecutor(2) as executor:
            for done, _ in enumerate(spread(jobs(), doubled, executor, 2), 1):
                assert len(asked) <= done + AHEAD * 2

    def test_a_fault_of_the_work_is_raised(self) -> None:
        with ThreadPoolExecutor(1) as executor, pytest.raises(ValueError, match="three"):
            list(spread(range(9), failing, executor, 1))

    def test_there_is_a_beat_while_nothing_ends(self) -> None:
        beats: list[int] = []

        def slow(_: int) -> None:
            time.sleep(0.7)

        with ThreadPoolExecutor(1) as executor:
            list(spread([1], slow, executor, 1, lambda: beats.append(1)))
        assert beats


class TestLocal:
    def test_there_are_as_many_processes_as_asked_for_without_the_collector(self) -> None:
        with local(2) as executor:
            answers = set(spread(range(20), who, executor, 2))
        assert {collecting for _, collecting in answers} == {False}
        assert os.getpid() not in {pid for pid, _ in answers}
        assert still_running([pid for pid, _ in answers]) == []

    def test_an_exception_ends_them_though_they_are_at_work(self) -> None:
        pids: list[int] = []

        def broken_off() -> None:
            with local(2) as executor:
                pids.append(executor.submit(os.getpid).result())
                next(spread(range(9), asleep, executor, 2, interrupt))

        begun = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            broken_off()
        assert time.monotonic() - begun < PATIENCE_S, "it waited for the work"
        assert still_running(pids) == []

    def test_they_end_with_a_parent_that_is_killed(self, tmp_path: Path) -> None:
        code = """
import time
from tests.app.backtest.test_spread import asleep
from app.backtest.spread import local, spread
if __name__ == "__main__":
    import os
    with local(2) as executor:
        print(executor.submit(os.getpid).result(), flush=True)
        list(spread(range(4), asleep, executor, 2))
"""
        script = tmp_path / "parent.py"
        script.write_text(code)
        environment = clean_environment() | {"PYTHONPATH": str(ROOT)}
        parent = subprocess.Popen([sys.executable, str(script)], env=environment, stdout=subprocess.PIPE, text=True)
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        parent.stdout.close()
        assert still_running([child]) == []


class TestSurvive:
    def test_the_jobs_that_kill_their_process_are_the_only_ones_without_an_answer(self) -> None:
        told: list[int] = []
        made = dict(survive(range(12), killed_at, 2, again=told.append, beat=nothing))
        assert made == {number: None if number in (3, 8) else number for number in range(12)}
        assert told
        assert max(told) <= AHEAD * 2 + 1, "those on their way, and the one that was just to be handed out"

    def test_it_comes_to_an_end_where_every_job_kills(self) -> None:
        made = dict(survive(range(3), killed, 2, again=lambda _: None, beat=nothing))
        assert made == dict.fromkeys(range(3))

    def test_nothing_is_made_of_nothing(self) -> None:
        assert list(survive([], doubled, 2, again=lambda _: None, beat=nothing)) == []


def test_the_cores_are_those_that_this_process_may_use() -> None:
    assert cores() == len(os.sched_getaffinity(0))
