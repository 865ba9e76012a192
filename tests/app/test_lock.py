import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.lock import AlreadyRunning, FolderLock

HOLD = """
import sys
from pathlib import Path
from app.lock import AlreadyRunning, FolderLock
try:
    with FolderLock(Path(sys.argv[1])):
        print("held", flush=True)
        sys.stdin.read()
except AlreadyRunning as error:
    print(error)
    sys.exit(3)
"""


def start(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_a_second_process_is_told_which_one_holds_the_folder(tmp_path: Path) -> None:
    with FolderLock(tmp_path):
        second = start(tmp_path)
        said, _ = second.communicate()
    assert second.returncode == 3
    assert said == (
        f"process {os.getpid()} is already using the log folder {tmp_path}; stop it, or give another with --log-dir\n"
    )


def test_the_lock_dies_with_its_process_even_by_a_kill(tmp_path: Path) -> None:
    with start(tmp_path) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning) as refused, FolderLock(tmp_path):
            pass
        assert refused.value.pid == first.pid
        first.kill()
        first.wait()
    with FolderLock(tmp_path):
        assert (tmp_path / ".lock").read_text() == f"{os.getpid()}\n"


def test_it_is_free_again_after_its_end(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    for _ in range(2):
        with FolderLock(folder):
            pass
    assert stat.S_IMODE((folder / ".lock").stat().st_mode) == 0o600


def test_a_child_process_does_not_keep_it(tmp_path: Path) -> None:
    with FolderLock(tmp_path):
        child = subprocess.Popen(
            [sys.executable, "-c", "print(flush=True); input()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            close_fds=False,
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"\n"
    try:
        with FolderLock(tmp_path):
            pass
    finally:
        child.communicate(b"\n")


def test_a_holder_that_has_not_named_itself_is_another_process(tmp_path: Path) -> None:
    told = str(AlreadyRunning(f"the log folder {tmp_path}", None, "stop it"))
    assert told == f"another process is already using the log folder {tmp_path}; stop it"
