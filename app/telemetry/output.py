"""One file of one session, and what becomes of a row on its way into it."""

import logging
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from app.telemetry.linefile import LineFile
from app.telemetry.mishaps import Mishaps

Row = TypeVar("Row")
_log: Final = logging.getLogger(__name__)


class Output(Generic[Row]):
    """`file` with how its rows become lines.

    `may_drop` rows are refused when the writer's queue is full; `durable` ones are forced to disk every second.
    `gap` makes the line that stands where rows are missing.
    """

    __slots__ = ("_gap", "_mishaps", "_missing", "_render", "closing", "dropped", "durable", "file", "may_drop")

    def __init__(
        self,
        file: LineFile,
        render: Callable[[Row], bytes],
        mishaps: Mishaps,
        *,
        may_drop: bool = False,
        durable: bool = False,
        gap: Callable[[Row, int], bytes] | None = None,
    ) -> None:
        self.file: Final = file
        self.may_drop: Final = may_drop
        self.durable: Final = durable
        self.dropped = 0
        """Rows that the file will never hold."""
        self.closing = False
        """The session is over: the file is closed when nothing waits for it any more."""
        self._render = render
        self._mishaps = mishaps
        self._gap = gap
        self._missing = 0

    def render(self, row: Row) -> None:
        """Turn the row into text and let it wait for the next write. A row that cannot be is counted, not raised."""
        try:
            line = self._render(row)
            if self._missing and self._gap is not None:
                line = self._gap(row, self._missing) + line
        except Exception as error:  # telemetry must not end what it watches
            self._lose(f"a row could not be written as text ({type(error).__name__})")
            return
        if self.file.add(line):
            self._missing = 0
        else:
            self._lose("the disk takes nothing and memory for waiting rows is full")

    def drop(self) -> None:
        """Count one row that is not taken."""
        self.dropped += 1
        self._mishaps.dropped += 1

    def _lose(self, why: str) -> None:
        self.drop()
        self._mishaps.trouble = f"{self.file.path.name}: {why}"
        if not self._missing:
            _log.warning("rows of %s are lost: %s", self.file.path, why)
        self._missing += 1
