"""The time bar of a replay."""

from typing import Any

from engine.view import TapeView, View
from tests.widgets.views import text as text_of
from widgets.timebar import TimeBar, bar

SECOND = 1_000_000_000


def tape(**fields: Any) -> TapeView:
    usual: dict[str, Any] = {"name": "btc-updown-5m-1", "length": 100 * SECOND, "events": 30_112}
    return TapeView(**(usual | fields))


def words(view: TapeView, width: int = 120) -> list[str]:
    drawing = TimeBar("tape").draw(View("btc", "5m", tape=view), width, 2)
    return [text_of(row) for row in drawing.rows]


def test_it_says_whether_it_plays_how_fast_and_where_it_is() -> None:
    line = words(tape(playing=True, speed=0.25, passed=67_349_000_000, event=12_345, number=2, of=12))[0]
    assert "▶ playing" in line
    assert "0.25×" in line
    assert "1:07.3 of 1:40.0" in line
    assert "event 12,345 of 30,112" in line
    assert line.rstrip().endswith("2 of 12  btc-updown-5m-1")


def test_paused_reading_and_broken_off_are_said_in_words() -> None:
    line = words(tape(loading=True, trouble="line 3: not a record"))[0]
    assert "‖ paused" in line
    assert "still reading" in line
    assert "ends here: line 3: not a record" in line


def test_hours_are_written_where_there_are_some() -> None:
    assert "1:01:01.0 of 4:00:00.0" in words(tape(passed=3661 * SECOND, length=14_400 * SECOND))[0]


def test_the_place_moves_over_marks_that_stay() -> None:
    marks = ((10 * SECOND, "signal"), (50 * SECOND, "order"), (52 * SECOND, "fill"), (100 * SECOND, "order"))
    row = text_of(bar(tape(marks=marks, passed=30 * SECOND), 20))
    assert row == " ━━·━━━┃───●────────▲"[:21]
    assert text_of(bar(tape(marks=marks, passed=50 * SECOND), 20))[11] == "┃", "the place hides the mark that it is on"


def test_of_several_marks_in_a_column_the_weightiest_shows() -> None:
    marks = ((10 * SECOND, "signal"), (11 * SECOND, "order"), (12 * SECOND, "fill"))
    assert text_of(bar(tape(marks=marks), 5)).count("●") == 0, "the place is there"
    assert text_of(bar(tape(marks=marks, passed=99 * SECOND), 5))[1] == "●"


def test_before_anything_is_read_there_is_an_empty_bar() -> None:
    assert text_of(bar(tape(length=0), 50)).strip() == ""
    assert TimeBar("tape").draw(View("btc", "5m"), 80, 2).rows == []
