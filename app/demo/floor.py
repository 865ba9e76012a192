"""The trading floor: which windows' books are played, and who listens to them.

A book is played from the first subscription to one of its tokens until the last listener leaves. One that a private
order has touched is played until its outcome, listened to or not: what it took has to stay taken.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from app.demo import clob_frames as wire
from app.demo.clients import Audience
from app.demo.clock import Clock, Player
from app.demo.flow import RestFill
from app.demo.frame import Frame
from app.demo.listings import Listings
from app.demo.market import Market
from app.demo.windows import Window
from app.demo.world import World

CUSTOM: Final = "custom/"
"""Before a topic: the kinds of frame that only those get who asked for the newer ones."""

EVERYONE: Final = "*"
_CUSTOM_KINDS: Final = frozenset({"best_bid_ask", "new_market", "market_resolved"})


class _Playing(NamedTuple):
    market: Market
    stop: Callable[[], None]


class _Played:
    """A book being played, which reports the private orders that its flow has met."""

    def __init__(self, market: Market, met: Callable[[Window, list[RestFill]], None]) -> None:
        self._market = market
        self._met = met

    @property
    def next_ns(self) -> int | None:
        """When the book speaks next."""
        return self._market.next_ns

    def advance(self) -> list[Frame]:
        """Go there."""
        frames = self._market.advance()
        if self._market.flow.filled:
            filled, self._market.flow.filled = self._market.flow.filled, []
            self._met(self._market.window, filled)
        return frames


class Floor:
    """The books of all windows that somebody looks at or trades in. `met` is told of private orders that were hit."""

    def __init__(self, world: World, clock: Clock, player: Player) -> None:
        self.audience = Audience()
        self.met: Callable[[Window, list[RestFill]], None] = _nobody
        self._world = world
        self._clock = clock
        self._player = player
        self._playing: dict[str, _Playing] = {}
        self._pinned: set[str] = set()
        player.add(Listings(world, clock.now_ns()), self.publish)

    def window(self, token: str) -> Window | None:
        """The window of a token, unless it is unknown or resolved."""
        now_ns = self._clock.now_ns()
        self._world.list_until(now_ns)
        window = self._world.by_token(token)
        return None if window is None or now_ns >= window.resolved_ns else window

    def by_condition(self, condition_id: str) -> Window | None:
        """The listed window with that id, resolved or not."""
        self._world.list_until(self._clock.now_ns())
        return self._world.by_condition(condition_id)

    def play(self, window: Window) -> Market:
        """The window's book, played from now on."""
        playing = self._playing.get(window.condition_id)
        if playing is None:
            market = Market(self._world, window, self._clock.now_ns())
            stop = self._player.add(_Played(market, self._meet), self.publish)
            playing = self._playing[window.condition_id] = _Playing(market, stop)
        return playing.market

    def pin(self, window: Window) -> Market:
        """The window's book, played until its outcome."""
        self._pinned.add(window.condition_id)
        return self.play(window)

    def market(self, window: Window) -> Market:
        """The window's book as it is now, whether or not it is played."""
        playing = self._playing.get(window.condition_id)
        return playing.market if playing is not None else Market(self._world, window, self._clock.now_ns())

    def book(self, token: str) -> wire.Document | None:
        """The whole book of a token now; None where there is none."""
        window = self.window(token)
        if window is None:
            return None
        return self.market(window).snapshot(self._clock.now_ns(), window.tokens.index(token))

    def rest(self) -> None:
        """Stop playing what nobody listens to and no private order has touched."""
        for condition_id, playing in list(self._playing.items()):
            ended = playing.market.next_ns is None
            held = condition_id in self._pinned or self.audience.listeners(*playing.market.window.tokens)
            if ended or not held:
                playing.stop()
                self._pinned.discard(condition_id)
                del self._playing[condition_id]

    def publish(self, frame: Frame) -> None:
        """Send a frame to whoever listens to what it is about."""
        about = frame.channel.removeprefix("clob/")
        window = self._world.by_condition(about)
        topics = (about,) if window is None else window.tokens
        prefix = CUSTOM if frame.kind in _CUSTOM_KINDS else ""
        self.audience.publish(frame.payload, *(prefix + topic for topic in topics))

    def _meet(self, window: Window, filled: list[RestFill]) -> None:
        self.met(window, filled)


def _nobody(_: Window, __: list[RestFill]) -> None:
    """No private side: nobody's orders can be met."""
