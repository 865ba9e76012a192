"""The recording: one line an arrival, in the order in which the engine handled them.

`{"t": wall ns, "m": monotonic ns, "s": source, "d": what arrived}`. A frame that was JSON stands in `d` as it
came, so that a better parser can read it again; one that was not is a JSON string.
"""

from typing import Final, NamedTuple

import orjson

FILE_NAME: Final = "frames.jsonl"
PACKED_NAME: Final = "frames.jsonl.gz"

_LINE_ENDS_TO_SPACES: Final = bytes.maketrans(b"\r\n", b"  ")


class Frame(NamedTuple):
    """What arrived; `is_json` says that a parser has accepted it as JSON."""

    wall: int
    mono: int
    source: str
    payload: str | bytes
    is_json: bool


def own_frame(wall: int, mono: int, source: str, facts: object) -> Frame:
    """A record of our own: `facts` as JSON now, since they may change later. What JSON has no word for is text."""
    payload = orjson.dumps(facts, default=str, option=orjson.OPT_NON_STR_KEYS)
    return Frame(wall, mono, source, payload, is_json=True)


def frame_line(frame: Frame) -> bytes:
    """The line, with its end. A line end inside JSON can only be blank space there and becomes a space."""
    wall, mono, source, payload, is_json = frame
    data = _json(payload) if is_json else _string(payload)
    return b'{"t":%d,"m":%d,"s":%b,"d":%b}\n' % (wall, mono, orjson.dumps(source), data)


def gap_line(frame: Frame, missing: int) -> bytes:
    """The line that owns up to `missing` lines which the disk refused before `frame`."""
    return frame_line(own_frame(frame.wall, frame.mono, "drop", {"lines": missing}))


def _json(payload: str | bytes) -> bytes:
    data = payload.encode() if isinstance(payload, str) else payload
    return data.translate(_LINE_ENDS_TO_SPACES) if b"\n" in data or b"\r" in data else data


def _string(payload: str | bytes) -> bytes:
    data = payload.encode("utf-8", "replace") if isinstance(payload, str) else payload
    return orjson.dumps(data.decode("utf-8", "replace"))
