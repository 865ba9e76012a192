"""Accounts: what each wallet has, to the millionth of a dollar and of a share.

A match takes at once what is given for it. What is got for it is on the chain when the match is mined, and the venue
knows of it when the match is confirmed, or earlier where the owner asks it to look again: until then fresh shares
cannot be sold, as at the venue.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from app.demo.house import SIGNATURE_TYPES, HouseRules
from app.demo.wallets import PlayWallet, wallet_of

CASH: Final = "pUSD"
"""The asset that is no token."""

MILLION: Final = 1_000_000


@dataclass(slots=True)
class Lot:
    """What was bought of one token, ever: shares, dollars without and for fees, in millionths."""

    size: int = 0
    cost: int = 0
    fees: int = 0


@dataclass(slots=True, eq=False)
class Account:
    """One wallet. `held` is what the venue knows that it has, `landed` what is on the chain and not yet known."""

    wallet: str
    owner: str
    signature_type: int
    held: dict[str, int] = field(default_factory=dict)
    landed: dict[str, int] = field(default_factory=dict)
    lots: dict[str, Lot] = field(default_factory=dict)

    def has(self, asset: str) -> int:
        """How much of an asset the venue knows of."""
        return self.held.get(asset, 0)

    def give(self, asset: str, amount: int) -> None:
        """Add to what the venue knows; a negative amount takes away."""
        self.held[asset] = self.has(asset) + amount

    def land(self, asset: str, amount: int) -> None:
        """Add to what is on the chain."""
        self.landed[asset] = self.landed.get(asset, 0) + amount

    def look(self, asset: str) -> None:
        """The venue looks at the chain: what has landed is known."""
        if amount := self.landed.pop(asset, 0):
            self.give(asset, amount)

    def owns(self, asset: str) -> int:
        """How much of an asset there is on the chain, known or not."""
        return self.has(asset) + self.landed.get(asset, 0)

    def facts(self) -> dict[str, Any]:
        """Everything, as plain values in millionths."""
        return {
            "wallet": self.wallet,
            "owner": self.owner,
            "signature_type": self.signature_type,
            "held": {asset: amount for asset, amount in self.held.items() if amount},
            "landed": {asset: amount for asset, amount in self.landed.items() if amount},
        }


class Accounts:
    """The accounts of everyone who has shown up, with the play balance each.

    Of the play wallet's four addresses only its funder has money: whoever comes with the wrong signature type finds
    nothing there, as at the venue.
    """

    def __init__(self, house: HouseRules, play: PlayWallet) -> None:
        self._balance = round(house.balance_usd * MILLION)
        self._play = play
        self._by_wallet: dict[str, Account] = {}

    def __iter__(self) -> Iterator[Account]:
        return iter(self._by_wallet.values())

    def of(self, owner: str, signature_type: int) -> Account:
        """The account of an owner's wallet of that type, opened when it is first asked for."""
        wallet = wallet_of(owner, signature_type)
        account = self._by_wallet.get(wallet)
        if account is None:
            foreign = owner != self._play.address.lower()
            balance = self._balance if foreign or signature_type == self._play.signature_type else 0
            account = self._by_wallet[wallet] = Account(wallet, owner, signature_type, {CASH: balance})
        return account

    def open(self, owner: str) -> None:
        """Open all four accounts of an owner."""
        for signature_type in SIGNATURE_TYPES:
            self.of(owner, signature_type)

    def at(self, wallet: str) -> Account | None:
        """The account at an address, in whatever case that is written."""
        return self._by_wallet.get(wallet.lower())
