"""Why a connection did not come about or ended: one sentence, and how long to keep away at least."""

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

from websockets.datastructures import Headers
from websockets.exceptions import InvalidHandshake, InvalidMessage, InvalidStatus
from websockets.frames import CLOSE_CODE_EXPLANATIONS, Close, CloseCode

from feeds.text import clean

REFUSED_WAIT_S: Final = 60.0
"""A refusal (401, 403, 451, 404, a bad certificate) does not go away in seconds."""

LONGEST_RETRY_AFTER_S: Final = 3600.0
"""A longer `Retry-After` is cut to this, so that a wrong header does not end a feed."""

_BUSY: Final = frozenset({408, 418, 425, 429})
"""Besides 5xx: answers that mean "later". 418 is Binance's ban for too many requests."""

_HTTP_WORDS: Final = {
    401: "not authorised",
    403: "forbidden",
    404: "no such address",
    418: "banned for too many requests",
    425: "too early, the venue is restarting",
    429: "too many requests",
    451: "not offered in this country",
}

_CLOSE_WORDS: Final = {
    1009: "frame too big",
    1013: "slow consumer or overload, try again later",
}

_REFUSED_CLOSES: Final = frozenset({4001, 4008})
"""Credentials or subscription refused (price socket): connecting again at once changes nothing."""


@dataclass(frozen=True, slots=True)
class LinkFailure:
    """`reason` is one cleaned sentence; `least_wait_s` the shortest pause before the next attempt."""

    reason: str
    least_wait_s: float = 0.0


def connect_failure(error: OSError | InvalidHandshake, host: str, wall: int) -> LinkFailure:
    """The failure behind an exception of opening a connection to `host`. `wall` in ns, for `Retry-After`."""
    if isinstance(error, InvalidStatus):
        return _answered(error.response.status_code, error.response.headers, host, wall)
    if isinstance(error, ssl.SSLCertVerificationError):
        return LinkFailure(clean(f"TLS certificate of {host} is not valid: {error.verify_message}"), REFUSED_WAIT_S)
    return LinkFailure(clean(_unreachable(error, host)))


def _answered(status: int, headers: Headers, host: str, wall: int) -> LinkFailure:
    words = _HTTP_WORDS.get(status, "server error" if status >= 500 else "not a websocket")
    reason = f"{host} answered the handshake with {status} ({words})"
    if status in _BUSY or status >= 500:
        return LinkFailure(reason, _retry_after_s(headers, wall))
    return LinkFailure(reason, REFUSED_WAIT_S)


def _retry_after_s(headers: Headers, wall: int) -> float:
    """Seconds, or a date; 0 where there is none or it cannot be read."""
    values = headers.get_all("Retry-After")
    text = values[0].strip() if values else ""
    if text.isascii() and text.isdigit():
        wait_s = float(text)
    else:
        try:
            date = parsedate_to_datetime(text)
        except ValueError:
            return 0.0
        zoned = date if date.tzinfo else date.replace(tzinfo=UTC)
        wait_s = zoned.timestamp() - wall / 1e9
    return min(max(wait_s, 0.0), LONGEST_RETRY_AFTER_S)


def _unreachable(error: OSError | InvalidHandshake, host: str) -> str:
    if isinstance(error, TimeoutError):
        return f"{host} did not answer in time"
    if isinstance(error, socket.gaierror):
        return f"the name {host} cannot be resolved: {error.strerror}"
    if isinstance(error, ssl.SSLError):
        return f"TLS with {host} failed: {error.reason or error}"
    if isinstance(error, InvalidMessage) and isinstance(error.__cause__, EOFError):
        return f"{host} closed the connection during the handshake"
    if isinstance(error, InvalidHandshake):
        return f"{host} answered the handshake wrongly: {error}"
    # Where a name has several addresses, one error tells of all and has only a text.
    if isinstance(error, ConnectionRefusedError) or "Connect call failed" in str(error):
        return f"{host} refused the connection"
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return f"{host} reset the connection during the handshake"
    return f"{host} cannot be reached: {error.strerror or error}"


def close_failure(received: Close | None, sent: Close | None, error: BaseException | None) -> LinkFailure:
    """The failure behind the end of an open connection.

    `received` is the venue's close frame, unless it only answers ours; `sent` is ours: 1009 refuses a frame
    over the limit, 1011 gives up a peer that answers no ping. `error` is what broke the transport.
    """
    if received is not None:
        words = f"closed by the venue with {received.code}{_close_words(received)}"
        return LinkFailure(clean(words), REFUSED_WAIT_S if received.code in _REFUSED_CLOSES else 0.0)
    if sent is not None and sent.code == CloseCode.INTERNAL_ERROR:
        return LinkFailure("no pong: the other end of the connection is dead")
    if sent is not None:
        return LinkFailure(clean(f"closed by us with {sent.code}{_close_words(sent)}"))
    if isinstance(error, ConnectionResetError):
        return LinkFailure("connection reset")
    if error is not None:
        return LinkFailure(clean(f"connection lost: {error}"))
    return LinkFailure("connection lost without a close frame")


def _close_words(close: Close) -> str:
    meaning = _CLOSE_WORDS.get(close.code) or CLOSE_CODE_EXPLANATIONS.get(close.code, "")
    said = f": {close.reason}" if close.reason else ""
    return (f" ({meaning})" if meaning else "") + said
