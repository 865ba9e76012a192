"""Who signed: the venue's typed data (EIP-712), hashed and checked as its exchange contracts do.

Needs the packages of the extra `live`. Struct and domain texts are the venue's published ones. Everything here works
on plain values; which contract an order has to be signed for is `contracts`' business.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from coincurve import PrivateKey, PublicKey
from Crypto.Hash import keccak as _keccak

CHAIN_ID: Final = 137
ATTESTATION: Final = "This message attests that I control the given wallet"

_DOMAIN: Final = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
_AUTH_DOMAIN: Final = "EIP712Domain(string name,string version,uint256 chainId)"
_AUTH: Final = "ClobAuth(address address,string timestamp,uint256 nonce,string message)"
ORDER: Final = (
    "Order(uint256 salt,address maker,address signer,uint256 tokenId,uint256 makerAmount,uint256 takerAmount,"
    "uint8 side,uint8 signatureType,uint256 timestamp,bytes32 metadata,bytes32 builder)"
)
_WRAPPED: Final = (
    "TypedDataSign(Order contents,string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)"
    + ORDER
)
_HALF_ORDER: Final = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
"""The upper bound of an s that is not malleable."""


class SignedOrder(NamedTuple):
    """The signed fields of an order, in the struct's order; `side` 0 buys, 1 sells, `timestamp` in milliseconds."""

    salt: int
    maker: str
    signer: str
    token_id: int
    maker_amount: int
    taker_amount: int
    side: int
    signature_type: int
    timestamp: int
    metadata: bytes
    builder: bytes


def keccak(data: bytes) -> bytes:
    """Keccak-256, as Ethereum has it."""
    return _keccak.new(digest_bits=256, data=data).digest()


def address_of(public_key: PublicKey) -> str:
    """A key's address, lower case."""
    return "0x" + keccak(public_key.format(compressed=False)[1:])[12:].hex()


def address_of_secret(secret: bytes) -> str:
    """The address of a private key of 32 bytes, lower case."""
    return address_of(PrivateKey(secret).public_key)


def checksummed(address: str) -> str:
    """An address with the letters' case as its checksum (EIP-55)."""
    plain = address[2:].lower()
    nibbles = keccak(plain.encode()).hex()
    return "0x" + "".join(a.upper() if int(n, 16) > 7 else a for a, n in zip(plain, nibbles, strict=False))


def signer_of(digest: bytes, signature: bytes) -> str | None:
    """Who made a signature of 65 bytes (r, s, v); None where nobody can have."""
    if len(signature) != 65 or signature[64] not in (0, 1, 27, 28):
        return None
    if int.from_bytes(signature[32:64]) > _HALF_ORDER:
        return None
    try:
        key = PublicKey.from_signature_and_message(signature[:64] + bytes([signature[64] % 27]), digest, hasher=None)
    except ValueError:
        return None
    return address_of(key)


def auth_digest(address: str, timestamp: str, nonce: int) -> bytes:
    """What a wallet signs to get API credentials."""
    domain = _struct(_AUTH_DOMAIN, [_text("ClobAuthDomain"), _text("1"), _number(CHAIN_ID)])
    return _digest(domain, _struct(_AUTH, [_address(address), _text(timestamp), _number(nonce), _text(ATTESTATION)]))


def exchange_domain(version: str, contract: str) -> bytes:
    """The separator of an exchange's domain."""
    return _struct(_DOMAIN, [_text("Polymarket CTF Exchange"), _text(version), _number(CHAIN_ID), _address(contract)])


def order_hash(order: SignedOrder, domain: bytes) -> bytes:
    """The order's digest, which is its id at the venue and what the wallet types 0 to 2 sign."""
    return _digest(domain, contents_hash(order))


def contents_hash(order: SignedOrder) -> bytes:
    """The hash of the order's struct, without a domain."""
    return _struct(
        ORDER,
        [
            _number(order.salt),
            _address(order.maker),
            _address(order.signer),
            *(_number(value) for value in order[3:9]),
            order.metadata,
            order.builder,
        ],
    )


def wrapped_hash(order: SignedOrder, domain: bytes) -> bytes:
    """What the owner of a deposit wallet signs in its stead (ERC-7739), under the exchange's domain."""
    wallet = [_text("DepositWallet"), _text("1"), _number(CHAIN_ID), _address(order.signer), bytes(32)]
    return _digest(domain, _struct(_WRAPPED, [contents_hash(order), *wallet]))


def unwrapped(order: SignedOrder, domain: bytes, signature: bytes) -> bytes | None:
    """The owner's 65 bytes inside a deposit wallet's signature; None where the rest of it is not of this order."""
    tail = domain + contents_hash(order) + ORDER.encode() + len(ORDER).to_bytes(2)
    return signature[:65] if len(signature) == 65 + len(tail) and signature[65:] == tail else None


def _digest(domain: bytes, struct: bytes) -> bytes:
    return keccak(b"\x19\x01" + domain + struct)


def _struct(definition: str, fields: Sequence[bytes]) -> bytes:
    return keccak(b"".join((keccak(definition.encode()), *fields)))


def _text(value: str) -> bytes:
    return keccak(value.encode())


def _number(value: int) -> bytes:
    return value.to_bytes(32)


def _address(value: str) -> bytes:
    return bytes(12) + bytes.fromhex(value[2:])
