"""A setting's text made the value that it stands for, or refused in one sentence."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from engine.market import Asset, Interval
from feeds.text import clean

Parser = Callable[[str, str], Any]
"""(name, text) to value; raises SettingError."""

_NUMBER: Final = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_ADDRESS: Final = re.compile(
    r"[a-z]+://(?:[a-z\d](?:[a-z\d.-]*[a-z\d])?|\[[\da-f:.]+\])(?::\d{1,5})?(?:/[\w.~/-]*)?", re.ASCII | re.IGNORECASE
)
"""Scheme, host, port and path. A query, a fragment and credentials have no place in a base."""

_TOKEN: Final = re.compile(r"\d{5,20}:[\w-]{20,}", re.ASCII)
"""What looks like a bot token is never shown, in whichever setting it stands by mistake."""

_PRIVATE_KEY: Final = re.compile(r"(?:0x)?[\da-f]{64}", re.ASCII | re.IGNORECASE)
"""Nor what looks like a wallet's private key. Condition ids and order hashes look the same, and are no settings."""

_SEED_WORDS: Final = 12
"""As many words as this are a seed phrase rather than a path."""

_SECRET_SIGNS: Final = frozenset("@?#")
"""An address with one of these may hold a password or a key."""

_SHOWN_CHARS: Final = 80


class SettingError(ValueError):
    """A setting has a value that cannot be used: one sentence, with the name, the value and what to do."""


class Secret:
    """A text that never shows itself: not in a log, a traceback, a screenshot or a repr."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text, for the one place that sends it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret(…)" if self._text else "Secret()"


def pair(name: str, text: str) -> tuple[Asset, Interval] | None:
    """`<asset>-<interval>`; None for an empty text."""
    if not text:
        return None
    asset, _, interval = text.partition("-")
    try:
        return Asset(asset), Interval(interval)
    except ValueError:
        raise SettingError(f"{name}={shown(text)} is not of the form asset-interval; set it as in btc-5m.") from None


def key_file(name: str, text: str) -> Path | None:
    """The path of the file with a private key; None for an empty text. The key itself is refused, and not shown."""
    if _PRIVATE_KEY.search(text) or _TOKEN.search(text) or len(text.split()) >= _SEED_WORDS:
        raise SettingError(
            f"{name}=(not shown, it looks like a key) is not the path of a file; put the key into a file of mode 0600, "
            "give its path, and treat the key as published."
        )
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        path = None
    if path is None or not text.isprintable():
        raise SettingError(f"{name}={shown(text)} is not the path of a file; give that of the file with the key.")
    return path if text else None


def account(name: str, text: str) -> str:
    """An address on the chain, 0x and 40 hex digits; empty for none. Its checksum is looked at where it is used."""
    if text and not re.fullmatch(r"0x[\da-fA-F]{40}", text, re.ASCII):
        raise SettingError(f"{name}={shown(text)} is not an address; give 0x and 40 hex digits.")
    return text


def one_of(kind: type[Asset] | type[Interval]) -> Parser:
    """One of the words of `kind`."""

    def parse(name: str, text: str) -> Asset | Interval:
        try:
            return kind(text)
        except ValueError:
            choices = ", ".join(kind)
            raise SettingError(f"{name}={shown(text)} is not one of {choices}; set it to one of these.") from None

    return parse


def number(low: float, high: float, unit: str) -> Parser:
    """A number in plain digits from `low` to `high`."""

    def parse(name: str, text: str) -> float:
        if not _NUMBER.fullmatch(text) or not low <= float(text) <= high:
            raise SettingError(
                f"{name}={shown(text)} is not a number from {low:.12g} to {high:.12g} ({unit}); "
                "set it within that range, in plain digits."
            )
        return float(text)

    return parse


def whole(low: int, high: int, unit: str) -> Parser:
    """A number without a fraction."""
    parse_number = number(low, high, unit)

    def parse(name: str, text: str) -> int:
        value = float(parse_number(name, text))
        if value != int(value):
            raise SettingError(f"{name}={shown(text)} is not a whole number ({unit}); leave out the fraction.")
        return int(value)

    return parse


def optional(parse: Parser) -> Parser:
    """`parse`, but nothing for an empty text."""
    return lambda name, text: parse(name, text) if text else None


def strategies(name: str, text: str) -> tuple[str, ...]:
    """Names, and paths of files: what `app.strategies.load` takes."""
    items = tuple(item.strip() for item in text.split(","))
    for item in items:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", item) and not (item.endswith(".py") and item.isprintable()):
            raise SettingError(
                f"{name}={shown(text)} has in it what is neither a strategy's name nor the path of a .py file; "
                "give these, with commas between them."
            )
    return items


def address(*schemes: str) -> Parser:
    """The base of an address with one of these schemes, without a slash at its end."""
    forms = " or ".join(f"{scheme}://host" for scheme in schemes)

    def parse(name: str, text: str) -> str:
        try:
            parts = urlsplit(text)
            usable = parts.scheme in schemes and parts.port != 0
        except ValueError:
            usable = False
        if not usable or not _ADDRESS.fullmatch(text):
            value = shown(text) if _SECRET_SIGNS.isdisjoint(text) else "(not shown, it may hold a secret)"
            raise SettingError(
                f"{name}={value} is not an address of the form {forms}; give the base, without query or credentials."
            )
        return text.rstrip("/")

    return parse


def chat(name: str, text: str) -> str:
    """A chat's number or @channel; empty for none."""
    if text and not re.fullmatch(r"-?\d{1,20}|@\w{1,64}", text, re.ASCII):
        value = shown(text) if ":" not in text else "(not shown, it may be the bot's token)"
        raise SettingError(f"{name}={value} is not a chat id; give a number or @channel.")
    return text


def token(name: str, text: str) -> Secret:
    """A bot's token; empty for none."""
    if text and not re.fullmatch(r"\d{1,20}:[\w-]{1,200}", text, re.ASCII):
        raise SettingError(f"{name} is not a bot token of the form digits:letters (its value is not shown); check it.")
    return Secret(text)


def credential(name: str, text: str) -> Secret:
    """A key or a passphrase; empty for none."""
    if text and not re.fullmatch(r"[!-~]{1,200}", text):
        raise SettingError(f"{name} is not one word of plain characters (its value is not shown); check it.")
    return Secret(text)


def shown(text: str) -> str:
    """What a person typed, in one line that cannot steer a terminal; quoted where it is not plain."""
    safe = clean(_PRIVATE_KEY.sub("(key)", _TOKEN.sub("(token)", text)), _SHOWN_CHARS)
    return safe if safe == text and text else repr(safe)
