"""The checker itself: what is planted in journal, ledger, log and recording is found, and nothing else is."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.app.live.checker import LATE_MS, MAY_BE_OPEN, NOTHING_OPEN, Story, Terms, check_kills
from tests.app.live.freshness import Ages, check_fresh

Json = dict[str, Any]

S = 10**9
WALL = 1_795_735_440 * S
"""The wall clock when the monotonic one is 0."""
SENT_S = 100.0
MARKET = {
    "slug": "btc-updown-5m-1795735440",
    "condition_id": "0xc1",
    "up_token": "1",
    "down_token": "2",
    "end_ms": (WALL + 300 * S) // 10**6,
    "settlement": "chainlink_twap",
    "fee_rate": "0.07",
    "fee_exponent": 1,
}


def record(at_s: float, kind: str, **facts: Any) -> Json:
    return {"t_wall": WALL + round(at_s * S), "t_mono": round(at_s * S), "type": kind} | facts


def story(*more: Json) -> Story:
    """One order of Down, sent at SENT_S."""
    intent = {"hash": "0xa1", "market": "0xc1", "order": "one", "outcome": 1, "price": 3000, "budget": 5 * 10**10}
    intent |= {"reserve": 6 * 10**10, "decided": WALL + round(SENT_S * S)}
    records = [
        record(1, "ARM"),
        record(SENT_S, "MARKET", market=MARKET),
        record(SENT_S, "INTENT", **intent),
        record(SENT_S, "SENT", hash="0xa1"),
        *more,
    ]
    made = Story(records, Terms())
    assert not made.wrong
    return made


Frames = list[tuple[float, str, Any]]


def sound() -> Frames:
    """A recording on which the order could be sent: what came when, by seconds."""
    book = {"event_type": "book", "bids": [{"price": "0.28"}], "asks": [{"price": "0.3"}]}
    change = {"best_bid": "0.29", "best_ask": "0.3"}
    return [
        (1.0, "link", {"feed": "clob", "epoch": 1, "up": True}),
        (2.0, "clob", [book | {"asset_id": "1"}, book | {"asset_id": "2"}]),
        (99.0, "oracle", {"payload": {}}),
        (99.1, "clob", "PONG"),
        (99.2, "binance", {"e": "trade", "T": (WALL + round(99.2 * S)) // 10**6}),
        (99.3, "clob", {"event_type": "price_change", "price_changes": [change | {"asset_id": "2"}]}),
        (150.0, "binance", {"e": "trade", "T": (WALL + 150 * S) // 10**6}),
    ]


def written(folder: Path, frames: Frames) -> Path:
    at = folder / MARKET["slug"]  # type: ignore[operator]
    at.mkdir()
    lines = [{"t": WALL + round(s * S), "m": round(s * S), "s": source, "d": data} for s, source, data in frames]
    (at / "frames.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"t": 17')
    return at


def test_an_order_on_fresh_data_is_found_in_order(tmp_path: Path) -> None:
    assert check_fresh(written(tmp_path, sound()), story(), Ages()) == []


def without(source: str) -> Callable[[Frames], Frames]:
    return lambda frames: [frame for frame in frames if frame[1] != source]


def at(index: int, seconds: float) -> Callable[[Frames], Frames]:
    def moved(frames: Frames) -> Frames:
        frames[index] = (seconds, *frames[index][1:])
        return sorted(frames, key=lambda frame: frame[0])

    return moved


def plus(seconds: float, source: str, data: Any) -> Callable[[Frames], Frames]:
    return lambda frames: sorted([*frames, (seconds, source, data)], key=lambda frame: frame[0])


CROSSED = {"price_changes": [{"asset_id": "2", "best_bid": "0.3", "best_ask": "0.3"}]}


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (without("binance"), "I2 one: sent on a price that was not there, the limit is 3000 ms"),
        (at(4, 96.9), "I2 one: sent on a price that was 3100 ms old, the limit is 3000 ms"),
        (at(5, 94.9), "I2 one: sent on a quote that was 5100 ms old, the limit is 5000 ms"),
        (at(2, 95.9), "I2 one: sent on an oracle's report that was 4100 ms old, the limit is 4000 ms"),
        (without("oracle"), "I2 one: sent on an oracle's report that was not there, the limit is 4000 ms"),
        (plus(99.9, "binance", {"e": "trade", "T": WALL // 10**6}), "I2 one: sent on a price that came 99900 ms late"),
        (plus(99.9, "link", {"feed": "clob", "up": False}), "I12 one: sent while the books' connection was down"),
        (without("link"), "I12 one: sent while the books' connection was down"),
        (
            plus(99.9, "link", {"feed": "clob", "up": True}),
            "I12 one: sent before a whole book had come on the present connection",
        ),
        (plus(99.9, "clob", CROSSED), "I10 one: sent on a crossed book"),
    ],
)
def test_an_order_on_data_that_it_should_not_have_left_on_is_found(
    tmp_path: Path, plant: Callable[[Frames], Frames], found: str
) -> None:
    assert check_fresh(written(tmp_path, plant(sound())), story(), Ages()) == [found]


def test_an_order_that_never_left_may_have_been_on_stale_data(tmp_path: Path) -> None:
    dropped = record(SENT_S, "CANCEL", hash="0xa1", by="us")
    assert check_fresh(written(tmp_path, without("binance")(sound())), story(dropped), Ages()) == []


def nobody_found() -> Json:
    return record(SENT_S + 70, "RESOLVED", hash="0xa1", by="us", reason="")


def refused(reason: str) -> Json:
    return record(SENT_S, "REJECT", hash="0xa1", by="answer", answer="rejected", mode="", reason=reason)


def shown(state: str) -> Json:
    return record(SENT_S + 80, "ACK", hash="0xa1", by="report", state=state, matched=0)


CANCELLED = record(SENT_S + 75, "CANCEL", hash="0xa1", by="report", state="canceled", matched=0)


@pytest.mark.parametrize(
    ("told", "fate"),
    [
        ([nobody_found()], "resolved"),
        ([nobody_found(), shown("live")], "UNKNOWN"),
        ([refused("not enough balance"), shown("delayed")], "UNKNOWN"),
        ([nobody_found(), shown("matched")], "matched"),
        ([nobody_found(), shown("live"), CANCELLED], "cancelled"),
        ([nobody_found(), CANCELLED, shown("live")], "resolved"),
        ([refused("no orders found to match"), shown("live")], "rejected"),
    ],
)
def test_the_money_of_an_order_that_shows_after_it_was_taken_to_be_over_is_held(told: list[Json], fate: str) -> None:
    made = story(*told)
    assert made.orders["0xa1"].fate == fate
    assert bool(made.held()) is (fate == "UNKNOWN")


KILL_S = 200.0


def ledger(*posts_s: float, status: str = "MATCHED") -> Json:
    posts = [{"owner": "0xOwner", "received_ms": (WALL + round(s * S)) // 10**6, "order_id": "0xa1"} for s in posts_s]
    order = {"owner": "0xowner", "order_id": "0xb2", "status": status, "created_ms": WALL // 10**6}
    return {"posts": posts, "orders": [order]}


def log(at_s: float, words: str) -> str:
    stamp = datetime.fromtimestamp(WALL / S + at_s, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    return f"a line without a time\n{stamp}Z  live      {words}\n"


SAID = log(KILL_S + 0.5, f'"{NOTHING_OPEN}"')


@pytest.mark.parametrize(
    ("facts", "said", "found"),
    [
        (ledger(SENT_S), SAID, []),
        (ledger(SENT_S), log(KILL_S + 9, f'"{MAY_BE_OPEN}"'), []),
        (ledger(SENT_S, status="LIVE"), log(KILL_S + 9, f'"{MAY_BE_OPEN}"'), []),
        (ledger(SENT_S), "", ["I16 ten seconds after a kill nobody had said whether anything is open"]),
        (
            ledger(SENT_S),
            log(KILL_S + 10.1, NOTHING_OPEN),
            ["I16 ten seconds after a kill nobody had said whether anything is open"],
        ),
        (
            ledger(SENT_S, status="LIVE"),
            SAID,
            ["I16 0xb2 is open at the venue after a kill that said nothing was"],
        ),
        (
            ledger(SENT_S, KILL_S + 1 + LATE_MS / 1000),
            SAID,
            [f"I16 an order was posted {LATE_MS + 1000} ms after a kill"],
        ),
    ],
)
def test_what_a_kill_leaves_is_found(facts: Json, said: str, found: list[str]) -> None:
    assert check_kills(story(record(KILL_S, "DISARM", reason="killed")), facts, "0xOwner", said) == found


def test_an_order_after_arming_again_is_not_held_against_an_earlier_kill() -> None:
    again = story(record(KILL_S, "DISARM", reason="killed"), record(KILL_S + 20, "ARM"))
    assert check_kills(again, ledger(SENT_S, KILL_S + 30), "0xOwner", SAID) == []
