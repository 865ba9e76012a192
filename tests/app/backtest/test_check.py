"""`pmtui replay`: what it says without a screen, and what it answers to a path that it cannot use."""

import shutil
from pathlib import Path

import pytest

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


def test_other_decisions_are_a_failure_that_names_both_hashes(window: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(window, other)
    (other / "market_info.txt").write_text(f"{HASH}={'f' * 32}\n")
    told = checked(other, code=1)
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
