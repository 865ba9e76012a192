"""How far a long run of recordings has come, on one line of a terminal that is drawn over and over."""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TextIO

from app.said import counted
from feeds.recording import PACKED, PLAIN

PACKS: Final = 8
"""A plain recording takes so many times the bytes of a packed one; measured on a busy window of five minutes."""

_NARROW: Final = 60
"""Columns below which there is no room for the bar."""

_MOST_BAR: Final = 40


def weigh(path: Path) -> int:
    """Bytes of a recording, as if all were packed: what a run of it takes is in proportion. At least 1."""
    parts = [path / PACKED, path / PLAIN, *path.glob("*.csv")] if path.is_dir() else [path]
    return 1 + sum(_size(part) // (1 if part.suffix == ".gz" else PACKS) for part in parts)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # whoever runs it will say what is wrong


class Progress:
    """Follows a run of recordings, or of some other `unit`, of these weights.

    Where `out` is no terminal it draws nothing.
    """

    def __init__(
        self,
        out: TextIO,
        weights: Sequence[int],
        clock: Callable[[], float] = time.monotonic,
        unit: str = "recording",
    ) -> None:
        self._out = out
        self._weights = weights
        self._clock = clock
        self._unit = unit
        self._shown = out.isatty() and os.environ.get("TERM") != "dumb"
        self._full, self._empty = _signs(out)
        self._begun = clock()
        self._done = 0
        self._weight = 0
        self._frames = 0

    def ended(self, place: int, frames: int) -> None:
        """One more has ended, the one at this place, after so many frames."""
        self._done += 1
        self._weight += self._weights[place]
        self._frames += frames
        self.draw()

    def draw(self) -> None:
        """Draw the line anew."""
        if self._shown:
            self._write(f"\r{self.line(_columns(self._out))}\x1b[K")

    def say(self, line: str) -> None:
        """Print a line that stays, above this one."""
        self._write(f"\r\x1b[K{line}\n" if self._shown else f"{line}\n")
        self.draw()

    def finish(self) -> None:
        """Leave on the terminal what it came to."""
        seconds = self._clock() - self._begun
        self.close(
            f"{counted(self._done, self._unit)}, {counted(self._frames, 'frame')} in {_span(seconds)}: "
            f"{self._rate(seconds):,.0f} frames/s\n"
        )

    def close(self, last: str = "") -> None:
        """Put `last`, or nothing, in its place; nothing is drawn any more."""
        if self._shown:
            self._write(f"\r\x1b[K{last}")
        self._shown = False

    def line(self, columns: int) -> str:
        """How many are through, the share of the work, how fast, and what is left of it at this pace."""
        seconds = self._clock() - self._begun
        share = self._weight / max(sum(self._weights), 1)
        left = _span(seconds * (1 - share) / share) if self._weight else "?"
        front = f"{self._done:,} of {len(self._weights):,} {self._unit}s"
        back = f"{share * 100:3.0f} %  {self._rate(seconds):,.0f} frames/s  {left} left"
        room = min(columns - 1 - len(front) - len(back) - 4, _MOST_BAR)
        if columns < _NARROW or room < 1:
            return f"{front}  {back}"[: max(columns - 1, 0)]
        full = round(share * room)
        return f"{front}  {self._full * full}{self._empty * (room - full)}  {back}"

    def _rate(self, seconds: float) -> float:
        return self._frames / seconds if seconds > 0 else 0.0

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


def _signs(out: TextIO) -> tuple[str, str]:
    """What the bar is made of, in a terminal that cannot show blocks too."""
    try:
        "█░".encode(out.encoding or "ascii")
    except UnicodeEncodeError:
        return "#", "."
    return "█", "░"


def _columns(out: TextIO) -> int:
    try:
        return os.get_terminal_size(out.fileno()).columns or 80
    except OSError:
        return 80


def _span(seconds: float) -> str:
    """Minutes and seconds, with hours where there are any."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
