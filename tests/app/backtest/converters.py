"""Recordings made of other people's data, so that the engine can be run on real windows.

Each function reads one source of ../shared/data and writes one recording: our records around the venue's own
frames, as if we had been there. What a source did not keep is made up here and nowhere else: see each function.
The monotonic clock is the wall clock; the lines stand in the order of the source's receive times.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from engine.limits import Limits
from engine.market import Asset, FeeSchedule, Interval, Market, Settlement
from engine.strategies import standard
from engine.units import SIZE
from feeds.recording import FORMAT, market_record

QUANTITY: Final = "0.01000000"
"""Coins in each Binance trade: the sources kept prices once a second, neither trades nor quantities."""


_TOPICS: Final = {"l": "crypto_prices_chainlink", "t": "crypto_prices_twap_sixty"}


class Line(NamedTuple):
    """One line of a recording: wall ns, which is the monotonic time too, source, data."""

    wall: int
    source: str
    data: Any


class TwapSource(NamedTuple):
    """A window of btc5m-twap-windows-2026-08 as its file has it."""

    start_s: int
    up_token: str
    down_token: str
    resolved_up: bool
    price_to_beat: float
    final: float
    events: list[list[Any]]


def read_twap_window(path: Path) -> TwapSource:
    """The one window of a file of btc5m-twap-windows-2026-08."""
    with gzip.open(path) as file:
        (window,) = json.load(file)["windows"]
    label = window["label"]
    return TwapSource(
        window["window_ts"],
        window["token_up"],
        window["token_down"],
        bool(label["resolved_up"]),
        label["price_to_beat"],
        label["final_price"],
        window["events"],
    )


def write_twap_window(source: TwapSource, path: Path) -> Path:
    """A recording of the window, top of book only.

    Binance's price of each second becomes a trade of QUANTITY with the next trade id; the average that is stamped
    with the window's start becomes the strike at its arrival. The source does not say who took in a print: a buyer
    is written. The settlement is the label's, 2 s after the last event.
    """
    market = updown_market(
        source.start_s,
        (source.up_token, source.down_token),
        fee_rate="0.07",
        settlement=Settlement.CHAINLINK_TWAP,
        lookback_s=60,
        top_only=True,
    )
    received = [round(event[0] * 1000) * 1_000_000 for event in source.events]
    lines = [*opening_lines(market, received[0] - 1_000_000_000), *_twap_lines(source, received)]
    outcome = "UP" if source.resolved_up else "DOWN"
    lines.append(settlement_line(received[-1] + 2_000_000_000, outcome, source.final))
    return write_lines(lines, path)


def _twap_lines(source: TwapSource, received: list[int]) -> Iterator[Line]:
    trades = 0
    for wall, (_, kind, *rest) in zip(received, source.events, strict=True):
        if kind == "s":
            trades += 1
            yield Line(wall, "binance", trade_frame(trades, round(rest[0] * 1000), str(rest[1])))
        elif kind in ("l", "t"):
            yield Line(wall, "oracle", report_frame(wall, _TOPICS[kind], round(rest[0] * 1000), rest[1]))
            if kind == "t" and rest[0] == source.start_s:
                yield Line(wall, "strike", {"value": rest[1], "source": "chainlink_twap", "exact": True})
        elif kind == "p":
            yield Line(wall, "clob", print_frame(wall, *rest))
        else:
            yield Line(wall, "clob", best_frame(wall, *rest))


def read_top5_log(path: Path) -> list[dict[str, Any]]:
    """The entries of btc5m-l2top5-log-2026-04."""
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


def write_top5_log(entries: list[dict[str, Any]], path: Path) -> Path:
    """A recording of the window, five levels a side once a second.

    Tokens are made up. Snapshots become `book` frames of both tokens, Binance's price of each second a trade of
    QUANTITY. Markets of that spring settled on Chainlink's price; their strike, `priceToBeat`, came from the venue's
    own page, and is taken when the log first has it.
    """
    slot = entries[0]
    market = updown_market(int(slot["slug"].rsplit("-", 1)[1]), ("1", "2"))
    lines = [*opening_lines(market, slot["ts"] * 1_000_000), *_top5_lines(entries)]
    return write_lines(lines, path)


def _top5_lines(entries: list[dict[str, Any]]) -> Iterator[Line]:
    trades = 0
    strike = None
    settlement: Line | None = None
    for entry in entries:
        wall, kind = entry["ts"] * 1_000_000, entry["type"]
        if kind == "orderbook_snapshot":
            for token, side in (("1", entry["up"]), ("2", entry["down"])):
                if side is not None:
                    yield Line(wall, "clob", book_frame(wall, token, side))
        elif kind == "ticker":
            trades += 1
            yield Line(wall, "binance", trade_frame(trades, entry["ts"], str(entry["binancePrice"])))
        elif kind == "market_price" and strike is None:
            strike = entry["priceToBeat"]
            yield Line(wall, "strike", {"value": strike, "source": "crypto_price_api", "exact": True})
        elif kind == "resolution":
            settlement = settlement_line(entries[-1]["ts"] * 1_000_000, entry["direction"], entry["closePrice"])
    if settlement is not None:
        yield settlement


def write_frames(market: Market, frames: list[Line], path: Path) -> Path:
    """A recording of frames as they came, with no strike and no settlement."""
    return write_lines([*opening_lines(market, frames[0].wall), *frames], path)


def updown_market(
    start_s: int,
    tokens: tuple[str, str],
    *,
    asset: Asset = Asset.BTC,
    interval: Interval = Interval.M5,
    fee_rate: str = "0.072",
    settlement: Settlement = Settlement.CHAINLINK_SPOT,
    lookback_s: int = 0,
    top_only: bool = False,
) -> Market:
    """A market with these tokens, Up first; the rules are those of April 2026 where nothing else is said."""
    return Market(
        slug=f"{asset}-updown-{interval}-{start_s}",
        asset=asset,
        interval=interval,
        start_ms=start_s * 1000,
        end_ms=(start_s + interval.seconds) * 1000,
        condition_id="",
        up_token=tokens[0],
        down_token=tokens[1],
        tick=100,
        min_size=5 * SIZE,
        fee=FeeSchedule(Decimal(fee_rate), 1),
        settlement=settlement,
        lookback_s=lookback_s,
        resolution="",
        version="",
        top_only=top_only,
    )


def opening_lines(market: Market, wall: int) -> list[Line]:
    """What a recording begins with: the run under the default limits, the market, both links up."""
    limits = Limits()
    run = {
        "format": FORMAT,
        "version": "converted",
        "run_id": "converted",
        "limits": {field.name: getattr(limits, field.name) for field in fields(limits)},
        "strategies": [strategy.name for strategy in standard()],
        "earlier": {"orders": [], "last_order_ms": 0, "fills": []},
    }
    links = [Line(wall, "link", {"feed": feed, "epoch": 1, "up": True}) for feed in ("binance", "clob")]
    return [Line(wall, "run", run), Line(wall, "market", market_record(market)), *links]


def settlement_line(wall: int, outcome: str, final: float | None) -> Line:
    """The venue named the winner; `final` is None where the source does not have it."""
    return Line(wall, "settlement", {"final": final, "outcome": outcome, "source": "gamma"})


def trade_frame(trade_id: int, time_ms: int, price: str) -> dict[str, Any]:
    """A trade of Binance of QUANTITY."""
    return {
        "e": "trade",
        "E": time_ms,
        "s": "BTCUSDT",
        "t": trade_id,
        "p": price,
        "q": QUANTITY,
        "T": time_ms,
        "m": False,
        "M": True,
    }


def report_frame(wall: int, topic: str, time_ms: int, price: float) -> dict[str, Any]:
    payload = {
        "full_accuracy_value": str(int(Decimal(str(price)) * 10**18)),
        "symbol": "btc/usd",
        "timestamp": time_ms,
        "value": price,
    }
    return {"payload": payload, "timestamp": wall // 1_000_000, "topic": topic, "type": "update"}


def print_frame(wall: int, token: str, price: str, size: str) -> dict[str, Any]:
    return {
        "event_type": "last_trade_price",
        "asset_id": token,
        "price": price,
        "size": size,
        "side": "BUY",
        "timestamp": str(wall // 1_000_000),
    }


def best_frame(wall: int, token: str, bid: str, ask: str) -> dict[str, Any]:
    """The best prices of a token; "0" and "1" for an empty side."""
    return {
        "event_type": "best_bid_ask",
        "asset_id": token,
        "best_bid": bid,
        "best_ask": ask,
        "timestamp": str(wall // 1_000_000),
    }


def book_frame(wall: int, token: str, side: dict[str, list[list[float]]]) -> dict[str, Any]:
    """The whole book of a token, from (price, size) pairs a side."""
    return {
        "event_type": "book",
        "asset_id": token,
        "bids": _levels(side["bids"]),
        "asks": _levels(side["asks"]),
        "timestamp": str(wall // 1_000_000),
    }


def _levels(levels: list[list[float]]) -> list[dict[str, str]]:
    return [{"price": str(price), "size": str(size)} for price, size in levels]


def write_lines(lines: list[Line], path: Path) -> Path:
    """The lines as a recording."""
    with path.open("wb") as file:
        for wall, source, data in lines:
            file.write(orjson.dumps({"t": wall, "m": wall, "s": source, "d": data}) + b"\n")
    return path
