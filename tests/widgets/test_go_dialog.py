"""Which instant a person means."""

import pytest

from widgets.go_dialog import Reach, instant

MS = 1_000_000
START = 1_795_340_700_000
"""2026-11-22 09:45:00 UTC."""
END = START + 300_000
FIRST = START - 20_000
"""The recording begins twenty seconds before the window, and ends five after it."""


def meant(text: str, start: int = START, end: int = END, first: int = FIRST) -> float | None:
    """Wall clock in ms."""
    wall = instant(text, Reach(start * MS, end * MS, first * MS, (end + 5_000) * MS))
    return None if wall is None else wall / MS


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("09:45:00", START),
        ("9:47:30.5", START + 150_500),
        (" 09:44:58 ", START - 2_000),
        ("+0", START),
        ("+90", START + 90_000),
        ("+1:30.25", START + 90_250),
        ("-10", END - 10_000),
        ("-0:10", END - 10_000),
    ],
)
def test_what_names_an_instant(text: str, ms: int) -> None:
    assert meant(text) == ms


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("0:00", FIRST),
        ("0:31.2", FIRST + 31_200),
        ("1:04.5", FIRST + 64_500),
        ("0:01:04.5", FIRST + 64_500),
        ("90:00", FIRST + 5_400_000),
    ],
)
def test_the_bar_s_own_clock_names_a_place_on_it(text: str, ms: int) -> None:
    assert meant(text) == ms


@pytest.mark.parametrize(
    "text",
    ["", "soon", "24:00:00", "09:60:00", "09:45:60", "+", "1:3", "1:60", "1:", ":30", "+1:2:3", "٠٩:45:00", "1:2:3:4"],
)
def test_what_names_none(text: str) -> None:
    assert meant(text) is None


def test_a_window_over_midnight_has_both_days() -> None:
    start = 1_795_391_940_000  # 23:59:00 UTC
    for text, ms in (("23:59:30", start + 30_000), ("00:00:30", start + 90_000)):
        assert meant(text, start, start + 300_000, start) == ms


def test_in_hours_of_recording_the_time_of_day_goes_before_the_bar_where_the_recording_has_it() -> None:
    start = START - START % 86_400_000 + 2 * 3_600_000  # 02:00 UTC, to 06:00
    for text, ms in (
        ("3:00:00", start + 3_600_000),
        ("1:30:00", start + 5_400_000),  # before the recording: so long on the bar
        ("7:00:00", start + 5 * 3_600_000),  # longer than the bar: the time of day, which is beyond the end
    ):
        assert meant(text, start, start + 4 * 3_600_000, start) == ms
