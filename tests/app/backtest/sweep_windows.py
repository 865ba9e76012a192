"""Made-up windows of twenty seconds for sweeps: a random walk, and books that know its odds, or too little of them.

The price takes a step a second. Up's fair price follows from it exactly, so whoever buys at fair books plays a fair
game less costs, whatever rule he has. Books that move only `quickness` of the way leave an edge to who looks at the
price.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import erf, sqrt
from pathlib import Path
from random import Random
from typing import Final

from engine.market import Asset, Market
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
LENGTH_S: Final = 20
STRIKE: Final = 80_000.0
STEP: Final = 0.0006
"""Of the strike, in one second: large enough that `distance_fade` thinks the fair books wrong, and trades."""

FAIR: Final = 1.0
SLOW: Final = 0.1

_SECOND: Final = 1_000_000_000


def write_windows(folder: Path, count: int, seed: int, quickness: float = FAIR, asset: Asset = Asset.BTC) -> list[Path]:
    """So many windows, one after the other; the same for the same seed."""
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(seed)
    return [
        write_window(folder / f"{asset}-{number:04d}.jsonl", START_S + number * LENGTH_S, random, quickness, asset)
        for number in range(count)
    ]


def write_window(path: Path, start_s: int, random: Random, quickness: float = FAIR, asset: Asset = Asset.BTC) -> Path:
    """One window, settled a second after its end."""
    market = replace(
        updown_market(start_s, ("1", "2"), asset=asset, fee_rate="0.07"), end_ms=(start_s + LENGTH_S) * 1000
    )
    walk = [0.0]
    for _ in range(LENGTH_S):
        walk.append(walk[-1] + random.gauss(0.0, STEP))
    begin = start_s * _SECOND
    strike = Line(begin, "strike", {"value": STRIKE, "source": "binance_first", "exact": False})
    settled = settlement_line(begin + (LENGTH_S + 1) * _SECOND, "UP" if walk[-1] > 0.0 else "DOWN", None)
    return write_lines([*opening_lines(market, begin), strike, *_frames(market, walk, quickness), settled], path)


def _frames(market: Market, walk: list[float], quickness: float) -> Iterator[Line]:
    for second, away in enumerate(walk[:-1]):
        wall = market.start_ms * 1_000_000 + second * _SECOND
        frame = trade_frame(second + 1, wall // 1_000_000, f"{STRIKE * (1.0 + away):.2f}")
        yield Line(wall, "binance", frame | {"s": f"{market.asset.upper()}USDT"})
        odds = (1.0 + erf(away / STEP / sqrt(2.0 * (LENGTH_S - second)))) / 2.0
        cents = min(max(round(100 * (0.5 + quickness * (odds - 0.5))), 2), 98)
        for token, middle in (("1", cents), ("2", 100 - cents)):
            sides = {
                "bids": [[(middle - 1) / 100, 500.0]],
                "asks": [[(middle + 1) / 100, 500.0]],
            }
            yield Line(wall + 1_000_000, "clob", book_frame(wall, token, sides))
