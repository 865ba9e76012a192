"""The tape that `record` writes: a row a trade of the coin, a row a quote of the market."""

from app.telemetry.window_files import WindowFiles
from engine.events import BestBidAsk, BookChange, BookSnapshot, Event
from engine.state import MarketState


def is_quote(event: Event, state: MarketState) -> bool:
    """Whether this event, which `state` has yet to take, will be applied to a book, and so is a quote.

    Trades of the venue, a new price grid and frames of a lost connection are none, nor what meets no book.
    """
    match event:
        case BookSnapshot():
            return event.epoch == state.clob_epoch
        case BookChange():
            known = event.epoch == state.clob_epoch
            return known and any(not state.ladders[outcome].why_invalid for outcome, *_ in event.changes)
        case BestBidAsk():
            known = event.epoch == state.clob_epoch
            return known and (state.top_only or not state.ladders[event.outcome].why_invalid)
        case _:
            return False


def write_quote(files: WindowFiles, state: MarketState, wall: int) -> None:
    """The best prices as they are now."""
    up, down = state.ladders
    files.quote(wall, up_bid=up.best_bid, up_ask=up.best_ask, down_bid=down.best_bid, down_ask=down.best_ask)
