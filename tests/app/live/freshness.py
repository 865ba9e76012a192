"""Checks from a live window's recording that no order left on stale data, or on the book of a dead connection.

Like `checker`, it imports nothing of the project: the frames are read as the venues sent them. Every instant is the
monotonic clock, in ns, which the recording and the journal have in common.
"""

import gzip
import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.app.live.checker import Story, Told

Json = dict[str, Any]

LEAVES_NS = 250_000_000
"""An order's signal may be so old at its socket: the data that counted there may have come that much after SENT."""


class Ages(NamedTuple):
    """The limits in ns: of Binance's price, of the quote that is bought, of the oracle's newest report."""

    price: int = 3_000_000_000
    quote: int = 5_000_000_000
    oracle: int = 4_000_000_000


class Quote(NamedTuple):
    """One outcome's best prices as a frame states them; 0 and 1 dollar where a side is empty or not stated."""

    bid: float
    ask: float


@dataclass(slots=True)
class Heard:
    """What a recording has, by the instants at which it came."""

    prices: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    """How long after its own time each price came, in ns of the wall clock."""
    reports: list[int] = field(default_factory=list)
    links: list[tuple[int, bool]] = field(default_factory=list)
    """The books' connection: up or down."""
    books: dict[str, list[int]] = field(default_factory=dict)
    """Whole books by token."""
    quotes: dict[str, list[tuple[int, Quote]]] = field(default_factory=dict)
    """By token, whole books among them."""


def hear(folder: Path) -> Heard:
    """Read the recording of a window; a half line at its end is what a kill may leave."""
    heard = Heard()
    for record in _records(folder):
        at, data = record["m"], record["d"]
        match record["s"]:
            case "binance" if data.get("e") == "trade":
                heard.prices.append(at)
                heard.late.append(record["t"] - data["T"] * 1_000_000)
            case "oracle":
                heard.reports.append(at)
            case "link" if data["feed"] == "clob":
                heard.links.append((at, data["up"]))
            case "clob" if not isinstance(data, str):
                for event in data if isinstance(data, list) else [data]:
                    _book(heard, at, event)
    return heard


def _records(folder: Path) -> Iterator[Json]:
    packed, plain = folder / "frames.jsonl.gz", folder / "frames.jsonl"
    text = gzip.decompress(packed.read_bytes()) if packed.exists() else plain.read_bytes() if plain.exists() else b""
    yield from map(json.loads, text.rpartition(b"\n")[0].splitlines())


def _book(heard: Heard, at: int, event: Json) -> None:
    if "bids" in event:
        bid = max((float(level["price"]) for level in event["bids"]), default=0.0)
        ask = min((float(level["price"]) for level in event["asks"]), default=1.0)
        heard.books.setdefault(event["asset_id"], []).append(at)
        heard.quotes.setdefault(event["asset_id"], []).append((at, Quote(bid, ask)))
    for change in event.get("price_changes", ()):
        quote = Quote(float(change["best_bid"] or 0), float(change["best_ask"] or 1))
        heard.quotes.setdefault(change["asset_id"], []).append((at, quote))
    if event.get("event_type") == "best_bid_ask":
        quote = Quote(float(event["best_bid"] or 0), float(event["best_ask"] or 1))
        heard.quotes.setdefault(event["asset_id"], []).append((at, quote))


def check_fresh(folder: Path, story: Story, ages: Ages) -> list[str]:
    """What an order of this window left on that it should not have; nothing where all is well."""
    heard = hear(folder)
    left = [told for told in story.orders.values() if told.market["slug"] == folder.name]
    return [wrong for told in left if told.sent and told.by != "us" for wrong in _stale(heard, told, ages)]


def _stale(heard: Heard, told: Told, ages: Ages) -> Iterator[str]:
    name, at = told.intent["order"], told.sent_mono
    token = told.market["down_token" if told.intent["outcome"] else "up_token"]
    quotes = heard.quotes.get(token, [])
    inputs = [("a price", heard.prices, ages.price), ("a quote", [when for when, _ in quotes], ages.quote)]
    if told.market["settlement"] == "chainlink_twap":
        inputs.append(("an oracle's report", heard.reports, ages.oracle))
    for what, times, limit in inputs:
        newest = _newest(times, at)
        if newest is None or at - times[newest] > limit:
            age = "not there" if newest is None else f"{(at - times[newest]) / 1e6:.0f} ms old"
            yield f"I2 {name}: sent on {what} that was {age}, the limit is {limit / 1e6:.0f} ms"
    price = _newest(heard.prices, at)
    if price is not None and heard.late[price] > ages.price:
        yield f"I2 {name}: sent on a price that came {heard.late[price] / 1e6:.0f} ms late"
    yield from _dead(heard, name, token, at)
    if quotes and not any(quote.bid < quote.ask for quote in _around(quotes, at)):
        yield f"I10 {name}: sent on a crossed book"


def _dead(heard: Heard, name: str, token: str, at: int) -> Iterator[str]:
    """The last word of the books' connection must be that it is up, and a whole book must have come since."""
    newest = _newest([when for when, _ in heard.links], at)
    if newest is None or not heard.links[newest][1]:
        yield f"I12 {name}: sent while the books' connection was down"
        return
    since = heard.links[newest][0]
    if not any(since <= when <= at + LEAVES_NS for when in heard.books.get(token, [])):
        yield f"I12 {name}: sent before a whole book had come on the present connection"


def _newest(times: list[int], at: int) -> int | None:
    """Where in `times` the last one stands that could count for an order sent at `at`."""
    place = bisect_right(times, at + LEAVES_NS)
    return place - 1 if place else None


def _around(quotes: list[tuple[int, Quote]], at: int) -> list[Quote]:
    """The quotes that could be the last one when the order left: that at SENT, and those that came just after."""
    place = bisect_right(quotes, at, key=lambda each: each[0])
    end = bisect_right(quotes, at + LEAVES_NS, key=lambda each: each[0])
    return [quote for _, quote in quotes[max(place - 1, 0) : end]]
