"""A recording to play: the busy window, whole or its first lines; signals, orders and fills come in its last minute."""

from itertools import islice
from pathlib import Path

from tests.bench.busy import write_window


def write_tape(folder: Path, lines: int | None = None) -> Path:
    """The window, or its first lines, as a plain file."""
    whole = write_window(folder).with_suffix("")
    if lines is None:
        return whole
    with whole.open("rb") as file:
        head = b"".join(islice(file, lines))
    path = folder / "head.jsonl"
    path.write_bytes(head)
    return path
