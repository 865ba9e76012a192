"""One order or trade of an account, as the venue writes it on the user channel and in its REST answers alike.

Strict is every field that becomes part of a report, and nothing else is looked at. A function here raises Refused,
KeyError for a missing field and TypeError where one has another shape (`feeds.frames.UNREADABLE`).
"""

import re
from typing import Any, Final

from engine.execution import Leg, OrderReport, OrderState, TradeReport, TradeStatus
from engine.units import PRICE
from feeds.frames import Refused
from feeds.numbers import decimal_units, level_price, level_size, moment_ms
from feeds.text import clean

_ID: Final = re.compile(r"[!-~]{1,100}")
_FIRST_WORD: Final = re.compile(r"[A-Z]+")

_STATES: Final = {
    "LIVE": OrderState.LIVE,
    "DELAYED": OrderState.DELAYED,
    "MATCHED": OrderState.MATCHED,
    "UNMATCHED": OrderState.LIVE,  # marketable, met nobody, and rests
    "CANCELED": OrderState.CANCELED,
    "CANCELLED": OrderState.CANCELED,
    "INVALID": OrderState.INVALID,
}
_ORDER_PREFIX: Final = "ORDER_STATUS_"

_STATUSES: Final = {
    "MATCHED": TradeStatus.MATCHED,
    "MATCHED_NOT_BROADCASTED": TradeStatus.MATCHED,
    "MINED": TradeStatus.MINED,
    "RETRYING": TradeStatus.RETRYING,
    "CONFIRMED": TradeStatus.CONFIRMED,
    "FAILED": TradeStatus.FAILED,
}
_TRADE_PREFIX: Final = "TRADE_STATUS_"

_SHORT_CONDITION: Final = len("0x") + 2 * 31

_FINEST_PLACES: Final = 18
_FINEST_IN_A_UNIT: Final = 10**_FINEST_PLACES // PRICE


def read_order(row: Any) -> OrderReport:
    """The order in `row`. Its time is the message's, or where it has none (REST) that of the order's creation."""
    if not isinstance(row, dict):
        raise Refused("not_an_object")
    state, reason = _state(row["status"], row.get("type"))
    return OrderReport(
        order_id=read_id(row["id"]).lower(),
        condition_id=read_id(row["market"]),
        token=read_id(row["asset_id"]),
        buys=_buys(row["side"]),
        price=level_price(row["price"]),
        original=level_size(row["original_size"]),
        matched=level_size(row["size_matched"] or "0"),  # "" on orders that were killed
        state=state,
        reason=reason,
        time_ms=moment_ms(_first(row, "timestamp", "created_at")),
    )


def read_trade(row: Any, maker: str) -> list[TradeReport]:
    """Our orders' parts in the trade in `row`: one where we took, one for each of our orders where we made.

    `maker` is the address that holds our funds. Where we made, the row's own price, size and side are the taker's,
    and only our elements of `maker_orders` are ours; they may be of the other token. The time is the match's.
    """
    if not isinstance(row, dict):
        raise Refused("not_an_object")
    match row["trader_side"]:
        case "TAKER":
            legs = [(Leg.TAKER, row, row["taker_order_id"], row["size"], _buys(row["side"]))]
        case "MAKER":
            legs = [
                (Leg.MAKER, made, made["order_id"], made["matched_amount"], _maker_buys(made, row))
                for made in _made(row["maker_orders"], maker)
            ]
        case str():
            raise Refused("bad_side")
        case _:
            raise Refused("bad_type")
    return [
        TradeReport(
            trade_id=read_id(row["id"]),
            order_id=read_id(order_id).lower(),
            leg=leg,
            condition_id=read_id(row["market"]),
            token=read_id(part["asset_id"]),
            buys=buys,
            price=_average_price(part["price"], buys),
            size=_traded(size),
            status=_status(row["status"]),
            time_ms=moment_ms(_first(row, "match_time", "matchtime", "timestamp", "last_update")),
        )
        for leg, part, order_id, size, buys in legs
    ]


def read_id(value: object) -> str:
    """An id as the venue writes them: hex, decimal, UUID; printable, and of no more than 100 characters."""
    if not isinstance(value, str):
        raise Refused("bad_type")
    if not _ID.fullmatch(value):
        raise Refused("bad_id")
    return value


def _first(row: dict[str, Any], *names: str) -> object:
    """The first of these fields that says anything."""
    for name in names:
        if row.get(name):
            return row[name]
    raise Refused("missing_field")


def _state(status: object, kind: object) -> tuple[OrderState, str]:
    """The state, and the venue's words where they say more. A cancellation of whatever kind is no live order."""
    if not isinstance(status, str):
        raise Refused("bad_type")
    name = status.upper().removeprefix(_ORDER_PREFIX)
    word = _FIRST_WORD.match(name)
    state = _STATES.get(word[0]) if word else None
    if kind == "CANCELLATION" and state in (None, OrderState.LIVE, OrderState.DELAYED):
        state = OrderState.CANCELED
    if state is None:
        raise Refused("unknown_status")
    return state, "" if name == state.name else clean(status)


def _status(status: object) -> TradeStatus:
    if not isinstance(status, str):
        raise Refused("bad_type")
    known = _STATUSES.get(status.upper().removeprefix(_TRADE_PREFIX))
    if known is None:
        raise Refused("unknown_status")
    return known


def _buys(side: object) -> bool:
    if not isinstance(side, str):
        raise Refused("bad_type")
    if side not in ("BUY", "SELL"):
        raise Refused("bad_side")
    return side == "BUY"


def _made(orders: object, maker: str) -> list[dict[str, Any]]:
    """Our elements of `maker_orders`, at least one."""
    if not isinstance(orders, list) or not all(isinstance(order, dict) for order in orders):
        raise Refused("bad_type")
    ours = [order for order in orders if read_id(order["maker_address"]).lower() == maker.lower()]
    if not ours:
        raise Refused("no_own_leg")
    return ours


def _maker_buys(made: dict[str, Any], row: dict[str, Any]) -> bool:
    """Older rows do not say a maker's side: against the taker in the same token, with them in the other one."""
    if made.get("side"):
        return _buys(made["side"])
    return _buys(row["side"]) == (read_id(made["asset_id"]) != read_id(row["asset_id"]))


def _traded(text: object) -> int:
    size = level_size(text)
    if size == 0:
        raise Refused("zero_size")
    return size


def _average_price(text: object, buys: bool) -> int:
    """A price in price units. A match with several makers may have an average between two of our units: it is
    rounded against us, since a fill is never refused for being exact.
    """
    fine = decimal_units(text, _FINEST_PLACES)
    price = -(-fine // _FINEST_IN_A_UNIT) if buys else fine // _FINEST_IN_A_UNIT
    if not 0 < price <= PRICE:
        raise Refused("price_out_of_range")
    return price


def clob_condition_id(condition_id: str) -> str:
    """The condition as the CLOB's calls and rows name it: of a v2 market Gamma's 31 bytes and one of zero."""
    return condition_id + "00" if len(condition_id) == _SHORT_CONDITION else condition_id
