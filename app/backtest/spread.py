"""Work spread over the processes of an executor, with no more of it waiting than is needed to keep them busy."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from itertools import islice
from multiprocessing import Pipe, active_children, get_context
from typing import Final, TypeVar

from app.backtest.quiet import begin_worker

Job = TypeVar("Job")
Done = TypeVar("Done")

AHEAD: Final = 2
"""Jobs handed out for each process: the one that it does, and the next."""

BEAT_S: Final = 0.25


def spread(
    jobs: Iterable[Job],
    work: Callable[[Job], Done],
    executor: Executor,
    processes: int,
    beat: Callable[[], object] | None = None,
) -> Iterator[Done]:
    """What `work` makes of each job, in the order in which they end. Any executor of the standard interface will do.

    `work` and jobs must be such as can be sent to another process. A fault of `work` is raised here, and so is
    `BrokenExecutor` where a process was killed. `beat` is called every BEAT_S while nothing ends.
    """
    waiting: set[Future[Done]] = set()
    rest = iter(jobs)
    try:
        while True:
            for job in islice(rest, AHEAD * processes - len(waiting)):
                waiting.add(executor.submit(work, job))
            if not waiting:
                return
            done, waiting = wait(waiting, BEAT_S if beat is not None else None, FIRST_COMPLETED)
            if beat is not None and not done:
                beat()
            for future in sorted(done, key=_failed):  # what is done is handed over before a fault ends it all
                yield future.result()
    finally:
        for future in waiting:
            future.cancel()


def _failed(future: Future[Done]) -> bool:
    return future.exception() is not None


@contextlib.contextmanager
def local(processes: int) -> Iterator[Executor]:
    """So many processes on this machine, each as `begin_worker` leaves it. None of them outlives the block.

    A block that is left by an exception, ctrl+c for one, does not wait for what they are doing; a process whose
    parent is gone ends too. Ctrl+c itself is the parent's alone to answer.
    """
    until, alive = Pipe(duplex=False)
    executor = ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=begin_worker, initargs=(until,)
    )
    others = active_children()
    try:
        with _no_interrupts():
            for _ in range(processes):
                executor.submit(int)  # starts a process
        yield executor
        executor.shutdown()
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    finally:
        started = [process for process in active_children() if process not in others]
        alive.close()
        for process in started:
            process.join()
        until.close()


@contextlib.contextmanager
def _no_interrupts() -> Iterator[None]:
    """Hold ctrl+c back. A process that is started meanwhile never hears of it, not even while it is loading."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0))
