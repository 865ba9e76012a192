"""What a request must carry to be let in: the wallet's signature for an API key (L1), the key's HMAC after it (L2).

The venue compares the time in a request with its own clock, so each function takes by how much ours is ahead.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from eth_account.messages import encode_typed_data

from app.live.signing import CHAIN_ID
from app.live.wallet import Wallet
from app.values import Secret

Headers = Mapping[str, str]

_ATTESTS: Final = "This message attests that I control the given wallet"
_DOMAIN: Final = {"name": "ClobAuthDomain", "version": "1", "chainId": CHAIN_ID}
_TYPES: Final = {
    "ClobAuth": [
        {"name": "address", "type": "address"},
        {"name": "timestamp", "type": "string"},
        {"name": "nonce", "type": "uint256"},
        {"name": "message", "type": "string"},
    ]
}


class BadCredentials(ValueError):
    """The API credentials cannot be used: one sentence without them."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key of the venue, with what signs requests under it."""

    key: Secret
    secret: Secret
    passphrase: Secret


def l1_headers(wallet: Wallet, now_s: float, *, ahead_s: float = 0.0, nonce: int = 0) -> Headers:
    """The headers that ask for an API key. `now_s` is our unix time, `ahead_s` by how much it is ahead of theirs."""
    time_text = _time(now_s, ahead_s)
    attested = {"address": wallet.signer, "timestamp": time_text, "nonce": nonce, "message": _ATTESTS}
    signature = wallet.sign(encode_typed_data(_DOMAIN, _TYPES, attested))
    return {
        "POLY_ADDRESS": wallet.signer,
        "POLY_SIGNATURE": "0x" + signature.hex(),
        "POLY_TIMESTAMP": time_text,
        "POLY_NONCE": str(nonce),
    }


def l2_headers(
    signer: str,
    credentials: Credentials,
    method: str,
    path: str,
    body: bytes = b"",
    *,
    now_s: float,
    ahead_s: float = 0.0,
) -> Headers:
    """The headers of one private request: `path` without its query, `body` the very bytes that are sent.

    `signer` is the address of the wallet's key. Raises BadCredentials where the secret is not base64.
    """
    time_text = _time(now_s, ahead_s)
    return {
        "POLY_ADDRESS": signer,
        "POLY_SIGNATURE": _signature(credentials.secret, time_text + method + path, body),
        "POLY_TIMESTAMP": time_text,
        "POLY_API_KEY": credentials.key.reveal(),
        "POLY_PASSPHRASE": credentials.passphrase.reveal(),
    }


def _signature(secret: Secret, text: str, body: bytes) -> str:
    try:
        mac = hmac.new(
            base64.b64decode(secret.reveal(), altchars=b"-_", validate=True), text.encode() + body, hashlib.sha256
        )
    except ValueError:  # binascii's, or a sign that is not ASCII
        mac = None
    if mac is None:
        raise BadCredentials("the API secret is not base64; take all three credentials anew from the venue")
    return base64.urlsafe_b64encode(mac.digest()).decode("ascii")


def _time(now_s: float, ahead_s: float) -> str:
    return str(int(now_s - ahead_s))
