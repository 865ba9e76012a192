"""API keys: who may have one (L1, a wallet's signature), and who proves to hold one (L2, a keyed hash of the request).

Needs the packages of the extra `live`.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from app.demo.refusals import BAD_L1_HEADERS, KEY_EXISTS, NO_KEY, UNAUTHORIZED, Refusal
from app.demo.signatures import auth_digest, signer_of

MAX_SKEW_S: Final = 60
"""How far a request's timestamp may lie from the venue's clock, in seconds."""

ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")
_WHOLE: Final = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key of one owner (an address in lower case). The owner's signature gets it; nothing else of it is secret
    to this venue, which makes it of its seed, so that it is the same after a restart."""

    owner: str
    nonce: int
    key: str
    secret: str = field(repr=False)
    passphrase: str = field(repr=False)


class KeyRing:
    """All keys that were created since the venue began."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._keys: dict[str, ApiKey] = {}

    def create(self, headers: Mapping[str, str], now_s: int) -> ApiKey:
        """The key of whoever signed these headers. Refusal where it exists already."""
        made = self._made(*_asked(headers, now_s))
        if made.key in self._keys:
            raise Refusal(KEY_EXISTS)
        self._keys[made.key] = made
        return made

    def derive(self, headers: Mapping[str, str], now_s: int) -> ApiKey:
        """The same key again. Refusal where it was never created."""
        made = self._made(*_asked(headers, now_s))
        if made.key not in self._keys:
            raise Refusal(NO_KEY)
        return made

    def of(self, owner: str) -> list[ApiKey]:
        """All keys of an owner."""
        return [key for key in self._keys.values() if key.owner == owner]

    def holder(self, headers: Mapping[str, str], method: str, path: str, body: bytes, now_s: int) -> ApiKey:
        """The key whose secret made the signature of this very request. Refusal, 401, where none did.

        `path` is without a query; it is the one below the service's base address, which is what the venue's own
        client signs wherever its base address points to.
        """
        key = self._keys.get(headers.get("POLY_API_KEY", ""))
        timestamp, address = headers.get("POLY_TIMESTAMP", ""), headers.get("POLY_ADDRESS", "")
        if key is None or address.lower() != key.owner or not _fresh(timestamp, now_s):
            raise Refusal(UNAUTHORIZED, 401)
        expected = request_signature(key.secret, timestamp, method, path, body)
        if not (
            _same(expected, headers.get("POLY_SIGNATURE", ""))
            and _same(key.passphrase, headers.get("POLY_PASSPHRASE", ""))
        ):
            raise Refusal(UNAUTHORIZED, 401)
        return key

    def named(self, key: object, secret: object, passphrase: object) -> ApiKey | None:
        """The key with this secret and passphrase, as a websocket's first message gives them."""
        found = self._keys.get(key) if isinstance(key, str) else None
        return found if found is not None and (found.secret, found.passphrase) == (secret, passphrase) else None

    def _made(self, owner: str, nonce: int) -> ApiKey:
        def part(what: str) -> bytes:
            return hashlib.sha256(f"{self._seed}/{owner}/{nonce}/{what}".encode()).digest()

        secret = base64.urlsafe_b64encode(part("secret")).decode()
        return ApiKey(owner, nonce, str(UUID(bytes=part("key")[:16])), secret, part("passphrase").hex())


def request_signature(secret: str, timestamp: str, method: str, path: str, body: bytes) -> str:
    """The L2 signature of a request."""
    message = f"{timestamp}{method}{path}".encode() + body
    return base64.urlsafe_b64encode(hmac.digest(base64.urlsafe_b64decode(secret), message, "sha256")).decode()


def _same(ours: str, theirs: str) -> bool:
    return hmac.compare_digest(ours.encode(), theirs.encode(errors="replace"))


def _asked(headers: Mapping[str, str], now_s: int) -> tuple[str, int]:
    """Who asks for a key (the address in lower case), with which nonce. Refusal, 401, where it was not they."""
    address, signature = headers.get("POLY_ADDRESS", ""), headers.get("POLY_SIGNATURE", "")
    timestamp, nonce = headers.get("POLY_TIMESTAMP", ""), headers.get("POLY_NONCE", "0")
    if ADDRESS.fullmatch(address) and _WHOLE.fullmatch(nonce) and _fresh(timestamp, now_s):
        try:
            raw = bytes.fromhex(signature.removeprefix("0x"))
        except ValueError:
            raw = b""
        if signer_of(auth_digest(address, timestamp, int(nonce)), raw) == address.lower():
            return address.lower(), int(nonce)
    raise Refusal(BAD_L1_HEADERS, 401)


def _fresh(timestamp: str, now_s: int) -> bool:
    return _WHOLE.fullmatch(timestamp) is not None and abs(int(timestamp) - now_s) <= MAX_SKEW_S
