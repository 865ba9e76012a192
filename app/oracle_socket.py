"""One of the venue's price sockets while it is in use: its connection, its parser, and since when it speaks."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from app.news import FeedChanged, Tell, Trouble
from app.settings import Settings
from engine.events import OracleTick
from feeds import polybolt, rtds
from feeds.connect_budget import ConnectBudget
from feeds.connection import Link, LinkSpec
from feeds.frames import REFUSALS, decode
from feeds.polybolt import PolyboltParser
from feeds.reports import SPOT
from feeds.rtds import RtdsParser

POLYBOLT: Final = "polybolt"
RTDS: Final = "rtds"

REPLACE_AFTER: Final = 3
"""A connection without a new report for so many times the staleness limit is replaced."""

Hear = Callable[[str | bytes, bool, list[OracleTick], int, int], None]
"""(frame, whether it is JSON, its reports, monotonic ns, wall ns)."""


class OracleSocket:
    """A connection to one price socket. `window_s` is what the deciding reports average over, as the socket says it.

    Only a deciding report of a later second is a sign of life.
    """

    def __init__(
        self, name: str, settings: Settings, window_s: int, hear: Hear, tell: Tell, budget: ConnectBudget
    ) -> None:
        self.name: Final = name
        self.parser = PolyboltParser(settings.asset) if name == POLYBOLT else RtdsParser(settings.asset)
        self.up = False
        self.heard_ns = time.monotonic_ns()
        """When the newest report came (monotonic ns); before the first, when the socket was begun."""
        self.speaks_since_ns = 0
        """Since when reports have come without a long break; 0 for never."""
        self._asset = settings.asset
        self._window_s = window_s
        self._hear = hear
        self._tell = tell
        self._newest_ms = 0
        self._refused = ""
        spec = _polybolt_spec(settings) if name == POLYBOLT else _rtds_spec(settings, window_s)
        self.link = Link(spec, self._on_frame, self._on_link, budget=budget)

    @property
    def complaints(self) -> Counter[str]:
        """Frames that were refused, by name, and those `lost`; not those that we know and have no use for."""
        lost = self.parser.lost if isinstance(self.parser, PolyboltParser) else 0
        refused = {name: count for name, count in self.parser.counters.items() if name in REFUSALS}
        return Counter(refused) + Counter({"lost": lost})

    def silent(self, now: int, silent_ns: int) -> bool:
        """Nothing new has come for `silent_ns`."""
        return now - self.heard_ns >= silent_ns

    def steady(self, now: int, silent_ns: int) -> bool:
        """It has spoken for `silent_ns`, and still does."""
        spoken = self.speaks_since_ns and now - self.speaks_since_ns >= silent_ns
        return bool(spoken) and not self.silent(now, silent_ns)

    def _on_frame(self, raw: str | bytes, mono: int, wall: int, epoch: int) -> bool:
        if epoch < self.link.health.epoch:
            return False  # a connection that has its successor: the history there holds what is still said here
        frame = decode(raw)
        ticks = self.parser.events(frame, mono, wall)
        if isinstance(self.parser, PolyboltParser):
            self._converse(self.parser, epoch)
        news = self._is_news(ticks, mono)
        self._hear(raw, not isinstance(frame, str), ticks, mono, wall)
        return news

    def _is_news(self, ticks: list[OracleTick], mono: int) -> bool:
        newest = max((tick.time_ms for tick in ticks if tick.window_s == self._window_s), default=0)
        if newest <= self._newest_ms:
            return False
        self._newest_ms = newest
        if not self.speaks_since_ns or mono - self.heard_ns >= self.link.spec.replace_after_s * 1e9:
            self.speaks_since_ns = mono
        self.heard_ns = mono
        return True

    def _converse(self, parser: PolyboltParser, epoch: int) -> None:
        """Subscribe once the credentials are accepted; tell what was refused, once until something is accepted."""
        if parser.authed:
            parser.authed = False
            self._refused = ""
            for text in polybolt.subscriptions(self._asset):
                self.link.send(text, epoch)
        if parser.error:
            if parser.error != self._refused:
                self._refused = parser.error
                told = f"PolyBolt refused a request ({parser.error}); check POLY_API_KEY and the two that go with it"
                self._tell(Trouble("oracle", told))
            parser.error = ""

    def _on_link(self, up: bool, epoch: int, reason: str) -> None:
        self.up = up
        self._tell(FeedChanged(self.name, up, reason))


def _polybolt_spec(settings: Settings) -> LinkSpec:
    key, secret, passphrase = settings.poly_api_key, settings.poly_api_secret, settings.poly_api_passphrase
    stale_s = settings.oracle_max_age_ms / 1000
    return LinkSpec(
        POLYBOLT,
        settings.polybolt_ws_url + polybolt.PATH,
        hello=(polybolt.authentication(key.reveal(), secret.reveal(), passphrase.reveal()),),
        stale_after_s=stale_s,
        replace_after_s=stale_s * REPLACE_AFTER,
    )


def _rtds_spec(settings: Settings, window_s: int) -> LinkSpec:
    stale_s = settings.oracle_max_age_ms / 1000
    wanted = (window_s, SPOT) if window_s != SPOT else (SPOT,)
    return LinkSpec(
        RTDS,
        settings.rtds_ws_url,
        hello=tuple(rtds.subscription(settings.asset, each) for each in wanted),
        ping_text="PING",
        ping_every_s=rtds.PING_EVERY_S,
        stale_after_s=stale_s,
        replace_after_s=stale_s * REPLACE_AFTER,
    )
