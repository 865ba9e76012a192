"""The coin's price feed: one Binance connection for all sessions of an asset, read once and handed to each."""

import time
from typing import Final, Protocol

from app.news import FeedChanged, Tell
from engine.events import Trade
from engine.market import Asset
from feeds.binance import BinanceParser
from feeds.connect_budget import ConnectBudget
from feeds.connection import STOPPED, Link, LinkSpec
from feeds.frames import decode

REPLACE_AFTER: Final = 3
"""A connection without data for so many times the staleness limit is replaced."""


class PriceReader(Protocol):
    """A session, as the price feed sees it."""

    def on_prices(self, raw: str | bytes, is_json: bool, trades: list[Trade], mono: int, wall: int) -> None:
        """A frame of the feed, and the trades in it."""
        ...

    def on_price_link(self, up: bool, epoch: int, since_ms: int) -> None:
        """The connection came or went; `since_ms` (wall time) is when an unbroken watch began."""
        ...


class PriceFeed:
    """Binance's trades of one asset."""

    def __init__(
        self, asset: Asset, base: str, max_age_ms: int, tell: Tell, budget: ConnectBudget | None = None
    ) -> None:
        self.asset = asset
        self.parser = BinanceParser(f"{asset}usdt")
        self.up_since_ms: int | None = None
        """Wall time since when the feed has been up without a break."""
        self._tell = tell
        self._readers: list[PriceReader] = []
        stale_s = max_age_ms / 1000
        self.link = Link(
            LinkSpec(
                name="binance",
                url=f"{base}/ws/{asset}usdt@trade",
                stale_after_s=stale_s,
                replace_after_s=stale_s * REPLACE_AFTER,
            ),
            self._on_frame,
            self._on_link,
            budget=budget,
        )

    def join(self, reader: PriceReader) -> None:
        """Hand every frame to `reader` from now on."""
        self._readers.append(reader)
        if self.up_since_ms is not None:
            reader.on_price_link(True, self.link.health.epoch, self.up_since_ms)

    def leave(self, reader: PriceReader) -> None:
        """Stop handing frames to `reader`."""
        if reader in self._readers:
            self._readers.remove(reader)

    def _on_frame(self, raw: str | bytes, mono: int, wall: int, epoch: int) -> bool:
        frame = decode(raw)
        trades = self.parser.events(frame, mono, wall)
        is_json = not isinstance(frame, str)
        for reader in self._readers:
            reader.on_prices(raw, is_json, trades, mono, wall)
        if self.parser.shutdown:
            self.parser.shutdown = False
            self.link.rotate()
        return bool(trades)

    def _on_link(self, up: bool, epoch: int, reason: str) -> None:
        now_ms = time.time_ns() // 1_000_000
        if not up:
            self.up_since_ms = None
        elif self.up_since_ms is None:
            self.up_since_ms = now_ms
        for reader in self._readers:
            reader.on_price_link(up, epoch, self.up_since_ms or now_ms)
        if reason != STOPPED:
            self._tell(FeedChanged(f"binance {self.asset}", up, reason))
