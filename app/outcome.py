"""When and where to ask how a window ended, and what its end looks like in `market_info.txt`."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from app.scorecard import score_facts
from engine.engine import Engine
from engine.events import OUTCOME_NAMES, Resolution
from engine.figures import Figures
from engine.market import Market, Settlement
from engine.position import Position, Tally
from engine.score import MarketScore
from engine.settlement import settle
from engine.units import dollars
from engine.view import MarketView

InfoValue = str | int | float | Decimal

PATIENCE: Final = 20
"""After a wait of so long a twentieth of it may pass before the next question."""


def asking_times(market: Market, foreign: bool) -> Iterator[float]:
    """Seconds after the end at which to ask Gamma, without end.

    Averaged markets are settled 53 to 152 s after their end, the hourly ones after 12 to 13 minutes; a venue on
    loopback does it in 2 s. The pauses grow with the wait, so that many windows without an outcome ask no more than
    one does.
    """
    if foreign:
        first, every = 4.0, 2.0
    elif market.settlement is Settlement.BINANCE_KLINE:
        first, every = 600.0, 30.0
    else:
        first, every = 45.0, 5.0
    while True:
        yield first
        first += max(every, first / PATIENCE)


def end_facts(
    engine: Engine, score: MarketScore, resolution: Resolution, final_binance: float, final: float | None
) -> dict[str, InfoValue]:
    """The keys of `market_info.txt` that are known at settlement."""
    state = engine.state
    facts: dict[str, InfoValue] = {
        "final_binance_price": final_binance,
        "decision_hash": engine.decisions.hexdigest(),
    }
    if state.strike:
        facts["final_distance"] = final_binance - state.strike
    facts |= _alignment_facts(MarketView(engine).now) | score_facts(score, resolution.outcome)
    return facts | result_facts(engine.position, resolution.outcome, resolution.source, final)


def _alignment_facts(now: Figures) -> dict[str, InfoValue]:
    """Binance's distance from the oracle, and the final price as our own reports of the last minute rebuild it."""
    facts: dict[str, InfoValue] = {}
    if now.basis is not None:
        facts["basis"] = round(now.basis, 4)
    lock_in = now.lock_in
    if lock_in is not None and lock_in.printed:
        facts["lock_in_share"] = round(lock_in.share, 4)
        facts["lock_in_mean"] = round(lock_in.total / lock_in.printed, 8)
    return facts


def result_facts(position: Position, winner: int, source: str, final: float | None) -> dict[str, InfoValue]:
    """Those of them that follow from the files and the venue's word alone."""
    result = settle(position.total, winner)
    facts: dict[str, InfoValue] = {
        "outcome": OUTCOME_NAMES[winner],
        "outcome_source": source,
        "gross_pnl": dollars(result.gross),
        "fees": dollars(result.fees),
        "net_pnl": dollars(result.net),
    }
    if final is not None:
        facts["final"] = final
    return facts | counts(position) | _strategy_lines(position.by_strategy, winner)


def counts(position: Position) -> dict[str, InfoValue]:
    """The counts of `market_info.txt`; also written when a session stops before its market is settled."""
    return {
        "total_signals": sum(tally.signals for tally in position.by_strategy.values()),
        "total_orders": position.total.orders,
        "total_filled": position.total.fills,
    }


def _strategy_lines(tallies: Mapping[str, Tally], winner: int) -> dict[str, InfoValue]:
    """A line per strategy that did something."""
    lines: dict[str, InfoValue] = {}
    for name, tally in tallies.items():
        result = settle(tally, winner)
        lines[f"strategy.{name}"] = (
            f"signals={tally.signals} orders={tally.orders} fills={tally.fills} "
            f"gross={dollars(result.gross)} fees={dollars(result.fees)} net={dollars(result.net)}"
        )
    return lines
