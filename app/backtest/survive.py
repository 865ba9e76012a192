"""Jobs over the processes of this machine, to the last of them, though a process be killed on the way."""

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from functools import partial
from typing import TypeVar

from app.backtest.spread import local, spread

Job = TypeVar("Job")
Done = TypeVar("Done")


def survive(
    jobs: Sequence[Job],
    work: Callable[[Job], Done],
    processes: int,
    *,
    again: Callable[[int], object],
    beat: Callable[[], object],
) -> Generator[tuple[int, Done | None], None, None]:
    """The place of each job and what `work` made of it, in the order in which they end.

    Nobody knows at which job a process was killed: `again` is told how many were on their way, and each of these is
    done once more in a process that does nothing else. None stands for a job whose process was killed then too.
    BrokenExecutor where processes end before they have been given anything.
    """
    left = list(range(len(jobs)))
    while left:
        begun: list[int] = []
        done: set[int] = set()
        try:
            with local(min(processes, len(left))) as executor:
                placed = _noted(((place, jobs[place]) for place in left), begun)
                for place, made in spread(placed, partial(_placed, work), executor, processes, beat):
                    done.add(place)
                    yield place, made
        except BrokenExecutor:
            suspects = [place for place in begun if place not in done]
            if not suspects:
                raise
            again(len(suspects))
            for place in suspects:
                yield place, _alone(jobs[place], work, beat)
            done |= set(suspects)
        left = [place for place in left if place not in done]


def _noted(placed: Iterator[tuple[int, Job]], begun: list[int]) -> Iterator[tuple[int, Job]]:
    for place, job in placed:
        begun.append(place)
        yield place, job


def _placed(work: Callable[[Job], Done], job: tuple[int, Job]) -> tuple[int, Done]:
    return job[0], work(job[1])


def _alone(job: Job, work: Callable[[Job], Done], beat: Callable[[], object]) -> Done | None:
    try:
        with local(1) as executor:
            return next(spread([job], work, executor, 1, beat))
    except BrokenExecutor:
        return None
