"""The tape in the original bot's columns: a row a trade of the coin, a row a quote of the market."""

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from app.telemetry.cells import csv_line
from app.telemetry.figures import coins_text, middle_text, price_text, real_text
from engine.events import Trade
from engine.units import NO_ASK, NO_BID

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class QuoteRow(NamedTuple):
    """The best prices of both outcomes in price units; NO_BID and NO_ASK for an empty side."""

    wall: int
    up_bid: int
    up_ask: int
    down_bid: int
    down_ask: int


def trade_line(trade: Trade) -> bytes:
    """The row of `binance.csv`; `side` is the taker's."""
    return csv_line(
        (
            _utc_text(trade.wall),
            str(trade.wall // 1_000_000),
            str(trade.time_ms),
            real_text(trade.price, 8),
            coins_text(trade.qty),
            "sell" if trade.buyer_is_maker else "buy",
        )
    )


def quote_line(row: QuoteRow) -> bytes:
    """The row of `polymarket.csv`; an outcome's price is the middle of its book, empty where a side is."""
    return csv_line(
        (
            _utc_text(row.wall),
            str(row.wall // 1_000_000),
            _middle_cell(row.up_bid, row.up_ask),
            _middle_cell(row.down_bid, row.down_ask),
            price_text(row.up_bid),
            price_text(row.up_ask),
            price_text(row.down_bid),
            price_text(row.down_ask),
        )
    )


def _middle_cell(bid: int, ask: int) -> str:
    return "" if bid == NO_BID or ask == NO_ASK else middle_text(bid, ask)


def _utc_text(wall: int) -> str:
    moment = _EPOCH + timedelta(milliseconds=wall // 1_000_000)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
