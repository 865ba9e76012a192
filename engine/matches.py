"""What is known of the matches of one order, and what of it has to stand in the books.

Two kinds of evidence tell of matches. Trades name price, size and how far their settlement has come; each is told of
several times. A claim is the venue's word on how much was matched in all, in its answer to the order or in a report of
it. Either may come first, late or never.

What has to be booked follows from the evidence alone: every trade that has not failed, and, once waiting for trades was
in vain, the part of the claim that no known trade accounts for. `due` tells how that differs from what was booked
before. So whatever comes in whatever order, and however often, nothing is booked twice.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from engine.execution import Leg, TradeReport, TradeStatus
from engine.fees import taker_fee
from engine.market import FeeSchedule
from engine.units import CENT, SIZE

CLAIM: Final = "claim"
"""Stands for the trade's id where the venue claims a match of which it has reported no trade yet."""

DUST: Final = SIZE // 100
"""A claim is accounted for when less than this is missing: the venue rounds, and a hundredth of a share is no match."""


_RANK: Final = (TradeStatus.MATCHED, TradeStatus.MINED, TradeStatus.RETRYING)
"""How a settlement goes on until it ends; of two reports the one that stands further back is the older news."""


class Heard(StrEnum):
    """What one report of a trade brought."""

    NEW = "new"
    ADVANCED = "advanced"
    REPEATED = "repeated"
    """Nothing: it was known, or is older than what is known."""
    CONTRADICTED = "contradicted"
    """Another end than the one that was reported before. The first holds; somebody must look at the venue."""


class Booking(NamedTuple):
    """What has to be booked: `size` and `fee` are negative where something is taken back."""

    trade_id: str
    price: int
    size: int
    fee: int
    status: TradeStatus

    @property
    def amount(self) -> int:
        """Cost and fee in money units."""
        return self.price * self.size + self.fee


@dataclass(slots=True)
class Match:
    """This order's part in one trade."""

    trade_id: str
    price: int
    size: int
    fee: int
    status: TradeStatus
    booked: bool = False
    voided: bool = False

    def booking(self, sign: int) -> Booking:
        """The match for the books (1), or its reverse (-1)."""
        return Booking(self.trade_id, self.price, sign * self.size, sign * self.fee, self.status)


class Matches:
    """All evidence of one order's matches: a buy at no more than `limit` a share, for no more than `budget` in all."""

    __slots__ = (
        "_budget",
        "_complete",
        "_cost",
        "_ids",
        "_limit",
        "_matches",
        "_rest",
        "_schedule",
        "_size",
        "_waited",
        "changed",
        "claimed",
    )

    def __init__(self, schedule: FeeSchedule, limit: int, budget: int) -> None:
        self.changed = 0
        """Reports that gave a known trade another price or size. The first amounts hold."""
        self.claimed = False
        """Whether the venue says that something was matched, beside what its trades say."""
        self._schedule = schedule
        self._limit = limit
        self._budget = budget
        self._matches: dict[tuple[str, Leg], Match] = {}
        self._size = 0
        self._cost = 0
        self._ids: frozenset[str] = frozenset()
        self._waited = False
        self._complete = False
        self._rest: dict[int, Booking] = {}
        """By price the unaccounted part of the claim as it is booked."""

    def hear(self, report: TradeReport) -> Heard:
        """Take in one report. A taker pays the market's fee, a maker none."""
        key = report.trade_id, report.leg
        match = self._matches.get(key)
        if match is None:
            fee = taker_fee(self._schedule, report.price, report.size) if report.leg is Leg.TAKER else 0
            self._matches[key] = Match(report.trade_id, report.price, report.size, fee, report.status)
            return Heard.NEW
        if (report.price, report.size) != (match.price, match.size):
            self.changed += 1
        if match.status.final:
            contradicts = report.status.final and report.status is not match.status
            return Heard.CONTRADICTED if contradicts else Heard.REPEATED
        if not report.status.final and _RANK.index(report.status) <= _RANK.index(match.status):
            return Heard.REPEATED
        match.status = report.status
        return Heard.ADVANCED

    def claim(self, size: int, cost: int, trade_ids: tuple[str, ...]) -> bool:
        """The venue says that so much was matched in all; 0 where it does not say. Whether it says more than before."""
        known = self.claimed, self._size, self._cost, self._ids
        self.claimed = True
        if (cost > 0, size) > (self._cost > 0, self._size):
            self._size, self._cost = size, cost
        self._ids |= frozenset(trade_ids)
        return (self.claimed, self._size, self._cost, self._ids) != known

    def wait_no_longer(self) -> bool:
        """No trade came for a part of the claim: book that part on the venue's word until one does. False if it was."""
        waited, self._waited = self._waited, True
        return not waited

    def take_as_complete(self) -> None:
        """The venue has been asked, twice and late: the trades that are known are all there are."""
        self._complete = True

    def take_as_incomplete(self) -> None:
        """The venue has shown more of the order since: what was read then proves nothing any more."""
        self._complete = False

    def due(self) -> list[Booking]:
        """What has to be booked now; nothing when asked again. What is taken back comes first.

        A trade that had failed before it was heard of is booked and taken back, so that the books show it.
        """
        bookings = self._rebook_rest()
        for match in self._matches.values():
            if not match.booked:
                match.booked = True
                bookings.append(match.booking(1))
            if match.status is TradeStatus.FAILED and not match.voided:
                match.voided = True
                bookings.append(match.booking(-1))
        return bookings

    def lacks(self, size: int) -> bool:
        """Whether the known trades are less than `size` in all."""
        return size - self._known_size >= DUST

    @property
    def any(self) -> bool:
        """Whether there is a trade."""
        return bool(self._matches)

    @property
    def full(self) -> bool:
        """Whether the known trades leave the order nothing to spend."""
        return self._budget - self._known_cost < CENT

    @property
    def accounted(self) -> bool:
        """Whether the known trades are all that is claimed. True where nothing is."""
        if not self.claimed or self.full or (self._complete and self.any):
            return True
        if self._ids and self._ids <= {match.trade_id for match in self._matches.values()}:
            return True
        return self._size > 0 and self._size - self._known_size < DUST

    @property
    def booked_whole(self) -> bool:
        """Whether nothing that is claimed is missing in the books."""
        return self.accounted or bool(self._rest)

    @property
    def final(self) -> bool:
        """Whether nothing can change any more, as far as is known."""
        return self.accounted and all(match.status.final for match in self._matches.values())

    @property
    def confirmed(self) -> bool:
        """Whether a trade is settled for good."""
        return any(match.status is TradeStatus.CONFIRMED for match in self._matches.values())

    @property
    def cost(self) -> int:
        """What was matched, failed trades included, in money units without fees."""
        return self._known_cost + sum(piece.price * piece.size for piece in self._rest.values())

    @property
    def failed(self) -> int:
        """Cost and fees of the trades that failed."""
        return sum(match.booking(1).amount for match in self._matches.values() if match.status is TradeStatus.FAILED)

    @property
    def difference(self) -> tuple[int, int]:
        """What the claim says beyond the known trades: size and cost; (0, 0) where it does not give both."""
        if not self._size or not self._cost:
            return 0, 0
        return self._size - self._known_size, self._cost - self._known_cost

    @property
    def trades(self) -> tuple[Match, ...]:
        """In the order in which they were heard of."""
        return tuple(self._matches.values())

    @property
    def _known_size(self) -> int:
        return sum(match.size for match in self._matches.values())

    @property
    def _known_cost(self) -> int:
        return sum(match.price * match.size for match in self._matches.values())

    def _rebook_rest(self) -> list[Booking]:
        """Whole pieces go and come, so that the books' count of fills stays right too."""
        wanted = {} if self.accounted or not self._waited else self._pieces()
        gone = [piece for price, piece in self._rest.items() if wanted.get(price) != piece]
        come = [piece for price, piece in wanted.items() if self._rest.get(price) != piece]
        self._rest = wanted
        return [piece._replace(size=-piece.size, fee=-piece.fee) for piece in gone] + come

    def _pieces(self) -> dict[int, Booking]:
        """The unaccounted part of the claim at two adjacent prices, so that its cost comes out exactly.

        Where the claim gives no cost, or one that cannot be, the order's limit stands for it: the most that it can be.
        """
        size = self._size - self._known_size
        if size < DUST:
            return {}
        cost = self._cost - self._known_cost
        if not (self._cost and size <= cost <= size * self._limit):
            cost = size * self._limit
        price, dearer = divmod(cost, size)
        sizes = {price: size - dearer, price + 1: dearer}
        return {
            at: Booking(CLAIM, at, part, taker_fee(self._schedule, at, part), TradeStatus.MATCHED)
            for at, part in sizes.items()
            if part
        }
