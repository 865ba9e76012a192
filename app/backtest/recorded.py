"""Where a recording lies, and what its first two records say about the run that it is of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import DecimalException
from pathlib import Path
from typing import Any, Final

from app.restore import Earlier, read_record
from engine.limits import Limits
from engine.market import Market
from engine.signal import Strategy
from engine.strategies import standard
from feeds.recording import FORMAT, PACKED, PLAIN, BadRecording, Record, read_market, records
from feeds.text import clean

_STRATEGIES: Final = {strategy.name: strategy for strategy in standard()}


@dataclass(frozen=True, slots=True)
class Opening:
    """How a run began: on which market, under which limits, with what an earlier run of the window had left."""

    run_id: str
    mono: int
    wall: int
    market: Market
    limits: Limits
    strategies: tuple[Strategy, ...]
    earlier: Earlier


def recording(path: Path) -> Iterator[Record]:
    """The records of a file, or of a window's folder: the packed part first, then what was added since.

    BadRecording where there is none, or where a line is no record.
    """
    begun: set[tuple[int, int]] = set()
    for part in _parts(path):
        for record in records(part):
            if record.source == "run":
                began = (record.wall, record.mono)
                if began in begun:
                    break  # packed already: a kill came before the plain file could be removed
                begun.add(began)
            yield record


def read_opening(run: Record, market: Record) -> Opening:
    """The run that these two records open; BadRecording names what in them cannot be used."""
    data = run.data
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        told = data.get("format", "missing") if isinstance(data, Mapping) else data
        raise BadRecording(f"the run record's format is {told!r}; this version reads format {FORMAT}")
    return Opening(
        run_id=str(data.get("run_id", "")),
        mono=run.mono,
        wall=run.wall,
        market=read_market(market.data),
        limits=_limits(data.get("limits")),
        strategies=_strategies(data.get("strategies")),
        earlier=_earlier(data.get("earlier")),
    )


def _parts(path: Path) -> tuple[Path, ...]:
    if not path.is_dir():
        return (path,)
    parts = tuple(path / name for name in (PACKED, PLAIN) if (path / name).exists())
    if not parts:
        raise BadRecording(f"{path.name} holds no recording: neither {PACKED} nor {PLAIN} is there")
    return parts


def _limits(data: Any) -> Limits:
    """Every limit must be there: one that is guessed could change a decision."""
    if not isinstance(data, Mapping):
        raise BadRecording(f"the run record's limits are {data!r}, not an object")
    names = {field.name: type(field.default) for field in fields(Limits)}
    if odd := names.keys() ^ data.keys():
        raise BadRecording(f"the run record's limits have, or lack, {clean(', '.join(sorted(odd)))}")
    for name, kind in names.items():
        if type(data[name]) is not kind and not (kind is float and type(data[name]) is int):
            raise BadRecording(f"the run record's limit {name} is {data[name]!r}, not a {kind.__name__}")
    return Limits(**data)


def _strategies(names: Any) -> tuple[Strategy, ...]:
    if not isinstance(names, list):
        raise BadRecording(f"the run record's strategies are {names!r}, not a list of names")
    for name in names:
        if name not in _STRATEGIES:
            raise BadRecording(f"the run record's strategy {name!r} is none of {', '.join(_STRATEGIES)}")
    return tuple(_STRATEGIES[name] for name in names)


def _earlier(data: Any) -> Earlier:
    try:
        return read_record(data)
    except (KeyError, TypeError, ValueError, DecimalException) as error:
        raise BadRecording(f"the run record's earlier part cannot be read: {clean(str(error))}") from None
