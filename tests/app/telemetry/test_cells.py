import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.cells import csv_line, split_line, text_cell


@pytest.mark.parametrize("lead", ["=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠"])
def test_a_text_that_a_spreadsheet_would_run_is_marked_as_text(lead: str) -> None:
    [cell] = split_line(csv_line([text_cell(f"{lead}HYPERLINK(1)")]).rstrip(b"\n"))
    assert cell.startswith("'")


@pytest.mark.parametrize("hostile", ['=cmd|"/c calc"!A1', " =1+1", '@SUM(1,2)";=1'])
def test_quotes_and_blanks_do_not_hide_a_formula(hostile: str) -> None:
    [cell] = split_line(csv_line([text_cell(hostile)]).rstrip(b"\n"))
    assert cell == "'" + hostile


@pytest.mark.parametrize("plain", ["distance_fade", "cooldown 3100 of 5000", "", "a=b", "2026-11"])
def test_a_plain_text_stays_as_it_is(plain: str) -> None:
    assert text_cell(plain) == plain


def test_controls_direction_marks_and_escapes_are_replaced() -> None:
    assert text_cell("\x1b]0;x\x07\u202edrow\n\u2028\ud800") == "�]0;x��drow���"


@given(st.lists(st.text(), min_size=2, max_size=5))
def test_whatever_the_text_a_row_is_one_line_with_its_columns(texts: list[str]) -> None:
    line = csv_line(text_cell(text) for text in texts)
    assert line.count(b"\n") == 1
    [row] = csv.reader(io.StringIO(line.decode(), newline=""))
    assert len(row) == len(texts)
    assert row == split_line(line.rstrip(b"\n"))
    assert all(len(cell) <= 201 for cell in row)
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for char in "".join(row))
