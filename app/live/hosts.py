"""Where a signed request, an API key or an order may go: to the venue's own hosts under TLS, or to this machine."""

from typing import Final
from urllib.parse import urlsplit

from app.settings import LOOPBACK

VENUE_HOSTS: Final = frozenset(
    {
        "clob.polymarket.com",
        "ws-subscriptions-clob.polymarket.com",
        "ws-live-v2.polymarket.com",
    }
)
_SECURE: Final = frozenset({"https", "wss"})
_PLAIN: Final = frozenset({"http", "ws"})
_TLS_PORT: Final = 443


def signed_host_ok(url: str) -> bool:
    """Whether what is sent to `url` reaches the venue and nobody else. Redirects must not be followed from there."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None:
        return False
    if parts.hostname in LOOPBACK:
        return parts.scheme in _SECURE | _PLAIN
    return parts.scheme in _SECURE and parts.hostname in VENUE_HOSTS and port in (None, _TLS_PORT)
