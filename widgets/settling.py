"""Windows that are over, or were left, and whose shares still wait for an outcome: money that must not leave sight."""

from collections.abc import Sequence

from engine.events import OUTCOME_NAMES
from engine.market import market_name
from engine.view import EarlierWindow, View
from widgets.cells import Row, gain, leading, shares, time_of_day, usd, width_of
from widgets.holding import side_cell


def at_stake(view: View) -> int:
    """What was paid for all shares whose outcome is not named yet, fees included, in money units."""
    waiting = sum(window.holding.spent for window in view.earlier if window.winner is None)
    market = view.market
    return waiting + (market.now.holding.spent if market is not None and market.now.winner is None else 0)


def window_rows(view: View, width: int) -> list[Row]:
    """`settling  BTC 20:12  DOWN 60.8 sh  $27.60 paid · if DOWN +$33.20`, a row a window, oldest first."""
    return [_row(window, view, width) for window in view.earlier]


def summed_row(windows: Sequence[EarlierWindow], width: int) -> Row:
    """All of them in one row: how many, what was paid, and the worst and the best that can come of it."""
    paid = sum(window.holding.spent for window in windows)
    worst, best = (sum(end(_nets(window)) for window in windows) for end in (min, max))
    head: Row = (("settling  ", "warn"), (f"{len(windows)} windows", "bright"))
    stake: Row = (("  ", "text"), (usd(paid), "bright"), (" paid", "label"))
    return leading([head, stake, ((" · ", "label"), gain(worst), (" to ", "label"), gain(best))], width)


def _nets(window: EarlierWindow) -> list[int]:
    outcomes = range(2) if window.winner is None else (window.winner,)
    return [window.holding.net(outcome) for outcome in outcomes]


def _row(window: EarlierWindow, view: View, width: int) -> Row:
    """As much as fits: the shares are left out first, then two outcomes become a span."""
    head: Row = (("settling  " if window.ended else "running   ", "warn"), (f"{_name(window, view)}  ", "bright"))
    if window.winner is not None:
        net = gain(window.holding.net(window.winner))
        return leading([head, (side_cell(window.winner), (" won  ", "label"), net)], width)
    held = [outcome for outcome, size in enumerate(window.holding.shares) if size]
    sides: Row = tuple(
        cell
        for outcome in held
        for cell in (side_cell(outcome), (f" {shares(window.holding.shares[outcome])} sh  ", "text"))
    )
    money: Row = ((usd(window.holding.spent), "bright"),)
    paid: Row = (*money, (" paid", "label"))
    ways: Row = tuple(
        cell
        for outcome in held
        for cell in ((f" · if {OUTCOME_NAMES[outcome]} ", "label"), gain(window.holding.net(outcome)))
    )
    worst, best = min(_nets(window)), max(_nets(window))
    span: Row = ((" · ", "label"), gain(worst), (" to ", "label"), gain(best))
    forms: list[Row] = [
        (*head, *sides, *paid, *ways),
        (*head, *paid, *ways),
        (*head, *money, *ways),
        (*head, *money, *span),
    ]
    fitting = (row for row in forms if width_of(row) <= width)
    return next(fitting, leading([head, money], width))


def _name(window: EarlierWindow, view: View) -> str:
    """`BTC 20:12`; with its length where that is another one than on the screen."""
    asset = window.asset.upper() if window.interval == view.interval else market_name(window.asset, window.interval)
    return f"{asset} {time_of_day(window.start_ms)}"
