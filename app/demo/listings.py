"""The firehose: announcements of every window that is newly listed, to whoever asked for that kind of frame."""

import orjson

from app.demo import clob_frames as wire
from app.demo.frame import Frame
from app.demo.price import SECOND
from app.demo.windows import ASSETS, INTERVALS, LEAD_S, LISTED_AHEAD
from app.demo.world import World


class Listings:
    """The announcements of new windows: each stands `LISTED_AHEAD` windows before its own start."""

    def __init__(self, world: World, from_ns: int) -> None:
        self._world = world
        self._every_ns = world.config.window_s * SECOND // (len(ASSETS) * len(INTERVALS))
        self._number = max(-(-(from_ns - LEAD_S * SECOND) // self._every_ns), 0)

    @property
    def next_ns(self) -> int | None:
        """When the next window is announced."""
        return LEAD_S * SECOND + self._number * self._every_ns

    def advance(self) -> list[Frame]:
        """That window."""
        ns = LEAD_S * SECOND + self._number * self._every_ns
        index, place = divmod(self._number, len(ASSETS) * len(INTERVALS))
        asset, interval = divmod(place, len(INTERVALS))
        window = self._world.window(ASSETS[asset], INTERVALS[interval], index + LISTED_AHEAD)
        self._number += 1
        return [Frame(ns, "clob/*", "new_market", orjson.dumps(wire.new_market(window, self._world.wall_ms(ns))))]
