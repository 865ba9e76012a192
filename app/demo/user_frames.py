"""What the venue tells an account of its orders and trades: on the user channel, and when asked."""

from typing import Any

from app.demo.clob_frames import PRICE_TEXT, size_text
from app.demo.matches import CONFIRMED, MINED, Leg, Match
from app.demo.orders import Order
from app.demo.signatures import checksummed
from app.demo.windows import OUTCOMES

Document = dict[str, Any]


def order_event(order: Order, kind: str, status: str, ms: int) -> Document:
    """One event of an order: PLACEMENT, UPDATE or CANCELLATION."""
    return {
        "id": order.order_id,
        "owner": order.key.key,
        "market": order.window.condition_id,
        "asset_id": order.token,
        "side": _side(order.buys),
        "order_owner": order.key.key,
        "original_size": size_text(order.size),
        "size_matched": size_text(order.matched),
        "price": PRICE_TEXT[order.price],
        "associate_trades": list(order.trades),
        "outcome": OUTCOMES[order.outcome],
        "type": kind,
        "created_at": str(order.created_ms // 1000),
        "expiration": str(order.form.expiration),
        "order_type": order.form.order_type,
        "status": status,
        "maker_address": checksummed(order.account.wallet),
        "timestamp": str(ms),
        "event_type": "order",
    }


def order_read(order: Order) -> Document:
    """An order at rest, as `/data/orders` lists it."""
    return {
        "id": order.order_id,
        "status": order.status,
        "owner": order.key.key,
        "maker_address": checksummed(order.account.wallet),
        "market": order.window.condition_id,
        "asset_id": order.token,
        "side": _side(order.buys),
        "original_size": size_text(order.size),
        "size_matched": size_text(order.matched),
        "price": PRICE_TEXT[order.price],
        "outcome": OUTCOMES[order.outcome],
        "expiration": str(order.form.expiration),
        "order_type": order.form.order_type,
        "associate_trades": list(order.trades),
        "created_at": order.created_ms // 1000,
    }


def trade_event(match: Match, owner: str, *, taker: bool, ms: int) -> Document:
    """A match at its present status, as told to the holder of the key `owner`, who took or made it."""
    return _trade(match, taker=taker) | {
        "status": match.status,
        "event_type": "trade",
        "type": "TRADE",
        "trade_owner": owner,
        "timestamp": str(ms),
    }


def trade_read(match: Match, *, taker: bool) -> Document:
    """A match as `/data/trades` lists it: its status has a prefix there."""
    return _trade(match, taker=taker) | {"status": f"TRADE_STATUS_{match.status}"}


def _trade(match: Match, *, taker: bool) -> Document:
    leg = match.taker
    return {
        "id": match.trade_id,
        "taker_order_id": leg.order_id,
        "market": match.window.condition_id,
        "asset_id": match.window.tokens[leg.outcome],
        "side": _side(leg.buys),
        "size": size_text(leg.size),
        "fee_rate_bps": "0",
        "price": PRICE_TEXT[leg.price],
        "match_time": str(match.matched_ms // 1000),
        "last_update": str(match.updated_ms // 1000),
        "outcome": OUTCOMES[leg.outcome],
        "bucket_index": 0,
        "owner": leg.owner,
        "maker_address": checksummed(leg.wallet),
        "transaction_hash": match.transaction if match.status in (MINED, CONFIRMED) else "",
        "maker_orders": [_maker(match, each) for each in match.makers],
        "trader_side": "TAKER" if taker else "MAKER",
    }


def _maker(match: Match, leg: Leg) -> Document:
    return {
        "order_id": leg.order_id,
        "owner": leg.owner,
        "maker_address": checksummed(leg.wallet),
        "matched_amount": size_text(leg.size),
        "price": PRICE_TEXT[leg.price],
        "fee_rate_bps": "0",
        "asset_id": match.window.tokens[leg.outcome],
        "outcome": OUTCOMES[leg.outcome],
        "outcome_index": leg.outcome,
        "side": _side(leg.buys),
    }


def _side(buys: bool) -> str:
    return "BUY" if buys else "SELL"
