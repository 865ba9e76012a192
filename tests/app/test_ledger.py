from dataclasses import replace
from pathlib import Path

from app.ledger import Ledger
from app.news import WindowSettled
from app.scorecard import score_facts
from engine.events import DOWN, UP, Resolution
from engine.lenses import INSTANT, REALISTIC
from engine.market import Market
from engine.score import LensFill, MarketScore
from engine.scorecard import ALL
from engine.settlement import Result
from engine.units import MONEY
from tests.app.test_scorecard import score, write_window
from tests.engine.builders import market, money, size

DAY_MS = 86_400_000


def settled(of: Market, net: int) -> WindowSettled:
    return WindowSettled(of, Resolution(0, 0, UP, "gamma"), 1, 1, Result(net, 0), {"momentum": net}, MarketScore())


def test_the_day_adds_up_what_its_windows_brought() -> None:
    ledger = Ledger()
    for net in (3 * MONEY, -MONEY):
        ledger.tell(settled(market(), net))
    assert (ledger.day.markets, ledger.day.net) == (2, 2 * MONEY)
    assert ledger.day.by_strategy == {"momentum": 2 * MONEY}


def filled(order: str, outcome: int, *, shares: float = 10, lens: str = REALISTIC) -> LensFill:
    return LensFill(order, "momentum", outcome, lens, 0, money(0.6 * shares), size(shares), 0)


ORDERS = [
    *(filled("w-1", UP), filled("w-1", UP, lens=INSTANT)),
    *(filled("w-2", DOWN), filled("w-3", UP), filled("w-4", UP, shares=0), filled("w-4", UP, lens=INSTANT)),
]
"""Three orders are filled, one more would have been at once and for nothing; Up wins twice."""


def test_a_trade_is_an_order_that_was_filled_however_many_prices_it_took_and_it_wins_with_its_side() -> None:
    ledger = Ledger()
    news = replace(settled(market(), -MONEY), fills=7, score=MarketScore(ORDERS))
    ledger.tell(news)
    assert (ledger.day.markets, ledger.day.trades, ledger.day.won) == (1, 3, 2)
    record = ledger.score.record(ALL, REALISTIC)
    assert (record.trades, record.won) == (3, 2)


def test_trades_are_counted_the_same_from_the_files(tmp_path: Path) -> None:
    of, ledger = market(), Ledger()
    info = {"end_ms": of.end_ms, "outcome": "UP", "total_orders": 4, "total_filled": 7, "net_pnl": "-1"}
    write_window(tmp_path, of.slug, MarketScore(ORDERS), info)
    ledger.read(tmp_path, of.end_ms)
    assert (ledger.day.markets, ledger.day.trades, ledger.day.won, ledger.day.net) == (1, 3, 2, -MONEY)


def test_the_day_turns_at_midnight_when_asked_though_nothing_was_settled() -> None:
    ledger = Ledger()
    today = market()
    ledger.tell(settled(today, MONEY))
    midnight_ms = (today.end_ms // DAY_MS + 1) * DAY_MS
    ledger.turn(midnight_ms - 1)
    assert ledger.day.net == MONEY
    ledger.turn(midnight_ms)
    assert (ledger.day.markets, ledger.day.net) == (0, 0)


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


def test_the_day_and_the_score_take_in_what_the_lenses_made_of_a_window() -> None:
    ledger = Ledger()
    ledger.tell(replace(settled(market(), MONEY), score=score()))
    assert ledger.day.lenses == {lens: score().net(lens, UP) for lens in ("instant", "realistic", "pessimistic")}
    assert ledger.score.record("fade", "realistic").trades == 1


def test_the_day_read_back_from_files_has_the_same_lenses(tmp_path: Path) -> None:
    of, told, read = market(), Ledger(), Ledger()
    told.tell(replace(settled(of, MONEY), score=score()))
    info = {"end_ms": of.end_ms, "outcome": "UP", "total_orders": 2, **score_facts(score(), UP)}
    write_window(tmp_path, of.slug, score(), info)
    read.read(tmp_path, of.end_ms)
    assert read.day.lenses == told.day.lenses
    assert read.score.waterfalls == told.score.waterfalls
    assert read.score.verdict() == told.score.verdict()


def test_a_window_of_yesterday_still_counts_for_the_verdict(tmp_path: Path) -> None:
    of = market()
    info = {"end_ms": of.end_ms - DAY_MS, "outcome": "UP", "total_orders": 2, **score_facts(score(), UP)}
    write_window(tmp_path, of.slug, score(), info)
    ledger = Ledger()
    ledger.read(tmp_path, of.end_ms)
    assert (ledger.day.markets, ledger.day.lenses, ledger.score.markets) == (0, {}, 1)
