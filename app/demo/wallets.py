"""Wallets: which address holds an owner's money for each signature type, and the demo's own play wallet.

The addresses of proxies, safes and deposit wallets follow from the owner's by CREATE2, with the venue's published
factories, so a client that computes its own comes to the same one here. Needs the packages of the extra `live`.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from app.demo.signatures import address_of_secret, checksummed, keccak

_PROXY_FACTORY: Final = "ab45c5a4b0c941a2f231c04c3f49182e1a254052"
_PROXY_CODE_HASH: Final = "d21df8dc65880a8606f09fe0ce3df9b8869287ab0b058be05aa9e8af6330a00b"
_SAFE_FACTORY: Final = "aacfeea03eb1561c4e67d661e40682bd20e3541b"
_SAFE_CODE_HASH: Final = "2bce2127ff07fb632d16c8347c4ebf501f4841168bed00d9e6ef715ddb6fcecf"
_DEPOSIT_FACTORY: Final = "00000000000fb5c9adea0298d729a0cb3823cc07"
_DEPOSIT_BEACON: Final = "7a18edfe055488a3128f01f563e5b479d92ffc3a"
_BEACON_CODE_HEAD: Final = "6100923d8160233d3973"
_BEACON_CODE_TAIL: Final = (
    "60195155f3363d3d373d3d363d602036600436635c60da"
    "1b60e01b36527fa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6c"
    "b3582b35133d50545afa5036515af43d6000803e604d573d6000fd5b3d6000f3"
)
"""The creation code of an ERC-1967 beacon proxy with 64 bytes of arguments, around the beacon's address."""

_CURVE_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@dataclass(frozen=True, slots=True)
class PlayWallet:
    """A wallet with play money. Its key follows from the venue's seed: it is worth nothing and protects nothing."""

    key: str = field(repr=False)
    address: str
    funder: str
    signature_type: int


def play_wallet(seed: int, signature_type: int) -> PlayWallet:
    """The play wallet of a seed."""
    digest = hashlib.sha256(f"{seed}/play wallet".encode()).digest()
    secret = (int.from_bytes(digest) % (_CURVE_ORDER - 1) + 1).to_bytes(32)
    owner = address_of_secret(secret)
    funder = checksummed(wallet_of(owner, signature_type))
    return PlayWallet("0x" + secret.hex(), checksummed(owner), funder, signature_type)


def wallet_of(owner: str, signature_type: int) -> str:
    """The address that holds the money of an owner's address, both lower case.

    By signature type: 0 the owner's own, 1 its proxy, 2 its safe, 3 its deposit wallet.
    """
    own = bytes.fromhex(owner[2:])
    match signature_type:
        case 1:
            return _create2(_PROXY_FACTORY, keccak(own), _PROXY_CODE_HASH)
        case 2:
            return _create2(_SAFE_FACTORY, keccak(own.rjust(32, b"\0")), _SAFE_CODE_HASH)
        case 3:
            arguments = bytes.fromhex(_DEPOSIT_FACTORY).rjust(32, b"\0") + own.rjust(32, b"\0")
            code = bytes.fromhex(_BEACON_CODE_HEAD + _DEPOSIT_BEACON + _BEACON_CODE_TAIL) + arguments
            return _create2(_DEPOSIT_FACTORY, keccak(arguments), keccak(code).hex())
        case _:
            return owner


def _create2(factory: str, salt: bytes, code_hash: str) -> str:
    return "0x" + keccak(b"\xff" + bytes.fromhex(factory) + salt + bytes.fromhex(code_hash))[12:].hex()
