"""`pmtui replay`: what it says without a screen, and what it answers to a path that it cannot use."""

import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.app.backtest.seed_files import folder
from tests.app.backtest.tapes import write_tape
from tests.program import run

HASH = "decision_hash"


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A window's folder as a run leaves it, with the hash of what it decided."""
    folder = tmp_path_factory.mktemp("logs") / "btc-updown-5m-1795000200"
    folder.mkdir()
    shutil.copy(write_tape(tmp_path_factory.mktemp("tape")), folder / "frames.jsonl")
    told = checked(folder)
    assert told.startswith("no hash "), told
    (folder / "market_info.txt").write_text(f"{HASH}={told.split(': ')[1].split(',')[0]}\n")
    return folder


def checked(path: Path, code: int | None = None) -> str:
    done = run("replay", "--check", str(path), cwd=path.parent, timeout=60)
    assert done.stderr == ""
    assert code is None or done.returncode == code, done.stdout
    return done.stdout


def test_the_same_decisions_are_said_to_be_the_same(window: Path) -> None:
    told = checked(window, code=0)
    assert told.startswith("same      btc-updown-5m-1795000200: ")
    assert "8 orders, 6 fills" in told
    assert len(told.splitlines()) == 1


def test_every_recording_below_a_folder_is_checked(window: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        shutil.copytree(window, tmp_path / name)
    assert [line.split()[0] for line in checked(tmp_path, code=0).splitlines()] == ["same", "same"]


def told_otherwise(window: Path, folder: Path, info: str) -> Path:
    """The window again, with something else in its `market_info.txt`."""
    other = folder / "other"
    shutil.copytree(window, other)
    (other / "market_info.txt").write_text(info)
    return other


def test_other_decisions_are_a_failure_that_names_both_hashes(window: Path, tmp_path: Path) -> None:
    told = checked(told_otherwise(window, tmp_path, f"{HASH}={'f' * 32}\n"), code=1)
    assert told.startswith("DIFFERENT other: ")
    assert told.rstrip().endswith(f"the run itself had {'f' * 32}")


def test_a_recording_that_breaks_off_is_unread_and_no_success(window: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(window, other)
    lines = (other / "frames.jsonl").read_bytes().splitlines(keepends=True)
    (other / "frames.jsonl").write_bytes(b"".join([*lines[:100], b"{}\n", *lines[100:]]))
    told = checked(other, code=1)
    assert told.startswith("unread    ")
    assert "line 101: not a record" in told


def test_a_recording_without_a_hash_is_no_success(window: Path, tmp_path: Path) -> None:
    shutil.copy(window / "frames.jsonl", tmp_path / "alone.jsonl")
    assert checked(tmp_path / "alone.jsonl", code=1).startswith("no hash   alone.jsonl: ")


def spoilt(window: Path, folder: Path, *lines: dict[str, Any], after: int = 2) -> Path:
    """A copy of the window with these lines after so many of its own, each at the time of the line above."""
    shutil.copytree(window, folder)
    kept = (folder / "frames.jsonl").read_bytes().splitlines(keepends=True)
    stamp = orjson.loads(kept[after - 1])
    more = [orjson.dumps({"t": stamp["t"], "m": stamp["m"]} | line) + b"\n" for line in lines]
    (folder / "frames.jsonl").write_bytes(b"".join([*kept[:after], *more, *kept[after:]]))
    return folder


def test_a_fault_is_told_of_its_recording_and_the_next_one_is_checked(window: Path, tmp_path: Path) -> None:
    """A run on paper has no account that could tell it of an order."""
    refused = {"s": "order", "d": {"kind": "refused", "order_id": "x"}}
    spoilt(window, tmp_path / "a", refused)
    shutil.copytree(window, tmp_path / "b")
    first, second = checked(tmp_path, code=1).splitlines()
    assert first.startswith("unread    a: a fault ended it: KeyError in line ")
    assert second.startswith("same      b: ")


def test_dropped_lines_are_named_where_it_differs(window: Path, tmp_path: Path) -> None:
    gap = {"s": "drop", "d": {"lines": 12}}
    other = spoilt(window, tmp_path / "other", gap)
    assert "dropped" not in checked(other, code=0)
    (other / "market_info.txt").write_text(f"{HASH}={'f' * 32}\n")
    told = checked(other, code=1)
    assert told.startswith("DIFFERENT other: ")
    assert told.rstrip().endswith("; 12 lines of it were dropped by a full disk")


def test_the_hash_of_a_run_that_was_not_recorded_is_no_measure(window: Path, tmp_path: Path) -> None:
    told = checked(told_otherwise(window, tmp_path, f"run_id=later\n{HASH}={'f' * 32}\n"), code=1)
    assert told.startswith("no hash   other: ")
    assert "is of run later, which was not recorded here" in told


def test_the_file_of_another_window_is_no_measure(window: Path, tmp_path: Path) -> None:
    shutil.copy(window / "frames.jsonl", tmp_path / "alone.jsonl")
    (tmp_path / "market_info.txt").write_text(f"slug=another\n{HASH}={'f' * 32}\n")
    told = checked(tmp_path / "alone.jsonl", code=1)
    assert told.startswith("no hash   alone.jsonl: ")
    assert "no market_info.txt of this window beside it" in told


def test_where_no_strategy_was_asked_there_is_nothing_to_compare(window: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(window, other)
    first, *rest = (other / "frames.jsonl").read_bytes().splitlines(keepends=True)
    run_record = orjson.loads(first)
    run_record["d"]["strategies"] = []
    (other / "frames.jsonl").write_bytes(b"".join([orjson.dumps(run_record) + b"\n", *rest]))
    (other / "market_info.txt").write_text(f"{HASH}={'0' * 32}\n")
    assert checked(other, code=1).startswith("nothing   other: no strategy was asked ")


def test_two_csv_files_are_not_compared_with_the_hash_of_the_run_that_wrote_them(tmp_path: Path) -> None:
    home = folder(tmp_path)
    with (home / "market_info.txt").open("a") as info:
        info.write(f"{HASH}={'f' * 32}\n")
    told = checked(home, code=1)
    assert told.startswith(f"no hash   {home.name}: ")
    assert "two CSV files do not hold all that a run took in" in told


def test_of_a_window_that_was_entered_twice_the_last_run_is_compared(window: Path, tmp_path: Path) -> None:
    twice = tmp_path / "twice"
    shutil.copytree(window, twice)
    lines = (twice / "frames.jsonl").read_bytes()
    begun_later = [orjson.loads(line) for line in lines.splitlines()]
    for line in begun_later:
        line["t"] += 1
    again = b"".join(orjson.dumps(line) + b"\n" for line in begun_later)
    (twice / "frames.jsonl").write_bytes(lines + again)
    assert checked(twice).rstrip().split(";")[0].endswith("8 orders, 6 fills, the last of 2 runs")


@pytest.mark.parametrize("options", [(), ("--check",)], ids=["screen", "check"])
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nowhere", "nowhere is neither a file nor a folder; name a recording"),
        ("x" * 300, " cannot be looked at: File name too long; name another"),
        (".", "holds no recording; give a folder with some"),
    ],
)
def test_a_path_that_leads_to_no_recording_is_one_sentence(
    tmp_path: Path, path: str, words: str, options: tuple[str, ...]
) -> None:
    done = run("replay", *options, path, cwd=tmp_path, timeout=30)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_a_terminal_the_way_without_one_is_named(window: Path) -> None:
    done = run("replay", str(window), cwd=window.parent, timeout=30)
    assert done.returncode == 2
    assert "pmtui replay --check" in done.stderr
