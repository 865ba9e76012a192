"""Small recorded windows in which everything can be worked out by hand.

Binance trades 100 dollars above a strike of 80,000 ten seconds after the start; then both books are shown, Up offered
at 0.70. `distance_fade` signals at each of the two and orders at the first:

fair = 0.5 + 0.4 tanh(0.00125 / 0.001176) + 0.15 (1 - 290/300) = 0.819712; edge 0.119712, after the fee 0.104592;
a share costs 0.70 + 0.072 * 0.70 * 0.30 = 0.71512; half Kelly is above the cap of 8 % of 100 dollars, so
8 / 0.71512 * 0.70 = 7.83 dollars buy 11.1857 shares for 7.82999 and a fee of 0.16913.
"""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from engine.market import Market
from feeds.recording import PACKED
from tests.app.backtest.converters import (
    Line,
    book_frame,
    opening_lines,
    settlement_line,
    trade_frame,
    updown_market,
    write_lines,
)

START_S: Final = 1_795_000_200
STRIKE: Final = 80_000.0
SECOND: Final = 1_000_000_000

FAIR: Final = 0.819712
SHARES: Final = "11.1857"
COST: Final = "7.82999"
FEE: Final = "0.16913"
WON: Final = "3.18658"
"""Net in dollars where Up wins: 11.1857 - 7.82999 - 0.16913."""
LOST: Final = "-7.99912"
WON_AT_ONCE: Final = "3.35571"
"""The naive fill pays no fee."""


def small_market(number: int = 0) -> Market:
    """The market of the window of this number; windows follow each other."""
    return updown_market(START_S + 300 * number, ("1", "2"))


def small_lines(number: int = 0, outcome: str | None = "UP", price: float = 80_100.0) -> list[Line]:
    """The lines of the window; at a price near the strike nothing is signalled."""
    market = small_market(number)
    start = market.start_ms * 1_000_000
    lines = [*opening_lines(market, start - 2 * SECOND), *_frames(start, price)]
    if outcome is not None:
        lines.append(settlement_line(start + 302 * SECOND, outcome, None))
    return lines


def write_small(folder: Path, number: int = 0, outcome: str | None = "UP", price: float = 80_100.0) -> Path:
    """The window's folder, packed as the program leaves it."""
    home = folder / "5m" / small_market(number).slug
    home.mkdir(parents=True)
    plain = write_lines(small_lines(number, outcome, price), home / "plain")
    (home / PACKED).write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    return home


def write_three(folder: Path) -> list[Path]:
    """One that won, one that lost, one in which nothing was signalled."""
    return [write_small(folder), write_small(folder, 1, "DOWN"), write_small(folder, 2, "DOWN", 80_010.0)]


def _frames(start: int, price: float) -> Iterator[Line]:
    yield Line(start, "strike", {"value": STRIKE, "source": "binance_first", "exact": False})
    at = start + 10 * SECOND
    yield Line(at, "binance", trade_frame(1, at // 1_000_000, f"{price:.2f}"))
    yield Line(at, "clob", book_frame(at, "1", {"bids": [[0.68, 1000]], "asks": [[0.70, 1000]]}))
    yield Line(at, "clob", book_frame(at, "2", {"bids": [[0.30, 1000]], "asks": [[0.32, 1000]]}))
    yield Line(start + 299 * SECOND, "binance", trade_frame(2, start // 1_000_000 + 299_000, f"{price:.2f}"))
