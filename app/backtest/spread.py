"""Work spread over the processes of an executor, with no more of it waiting than is needed to keep them busy."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from typing import Final, TypeVar

from app.backtest.quiet import quiet_collector

Job = TypeVar("Job")
Done = TypeVar("Done")

AHEAD: Final = 2
"""Jobs handed out for each process: the one that it does, and the next."""


def spread(jobs: Iterable[Job], work: Callable[[Job], Done], executor: Executor, processes: int) -> Iterator[Done]:
    """What `work` makes of each job, in the order in which they end. Any executor of the standard interface will do.

    `work` and jobs must be such as can be sent to another process. A fault of `work` is raised here, and so is
    `BrokenExecutor` where a process was killed.
    """
    waiting: set[Future[Done]] = set()
    rest = iter(jobs)
    try:
        while True:
            for job in rest:
                waiting.add(executor.submit(work, job))
                if len(waiting) >= AHEAD * processes:
                    break
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        for future in waiting:
            future.cancel()


def local(processes: int) -> ProcessPoolExecutor:
    """So many processes on this machine, each as `quiet_collector` leaves it."""
    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=quiet_collector)


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0))
