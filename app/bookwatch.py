"""Whether a session's books can be used, and when to ask for fresh ones.

The venue numbers nothing on its market channel, so a lost frame shows only as a book that never came, that
contradicts the venue's own best prices, or that stays crossed. The cure is always a new connection.
"""

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from typing import Final

from app.news import Tell, Trouble
from engine.events import OUTCOME_NAMES
from engine.market import Market
from engine.state import MarketState
from feeds.connection import Link
from feeds.frames import REFUSALS

WATCH_S: Final = 1.0
"""How often a session looks after what need not be seen at once."""

PATIENCE_NS: Final = 5_000_000_000
"""A book may be without a snapshot for so long before the connection is replaced."""

CROSSED_NS: Final = 2_000_000_000
"""A book may be crossed for so long: while a match is printed the two sides overlap for an instant."""

REFUSED_LIMIT: Final = 100
REFUSED_LOOKS: Final = 10
"""More unreadable messages than this in so many looks mean that the connection is broken."""

TRIES: Final = 3
"""Fresh connections in a row that bring no usable books; after that it is tried once a minute."""

AGAIN_NS: Final = 60_000_000_000

SILENT_AGES: Final = 3
"""A book that nothing is heard of for so many times the age at which its quote is too old is cut off from the venue,
if the other one is heard: nearly every message of the venue's tells of both."""


class BookWatch:
    """Looks at both ladders once a second; says why a fresh connection is needed, if one is."""

    __slots__ = ("_again_at", "_bad_since", "_fresh_ns", "_refused", "_silence_again_at", "tries")

    def __init__(self, quote_max_age_ms: float) -> None:
        self._fresh_ns = quote_max_age_ms * 1e6
        self._silence_again_at = 0
        self._bad_since = [0, 0]
        self._again_at = 0
        self._refused: deque[int] = deque([0], maxlen=REFUSED_LOOKS)
        self.tries = 0
        """Fresh connections asked for since both books were last usable."""

    @property
    def sitting_out(self) -> bool:
        """Asked often enough: the venue has no books for this market now, so ask less."""
        return self.tries >= TRIES

    async def keep(
        self, market: Market, state: MarketState, counters: Mapping[str, int], link: Link, tell: Tell
    ) -> None:
        """Look once a second until the window's end; tell why a fresh connection is needed, and ask `link` for it."""
        while time.time_ns() < state.end_ns:
            await asyncio.sleep(WATCH_S)
            refused = sum(counters.get(name, 0) for name in REFUSALS)
            why = self.look(state, refused, time.monotonic_ns(), time.time_ns())
            if why:
                tell(Trouble(market.slug, f"{why}; asking for fresh books"))
                link.reconnect(why)

    def look(self, state: MarketState, refused: int, mono: int, wall: int) -> str:
        """One sentence why the books need a fresh connection, or nothing.

        `refused` is how many messages the parser could not read so far. Where both books are silent the link itself
        replaces the connection.
        """
        self._refused.append(refused)
        if not state.clob_up:
            self._bad_since = [0, 0]
            return ""
        if refused - self._refused[0] > REFUSED_LIMIT:
            self._refused.clear()
            self._refused.append(refused)
            return self._ask("too many messages that cannot be read", mono)
        for outcome, ladder in enumerate(state.ladders):
            name = OUTCOME_NAMES[outcome]
            if ladder.crossed_since and mono - ladder.crossed_since > CROSSED_NS:
                return self._ask(f"the {name} book stays crossed", mono)
            if ladder.valid:
                self._bad_since[outcome] = 0
            elif not self._bad_since[outcome]:
                self._bad_since[outcome] = mono
            elif mono - self._bad_since[outcome] > PATIENCE_NS:
                return self._ask(f"no usable {name} book: {ladder.why_invalid}", mono)
        if not any(self._bad_since):
            self.tries = 0
        return self._silence(state, mono) if state.start_ns <= wall < state.end_ns else ""

    def _silence(self, state: MarketState, mono: int) -> str:
        """One book silent beside a fresh one; asked for once a minute, since it may be the venue's own silence."""
        if mono < self._silence_again_at or any(self._bad_since):
            return ""
        ages = [mono - ladder.mono for ladder in state.ladders]
        if min(ages) > self._fresh_ns or max(ages) <= SILENT_AGES * self._fresh_ns:
            return ""
        self._silence_again_at = mono + AGAIN_NS
        name = OUTCOME_NAMES[ages.index(max(ages))]
        return self._ask(f"nothing of the {name} book for {max(ages) / 1e9:.0f} s, the other one is fresh", mono)

    def _ask(self, why: str, mono: int) -> str:
        self._bad_since = [0, 0]
        if self.sitting_out and mono < self._again_at:
            return ""
        self.tries += 1
        self._again_at = mono + AGAIN_NS
        return why
