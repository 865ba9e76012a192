"""What an account told its engine, written into a recording and read back."""

from dataclasses import fields
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.live.order_record import order_record
from engine.events import Ack, Allowance, Fill, Refused, Standing
from engine.execution import VenueMode
from engine.orders import OrderStatus
from feeds.recording import BadRecording, FrameReader, Record
from feeds.told import KINDS, Told
from tests.engine.builders import market

whole = st.integers(-(2**62), 2**62)
times = st.integers(0, 2**62)
text = st.text(max_size=20)
outcome = st.sampled_from((0, 1))
told = st.one_of(
    st.builds(Fill, times, times, text, text, outcome, whole, whole, whole, text),
    st.builds(Ack, times, times, text, text, outcome, st.sampled_from(OrderStatus), text),
    st.builds(Allowance, times, times, whole),
    st.builds(Standing, times, times, st.sampled_from(VenueMode), whole, whole, whole),
    st.builds(Refused, times, times, text),
)
FILL: dict[str, Any] = order_record(Fill(5, 6, "o-1", "momentum", 1, 5_000, 7, 8, "t"))
ACK: dict[str, Any] = order_record(Ack(5, 6, "o-1", "momentum", 1, OrderStatus.NONE, "why"))
STANDING: dict[str, Any] = order_record(Standing(5, 6))


def read(data: object) -> Any:
    (event,) = FrameReader(market()).events(Record(6, 5, "order", data))
    return event


@given(told)
def test_what_was_written_is_read_back_the_same(event: Told) -> None:
    data = orjson.loads(orjson.dumps(order_record(event)))
    (back,) = FrameReader(market()).events(Record(event.wall, event.mono, "order", data))
    assert type(back) is type(event)
    assert [getattr(back, one.name) for one in fields(event)] == [getattr(event, one.name) for one in fields(event)]


def test_everything_that_may_be_told_has_a_kind() -> None:
    assert set(KINDS.values()) == {Fill, Ack, Allowance, Standing, Refused}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "has no 'kind'"),
        ({"kind": "bill"}, "kind 'bill' is none of fill, ack"),
        ({"kind": 3}, "kind 3 is none of"),
        ("fill", "cannot be read"),
        (None, "cannot be read"),
        ({name: value for name, value in FILL.items() if name != "size"}, "has no 'size'"),
        (FILL | {"size": "7"}, "size '7' is no int"),
        (FILL | {"size": True}, "size True is no int"),
        (FILL | {"price": 0.5}, "price 0.5 is no int"),
        (FILL | {"outcome": 2}, "outcome 2 is neither 0 nor 1"),
        (FILL | {"trade_id": None}, "trade_id None is no str"),
        (ACK | {"status": "gone"}, "status 'gone' is unknown"),
        (STANDING | {"venue": "closed"}, "venue 'closed' is unknown"),
        (STANDING | {"venue": []}, "venue [] is unknown"),
        ({"kind": "allowance", "money": 1.0}, "money 1.0 is no int"),
        ({"kind": "refused"}, "has no 'order_id'"),
    ],
)
def test_a_record_of_no_use_names_the_field(data: object, words: str) -> None:
    with pytest.raises(BadRecording) as raised:
        read(data)
    assert str(raised.value).startswith("the order record at t=6 ")
    assert words in str(raised.value)
