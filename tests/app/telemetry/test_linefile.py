import stat
import subprocess
import sys
from pathlib import Path

from app.telemetry.linefile import BATCH_BYTES, LineFile
from app.telemetry.mishaps import Mishaps

FULL_DISK = """
import resource, sys
from pathlib import Path
from app.telemetry.linefile import LineFile
from app.telemetry.mishaps import Mishaps

told = []
path, mishaps = Path(sys.argv[1]), Mishaps(told.append)
file = LineFile(path, mishaps, header=b"n,text\\n")
lines = [b"%04d,%b\\n" % (n, b"x" * 90) for n in range(60)]
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
for line in lines[:30]:
    file.add(line)
assert not file.write()
text = path.read_bytes()
assert text and text.endswith(b"\\n") and len(text) <= 1000, text
assert not file.write() and mishaps.counts["failures"] == 2 and file.waiting == 30 - (text.count(b"\\n") - 1)
assert path.read_bytes() == text
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
for line in lines[30:]:
    file.add(line)
while file.write():
    pass
assert path.read_bytes() == b"n,text\\n" + b"".join(lines), path.read_bytes()
print(*told, sep="\\n")
"""


def open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def written(file: LineFile) -> bytes:
    while file.write():
        pass
    return file.path.read_bytes()


def test_the_header_comes_with_the_first_line_and_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    first = LineFile(path, Mishaps(), header=b"n\n")
    assert not first.write()
    assert not path.exists()
    first.add(b"1\n")
    assert written(first) == b"n\n1\n"
    first.close()
    second = LineFile(path, Mishaps(), header=b"n\n")
    second.add(b"2\n")
    assert written(second) == b"n\n1\n2\n"
    second.close()


def test_files_and_folders_are_the_owners_alone(tmp_path: Path) -> None:
    file = LineFile(tmp_path / "logs" / "5m" / "slug" / "a.csv", Mishaps())
    file.add(b"1\n")
    written(file)
    file.close()
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    for folder in (file.path.parent, file.path.parent.parent, tmp_path / "logs"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_torn_tail_is_moved_out_counted_and_told(tmp_path: Path) -> None:
    told: list[str] = []
    path, mishaps = tmp_path / "a.csv", Mishaps(told.append)
    path.write_bytes(b"n\n1\n2")
    file = LineFile(path, mishaps, header=b"n\n")
    file.add(b"3\n")
    assert written(file) == b"n\n1\n3\n"
    file.close()
    assert (tmp_path / "a.csv.torn").read_bytes() == b"2\n"
    assert mishaps.counts["torn"] == 1
    assert told == [f"{path} ended in half a line (1 bytes), which is now in a.csv.torn"]


def test_a_torn_tail_longer_than_a_page_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"n\n1\n" + b"x" * 200_000)
    file = LineFile(path, Mishaps(), header=b"n\n")
    file.open()
    file.close()
    assert path.read_bytes() == b"n\n1\n"


def test_a_torn_header_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"n,te")
    file = LineFile(path, Mishaps(), header=b"n,text\n")
    file.add(b"1,a\n")
    assert written(file) == b"n,text\n1,a\n"
    file.close()


def test_a_write_takes_whole_lines_up_to_its_size_and_at_least_one(tmp_path: Path) -> None:
    file = LineFile(tmp_path / "a", Mishaps())
    for size in (BATCH_BYTES * 3, 10, BATCH_BYTES - 10, 10):
        file.add(b"x" * (size - 1) + b"\n")
    waiting = []
    while file.write():
        waiting.append(file.waiting)
    file.close()
    assert waiting == [3, 1, 0]
    assert file.path.stat().st_size == BATCH_BYTES * 4 + 10


def test_a_full_disk_leaves_whole_lines_and_loses_none(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "a.csv")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    refused, taken = done.stdout.splitlines()
    assert refused.startswith(f"cannot write {tmp_path / 'a.csv'}: ")
    assert taken == "the disk takes everything again"
    assert done.stderr == ""


def test_a_device_that_takes_nothing_is_counted_and_said_once() -> None:
    told: list[str] = []
    mishaps = Mishaps(told.append)
    file = LineFile(Path("/dev/full"), mishaps, hold=10)
    assert file.add(b"12345\n")
    assert not file.add(b"12345\n"), "more than it may hold"
    assert not file.write()
    assert not file.write()
    file.close()
    assert mishaps.counts["failures"] == 2
    assert told == ["cannot write /dev/full: No space left on device; what is to be written waits in memory"]
    assert file.waiting == 1


def test_a_folder_that_cannot_be_made_does_not_raise(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    mishaps = Mishaps()
    file = LineFile(tmp_path / "logs" / "a.csv", mishaps)
    file.add(b"1\n")
    assert not file.write()
    assert mishaps.counts["failures"] == 1


def test_what_was_written_can_be_synced_after_the_file_was_closed(tmp_path: Path) -> None:
    file = LineFile(tmp_path / "a", Mishaps())
    assert file.sync() is None
    file.add(b"1\n")
    written(file)
    put_on_disk = file.sync()
    file.close()
    assert put_on_disk is not None
    before = open_descriptors()
    put_on_disk()
    assert open_descriptors() == before - 1
