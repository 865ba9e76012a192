"""How far a run has come: on a terminal one line, elsewhere nothing."""

import io
from pathlib import Path

import pytest

from app.backtest.progress import PACKS, Progress, weigh


class Terminal(io.StringIO):
    """Text written to it, as if it were a terminal of 80 columns."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class Clock:
    """A time that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_says_how_many_how_fast_and_what_is_left_by_the_weight_of_the_rest() -> None:
    clock = Clock()
    progress = Progress(Terminal(), [100, 300, 600], clock)
    assert progress.line(80) == f"0 of 3 recordings  {'░' * 33}    0 %  0 frames/s  ? left"
    clock.now += 10
    progress.ended(1, 500_000)
    line = progress.line(100)
    assert line.startswith("1 of 3 recordings  ████████████░░")
    assert line.endswith(" 30 %  50,000 frames/s  0:23 left")
    clock.now += 10
    for place in (0, 2):
        progress.ended(place, 500_000)
    assert progress.line(100).endswith("100 %  75,000 frames/s  0:00 left")


@pytest.mark.parametrize("columns", range(1, 140))
def test_it_fits_into_any_terminal(columns: int) -> None:
    clock = Clock()
    progress = Progress(io.StringIO(), [1] * 12_345, clock)
    for place in range(1234):
        progress.ended(place, 30_000)
    clock.now += 5000
    assert len(progress.line(columns)) < max(columns, 2)


def test_hours_are_written_as_such() -> None:
    clock = Clock()
    progress = Progress(io.StringIO(), [1, 999], clock)
    clock.now += 10
    progress.ended(0, 1)
    assert progress.line(100).endswith("2:46:30 left")


def test_where_there_is_no_terminal_it_draws_nothing_and_only_passes_on_what_is_said() -> None:
    out = io.StringIO()
    progress = Progress(out, [1])
    progress.draw()
    progress.say("pmtui: skipped x: why")
    progress.ended(0, 10)
    progress.finish()
    progress.close()
    assert out.getvalue() == "pmtui: skipped x: why\n"


def test_on_a_terminal_the_line_is_drawn_over_and_what_is_said_stands_above_it() -> None:
    out, clock = Terminal(), Clock()
    progress = Progress(out, [1, 1], clock)
    progress.say("pmtui: skipped x: why")
    clock.now += 2
    progress.ended(0, 100_000)
    progress.finish()
    drawn = out.getvalue()
    assert drawn.startswith("\r\x1b[Kpmtui: skipped x: why\n\r0 of 2 recordings")
    assert drawn.endswith("\r\x1b[K1 recording, 100,000 frames in 0:02: 50,000 frames/s\n")
    progress.draw()
    progress.close()
    assert out.getvalue() == drawn, "nothing is drawn after the end"


def test_a_terminal_that_cannot_move_its_cursor_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    out = Terminal()
    Progress(out, [1]).draw()
    assert out.getvalue() == ""


def test_a_terminal_without_blocks_has_signs() -> None:
    out = Terminal()
    out.encoding = "ascii"
    assert "......" in Progress(out, [1]).line(100)


def test_a_plain_recording_weighs_as_if_it_were_packed_and_one_that_is_gone_next_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "frames.jsonl.gz").write_bytes(b"x" * 1000)
    assert weigh(tmp_path) == weigh(tmp_path / "frames.jsonl.gz") == 1001
    (tmp_path / "frames.jsonl").write_bytes(b"x" * 1000 * PACKS)
    assert weigh(tmp_path) == 2001
    assert weigh(tmp_path / "gone.jsonl") == 1


def test_what_is_counted_goes_by_its_own_name() -> None:
    clock = Clock()
    out = Terminal()
    progress = Progress(out, [1, 1], clock, unit="job")
    assert progress.line(80).startswith("0 of 2 jobs  ")
    clock.now += 2
    progress.ended(0, 10)
    progress.finish()
    assert out.getvalue().endswith("1 job, 10 frames in 0:02: 5 frames/s\n")
