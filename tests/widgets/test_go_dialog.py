"""Which instant a person means."""

import pytest

from widgets.go_dialog import instant

START = 1_795_340_700_000
"""2026-11-22 09:45:00 UTC."""
END = START + 300_000


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
    assert instant(text, START, END) == ms


@pytest.mark.parametrize("text", ["", "soon", "24:00:00", "09:60:00", "09:45:60", "+", "1:30", "+1:2:3", "٠٩:45:00"])
def test_what_names_none(text: str) -> None:
    assert instant(text, START, END) is None


def test_a_window_over_midnight_has_both_days() -> None:
    start = 1_795_391_940_000  # 23:59:00 UTC
    assert instant("23:59:30", start, start + 300_000) == start + 30_000
    assert instant("00:00:30", start, start + 300_000) == start + 90_000
