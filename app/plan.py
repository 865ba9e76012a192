"""What every session of a run is made of besides its market, and what follows from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson

from app.news import COMPLETED_LATER
from engine.limits import Limits
from engine.market import Market
from engine.signal import Strategy
from feeds import recording
from feeds.connection import LinkSpec


@dataclass(frozen=True, slots=True)
class Plan:
    """What a session is made of besides its market."""

    limits: Limits
    strategies: Sequence[Strategy]
    clob_ws_url: str
    run_id: str
    version: str
    record: bool
    tape: bool
    """Also write the seed's `binance.csv` and `polymarket.csv`."""
    verdict: Callable[[], str] = str
    """What all settled markets so far say of the edge, in words; nothing by default."""
    then: str = COMPLETED_LATER
    """What becomes of a window that is left without an outcome, in words."""


def book_spec(market: Market, plan: Plan) -> LinkSpec:
    """The connection to the books of `market`. Those of a long window may be silent for longer."""
    subscribe = {"assets_ids": list(market.tokens), "type": "market", "custom_feature_enabled": True}
    stale_s = plan.limits.quote_max_age_ms / 1000
    return LinkSpec(
        name="clob",
        url=f"{plan.clob_ws_url}/ws/market",
        hello=(orjson.dumps(subscribe).decode(),),
        ping_text="PING",
        stale_after_s=stale_s,
        replace_after_s=max(30.0, 3 * stale_s) if market.interval.seconds > 900 else 3 * stale_s,
    )


def run_record(plan: Plan) -> dict[str, object]:
    """The `run` record of the recording, but for what an earlier run left."""
    limits = plan.limits
    return {
        "format": recording.FORMAT,
        "version": plan.version,
        "run_id": plan.run_id,
        "limits": {name: getattr(limits, name) for name in limits.__slots__},
        "strategies": [strategy.name for strategy in plan.strategies],
    }
