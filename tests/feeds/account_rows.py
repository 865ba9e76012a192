"""Orders and trades as the venue's user channel and its REST answers write them, for the tests of their readers."""

from typing import Any

Row = dict[str, Any]

OWN = "0xA3d82ED56F4C68D2328fb8c29e568bA2cAF7D7C8"
"""The address of our funds, in a spelling that the venue does not use."""

OTHER = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8"
ORDER_ID = "0x" + "ab" * 32
MAKER_ID = "0x" + "cd" * 32
UP_TOKEN = "1" * 77
DOWN_TOKEN = "2" * 77
CONDITION = "0x" + "fe" * 32
MS = 1_795_339_800_516


def order(**fields: Any) -> Row:
    """A placement on the user channel."""
    return {
        "event_type": "order",
        "id": ORDER_ID,
        "owner": "00000000-0000-0000-0000-000000000000",
        "market": CONDITION,
        "asset_id": UP_TOKEN,
        "side": "BUY",
        "original_size": "18.8679",
        "size_matched": "0",
        "price": "0.53",
        "associate_trades": [],
        "outcome": "Up",
        "type": "PLACEMENT",
        "created_at": "1795339800",
        "expiration": "0",
        "order_type": "FAK",
        "status": "LIVE",
        "maker_address": OWN.lower(),
        "timestamp": str(MS),
    } | fields


def listed_order(**fields: Any) -> Row:
    """The same in `GET /data/orders`: no type and no time of the message, and the creation in seconds as a number."""
    gone = ("event_type", "type", "timestamp")
    return {name: value for name, value in order().items() if name not in gone} | {"created_at": 1_795_339_800} | fields


def made(maker: str = OWN, **fields: Any) -> Row:
    """One element of `maker_orders`."""
    return {
        "order_id": MAKER_ID,
        "owner": "00000000-0000-0000-0000-000000000002",
        "maker_address": maker,
        "matched_amount": "5",
        "price": "0.47",
        "fee_rate_bps": "",
        "asset_id": DOWN_TOKEN,
        "side": "BUY",
        "outcome": "Down",
    } | fields


def trade(**fields: Any) -> Row:
    """A match of our own taking order on the user channel."""
    return {
        "event_type": "trade",
        "type": "TRADE",
        "id": "83b5c849-620e-4c23-b63b-2e779c04a6e7",
        "taker_order_id": ORDER_ID,
        "market": CONDITION,
        "asset_id": UP_TOKEN,
        "side": "BUY",
        "size": "18.867924",
        "price": "0.53",
        "fee_rate_bps": "",
        "status": "MATCHED",
        "trader_side": "TAKER",
        "outcome": "Up",
        "owner": "00000000-0000-0000-0000-000000000000",
        "maker_address": OWN.lower(),
        "match_time": "1795339800",
        "last_update": "1795339801",
        "timestamp": str(MS),
        "maker_orders": [made(OTHER)],
        "transaction_hash": "",
    } | fields


def trade_as_maker(*orders: Any, **fields: Any) -> Row:
    """A match in which we stood in the book."""
    return trade(trader_side="MAKER", maker_address=OTHER, maker_orders=list(orders) or [made()], **fields)


def without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}
