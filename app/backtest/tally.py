"""What one strategy's signals in a window come to, without keeping them: there may be thousands a minute."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from engine.signal import Signal

FAIR_BINS: Final = 20
"""Bins of the fair value, five cents each."""


@dataclass(slots=True)
class SignalTally:
    """Counts and sums over signals; edges in dollars a share."""

    signals: int = 0
    selected: int = 0
    edge: float = 0.0
    net_edge: float = 0.0
    edge_cents: Counter[int] = field(default_factory=Counter)
    """Signals by their net edge in whole cents, rounded down."""
    fairs: dict[tuple[int, int], list[float]] = field(default_factory=dict)
    """By (outcome, bin of the fair value): how many signals, and the sum of their fair values."""
    blocked: Counter[str] = field(default_factory=Counter)
    """Selected signals that became no order, by the gate that stopped them."""

    def add(self, signal: Signal) -> None:
        """Take one signal that the engine has decided on."""
        self.signals += 1
        self.edge += signal.edge
        self.net_edge += signal.net_edge
        self.edge_cents[int(signal.net_edge * 100.0 // 1.0)] += 1
        key = signal.outcome, min(int(signal.fair * FAIR_BINS), FAIR_BINS - 1)
        found = self.fairs.get(key)
        if found is None:
            self.fairs[key] = [1.0, signal.fair]
        else:
            found[0] += 1.0
            found[1] += signal.fair
        if signal.selected:
            self.selected += 1
            if signal.block is not None:
                self.blocked[signal.block[0]] += 1

    def merge(self, other: "SignalTally") -> None:
        """Add those of another run or window; the fair values only mean something within one window."""
        self.signals += other.signals
        self.selected += other.selected
        self.edge += other.edge
        self.net_edge += other.net_edge
        self.edge_cents += other.edge_cents
        self.blocked += other.blocked
        for key, (count, total) in other.fairs.items():
            found = self.fairs.setdefault(key, [0.0, 0.0])
            found[0] += count
            found[1] += total
