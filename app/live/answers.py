"""What an answer to POST /order proves: one table for every status, body and failure, pure and total.

A refusal is a refusal only where the venue says so in a way that can mean nothing else. Whatever is left over is
UNKNOWN: the order may exist and may have been filled, and only evidence of the order itself decides.
"""

from typing import Any, Final

import httpx
import orjson

from engine.execution import Answer, AnswerKind, VenueMode
from feeds.account import read_id
from feeds.frames import Refused
from feeds.numbers import decimal_units
from feeds.text import clean

_MONEY_PLACES: Final = 10
_SIZE_PLACES: Final = 6

_BEFORE_THE_FIRST_BYTE: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""No connection was had: names not resolved, nobody listening, no TLS, no room in the pool."""

_REFUSED_FOR_GOOD: Final = frozenset({400, 401, 403, 429})
_NOT_LET_IN: Final = frozenset({401, 403})
_WORDS_THAT_DISARM: Final = (
    "banned",
    "closed only",
    "closed-only",
    "order_version_mismatch",
    "the order signer address has to be the address of the api key",
    "invalid api key",
    "unauthorized",
)
"""The next order would fare no better: the account, the key or our signature is wrong."""

_MODES: Final = (
    ("post_only_mode", VenueMode.POST_ONLY),
    ("post-only", VenueMode.POST_ONLY),
    ("cancel-only", VenueMode.CANCEL_ONLY),
    ("disabled", VenueMode.DISABLED),
)
_LONGEST_WAIT_S: Final = 86_400.0
_LOOKED_AT: Final = 4000
"""Bytes of a body that is no JSON; a page has 40,000."""


def read_answer(status: int, body: bytes, retry_after: str = "") -> Answer:
    """What the venue's answer with this HTTP `status` proves. `retry_after` is the header's text.

    A `retry_after` that is a date is read as 0: whoever waits has a pause of their own.
    """
    said = _object(body)
    reason = reason_in(said) if said is not None else text_of(body)
    if status in (200, 201, 202):
        return _of_success(said, reason)
    wait_s = max(wait_seconds(retry_after), wait_seconds((said or {}).get("retry_after_seconds")))
    mode = _mode(status, said, reason)
    told = reason or f"the venue answered {status} without a word"
    if mode is not None:
        return Answer(AnswerKind.REJECTED, told, mode=mode, retry_after_s=wait_s)
    if status in _REFUSED_FOR_GOOD:
        return Answer(AnswerKind.REJECTED, told, disarm=_disarms(status, reason), retry_after_s=wait_s)
    return Answer(AnswerKind.UNKNOWN, told, retry_after_s=wait_s)


def no_answer(error: BaseException, *, started: bool) -> Answer:
    """What it proves that `error` came instead of an answer. `started`: the request may have begun to leave."""
    kind = type(error).__name__
    if not started and isinstance(error, _BEFORE_THE_FIRST_BYTE):
        return Answer(AnswerKind.NOT_SENT, f"the venue could not be reached ({kind})")
    return Answer(AnswerKind.UNKNOWN, f"no answer came ({kind})")


def _of_success(said: dict[str, Any] | None, reason: str) -> Answer:
    """A body under 200: taken, refused, or not to be understood."""
    if said is None:
        return Answer(AnswerKind.UNKNOWN, reason or "the answer is empty")
    try:
        order_id = read_id(said["orderID"]).lower() if said.get("orderID") else ""
        paid = decimal_units(said.get("makingAmount") or "0", _MONEY_PLACES)
        bought = decimal_units(said.get("takingAmount") or "0", _SIZE_PLACES)
        trade_ids = _trade_ids(said.get("tradeIDs"))
    except Refused as refused:
        return Answer(AnswerKind.UNKNOWN, f"the answer cannot be read ({refused.name})")
    success, status = said.get("success"), said.get("status")
    if success is True and order_id and (paid > 0) == (bought > 0):
        matched = status == "matched"
        words = "" if matched or status in ("live", "delayed") else f"status {clean(str(status), 40)}"
        kind = AnswerKind.MATCHED if matched else AnswerKind.WORKING
        return Answer(kind, reason or words, order_id, paid, bought, trade_ids)
    if reason and paid == bought == 0 and not trade_ids and (success is False or not order_id):
        return Answer(AnswerKind.REJECTED, reason, order_id, disarm=_disarms(200, reason))
    return Answer(AnswerKind.UNKNOWN, reason or "the answer contradicts itself", order_id, paid, bought, trade_ids)


def _mode(status: int, said: dict[str, Any] | None, reason: str) -> VenueMode | None:
    """The phase of the venue that the refusal betrays. A page that happens to say "disabled" betrays none."""
    if status == 425:
        return VenueMode.RESTARTING
    if status != 503 or said is None:
        return None
    words = f"{said.get('code')} {reason}".lower()
    return next((mode for word, mode in _MODES if word in words), None)


def _disarms(status: int, reason: str) -> bool:
    said = reason.lower()
    return status in _NOT_LET_IN or any(words in said for words in _WORDS_THAT_DISARM)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def reason_in(said: dict[str, Any]) -> str:
    """The venue's words, in whichever of its fields, on one line."""
    for name in ("errorMsg", "error", "message"):
        value = said.get(name)
        if value:
            return _line(value if isinstance(value, str) else orjson.dumps(value).decode())
    return ""


def text_of(body: bytes) -> str:
    return _line(body[:_LOOKED_AT].decode("utf-8", "replace"))


def _line(text: str) -> str:
    return clean(" ".join(text[:_LOOKED_AT].split()))


def _trade_ids(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Refused("bad_type")
    return tuple(read_id(one) for one in value)


def wait_seconds(value: object) -> float:
    """A wait in seconds, as a number or its text; 0 for anything else."""
    try:
        seconds = float(value) if isinstance(value, str | int | float) else 0.0
    except (ValueError, OverflowError):
        return 0.0
    return min(seconds, _LONGEST_WAIT_S) if seconds > 0 else 0.0
