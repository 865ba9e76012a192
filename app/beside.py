"""A live session of a window, as the paper session of the same window sees it."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from engine.events import Event, Link, Resolution, Strike, VenueClock
from engine.state import MarketState

Shared = Strike | VenueClock | Link | Resolution
"""What the paper session learns for both."""


class Beside(Protocol):
    """It is told of everything before the paper engine is."""

    def on_book(self, raw: str | bytes, is_json: bool, events: Sequence[Event], mono: int, wall: int) -> None:
        """A frame of the books, and the events in it."""
        ...

    def take(self, event: Shared) -> None:
        """The strike, the books' connection, our clock against the venue's, or the outcome by another road."""
        ...

    def part(self) -> None:
        """The paper session has ended."""
        ...


def known_already(state: MarketState, resolution: Resolution | None, mono: int, wall: int) -> Iterator[Shared]:
    """What one that joins now has missed; the books are not among it, and have to be asked for."""
    if state.clob_up:
        yield Link(mono, wall, "clob", state.clob_epoch, True)
    if state.strike_source is not None:
        yield Strike(mono, wall, state.strike, state.strike_source, state.strike_exact)
    if state.clock.venue_ms:
        yield VenueClock(mono, wall, state.clock.venue_ms)
    if resolution is not None:
        yield Resolution(mono, wall, resolution.outcome, resolution.source)
