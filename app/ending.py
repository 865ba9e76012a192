"""How one window ends: the venue's word, by whatever road it comes first, and what it makes of the position."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from app.audit import OurPrices, audit
from app.news import Tell, Trouble, WindowSettled
from app.outcome import end_facts
from app.telemetry.window_files import WindowFiles
from engine.engine import Engine
from engine.events import OUTCOME_NAMES, Resolution, Trade
from engine.market import Market
from engine.score import MarketScore
from engine.settlement import settle
from engine.timeline import Timeline
from feeds.verdict import Verdict

LISTEN_NS: Final = 1200 * 10**9
"""So long after its end a window without an outcome keeps its feeds; then Gamma alone is asked. Were it for ever, the
windows that a stalled settlement leaves behind would use up the host's connects, and the loop."""

RESOLVE_NS: Final = 10**9
"""Closing waits so long at most for orders on their way."""

LOOK_S: Final = 0.02


class Ending:
    """The word and the last prices of one window. `resolved` is set by the first word, `settled` once it is booked."""

    def __init__(self, market: Market, tell: Tell) -> None:
        self.resolved: Final = asyncio.Event()
        self.settled: Final = asyncio.Event()
        self.resolution: Resolution | None = None
        self.binance = 0.0
        """The last Binance price before the window's end, 0 before the first."""
        self._market = market
        self._tell = tell

    def see(self, trade: Trade) -> None:
        """Take a Binance trade, as long as it is one of the window or from before it."""
        if trade.time_ms < self._market.end_ms:
            self.binance = trade.price

    def hear(self, word: Resolution) -> bool:
        """Take the venue's word: True for the first; a later one is told where it contradicts that."""
        known = self.resolution
        if known is None:
            self.resolution = word
            self.resolved.set()
        elif word.outcome != known.outcome:
            says, said = OUTCOME_NAMES[word.outcome], OUTCOME_NAMES[known.outcome]
            told = f"{word.source} says {says}, {known.source} said {said}; {said} was booked, check the venue"
            self._tell(Trouble(self._market.slug, told))
        return known is None

    def book(
        self, engine: Engine, score: MarketScore, files: WindowFiles, ours: OurPrices, verdict: Verdict | None
    ) -> None:
        """Write and tell what the window came to. `verdict` is Gamma's last word."""
        resolution = self.resolution
        assert resolution is not None
        audited, contradicted = audit(ours, verdict)
        facts = end_facts(engine, score, resolution, self.binance, verdict.final if verdict is not None else None)
        files.info(facts | audited | {"dropped_rows": files.dropped})
        for sentence in contradicted:
            self._tell(Trouble(self._market.slug, sentence))
        total, winner = engine.position.total, resolution.outcome
        nets = {name: settle(tally, winner).net for name, tally in engine.position.by_strategy.items()}
        orders, result = engine.risk.orders, settle(total, winner)
        self._tell(WindowSettled(self._market, resolution, orders, total.fills, result, nets, score))


async def let_arrive(timeline: Timeline, forward: Callable[[int], int]) -> None:
    """Let paper orders on their way arrive: each gets its ack, but no fill, since the books are gone by now.

    `forward` keeps the engine's time from running backward.
    """
    give_up = time.monotonic_ns() + RESOLVE_NS
    while timeline.engine.risk.in_flight and (mono := forward(time.monotonic_ns())) < give_up:
        timeline.advance(mono)
        await asyncio.sleep(LOOK_S)
