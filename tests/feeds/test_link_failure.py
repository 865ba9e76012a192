import socket
import ssl
from email.utils import formatdate

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import InvalidHandshake, InvalidMessage, InvalidStatus
from websockets.frames import Close
from websockets.http11 import Response

from feeds.link_failure import LONGEST_RETRY_AFTER_S, close_failure, connect_failure

HOST = "venue.test"
NOW = 1_795_000_000 * 10**9


def answered(status: int, **headers: str) -> InvalidStatus:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return InvalidStatus(Response(status, "\x1b[2Jphrase", Headers(named)))


def hung_up() -> InvalidMessage:
    error = InvalidMessage("did not receive a valid HTTP response")
    error.__cause__ = EOFError("connection closed")
    return error


def certificate_error() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TimeoutError("timed out during opening handshake"), "venue.test did not answer in time"),
        (
            socket.gaierror(-2, "Name or service not known"),
            "the name venue.test cannot be resolved: Name or service not known",
        ),
        (ConnectionRefusedError(111, "Connect call failed"), "venue.test refused the connection"),
        (
            OSError("Multiple exceptions: [Errno 111] Connect call failed, ..."),
            "venue.test refused the connection",
        ),
        (ConnectionResetError(104, "reset"), "venue.test reset the connection during the handshake"),
        (OSError(113, "No route to host"), "venue.test cannot be reached: No route to host"),
        (hung_up(), "venue.test closed the connection during the handshake"),
        (InvalidMessage("no HTTP"), "venue.test answered the handshake wrongly: no HTTP"),
        (InvalidHandshake("bad\x1b[2J"), "venue.test answered the handshake wrongly: bad\ufffd[2J"),
        (certificate_error(), "TLS certificate of venue.test is not valid: self-signed certificate"),
    ],
)
def test_a_failed_attempt_is_told_in_one_sentence(error: OSError | InvalidHandshake, reason: str) -> None:
    assert connect_failure(error, HOST, NOW).reason == reason


def test_a_bad_certificate_is_not_tried_again_at_once() -> None:
    assert connect_failure(certificate_error(), HOST, NOW).least_wait_s == 60


def test_the_venues_own_words_of_an_answer_are_not_shown() -> None:
    assert connect_failure(answered(403), HOST, NOW).reason == (
        "venue.test answered the handshake with 403 (forbidden)"
    )


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        ("7", 7.0),
        (formatdate(NOW / 1e9 + 90, usegmt=True), 90.0),
        (formatdate(NOW / 1e9 - 90, usegmt=True), 0.0),
        ("99999999", LONGEST_RETRY_AFTER_S),
        ("soon", 0.0),
        ("-3", 0.0),
        ("", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_nonsense_is_nothing(header: str, wait_s: float) -> None:
    assert connect_failure(answered(429, Retry_After=header), HOST, NOW).least_wait_s == wait_s


@pytest.mark.parametrize(
    ("received", "sent", "error", "reason"),
    [
        (
            Close(1013, "slow consumer"),
            None,
            None,
            "closed by the venue with 1013 (slow consumer or overload, try again later): slow consumer",
        ),
        (Close(1012, ""), None, None, "closed by the venue with 1012 (service restart)"),
        (Close(4003, "draining"), None, None, "closed by the venue with 4003: draining"),
        (Close(1000, "\x1b]0;x\x07"), None, None, "closed by the venue with 1000 (OK): \ufffd]0;x\ufffd"),
        (
            None,
            Close(1009, "over limit"),
            None,
            "closed by us with 1009 (frame too big): over limit",
        ),
        (
            None,
            Close(1011, "keepalive ping timeout"),
            None,
            "no pong: the other end of the connection is dead",
        ),
        (None, None, ConnectionResetError(), "connection reset"),
        (None, None, OSError("broken"), "connection lost: broken"),
        (None, None, None, "connection lost without a close frame"),
    ],
)
def test_the_end_of_a_connection_is_told_in_one_sentence(
    received: Close | None, sent: Close | None, error: Exception | None, reason: str
) -> None:
    assert close_failure(received, sent, error).reason == reason


def test_refused_credentials_are_not_tried_again_at_once() -> None:
    assert close_failure(Close(4001, "auth"), None, None).least_wait_s == 60
    assert close_failure(Close(1013, ""), None, None).least_wait_s == 0
