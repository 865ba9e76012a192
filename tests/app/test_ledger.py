from dataclasses import replace

from app.ledger import Ledger
from app.news import WindowSettled
from engine.events import UP, Resolution
from engine.market import Market
from engine.score import MarketScore
from engine.settlement import Result
from engine.units import MONEY
from tests.engine.builders import market

DAY_MS = 86_400_000


def settled(of: Market, net: int) -> WindowSettled:
    return WindowSettled(of, Resolution(0, 0, UP, "gamma"), 1, 1, Result(net, 0), {"momentum": net}, MarketScore())


def test_the_day_adds_up_what_its_windows_brought() -> None:
    ledger = Ledger()
    for net in (3 * MONEY, -MONEY):
        ledger.tell(settled(market(), net))
    assert (ledger.day.markets, ledger.day.won, ledger.day.net) == (2, 1, 2 * MONEY)
    assert ledger.day.by_strategy == {"momentum": 2 * MONEY}


def test_a_new_day_begins_at_nothing() -> None:
    ledger = Ledger()
    today = market()
    ledger.tell(settled(today, MONEY))
    ledger.tell(settled(replace(today, end_ms=today.end_ms + DAY_MS), 5 * MONEY))
    assert (ledger.day.markets, ledger.day.net) == (1, 5 * MONEY)


def test_a_window_of_yesterday_that_is_settled_late_leaves_today_alone() -> None:
    ledger = Ledger()
    today = market()
    ledger.tell(settled(today, MONEY))
    ledger.tell(settled(replace(today, end_ms=today.end_ms - DAY_MS), -7 * MONEY))
    ledger.tell(settled(today, MONEY))
    assert (ledger.day.markets, ledger.day.net) == (2, 2 * MONEY)
