from pathlib import Path

from app.telemetry.csvfile import csv_file, read_rows
from app.telemetry.mishaps import Mishaps

COLUMNS = ("n", "text")


def append(path: Path, *lines: bytes, mishaps: Mishaps | None = None) -> None:
    file = csv_file(path, COLUMNS, mishaps or Mishaps())
    for line in lines:
        file.add(line)
    assert file.write()
    file.close()


def test_a_file_of_ours_is_continued(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    append(path, b"1,a\n")
    append(path, b'2,"b,c"\n')
    append(path, b"3,\n")
    assert path.read_bytes() == b'n,text\n1,a\n2,"b,c"\n3,\n'


def test_a_file_of_another_version_is_set_aside_and_never_mixed(tmp_path: Path) -> None:
    path, mishaps = tmp_path / "a.csv", Mishaps()
    path.write_bytes(b"n\n0\n")
    append(path, b"1,a\n", mishaps=mishaps)
    assert path.read_bytes() == b"n,text\n1,a\n"
    assert (tmp_path / "a.csv.1").read_bytes() == b"n\n0\n"
    assert mishaps.counts["set_aside"] == 1
    assert "a.csv.1" in mishaps.trouble


def test_a_second_file_set_aside_does_not_replace_the_first(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for old in (b"n\n0\n", b"m\n1\n"):
        path.write_bytes(old)
        append(path, b"2,a\n")
    assert (tmp_path / "a.csv.1").read_bytes() == b"n\n0\n"
    assert (tmp_path / "a.csv.2").read_bytes() == b"m\n1\n"


def test_a_longer_header_that_begins_like_ours_is_another_version(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"n,text,more\n0,a,b\n")
    append(path, b"1,a\n")
    assert path.read_bytes() == b"n,text\n1,a\n"


def test_as_many_columns_of_other_names_are_another_version(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"n,word\n0,a\n")
    append(path, b"1,b\n")
    assert path.read_bytes() == b"n,text\n1,b\n"


def test_rows_with_another_number_of_columns_are_not_ours(tmp_path: Path) -> None:
    path, mishaps = tmp_path / "a.csv", Mishaps()
    path.write_bytes(b"n,text\n" + b"0,a\n" * 50 + b"1\n" + b"2,b\n" * 20)
    append(path, b"3,c\n", mishaps=mishaps)
    assert mishaps.counts["set_aside"] == 1
    assert path.read_bytes() == b"n,text\n3,c\n"


def test_a_large_file_of_ours_is_checked_at_its_end_only(tmp_path: Path) -> None:
    path, mishaps = tmp_path / "a.csv", Mishaps()
    path.write_bytes(b"n,text\n" + b"0,abcdefghijklmnopqrstuvwxyz\n" * 20_000)
    append(path, b"1,a\n", mishaps=mishaps)
    assert mishaps.counts["set_aside"] == 0


def test_reading_gives_rows_by_column_oldest_file_first(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"n\n0\n")
    append(path, b'1,"a,""b"""\n')
    assert read_rows(path) == [{"n": "0"}, {"n": "1", "text": 'a,"b"'}]


def test_reading_leaves_out_a_torn_tail_and_a_row_that_is_not_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"n,text\n1,a\n2\n3,c\n4,to")
    assert read_rows(path) == [{"n": "1", "text": "a"}, {"n": "3", "text": "c"}]


def test_no_file_and_an_empty_one_have_no_rows(tmp_path: Path) -> None:
    assert read_rows(tmp_path / "a.csv") == []
    (tmp_path / "a.csv").touch()
    assert read_rows(tmp_path / "a.csv") == []
