import asyncio
import io
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.completion import complete, unsettled
from app.ledger import Ledger
from app.lines import Lines
from app.log import Log
from app.messages import Messages
from app.news import News, Trouble, WindowCompleted
from app.telemetry import columns
from app.telemetry.cells import csv_line
from app.telemetry.info import MarketInfo, read_info, write_info
from engine.events import UP
from engine.market import Asset, Interval
from feeds.gamma import Gamma
from feeds.windows import Calendar, Window
from tests.app.windows_venue import Room, a_room
from tests.engine.builders import money
from tests.feeds.gamma_events import a_market, an_event

WINDOW = Calendar(Asset.BTC, Interval.M5).current(1_795_336_000_000)

OF_BOTH = {"ts_ms": "1795336000200", "strategy": "momentum", "side": "UP", "mode": "paper", "run_id": "1a2b3c4d"}
BET = {"price": "0.6", "size": "10", "edge": "0.1", "spot": "84000.1", "time_left_s": "200.5"}
ORDER = OF_BOTH | BET | {"type": "FAK", "fee_est": "0.168"}
BOUGHT = {"status": "filled", "filled_price": "0.6", "filled_size": "10", "pnl_if_correct": "4", "fee": "0.168"}
SETTLED = {"submit_to_ack_ms": "200.1", "settle_state": "confirmed", "trade_id": "o1.1"}
FILL = OF_BOTH | BOUGHT | SETTLED | {"order_id": "o1", "seq": "1"}
NOTHING = {"status": "none", "submit_to_ack_ms": "200", "pnl_if_correct": "0", "fee": "0"}
UNFILLED = OF_BOTH | NOTHING | {"order_id": "o2", "seq": "2"}
"""Rows as an earlier run writes them: two orders, of which one bought 10 shares at 60 c."""


def rows(path: Path, names: tuple[str, ...], *facts: Mapping[str, str]) -> None:
    lines = (csv_line(tuple(fact.get(name, "") for name in names)) for fact in facts)
    path.write_bytes(csv_line(names) + b"".join(lines))


def left_behind(root: Path, window: Window = WINDOW) -> Path:
    """A window in which one strategy gave three signals and sent two orders, of which one bought 10 shares at 60 c."""
    folder = root / window.interval / window.slug
    folder.mkdir(parents=True)
    info = MarketInfo(folder / "market_info.txt")
    info.update({"slug": window.slug, "start_ms": window.start_ms, "end_ms": window.end_ms})
    write_info(info.path, info.text())
    rows(folder / "signals.csv", columns.SIGNALS, *[{"strategy": "momentum"}] * 3)
    rows(folder / "orders.csv", columns.ORDERS, *(ORDER | {"order_id": f"o{n}", "seq": str(n)} for n in (1, 2)))
    rows(folder / "fills.csv", columns.FILLS, FILL, UNFILLED)
    return folder


def resolve(room: Room) -> None:
    market = a_market(WINDOW, closed=True, umaResolutionStatus="resolved", outcomePrices='["1", "0"]')
    room.listings.events[WINDOW.slug] = an_event(WINDOW, market, closed=True)


async def test_a_window_that_was_left_gets_everything_that_its_files_tell(tmp_path: Path) -> None:
    folder = left_behind(tmp_path)
    async with a_room(tmp_path) as room:
        resolve(room)
        await complete(tmp_path, Gamma(room.client, room.address), WINDOW.end_ms + 1, room.news.append)
    info = read_info(folder / "market_info.txt")
    assert (info["outcome"], info["outcome_source"]) == ("UP", "gamma")
    assert (info["gross_pnl"], info["fees"], info["net_pnl"]) == ("4", "0.168", "3.832")
    assert (info["total_signals"], info["total_orders"], info["total_filled"]) == ("3", "2", "1")
    assert info["strategy.momentum"] == "signals=3 orders=2 fills=1 gross=4 fees=0.168 net=3.832"
    (told,) = room.told(WindowCompleted)
    assert (told.slug, told.end_ms, told.orders, told.fills) == (WINDOW.slug, WINDOW.end_ms, 2, 1)
    assert (told.resolution.outcome, told.resolution.source) == (UP, "gamma")
    assert (told.result.gross, told.result.fees) == (money(4), money(0.168))
    assert told.by_strategy == {"momentum": money(3.832)}
    assert room.told(Trouble) == []


def with_lenses(folder: Path) -> Path:
    """The bought order as the lenses saw it."""
    lens = {"order_id": "o1", "latency_ms": "200", "filled_price": "0.6", "filled_size": "10"}
    each = ({"lens": "instant", "fee": "0"}, {"lens": "realistic", "fee": "0.168"})
    rows(folder / "lenses.csv", columns.LENSES, *(lens | facts for facts in each))
    return folder


@pytest.mark.parametrize("days_ago", [0, 1])
async def test_the_day_the_score_the_log_and_the_phone_take_it_in_at_once(tmp_path: Path, days_ago: int) -> None:
    with_lenses(left_behind(tmp_path))
    now_ms = WINDOW.end_ms + days_ago * 86_400_000
    told, lines, texts, ledger = io.StringIO(), Lines(), list[str](), Ledger()
    ledger.read(tmp_path, now_ms)
    assert (ledger.day.markets, ledger.score.markets) == (0, 0)
    phone = Messages(texts.append)
    async with a_room(tmp_path) as room:
        resolve(room)

        def tell(news: News) -> None:
            for teller in (ledger.tell, Log(told), lines.tell, phone):
                teller(news)

        await complete(tmp_path, Gamma(room.client, room.address), now_ms + 1, tell)
    again = Ledger()
    again.read(tmp_path, now_ms)
    assert ledger.day == again.day
    assert (ledger.day.markets, ledger.day.net) == ((1, money(3.832)) if days_ago == 0 else (0, 0))
    assert ledger.score.markets == again.score.markets == 1
    assert ledger.score.record("momentum", "realistic").net == money(3.832)
    assert ledger.score.verdict() == again.score.verdict()
    assert (
        f"completed  market={WINDOW.slug} outcome=UP source=gamma orders=2 fills=1 gross=+4.00 fees=0.17 net=+3.83"
        in told.getvalue()
    )
    (line,) = lines.lines
    assert (line.kind, line.good) == ("settled", True)
    assert line.text.startswith("UP won  net +$3.83  1 fill, left by an earlier run")
    assert texts == [f"BTC 5m completed, paper, {WINDOW.slug}\nUP won, net +$3.83\n2 orders, 1 fill"]


async def test_a_window_whose_rows_cannot_be_read_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    folder = left_behind(tmp_path)
    rows(folder / "fills.csv", columns.FILLS, FILL | {"filled_size": "1O"}, UNFILLED)
    async with a_room(tmp_path) as room:
        resolve(room)
        await complete(tmp_path, Gamma(room.client, room.address), WINDOW.end_ms + 1, room.news.append)
    (told,) = room.told(Trouble)
    assert "fills.csv, row 1: filled_size is '1O'" in told.sentence
    assert "outcome" not in read_info(folder / "market_info.txt")


def test_of_a_loopback_venue_only_its_own_windows_are_asked_for(tmp_path: Path) -> None:
    venue = Calendar(Asset.BTC, Interval.M5, 60, 1_795_336_007)
    others = Calendar(Asset.BTC, Interval.M5, 60, 1_795_335_000)
    first = venue.current(1_795_336_007_000)
    ours = left_behind(tmp_path, first)
    left_behind(tmp_path, others.current(first.start_ms + 600_000))
    left_behind(tmp_path, venue.current(first.start_ms - 60_000))  # from before it was started
    assert list(unsettled(tmp_path, first.end_ms + 10**9, venue)) == [ours]
    assert len(list(unsettled(tmp_path, first.end_ms + 10**9))) == 3


async def test_it_is_asked_for_until_the_venue_can_tell(tmp_path: Path) -> None:
    folder = left_behind(tmp_path)
    async with a_room(tmp_path) as room:
        gamma = Gamma(room.client, room.address)
        room.listings.down = True
        work = asyncio.create_task(complete(tmp_path, gamma, WINDOW.end_ms + 1, room.news.append, pause_s=0.01))
        await room.until(lambda: room.listings.asked > 1)
        room.listings.events[WINDOW.slug] = an_event(WINDOW)
        room.listings.down = False
        asked = room.listings.asked
        await room.until(lambda: room.listings.asked > asked)
        resolve(room)
        await work
    assert read_info(folder / "market_info.txt")["outcome"] == "UP"
    assert len(room.told(Trouble)) == 1  # that there is none yet, once
    assert len(room.told(WindowCompleted)) == 1


async def test_what_the_venue_does_not_know_is_asked_for_once(tmp_path: Path) -> None:
    folder = left_behind(tmp_path)
    async with a_room(tmp_path) as room:
        await complete(tmp_path, Gamma(room.client, room.address), WINDOW.end_ms + 1, room.news.append)
    assert room.listings.asked == 1
    assert "outcome" not in read_info(folder / "market_info.txt")


def test_a_window_of_this_run_is_left_to_its_session(tmp_path: Path) -> None:
    folder = left_behind(tmp_path)
    assert list(unsettled(tmp_path, WINDOW.end_ms)) == []
    assert list(unsettled(tmp_path, WINDOW.end_ms + 1)) == [folder]
