"""What the command line decides besides the settings."""

from dataclasses import dataclass
from pathlib import Path

from app.demo.config import DemoConfig


@dataclass(frozen=True, slots=True)
class Demo:
    """A venue on loopback that the program starts for itself."""

    seed: int
    window_s: int
    rate: int

    def config(self) -> DemoConfig:
        """The venue's own settings."""
        return DemoConfig(seed=self.seed, window_s=self.window_s, rate=self.rate)


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: where the files go, when to stop, what to write."""

    log_dir: Path
    markets: int
    """Stop after so many windows are settled; 0: never."""
    duration_s: float
    """Stop after so many seconds; 0: never."""
    record: bool
    """Write `frames.jsonl.gz`."""
    demo: Demo | None
    arm: bool = False
    """Trade live as soon as everything is as it must be; without a screen only."""
    trade: bool = True
    """Off for `pmtui record`: no strategy runs, and the seed's two CSV files are written."""
    ignored: tuple[str, ...] = ()
    """Names in the settings file that are no settings; their values are looked at by nobody."""
