"""The waterfall panel: where the edge goes, what each lens earned, and what that proves."""

from random import Random

import pytest

from engine.events import DOWN, UP
from engine.lenses import INSTANT, LENSES, PESSIMISTIC
from engine.score import LensFill, MarketScore
from engine.scorecard import Scorecard
from engine.waterfall import Leg
from tests.engine.builders import money, price, size
from tests.widgets.sizes import HOSTILE, SIZES, painted, too_wide
from tests.widgets.views import styles, texts, waiting
from widgets.waterfall import WaterfallPanel


@pytest.fixture
def panel() -> WaterfallPanel:
    return WaterfallPanel("waterfall")


def market(strategy: str, *, late_shares: float = 10.0) -> MarketScore:
    """Ten UP at 0.60 under every lens but the slowest, 0.168 of fee; fair 0.70, middle 0.59, 0.61 at arrival."""
    fills = []
    for lens in LENSES:
        units = size(late_shares if lens == PESSIMISTIC else 10)
        fee = 0 if lens == INSTANT or not units else money(0.168)
        fills.append(LensFill("o-1", strategy, UP, lens, 200_000_000, price(0.60) * units, units, fee))
    score = MarketScore(fills)
    score.legs.append(
        Leg(strategy, UP, price(0.70), 2 * price(0.59), price(0.60), price(0.61), size(10), money(6.0), money(0.168))
    )
    score.mark(strategy, 0, 2 * price(0.62), size(10), money(6.0))
    score.mark(strategy, 2, 2 * price(0.55), size(10), money(6.0))
    return score


def card() -> Scorecard:
    """Two markets of one strategy, one won; the pessimist had no fill in the lost one."""
    made = Scorecard()
    made.add(market("distance_fade"), UP)
    made.add(market("distance_fade", late_shares=0), DOWN)
    return made


def test_the_steps_of_all_strategies_and_of_each(panel: WaterfallPanel) -> None:
    """Luck is half of 10 at +0.30 and half at -0.70; the steps and the net are those of the market by hand."""
    drawing = panel.draw(waiting(score=card()), 48, 40)
    assert drawing.note == "2 markets"
    assert [row[:42].rstrip() for row in texts(drawing)[:8]] == [
        "cents a share             all     distance",
        "model edge             +11.0¢       +11.0¢",
        "spread                  −1.0¢        −1.0¢",
        "latency drift           −1.0¢        −1.0¢",
        "slippage                +1.0¢        +1.0¢",
        "fee                     −1.7¢        −1.7¢",
        "settlement luck        −20.0¢       −20.0¢",
        "net                    −11.7¢       −11.7¢",
    ]


def test_what_luck_is_stands_under_the_steps_and_takes_no_row_from_the_others(panel: WaterfallPanel) -> None:
    said = "luck is nothing on average, if the model is right"
    high, low = (texts(panel.draw(waiting(score=card()), 60, height)) for height in (40, 13))
    assert high[7:11] == [high[7], said, "", high[10]]
    assert high[10].startswith("all strategies")
    assert low[8] == said
    assert low[9].startswith("all strategies")
    assert texts(panel.draw(waiting(score=card()), 48, 40))[8] == ""


def three() -> Scorecard:
    """A market of each of the three strategies."""
    made = Scorecard()
    for name in ("distance_fade", "momentum", "settlement_sniper"):
        made.add(market(name), UP)
    return made


def test_a_large_screen_shows_every_strategy_and_the_whole_ladder(panel: WaterfallPanel) -> None:
    rows = texts(panel.draw(waiting(score=three()), 56, 27))
    assert rows[0].split() == ["cents", "a", "share", "all", "distance", "momentum", "sniper"]
    assert [row.split()[0] for row in rows[10:20]] == [
        "all", "instant", "realistic", "pessimistic", "at", "at", "at", "at", "at", "at",
    ]  # fmt: skip
    assert rows[19].startswith("  at 1,000 ms")
    assert [row.split()[0] for row in rows[-4:]] == ["all", "distance", "momentum", "sniper"]
    assert all(row.endswith("at least") for row in rows[-4:])


def test_with_fewer_rows_the_ladder_goes_before_the_three_lenses_and_the_verdict(panel: WaterfallPanel) -> None:
    rows = texts(panel.draw(waiting(score=three()), 56, 14))
    assert [row.split()[0] for row in rows[9:13]] == ["all", "instant", "realistic", "pessimistic"]
    assert rows[13].startswith("all")
    assert "not enough data" in rows[13]


def test_each_step_begins_where_the_one_before_it_ended(panel: WaterfallPanel) -> None:
    """From 0 to 11, to 10, to 9, to 10, to 8.3, down to -11.7: over 23 columns a cent is a column, nothing at 12."""
    rows = texts(panel.draw(waiting(score=card()), 67, 40))[1:8]
    bars = [row[44:] for row in rows]
    begun = [len(bar) - len(bar.lstrip()) for bar in bars]
    long = [bar.count("▇") for bar in bars]
    assert begun[0] == begun[1] - 10
    assert begun[-1] == begun[-2] == 0
    assert begun[-1] + long[-1] == begun[0]
    assert (long[0], long[1], long[2]) == (11, 1, 1)


def test_every_lens_with_its_win_rate_break_even_and_net(panel: WaterfallPanel) -> None:
    rows = texts(panel.draw(waiting(score=card()), 60, 40))[10:20]
    assert rows[:4] == [
        "all strategies trades    won      95 %    even   a share",
        "instant             2   50 %    9–91 %   60.0¢    −10.0¢",
        "realistic           2   50 %    9–91 %   61.7¢    −11.7¢",
        "pessimistic         1  100 %  21–100 %   61.7¢    +38.3¢",
    ]
    assert rows[4].startswith("  at 0 ms")
    assert rows[9].startswith("  at 1,000 ms")


def test_markouts_and_verdicts(panel: WaterfallPanel) -> None:
    rows = texts(panel.draw(waiting(score=card()), 60, 40))
    assert rows[21] == "after the fill  1 s +2.0¢   5 s –   10 s −5.0¢   30 s –"
    assert rows[23:] == [
        "all       not enough data · 28 more markets at least",
        "distance  not enough data · 28 more markets at least",
    ]


def test_a_phantom_is_red_and_a_real_edge_green(panel: WaterfallPanel) -> None:
    dice, made = Random(1), Scorecard()
    for _ in range(200):
        made.add(market("real"), UP if dice.random() < 0.8 else DOWN)
    last = panel.draw(waiting(score=made), 60, 40).rows[-1]
    assert "real" in last[1][0]
    assert "good" in styles(last)


def test_before_the_first_market_it_says_what_it_waits_for(panel: WaterfallPanel) -> None:
    assert texts(panel.draw(waiting(), 80, 5)) == ["no market with an order is settled yet: waiting for the first"]


def test_orders_without_any_fill_have_no_waterfall(panel: WaterfallPanel) -> None:
    made = Scorecard()
    made.add(MarketScore([LensFill("o-1", "momentum", UP, lens, 0, 0, 0, 0) for lens in LENSES]), UP)
    rows = texts(panel.draw(waiting(score=made), 60, 40))
    assert rows[0] == "nothing was filled yet: no waterfall"
    assert rows[4].split() == ["realistic", "0", "–", "–", "–", "–"]


def test_it_fits_into_any_size(panel: WaterfallPanel) -> None:
    hostile = card()
    hostile.add(market(HOSTILE), UP)
    views = [waiting(score=hostile), waiting(score=card()), waiting()]
    assert [wrong for size in SIZES for wrong in too_wide(panel, views, *size)] == []


async def test_it_paints(panel: WaterfallPanel) -> None:
    screen = await painted(panel, waiting(score=card()), 80, 30)
    assert "waterfall and lenses" in screen
    assert "settlement luck" in screen
