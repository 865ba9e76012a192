"""What has been won and is not cash yet: the venue pays out when somebody redeems, and lists what waits for it.

The listing is public, and asking for it takes an address and no key (`GET /v2/positions` of the data service).
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

import httpx

from app.live.calls import Unanswered, ask, value_of
from engine.units import MONEY, SIZE
from feeds.account import clob_condition_id, read_id
from feeds.frames import UNREADABLE, Refused, refusal
from feeds.text import clean

MOST_PAGES: Final = 50
LAG_NS: Final = 15 * 60 * 10**9
"""A market that was won so lately may be missing from the listing; one that was won before that has been redeemed."""

_CONDITION: Final = re.compile(r"0x[0-9a-fA-F]{62}(?:[0-9a-fA-F]{2})?")
"""31 bytes, as a v2 market's is listed, or 32."""

_MOST_SHARES: Final = 10**12
"""More than there are dollars for: no position, but a number that is to do harm."""

_WHAT: Final = "what can be redeemed"


class Payout(NamedTuple):
    """One position that has won: what it pays when it is redeemed."""

    condition_id: str
    """As the listing names it."""
    title: str
    outcome: str
    size: int
    """Size units."""
    pays: int
    """Money units."""
    since: str
    """The day on which its market ended, as the venue writes it."""


async def redeemable(http: httpx.AsyncClient, data_api_url: str, address: str) -> tuple[Payout, ...] | Unanswered:
    """Everything that the wallet can redeem for money. All of it or Unanswered: a part would look like a small sum."""
    query = {"user": address, "status": "REDEEMABLE"}
    payouts: list[Payout] = []
    cursors: set[str] = set()
    for _ in range(MOST_PAGES):
        value = value_of(await ask(http, "GET", f"{data_api_url}/v2/positions", query=query), _WHAT)
        if isinstance(value, Unanswered):
            return value
        try:
            payouts += (payout for row in value["data"] if (payout := _payout(row)).pays)
            cursor = _next(value["pagination"])
        except UNREADABLE as error:
            return Unanswered(f"the venue answered about {_WHAT} in another form than we know ({refusal(error)})")
        if cursor is None:
            return tuple(payouts)
        if cursor in cursors:
            return Unanswered(f"the venue's list of {_WHAT} leads round in a circle")
        cursors.add(cursor)
        query = {"user": address, "cursor": cursor}
    return Unanswered(f"the venue's list of {_WHAT} has more than {MOST_PAGES} pages")


def _next(pagination: Any) -> str | None:
    if not isinstance(pagination["has_more"], bool):
        raise Refused("bad_type")
    return read_id(pagination["next_cursor"]) if pagination["has_more"] else None


def _payout(row: Any) -> Payout:
    size, price = _number(row["current_size"]), _number(row["current_price"])
    if size > _MOST_SHARES:
        raise Refused("size_out_of_range")
    if price > 1:
        raise Refused("price_out_of_range")
    return Payout(
        condition_id=_condition(row["condition_id"]),
        title=_text(row["title"]) or _text(row["slug"]),
        outcome=_text(row["outcome"]),
        size=int(size * SIZE),
        pays=int(size * price * MONEY),
        since=_text(row["end_date"]),
    )


def _condition(value: object) -> str:
    """Hex and nothing else: `pmtui redeem` puts it into a program that a person may run."""
    name = read_id(value)
    if not _CONDITION.fullmatch(name):
        raise Refused("bad_id")
    return name


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Refused("bad_type")
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        raise Refused("bad_number") from None
    if not number.is_finite() or number < 0:
        raise Refused("bad_number")
    return number


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Refused("bad_type")
    return clean(value, 60)


class Winnings:
    """What the account has won and not redeemed yet, by what it knows itself and by what the venue lists."""

    def __init__(self) -> None:
        self.known = True
        """Whether the last question was answered."""
        self._listed: Mapping[str, int] = {}
        self._won: dict[str, tuple[int, int]] = {}
        """By condition, what its shares pay and when (wall ns) that was learnt first."""
        self._paid: set[str] = set()

    def won(self, condition_id: str, pays: int, wall: int) -> None:
        """A market was settled, or settled anew, and its shares pay so many money units."""
        name = _name(condition_id)
        if name not in self._paid:
            self._won[name] = pays, self._won.get(name, (0, wall))[1]

    def listed(self, answer: tuple[Payout, ...] | Unanswered, wall: int) -> None:
        """What the venue said. What it lists no longer has been redeemed; without an answer nothing changes."""
        self.known = not isinstance(answer, Unanswered)
        if isinstance(answer, Unanswered):
            return
        self._listed = _sums(answer)
        for name, (_, since) in list(self._won.items()):
            if name not in self._listed and wall - since > LAG_NS:
                self._paid.add(name)
                del self._won[name]

    @property
    def words(self) -> str:
        """For the log."""
        unsure = "" if self.known else "; the venue's list could not be read"
        return f"unredeemed ${self.unredeemed / MONEY:.2f}{unsure}; pmtui redeem says how"

    @property
    def unredeemed(self) -> int:
        """In money units: all that is listed, and what was won too lately to be."""
        return sum(self._listed.values()) + sum(
            pays for name, (pays, _) in self._won.items() if name not in self._listed
        )


def _name(condition_id: str) -> str:
    """One spelling for what the listing and the market's own terms may spell in two ways."""
    return clob_condition_id(condition_id).lower()


def _sums(payouts: tuple[Payout, ...]) -> Mapping[str, int]:
    sums: dict[str, int] = {}
    for payout in payouts:
        name = _name(payout.condition_id)
        sums[name] = sums.get(name, 0) + payout.pays
    return sums


def lines(payouts: tuple[Payout, ...]) -> Iterator[str]:
    """A table of them, the largest first, and the total."""
    rows = [("market", "outcome", "shares", "pays $", "ended")]
    for one in sorted(payouts, key=lambda payout: -payout.pays):
        shares, pays = f"{one.size / SIZE:.2f}", f"{one.pays / MONEY:.2f}"
        rows.append((one.title, one.outcome, shares, pays, one.since))
    rows.append(("total", "", "", f"{sum(one.pays for one in payouts) / MONEY:.2f}", ""))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        texts = [text.rjust(width) if width else text for text, width in zip(row, widths, strict=True)]
        yield f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {'  '.join(texts[2:])}".rstrip()
