"""The day's counts: in the words that the verdict does not use for something else."""

from engine.view import DayView
from tests.widgets.views import text
from widgets.results import day_row


def test_the_day_counts_windows_whether_traded_in_or_not() -> None:
    assert text(day_row(DayView(9, 19, 12), 60)).startswith("today  9 windows  19 trades  12 won")
    assert text(day_row(DayView(1, 1, 1), 60)).startswith("today  1 window  1 trade  1 won")


def test_a_replay_has_one_window_and_does_not_count_it() -> None:
    assert text(day_row(DayView(1, 2, 1, name="window"), 60)).startswith("window  2 trades  1 won")
