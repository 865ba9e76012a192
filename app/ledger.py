"""What the day has brought so far, over all markets of one mode: rebuilt from the files, kept up as windows settle."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from app.news import News, WindowCompleted, WindowSettled
from app.scorecard import SHOWN, add_window, lens_nets, read_lens_fills
from app.telemetry.info import FILE_NAME, read_info
from engine.events import OUTCOME_NAMES
from engine.lenses import REALISTIC
from engine.score import LensFill
from engine.scorecard import Record, Scorecard
from engine.settlement import Result
from engine.units import money_units
from engine.view import DayView

_PREFIX: Final = "strategy."


class Ledger:
    """The UTC day's markets, trades and profit in `day`, and what all markets say of the lenses in `score`.

    A trade is an order of which something was filled, and it won if its side did: as the scorecard counts them.
    """

    __slots__ = ("_date", "day", "score")

    def __init__(self) -> None:
        self.day = DayView()
        self.score = Scorecard()
        self._date = ""

    def read(self, root: Path, now_ms: int) -> None:
        """Rebuild the day of `now_ms` and the score from the settled windows under `root` (`{interval}/{slug}`)."""
        self.turn(now_ms)
        self.score = Scorecard()
        for path in sorted(root.glob(f"*/*/{FILE_NAME}")):
            info = read_info(path)
            add_window(self.score, path.parent, info)
            if info.get("outcome") in OUTCOME_NAMES and _date_of(info.get("end_ms", "")) == self._date:
                self._add_file(path.parent, info)

    def tell(self, news: News) -> None:
        """Take in a window that was settled in this run; other news are not the ledger's."""
        if not isinstance(news, WindowSettled | WindowCompleted):
            return
        winner = news.resolution.outcome
        self.score.add(news.score, winner)
        end_ms = news.market.end_ms if isinstance(news, WindowSettled) else news.end_ms
        if _date_of(str(end_ms)) < self._date:
            return  # settled late: it belongs to a day that is over
        self.turn(end_ms)
        lenses = {lens: news.score.net(lens, winner) for lens in SHOWN}
        self._book(news.score.fills, winner, news.result, news.by_strategy, lenses)

    def turn(self, now_ms: int) -> None:
        """A new UTC day begins at nothing; whoever shows `day` calls this first, since nothing may happen for hours."""
        date = _date_of(str(now_ms))
        if date != self._date:
            self._date = date
            self.day = DayView()

    def _add_file(self, folder: Path, info: dict[str, str]) -> None:
        by_strategy = {
            key.removeprefix(_PREFIX): _money(_field(value, "net"))
            for key, value in info.items()
            if key.startswith(_PREFIX)
        }
        net, fees = _money(info.get("net_pnl", "0")), _money(info.get("fees", "0"))
        winner = OUTCOME_NAMES.index(info["outcome"])
        self._book(read_lens_fills(folder), winner, Result(net + fees, fees), by_strategy, lens_nets(info))

    def _book(
        self,
        fills: Sequence[LensFill],
        winner: int,
        result: Result,
        by_strategy: Mapping[str, int],
        lenses: Mapping[str, int],
    ) -> None:
        day, record = self.day, Record()
        record.add([fill for fill in fills if fill.lens == REALISTIC], winner)
        day.markets += 1
        day.trades += record.trades
        day.won += record.won
        day.net += result.net
        day.fees += result.fees
        for name, part in by_strategy.items():
            day.by_strategy[name] = day.by_strategy.get(name, 0) + part
        for lens, part in lenses.items():
            day.lenses[lens] = day.lenses.get(lens, 0) + part


def _date_of(ms: str) -> str:
    return datetime.fromtimestamp(int(ms) / 1000, UTC).strftime("%Y-%m-%d") if ms.isdecimal() else ""


def _field(line: str, name: str) -> str:
    pairs = (part.partition("=") for part in line.split())
    return next((value for key, _, value in pairs if key == name), "0")


def _money(text: str) -> int:
    try:
        return money_units(Decimal(text))
    except InvalidOperation:
        return 0
