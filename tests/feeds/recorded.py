"""Reads the real frames of ../shared, each kind of file in its own wrapping, as they came over the wire."""

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from feeds.frames import decode

SHARED = Path(__file__).parents[3] / "shared"

needs_recordings = pytest.mark.skipif(
    not (SHARED / "data").is_dir() or not (SHARED / "samples").is_dir(),
    reason="the recordings are not published with the project: ../shared/data or ../shared/samples is absent",
)


def all_files() -> list[str]:
    """Every file of both folders, as `data/...` or `samples/...`."""
    folders = (SHARED / "data", SHARED / "samples")
    return sorted(str(path.relative_to(SHARED)) for top in folders for path in top.rglob("*") if path.is_file())


def lines(name: str) -> list[str]:
    """The file's lines that are not blank."""
    path = SHARED / name
    text = lzma.decompress(path.read_bytes()).decode() if path.suffix == ".xz" else path.read_text()
    return [line for line in text.splitlines() if line.strip()]


def frames(name: str) -> Iterator[object]:
    """The decoded frames of a file, in its order. What a client sent is left out."""
    if name.endswith("btcusdt_trade_4000.jsonl"):
        yield from (decode(line.split(" ", 1)[1]) for line in lines(name))
    elif name.endswith("raw_messages.jsonl"):
        yield from (decode(json.loads(line)["payload"]) for line in lines(name))
    elif name.endswith("15m_raw_first10.jsonl"):
        yield from (decode(json.loads(line)["raw"]) for line in lines(name))
    elif name.endswith(".jsonl.xz"):
        yield from (json.loads(line)["frame"] for line in lines(name))
    elif name.endswith("clob_text_frames.json"):
        yield from (decode(text) for text in json.loads((SHARED / name).read_text()))
    elif name.endswith(".jsonl"):
        sent_and_received = [json.loads(line) for line in lines(name)]
        yield from (line.get("frame", line) if isinstance(line, dict) else line for line in received(sent_and_received))
    else:
        yield decode((SHARED / name).read_text())


def received(log: list[Any]) -> Iterator[Any]:
    for line in log:
        if not (isinstance(line, dict) and line.get("dir") == "out"):
            yield line


def tokens(name: str) -> tuple[str, str]:
    """The market's two tokens: those of its market document, else the first two that its frames name."""
    markets = (SHARED / name).with_name("markets.jsonl")
    if markets.exists():
        up, down = (outcome["token_id"] for outcome in json.loads(markets.read_text().splitlines()[0])["outcomes"])
        return up, down
    named = dict.fromkeys(token for frame in frames(name) for token in tokens_in(frame))
    first, second, *_ = [*named, "no other token", "no token"]
    return first, second


def tokens_in(value: Any) -> Iterator[str]:
    """Every `asset_id` and every member of `assets_ids` below `value`."""
    if isinstance(value, dict):
        if isinstance(value.get("asset_id"), str):
            yield value["asset_id"]
        yield from value.get("assets_ids", ())
        for inner in value.values():
            yield from tokens_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from tokens_in(inner)
