"""The wallet that orders are signed for: its key, which stays in here, and the address that holds its funds."""

from enum import IntEnum
from pathlib import Path
from typing import Final, NoReturn

from eth_account import Account
from eth_account.messages import SignableMessage
from eth_account.signers.local import LocalAccount
from eth_utils.address import is_address, to_checksum_address

from app.live.keyfile import read_key
from app.values import Secret, SettingError, shown


class SignatureType(IntEnum):
    """Whose signature the exchange checks, by the kind of wallet that holds the funds."""

    EOA = 0
    """The key's own address holds them."""
    PROXY = 1
    """A proxy wallet of the venue does, owned by the key."""
    SAFE = 2
    """A safe does, owned by the key."""
    DEPOSIT = 3
    """A deposit wallet does: the kind of every new account. It signs itself, by ERC-7739."""


class Wallet:
    """A key that signs and never shows itself. `signer` is its address, `funder` the one that holds the funds.

    Both addresses are in checksum spelling.
    """

    __slots__ = ("_account", "funder", "signature_type", "signer")

    def __init__(self, account: LocalAccount, signature_type: SignatureType, funder: str) -> None:
        self._account: Final = account
        self.signer: Final[str] = account.address
        self.funder: Final = funder
        self.signature_type: Final = signature_type

    @property
    def order_signer(self) -> str:
        """Who signs an order in the exchange's eyes: of a deposit wallet the wallet itself."""
        return self.funder if self.signature_type is SignatureType.DEPOSIT else self.signer

    def sign(self, message: SignableMessage) -> bytes:
        """The 65 bytes of the signature: r, s, v."""
        try:
            return bytes(self._account.sign_message(message).signature)
        except Exception as error:
            kind = type(error).__name__  # its words may hold the key
        raise SigningError(f"the message could not be signed ({kind})")

    def __repr__(self) -> str:
        return f"Wallet({brief(self.funder)}, {self.signature_type.name})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a wallet is neither copied nor written down")


class SigningError(Exception):
    """The cryptography failed: one sentence without its variables."""


def brief(address: str) -> str:
    """An address as it may stand on a screen."""
    return f"{address[:6]}…{address[-4:]}"


def open_wallet(key_file: Path | None, funder: str, signature_type: int) -> Wallet:
    """The wallet of the settings WALLET_KEY_FILE, FUNDER and SIGNATURE_TYPE.

    Raises SettingError in one sentence where one of them cannot be used, or where they do not fit together.
    """
    if key_file is None:
        raise SettingError("WALLET_KEY_FILE is empty; give the path of the file with the private key to trade live.")
    kind = SignatureType(signature_type)
    account = _account(read_key(key_file))
    if account is None:
        raise SettingError(f"WALLET_KEY_FILE={shown(str(key_file))} holds a number that is no key; copy the key again.")
    return Wallet(account, kind, _funder(funder, kind, account.address))


def _account(key: Secret) -> LocalAccount | None:
    try:
        account: LocalAccount = Account.from_key("0x" + key.reveal())
    except Exception:  # what it says may hold the key, so it ends here
        return None
    return account


def _funder(text: str, kind: SignatureType, signer: str) -> str:
    """The address of the funds in checksum spelling."""
    if not text:
        if kind is SignatureType.EOA:
            return signer
        raise SettingError(f"FUNDER is empty, but SIGNATURE_TYPE={kind.value} needs the address that holds the funds.")
    address: str = to_checksum_address(text) if is_address(text) else ""
    if text not in (address, address.lower()):
        raise SettingError(f"FUNDER={shown(text)} fails its own checksum; copy the address again.")
    if kind is SignatureType.EOA and address != signer:
        raise SettingError(
            f"FUNDER={brief(address)} is not the key's own address {brief(signer)}, as SIGNATURE_TYPE=0 says; "
            "leave FUNDER empty or set SIGNATURE_TYPE to the kind of wallet it is."
        )
    return address
