"""A file that a long run writes at its end: refused before it, whole or not there after it."""

import os
import stat
from pathlib import Path

import pytest

from app.arguments import UsageError
from app.backtest import target


def refusal(path: Path) -> str:
    with pytest.raises(UsageError) as refused:
        target.check("--json", path)
    return str(refused.value)


def test_what_can_be_written_passes_and_leaves_nothing_behind(tmp_path: Path) -> None:
    target.check("--json", tmp_path / "new.json")
    (tmp_path / "old.json").write_text("before")
    target.check("--json", tmp_path / "old.json")
    assert [path.name for path in tmp_path.iterdir()] == ["old.json"]
    assert (tmp_path / "old.json").read_text() == "before"


def test_what_cannot_be_is_refused_by_its_option_and_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    for path, why in (
        (tmp_path, "is there and no file"),
        (tmp_path / "pipe", "is there and no file"),
        (tmp_path / "none" / "x.json", "cannot be written: No such file or directory"),
        (tmp_path / "file" / "x.json", "cannot be written: Not a directory"),
        (tmp_path / "loop", "cannot be written: it is a link that leads to itself"),
        (tmp_path / ("x" * 300), "cannot be written: File name too long"),
    ):
        assert refusal(path).startswith("--json ")
        assert why in refusal(path)


def test_a_recording_and_what_lies_in_the_folder_of_one_are_refused(tmp_path: Path) -> None:
    loose, window = tmp_path / "x.jsonl", tmp_path / "window"
    window.mkdir()
    (tmp_path / "link").symlink_to(window)
    target.check_apart("--json", tmp_path / "x.json", [loose, window])
    for path in (loose, window / "frames.jsonl.gz", tmp_path / "link" / "new.json"):
        with pytest.raises(UsageError, match=r"is a recording, or lies in one's folder; give another name$"):
            target.check_apart("--json", path, [loose, window])


def test_it_is_whole_with_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    target.write(path, b"{}")
    assert path.read_bytes() == b"{}"
    (tmp_path / "plain").write_bytes(b"")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


def test_a_link_stays_a_link_and_its_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    real, link = tmp_path / "elsewhere" / "real.json", tmp_path / "link.json"
    real.write_bytes(b"before")
    link.symlink_to(real)
    target.write(link, b"after")
    assert link.is_symlink()
    assert real.read_bytes() == b"after"


def test_what_fails_leaves_the_file_as_it_was_and_no_draft(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(OSError):
        target.write(folder, b"{}")
    assert list(tmp_path.iterdir()) == [folder]
    assert list(folder.iterdir()) == []
