"""What the venue says an account has to trade with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.units import MONEY
from feeds.account import read_id
from feeds.frames import Refused

_BASE_UNIT: Final = MONEY // 1_000_000
"""Money units in what the venue counts a balance in."""

_LONGEST: Final = 78
"""Digits of the largest number that a contract can hold, which stands for an allowance without limit."""


@dataclass(frozen=True, slots=True)
class Funds:
    """Cash, and how much of it each contract may take, in money units. Contracts in small letters.

    Older answers name one allowance without its contract: it stands under "".
    """

    cash: int
    allowances: Mapping[str, int]

    def allowance(self, contract: str) -> int:
        """How much `contract` may take."""
        return self.allowances.get(contract.lower(), self.allowances.get("", 0))


def read_funds(value: Any) -> Funds:
    """The funds in a decoded answer. Raises what `feeds.frames.UNREADABLE` names."""
    if not isinstance(value, dict):
        raise Refused("not_an_object")
    cash = _base_units(value["balance"])
    if "allowances" not in value:
        return Funds(cash, {"": _base_units(value["allowance"])})
    allowances = value["allowances"]
    if not isinstance(allowances, dict):
        raise Refused("bad_type")
    return Funds(cash, {read_id(name).lower(): _base_units(amount) for name, amount in allowances.items()})


def _base_units(text: object) -> int:
    if not isinstance(text, str):
        raise Refused("bad_type")
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST):
        raise Refused("bad_number")
    return int(text) * _BASE_UNIT
