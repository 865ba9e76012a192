"""The files of one session: one window of one market in one account."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

from app.telemetry import columns
from app.telemetry.csvfile import csv_file, read_rows
from app.telemetry.figures import UNKNOWN_STRIKE_DECIMALS, coin_decimals
from app.telemetry.info import FILE_NAME as INFO_NAME
from app.telemetry.info import InfoValue, MarketInfo
from app.telemetry.linefile import LineFile
from app.telemetry.mishaps import Mishaps
from app.telemetry.output import Output
from app.telemetry.packing import finish_packing, pack_recording
from app.telemetry.recording import FILE_NAME as FRAMES_NAME
from app.telemetry.recording import PACKED_NAME, Frame, frame_line, gap_line, own_frame
from app.telemetry.rows.fill import FillRow, UnfilledRow, fill_line
from app.telemetry.rows.latency import LatencyRow, Step, latency_line
from app.telemetry.rows.lens import LensRow, lens_line
from app.telemetry.rows.order import Account, OrderRow, order_line
from app.telemetry.rows.signal import SignalRow, signal_line
from app.telemetry.rows.tape import QuoteRow, quote_line, trade_line
from app.telemetry.writer import Writer
from engine.events import Ack, Fill, Strike, Trade
from engine.market import Market
from engine.orders import Order
from engine.score import LensFill
from engine.signal import Signal

HELD_ROWS: Final = 1024 * 1024
"""Bytes of signals, and of latencies, that wait in memory while the disk is full."""

HELD_FRAMES: Final = 64 * 1024 * 1024
"""Bytes of the recording that wait in memory while the disk is full; what comes then is counted in a gap line."""

VOID: Final = "void"
"""The status of a row that takes a fill back."""

Row = TypeVar("Row")


class WindowFiles:
    """What a session tells about itself. Nothing here waits for a disk, or raises because of one.

    Open it with `WindowFiles.open`. Times named `wall` and `mono` are nanoseconds, as everywhere.
    """

    def __init__(
        self, writer: Writer, folder: Path, market: Market, run_id: str, account: Account, record: bool
    ) -> None:
        self.folder: Final = folder
        self._writer = writer
        self._account: Account = account
        self._run_id = run_id
        self._decimals = UNKNOWN_STRIKE_DECIMALS
        self._fees = market.fee
        self._info = MarketInfo(folder / INFO_NAME)
        self._info.update({"slug": market.slug, "start_ms": market.start_ms, "end_ms": market.end_ms, "run_id": run_id})
        self._info.forget("decision_hash")  # an earlier run's; this one may be killed before it has one
        earlier = self._info.get("dropped_rows")
        self._dropped_before = int(earlier) if earlier.isdecimal() else 0
        self._outputs: list[Output[Any]] = []
        csv = self._csv
        self._signals = csv("signals", columns.SIGNALS, self._signal_line, may_drop=True, hold=HELD_ROWS)
        self._latency = csv("latency", columns.LATENCY, latency_line, may_drop=True, hold=HELD_ROWS)
        self._orders = csv("orders", columns.ORDERS, self._order_line, durable=True)
        self._fills = csv("fills", columns.FILLS, fill_line, durable=True)
        self._lenses = csv("lenses", columns.LENSES, lens_line)
        self._trades = csv("binance", columns.BINANCE, trade_line)
        self._quotes = csv("polymarket", columns.POLYMARKET, quote_line)
        self._frames = self._recording() if record else None
        self._order_seq = self._last_seq(self._orders)
        self._fill_seq = self._last_seq(self._fills)

    @classmethod
    async def open(
        cls,
        writer: Writer,
        folder: Path,
        market: Market,
        *,
        run_id: str,
        account: Account = "paper",
        record: bool = False,
    ) -> "WindowFiles":
        """The files in `folder`, those of an earlier run put in order and continued.

        OSError where what is there cannot be read. Files are made with their first row; `market_info.txt` is
        there when this returns, so that the window is known by its start.
        """
        if record:
            found = Mishaps()
            await asyncio.to_thread(finish_packing, folder, found)
            writer.mishaps.merge(found)
        files = cls(writer, folder, market, run_id, account, record)
        await writer.flush([], [files._info])
        return files

    @property
    def writable(self) -> bool:
        """Whether orders and fills can be written down now: one that a restart forgets would be one over the limit."""
        mishaps = self._writer.mishaps
        return not any(mishaps.refuses(output.file.path) for output in (self._orders, self._fills))

    @property
    def dropped(self) -> int:
        """Rows of this window that no file will ever hold, earlier runs' included."""
        return self._dropped_before + sum(output.dropped for output in self._outputs)

    def strike(self, strike: Strike) -> int:
        """The strike became known or better: into `market_info.txt`, and from now on it sets the coin's decimals.

        Returns when it became known (wall ms), which stays as it was where an earlier run of the window had the same.
        """
        self._decimals = coin_decimals(strike.value)
        known = self._info.get("strike"), self._info.get("strike_source")
        self._info.update({"strike": Decimal(repr(strike.value)), "strike_source": strike.source.value})
        if known != (self._info.get("strike"), self._info.get("strike_source")):
            self._info.update({"strike_known_ms": strike.wall // 1_000_000})
        self._writer.save(self._info)
        known_ms = self._info.get("strike_known_ms")
        return int(known_ms) if known_ms.isdecimal() else strike.wall // 1_000_000

    def info(self, pairs: Mapping[str, InfoValue]) -> None:
        """Set keys of `market_info.txt`, on disk at once. ValueError for what is no key."""
        self._info.update(pairs)
        self._writer.save(self._info)

    def add_refused(self, refused: Mapping[str, int]) -> None:
        """How many messages could not be read, by feed and name, on top of what earlier runs of the window counted."""
        for name, count in refused.items():
            before = self._info.get(key := f"refused.{name}")
            self._info.update({key: count + (int(before) if before.isdecimal() else 0)})
        self._writer.save(self._info)

    def signal(
        self,
        wall: int,
        signal: Signal,
        *,
        spot: float,
        dist: float,
        time_left_s: float,
        eval_us: float,
        strike_source: str,
    ) -> None:
        """A strategy's signal; `spot` and the distance `dist` that it saw in dollars, `eval_us` the engine's call."""
        row = SignalRow(wall // 1_000_000, signal, spot, dist, time_left_s, eval_us, strike_source)
        self._writer.put(self._signals, row)

    def latency(self, wall: int, step: Step, us: float) -> None:
        """How many microseconds a step took."""
        self._writer.put(self._latency, LatencyRow(wall // 1_000_000, step, us))

    def order(self, order: Order) -> None:
        """An order, at its dispatch."""
        self._order_seq += 1
        self._writer.put(self._orders, OrderRow(order, self._account, self._run_id, self._order_seq))

    def fill(self, fill: Fill, *, status: str, settle_state: str, submit_to_ack_ms: float | None) -> None:
        """A fill of the position. `settle_state` is `confirmed` on paper, else what the venue says of the trade."""
        self._fill_seq += 1
        row = FillRow(fill, status, self._account, settle_state, submit_to_ack_ms, self._run_id, self._fill_seq)
        self._writer.put(self._fills, row)

    def void(self, fill: Fill, *, wall: int, settle_state: str) -> None:
        """The venue took this fill back at `wall`: a row that cancels it, with negative size and fee."""
        reverse = replace(fill, wall=wall, size=-fill.size, fee=-fill.fee)
        self.fill(reverse, status=VOID, settle_state=settle_state, submit_to_ack_ms=None)

    def unfilled(self, ack: Ack, *, submit_to_ack_ms: float | None) -> None:
        """The end of an order of which nothing was filled."""
        self._fill_seq += 1
        row = UnfilledRow(ack, self._account, submit_to_ack_ms, self._run_id, self._fill_seq)
        self._writer.put(self._fills, row)

    def lens(self, fill: LensFill) -> None:
        """What the order would have cost under one lens."""
        row = LensRow(fill.order_id, fill.lens, fill.latency_ns / 1e6, fill.cost, fill.size, fill.fee)
        self._writer.put(self._lenses, row)

    def trade(self, trade: Trade) -> None:
        """A trade of the coin, for the tape."""
        self._writer.put(self._trades, trade)

    def quote(self, wall: int, *, up_bid: int, up_ask: int, down_bid: int, down_ask: int) -> None:
        """The market's best prices, for the tape: price units, NO_BID and NO_ASK for an empty side."""
        self._writer.put(self._quotes, QuoteRow(wall, up_bid, up_ask, down_bid, down_ask))

    def frame(self, wall: int, mono: int, source: str, payload: str | bytes, *, is_json: bool) -> None:
        """A feed's frame, into the recording if there is one; `is_json` where a parser accepted it as JSON."""
        if self._frames is not None:
            self._writer.put(self._frames, Frame(wall, mono, source, payload, is_json))

    def record(self, wall: int, mono: int, source: str, facts: Mapping[str, object]) -> None:
        """A record of our own (`run`, `market`, `strike`, ...), into the recording if there is one."""
        if self._frames is not None:
            self._writer.put(self._frames, own_frame(wall, mono, source, facts))

    async def close(self, *, pack: bool = True) -> None:
        """Everything onto the disk, the files closed, the recording packed.

        Leave `pack` out when the window goes on in another run, or when there is no time: packing takes about a
        second for 20 MB. Rows that a full disk refuses stay with the writer, which goes on trying.
        """
        self.info({"dropped_rows": self.dropped})
        await self._writer.flush(self._outputs, [self._info])
        for output in self._outputs:
            self._writer.release(output)
        if pack and self._frames is not None and not self._frames.file.waiting:
            await self._pack()

    async def _pack(self) -> None:
        found = Mishaps()  # its own, since it is counted in another thread
        try:
            await asyncio.to_thread(pack_recording, self.folder, found)
        except OSError as error:
            found.note("failures", f"cannot write {self.folder / PACKED_NAME}: {error.strerror}; {FRAMES_NAME} stays")
        self._writer.mishaps.merge(found)

    def _csv(
        self,
        name: str,
        names: tuple[str, ...],
        render: Callable[[Row], bytes],
        *,
        may_drop: bool = False,
        durable: bool = False,
        hold: int | None = None,
    ) -> Output[Row]:
        mishaps = self._writer.mishaps
        file = csv_file(self.folder / f"{name}.csv", names, mishaps, hold=hold)
        return self._taken_up(Output(file, render, mishaps, may_drop=may_drop, durable=durable))

    def _recording(self) -> Output[Frame]:
        mishaps = self._writer.mishaps
        file = LineFile(self.folder / FRAMES_NAME, mishaps, hold=HELD_FRAMES)
        return self._taken_up(Output(file, frame_line, mishaps, gap=gap_line))

    def _taken_up(self, output: Output[Row]) -> Output[Row]:
        if output.file.path.exists():
            output.file.open()
        self._outputs.append(output)
        return output

    def _last_seq(self, output: Output[Any]) -> int:
        """Where this run's numbers stand in a file that it wrote before, in the same process."""
        rows = [row for row in read_rows(output.file.path) if row.get("run_id") == self._run_id]
        return int(rows[-1]["seq"]) if rows else 0

    def _signal_line(self, row: SignalRow) -> bytes:
        return signal_line(row, self._decimals)

    def _order_line(self, row: OrderRow) -> bytes:
        return order_line(row, self._decimals, self._fees)
