"""Live news in the console's lines: as short as paper's, and with their dollars."""

from dataclasses import replace

import pytest

from app.live_news import LiveFilled, LiveSent, LiveSettled
from app.live_words import line
from engine.events import DOWN, UP
from engine.signal import Signal
from tests.engine.builders import fill, market, money
from tests.engine.builders import order as an_order

MARKET = market()


def test_an_order_has_the_short_name_of_its_strategy_and_its_dollars() -> None:
    order = replace(an_order(1.0, outcome=DOWN, dollars=0.86, budget=9.89), strategy="settlement_sniper")
    signal = Signal("settlement_sniper", DOWN, 0.95, 0.86, 0.09, 0.95, 0.1)
    assert line(LiveSent(MARKET, order, signal)) == ("order", "LIVE sniper DOWN 11.5 @ 86¢ $9.89", None)


@pytest.mark.parametrize(("net", "shown"), [(8.75, "+$8.75"), (-3.5, "−$3.50"), (1234.5, "+$1,234.50")])
def test_a_result_is_in_dollars_as_on_paper(net: float, shown: str) -> None:
    told = line(LiveSettled(MARKET, DOWN, 5, 2, money(net)))
    assert told == ("settled", f"LIVE DOWN won  net {shown}  5 orders, 2 fills", net >= 0)


def test_one_of_a_kind_is_not_told_as_many() -> None:
    assert line(LiveSettled(MARKET, UP, 1, 1, money(1.0)))[1].endswith("1 order, 1 fill")


def test_a_fill_has_its_shares_and_its_price() -> None:
    bought = fill(1.2, dollars=0.86, shares=11.5)
    assert line(LiveFilled(MARKET, bought, ""))[1] == "LIVE bought UP 11.5 @ 86¢"
