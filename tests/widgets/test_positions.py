"""The position panel: what is held, what each outcome leaves, what waits for one, and what the day came to."""

import pytest

from engine.events import DOWN, UP, Resolution
from engine.position import Holding
from engine.view import DayView
from tests.engine.builders import START_MS, fill, money, mono, size, wall
from tests.widgets.sizes import HOSTILE, SIZES, painted, too_wide
from tests.widgets.views import Scene, bought, lens_nets, opening, settling, styles, texts, waiting
from widgets.positions import PositionPanel

THREE = {"distance_fade": money(121.36), "momentum": money(-10.0), "settlement_sniper": money(1143.10)}
GREAT = {"instant": money(1640.93), "realistic": money(-1254.46), "pessimistic": money(-1311.53)}


@pytest.fixture
def panel() -> PositionPanel:
    return PositionPanel("position")


def both(down: float = 0.30) -> Scene:
    """Ten shares of UP at 60 cents and eleven of DOWN, for 30 cents of fees together."""
    scene = opening()
    scene.at(1.0, fill(1.0, outcome=UP, dollars=0.60, shares=10, fee=0.1))
    return scene.at(2.0, fill(2.0, outcome=DOWN, dollars=down, shares=11, fee=0.2, trade_id="o-1.2"))


def test_the_screen_of_120_columns(panel: PositionPanel) -> None:
    drawing = panel.draw(bought().view(), 50, 11)
    assert texts(drawing) == [
        "     shares   avg    cost      pays   bid     open",
        "UP     11.5 68.0¢   $7.82    $11.50   67¢   −$0.12",
        "with fees $8.00 ($0.18)       after fees    −$0.29",
        "if UP +$3.50 · if DOWN −$8.00",
        "today  41 windows  12 trades  7 won  net    −$1.86",
        "instant +$4.10  realistic −$1.86  pessim. −$5.20",
        "verdict not enough data · 30 more markets at least",
        "distance −$1.86  fees $2.10",
    ]
    assert (drawing.note, drawing.frame) == ("paper", "frame")


def test_both_sides_are_counted_into_the_profit(panel: PositionPanel) -> None:
    rows = texts(panel.draw(both().view(), 50, 11))
    # UP bid 67: 6.70 - 6.00; DOWN bid 32: 3.52 - 3.30; fees 0.30
    assert rows[1].split() == ["UP", "10.0", "60.0¢", "$6.00", "$10.00", "67¢", "+$0.70"]
    assert rows[2].split() == ["DOWN", "11.0", "30.0¢", "$3.30", "$11.00", "32¢", "+$0.22"]
    assert rows[3].split()[-1] == "+$0.62"


class TestOutcomes:
    def test_what_either_leaves_after_fees_is_told(self, panel: PositionPanel) -> None:
        assert texts(panel.draw(both().view(), 50, 11))[4] == "if UP +$0.40 · if DOWN +$1.40"

    def test_a_position_that_loses_either_way_says_so_in_words(self, panel: PositionPanel) -> None:
        row = panel.draw(both(down=0.60).view(), 50, 11).rows[4]
        assert "".join(text for text, _ in row) == "if UP −$2.90 · if DOWN −$1.90  loses either way"
        assert "bad" in styles(row)

    def test_there_is_no_either_way_once_one_is_named(self, panel: PositionPanel) -> None:
        scene = both(down=0.60).at(302.0, Resolution(mono(302), wall(302), UP, "gamma"))
        assert not any("if UP" in row for row in texts(panel.draw(scene.view(), 50, 11)))


class TestEarlierWindows:
    def test_one_that_waits_for_its_outcome_keeps_a_line(self, panel: PositionPanel) -> None:
        rows = texts(panel.draw(bought().view(earlier=(settling(),)), 76, 20))
        assert "settling  BTC 14:10  DOWN 60.8 sh  $27.60 paid · if DOWN +$33.20" in rows
        rows = texts(panel.draw(opening().view(earlier=(settling(),)), 50, 11))
        assert rows[:2] == ["nothing held", "settling  BTC 14:10  $27.60 paid · if DOWN +$33.20"]
        rows = texts(panel.draw(waiting(earlier=(settling(),)), 50, 11))
        assert rows[1] == "settling  BTC 14:10  $27.60 paid · if DOWN +$33.20"

    def test_one_that_a_switch_left_names_its_market_and_that_it_runs(self, panel: PositionPanel) -> None:
        held = Holding((size(10), size(20)), (money(5), money(9)), money(0.3))
        left = settling(asset="eth", interval="15m", start_ms=START_MS - 34_000, ended=False, holding=held)
        assert "running   ETH 15m 14:14:26  $14.30 paid · if UP −$4.30 · if DOWN +$5.70" in texts(
            panel.draw(bought().view(earlier=(left,)), 76, 20)
        )
        assert "running   ETH 15m 14:14:26  $14.30 · −$4.30 to +$5.70" in texts(
            panel.draw(bought().view(earlier=(left,)), 54, 11)
        )

    def test_without_room_for_each_they_are_summed(self, panel: PositionPanel) -> None:
        many = tuple(settling(start_ms=START_MS - 300_000 * ago) for ago in (3, 2, 1))
        rows = texts(panel.draw(bought().view(earlier=many), 60, 7))
        assert "settling  3 windows  $82.80 paid · −$82.80 to +$99.60" in rows
        assert (
            len([row for row in texts(panel.draw(bought().view(earlier=many), 60, 14)) if "settling  BTC" in row]) == 3
        )

    def test_it_outlives_all_but_the_position_itself(self, panel: PositionPanel) -> None:
        assert texts(panel.draw(bought().view(earlier=(settling(),)), 50, 2)) == [
            "UP 11.5 sh @ 68.0¢  open −$0.29",
            "settling  BTC 14:10  $27.60 paid · if DOWN +$33.20",
        ]

    def test_an_outcome_that_is_named_but_not_booked_yet_is_told(self, panel: PositionPanel) -> None:
        won, lost = settling(winner=DOWN), settling(winner=UP)
        rows = texts(panel.draw(bought().view(earlier=(won, lost)), 60, 20))
        assert "settling  BTC 14:10  DOWN won  +$33.20" in rows
        assert "settling  BTC 14:10  UP won  −$27.60" in rows


class TestTheDay:
    def test_all_lenses_stay_however_long_their_figures(self, panel: PositionPanel) -> None:
        day = DayView(41, 12, 7, money(-1254.46), money(2.10), THREE, GREAT)
        rows = texts(panel.draw(bought().view(day=day), 50, 11))
        assert "inst. +$1,640.93 real. −$1,254.46 pess. −$1,311.53" in rows
        narrow = texts(panel.draw(bought().view(day=day), 40, 11))
        assert all(any(name in row for row in narrow) for name in ("inst.", "real.", "pess."))

    def test_the_naive_lens_is_the_first_to_go(self, panel: PositionPanel) -> None:
        day = DayView(41, 12, 7, 0, 0, {}, GREAT)
        row = texts(panel.draw(bought().view(day=day), 40, 4))[-1]
        assert row == "real. −$1,254.46 pess. −$1,311.53"

    def test_every_strategy_with_a_result_is_there(self, panel: PositionPanel) -> None:
        day = DayView(41, 12, 7, money(-1.86), money(2.10), THREE, lens_nets())
        rows = texts(panel.draw(bought().view(day=day), 50, 11))
        assert rows[-2:] == ["distance +$121.36  momentum −$10.00", "sniper +$1,143.10  fees $2.10"]

    def test_a_strategy_without_a_result_stands_behind_the_others(self, panel: PositionPanel) -> None:
        day = DayView(1, 1, 1, 0, 0, {"distance_fade": 0, "settlement_sniper": money(3)})
        assert texts(panel.draw(opening().view(day=day), 50, 11))[-1] == "sniper +$3.00  distance +$0.00  fees $0.00"

    def test_a_lens_without_a_settled_order_has_a_dash(self, panel: PositionPanel) -> None:
        assert texts(panel.draw(opening().view(day=DayView()), 50, 5))[2] == "instant –  realistic –  pessim. –"

    def test_a_large_panel_has_a_row_for_each_strategy(self, panel: PositionPanel) -> None:
        day = DayView(3, 2, 1, money(0.4), money(0.2), {"momentum": money(1.4), "settlement_sniper": money(-1.0)})
        for width in 56, 76:
            rows = texts(panel.draw(bought().view(day=day), width, 17))
            assert [row.split()[0] for row in rows[9:12]] == ["distance", "momentum", "sniper"]
            assert rows[10].split()[-1] == "+$1.40"
            assert rows[12] == "fees today $0.20"
            assert ("signals" in rows[8]) is (width == 76)


def test_a_missing_bid_gives_no_profit(panel: PositionPanel) -> None:
    scene = bought()
    scene.engine.state.ladders[UP].invalidate("connection lost")
    rows = texts(panel.draw(scene.view(), 50, 11))
    assert rows[1].split()[-2:] == ["–", "–"]
    assert rows[2].split()[-3:] == ["no", "bid", "–"]


def test_an_old_quote_makes_the_profit_grey_and_says_how_old(panel: PositionPanel) -> None:
    scene = bought()
    row = panel.draw(scene.at(220.0).view(), 50, 11).rows[2]
    assert "stale" in styles(row)
    assert "bid 12.1 s old" in "".join(text for text, _ in row)


@pytest.mark.parametrize(
    ("winner", "worth", "net"), [(UP, ["100¢", "+$3.68"], "+$3.50"), (DOWN, ["0¢", "−$7.82"], "−$8.00")]
)
def test_after_the_verdict_the_profit_is_what_was_earned_whatever_the_book_says(
    panel: PositionPanel, winner: int, worth: list[str], net: str
) -> None:
    scene = bought()
    scene.at(302.0, Resolution(mono(302), wall(302), winner, "gamma"))
    heads, up, *_ = texts(panel.draw(scene.view(), 50, 11))
    assert heads.split()[-2:] == ["worth", "gain"]
    assert up.split()[-2:] == worth
    assert texts(panel.draw(scene.view(), 50, 11))[2].endswith(f" {('UP', 'DOWN')[winner]} won, net    {net}")
    assert texts(panel.draw(scene.view(), 50, 3))[0].endswith(f"{('UP', 'DOWN')[winner]} won {net}")


@pytest.mark.parametrize("mode", ["ARMED", "HALTED"])
def test_armed_and_halted_change_frame_and_word(panel: PositionPanel, mode: str) -> None:
    drawing = panel.draw(bought().view(mode=mode), 50, 5)
    assert (drawing.note, drawing.frame) == (mode, "mode")


def test_three_rows_keep_position_outcomes_and_day(panel: PositionPanel) -> None:
    assert texts(panel.draw(bought().view(), 50, 3)) == [
        "UP 11.5 sh @ 68.0¢  open −$0.29",
        "$8.00 paid  if UP +$3.50 · if DOWN −$8.00",
        "today  41 windows  12 trades  7 won  net    −$1.86",
    ]


def test_both_sides_are_shortened_before_the_profit_is_lost(panel: PositionPanel) -> None:
    assert texts(panel.draw(both().view(), 50, 3))[0] == "UP 10.0 @ 60.0¢  DOWN 11.0 @ 30.0¢  open +$0.62"


def test_five_rows_leave_the_table_out_for_what_the_net_hangs_on(panel: PositionPanel) -> None:
    assert texts(panel.draw(bought().view(), 50, 5))[2:] == [
        "today  41 windows  12 trades  7 won  net    −$1.86",
        "instant +$4.10  realistic −$1.86  pessim. −$5.20",
        "verdict not enough data · 30 more markets at least",
    ]


def test_nothing_held_and_no_window_are_said(panel: PositionPanel) -> None:
    assert texts(panel.draw(opening().view(), 50, 5))[0] == "nothing held"
    assert texts(panel.draw(waiting(), 60, 5))[0].startswith("no window yet: waiting for")


def test_it_fits_into_any_size(panel: PositionPanel) -> None:
    day = DayView(1, 1, 1, 0, 0, THREE | {HOSTILE: 1}, GREAT)
    earlier = (settling(), settling(asset=HOSTILE, interval="15m", ended=False), settling(winner=UP))
    views = [bought().view(mode="HALTED", day=day, earlier=earlier), opening().view(), both().view(), waiting()]
    assert [wrong for size_ in SIZES for wrong in too_wide(panel, views, *size_)] == []


async def test_it_paints(panel: PositionPanel) -> None:
    screen = await painted(panel, bought().view(mode="ARMED"), 54, 13)
    assert "ARMED" in screen
    assert "with fees $8.00 ($0.18)" in screen
