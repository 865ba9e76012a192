"""What is held in one market and what it is worth, as the panels tell it. Money in money units."""

from typing import Final

from engine.events import OUTCOME_NAMES
from engine.figures import Figures
from engine.position import Holding
from engine.units import PRICE
from engine.view import MarketView
from widgets.cells import NONE, Cell, Row, cents_of, gain, gain_style, shares, usd

SIDES: Final = ("up", "down")
"""Styles by outcome."""


def bid_of(now: Figures, outcome: int) -> int | None:
    """The present bid in price units; None where the book is not to be believed or nobody bids."""
    ladder = now.ladders[outcome]
    return ladder.best_bid if ladder.valid and ladder.best_bid else None


def quote_age_s(now: Figures, mono: int) -> float | None:
    """Age of the older book among those of held shares; None where nothing is held or a book is missing."""
    held = [ladder for ladder, size in zip(now.ladders, now.holding.shares, strict=True) if size]
    if not held or not all(ladder.valid for ladder in held):
        return None
    return (mono - min(ladder.mono for ladder in held)) / 1e9


def is_stale(market: MarketView, mono: int) -> bool:
    """The quotes by which the position is valued are older than an order would accept."""
    seconds = quote_age_s(market.now, mono)
    return seconds is not None and seconds * 1000 > market.limits.quote_max_age_ms


def open_profit(now: Figures) -> int | None:
    """All shares at the present bids less cost and fees paid; None where a held side has no bid."""
    worth = 0
    for outcome, size in enumerate(now.holding.shares):
        bid = bid_of(now, outcome) if size else 0
        if bid is None:
            return None
        worth += bid * size
    return worth - now.holding.spent


def value_of(now: Figures, outcome: int) -> int | None:
    """What a share is worth, in price units: the present bid; once a winner is named, a dollar or nothing."""
    if now.winner is None:
        return bid_of(now, outcome)
    return PRICE if outcome == now.winner else 0


def side_profit(now: Figures, outcome: int) -> int | None:
    """One side's shares at what they are worth less their cost, before fees; None where nobody bids."""
    bid, holding = value_of(now, outcome), now.holding
    return bid * holding.shares[outcome] - holding.cost[outcome] if bid is not None else None


def settled_profit(now: Figures) -> int | None:
    """Profit after fees, once the venue named the winner."""
    return None if now.winner is None else now.holding.net(now.winner)


def average(holding: Holding, outcome: int) -> str:
    """Average price of one side, before fees, in cents to a tenth."""
    size = holding.shares[outcome]
    return f"{cents_of(holding.cost[outcome] / size / PRICE)}¢" if size else NONE


def side_cell(outcome: int) -> Cell:
    """An outcome's name in its colour."""
    return OUTCOME_NAMES[outcome], SIDES[outcome]


def held_parts(holding: Holding, unit: str = " sh") -> list[Row]:
    """`UP 11.5 sh @ 68.0¢` for each side that is held."""
    return [
        (side_cell(outcome), (f" {shares(size)}{unit} @ {average(holding, outcome)}", "bright"))
        for outcome, size in enumerate(holding.shares)
        if size
    ]


def profit_part(market: MarketView, mono: int) -> Row:
    """`open −$0.30`, or what came of it once it is settled."""
    now = market.now
    settled = settled_profit(now)
    if settled is not None:
        return (side_cell(now.winner or 0), (" won ", "label"), gain(settled))
    profit = open_profit(now)
    if profit is None:
        return (("open ", "label"), (f"{NONE} no bid", "warn"))
    style = "stale" if is_stale(market, mono) else gain_style(profit)
    return (("open ", "label"), (usd(profit, signed=True), style))


def either_way(holding: Holding) -> list[Row]:
    """`if UP −$1.32 · if DOWN −$9.33` after fees, and a word where neither outcome can make up for what was paid."""
    nets = [holding.net(outcome) for outcome in range(2)]
    parts: list[Row] = []
    for outcome, net in enumerate(nets):
        parts.append(((" · if " if parts else "if ", "label"), side_cell(outcome), (" ", "text"), gain(net)))
    if max(nets) < 0:
        parts.append((("  loses either way", "bad"),))
    return parts


def pays_if_right(holding: Holding, outcome: int) -> int:
    """What the venue pays for one side's shares if that side wins."""
    return holding.shares[outcome] * PRICE


def is_held(holding: Holding) -> bool:
    """Whether there are any shares."""
    return any(holding.shares)
