"""Writes of the journal that fail, one by one and in rows: what stands on disk is read back and tells the truth.

The kernel refuses them (a limit on the file's size, as on a full disk), and a whole account with its gateway goes on
above it. Whatever is on disk after any of them must be enough for a run that begins there.
"""

import asyncio
import resource
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from app.live.account import LiveAccount
from app.live.gateway import Gateway
from app.live.journal import FILE_NAME, Journal, read_journal
from app.live.signing import SignedOrder
from app.news import News
from engine.allowance import Allowances
from engine.blotter import Blotter
from engine.entries import Record, RecordKind, Write
from engine.execution import Answer, OrderReport, OrderState, TradeReport, TradeStatus
from engine.market import Market
from engine.order_life import OrderLife
from engine.orders import Order
from engine.paper import NO_MATCH
from engine.rebuild import rebuild
from engine.units import MONEY
from tests.app.live.checker import Terms, check_journal
from tests.app.live.wallets import wallet
from tests.engine import builders
from tests.engine.builders import money
from tests.engine.live import LIMITS, MARKET, matched, not_sent, order_report, refused, trade_report, unknown

Told = Callable[[str], OrderReport | TradeReport]

STORY: list[tuple[float, Answer, list[Told]]] = [
    (
        5.0,
        matched(10, 5.0, ["a"]),
        [lambda name: trade_report(name, "a"), lambda name: trade_report(name, "a", status=TradeStatus.CONFIRMED)],
    ),
    (0.0, refused(NO_MATCH), []),
    (0.0, unknown(), [lambda name: order_report(name, OrderState.CANCELED)]),
    (0.0, not_sent(), []),
    (
        0.0,
        matched(10, 5.0, ["b"]),
        [lambda name: trade_report(name, "b"), lambda name: trade_report(name, "b", status=TradeStatus.FAILED)],
    ),
    (
        2.0,
        unknown(),
        [
            lambda name: trade_report(name, "c", shares=4),
            lambda name: order_report(name, OrderState.CANCELED, shares=4),
            lambda name: trade_report(name, "c", shares=4, status=TradeStatus.CONFIRMED),
        ],
    ),
]
"""What an order really costs at the venue, the answer to it, and what is reported of it later."""

BATCHES = 45
"""More than the story has writes, with all that follows from some that fail."""


@dataclass
class Disk:
    """Lets the kernel cut short some of the writes, and keeps what stands in the file after each."""

    path: Path
    refused: frozenset[int]
    room: int
    writes: int = 0
    seen: list[tuple[bytes, dict[str, int]]] = field(default_factory=list)
    """The file after each write, and what had really been spent by then, by hash."""

    @contextmanager
    def write(self, spent: dict[str, int]) -> Iterator[None]:
        before = dict(spent)
        number, self.writes = self.writes, self.writes + 1
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        try:
            if number in self.refused:
                resource.setrlimit(resource.RLIMIT_FSIZE, (self.path.stat().st_size + self.room, hard))
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            self.seen.append((self.path.read_bytes(), before))


@dataclass
class Venue:
    """Answers as the story goes, and knows what was spent."""

    spent: dict[str, int] = field(default_factory=dict)
    next: tuple[float, Answer] = (0.0, unknown())

    async def post(self, order: SignedOrder, *, forbidden: Callable[[], str]) -> Answer:
        assert order.order_hash not in self.spent
        cost, answer = self.next
        self.spent[order.order_hash] = money(cost)
        return answer


@dataclass
class Run:
    """One account over a disk that refuses."""

    account: LiveAccount
    venue: Venue
    disk: Disk
    market: Market
    said: list[News]

    async def live(self) -> None:
        """The whole story, armed anew whenever that is allowed."""
        account = self.account
        account.act([Write(Record(RecordKind.RUN, *account.now(), {"version": "test"}))])
        account.act(account.blotter.open(self.market, *account.now()))
        for number, (cost, answer, told) in enumerate(STORY, 1):
            with suppress(ValueError):
                account.arm("btc", "5m")
            self.venue.next = cost, answer
            await self.send(self.order(number), told)
        account.settled(self.market.condition_id, 0)
        await account.settle_writes()

    async def send(self, order: Order, told: Iterable[Told]) -> None:
        account = self.account
        if not account.intend(self.market, order):
            return
        life = self.life(order)
        while not life.answered and not life.ended:  # noqa: ASYNC110 - nobody tells when an order is over
            await asyncio.sleep(0)
        await account.settle_writes()
        for one in told if life.hash in self.venue.spent else ():
            account.heard([one(life.hash)])
            await account.settle_writes()

    def order(self, number: int) -> Order:
        mono, wall = self.account.now()
        order = builders.order(0.0, order_id=f"o-{number}", dollars=0.5, budget=5.0)
        return replace(order, mono=mono, wall=wall)

    def life(self, order: Order) -> OrderLife:
        return self.account.blotter.account.markets[self.market.condition_id].orders[order.order_id]


@asynccontextmanager
async def running(folder: Path, refused: Iterable[int], room: int) -> AsyncIterator[Run]:
    """An account with its gateway and its journal; the numbers are of the writes that fail."""
    now_ms = time.time_ns() // 1_000_000
    market = replace(MARKET, start_ms=now_ms - 1000, end_ms=now_ms + 300_000)
    journal, _ = await Journal.open(folder)
    disk, venue, said = Disk(folder / FILE_NAME, frozenset(refused), room), Venue(), list[News]()
    append = journal._append

    def watched(records: tuple[Record, ...]) -> None:
        with disk.write(venue.spent):
            append(records)

    account = LiveAccount(Blotter(LIMITS, allowances()), journal, said.append)
    gateway = Gateway(account, wallet(folder), venue, lambda _: False, lambda _, __: 100)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "_append", watched)
        patch.setattr("engine.clearance.STALE_NS", 60_000_000_000)
        sending = asyncio.create_task(gateway.run())
        try:
            yield Run(account, venue, disk, market, said)
        finally:
            sending.cancel()
            await asyncio.wait({sending})
            await account.settle_writes()
            disk.refused = frozenset()  # in the end it has room again
            await journal.close()
            signal.signal(signal.SIGXFSZ, before)


def allowances() -> Allowances:
    return Allowances(1000 * MONEY, 1000 * MONEY)


def read_back(text: bytes) -> Blotter:
    """What a run that begins with this file knows."""
    found, _ = read_journal(text)
    return rebuild(found.records, LIMITS, allowances(), time.monotonic_ns(), time.time_ns())


def check(text: bytes, spent: dict[str, int]) -> None:
    """Every order that had left is known, and all that it cost is booked, or held back until it is known."""
    account = read_back(text).account
    for name, cost in spent.items():
        life = account.orders[name]
        held = account.market_of(life).risk.reserves.get(life.order.order_id, 0)
        good = [trade for trade in life.matches.trades if trade.status is not TradeStatus.FAILED]
        assert held + sum(trade.price * trade.size for trade in good) >= cost


def knows(blotter: Blotter, market: Market) -> object:
    """All that must be the same after a restart."""
    commitment = blotter.account.markets.get(market.condition_id)
    if commitment is None or not commitment.orders:
        return None
    return (
        commitment.position.total,
        dict(commitment.risk.reserves),
        (commitment.winner, commitment.closed_net, commitment.failed),
        [(name, life.hash, life.stage) for name, life in commitment.orders.items()],
    )


def single(number: int) -> range:
    return range(number, number + 1)


def two(number: int) -> list[int]:
    return [number, number + 2]


def three(number: int) -> range:
    return range(number, number + 3)


def all_from(number: int) -> range:
    return range(number, 1000)


@pytest.mark.parametrize("room", [0, 150, 700])
@pytest.mark.parametrize("refused", [single, two, three, all_from])
async def test_whichever_writes_fail_the_journal_is_the_beginning_of_the_story(
    tmp_path: Path, refused: Callable[[int], Iterable[int]], room: int
) -> None:
    failed = 0
    for number in range(BATCHES):
        folder = tmp_path / str(number)
        async with running(folder, refused(number), room) as run:
            await run.live()
        for text, spent in run.disk.seen:
            check(text, spent)
        failed += any("cannot be written" in str(news) for news in run.said)
        text = (folder / FILE_NAME).read_bytes()
        check(text, run.venue.spent)
        _, wrong = check_journal(folder / FILE_NAME, Terms(cooldown_ms=0))
        assert wrong == []
        assert knows(read_back(text), run.market) == knows(run.account.blotter, run.market)
        if number >= run.disk.writes:
            break
    assert failed >= (15 if room == 0 else 1)
    assert len(run.venue.spent) == len(STORY)  # the last run was one without a failure


async def test_order_whose_intent_did_not_get_to_the_disk_never_leaves(tmp_path: Path) -> None:
    for number in range(BATCHES):
        async with running(tmp_path / str(number), all_from(number), 0) as run:
            await run.live()
        for text, spent in run.disk.seen:
            assert spent.keys() <= {record.facts.get("hash") for record in read_journal(text)[0].records}
