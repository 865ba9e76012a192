"""A folder that holds only the original bot's `binance.csv` and `polymarket.csv`, played as a recording is.

What it cannot tell stays unknown or is refused by the engine's own gates: sizes (the market is marked `top_only`),
the oracle's prices, trade ids, connections that came and went.
"""

from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Final

from app.backtest.opening import Opening
from app.backtest.seed_rows import EPOCH, QUOTES, TRADES, Batch, read_quotes, read_trades
from app.backtest.seed_window import find_market, read_facts, told_outcome, told_strike
from app.restore import NOTHING
from engine.events import Event, Link, Strike
from engine.limits import Limits
from engine.state import BINANCE_STRIKES
from engine.strategies import standard
from feeds.recording import PACKED, PLAIN
from feeds.strike import FirstTrade

_STRATEGIES: Final = tuple(strategy.name for strategy in standard())
_REFUSALS: Final[Mapping[str, Mapping[str, int]]] = {"binance": {}, "clob": {}, "oracle": {}}
"""A row that cannot be read ends the run; none is counted and passed over."""


def is_seed_folder(path: Path) -> bool:
    """Whether `path` is a folder with both files and no recording, which would say more."""
    recorded = any((path / name).exists() for name in (PACKED, PLAIN))
    return not recorded and all((path / name).is_file() for name in (TRADES, QUOTES))


def play_seed_folder(path: Path) -> Iterator[Opening | Sequence[Event]]:
    """How the run began, with the default limits and rules, then the events of each row, in order of arrival.

    Both clocks are the rows' own milliseconds. Within one of them nobody knows which file's row came first: Binance's
    is taken first, as the cause before the effect. The outcome comes last, at the window's end or after the last row.
    BadRecording names the file, the line, the column and the value that cannot be used.
    """
    facts = read_facts(path)
    trades, quotes = path / TRADES, path / QUOTES
    firsts = [wall for rows in (read_trades(trades), read_quotes(quotes)) for wall, _ in islice(rows, 1)]
    market = find_market(path, facts, min(firsts) // 1_000_000 if firsts else None)
    began = min(firsts, default=market.start_ms * 1_000_000)
    yield Opening("", began, began, market, Limits(), _STRATEGIES, NOTHING, _REFUSALS)
    yield (Link(began, began, "clob", EPOCH, up=True),)
    strikes = _strikes(told_strike(facts, market.start_ms, began), _first_trade(trades, market.start_ms))
    end = max(began, market.end_ms * 1_000_000)
    for wall, events in merge(strikes, read_trades(trades), read_quotes(quotes), key=itemgetter(0)):
        end = max(end, wall)
        yield events
    resolution = told_outcome(facts, end)
    if resolution is not None:
        yield (resolution,)


def _first_trade(path: Path, start_ms: int) -> Strike | None:
    """The strike as far as the tape can tell it; whether the tape was there at the start, its first row says."""
    first: FirstTrade | None = None
    for wall, (trade,) in read_trades(path):
        if first is None:
            first = FirstTrade(start_ms, wall // 1_000_000)
            first.link(up=True, wall_ms=wall // 1_000_000)
        strike = first.offer(trade)
        if strike is not None or first.missed:
            return strike
    return None


def _strikes(told: Strike | None, first: Strike | None) -> list[Batch]:
    """The strikes, each at the time at which it became known.

    One in the oracle's dollars is of use beside the oracle's price, which is not in the files: the engine sends no
    order on it. So it is left out where Binance's own first trade can stand in for it, as a session does whose
    oracle is silent (see `app.strikes`).
    """
    if told is not None and first is not None and told.source not in BINANCE_STRIKES:
        told = None
    known = [strike for strike in (told, first) if strike is not None]
    return sorted(((strike.wall, (strike,)) for strike in known), key=itemgetter(0))
