"""Collects what one call of the blotter gives out."""

from engine.entries import Disarm, Entry, ForEngine, Notice, NoticeKind, Question, Record, Write
from engine.order_life import OrderLife


class Outbox:
    """Entries in the order in which they came up."""

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def take(self) -> list[Entry]:
        """All of them; the box is empty then."""
        entries, self._entries = self._entries, []
        return entries

    def add(self, entry: ForEngine | Question | Disarm) -> None:
        """An entry as it is."""
        self._entries.append(entry)

    def write(self, record: Record) -> None:
        """A record for the journal."""
        self._entries.append(Write(record))

    def say(self, kind: NoticeKind, condition_id: str, text: str, *, order: str = "", alarm: bool = False) -> None:
        """A notice that is not about one known order, or that may come more than once."""
        self._entries.append(Notice(kind, condition_id, order, text, alarm))

    def say_once(self, kind: NoticeKind, life: OrderLife, text: str, *, alarm: bool = True) -> None:
        """A notice about an order, once for each of these texts."""
        if text not in life.told:
            life.told.add(text)
            self._entries.append(Notice(kind, life.market.condition_id, life.hash, text, alarm))
