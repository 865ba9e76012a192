"""The theme that was chosen last, kept in one small file. Never worth an error: what cannot be read is forgotten."""

import os
import tempfile
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

_FOLDER: Final = "pmtui"
_FILE: Final = "theme"


def theme_file(environment: Mapping[str, str]) -> Path | None:
    """`theme` in the state folder; None for somebody without a home."""
    folder = state_folder(environment)
    return folder / _FILE if folder is not None else None


def state_folder(environment: Mapping[str, str]) -> Path | None:
    """`$XDG_STATE_HOME/pmtui`, by default under `~/.local/state`; None for somebody without a home.

    A relative XDG_STATE_HOME does not count, as the base directory specification has it.
    """
    base = Path(environment.get("XDG_STATE_HOME", ""))
    if not base.is_absolute():
        home = Path(environment.get("HOME", ""))
        if not home.is_absolute():
            return None
        base = home / ".local" / "state"
    return base / _FOLDER


def read_theme(environment: Mapping[str, str], known: Collection[str]) -> str | None:
    """The remembered theme, where there is one and it is still among `known`."""
    path = theme_file(environment)
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            name = file.read(64).decode("ascii").strip()
    except (OSError, ValueError):
        return None
    return name if name in known else None


def write_theme(environment: Mapping[str, str], name: str) -> bool:
    """Remember `name`, whole or not at all; returns whether that worked."""
    path = theme_file(environment)
    if path is None:
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _replace(path, f"{name}\n".encode("ascii"))
    except (OSError, ValueError):
        return False
    return True


def _replace(path: Path, content: bytes) -> None:
    """Two consoles may write at once, so each has a name of its own until its file is complete."""
    handle, unfinished = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(unfinished).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(unfinished).unlink()
        raise
