"""A live account against a real demo venue, without an engine: orders are made from the venue's book and intended.

So a test of what the wire can do takes a second and no window. Everything between `intend` and the venue's ledger is
the program's own.
"""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.live.client import VenueClient
from app.live.open_account import OpenAccount
from app.live.opening import open_account
from app.live.session import LiveSession
from app.live_news import LiveAlarm, LiveNotice
from app.live_plan import LivePlan
from app.news import News
from app.plan import Plan
from app.settings import Settings, load
from app.telemetry.writer import Writer
from engine.engine import Engine
from engine.market import Asset, Interval, Market
from engine.order_life import OrderLife, Stage
from engine.orders import Order
from engine.sizing import LOT
from engine.units import CENT, PRICE
from feeds.gamma import Gamma
from feeds.windows import Calendar
from tests.app.demo.trading import Desk, Json
from tests.app.live.checker import Story, Terms, check_run

PATIENCE_S = 12.0
VENUE = ("--window=600", "--rate=1", "--pull-rate=0", "--hold-ms=50", "--mined-ms=150", "--confirmed-ms=300")
"""Next to nothing happens by itself in windows that have not begun, and what is matched is settled soon."""

LIMITS = {"COOLDOWN_MS": "0", "MAX_POSITION_USD": "100", "MAX_EXPOSURE_USD": "1000", "DAILY_LOSS_USD": "1000"}


def new_key(folder: Path) -> tuple[Path, str]:
    """The file of a key that nobody has used yet, and the key."""
    key = secrets.token_hex(32)
    path = folder / "wallet.key"
    path.touch(mode=0o600)
    path.write_text(key)
    return path, key


def venue_settings(facts: Mapping[str, Any]) -> dict[str, str]:
    """The settings that point at a venue, by name."""
    named = {name.upper(): str(value) for name, value in facts.items() if name.endswith("_url") or "window" in name}
    known = {name: value for name, value in named.items() if name != "CONTROL_URL"}
    return known | {"POLY_API_KEY": "play", "POLY_API_SECRET": "play", "POLY_API_PASSPHRASE": "play"}


async def find_market(
    settings: Settings, number: int = 1, asset: Asset = Asset.BTC, interval: Interval = Interval.M5
) -> Market:
    """The market of the window that is `number` after the venue's first."""
    assert settings.window_s is not None
    assert settings.window_start_s is not None
    calendar = Calendar(asset, interval, settings.window_s, settings.window_start_s)
    now_ms = time.time_ns() // 1_000_000
    at_ms = (settings.window_start_s + number * settings.window_s) * 1000
    async with httpx.AsyncClient(trust_env=False) as http:
        found = await Gamma(http, settings.gamma_url, any_length=True).find(calendar.candidates(at_ms), now_ms)
    assert isinstance(found, Market), found
    return found


@dataclass(slots=True)
class Rig:
    """An open account, one market with a live session, and the venue's own view of both."""

    desk: Desk
    settings: Settings
    root: Path
    state_dir: Path
    opened: OpenAccount
    market: Market
    live: LiveSession
    news: list[News]
    key: str
    writer: Writer
    terms: Terms
    orders: list[Order] = field(default_factory=list)
    patch: pytest.MonkeyPatch = field(default_factory=pytest.MonkeyPatch)
    """Undone before the account is closed."""
    foreign: bool = False
    """Whether the wallet trades elsewhere too, of which the journal knows nothing."""

    @property
    def owner(self) -> str:
        return self.opened.wallet.signer

    # --- orders

    def touch(self, outcome: int = 0, market: Market | None = None) -> int:
        """The best ask in price units."""
        token = (market or self.market).tokens[outcome]
        return round(float(self.desk.touch(token)[1]["price"]) * PRICE)

    def order(
        self, dollars: float = 6.0, *, outcome: int = 0, price: int | None = None, market: Market | None = None
    ) -> Order:
        """A buy at the ask, decided now."""
        market = market or self.market
        price = price if price is not None else self.touch(outcome, market)
        budget = round(dollars * 100) * CENT
        committed = self.opened.account.blotter.account.markets[market.condition_id].risk.orders
        number = max(committed, self.live.engine.risk.orders) + 1  # as an engine counts that has begun again
        mono, wall = self.opened.account.now()
        left_s = market.end_ms / 1000 - wall / 1e9
        size = budget // price // LOT * LOT
        return Order(mono, wall, f"{market.slug}-{number}", "rig", outcome, price, size, budget, 0.1, 1.0, left_s)

    def intend(self, order: Order | None = None) -> OrderLife:
        """Have it sent, as a live engine would."""
        order = order or self.order()
        assert self.opened.account.intend(self.market, order), self.said()
        self.live.files.order(order)
        self.orders.append(order)
        return self.life(order)

    def life(self, order: Order) -> OrderLife:
        for commitment in self.opened.account.blotter.account.markets.values():
            if order.order_id in commitment.orders:
                return commitment.orders[order.order_id]
        raise KeyError(order.order_id)

    async def send(self, order: Order | None = None) -> OrderLife:
        """The same, and wait until its answer has come or nothing more is waited for."""
        life = self.intend(order)
        await self.until(lambda: life.answered or life.stage is Stage.DROPPED)
        return life

    async def rest(self, *lives: OrderLife) -> None:
        """Until nothing more is expected of them."""
        await self.until(lambda: all(life.at_rest for life in lives))

    async def until(self, holds: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
        """Let the loop run until `holds`."""
        try:
            async with asyncio.timeout(patience_s):
                while not holds():  # noqa: ASYNC110 - a venue rings no bell
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"it never came to that; {self.state()}; {self.said()}") from None

    # --- what is seen

    @property
    def risk_held(self) -> int:
        """What is held back in the market, in money units."""
        return self.opened.account.blotter.account.markets[self.market.condition_id].risk.reserved

    @property
    def position(self) -> list[int]:
        """Shares by outcome as the live engine has them."""
        return list(self.live.engine.position.total.shares)

    def posts(self) -> list[Json]:
        """The POSTs of this wallet's orders."""
        owner = self.owner.lower()
        return [post for post in self.desk.ledger()["posts"] if post["owner"].lower() == owner]

    def matched(self, *, failed: bool = False) -> list[int]:
        """Shares by outcome that the ledger says were matched, without what failed."""
        shares = [0, 0]
        for match in self.desk.ledger()["matches"]:
            taker = match["taker"]
            if taker["wallet"].lower() == self.opened.wallet.funder.lower() and (failed or match["status"] != "FAILED"):
                shares[taker["outcome"]] += taker["size"]
        return shares

    def records(self, *kinds: str) -> list[Json]:
        """The journal's records of these kinds, all without any."""
        (path,) = self.root.glob("0x*/journal.jsonl")
        lines = [json.loads(line) for line in path.read_bytes().splitlines()]
        return [line for line in lines if not kinds or line["type"] in kinds]

    def alarms(self) -> str:
        """What a person was alarmed with."""
        return "\n".join(news.sentence for news in self.news if isinstance(news, LiveAlarm))

    def said(self) -> str:
        """All that was said, alarms and notices."""
        return "\n".join(news.sentence for news in self.news if isinstance(news, LiveAlarm | LiveNotice))

    def state(self) -> str:
        return ", ".join(f"{order.order_id[-2:]}={self.life(order).stage}" for order in self.orders)

    def check(self, *, settled: bool = True) -> Story:
        """The invariants, by the checker's own eyes. Call it after the account is closed."""
        story, wrong = check_run(self.root, self.desk.ledger(), self.owner, self.terms, settled=settled)
        if self.foreign:
            wrong = [one for one in wrong if "the journal does not know" not in one and "no INTENT" not in one]
        assert not wrong, "\n".join(wrong)
        return story


@asynccontextmanager
async def rigged(
    desk: Desk,
    folder: Path,
    *,
    number: int = 1,
    arm: bool = True,
    key_file: Path | None = None,
    patient: bool = True,
    fed: bool = False,
    limits: Mapping[str, str] | None = None,
    **given: str,
) -> AsyncIterator[Rig]:
    """An account of a new key (or of `key_file`) with a live session of one market, armed once it may be.

    `patient`: a signal may be as old as a busy machine makes it. The engine hears no feed here; a test that tells it
    prices and books itself is `fed`, and only then are they asked about at the socket.
    """
    if key_file is None:
        key_file, _ = new_key(folder)
    names = venue_settings(desk.facts) | LIMITS | {"WALLET_KEY_FILE": str(key_file)} | dict(limits or {}) | given
    settings = load({}, names, None)
    news: list[News] = []
    market = await find_market(settings, number)
    root, state_dir = folder / "logs" / "demo" / "live", folder / "state"
    opened = await open_account(settings, root, state_dir, news.append)
    writer = Writer()
    writing = asyncio.create_task(writer.run())
    plan = Plan(settings.limits(), (), settings.clob_ws_url, secrets.token_hex(4), "0", record=False, tape=False)

    async def nobody_knows(_: Market) -> int | None:
        return None

    live_plan = LivePlan(plan, writer, folder / "logs", True, state_dir, nobody_knows)
    live = await live_plan.open_session(market, opened.account.intend, opened.account.carried, news.append)
    rig = Rig(
        desk, settings, root, state_dir, opened, market, live, news, key_file.read_text(), writer, terms_of(settings)
    )
    if patient:
        rig.patch.setattr("engine.clearance.STALE_NS", 10_000_000_000)
    if not fed:
        rig.patch.setattr(Engine, "distrust", lambda *_: None)
    try:
        opened.account.attach(live)
        await rig.until(lambda: opened.lookup.compared and opened.lookup.calm and opened.checks.asked.is_set())
        if arm:
            opened.account.arm(market.asset, market.interval)
        yield rig
    finally:
        rig.patch.undo()
        desk.faults()
        await opened.close()
        await live.close()
        writing.cancel()
        await asyncio.wait({writing})
        await writer.close()


@asynccontextmanager
async def busy(client: VenueClient) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """All connections of the client are taken by a server that does not answer, until what is given is called."""
    http = client._http

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    asked = [asyncio.create_task(http.get(url, timeout=30)) for _ in range(10)]
    await asyncio.sleep(0.1)

    async def free() -> None:
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

    try:
        yield free
    finally:
        await free()
        server.close()
        await server.wait_closed()


def terms_of(settings: Settings) -> Terms:
    """The limits in force, for the checker."""
    return Terms(
        settings.max_position_usd,
        settings.max_exposure_usd,
        settings.max_orders_per_market,
        settings.cooldown_ms,
        settings.order_cutoff_s,
    )
