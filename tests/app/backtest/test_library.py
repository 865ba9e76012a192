"""Which recordings stand under the paths that a person named."""

import os
from pathlib import Path

import pytest

from app.arguments import UsageError
from app.backtest.library import find, find_logged, is_window, refusals
from feeds.recording import PACKED, PLAIN


def touched(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    return path


def window(folder: Path) -> Path:
    touched(folder / PACKED)
    return folder


def test_a_file_that_was_named_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    odd = touched(tmp_path / "yesterday")
    assert find([odd]) == [odd]


def test_a_folder_is_searched_to_its_depths_in_the_order_of_names(tmp_path: Path) -> None:
    late, early = window(tmp_path / "b" / "deep" / "w2"), window(tmp_path / "a" / "w1")
    loose, packed = touched(tmp_path / "c" / "x.jsonl"), touched(tmp_path / "c" / "y.jsonl.gz")
    touched(tmp_path / "c" / "notes.txt")
    assert find([tmp_path]) == [early, late, loose, packed]


def test_a_window_is_its_folder_and_not_the_files_in_it(tmp_path: Path) -> None:
    home = window(tmp_path / "w")
    touched(home / PLAIN)
    touched(home / "inner" / "z.jsonl")
    assert find([tmp_path]) == [home]


def test_the_original_bots_folder_is_a_window(tmp_path: Path) -> None:
    for name in ("binance.csv", "polymarket.csv"):
        touched(tmp_path / "w" / name)
    touched(tmp_path / "half" / "binance.csv")
    assert find([tmp_path]) == [tmp_path / "w"]
    assert not is_window(tmp_path / "half")


def test_what_is_found_twice_stands_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = window(tmp_path / "w")
    monkeypatch.chdir(tmp_path)
    assert find([Path("w"), home, tmp_path]) == [Path("w")]


def test_links_below_a_folder_are_not_followed_so_a_loop_of_them_ends(tmp_path: Path) -> None:
    home = window(tmp_path / "all" / "w")
    (tmp_path / "all" / "loop").symlink_to(tmp_path / "all")
    (tmp_path / "all" / "again").symlink_to(home)
    (tmp_path / "all" / "self.jsonl").symlink_to(tmp_path / "all" / "self.jsonl")
    assert find([tmp_path / "all"]) == [home]


def test_a_link_that_was_named_itself_is_followed(tmp_path: Path) -> None:
    home = window(tmp_path / "w")
    (tmp_path / "link").symlink_to(home)
    assert find([tmp_path / "link"]) == [tmp_path / "link"]


@pytest.mark.parametrize("kind", ["nothing", "a link to itself", "a pipe"])
def test_what_is_neither_a_file_nor_a_folder_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "it"
    if kind == "a link to itself":
        path.symlink_to(path)
    elif kind == "a pipe":
        os.mkfifo(path)
    with pytest.raises(FileNotFoundError):
        find([path])


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("nowhere", "nowhere is neither a file nor a folder; name a recording"),
        ("x" * 300, f"'{'x' * 79}…' cannot be looked at: File name too long; name another"),
    ],
)
def test_on_the_command_line_it_is_refused_in_one_sentence(path: str, told: str) -> None:
    with pytest.raises(UsageError) as refused, refusals():
        find([Path(path)])
    assert str(refused.value) == told


def test_a_pipe_below_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "frames.jsonl")
    os.mkfifo(tmp_path / "other.jsonl")
    assert find([tmp_path]) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to the superuser")
def test_a_folder_that_cannot_be_read_stands_for_itself(tmp_path: Path) -> None:
    home, closed = window(tmp_path / "w"), tmp_path / "closed"
    closed.mkdir(mode=0)
    try:
        assert find([tmp_path]) == [closed, home]
    finally:
        closed.chmod(0o700)


def test_of_the_log_folder_a_demos_and_live_windows_are_left_out(tmp_path: Path) -> None:
    real = window(tmp_path / "5m" / "w")
    window(tmp_path / "demo" / "5m" / "w")
    window(tmp_path / "live" / "5m" / "w")
    touched(tmp_path / ".gitkeep")
    assert find_logged(tmp_path) == [real]
    assert find_logged(tmp_path / "nowhere") == []
