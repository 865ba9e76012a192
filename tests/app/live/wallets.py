"""Wallets of every kind over one test key."""

from pathlib import Path
from typing import Final

from app.live.wallet import SignatureType, Wallet, open_wallet
from tests.app.live.official import KEY, SIGNER

FUNDS: Final = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
"""Where the funds of a wallet with a contract are."""


def key_file(folder: Path, text: str = KEY + "\n", mode: int = 0o600) -> Path:
    path = folder / "wallet.key"
    path.touch(mode=0o600)
    path.write_text(text)
    path.chmod(mode)
    return path


def wallet(folder: Path, kind: SignatureType = SignatureType.EOA) -> Wallet:
    return open_wallet(key_file(folder), SIGNER if kind is SignatureType.EOA else FUNDS, kind)
