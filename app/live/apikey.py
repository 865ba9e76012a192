"""An API key from the venue for a wallet that proves itself by a signature: the one it has, else a new one."""

from typing import Any, Final

import httpx

from app.live.auth import Credentials, l1_headers
from app.live.calls import Unanswered, ask, value_of
from app.live.client import check_host
from app.live.wallet import SigningError, Wallet
from app.values import Secret

_HAS_NONE: Final = (httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND)
_LONGEST: Final = 200


async def obtain_credentials(
    http: httpx.AsyncClient, base_url: str, wallet: Wallet, *, now_s: float, ahead_s: float = 0.0
) -> Credentials | Unanswered:
    """The credentials of `wallet` at the venue under `base_url`. `now_s` and `ahead_s` as for `l1_headers`.

    They are the same each time, and are kept in memory alone. Raises SettingError for an address that is not signed
    for. A key is made only where the venue says that the wallet has none.
    """
    check_host(base_url)
    try:
        headers = l1_headers(wallet, now_s, ahead_s=ahead_s)
    except SigningError as error:
        return Unanswered(str(error))
    base = base_url.rstrip("/")
    value = value_of(await ask(http, "GET", f"{base}/auth/derive-api-key", headers=headers), "the API key")
    if isinstance(value, Unanswered) and value.status in _HAS_NONE:
        value = value_of(await ask(http, "POST", f"{base}/auth/api-key", headers=headers), "a new API key")
    return value if isinstance(value, Unanswered) else _credentials(value)


def _credentials(value: Any) -> Credentials | Unanswered:
    parts = [value.get(name) if isinstance(value, dict) else None for name in ("apiKey", "secret", "passphrase")]
    usable = [Secret(part) for part in parts if isinstance(part, str) and part.isprintable() and len(part) <= _LONGEST]
    if len(usable) != len(parts) or not all(usable):
        return Unanswered("the venue answered about the API key in another form than we know")
    return Credentials(*usable)
