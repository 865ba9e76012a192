"""The whole program, armed without a screen, as a child against a venue that stays up."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.app.demo.trading import Desk
from tests.app.live.rig import new_key, venue_settings
from tests.program import ROOT, clean_environment

PATIENCE_S = 40.0
EAGER = {
    "COOLDOWN_MS": "700",
    "ORDER_CUTOFF_S": "2",
    "MAX_ORDERS_PER_MARKET": "100",
    "MAX_POSITION_USD": "200",
    "BANKROLL_USD": "100",
}
"""So that orders come soon, and many of them."""

STRATEGY = """
from dataclasses import dataclass
from typing import ClassVar
from engine.signal import Signal


@dataclass(frozen=True, slots=True)
class Eager:
    name: ClassVar[str] = "eager"
    gates: ClassVar[tuple[tuple[str, str], ...]] = (("ask", "max_ask"),)
    max_ask: float = 0.85

    def evaluate(self, state):
        outcome = min((0, 1), key=lambda side: abs(state.ladders[side].best_ask - 4000))
        ask = state.ladders[outcome].best_ask / 10000
        if not 0.02 <= ask <= self.max_ask:
            return ("ask", ask, self.max_ask)
        return Signal(self.name, outcome, min(ask + 0.1, 0.99), ask, 0.1, 0.9, 0.05)


STRATEGY = Eager()
"""
"""Buys one side whenever there is an offer."""

RUN = "from app.cli import main; raise SystemExit(main(sys.argv[1:]))"


@dataclass(slots=True)
class Armed:
    """One running program with a wallet of its own; what is left of it at the end of its `with` is killed."""

    process: "subprocess.Popen[str]"
    folder: Path
    key: str
    desk: Desk
    log: Path

    def __enter__(self) -> "Armed":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    @property
    def owner(self) -> str:
        return str(self.client().get_address())

    def client(self) -> Any:
        """The venue's own client of the same wallet; its credentials are the program's."""
        return self.desk.client("0x" + self.key, 0)

    def canaries(self) -> dict[str, str]:
        """What must be seen nowhere."""
        creds = self.client().creds
        return {
            "the key": self.key,
            "the API secret": creds.api_secret,
            "the passphrase": creds.api_passphrase,
            "the Telegram token": TELEGRAM.split(":")[1],
        }

    def records(self) -> list[dict[str, Any]]:
        for path in (self.folder / "logs").rglob("journal.jsonl"):
            whole = path.read_bytes().rpartition(b"\n")[0]
            return [json.loads(line) for line in whole.splitlines()]
        return []

    def kinds(self) -> list[str]:
        return [record["type"] for record in self.records()]

    def posts(self) -> int:
        owner = self.owner.lower()
        return sum(post["owner"].lower() == owner for post in self.desk.ledger()["posts"])

    def until(self, holds: Callable[[], object]) -> None:
        until = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < until, self.log.read_text()[-3000:]
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            time.sleep(0.02)

    def until_told(self, kind: str) -> None:
        """Until the journal has a record of this kind."""
        self.until(lambda: kind in self.kinds())

    def ended(self, within_s: float = 20.0) -> int:
        """Its exit code; what it said is in `log`."""
        return self.process.wait(within_s)


TELEGRAM = "123456:CANARYtelegramtokenthatmustnotshow7"


def armed(
    desk: Desk,
    folder: Path,
    *arguments: str,
    before: str = "",
    given: Mapping[str, str] | None = None,
    arm: tuple[str, ...] = ("--arm",),
) -> Armed:
    """Start it. `before` is Python that runs before the program, in the same process."""
    folder.mkdir(exist_ok=True)
    key_file, key = new_key(folder)
    settings = venue_settings(desk.facts) | EAGER | {"WALLET_KEY_FILE": str(key_file), "ARM_LIVE": "btc-5m"}
    settings |= {"TELEGRAM_BOT_TOKEN": TELEGRAM, "TELEGRAM_CHAT_ID": "42", "TELEGRAM_URL": "http://127.0.0.1:9"}
    (folder / "eager.py").write_text(STRATEGY)
    settings["STRATEGIES"] = str(folder / "eager.py")
    environment = clean_environment(settings | dict(given or {}))
    log = folder / "stderr.txt"
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-c", f"import sys\n{before}\n{RUN}", "--no-ui", *arm, "--log-dir", "logs", *arguments],
            cwd=folder,
            env=environment | {"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(folder / "state")},
            stdout=stderr,
            stderr=stderr,
            text=True,
        )
    return Armed(process, folder, key, desk, log)
