"""One file of one session, and what becomes of a row on its way into it."""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from app.telemetry.linefile import LineFile
from app.telemetry.mishaps import Kind, Mishaps

Row = TypeVar("Row")


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
        """Count one row that is not taken, because too many wait."""
        self.dropped += 1
        self._mishaps.note("dropped", f"rows of {self.file.path} are dropped: too many wait to be written")

    def give_up(self) -> None:
        """The program ends: what still waits for the disk is lost."""
        waiting = self.file.waiting
        kind: Kind = "dropped" if self.may_drop else "lost"
        self._mishaps.note(kind, f"{waiting} lines of {self.file.path} could not be written", waiting, each=True)
        self._mishaps.given_up(str(self.file.path))
        self.file.close()

    def _lose(self, why: str) -> None:
        self.dropped += 1
        told = f"rows of {self.file.path} are lost: {why}"
        self._mishaps.note("dropped", told)
        if not self.may_drop:
            self._mishaps.note("lost", told)
        self._missing += 1
