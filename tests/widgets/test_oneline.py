"""The console in a line, for terminals that are too small."""

import pytest

from engine.view import FeedView
from tests.widgets.sizes import HOSTILE, SIZES, painted, too_wide
from tests.widgets.views import bought, opening, settling, styles, texts, waiting
from widgets.board import SMALL
from widgets.oneline import OneLine


@pytest.fixture
def line() -> OneLine:
    return OneLine("line", SMALL)


def test_all_in_one_row_where_it_fits(line: OneLine) -> None:
    assert texts(line.draw(bought().view(), 80, 1)) == [
        " ● PAPER   1:32 left  BTC 5m  UP 11.5 sh @ 68.0¢  open −$0.29  day −$1.86"
    ]


def test_the_rest_flows_into_the_rows_below_and_what_panels_need_stands_last(line: OneLine) -> None:
    assert texts(line.draw(bought().view(demo=True), 40, 4)) == [
        " ● PAPER  DEMO  1:32 left  BTC 5m",
        "UP 11.5 sh @ 68.0¢  open −$0.29",
        "day −$1.86  needs 60×16",
    ]


def test_twenty_by_five_has_mode_and_time_left_whatever_is_wrong(line: OneLine) -> None:
    feeds = tuple(FeedView(name, "down", "", 4.2, 0.0, 0, 0) for name in ("clob", "binance", "rtds"))
    view = bought().view(mode="HALTED", reasons=("killed: d to go back to paper", HOSTILE), feeds=feeds)
    assert texts(line.draw(view, 20, 5)) == [
        " ■ HALTED",
        "1:32 left  BTC 5m",
        "killed: d to go bac…",
        "UP 11.5 sh @ 68.0¢",
        "open −$0.29",
    ]


def test_what_is_urgent_stands_before_the_position(line: OneLine) -> None:
    feeds = (FeedView("clob", "down", "", 4.2, 0.0, 0, 0),)
    view = bought().view(mode="HALTED", reasons=("killed by a person",), feeds=feeds)
    assert texts(line.draw(view, 50, 5))[:3] == [
        " ■ HALTED   1:32 left  BTC 5m  killed by a person",
        "CLOB down 4.2 s  UP 11.5 sh @ 68.0¢  open −$0.29",
        "day −$1.86  needs 60×16",
    ]


def test_what_earlier_windows_have_at_stake_is_counted_in(line: OneLine) -> None:
    rows = texts(line.draw(bought().view(earlier=(settling(),)), 50, 5))
    assert "at stake $35.60" in " ".join(rows)
    assert "at stake $27.60" in " ".join(texts(line.draw(opening().view(earlier=(settling(),)), 20, 5)))


def test_a_notice_is_one_of_the_words_until_it_is_forgotten(line: OneLine) -> None:
    line.notice = "on paper"
    assert texts(line.draw(bought().view(), 50, 5))[-1].endswith("  on paper")
    line.forget("another one")
    assert line.notice
    line.forget("on paper")
    assert texts(line.draw(bought().view(), 50, 5))[-1].endswith("needs 60×16")


def test_the_last_seconds_stand_out(line: OneLine) -> None:
    assert "bad" in styles(line.draw(opening().at(293.0).view(), 58, 1).rows[0])


def test_no_window_and_no_position_are_said(line: OneLine) -> None:
    assert texts(line.draw(waiting(state="WAITING"), 58, 1)) == [" ● PAPER   WAITING  BTC 5m  nothing held  day +$0.00"]


def test_it_fits_into_any_size(line: OneLine) -> None:
    views = [bought().view(reasons=(HOSTILE, "x")), waiting(mode=HOSTILE)]
    assert [wrong for size in SIZES for wrong in too_wide(line, views, *size)] == []


async def test_it_paints(line: OneLine) -> None:
    assert "● PAPER" in await painted(line, bought().view(), 40, 3)
