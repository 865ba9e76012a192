"""The lenses in the files: what a settled window says of them, and how it is read back into the scorecard.

`lenses.csv` has a row an order and lens; strategy and side of the order stand in `orders.csv`. What no row holds,
waterfall and markouts, stands in `market_info.txt`, a line a strategy.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from app.telemetry.csvfile import read_rows
from app.telemetry.figures import money_text, shares_text
from engine.events import OUTCOME_NAMES
from engine.lenses import INSTANT, PESSIMISTIC, REALISTIC
from engine.markout import HORIZONS_S, Markouts
from engine.score import LensFill, MarketScore
from engine.scorecard import Scorecard
from engine.units import MONEY, SIZE, money_units, size_units
from engine.waterfall import STEP_NAMES, Steps

SHOWN: Final = (INSTANT, REALISTIC, PESSIMISTIC)
"""The lenses whose nets stand in `market_info.txt`; those of the ladder are in `lenses.csv` alone."""

_LENS: Final = "lens."
_WATERFALL: Final = "waterfall."
_MARKOUT: Final = "markout."


def score_facts(score: MarketScore, winner: int) -> dict[str, str]:
    """The keys of `market_info.txt` that tell of the lenses; nothing where there was no order.

    `lens.<lens>` is the net of all strategies in dollars, `waterfall.<strategy>` its steps in dollars, and
    `markout.<strategy>` by horizon the dollars gained over the shares that they were gained on.
    """
    facts = {f"{_LENS}{lens}": money_text(score.net(lens, winner)) for lens in SHOWN if score.fills}
    for strategy, steps in score.waterfalls(winner).items():
        facts[_WATERFALL + strategy] = _steps_text(steps)
    for strategy, marks in score.markouts.items():
        facts[_MARKOUT + strategy] = _markouts_text(marks)
    return facts


def lens_nets(info: Mapping[str, str]) -> dict[str, int]:
    """The nets by lens that a window's `market_info.txt` tells, in money units."""
    nets = {lens: _decimal(info.get(_LENS + lens, "")) for lens in SHOWN}
    return {lens: money_units(net) for lens, net in nets.items() if net is not None}


def add_window(card: Scorecard, folder: Path, info: Mapping[str, str]) -> None:
    """Take in the window of `folder` with this `market_info.txt`, if it is settled and had an order."""
    if info.get("outcome") in OUTCOME_NAMES and info.get("total_orders") != "0":
        winner = OUTCOME_NAMES.index(info["outcome"])
        card.take(read_lens_fills(folder), winner, _waterfalls(info), _markouts(info))


def read_lens_fills(folder: Path) -> list[LensFill]:
    """The rows of a window's `lenses.csv` whose order is known. Costs are as exact as the average price in the row."""
    orders = {row.get("order_id", ""): row for row in read_rows(folder / "orders.csv")}
    fills = (_lens_fill(row, orders) for row in read_rows(folder / "lenses.csv"))
    return [fill for fill in fills if fill is not None]


def _lens_fill(row: Mapping[str, str], orders: Mapping[str, Mapping[str, str]]) -> LensFill | None:
    try:
        order = orders[row["order_id"]]
        outcome, strategy, lens = OUTCOME_NAMES.index(order["side"]), order["strategy"], row["lens"]
        figures = [_decimal(row[name] or "0") for name in ("latency_ms", "filled_price", "filled_size", "fee")]
    except (KeyError, ValueError):
        return None
    if None in figures:
        return None
    latency_ms, price, shares, fee = (figure or Decimal(0) for figure in figures)
    return LensFill(
        order_id=row["order_id"],
        strategy=strategy,
        outcome=outcome,
        lens=lens,
        latency_ns=int(latency_ms * 1_000_000),
        cost=money_units(price * shares),
        size=size_units(shares),
        fee=money_units(fee),
    )


def _steps_text(steps: Steps) -> str:
    parts = [f"shares={shares_text(steps.size)}"]
    parts += [f"{name}={money_text(money)}" for name, money in zip(STEP_NAMES, steps[1:], strict=True)]
    return " ".join([*parts, f"net={money_text(steps.net)}"])


def _waterfalls(info: Mapping[str, str]) -> dict[str, Steps]:
    found: dict[str, Steps] = {}
    for key, line in info.items():
        if key.startswith(_WATERFALL):
            pairs = _pairs(line)
            figures = [_decimal(pairs.get(name, "")) for name in ("shares", *STEP_NAMES)]
            units = [int(value * unit) for value, unit in zip(figures, _STEP_UNITS, strict=True) if value is not None]
            if len(units) == len(figures):
                found[key.removeprefix(_WATERFALL)] = Steps(*units)
    return found


_STEP_UNITS: Final = (SIZE, *(MONEY for _ in STEP_NAMES))


def _markouts_text(marks: Markouts) -> str:
    return " ".join(
        f"{seconds}s={money_text(gained)}/{shares_text(size)}"
        for seconds, gained, size in zip(HORIZONS_S, marks.gained, marks.sizes, strict=True)
    )


def _markouts(info: Mapping[str, str]) -> dict[str, Markouts]:
    found: dict[str, Markouts] = {}
    for key, line in info.items():
        if key.startswith(_MARKOUT):
            pairs = _pairs(line)
            halves = [pairs.get(f"{seconds}s", "").partition("/") for seconds in HORIZONS_S]
            gained, sizes = [_decimal(half[0]) for half in halves], [_decimal(half[2]) for half in halves]
            found[key.removeprefix(_MARKOUT)] = Markouts(
                [money_units(money or Decimal(0)) for money in gained],
                [size_units(size or Decimal(0)) for size in sizes],
            )
    return found


def _pairs(line: str) -> dict[str, str]:
    return {key: value for key, _, value in (part.partition("=") for part in line.split())}


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
