"""A busy five-minute window, made up: what the reading and the deciding of recordings is measured on.

Of 100 frames 60 are the venue's deltas, one level of each token with the tops that result, and 40 are Binance's trades.
They come 200 times a second for 300 s, with a spot report of the oracle once a second, so that the distance is
aligned. The price stays near the strike for most of the time: few quotes have a signal, and some become orders.

There are as many such windows as anybody wants, each by its number: they follow each other, with dice of their own.
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from math import sin, tanh, tau
from pathlib import Path
from random import Random
from typing import Any, Final

from engine.market import Settlement
from tests.app.backtest.converters import Line, opening_lines, report_frame, settlement_line, updown_market, write_lines

FRAMES_A_SECOND: Final = 200
DELTAS: Final = 0.6
START_S: Final = 1_795_000_200
STRIKE: Final = 80_000.0
BASIS: Final = 25.0
"""Dollars that Binance stands above the oracle."""

_TOKENS: Final = (
    "23982892606767517082314235744367894712868854397118665245907389064643415532683",
    "24708226033240333473602177432615818973724515660183472702056472785190315175671",
)
_CONDITION: Final = "0x22f5f4ba3157363e9fac08867381c527d66d78d4555b1538b5aac26b85441cda"
_SECOND: Final = 1_000_000_000
_PACKED_AS_THE_PROGRAM_DOES: Final = 6


def write_window(folder: Path, number: int = 0, rate: int = FRAMES_A_SECOND) -> Path:
    """The window of this number as a packed recording, with `rate` frames a second."""
    path = _Path(number)
    market = updown_market(path.start_s, _TOKENS, fee_rate="0.07", settlement=Settlement.CHAINLINK_TWAP, lookback_s=60)
    begin = (path.start_s - 5) * _SECOND
    strike = Line(begin, "strike", {"value": STRIKE, "source": "chainlink_twap", "exact": True})
    final = sum(path.oracle(path.start_s + second) for second in range(240, 300)) / 60
    settled = settlement_line((path.start_s + 302) * _SECOND, "UP" if final >= STRIKE else "DOWN", round(final, 2))
    frames = sorted([*_frames(path, begin, rate), *_reports(path)], key=lambda line: line.wall)
    plain = write_lines([*opening_lines(market, begin), strike, *frames, settled], folder / f"busy-{number:03}.jsonl")
    return packed(plain)


def packed(plain: Path) -> Path:
    """A copy of a recording, compressed as the program does it."""
    copy = plain.with_name(plain.name + ".gz")
    copy.write_bytes(gzip.compress(plain.read_bytes(), _PACKED_AS_THE_PROGRAM_DOES))
    return copy


@dataclass(frozen=True, slots=True)
class _Path:
    """The way of the price in one window, in dollars."""

    number: int

    @property
    def start_s(self) -> int:
        return START_S + 300 * self.number

    def price(self, wall: int) -> float:
        """Binance's, without its noise: it swings by 45 dollars, and a distance of 35 is where a signal begins."""
        return STRIKE + BASIS + 45 * sin(tau * (wall / _SECOND - self.start_s) / 140 + 1.7 * self.number)

    def oracle(self, second: int) -> float:
        """What the oracle reports of a second."""
        return round(self.price(second * _SECOND) - BASIS, 2)


def _frames(path: _Path, begin: int, rate: int) -> Iterator[Line]:
    random, book, wall, trade_id = Random(7 + path.number), _Book(path), begin, 0
    for outcome in (0, 1):
        yield Line(begin, "clob", book.snapshot(outcome, wall))
    while (wall := wall + round(random.expovariate(rate) * _SECOND)) < (path.start_s + 300) * _SECOND:
        if random.random() < DELTAS:
            yield Line(wall, "clob", book.change(random, wall))
        else:
            trade_id += 1
            yield Line(wall, "binance", _trade(random, trade_id, wall, path.price(wall)))


def _reports(path: _Path) -> Iterator[Line]:
    """The oracle's, each 1.45 s after its second."""
    for second in range(path.start_s - 6, path.start_s + 300):
        arrived = second * _SECOND + 1_450_000_000
        if arrived > (path.start_s - 5) * _SECOND:
            report = report_frame(arrived, "crypto_prices_chainlink", second * 1000, path.oracle(second))
            yield Line(arrived, "oracle", report)


def _trade(random: Random, trade_id: int, wall: int, price: float) -> dict[str, Any]:
    ms = wall // 1_000_000
    return {
        "e": "trade",
        "E": ms,
        "s": "BTCUSDT",
        "t": 6_730_000_000 + trade_id,
        "p": f"{price + random.gauss(0, 1):.2f}000000",
        "q": f"{random.expovariate(100):.5f}"[:-1] + "1000",
        "T": ms,
        "m": random.random() < 0.5,
        "M": True,
    }


class _Book:
    """Both tokens' books, one seen from two sides: sizes in hundredths of a share by cents of Up."""

    def __init__(self, path: _Path) -> None:
        self._path = path
        self._bids = {cent: 100 * (20 + cent) for cent in range(1, 50)}
        self._asks = {cent: 100 * (120 - cent) for cent in range(51, 100)}

    def snapshot(self, outcome: int, wall: int) -> dict[str, Any]:
        """The whole book of one token."""
        bids, asks = (self._bids, self._asks) if outcome == 0 else (_mirrored(self._asks), _mirrored(self._bids))
        sides = {
            name: [{"price": _dollars(cent), "size": _shares(side[cent])} for cent in sorted(side)]
            for name, side in (("bids", bids), ("asks", asks))
        }
        return {
            "market": _CONDITION,
            "asset_id": _TOKENS[outcome],
            "timestamp": str(wall // 1_000_000),
            "hash": "1eef49e606cf6de7c010c2ccf123d913c0a57bae",
            **sides,
            "event_type": "book",
        }

    def change(self, random: Random, wall: int) -> dict[str, Any]:
        """One level of Up and its mirror of Down. A fifth of them move the touch, after Binance and 2 s late."""
        middle = 50 + 34 * tanh((self._path.price(wall - 2 * _SECOND) - BASIS - STRIKE) / 60)
        bid, ask = max(self._bids), min(self._asks)
        deep = min(1 + int(random.expovariate(0.2)), bid - 1, 98 - ask)
        is_bid, size = random.random() < 0.5, random.choice((500, 2_000, random.randrange(100, 90_000)))
        cent = bid - deep if is_bid else ask + deep
        if random.random() < 0.2:
            if bid > middle - 0.5:
                is_bid, cent, size = True, bid, 0
            elif ask < middle + 0.5:
                is_bid, cent, size = False, ask, 0
            else:
                is_bid = middle - bid > ask - middle if ask - bid > 1 else is_bid
                inside = ask - bid > 1
                cent = (bid + inside) if is_bid else (ask - inside)
        side = self._bids if is_bid else self._asks
        if size:
            side[cent] = size
        else:
            del side[cent]
        return self._message(random, wall, is_bid, cent, size)

    def _message(self, random: Random, wall: int, is_bid: bool, cent: int, size: int) -> dict[str, Any]:
        bid, ask = max(self._bids), min(self._asks)
        entries = (
            (_TOKENS[0], cent, "BUY" if is_bid else "SELL", bid, ask),
            (_TOKENS[1], 100 - cent, "SELL" if is_bid else "BUY", 100 - ask, 100 - bid),
        )
        return {
            "market": _CONDITION,
            "price_changes": [
                {
                    "asset_id": token,
                    "price": _dollars(price),
                    "size": _shares(size),
                    "side": side,
                    "hash": random.randbytes(20).hex(),
                    "best_bid": _dollars(best_bid),
                    "best_ask": _dollars(best_ask),
                }
                for token, price, side, best_bid, best_ask in entries
            ],
            "timestamp": str(wall // 1_000_000),
            "event_type": "price_change",
        }


def _mirrored(side: dict[int, int]) -> dict[int, int]:
    return {100 - cent: size for cent, size in side.items()}


def _dollars(cents: int) -> str:
    return f"{cents / 100:g}"


def _shares(hundredths: int) -> str:
    return f"{hundredths / 100:g}"
