"""The live account while the program runs: its blotter, its journal, its live sessions, and all that acts between them.

The blotter decides and the account carries out: events to engines, records to the journal, notices to the person,
questions to the venue. There is one way in for every piece of news, `act`, and what it gives out is carried out in the
order in which it came.
"""

import asyncio
import time
from collections.abc import Iterable
from typing import Final, Protocol

from app.live.journal import Journal
from app.live_news import LiveAlarm, LiveNotice
from app.news import News, Tell
from engine.blotter import Blotter
from engine.carried import Carried
from engine.commitment import Commitment
from engine.engine import Engine
from engine.entries import Disarm, Entry, ForEngine, Notice, Question, Record, Write
from engine.events import Ack, Allowance, Fill, Standing, Strike
from engine.execution import OrderReport, TradeReport
from engine.market import Market
from engine.orders import Order

QUEUE: Final = 64
"""Orders that may wait for their sending; one more is refused before it counts."""

TICK_S: Final = 0.1

STOOD_NS: Final = 2_000_000_000
"""A program that stood still for longer hears as new what waited for it, and knows nothing of the time between."""


class Trader(Protocol):
    """What the account needs of a live session."""

    market: Market
    engine: Engine

    def tell(self, event: Fill | Ack | Allowance | Standing, settle_state: str = "") -> None:
        """Say something to its engine."""
        ...

    def catch_up(self, commitment: Commitment) -> None:
        """Take over what its market has come to."""
        ...

    def command(self, name: str) -> None:
        """Arm, disarm or halt it."""
        ...

    def pulse(self, mono: int) -> None:
        """Let time pass."""
        ...


class LiveAccount:
    """See above. Everything here runs on the loop, and only writing the journal waits for anything."""

    def __init__(self, blotter: Blotter, journal: Journal, tell: Tell) -> None:
        self.blotter = blotter
        self.sessions: dict[str, Trader] = {}
        """By condition id: those whose engine runs."""
        self.outgoing: asyncio.Queue[tuple[Market, Order]] = asyncio.Queue(QUEUE)
        self.questions: asyncio.Queue[Question] = asyncio.Queue()
        self.armed_for: tuple[str, str] | None = None
        """Asset and interval, while armed."""
        self.halted = False
        self._journal = journal
        self._tell = tell
        self._writing: set[asyncio.Future[None]] = set()
        self._ticked = time.monotonic_ns()

    @property
    def armed(self) -> bool:
        """Whether live orders may leave. The one truth of it; everything else follows."""
        return self.blotter.account.armed

    # --- the two clocks

    @staticmethod
    def now() -> tuple[int, int]:
        """Monotonic and wall clock in ns."""
        return time.monotonic_ns(), time.time_ns()

    # --- markets

    def attach(self, session: Trader) -> None:
        """A live session begins, with what is `carried` of its market: its engine learns what it may do."""
        self.sessions[session.market.condition_id] = session
        commitment = self.blotter.account.markets.get(session.market.condition_id)
        if commitment is not None:
            session.catch_up(commitment)
        self.act(self.blotter.open(session.market, *self.now()))
        if self.armed and session in self._meant():
            session.command("arm")

    def carried(self, condition_id: str) -> Carried:
        """What a market has come to, for the engine of a session that begins; nothing of one that is not known."""
        commitment = self.blotter.account.markets.get(condition_id)
        return commitment.carried if commitment is not None else Carried()

    def detach(self, session: Trader) -> None:
        """Its engine runs no more; what becomes of its orders is in the journal from now on."""
        self.sessions.pop(session.market.condition_id, None)

    def tick_of(self, market: Market, order: Order) -> int:
        """The market's present price grid on the side that an order buys, in price units."""
        session = self.sessions.get(market.condition_id)
        return session.engine.state.ladders[order.outcome].tick if session is not None else market.tick

    def settled(self, condition_id: str, winner: int) -> None:
        """The venue named the winner of a market."""
        self.act(self.blotter.settled(condition_id, winner, *self.now()))

    # --- a person's word

    def arm(self, asset: str, interval: str) -> None:
        """Orders may leave from now on. ValueError says what forbids it."""
        entries = self.blotter.arm(*self.now())
        self.armed_for, self.halted = (asset, interval), False
        self.act(entries)
        for session in self._meant():
            session.command("arm")
        self._tell(LiveNotice("armed", f"armed for {asset.upper()} {interval}"))

    def disarm(self, reason: str, *, alarm: bool = True) -> None:
        """Nothing leaves from now on. An alarm unless a person wanted it. What was killed stays so."""
        self.armed_for = None
        self.act(self.blotter.disarm(reason, *self.now()), calm=not alarm)
        self._rest()

    def revive(self) -> None:
        """A person took a kill back: disarmed from now on, and no more than that."""
        self.halted = False
        self._rest()

    def kill(self) -> None:
        """Nothing of any kind until disarm."""
        self.halted = True
        self.act(self.blotter.disarm("killed", *self.now()), calm=True)
        self.armed_for = None
        self._command("kill")

    def leave(self) -> None:
        """The person went on to another market: the engines of this one send nothing more, whatever is armed later."""
        self._command("switch")

    def at_rest(self, condition_id: str) -> bool:
        """Whether nothing more is expected of a market's orders."""
        commitment = self.blotter.account.markets.get(condition_id)
        return commitment is None or commitment.at_rest

    def _command(self, name: str) -> None:
        """To every live session. One that fails keeps no other from hearing it: the account sends nothing by then."""
        for session in list(self.sessions.values()):
            try:
                session.command(name)
            except Exception as error:
                told = f"{session.market.slug} did not take the command {name} ({type(error).__name__})"
                self._tell(LiveAlarm("fault", told))

    def _rest(self) -> None:
        """Nothing leaves, and what was killed stays killed."""
        if not self.halted:
            self._command("disarm")

    def _meant(self) -> list[Trader]:
        """The sessions of what is armed."""
        armed = self.armed_for
        return [one for one in self.sessions.values() if (one.market.asset, one.market.interval) == armed]

    def say(self, news: News) -> None:
        """Tell the person something."""
        self._tell(news)

    # --- orders

    def intend(self, market: Market, order: Order) -> bool:
        """An engine wants to send an order; whether it was taken. Nothing waits here."""
        if self.outgoing.full():
            return False
        self._learn_strike(market)
        intent = self.blotter.intend(market.condition_id, order, *self.now())
        self.act(intent.entries)
        if intent.refused:
            return False
        self.outgoing.put_nowait((market, order))
        return True

    def forbids(self, market: Market, order: Order, order_hash: str) -> str:
        """Why an order that was sent must not leave after all, in words; to be asked before its first byte.

        The data it was decided on is looked at as it is now: it ages, and a connection may have ended meanwhile.
        """
        mono, wall = self.now()
        if reason := self._stood_still(mono) or self.blotter.leaving(order_hash, mono, wall):
            return reason
        session = self.sessions.get(market.condition_id)
        if session is None:
            return "its window is closed"
        gate = session.engine.distrust(order.outcome, mono)
        if gate is None:
            return ""
        name, value, limit = gate
        return f"its data was no longer to be trusted ({name} {value:g}, limit {limit:g})"

    def _stood_still(self, mono: int) -> str:
        """That the program did nothing for a while, in words: suspended, stopped, or held up. Empty where it ran."""
        stood = mono - self._ticked
        return f"the program stood still for {stood / 1e9:.1f} s" if stood > STOOD_NS else ""

    def _learn_strike(self, market: Market) -> None:
        """The journal is to have the strike on which the order was decided."""
        session = self.sessions.get(market.condition_id)
        state = session.engine.state if session is not None else None
        if state is not None and state.strike_source is not None:
            self.blotter.strike(
                market.condition_id, Strike(*self.now(), state.strike, state.strike_source, state.strike_exact)
            )

    def heard(self, reports: Iterable[OrderReport | TradeReport]) -> None:
        """Reports of orders and trades, from wherever they came."""
        for report in reports:
            now = self.now()
            if isinstance(report, TradeReport):
                self.act(self.blotter.traded(report, *now))
            else:
                self.act(self.blotter.reported(report, *now))

    async def run(self) -> None:
        """Let time pass, until cancelled."""
        while True:
            await asyncio.sleep(TICK_S)
            mono, wall = self.now()
            if self.armed and (stood := self._stood_still(mono)):
                self.disarm(stood)
            self._ticked = mono
            self.act(self.blotter.tick(mono, wall))
            for session in list(self.sessions.values()):
                session.pulse(mono)

    def act(self, entries: Iterable[Entry], *, calm: bool = False) -> "asyncio.Future[None] | None":
        """Carry out what the blotter gave out. Records are on their way to the disk before anything else is done.

        The future that is returned is done when they are there; None where there were none. `calm`: a person wanted
        what happens, so nothing of it is an alarm.
        """
        entries = list(entries)
        records = [entry.record for entry in entries if isinstance(entry, Write)]
        written = self._write(records) if records else None  # first: whatever else fails, they are on their way
        for entry in entries:
            match entry:
                case ForEngine(condition_id, event, settle):
                    session = self.sessions.get(condition_id)
                    if session is not None:
                        session.tell(event, settle)
                case Notice():
                    self._tell(_news(entry, calm))
                case Question():
                    self.questions.put_nowait(entry)
                case Disarm():
                    self.armed_for = None
                    self._rest()
        return written

    async def settle_writes(self) -> None:
        """Until everything that was to be written is on the disk, or has failed."""
        while self._writing:
            await asyncio.wait(set(self._writing))

    def _write(self, records: list[Record]) -> "asyncio.Future[None]":
        """The journal takes them in the order of the calls. Where it cannot, nothing may leave any more."""
        future = self._journal.write(records)
        self._writing.add(future)
        future.add_done_callback(self._written)
        return future

    def _written(self, future: "asyncio.Future[None]") -> None:
        self._writing.discard(future)
        if not future.cancelled() and (fault := future.exception()) is not None:
            told = f"the journal cannot be written: {fault}"
            if self.armed:
                self.disarm(told)
            else:
                self._tell(LiveAlarm("journal", told))


def _news(notice: Notice, calm: bool) -> News:
    kind = notice.kind.value
    return LiveAlarm(kind, notice.text) if notice.alarm and not calm else LiveNotice(kind, notice.text)
