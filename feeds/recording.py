"""A recording read back: one JSON object a line, `{"t": wall ns, "m": monotonic ns, "s": source, "d": what arrived}`.

Lines stand in the order in which the engine handled them, so a recording read line by line is the run again.
`d` is the venue's own frame (a string where it was no JSON) or a record of ours; see docs/recording.md.
"""

import gzip
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import orjson

from engine.events import OUTCOME_NAMES, Command, Event, Link, Resolution, Strike, StrikeSource, VenueClock
from engine.market import Asset, FeeSchedule, Interval, Market, Settlement
from engine.units import money_units, price_dollars, price_units, shares, size_units
from feeds.binance import BinanceParser
from feeds.clob import ClobParser
from feeds.frames import Refused
from feeds.numbers import unix_ms
from feeds.oracle import MarketReports, OracleParser
from feeds.text import clean
from feeds.told import read_told

PLAIN: Final = "frames.jsonl"
PACKED: Final = "frames.jsonl.gz"

FORMAT: Final = 1
"""Stands in the `run` record; a reader refuses one that it does not know."""

_CHUNK: Final = 256 * 1024
_LONGEST_LINE: Final = 64 * 1024 * 1024
"""Bytes; a frame is a hundredth of it at most, and what has no lines at all is not taken into memory whole."""


class BadRecording(ValueError):
    """A recording cannot be read on: which file, which line, what is wrong."""


_Kind = TypeVar("_Kind")


class Record(NamedTuple):
    """One line. `data` is what stood under "d"."""

    wall: int
    mono: int
    source: str
    data: Any


_tuple: Final = tuple.__new__
"""Makes a Record as `Record(...)` does, at a third of its cost."""


def records(path: Path) -> Iterator[Record]:
    """The lines of a recording, plain or gzipped (by its first bytes, not its name).

    A last line without its newline is what a killed writer leaves; it is not read. Raises BadRecording for a
    line that is no record and for a damaged archive.
    """
    number = 0
    try:
        for line in _lines(path):
            number += 1
            try:
                value = orjson.loads(line)
                wall, mono, source, data = value["t"], value["m"], value["s"], value["d"]
            except (ValueError, KeyError, TypeError):
                raise BadRecording("not a record, which is an object with t, m, s and d") from None
            if not (type(wall) is int and type(mono) is int and type(source) is str):
                raise BadRecording("t and m must be whole numbers and s a text")
            yield _tuple(Record, (wall, mono, source, data))
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise BadRecording(f"{path.name}, line {number}: {clean(str(error)) or error.__class__.__name__}") from None


def _lines(path: Path) -> Iterator[bytes]:
    """The lines with their newlines; what stands behind the last newline is left out.

    They are cut from chunks, since an archive that is asked for each of them looks each time whether it is closed.
    """
    with path.open("rb") as file:
        packed = file.peek(2)[:2] == b"\x1f\x8b"
        whole: io.BufferedIOBase = gzip.GzipFile(fileobj=file) if packed else file
        rest = b""
        while chunk := whole.read(_CHUNK):
            lines = io.BytesIO(rest + chunk).readlines()
            rest = b"" if lines[-1].endswith(b"\n") else lines.pop()
            yield from lines
            if len(rest) > _LONGEST_LINE:
                raise BadRecording(f"{len(rest):,} bytes without the end of a line")


class FrameReader:
    """Turns one market's records into the events that the engine saw.

    Commands, strikes, links, settlements and what an account told its engine are records of ours; frames go through
    the same parsers as in the run itself, whose `counters` tell what they refused. Sources that carry no event (`run`,
    `drop`) give none; `gaps` has the lines that were dropped, gap by gap.
    """

    __slots__ = ("_epoch", "_reports", "binance", "clob", "gaps", "market", "oracle")

    def __init__(self, market: Market) -> None:
        self.market = market
        self.binance = BinanceParser(f"{market.asset}usdt")
        self.clob = ClobParser(market.up_token, market.down_token)
        self.oracle = OracleParser(market.asset)
        self.gaps: list[int] = []
        self._reports = MarketReports(market)
        self._epoch = 0

    def events(self, record: Record) -> Sequence[Event]:
        """The events of one record; BadRecording where a record of ours is malformed."""
        wall, mono, source, data = record
        if source == "clob":
            return self.clob.events(data, mono, wall, self._epoch)
        if source == "binance":
            return self.binance.events(data, mono, wall)
        if source == "oracle":
            return self._reports.new(self.oracle.events(data, mono, wall))
        try:
            return self._own(wall, mono, source, data)
        except KeyError as error:
            raise BadRecording(f"the {clean(source)} record at t={wall} has no {error}") from None
        except (TypeError, ValueError) as error:
            raise BadRecording(f"the {clean(source)} record at t={wall} cannot be read: {clean(str(error))}") from None

    def _own(self, wall: int, mono: int, source: str, data: Any) -> Sequence[Event]:
        match source:
            case "link":
                link = Link(mono, wall, _of(str, data["feed"]), _of(int, data["epoch"]), _of(bool, data["up"]))
                if link.feed == "clob":
                    self._epoch = link.epoch
                return (link,)
            case "strike":
                value = _real(data["value"])
                return (Strike(mono, wall, value, StrikeSource(data["source"]), _of(bool, data["exact"])),)
            case "clock":
                return (VenueClock(mono, wall, _of(int, data["ahead_ms"])),)
            case "command":
                return (Command(mono, wall, _of(str, data["name"])),)
            case "settlement":
                outcome = OUTCOME_NAMES.index(data["outcome"])
                return (Resolution(mono, wall, outcome, _of(str, data["source"])),)
            case "order":
                return (read_told(data, mono, wall),)
            case "drop":
                self.gaps.append(_count(data["lines"]))
                return ()
            case _:
                return ()


def _of(kind: type[_Kind], value: object) -> _Kind:
    """`value`, which must be of this kind; a truth value is no number."""
    if isinstance(value, kind) and isinstance(value, bool) == (kind is bool):
        return value
    raise TypeError(f"{value!r} is no {kind.__name__}")


def _count(value: object) -> int:
    count = _of(int, value)
    if count <= 0:
        raise ValueError(f"{value!r} is no count")
    return count


def _real(value: object) -> float:
    return float(_of(int, value)) if isinstance(value, int) else _of(float, value)


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


def read_market(data: object) -> Market:
    """A market from its record; BadRecording names the field that is missing or unusable."""
    if not isinstance(data, Mapping):
        raise BadRecording("the market record is no object")
    field = ""
    try:
        for field in ("slug", "up_token", "down_token", "resolution", "condition_id", "version"):
            if type(data[field]) is not str:
                raise TypeError
        for field in ("lookback_s", "fee_exponent"):
            if type(data[field]) is not int:
                raise TypeError
        for field in ("asset", "interval", "settlement", "start_ms", "end_ms", "tick_size", "min_size", "fee_rate"):
            _KINDS[field](data[field])
    except Refused:
        told = f"the market record's {field} is {data[field]!r}, no time in whole milliseconds since 1970"
        raise BadRecording(f"{told}; write it in them") from None
    except (KeyError, TypeError, ValueError, ArithmeticError):
        raise BadRecording(f"the market record's {field} is {data.get(field, 'missing')!r}") from None
    if data["end_ms"] <= data["start_ms"]:
        told = f"the market record's end_ms is {data['end_ms']}, not after its start_ms, {data['start_ms']}"
        raise BadRecording(f"{told}; give the window's end")
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
    "start_ms": unix_ms,
    "end_ms": unix_ms,
    "tick_size": lambda text: price_units(Decimal(text)),
    "min_size": lambda text: size_units(Decimal(text)),
    "fee_rate": lambda text: money_units(Decimal(text)),
}
