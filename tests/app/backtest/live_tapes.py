"""A live window played without a venue: a live session over the frames of a recording, and an account with a script.

The session, its files and its engine are the real ones; what the account decides and what becomes of the orders is
made up here, at the times of the recording.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from app.live.order_record import carried_record
from app.live.session import LiveSession
from app.news import News
from app.plan import Plan, run_record
from app.telemetry.window_files import WindowFiles
from app.telemetry.writer import Writer
from engine.carried import Carried
from engine.events import Ack, Allowance, Command, Fill, Standing
from engine.limits import Limits
from engine.market import Market
from engine.orders import Order, OrderStatus
from engine.strategies import standard
from engine.units import MONEY
from feeds import recording
from feeds.recording import FrameReader, Record, read_market, records

LIMITS = Limits(max_orders=30, cooldown_ns=200_000_000, max_position=500 * MONEY)
ANSWER_NS = 180_000_000


@dataclass
class ScriptedAccount:
    """Refuses each order as often as `refusals` says for its turn, then fills it half, and takes some of it back."""

    refusals: Sequence[int]
    session: LiveSession | None = None
    asked: int = 0
    taken: list[Order] = field(default_factory=list)
    waiting: list[Order] = field(default_factory=list)

    def intend(self, market: Market, order: Order) -> bool:
        """Whether it is taken. The account tells of its allowance at once, in the middle of the frame."""
        assert self.session is not None
        self.session.tell(Allowance(order.mono, order.wall, 200 * MONEY + self.asked))
        wanted = self.refusals[len(self.taken) % len(self.refusals)]
        self.asked += 1
        if self.asked <= wanted:
            return False
        self.asked = 0
        self.taken.append(order)
        self.waiting.append(order)
        return True

    def pass_time(self, mono: int, wall: int) -> None:
        """Answer what has waited long enough."""
        assert self.session is not None
        while self.waiting and self.waiting[0].mono + ANSWER_NS <= mono:
            order = self.waiting.pop(0)
            half, name = order.size // 2, f"t{len(self.taken)}"
            made = Fill(mono, wall, order.order_id, order.strategy, order.outcome, order.price, half, 7, name)
            self.session.tell(made, "matched")
            self.session.tell(Ack(mono, wall, order.order_id, order.strategy, order.outcome, OrderStatus.PARTIAL, ""))
            self.session.tell(Standing(mono, wall, cooldown_factor=1 + len(self.taken) % 2))
            if len(self.taken) % 3 == 0:
                gone = Fill(mono, wall, order.order_id, order.strategy, order.outcome, order.price, -half, -7, name)
                self.session.tell(gone, "failed")


def in_pairs(tape: Path) -> Iterator[Record]:
    """The records of a tape; two frames of the books after each other are one, as the venue may send them."""
    held: Record | None = None
    for record in records(tape):
        if held is not None and record.source == "clob" and isinstance(record.data, dict):
            yield held._replace(data=[held.data, record.data])
            held = None
            continue
        if held is not None:
            yield held
            held = None
        if record.source == "clob" and isinstance(record.data, dict):
            held = record
        else:
            yield record
    if held is not None:
        yield held


async def play_live(
    tape: Path, folder: Path, refusals: Sequence[int], carried: Carried | None = None
) -> tuple[LiveSession, ScriptedAccount, list[News]]:
    """Run the frames of `tape` through a live session that writes into `folder`, and close it."""
    news: list[News] = []
    writer = Writer()
    plan = Plan(LIMITS, standard(), "ws://127.0.0.1:9", "live1", "0", record=True, tape=False)
    account = ScriptedAccount(refusals)
    steps = iter(records(tape))
    run, market = next(steps), read_market(next(steps).data)
    reader = FrameReader(market)
    files = await WindowFiles.open(writer, folder, market, run_id=plan.run_id, account="live", record=True)
    session = LiveSession(market, plan, files, news.append, account.intend, run.mono, run.wall)
    account.session = session
    begins_with = carried or Carried()
    begins_with.restore(session.engine)
    facts = run_record(plan) | {"account": "live", "earlier": carried_record(begins_with)}
    files.record(run.wall, run.mono, "run", facts)
    files.record(run.wall, run.mono, "market", recording.market_record(market))
    session.tell(Allowance(run.mono, run.wall, 300 * MONEY))
    session.tell(Standing(run.mono, run.wall))
    session.tell(Command(run.mono, run.wall, "arm"))
    for record in steps:
        wall, mono, source, data = record
        account.pass_time(mono, wall)
        events = reader.events(record)
        raw = orjson.dumps(data)
        match source:
            case "clob":
                session.on_book(raw, True, events, mono, wall)
            case "binance":
                session.on_prices(raw, True, list(events), mono, wall)  # type: ignore[arg-type] # trades alone
            case "oracle":
                session.on_reports(raw, True, list(events), mono, wall)  # type: ignore[arg-type] # reports alone
            case "strike":
                session.take_strike(events[0])  # type: ignore[arg-type] # a Strike
            case "settlement":
                session.settle(events[0])  # type: ignore[arg-type] # a Resolution
            case _:
                session.files.record(wall, mono, source, data)
                session._deliver(*events)
    await session.close()
    await writer.close()
    return session, account, news
