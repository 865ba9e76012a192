"""What the process that draws charts makes of a price path, with the real plotext."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widgets.cells import STYLES, width_of
from widgets.chart_worker import ChartRow, draw_chart, price_span, price_ticks, time_axis

START = 1_790_000_100_000  # 14:15:00 UTC
END = START + 300_000
STRIKE = 83_711.12


def path(*prices: float) -> list[tuple[int, float]]:
    """Prices spread evenly over the window."""
    return [(START + i * 300_000 // max(len(prices) - 1, 1), price) for i, price in enumerate(prices)]


def lines(rows: tuple[ChartRow, ...]) -> list[str]:
    return ["".join(text for text, _ in row) for row in rows]


def in_style(row: ChartRow, style: str) -> str:
    return "".join(text for text, name in row if name == style).strip()


def test_a_chart_with_prices_strike_and_times() -> None:
    rows = draw_chart(path(83_690, 83_760), STRIKE, START, END, 62, 9)
    assert [line[:8] for line in lines(rows)] == [
        "83,760 ┤", "       │", "83,740 ┤", "       │", "       │", "83,711 ┤", "       │", "       │", "       └",
    ]  # fmt: skip
    assert lines(rows)[-1] == "       └ 14:15 ─── 14:16 ─── 14:17 ──── 14:18 ─── 14:19 ── UTC"
    assert {len(line) for line in lines(rows)} == {62}


def test_the_strike_line_has_its_own_style_and_the_price_that_of_its_side() -> None:
    rows = draw_chart(path(83_690, 83_760), STRIKE, START, END, 62, 9)
    assert in_style(rows[5], "mark").startswith("83,711 ┤┈┈┈")
    assert in_style(rows[0], "up")
    assert in_style(rows[7], "down")
    assert not any(in_style(row, "up") for row in rows[5:])
    assert not any(in_style(row, "down") for row in rows[:6])


def test_without_a_strike_there_is_no_line() -> None:
    rows = draw_chart(path(2.18, 2.19), 0.0, START, END, 62, 9)
    assert "┈" not in "".join(lines(rows))
    assert any(in_style(row, "bright") for row in rows)


def test_without_prices_the_strike_stands_alone() -> None:
    assert "┈" * 40 in "".join(lines(draw_chart([], STRIKE, START, END, 62, 9)))


@pytest.mark.parametrize(("width", "height"), [(62, 1), (12, 9), (1, 1)])
def test_where_there_is_no_room_there_is_no_chart(width: int, height: int) -> None:
    assert draw_chart(path(1.0), STRIKE, START, END, width, height) == ()


def test_nothing_known_gives_no_chart() -> None:
    assert draw_chart([], 0.0, START, END, 62, 9) == ()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0.5, 2.0), max_size=30),
    st.sampled_from([0.4, 1.0, 150.0, 83_711.12]),
    st.integers(20, 130),
    st.integers(2, 50),
)
def test_any_chart_has_its_size_and_its_strike_where_it_says(
    factors: list[float], strike: float, width: int, height: int
) -> None:
    rows = draw_chart(path(*(strike * factor for factor in factors)), strike, START, END, width, height)
    if not rows:
        return
    assert [width_of(row) for row in rows] == [width] * height
    assert {style for row in rows for _, style in row} <= set(STYLES)
    (own,) = [row for row in rows if row[0][1] == "mark"]
    crossed = [row for row in rows if any(text.startswith("┈") for text, _ in row)]
    assert crossed in ([], [own])  # a price that runs along the strike may cover the line


@given(st.lists(st.floats(0.001, 1e6), min_size=1), st.integers(1, 58))
def test_the_shown_span_holds_all_prices_and_its_labels(prices: list[float], rows: int) -> None:
    low, high, step = price_span(prices, rows)
    slack = step * 1e-6
    assert low - slack <= min(prices)
    assert max(prices) <= high + slack
    assert high > low
    assert all(low - slack <= tick <= high + slack for tick in price_ticks(low, high, step, prices[0], rows))


def test_a_price_that_stands_still_is_not_blown_up() -> None:
    low, high, _ = price_span([100.0, 100.0], 8)
    assert 0.001 <= high - low < 0.01


@pytest.mark.parametrize(
    ("seconds", "columns", "axis"),
    [
        (20, 46, " 14:15:00  14:15:05 ─ 14:15:10 ─────────── UTC"),
        (14_400, 40, "────── 15:00 ─── 16:00 ─── 17:00 ─── UTC"),
        (300, 10, " 14:15 ───"),
    ],
)
def test_times_are_as_fine_as_there_is_room(seconds: int, columns: int, axis: str) -> None:
    assert time_axis(START, START + seconds * 1000, columns) == axis
