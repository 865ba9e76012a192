"""What is held in one market and what it is worth, as the panels tell it. Money in money units."""

from engine.events import OUTCOME_NAMES
from engine.units import PRICE
from engine.view import MarketView
from widgets.cells import NONE, Row, cents_of, gain_style, shares, usd


def bid_of(market: MarketView, outcome: int) -> int | None:
    """The present bid in price units; None where the book is not to be believed or nobody bids."""
    ladder = market.ladders[outcome]
    return ladder.best_bid if ladder.valid and ladder.best_bid else None


def quote_age_s(market: MarketView, mono: int) -> float | None:
    """Age of the older book among those of held shares; None where nothing is held or a book is missing."""
    held = [ladder for ladder, size in zip(market.ladders, market.position.shares, strict=True) if size]
    if not held or not all(ladder.valid for ladder in held):
        return None
    return (mono - min(ladder.mono for ladder in held)) / 1e9


def is_stale(market: MarketView, mono: int) -> bool:
    """The quotes by which the position is valued are older than an order would accept."""
    seconds = quote_age_s(market, mono)
    return seconds is not None and seconds * 1000 > market.limits.quote_max_age_ms


def open_profit(market: MarketView) -> int | None:
    """All shares at the present bids less cost and fees paid; None where a held side has no bid."""
    worth = 0
    for outcome, size in enumerate(market.position.shares):
        bid = bid_of(market, outcome) if size else 0
        if bid is None:
            return None
        worth += bid * size
    return worth - market.spent


def side_open(market: MarketView, outcome: int) -> int | None:
    """One side's shares at the present bid less their cost, before fees."""
    bid = bid_of(market, outcome)
    tally = market.position
    return bid * tally.shares[outcome] - tally.cost[outcome] if bid is not None else None


def settled_profit(market: MarketView) -> int | None:
    """Profit after fees, once the venue named the winner."""
    winner = market.winner
    return None if winner is None else market.position.gross(winner) - market.position.fees


def average(market: MarketView, outcome: int) -> str:
    """Average price of one side, before fees, in cents to a tenth."""
    tally = market.position
    size = tally.shares[outcome]
    return f"{cents_of(tally.cost[outcome] / size / PRICE)}¢" if size else NONE


def held_parts(market: MarketView) -> list[Row]:
    """`UP 11.5 sh @ 68.0¢` for each side that is held."""
    parts: list[Row] = []
    for outcome, size in enumerate(market.position.shares):
        if size:
            name, side = OUTCOME_NAMES[outcome], ("up", "down")[outcome]
            words = f" {shares(size)} sh @ {average(market, outcome)}  "
            parts.append(((name, side), (words, "bright")))
    return parts


def profit_part(market: MarketView, mono: int) -> Row:
    """`open −$0.30`, or what came of it once it is settled."""
    settled = settled_profit(market)
    if settled is not None:
        winner = OUTCOME_NAMES[market.winner or 0]
        return ((f"{winner} won ", "label"), (usd(settled, signed=True), gain_style(settled)), ("  ", "text"))
    profit = open_profit(market)
    if profit is None:
        return (("open ", "label"), (f"{NONE} no bid", "warn"), ("  ", "text"))
    style = "stale" if is_stale(market, mono) else gain_style(profit)
    return (("open ", "label"), (usd(profit, signed=True), style), ("  ", "text"))


def pays_if_right(market: MarketView, outcome: int) -> int:
    """What the venue pays for one side's shares if that side wins."""
    return market.position.shares[outcome] * PRICE


def is_held(market: MarketView) -> bool:
    """Whether there are any shares."""
    return any(market.position.shares)
