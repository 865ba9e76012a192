"""A window that was recorded more than once: one recording of it is taken, and it is the one that a backtest takes."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.backtest.copies import once
from app.backtest.split import survey
from tests.app.backtest.sweep_windows import write_windows


def broken(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"luck\n")


def malformed(path: Path) -> None:
    """Every line is a record, and one of them is none of ours."""
    path.write_bytes(path.read_bytes().replace(b'"UP"', b'"LUCK"').replace(b'"DOWN"', b'"LUCK"'))


def unsettled(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def shorter(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:9], lines[-1]]))


def taken(*paths: Path) -> tuple[list[Path], dict[Path, str]]:
    """Which recordings are taken, and why the others are not."""
    spans, skipped = once(survey(paths)[0], 1)
    return [span.path for span in spans], {skip.path: skip.why for skip in skipped}


@pytest.mark.parametrize("worse", [broken, malformed, unsettled, shorter])
@pytest.mark.parametrize("worse_is_first", [True, False])
def test_the_better_one_is_taken_whichever_was_found_first(
    tmp_path: Path, worse: Callable[[Path], None], worse_is_first: bool
) -> None:
    good, alone = write_windows(tmp_path, 2, 1)
    bad = tmp_path / "copy.jsonl"
    shutil.copy(good, bad)
    worse(bad)
    paths, left_out = taken(*((bad, good) if worse_is_first else (good, bad)), alone)
    assert paths == [good, alone]
    assert left_out.keys() == {bad}
    told: dict[Callable[[Path], None], str] = {
        broken: "copy.jsonl, line ",
        malformed: "copy.jsonl: the settlement record ",
    }
    assert left_out[bad].startswith(told.get(worse, f"is of the same window as {good}"))


def test_of_equal_ones_the_first_that_was_found_is_taken(tmp_path: Path) -> None:
    (one,) = write_windows(tmp_path, 1, 1)
    other = tmp_path / "a copy.jsonl"
    shutil.copy(one, other)
    assert taken(one, other) == ([one], {other: f"is of the same window as {one}"})
    assert taken(other, one) == ([other], {one: f"is of the same window as {other}"})


def test_an_outcome_is_worth_more_than_length(tmp_path: Path) -> None:
    (long,) = write_windows(tmp_path, 1, 1)
    short = tmp_path / "short.jsonl"
    shutil.copy(long, short)
    unsettled(long)
    shorter(short)
    assert taken(long, short)[0] == [short]


def test_the_outcome_may_stand_beside_the_recording(tmp_path: Path) -> None:
    (bare,) = write_windows(tmp_path, 1, 1)
    unsettled(bare)
    home = tmp_path / "window"
    home.mkdir()
    shutil.copy(bare, home / "frames.jsonl")
    (home / "market_info.txt").write_text("outcome=DOWN\n")
    assert taken(bare, home)[0] == [home]


def test_a_window_none_of_whose_recordings_can_be_used_is_left_out_and_each_is_named(tmp_path: Path) -> None:
    first, alone = write_windows(tmp_path, 2, 1)
    broken(first)
    second = tmp_path / "copy.jsonl"
    shutil.copy(first, second)
    paths, left_out = taken(first, second, alone)
    assert paths == [alone]
    assert left_out.keys() == {first, second}


def test_windows_of_one_recording_are_not_run(tmp_path: Path) -> None:
    """Whether they can be used shows when the sweep runs them."""
    bad, good = write_windows(tmp_path, 2, 1)
    broken(bad)
    assert taken(bad, good) == ([bad, good], {})
