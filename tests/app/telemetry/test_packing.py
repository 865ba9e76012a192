import gzip
import stat
from pathlib import Path

import pytest

from app.telemetry.mishaps import Mishaps
from app.telemetry.packing import finish_packing, pack_recording, recording_lines

FIRST = b'{"t":1,"m":1,"s":"clob","d":[]}\n'
SECOND = b'{"t":2,"m":2,"s":"clob","d":[]}\n'


def test_a_packed_recording_is_equal_and_the_plain_one_is_gone(tmp_path: Path) -> None:
    (tmp_path / "frames.jsonl").write_bytes(FIRST + SECOND)
    pack_recording(tmp_path, Mishaps())
    packed = tmp_path / "frames.jsonl.gz"
    assert gzip.decompress(packed.read_bytes()) == FIRST + SECOND
    assert stat.S_IMODE(packed.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["frames.jsonl.gz"]


def test_a_window_entered_again_is_added_behind_its_first_part(tmp_path: Path) -> None:
    for part in (FIRST, SECOND):
        (tmp_path / "frames.jsonl").write_bytes(part)
        assert not finish_packing(tmp_path, Mishaps())
        pack_recording(tmp_path, Mishaps())
    assert gzip.decompress((tmp_path / "frames.jsonl.gz").read_bytes()) == FIRST + SECOND


def test_a_kill_between_packing_and_removing_leaves_no_line_twice(tmp_path: Path) -> None:
    (tmp_path / "frames.jsonl").write_bytes(FIRST + SECOND)
    pack_recording(tmp_path, Mishaps())
    (tmp_path / "frames.jsonl").write_bytes(FIRST + SECOND)
    assert finish_packing(tmp_path, Mishaps())
    assert list(recording_lines(tmp_path)) == [FIRST, SECOND]
    assert not (tmp_path / "frames.jsonl").exists()


def test_a_kill_while_packing_leaves_the_plain_file_to_be_packed_again(tmp_path: Path) -> None:
    (tmp_path / "frames.jsonl").write_bytes(FIRST)
    (tmp_path / "frames.jsonl.gz.tmp").write_bytes(gzip.compress(FIRST)[:9])
    pack_recording(tmp_path, Mishaps())
    assert gzip.decompress((tmp_path / "frames.jsonl.gz").read_bytes()) == FIRST
    assert not (tmp_path / "frames.jsonl.gz.tmp").exists()


@pytest.mark.parametrize(
    "broken",
    [b"no gzip at all", gzip.compress(FIRST, mtime=0)[:-4], gzip.compress(FIRST, mtime=0)[:20] + bytes(40)],
    ids=["other format", "cut short", "zeros at the end"],
)
def test_a_packed_file_that_cannot_be_read_is_kept_apart(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "frames.jsonl.gz").write_bytes(broken)
    (tmp_path / "frames.jsonl").write_bytes(SECOND)
    pack_recording(tmp_path, Mishaps())
    assert (tmp_path / "frames.jsonl.gz.1").read_bytes() == broken
    assert list(recording_lines(tmp_path)) == [SECOND]


def test_a_torn_tail_is_not_packed(tmp_path: Path) -> None:
    mishaps = Mishaps()
    (tmp_path / "frames.jsonl").write_bytes(FIRST + b'{"t":2,"m"')
    pack_recording(tmp_path, mishaps)
    assert gzip.decompress((tmp_path / "frames.jsonl.gz").read_bytes()) == FIRST
    assert mishaps.counts["torn"] == 1


def test_the_lines_of_a_running_window_are_both_parts_without_a_torn_tail(tmp_path: Path) -> None:
    (tmp_path / "frames.jsonl.gz").write_bytes(gzip.compress(FIRST))
    (tmp_path / "frames.jsonl").write_bytes(SECOND + b'{"t":3')
    assert list(recording_lines(tmp_path)) == [FIRST, SECOND]


def test_nothing_recorded_is_nothing_packed(tmp_path: Path) -> None:
    pack_recording(tmp_path, Mishaps())
    assert list(tmp_path.iterdir()) == []
    assert list(recording_lines(tmp_path)) == []
