"""A buy as the venue's exchange contracts want it signed (EIP-712), its hash, and the request that carries it.

The hash is the id under which the venue will know the order, and it is known before a byte is sent. A market's own
protocol version decides the contract: Exchange V2 (or its sister for negative-risk markets) for `v1`, Exchange V3 for
`v2`. A deposit wallet signs itself: its signature wraps the order in its own domain (ERC-7739) and carries what the
wallet needs to check it. All hashing and signing is eth-account's and coincurve's.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from eth_account.messages import SignableMessage, encode_typed_data
from eth_utils.crypto import keccak

from app.live.amounts import Amounts
from app.live.wallet import SignatureType, Wallet
from feeds.text import clean

CHAIN_ID: Final = 137
"""Polygon."""

_DOMAIN_NAME: Final = "Polymarket CTF Exchange"
_BUY: Final = 0
_ZEROS: Final = bytes(32)
_SALTS: Final = 2**53 - 1
"""The venue reads the salt as a JSON number, which is exact up to here."""


def _fields(members: str) -> list[dict[str, str]]:
    return [dict(zip(("type", "name"), member.split(), strict=True)) for member in members.split(",")]


_ORDER_MEMBERS: Final = (
    "uint256 salt,address maker,address signer,uint256 tokenId,uint256 makerAmount,uint256 takerAmount,uint8 side,"
    "uint8 signatureType,uint256 timestamp,bytes32 metadata,bytes32 builder"
)
_ORDER_TYPE: Final = f"Order({_ORDER_MEMBERS})".encode()
_ORDER: Final = {"Order": _fields(_ORDER_MEMBERS)}
_WRAPPED: Final = _ORDER | {
    "TypedDataSign": _fields(
        "Order contents,string name,string version,uint256 chainId,address verifyingContract,bytes32 salt"
    )
}


class UnknownProtocol(ValueError):
    """The market says a protocol version for which we cannot sign."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """The contract that settles a market, and the version of its signing domain."""

    domain_version: str
    contract: str


_EXCHANGE_V2: Final = Exchange("2", "0xE111180000d2663C0091e4f400237545B87B996B")
_NEG_RISK_EXCHANGE_V2: Final = Exchange("2", "0xe2222d279d744050d28e00520010520000310F59")
_EXCHANGE_V3: Final = Exchange("3", "0xe3333700cA9d93003F00f0F71f8515005F6c00Aa")


def exchange_of(version: str, neg_risk: bool = False) -> Exchange:
    """The exchange of a market of this protocol version (`Market.version`). Raises UnknownProtocol for any other."""
    match version:
        case "v1":
            return _NEG_RISK_EXCHANGE_V2 if neg_risk else _EXCHANGE_V2
        case "v2":
            return _EXCHANGE_V3  # one contract for both kinds
    raise UnknownProtocol(f"the market's protocol is {clean(version, 20)!r}, and only v1 and v2 can be signed for")


@dataclass(frozen=True, slots=True)
class SignedOrder:
    """An order that can be sent. `order_hash` (0x, 64 small hex digits) is the venue's id of it, whether it comes
    there or not; `wire` is the request's `order` object.
    """

    order_hash: str
    token: str
    amounts: Amounts
    wire: Mapping[str, object] = field(repr=False)


def new_salt() -> int:
    """What makes an order differ from another of the same millisecond."""
    return 1 + secrets.randbelow(_SALTS)


def sign_buy(
    wallet: Wallet, exchange: Exchange, token: str, amounts: Amounts, *, time_ms: int, salt: int
) -> SignedOrder:
    """Sign a buy of `token` (its decimal id). `time_ms` is unix time in ms; raises SigningError.

    Side, amounts, token, wallet and time are signed; that it is fill-and-kill is only said in the request.
    """
    signed = {
        "salt": salt,
        "maker": wallet.funder,
        "signer": wallet.order_signer,
        "tokenId": int(token),
        "makerAmount": amounts.maker,
        "takerAmount": amounts.taker,
        "side": _BUY,
        "signatureType": int(wallet.signature_type),
        "timestamp": time_ms,
        "metadata": _ZEROS,
        "builder": _ZEROS,
    }
    domain = {
        "name": _DOMAIN_NAME,
        "version": exchange.domain_version,
        "chainId": CHAIN_ID,
        "verifyingContract": exchange.contract,
    }
    message = encode_typed_data(domain, _ORDER, signed)
    if wallet.signature_type is SignatureType.DEPOSIT:
        signature = _wrapped(wallet, domain, signed, message)
    else:
        signature = wallet.sign(message)
    digest = keccak(b"\x19\x01" + message.header + message.body)
    return SignedOrder("0x" + digest.hex(), token, amounts, _wire(signed, token, signature))


def post_body(order: SignedOrder, owner: str, *, defer_exec: bool = False) -> bytes:
    """The exact bytes of POST /order, fill-and-kill. `owner` is the API key; the request's HMAC covers these bytes."""
    return orjson.dumps(
        {"order": order.wire, "owner": owner, "orderType": "FAK", "deferExec": defer_exec, "postOnly": False}
    )


def _wrapped(wallet: Wallet, domain: dict[str, Any], signed: dict[str, Any], message: SignableMessage) -> bytes:
    """A deposit wallet's signature: of the order in the wallet's own domain, then what proves that it is this order."""
    wrapping = {
        "contents": signed,
        "name": "DepositWallet",
        "version": "1",
        "chainId": CHAIN_ID,
        "verifyingContract": wallet.funder,
        "salt": _ZEROS,
    }
    signature = wallet.sign(encode_typed_data(domain, _WRAPPED, wrapping))
    return signature + message.header + message.body + _ORDER_TYPE + len(_ORDER_TYPE).to_bytes(2, "big")


def _wire(signed: Mapping[str, Any], token: str, signature: bytes) -> Mapping[str, object]:
    """Salt and signature type as numbers, the rest as text, in the official client's order."""
    return {
        "salt": signed["salt"],
        "maker": signed["maker"],
        "signer": signed["signer"],
        "tokenId": token,
        "makerAmount": str(signed["makerAmount"]),
        "takerAmount": str(signed["takerAmount"]),
        "side": "BUY",
        "expiration": "0",
        "signatureType": signed["signatureType"],
        "timestamp": str(signed["timestamp"]),
        "metadata": "0x" + _ZEROS.hex(),
        "builder": "0x" + _ZEROS.hex(),
        "signature": "0x" + signature.hex(),
    }
