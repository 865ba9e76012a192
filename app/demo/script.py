"""The venue's life as one row of frames, without a socket: for recordings, benchmarks and tests.

The server plays the same sources against the clock; here they are merged as fast as they can be made.
"""

from collections.abc import Iterator, Sequence
from itertools import count

from app.demo.binance_frames import TradeStream
from app.demo.config import DemoConfig
from app.demo.frame import Frame, Source
from app.demo.listings import Listings
from app.demo.market import Market
from app.demo.oracle_frames import OracleStream
from app.demo.price import SECOND
from app.demo.windows import LEAD_S, RESOLVED_AFTER_S
from app.demo.world import World


def frames(
    config: DemoConfig, *, start_s: int, asset: str = "btc", interval: str = "5m", windows: int | None = None
) -> Iterator[Frame]:
    """What one asset and interval would send, in order of time, from the script's start.

    `start_s` is the unix second of offset 0; the first window starts `LEAD_S` later and each next one where the
    one before ends. Every window is told of from `LEAD_S` before its start until its outcome. With `windows`
    given it ends when that many have been resolved, else never. The same arguments give the same frames.
    """
    world = World(config, start_s)
    endless: list[Source[Frame]] = [TradeStream(world, asset, 0), OracleStream(world, asset, 0), Listings(world, 0)]
    markets = _markets(world, asset, interval, windows)
    last_ns = None
    if windows is not None:
        last_ns = (LEAD_S + windows * config.window_s + RESOLVED_AFTER_S) * SECOND
    for frame in _merged(endless, markets):
        if last_ns is not None and frame.offset_ns > last_ns:
            return
        yield frame


def _markets(world: World, asset: str, interval: str, windows: int | None) -> Iterator[tuple[int, Market]]:
    """(when it is first told of, its book) of each window, made when it is reached."""
    for index in count() if windows is None else range(windows):
        window = world.window(asset, interval, index)
        from_ns = (window.start_s - LEAD_S) * SECOND
        yield from_ns, Market(world, window, from_ns)


def _merged(endless: Sequence[Source[Frame]], markets: Iterator[tuple[int, Market]]) -> Iterator[Frame]:
    speaking = list(endless)
    coming = next(markets, None)
    while True:
        ns, source = min(
            ((next_ns, i) for i, each in enumerate(speaking) if (next_ns := each.next_ns) is not None),
        )
        if coming is not None and coming[0] <= ns:
            speaking.append(coming[1])
            coming = next(markets, None)
            continue
        yield from speaking[source].advance()
        speaking = [each for each in speaking if each.next_ns is not None]
