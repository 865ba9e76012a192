"""A recording as the steps of the runs in it: how each began, then what its engine took in, record by record."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from decimal import DecimalException
from pathlib import Path
from typing import Any, Final, TypeVar

from app.backtest.opening import Opening, Step
from app.backtest.seed_folder import is_seed_folder, play_seed_folder
from app.restore import NOTHING, read_record
from engine.limits import Limits
from feeds.recording import FORMAT, PACKED, PLAIN, BadRecording, FrameReader, Record, read_market, records
from feeds.text import clean
from feeds.told import read_carried

PAPER: Final = "paper"
LIVE: Final = "live"
"""The accounts that a run record may name; one that names none is of a run on paper."""

_Earlier = TypeVar("_Earlier")

EARLIER_NS: Final = 1_000_000_000
"""How far a line's `m` may be before that of the line above: several sockets are read at once."""

LATER_NS: Final = 24 * 3600 * 1_000_000_000
"""How far it may be behind it. No window is so long, and every 100 ms of it are a tick that the engine has to take."""


def play(path: Path) -> Iterator[Step]:
    """The runs of a recording, a file or the folder of a window: an Opening, then the events of each of its records.

    The folder may be one of the original bot's, with two CSV files instead. A restart makes a further run.
    BadRecording says which file, and what in it cannot be used; what came before that has been given out by then.
    """
    with named(path):
        yield from play_seed_folder(path) if is_seed_folder(path) else _steps(path)


@contextlib.contextmanager
def named(path: Path) -> Iterator[None]:
    """Say in a BadRecording of which recording it tells."""
    try:
        yield
    except BadRecording as error:
        text = str(error)
        raise BadRecording(text if text.startswith(path.name) else f"{path.name}: {text}") from None


def _steps(path: Path) -> Iterator[Step]:
    run: Record | None = None
    reader: FrameReader | None = None
    for record in recording(path):
        if record.source == "run":
            run, reader = record, None
        elif reader is not None:
            yield reader.events(record)
        elif run is None:
            raise BadRecording(f"begins with a {record.source} record; the run record is missing")
        elif record.source == "market":
            reader = FrameReader(read_market(record.data))
            yield _opening(run, reader)
        else:
            raise BadRecording(f"has a {record.source} record right after its run record; the market record is missing")
    if reader is None:
        raise BadRecording("has no run record" if run is None else "has no market record after its run record")


def recording(path: Path) -> Iterator[Record]:
    """The records of a file, or of a window's folder: the packed part first, then what was added since.

    BadRecording where there is none, where a line is no record, or where one stands far off its time in a run.
    """
    begun: set[tuple[int, int]] = set()
    latest: int | None = None
    for part in _parts(path):
        for record in records(part):
            mono = record.mono
            if record.source == "run":
                began = (record.wall, mono)
                if began in begun:
                    break  # packed already: a kill came before the plain file could be removed
                begun.add(began)
            elif latest is not None and not latest - EARLIER_NS <= mono <= latest + LATER_NS:
                raise BadRecording(f"{part.name}: the {clean(record.source)} record {_off(record, latest)}")
            latest = mono
            yield record


def _off(record: Record, latest: int) -> str:
    """How a record stands off the line above it, and what to do."""
    seconds = (record.mono - latest) / 1e9
    if seconds < 0:
        return f"at t={record.wall} is {-seconds:.1f} s late; lines must stand in the order of their m"
    days = f"is {seconds / 86_400:,.1f} days after the line above"
    return f"at t={record.wall} {days}; all m of a run must be of one clock, in nanoseconds"


def _opening(run: Record, reader: FrameReader) -> Opening:
    """The run that this record opens; BadRecording names what in it cannot be used."""
    data = run.data
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        told = data.get("format", "missing") if isinstance(data, Mapping) else data
        raise BadRecording(f"the run record's format is {told!r}; this version reads format {FORMAT}")
    account, earlier = data.get("account", PAPER), data.get("earlier")
    if account not in (PAPER, LIVE):
        raise BadRecording(f"the run record's account is {account!r}, neither {PAPER} nor {LIVE}")
    return Opening(
        run_id=str(data.get("run_id", "")),
        mono=run.mono,
        wall=run.wall,
        market=reader.market,
        limits=_limits(data.get("limits")),
        strategies=_strategies(data.get("strategies")),
        earlier=_earlier(earlier, read_record) if account == PAPER else NOTHING,
        refusals={
            "binance": reader.binance.counters,
            "clob": reader.clob.counters,
            "oracle": reader.oracle.counters,
        },
        carried=_earlier(earlier, read_carried) if account == LIVE else None,
        gaps=reader.gaps,
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


def _strategies(names: Any) -> tuple[str, ...]:
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise BadRecording(f"the run record's strategies are {names!r}, not a list of names")
    return tuple(names)


def _earlier(data: Any, read: Callable[[Any], _Earlier]) -> _Earlier:
    try:
        return read(data)
    except KeyError as error:
        raise BadRecording(f"the run record's earlier part has no {error}") from None
    except (AttributeError, TypeError, ValueError, DecimalException) as error:
        raise BadRecording(f"the run record's earlier part cannot be read: {clean(str(error))}") from None
