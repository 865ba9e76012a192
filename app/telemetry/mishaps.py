"""What went wrong while writing: counted by kind, told when it is new, and looked at before an order is sent."""

import errno
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Final, Literal

Kind = Literal["dropped", "lost", "failures", "torn", "set_aside"]

WORDS: Final[dict[Kind, str]] = {
    "dropped": "rows that no file will hold",
    "lost": "lines lost that never should be",
    "failures": "writes that the disk refused",
    "torn": "half lines set aside",
    "set_aside": "files set aside",
}

AGAIN_S: Final = 60.0
"""A disk that refuses, takes and refuses again is told of so often at most."""

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS})
"""What concerns the whole disk, and not the one file alone."""


class Mishaps:
    """Counts over every file of the process. `trouble` is the last thing that went wrong, in one sentence.

    `tell` gets a sentence for the first of each kind, and when the disk begins to refuse or takes everything again.
    """

    __slots__ = ("_again_at", "_clock", "_refused", "_said", "_tell", "counts", "trouble")

    def __init__(
        self, tell: Callable[[str], None] = lambda sentence: None, clock: Callable[[], float] = monotonic
    ) -> None:
        self.counts: Counter[Kind] = Counter()
        """By kind: see WORDS."""
        self.trouble = ""
        self._tell = tell
        self._clock = clock
        self._refused: dict[str, int | None] = {}
        self._again_at = 0.0
        self._said = False

    def note(self, kind: Kind, sentence: str, times: int = 1, *, each: bool = False) -> None:
        """Count it, and tell it: the first of its kind alone, or `each`."""
        self.trouble = sentence
        if each or not self.counts[kind]:
            self._tell(sentence)
        self.counts[kind] += times

    def failed(self, what: str, error: OSError) -> None:
        """The disk refused `what`, a path or what was to be done with one; it is tried again."""
        self.counts["failures"] += 1
        self.trouble = f"{what}: {error.strerror}"
        began = not self._refused
        self._refused[what] = error.errno
        if began and self._clock() >= self._again_at:
            self._again_at = self._clock() + AGAIN_S
            self._said = True
            self._tell(f"cannot write {what}: {error.strerror}; what is to be written waits in memory")

    def taken(self, what: str) -> None:
        """The disk took what it had refused, or never did."""
        self._refused.pop(what, None)
        if not self._refused and self._said:
            self._said = False
            self._tell("the disk takes everything again")

    def given_up(self, what: str) -> None:
        """Nobody will try it any more."""
        self._refused.pop(what, None)

    def refuses(self, path: Path) -> bool:
        """Whether the file at `path` cannot be written now: it was refused, or the whole disk takes nothing."""
        return bool(self._refused) and (str(path) in self._refused or not FULL.isdisjoint(self._refused.values()))

    def merge(self, other: "Mishaps") -> None:
        """Take in what was counted elsewhere, in another thread, where nobody could be told."""
        for kind, times in other.counts.items():
            self.note(kind, other.trouble, times)

    def summary(self) -> str:
        """The counts in one sentence; empty where nothing went wrong."""
        return ", ".join(f"{count:,} {WORDS[kind]}" for kind, count in sorted(self.counts.items()) if count)
