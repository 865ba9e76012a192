"""The process that draws: never waited for, one chart at a time, and never left behind."""

import multiprocessing
import multiprocessing.connection
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.widgets.test_chart_worker import END, START, STRIKE, lines, path
from widgets.chart_artist import PAUSE_NS, ChartArtist, ChartFrame
from widgets.chart_worker import draw_chart

FRAME = ChartFrame(STRIKE, START, END, 62, 9)
LATER = 10**18
ROOT = Path(__file__).parents[2]


@pytest.fixture
def artist() -> Iterator[ChartArtist]:
    made = ChartArtist()
    yield made
    made.close()
    assert made.process_ids == []
    assert nobody_left()


def nobody_left(within_s: float = 10.0) -> bool:
    """Whether every process ends: a killed one is there until the pool's own thread has been told of its end."""
    deadline = time.monotonic() + within_s
    while multiprocessing.active_children() and time.monotonic() < deadline:
        time.sleep(0.01)
    return not multiprocessing.active_children()


def finish(artist: ChartArtist) -> None:
    """Wait until the chart in the making is done or has failed."""
    deadline = time.monotonic() + 20
    while artist.waiting_s(LATER) > 0:
        assert time.monotonic() < deadline
        time.sleep(0.01)
        artist.free(0)


def test_a_chart_is_drawn_by_a_real_process_one_at_a_time_and_twice_a_second(artist: ChartArtist) -> None:
    points = tuple(path(83_690, 83_760))
    assert artist.ask(FRAME, points, 0)
    assert artist.process_ids not in ([], [os.getpid()])
    assert not artist.ask(FRAME, points, 10 * PAUSE_NS), "one is still being drawn"
    assert artist.waiting_s(2 * PAUSE_NS) == 1.0
    assert artist.rows == ()
    finish(artist)
    assert artist.rows == draw_chart(points, STRIKE, START, END, 62, 9)
    assert (artist.frame, artist.newest_ms) == (FRAME, END)
    assert artist.waiting_s(2 * PAUSE_NS) == 0.0
    assert artist.ask(FRAME, points[:1], PAUSE_NS)
    finish(artist)
    assert not artist.ask(FRAME, points, 2 * PAUSE_NS - 1), "the last one is not half a second old"
    assert artist.newest_ms == START


def test_a_chart_that_fails_is_told_and_the_next_one_is_drawn(artist: ChartArtist) -> None:
    assert artist.ask(FRAME, ((START, float("inf")),), 0)
    finish(artist)
    assert artist.trouble.startswith("no chart: ")
    assert artist.ask(FRAME, tuple(path(83_690, 83_760)), PAUSE_NS)
    finish(artist)
    assert artist.trouble == ""
    assert "┈" in "".join(lines(artist.rows))


def test_a_process_that_dies_is_told_and_nothing_more_is_asked(artist: ChartArtist) -> None:
    artist.ask(FRAME, (), 0)
    os.kill(artist.process_ids[0], signal.SIGKILL)
    finish(artist)
    assert artist.trouble == "no chart any more: the process that draws it ended (BrokenProcessPool)"
    assert not artist.free(9 * PAUSE_NS)
    assert not artist.ask(FRAME, (), 9 * PAUSE_NS)


def test_closing_ends_a_process_that_has_only_just_been_started() -> None:
    artist = ChartArtist()
    artist.start()
    (started,) = artist.process_ids
    process = os.pidfd_open(started)
    artist.close()
    assert artist.process_ids == []
    assert select.select([process], [], [], 5)[0], "it has ended, whoever heard of it first"
    os.close(process)
    assert not artist.ask(FRAME, (), 0)


def test_closing_what_never_started_is_nothing() -> None:
    ChartArtist().close()


def test_the_process_does_not_outlive_a_parent_that_is_killed() -> None:
    code = """
import sys, time
from widgets.chart_artist import ChartArtist, ChartFrame
if __name__ == "__main__":
    artist = ChartArtist()
    artist.ask(ChartFrame(1.0, 0, 1000, 40, 5), (), 0)
    while not artist.rows:
        artist.free(0)
        time.sleep(0.01)
    print(artist.process_ids[0], flush=True)
    sys.stdin.read()
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    ended = multiprocessing.connection.wait([child], timeout=10)
    os.close(child)
    assert ended == [child]
