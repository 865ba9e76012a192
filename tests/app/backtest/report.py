"""`python -m tests.app.backtest.report`: what the engine makes of the two real windows that we have whole.

The figures are of our own rules on data with gaps (see `converters`): one price a second, and in the August window
best prices without sizes, in the last 90 s only. They say that everything runs, not that anything earns.
"""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.backtest.replay import Replay, replay
from engine.events import OUTCOME_NAMES
from engine.units import dollars, price_dollars, shares
from tests.app.backtest.converters import read_top5_log, read_twap_window, write_top5_log, write_twap_window

DATA = Path(__file__).parents[4] / "shared" / "data"
TWAP_WINDOW = DATA / "btc5m-twap-windows-2026-08" / "btc-updown-5m-1787236800.json.gz"
TOP5_LOG = DATA / "btc5m-l2top5-log-2026-04" / "orderbook.log"


def report(run: Replay) -> Iterator[str]:
    """The run in lines for a person."""
    yield run.market.slug + (" (top of book only: fills at the touch, size unknown)" if run.market.top_only else "")
    yield f"  events       {_counts(run.events)}"
    yield f"  evaluations  {run.evaluations}"
    yield f"  signals      {_counts(run.signals)}"
    yield f"  strike       {run.strike} {run.strike_source} {'exact' if run.strike_exact else 'not exact'}"
    yield f"  orders       {len(run.orders)}"
    for order in run.orders:
        name = OUTCOME_NAMES[order.outcome]
        yield (
            f"    {order.strategy} {name} {shares(order.size):f} at {price_dollars(order.price)}, "
            f"{order.time_left_s:.1f} s left"
        )
    yield f"  fills        {len(run.fills)}"
    for fill in run.fills:
        yield f"    {OUTCOME_NAMES[fill.outcome]} {shares(fill.size):f} at {price_dollars(fill.price)}"
    yield f"  acks         {', '.join(ack.status for ack in run.acks)}"
    if run.outcome is not None and run.result is not None:
        yield f"  outcome      {OUTCOME_NAMES[run.outcome]}"
        gross, fees, net = (dollars(money) for money in (run.result.gross, run.result.fees, run.result.net))
        yield f"  gross {gross:.4f}  fees {fees:.4f}  net {net:.4f} dollars"
    yield f"  refused      {_counts(run.refusals['binance'])}; {_counts(run.refusals['clob'])}"
    yield f"  counted      {_counts(run.engine.state.counters)}"
    yield f"  hash         {run.decision_hash}"


def _counts(counts: Mapping[str, int]) -> str:
    return " ".join(f"{name}={count}" for name, count in sorted(counts.items())) or "none"


def main() -> None:
    """Print both reports."""
    with tempfile.TemporaryDirectory() as folder:
        twap = write_twap_window(read_twap_window(TWAP_WINDOW), Path(folder) / "twap.jsonl")
        top5 = write_top5_log(read_top5_log(TOP5_LOG), Path(folder) / "top5.jsonl")
        for path in (twap, top5):
            for run in replay(path):
                print(*report(run), sep="\n", end="\n\n")


if __name__ == "__main__":
    main()
