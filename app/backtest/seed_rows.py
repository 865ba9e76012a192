"""The rows of `binance.csv` and `polymarket.csv` as events, in the order in which they were received.

The files know milliseconds of wall time and nothing else, so a row's `recv_ts_ms` is both of its clocks. `recv_time`
is the same instant for a person, and `up_price` and `down_price` are the middles of the prices beside them: not read.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from app.telemetry.columns import BINANCE, POLYMARKET
from engine.events import DOWN, UP, BestBidAsk, Event, TickSize, Trade
from engine.units import NO_ASK, PRICE
from feeds.frames import Refused
from feeds.numbers import Memo, best_ask, best_bid, coin_price, coin_size, unix_ms_text
from feeds.recording import BadRecording
from feeds.text import clean

TRADES: Final = "binance.csv"
QUOTES: Final = "polymarket.csv"

EPOCH: Final = 1
"""Of the one connection to the books that the quotes are taken to have come over."""

COARSE: Final = PRICE // 100
FINE: Final = PRICE // 1000
"""The venue's price grids: a market begins with the coarse one and may go over to the fine one."""

Batch = tuple[int, Sequence[Event]]
"""When a row was received, in ns of either clock, and what it says."""

_EARLIER_NS: Final = 1_000_000_000
"""A row may be stamped this much before the one above it: several sockets are read at once."""

_SIDES: Final = {"buy": False, "sell": True}
"""The taker's side, and whether the buyer was the maker."""


def read_trades(path: Path) -> Iterator[tuple[int, tuple[Trade]]]:
    """The rows of `binance.csv`. BadRecording names the line, the column and the value that cannot be read.

    The file keeps no trade ids, so the rows are numbered from 1: a trade that is missing cannot be noticed.
    """
    readers = (str, unix_ms_text, unix_ms_text, Memo(coin_price).__getitem__, Memo(coin_size).__getitem__, _is_sell)
    for number, (wall, row) in enumerate(_rows(path, BINANCE, readers), 1):
        _, _, time_ms, price, qty, sold = row
        yield wall, (Trade(wall, wall, number, time_ms, price, qty, sold),)


def read_quotes(path: Path) -> Iterator[Batch]:
    """The rows of `polymarket.csv`: the best prices of both outcomes, a side empty where its cell is.

    A row is two events, and between them the engine sees one new and one old price. The outcome whose ask rose
    comes first, so that nothing can be bought at an ask that the row has taken away. That the venue went over to
    its fine grid is not in the file; the first price between two cents tells.
    """
    bids, asks = Memo(best_bid).__getitem__, Memo(best_ask).__getitem__
    tick, last_down_ask = COARSE, NO_ASK
    for wall, row in _rows(path, POLYMARKET, (str, unix_ms_text, str, str, bids, asks, bids, asks)):
        up_bid, up_ask, down_bid, down_ask = prices = row[4:]
        events: list[Event] = []
        if tick == COARSE and any(price % COARSE for price in prices) and not any(price % FINE for price in prices):
            tick = FINE
            events += (TickSize(wall, wall, EPOCH, outcome, FINE) for outcome in (UP, DOWN))
        ms = row[1]
        up = BestBidAsk(wall, wall, EPOCH, UP, up_bid, up_ask, ms)
        down = BestBidAsk(wall, wall, EPOCH, DOWN, down_bid, down_ask, ms)
        events += (down, up) if down_ask > last_down_ask else (up, down)
        last_down_ask = down_ask
        yield wall, events


def _rows(
    path: Path, columns: tuple[str, ...], readers: Sequence[Callable[[str], Any]]
) -> Iterator[tuple[int, list[Any]]]:
    """When each row was received (ns), and its cells as `readers` read them.

    A last line without its newline is what a killed writer leaves; it is not read. Time never runs backward: a row
    stamped a little before the one above it has that one's time.
    """
    time_column = columns.index("recv_ts_ms")
    now = 0
    for number, cells in _lines(path, columns):
        row: list[Any] = []
        try:
            for read, cell in zip(readers, cells, strict=True):
                row.append(read(cell))
        except Refused as error:
            column = columns[len(row)]
            told = f"{clean(cells[len(row)])!r} cannot be read: {error.name.replace('_', ' ')}"
            raise BadRecording(f"{path.name}, line {number}, {column}: {told}") from None
        wall = row[time_column] * 1_000_000
        if wall < now - _EARLIER_NS:
            told = f"{row[time_column]} is long before the row above; rows must stand in the order of their arrival"
            raise BadRecording(f"{path.name}, line {number}, recv_ts_ms: {told}")
        now = max(now, wall)
        yield now, row


def _lines(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line below the header, with the line's number."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    return
                cells = line.rstrip(b"\r\n").decode("utf-8", "replace").split(",")
                if number == 1:
                    _check_header(path, cells, columns)
                elif len(cells) != len(columns):
                    told = f"{len(cells)} cells where there should be {len(columns)}"
                    raise BadRecording(f"{path.name}, line {number}: {told}")
                else:
                    yield number, cells
    except OSError as error:
        raise BadRecording(f"{path.name}: {error.strerror}") from None


def _check_header(path: Path, cells: Sequence[str], columns: Sequence[str]) -> None:
    if tuple(cells) != columns:
        told = f"the columns are {clean(','.join(cells))!r} and should be {','.join(columns)!r}"
        raise BadRecording(f"{path.name}, line 1: {told}")


def _is_sell(side: str) -> bool:
    try:
        return _SIDES[side.lower()]
    except KeyError:
        raise Refused("bad_side") from None
