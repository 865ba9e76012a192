"""The venue itself: every service on one loopback port, played in real time until it is told to stop."""

import asyncio
import contextlib
import math
import os
import signal
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import orjson
from aiohttp import web

from app.demo.absent import AbsentSide
from app.demo.binance import BinanceService
from app.demo.clob import ClobService
from app.demo.clock import Clock, Player
from app.demo.config import DemoConfig
from app.demo.floor import Floor
from app.demo.gamma import GammaService
from app.demo.oracle_frames import OracleClock, Report
from app.demo.polybolt import PolyboltService
from app.demo.rtds import RtdsService
from app.demo.site import SiteService
from app.demo.windows import ASSETS, LEAD_S
from app.demo.world import World

if TYPE_CHECKING:
    from app.demo.private import PrivateSide

HOST: Final = "127.0.0.1"
CLOB: Final = "/clob"
_FOR_SIGNATURES: Final = ("coincurve", "Crypto")
_GOODBYE_S: Final = 0.2


async def serve(config: DemoConfig, ready: Callable[[dict[str, Any]], None], *, until_stdin_ends: bool = False) -> None:
    """Run a venue until SIGTERM or SIGINT, or until stdin ends where that is asked for.

    `ready` is called once, when every address answers, with the addresses under the settings' names in lower case,
    `window_s`, and `window_start_s`, the unix second at which the first window starts. Where the packages that check
    signatures are installed, the play wallet is told too, and so is its key: it goes nowhere else.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    watch = asyncio.create_task(_stop_when_stdin_ends(stop)) if until_stdin_ends else None
    world = World(config, math.ceil(time.time()))
    clock = Clock(world.start_s)
    player = Player(clock)
    floor = Floor(world, clock, player)
    private = _private_side(world, clock, floor)
    runner = web.AppRunner(_venue(world, clock, player, floor, private), access_log=None, shutdown_timeout=_GOODBYE_S)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    playing = asyncio.create_task(player.run())
    try:
        await site.start()
        windows = {"window_s": config.window_s, "window_start_s": world.start_s + LEAD_S}
        ready(addresses(runner.addresses[0][1]) | windows | private.facts())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({stopping, playing}, return_when=asyncio.FIRST_COMPLETED)
        if playing.done():
            playing.result()
    finally:
        playing.cancel()
        if watch is not None:
            watch.cancel()
        await private.close()
        await runner.cleanup()


def addresses(port: int) -> dict[str, Any]:
    """The bases to which a client appends the path, by the settings' names in lower case."""
    http, ws = f"http://{HOST}:{port}", f"ws://{HOST}:{port}"
    return {
        "binance_ws_url": f"{ws}/binance",
        "binance_rest_url": f"{http}/binance",
        "clob_ws_url": f"{ws}{CLOB}",
        "clob_rest_url": f"{http}{CLOB}",
        "gamma_url": f"{http}/gamma",
        "rtds_ws_url": f"{ws}/rtds",
        "polybolt_ws_url": f"{ws}/polybolt",
        "site_url": f"{http}/site",
        "data_api_url": f"{http}/data-api",
        "control_url": f"{http}/control",
    }


def run(config: DemoConfig, *, until_stdin_ends: bool = False) -> int:
    """Serve in the foreground; one JSON line with the addresses on stdout. The exit code."""
    asyncio.run(serve(config, _print_line, until_stdin_ends=until_stdin_ends))
    return 0


def _private_side(world: World, clock: Clock, floor: Floor) -> "PrivateSide | AbsentSide":
    if any(find_spec(name) is None for name in _FOR_SIGNATURES):
        return AbsentSide()
    from app.demo.private import PrivateSide

    return PrivateSide(CLOB, world, clock, floor)


def _venue(
    world: World, clock: Clock, player: Player, floor: Floor, private: "PrivateSide | AbsentSide"
) -> web.Application:
    rtds, polybolt = RtdsService(world, clock), PolyboltService(world, clock)

    def publish(report: Report) -> None:
        rtds.publish(report)
        polybolt.publish(report)

    for asset in ASSETS:
        player.add(OracleClock(world, asset, clock.now_ns()), publish)
    clob = ClobService(world, clock, floor).app()
    private.add_routes(clob)
    app = web.Application()
    app.add_subapp("/binance", BinanceService(world, clock, player).app())
    app.add_subapp(CLOB, clob)
    app.add_subapp("/gamma", GammaService(world, clock).app())
    app.add_subapp("/rtds", rtds.app())
    app.add_subapp("/polybolt", polybolt.app())
    app.add_subapp("/site", SiteService(world, clock, private.geoblocked).app())
    app.add_subapp("/data-api", private.data())
    app.add_subapp("/control", private.control())
    return app


def _print_line(facts: dict[str, Any]) -> None:
    """One line on stdout; nobody has to be there to read it."""
    with contextlib.suppress(BrokenPipeError):
        os.write(sys.stdout.fileno(), orjson.dumps(facts) + b"\n")


async def _stop_when_stdin_ends(stop: asyncio.Event) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass
    stop.set()
