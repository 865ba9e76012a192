"""When and where to ask how a window ended, and what its end looks like in `market_info.txt`."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from app.scorecard import score_facts
from engine.engine import Engine
from engine.events import OUTCOME_NAMES, Resolution
from engine.market import Market, Settlement
from engine.position import Tally
from engine.score import MarketScore
from engine.settlement import settle
from engine.units import dollars

InfoValue = str | int | float | Decimal


def asking_times(market: Market, foreign: bool) -> Iterator[float]:
    """Seconds after the end at which to ask Gamma, without end.

    Averaged markets are settled 53 to 152 s after their end, the hourly ones after 12 to 13 minutes; a venue on
    loopback does it in 2 s.
    """
    if foreign:
        first, every = 4.0, 2.0
    elif market.settlement is Settlement.BINANCE_KLINE:
        first, every = 600.0, 30.0
    else:
        first, every = 45.0, 5.0
    while True:
        yield first
        first += every


def end_facts(
    engine: Engine, score: MarketScore, resolution: Resolution, final_binance: float, final: float | None
) -> dict[str, InfoValue]:
    """The keys of `market_info.txt` that are known at settlement."""
    state, total = engine.state, engine.position.total
    result = settle(total, resolution.outcome)
    facts: dict[str, InfoValue] = {
        "final_binance_price": final_binance,
        "outcome": OUTCOME_NAMES[resolution.outcome],
        "outcome_source": resolution.source,
        "gross_pnl": dollars(result.gross),
        "fees": dollars(result.fees),
        "net_pnl": dollars(result.net),
        "decision_hash": engine.decisions.hexdigest(),
    }
    if state.strike:
        facts["final_distance"] = final_binance - state.strike
    if final is not None:
        facts["final"] = final
    facts |= score_facts(score, resolution.outcome)
    return facts | counts(engine) | strategy_lines(engine.position.by_strategy, resolution.outcome)


def counts(engine: Engine) -> dict[str, InfoValue]:
    """The counts of `market_info.txt`; also written when a session stops before its market is settled."""
    return {
        "total_signals": sum(tally.signals for tally in engine.position.by_strategy.values()),
        "total_orders": engine.risk.orders,
        "total_filled": engine.position.total.fills,
    }


def strategy_lines(tallies: Mapping[str, Tally], winner: int) -> dict[str, InfoValue]:
    """A line per strategy that did something."""
    lines: dict[str, InfoValue] = {}
    for name, tally in tallies.items():
        result = settle(tally, winner)
        lines[f"strategy.{name}"] = (
            f"signals={tally.signals} orders={tally.orders} fills={tally.fills} "
            f"gross={dollars(result.gross)} fees={dollars(result.fees)} net={dollars(result.net)}"
        )
    return lines
