"""What a live session needs of the rest of the program: where its files go, what writes them, who says how it ended."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.news import Tell
from app.plan import Plan
from app.telemetry.folders import window_folder
from app.telemetry.writer import Writer
from engine.carried import Carried
from engine.market import Market
from engine.orders import Order
from engine.view import ArmGate

if TYPE_CHECKING:
    from app.live.session import LiveSession

DISARM_FILE: Final = "DISARM"
KILL_FILE: Final = "KILL"


@dataclass(frozen=True, slots=True)
class LivePlan:
    """`state_dir` holds the locks of wallets; `outcome` asks the venue who won: None while nobody knows."""

    plan: Plan
    writer: Writer
    log_dir: Path
    demo: bool
    state_dir: Path
    outcome: Callable[[Market], Awaitable[int | None]]

    @property
    def root(self) -> Path:
        """Where the account's journal goes."""
        return (self.log_dir / "demo" if self.demo else self.log_dir) / "live"

    def switch_gate(self) -> ArmGate:
        """Closed for as long as a file is there that disarms or kills."""
        for name in (DISARM_FILE, KILL_FILE):
            if (self.log_dir / name).exists():
                return ArmGate("disarm", False, f"the file {name} is in the log folder; remove it to arm")
        return ArmGate("disarm", True, f"no file {DISARM_FILE} or {KILL_FILE}")

    async def open_session(
        self,
        market: Market,
        intend: Callable[[Market, Order], bool],
        carried: Callable[[str], Carried],
        tell: Tell,
    ) -> "LiveSession":
        """A live session of this market, which takes over what is `carried` of it; to be attached at once.

        OSError or ValueError where its folder cannot be used.
        """
        from app.live.session import LiveSession

        folder = window_folder(self.log_dir, market, "live", demo=self.demo)
        return await LiveSession.open(market, self.plan, self.writer, folder, tell, intend, carried)
