"""The 5-minute rounds at 1 Hz of July 2026: a text table each, read, and made a recording."""

import re
from pathlib import Path
from typing import Final, NamedTuple

from engine.events import OUTCOME_NAMES
from tests.app.backtest.converters import (
    Line,
    best_frame,
    opening_lines,
    report_frame,
    settlement_line,
    trade_frame,
    updown_market,
    write_lines,
)
from tests.truth.labels import DATA

TOKENS: Final = ("1", "2")
"""Made up, Up first; the source does not name them."""

STRIKE_AFTER_NS: Final = 2_000_000_000
"""Reports of the oracle arrive about 1.5 s after their second; the source does not say when it had the strike."""

_HEADER: Final = re.compile(r" +(\w+): (\S+)")
_ROW: Final = re.compile(r" *(\d+) +\d:\d\d +(UP|DOWN|----) +(?:(\d+)c|---) .* btc= *([0-9.]+)")


class Second(NamedTuple):
    """One row: seconds left, the side that costs more, its ask in cents, and Chainlink's price in dollars as text.

    The side is None where neither costs more, the ask is None where nobody sells.
    """

    left_s: int
    side: str | None
    ask_cents: int | None
    price: str


class Round(NamedTuple):
    """A file. Strike and final in dollars, to the cent."""

    start_s: int
    strike: float
    final: float
    up_won: bool
    fee_rate: str
    seconds: tuple[Second, ...]


def round_paths() -> list[Path]:
    """The files, in the order of their windows; none where the data is absent."""
    return sorted((DATA / "btc5m-1hz-rounds-2026-07").glob("btc5m_*.txt"))


def read_round(path: Path) -> Round:
    """One file."""
    lines = path.read_text().splitlines()
    header = {match[1]: match[2] for line in lines if (match := _HEADER.match(line))}
    seconds = tuple(_second(match) for line in lines if (match := _ROW.match(line)))
    assert len(seconds) == int(header["tick_count"])
    assert header["outcome"] in ("Up", "Down")
    return Round(
        int(header["market_start_ts"]),
        float(header["price_to_beat"]),
        float(header["final_chainlink"]),
        header["outcome"] == "Up",
        header["fee_rate"],
        seconds,
    )


def _second(match: re.Match[str]) -> Second:
    left, side, cents, price = match.groups()
    return Second(int(left), None if side == "----" else side, None if cents is None else int(cents), price)


def write_round(told: Round, path: Path) -> Path:
    """A recording of the round: top of book only, of the side that costs more, its ask alone and no sizes.

    The table has Chainlink's price and no other: here each becomes a report of the oracle and a trade of Binance at
    the same price, so the basis is nothing. The other side's book is empty, and so are both where the table names no
    side.
    """
    market = updown_market(told.start_s, TOKENS, fee_rate=told.fee_rate, top_only=True)
    start, end = market.start_ms * 1_000_000, market.end_ms * 1_000_000
    lines = opening_lines(market, start - 1_000_000_000)
    for number, second in enumerate(told.seconds, 1):
        wall = end - second.left_s * 1_000_000_000
        if wall == start + STRIKE_AFTER_NS:
            lines.append(Line(wall, "strike", {"value": told.strike, "source": "crypto_price_api", "exact": False}))
        report = report_frame(wall, "crypto_prices_chainlink", wall // 1_000_000, float(second.price))
        lines.append(Line(wall, "oracle", report))
        lines.append(Line(wall, "binance", trade_frame(number, wall // 1_000_000, second.price)))
        lines += _quotes(wall, second)
    lines.append(settlement_line(end + 20_000_000_000, "UP" if told.up_won else "DOWN", told.final))
    return write_lines(lines, path)


def _quotes(wall: int, second: Second) -> list[Line]:
    return [
        Line(wall, "clob", best_frame(wall, token, "0", _ask(second) if name == second.side else "1"))
        for token, name in zip(TOKENS, OUTCOME_NAMES, strict=True)
    ]


def _ask(second: Second) -> str:
    return "1" if second.ask_cents is None else f"{second.ask_cents / 100:.2f}"
