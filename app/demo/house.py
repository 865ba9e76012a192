"""The rules of the venue's private side that a demo may set otherwise."""

from dataclasses import dataclass

SIGNATURE_TYPES = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class HouseRules:
    """How the venue deals with accounts and orders.

    `balance_usd` is the play money of every account. `signature_type` is the play wallet's: 0 a plain key, 1 an old
    proxy, 2 an old safe, 3 a deposit wallet, as new accounts have. A marketable order is held for `hold_ms`; a match
    is on the chain after `mined_ms` and final after `confirmed_ms`, or fails with the chance `fail_chance`. Orders of
    a key whose heartbeats stay away for `heartbeat_s` are cancelled. Winnings are paid out `redeem_after_s` after the
    outcome, where None means when asked for. An order with an expiration needs at least `gtd_least_s` to it, and
    dies `gtd_early_s` before. ValueError, with the rule's name, where a value is out of range.
    """

    balance_usd: float = 1000.0
    signature_type: int = 3
    hold_ms: int = 150
    mined_ms: int = 1000
    confirmed_ms: int = 2500
    fail_chance: float = 0.0
    heartbeat_s: float = 10.0
    redeem_after_s: float | None = None
    gtd_least_s: int = 180
    gtd_early_s: int = 60

    def __post_init__(self) -> None:
        if self.signature_type not in SIGNATURE_TYPES:
            raise ValueError(f"signature type is {self.signature_type}; use 0, 1, 2 or 3")
        for name, value, high in (
            ("balance usd", self.balance_usd, 1e9),
            ("hold ms", self.hold_ms, 60_000),
            ("mined ms", self.mined_ms, 600_000),
            ("confirmed ms", self.confirmed_ms, 600_000),
            ("fail chance", self.fail_chance, 1),
            ("heartbeat s", self.heartbeat_s, 3600),
            ("redeem after s", self.redeem_after_s or 0, 86_400),
            ("gtd least s", self.gtd_least_s, 86_400),
            ("gtd early s", self.gtd_early_s, 86_400),
        ):
            if not 0 <= value <= high:
                raise ValueError(f"{name} is {value:g}; use 0 to {high:g}")
        if self.mined_ms > self.confirmed_ms:
            raise ValueError(f"mined ms is {self.mined_ms}; use no more than confirmed ms, {self.confirmed_ms}")
