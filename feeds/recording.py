"""A recording read back: one JSON object a line, `{"t": wall ns, "m": monotonic ns, "s": source, "d": what arrived}`.

Lines stand in the order in which the engine handled them, so a recording read line by line is the run again.
`d` is the venue's own frame (a string where it was no JSON) or a record of ours; see docs/recording.md.
"""

import gzip
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

import orjson

from engine.events import OUTCOME_NAMES, Command, Event, Link, Resolution, Strike, StrikeSource
from engine.market import Asset, FeeSchedule, Interval, Market, Settlement
from engine.units import price_dollars, price_units, shares, size_units
from feeds.binance import BinanceParser
from feeds.clob import ClobParser
from feeds.text import clean

PLAIN: Final = "frames.jsonl"
PACKED: Final = "frames.jsonl.gz"

FORMAT: Final = 1
"""Stands in the `run` record; a reader refuses one that it does not know."""


class BadRecording(ValueError):
    """A recording cannot be read on: which file, which line, what is wrong."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line. `data` is what stood under "d"."""

    wall: int
    mono: int
    source: str
    data: Any


def records(path: Path) -> Iterator[Record]:
    """The lines of a recording, plain or gzipped (by its first bytes, not its name).

    A last line without its newline is what a killed writer leaves; it is not read. Raises BadRecording for a
    line that is no record and for a damaged archive.
    """
    number = 0
    try:
        with _open(path) as lines:
            for line in lines:
                number += 1
                if not line.endswith(b"\n"):
                    return
                yield _record(line)
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise BadRecording(f"{path.name}, line {number}: {clean(str(error)) or error.__class__.__name__}") from None


def _open(path: Path) -> io.BufferedIOBase:
    file = path.open("rb")
    packed = file.peek(2)[:2] == b"\x1f\x8b"
    return gzip.GzipFile(fileobj=file) if packed else file


def _record(line: bytes) -> Record:
    value = orjson.loads(line)
    wall, mono, source = value["t"], value["m"], value["s"]
    if not (type(wall) is int and type(mono) is int and type(source) is str):
        raise TypeError("t and m must be whole numbers and s a text")
    return Record(wall, mono, source, value["d"])


class FrameReader:
    """Turns one market's records into the events that the engine saw.

    Commands, strikes and links are records of ours; frames go through the same parsers as in the live run.
    Sources that carry no event (`run`, `oracle` until there is one, `drop`) give none.
    """

    __slots__ = ("_epoch", "binance", "clob")

    def __init__(self, market: Market) -> None:
        self.binance = BinanceParser(f"{market.asset}usdt")
        self.clob = ClobParser(market.up_token, market.down_token)
        self._epoch = 0

    def events(self, record: Record) -> list[Event]:
        """The events of one record; ValueError or KeyError where a record of ours is malformed."""
        data, mono, wall = record.data, record.mono, record.wall
        match record.source:
            case "binance":
                return list(self.binance.events(data, mono, wall))
            case "clob":
                return self.clob.events(data, mono, wall, self._epoch)
            case "link":
                link = Link(mono, wall, data["feed"], data["epoch"], data["up"])
                if link.feed == "clob":
                    self._epoch = link.epoch
                return [link]
            case "strike":
                return [Strike(mono, wall, data["value"], StrikeSource(data["source"]), data["exact"])]
            case "command":
                return [Command(mono, wall, data["name"])]
            case "settlement":
                return [Resolution(mono, wall, OUTCOME_NAMES.index(data["outcome"]), data["source"])]
            case _:
                return []


def market_record(market: Market) -> dict[str, Any]:
    """A market as the `market` record carries it: prices and sizes as decimal text."""
    return {
        "slug": market.slug,
        "asset": market.asset.value,
        "interval": market.interval.value,
        "start_ms": market.start_ms,
        "end_ms": market.end_ms,
        "up_token": market.up_token,
        "down_token": market.down_token,
        "tick_size": str(price_dollars(market.tick)),
        "min_size": str(shares(market.min_size)),
        "fee_rate": str(market.fee.rate),
        "fee_exponent": market.fee.exponent,
        "resolution": market.resolution,
        "settlement": market.settlement.value,
        "lookback_s": market.lookback_s,
        "condition_id": market.condition_id,
        "version": market.version,
        "depth": "top" if market.top_only else "full",
    }


def read_market(data: Mapping[str, Any]) -> Market:
    """A market from its record; BadRecording names the field that is missing or unusable."""
    field = "market"
    try:
        for field in ("slug", "up_token", "down_token", "resolution", "condition_id", "version"):
            if type(data[field]) is not str:
                raise TypeError
        for field in ("start_ms", "end_ms", "lookback_s", "fee_exponent"):
            if type(data[field]) is not int:
                raise TypeError
        for field in ("asset", "interval", "settlement", "tick_size", "min_size", "fee_rate"):
            _KINDS[field](data[field])
    except (KeyError, TypeError, ValueError, InvalidOperation):
        raise BadRecording(f"the market record's {field} is {data.get(field, 'missing')!r}") from None
    return Market(
        slug=data["slug"],
        asset=Asset(data["asset"]),
        interval=Interval(data["interval"]),
        start_ms=data["start_ms"],
        end_ms=data["end_ms"],
        condition_id=data["condition_id"],
        up_token=data["up_token"],
        down_token=data["down_token"],
        tick=price_units(Decimal(data["tick_size"])),
        min_size=size_units(Decimal(data["min_size"])),
        fee=FeeSchedule(Decimal(data["fee_rate"]), data["fee_exponent"]),
        settlement=Settlement(data["settlement"]),
        lookback_s=data["lookback_s"],
        resolution=data["resolution"],
        version=data["version"],
        top_only=data.get("depth") == "top",
    )


_KINDS: Final[Mapping[str, Any]] = {
    "asset": Asset,
    "interval": Interval,
    "settlement": Settlement,
    "tick_size": lambda text: price_units(Decimal(text)),
    "min_size": lambda text: size_units(Decimal(text)),
    "fee_rate": Decimal,
}
