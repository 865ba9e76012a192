"""`market_info.txt`: what is known of a window, a `key=value` a line, replaced as a whole or not at all."""

import os
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

from app.telemetry.columns import MARKET_INFO
from app.telemetry.disk import make_folder, open_private, sync_folder
from app.telemetry.figures import real_text
from feeds.text import clean

InfoValue = str | int | float | Decimal
"""Decimal for money, which stays exact; a float is cut to 8 decimals."""

FILE_NAME: Final = "market_info.txt"

_KEY: Final = re.compile(r"[a-z][a-z0-9_.]*")


class MarketInfo:
    """The pairs of one window's file; those of an earlier run stay until they are replaced."""

    __slots__ = ("_pairs", "path")

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self._pairs = read_info(path)

    def get(self, key: str, default: str = "") -> str:
        """The text of `key`, `default` where nobody wrote it."""
        return self._pairs.get(key, default)

    def update(self, pairs: Mapping[str, InfoValue]) -> None:
        """Set these keys. ValueError for a key that is not made of `a-z 0-9 _ .`."""
        for key in pairs:
            if not _KEY.fullmatch(key):
                raise ValueError(f"{key!r} is no key of {FILE_NAME}: use a-z, 0-9, _ and .")
        self._pairs.update({key: _value_text(value) for key, value in pairs.items()})

    def forget(self, key: str) -> None:
        """Leave this key out from now on; nothing where nobody wrote it."""
        self._pairs.pop(key, None)

    def text(self) -> str:
        """The file: the keys of the design in its order, then the others as they came."""
        first = [key for key in MARKET_INFO if key in self._pairs]
        rest = [key for key in self._pairs if key not in MARKET_INFO]
        return "".join(f"{key}={self._pairs[key]}\n" for key in first + rest)


def write_info(path: Path, text: str) -> None:
    """Put `text` in place of the file: a reader, and a power cut, finds the old or the new one. Blocks; OSError."""
    make_folder(path.parent)
    draft = path.with_name(f"{path.name}.tmp")
    with open_private(draft, os.O_TRUNC) as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def read_info(path: Path) -> dict[str, str]:
    """The pairs of the file, none where there is no file; lines that are no pair are left out."""
    try:
        text = path.read_text("utf-8", "replace")
    except FileNotFoundError:
        return {}
    pairs = (line.partition("=") for line in text.split("\n"))
    return {key: value for key, equals, value in pairs if equals and _KEY.fullmatch(key)}


def _value_text(value: InfoValue) -> str:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float):
        return real_text(value, 8)
    return format(value, "f") if isinstance(value, Decimal) else str(value)
