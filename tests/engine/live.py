"""A live account for tests: a blotter with a clock, an order's way out, and the venue's words in dollars and shares."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from engine.absence import Look
from engine.allowance import Allowances
from engine.blotter import Blotter, Intent
from engine.commitment import Commitment
from engine.entries import Disarm, Entry, ForEngine, Notice, NoticeKind, Question, Record, RecordKind, Write
from engine.events import UP, Ack, Allowance, Fill, Standing
from engine.execution import Answer, AnswerKind, Leg, OrderReport, OrderState, TradeReport, TradeStatus, VenueMode
from engine.limits import Limits
from engine.market import Market
from engine.order_life import OrderLife
from engine.orders import Order
from engine.rebuild import rebuild
from tests.engine import builders
from tests.engine.builders import market, money, mono, price, size, wall

_Event = TypeVar("_Event", Fill, Ack, Allowance, Standing)

News = Answer | TradeReport | OrderReport

LIMITS = Limits(cooldown_ns=0)
"""No pause between orders: for tests about something else."""

MARKET = market()


def next_market(number: int = 1) -> Market:
    """A window after `MARKET`, with tokens and a condition of its own."""
    begins = MARKET.start_ms + number * 300_000
    return replace(
        MARKET,
        slug=f"btc-updown-5m-{begins // 1000}",
        start_ms=begins,
        end_ms=begins + 300_000,
        condition_id=f"0xc{number}",
        up_token=f"1{number}",
        down_token=f"2{number}",
    )


def matched(
    shares: float = 10.0, paid: float = 5.0, trades: Iterable[str] = (), *, order_id: str = "", reason: str = ""
) -> Answer:
    """The POST's answer: matched for so much."""
    return Answer(AnswerKind.MATCHED, reason, order_id, money(paid), size(shares), tuple(trades))


def unknown(reason: str = "the read timed out") -> Answer:
    """No answer that proves anything."""
    return Answer(AnswerKind.UNKNOWN, reason)


def refused(reason: str = "not enough balance / allowance", mode: VenueMode | None = None) -> Answer:
    """A definite no."""
    return Answer(AnswerKind.REJECTED, reason, mode=mode)


def working() -> Answer:
    """Taken, its fate to come."""
    return Answer(AnswerKind.WORKING, "live")


def not_sent() -> Answer:
    """Nothing left this machine."""
    return Answer(AnswerKind.NOT_SENT, "connection refused")


def trade_report(
    order: str = "0xo1",
    trade: str = "a",
    *,
    shares: float = 10.0,
    dollars: float = 0.50,
    status: TradeStatus = TradeStatus.MATCHED,
    leg: Leg = Leg.TAKER,
    token: str = MARKET.up_token,
    condition_id: str = MARKET.condition_id,
    buys: bool = True,
) -> TradeReport:
    """What the venue says of a trade."""
    return TradeReport(trade, order, leg, condition_id, token, buys, price(dollars), size(shares), status, 0)


def order_report(
    order: str = "0xo1",
    state: OrderState = OrderState.CANCELED,
    *,
    shares: float = 0.0,
    reason: str = "",
    at_ms: int = 0,
    token: str = MARKET.up_token,
    condition_id: str = MARKET.condition_id,
) -> OrderReport:
    """What the venue says of an order; `shares` are matched."""
    return OrderReport(
        order, condition_id, token, True, price(0.50), size(10.0), size(shares), state, reason, at_ms
    )  # fmt: skip


@dataclass
class Till:
    """A blotter, the time of the window in seconds, and everything that it gave out."""

    limits: Limits = LIMITS
    exposure: float = 1_000.0
    daily_loss: float = 25.0
    market: Market = MARKET
    t: float = 0.0
    entries: list[Entry] = field(default_factory=list)
    sent: int = 0
    armed: bool = True

    def __post_init__(self) -> None:
        self.blotter = Blotter(self.limits, self.allowances())
        self.do(self.blotter.open, self.market)
        if self.armed:
            self.do(self.blotter.arm)

    def allowances(self) -> Allowances:
        """The account's limits, with nothing lost yet."""
        return Allowances(money(self.exposure), money(self.daily_loss))

    # --- telling the blotter

    def do(self, call: Callable[..., list[Entry]], *args: object) -> list[Entry]:
        """Make a call at the present time, and keep what it gives."""
        entries = call(*args, mono(self.t), wall(self.t))
        self.entries += entries
        return entries

    def intend(
        self, *, dollars: float = 0.50, budget: float = 5.0, of: Market | None = None, outcome: int = UP
    ) -> Intent:
        """An engine wants to send an order that it decided on right now."""
        self.sent += 1
        order = builders.order(self.t, order_id=f"o-{self.sent}", dollars=dollars, budget=budget, outcome=outcome)
        return self.take(order, of)

    def take(self, order: Order, of: Market | None = None) -> Intent:
        """An engine wants to send this order."""
        intent = self.blotter.intend((of or self.market).condition_id, order, mono(self.t), wall(self.t))
        self.entries += intent.entries
        return intent

    def sign(self, name: str, *, of: Market | None = None) -> str:
        """The order `o-…` that was taken last is signed, and its intent is on disk."""
        self.do(self.blotter.signed, (of or self.market).condition_id, f"o-{self.sent}", name)
        self.blotter.durable(name)
        return name

    def go(self, name: str) -> bool:
        """Ask whether it may leave."""
        sending = self.blotter.sent(name, mono(self.t), wall(self.t))
        self.entries += sending.entries
        return sending.go

    def send(
        self, name: str | None = None, *, dollars: float = 0.50, budget: float = 5.0, of: Market | None = None
    ) -> str:
        """An order goes out without trouble; its hash."""
        intent = self.intend(dollars=dollars, budget=budget, of=of)
        assert intent.refused == ""
        name = name or f"0xo{self.sent}"
        self.sign(name, of=of)
        assert self.go(name)
        return name

    def answer(self, name: str, answer: Answer) -> list[Entry]:
        """The POST's answer."""
        return self.do(self.blotter.answered, name, answer)

    def trade(self, report: TradeReport) -> list[Entry]:
        """A trade is reported."""
        return self.do(self.blotter.traded, report)

    def report(self, report: OrderReport) -> list[Entry]:
        """An order is reported."""
        return self.do(self.blotter.reported, report)

    def hear(self, name: str, news: News) -> list[Entry]:
        """Whatever the venue says of an order."""
        match news:
            case Answer():
                return self.answer(name, news)
            case TradeReport():
                return self.trade(news)
            case OrderReport():
                return self.report(news)

    def look(self, name: str, *, found: bool | None = False, orders: bool = True, trades: bool = True) -> list[Entry]:
        """A look for an order, begun and ended now."""
        return self.do(self.blotter.looked, name, Look(mono(self.t), found, orders, trades))

    def give_up(self) -> str:
        """An order whose POST had no answer is sent, looked for twice and late, and found nowhere: its hash."""
        name = self.send()
        self.answer(name, unknown())
        self.wait(61)
        self.look(name)
        self.wait(6)
        self.look(name)
        return name

    def wait(self, seconds: float, step: float = 0.5) -> list[Entry]:
        """Time passes, with ticks."""
        began, until = len(self.entries), self.t + seconds
        while self.t < until:
            self.t = min(self.t + step, until)
            self.do(self.blotter.tick)
        return self.entries[began:]

    def settle(self, winner: int, of: Market | None = None) -> list[Entry]:
        """The venue names the winner."""
        return self.do(self.blotter.settled, (of or self.market).condition_id, winner)

    def restart(self) -> "Till":
        """Another run that reads this one's journal."""
        again = replace(self, entries=[], armed=False)
        again.blotter = rebuild(self.records, self.limits, self.allowances(), mono(self.t), wall(self.t))
        again.entries = [Write(record) for record in self.records]
        again.do(again.blotter.resume)
        return again

    # --- what came of it

    def life(self, name: str = "0xo1") -> OrderLife:
        """An order by its hash."""
        return self.blotter.account.orders[name]

    @property
    def commitment(self) -> Commitment:
        """The market."""
        return self.blotter.account.markets[self.market.condition_id]

    @property
    def records(self) -> list[Record]:
        """All that was to be journalled."""
        return [entry.record for entry in self.entries if isinstance(entry, Write)]

    def kinds(self) -> list[RecordKind]:
        """The kinds of those records."""
        return [record.kind for record in self.records]

    def events(self, kind: type[_Event]) -> list[_Event]:
        """All events of this kind for the market's engine."""
        mine = [entry.event for entry in self.entries if isinstance(entry, ForEngine)]
        return [event for event in mine if isinstance(event, kind)]

    def notices(self, kind: NoticeKind | None = None) -> list[Notice]:
        """All notices."""
        return [entry for entry in self.entries if isinstance(entry, Notice) and kind in {None, entry.kind}]

    def questions(self) -> list[Question]:
        """All questions."""
        return [entry for entry in self.entries if isinstance(entry, Question)]

    def disarms(self) -> list[str]:
        """Why the engines were to be disarmed."""
        return [entry.reason for entry in self.entries if isinstance(entry, Disarm)]

    @property
    def shares(self) -> float:
        """Shares of Up that stand in the books."""
        return self.commitment.position.total.shares[UP] / 1e6

    @property
    def reserved(self) -> int:
        """What is held back in the market."""
        return self.commitment.risk.reserved
