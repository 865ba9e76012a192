"""The order book channel's frames as they stand on the wire: numbers are text, times are milliseconds as text."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import orjson

from app.demo.book import BID, DOLLAR
from app.demo.shown import Shown
from app.demo.titles import COIN_NAMES, rules, title
from app.demo.windows import DOWN, OUTCOMES, UP, Window

Document = dict[str, Any]

PRICE_TEXT: Final = tuple(f"{price / DOLLAR:.3f}".rstrip("0").rstrip(".") for price in range(DOLLAR + 1))
"""A price as the venue writes it: no trailing zero, "0" and "1" at the ends."""

FEE_RATE: Final = 0.07
_SIDES: Final = ("BUY", "SELL")


@lru_cache(maxsize=8192)
def size_text(size: int) -> str:
    """Millionths as the venue writes them: "165", "165.3", "2655.36", "19.230769"."""
    whole, rest = divmod(size, 1_000_000)
    return f"{whole}.{rest:06d}".rstrip("0") if rest else str(whole)


def book_document(window: Window, book: Shown, outcome: int, ms: int) -> Document:
    """A whole book as `/book` answers it. The hash is the SHA-1 of this very text with an empty hash."""
    bids, asks = book.levels(outcome)
    document: Document = {
        "market": window.condition_id,
        "asset_id": window.tokens[outcome],
        "timestamp": str(ms),
        "hash": "",
        "bids": [{"price": PRICE_TEXT[price], "size": size_text(size)} for price, size in bids],
        "asks": [{"price": PRICE_TEXT[price], "size": size_text(size)} for price, size in asks],
        "min_order_size": "5",
        "tick_size": PRICE_TEXT[book.tick],
        "neg_risk": False,
        "last_trade_price": last_price_text(outcome, book.last),
    }
    document["hash"] = hashlib.sha1(orjson.dumps(document), usedforsecurity=False).hexdigest()
    if window.protocol == "v2":
        document["version"] = "v2"
    return document


def last_price_text(outcome: int, last: int | None) -> str:
    """The last trade's price with three places, as that outcome sees it; empty before the first."""
    if last is None:
        return ""
    return f"{(last if outcome == UP else DOLLAR - last) / DOLLAR:.3f}"


def snapshot(document: Document) -> Document:
    """The first frame after a subscription: with tick and last price, unlike later books."""
    keys = ("market", "asset_id", "timestamp", "hash", "bids", "asks", "tick_size")
    return {key: document[key] for key in keys} | {
        "event_type": "book",
        "last_trade_price": document["last_trade_price"],
        **({"version": document["version"]} if "version" in document else {}),
    }


def book_frame(document: Document) -> Document:
    """A whole book sent in between."""
    keys = ("market", "asset_id", "bids", "asks", "hash", "timestamp")
    return {key: document[key] for key in (*keys, "version") if key in document} | {"event_type": "book"}


def price_change(window: Window, side: int, price: int, ms: int, after: Sequence[Document], book: Shown) -> Document:
    """One level's size, seen from both outcomes. `after` are both books with the change in them, Up first."""
    views = [(UP, price, _SIDES[side]), (DOWN, DOLLAR - price, _SIDES[1 - side])]
    size = size_text(book.size(side, price))
    if side != BID:
        views.reverse()
    entries = []
    for outcome, seen_price, seen_side in views:
        bid, ask = book.touch(outcome)
        entries.append(
            {
                "asset_id": window.tokens[outcome],
                "price": PRICE_TEXT[seen_price],
                "size": size,
                "side": seen_side,
                "hash": after[outcome]["hash"],
                "best_bid": PRICE_TEXT[bid],
                "best_ask": PRICE_TEXT[ask],
            }
        )
    return {
        "market": window.condition_id,
        "price_changes": entries,
        "timestamp": str(ms),
        "event_type": "price_change",
    }


def best_bid_ask(window: Window, outcome: int, ms: int, book: Shown) -> Document:
    """The touch of one token."""
    bid, ask = book.touch(outcome)
    return {
        "market": window.condition_id,
        "asset_id": window.tokens[outcome],
        "best_bid": PRICE_TEXT[bid],
        "best_ask": PRICE_TEXT[ask],
        "spread": PRICE_TEXT[ask - bid],
        "timestamp": str(ms),
        "event_type": "best_bid_ask",
    }


def last_trade_price(
    window: Window, outcome: int, ms: int, price: int, size: int, side: int, transaction: str
) -> Document:
    """One print on a token's tape; `side` is the taker's (0 buy, 1 sell), `price` as that outcome sees it, `size` in
    millionths of a share."""
    return {
        "market": window.condition_id,
        "asset_id": window.tokens[outcome],
        "price": PRICE_TEXT[price],
        "size": size_text(size),
        "fee_rate_bps": "0",
        "side": _SIDES[side],
        "timestamp": str(ms),
        "event_type": "last_trade_price",
        "transaction_hash": transaction,
    }


def tick_size_change(window: Window, outcome: int, ms: int, old: int, new: int) -> Document:
    """The grid of one token becomes finer or coarser."""
    return {
        "market": window.condition_id,
        "asset_id": window.tokens[outcome],
        "old_tick_size": PRICE_TEXT[old],
        "new_tick_size": PRICE_TEXT[new],
        "timestamp": str(ms),
        "event_type": "tick_size_change",
    }


def market_resolved(window: Window, ms: int, winner: int) -> Document:
    """Who won."""
    return {
        "id": str(window.market_id),
        "market": window.condition_id,
        "assets_ids": list(window.tokens),
        "winning_asset_id": window.tokens[winner],
        "winning_outcome": OUTCOMES[winner],
        "event_message": None,
        "timestamp": str(ms),
        "event_type": "market_resolved",
        "tags": [
            "Crypto",
            COIN_NAMES[window.asset],
            "Crypto Prices",
            "Recurring",
            "Up or Down",
            "Hide From New",
            window.interval.upper(),
        ],
    }


def new_market(window: Window, ms: int) -> Document:
    """A window was listed; sent to everyone who asked for the newer kinds of frame."""
    heading, text = title(window), rules(window)
    return {
        "id": str(window.market_id),
        "question": heading,
        "market": window.condition_id,
        "slug": window.slug,
        "description": text,
        "assets_ids": list(window.tokens),
        "outcomes": list(OUTCOMES),
        "event_message": {
            "id": str(window.market_id),
            "ticker": window.slug,
            "slug": window.slug,
            "title": heading,
            "description": text,
        },
        "timestamp": str(ms),
        "event_type": "new_market",
        "tags": [],
        "condition_id": window.condition_id,
        "active": False,
        "clob_token_ids": list(window.tokens),
        "sports_market_type": "",
        "line": "",
        "game_start_time": "",
        "order_price_min_tick_size": "0.01",
        "group_item_title": "",
        "taker_base_fee": "1000",
        "fees_enabled": True,
        "fee_schedule": {"exponent": "1", "rate": str(FEE_RATE), "taker_only": True, "rebate_rate": "0.2"},
    }
