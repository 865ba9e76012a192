"""Windows of which only the venue's books were kept, made recordings with a price that says nothing.

Six settled 15-minute windows of September 2026 (both tokens, 20 levels a side, once a second) and four 5-minute
windows of April 2026 (the Down token only, the whole book, several times a second).

The engine trades on no book without a price and a strike. So a trade at PRICE comes every second, and the strike is
PRICE too: the distance is 0 from the first second to the last, and no strategy of ours has anything to say. What can
be measured here is what orders cost that come at fixed times (see `schedule`).
"""

import csv
import gzip
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from engine.events import DOWN, OUTCOME_NAMES, UP, Outcome
from engine.market import Interval, Market, Settlement
from tests.app.backtest.converters import (
    Line,
    book_frame,
    opening_lines,
    settlement_line,
    trade_frame,
    updown_market,
    write_lines,
)
from tests.truth.labels import DATA

PRICE: Final = 100_000.0
"""Dollars: made up, the strike and every trade alike."""

FIFTEEN: Final = DATA / "btc15m-l2-resolved-2026-09-28"
APRIL: Final = DATA / "clob-book-frames-btc5m-2026-04"

BEFORE_MS: Final = 30_000
"""How long before the window its recording begins; the source has a quarter of an hour, in which nothing is traded."""

_SECOND: Final = 1_000_000_000


class BooksOnly(NamedTuple):
    """A window, its venue frames, who won, and the outcomes of which there is a book."""

    market: Market
    frames: list[Line]
    winner: Outcome
    quoted: tuple[Outcome, ...]


def fifteen_minute_windows() -> list[BooksOnly]:
    """The six windows. The winner is what the market paid. Tokens are made up."""
    books: dict[str, list[Line]] = {}
    with gzip.open(FIFTEEN / "books.jsonl.gz") as file:
        for book in map(orjson.loads, file):
            wall, token = book["ts"] * 1_000_000, str(1 + OUTCOME_NAMES.index(book["side"]))
            sides = {side: _without_dust(book[side]) for side in ("bids", "asks")}
            books.setdefault(book["market_id"], []).append(Line(wall, "clob", book_frame(wall, token, sides)))
    return [
        _fifteen(market, books[market["market_id"]]) for market in orjson.loads((FIFTEEN / "markets.json").read_text())
    ]


def _without_dust(levels: list[list[float]]) -> list[list[float]]:
    """Some sizes were summed as floats, 1.9300000000000002; the venue counts to a millionth of a share."""
    return [[price, round(size, 6)] for price, size in levels]


def _fifteen(told: dict[str, Any], frames: list[Line]) -> BooksOnly:
    market = updown_market(
        told["start_ts"] // 1000,
        ("1", "2"),
        interval=Interval.M15,
        fee_rate="0.07",
        settlement=Settlement.CHAINLINK_TWAP,
        lookback_s=60,
    )
    assert (market.slug, market.end_ms) == (told["slug"], told["end_ts"])
    payouts = told["payout_up"], told["payout_down"]
    assert payouts in ((1.0, 0.0), (0.0, 1.0))
    since = (market.start_ms - BEFORE_MS) * 1_000_000
    frames = [frame for frame in frames if frame.wall >= since]
    return BooksOnly(market, frames, UP if payouts == (1.0, 0.0) else DOWN, (UP, DOWN))


def april_windows() -> list[BooksOnly]:
    """The four windows of which there are frames. Their winners were inferred from the last quotes."""
    with (APRIL / "windows.csv").open(newline="") as file:
        return [_april(row) for row in csv.DictReader(file)]


def _april(row: dict[str, str]) -> BooksOnly:
    packed = (APRIL / f"btc-updown-5m-{row['window']}.jsonl.xz").read_bytes()
    lines = [orjson.loads(line) for line in lzma.decompress(packed).splitlines()]
    frames = [Line(round(line["recv_ts"] * 1e9), "clob", line["frame"]) for line in lines]
    market = updown_market(int(row["window"]), ("not quoted", row["asset_id"]))
    assert row["token_side"] == "Down"
    return BooksOnly(market, frames, UP if row["outcome_inferred"] == "Up" else DOWN, (DOWN,))


def write_books(window: BooksOnly, path: Path) -> Path:
    """A recording of the window, settled a second after its last frame or its end, whichever is later."""
    begin = window.frames[0].wall
    end = max(window.frames[-1].wall, window.market.end_ms * 1_000_000) + _SECOND
    strike = Line(begin, "strike", {"value": PRICE, "source": "binance_first", "exact": False})
    lines = sorted([*window.frames, *_trades(begin, end)], key=lambda line: line.wall)
    settled = settlement_line(end, OUTCOME_NAMES[window.winner], None)
    return write_lines([*opening_lines(window.market, begin), strike, *lines, settled], path)


def _trades(begin: int, end: int) -> Iterator[Line]:
    for number, wall in enumerate(range(begin, end, _SECOND), 1):
        yield Line(wall, "binance", trade_frame(number, wall // 1_000_000, f"{PRICE:.2f}"))
