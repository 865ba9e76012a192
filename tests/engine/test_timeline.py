from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.events import DOWN, UP, Event
from engine.limits import Limits
from engine.timeline import QUEUE, Timeline
from engine.units import MONEY
from tests.engine.builders import (
    STRIKE,
    Heard,
    Wants,
    ask,
    bid,
    change,
    link,
    money,
    mono,
    opening,
    snapshot,
    timeline,
    trade,
    wall,
)

QUICK = Limits(cooldown_ns=0, max_orders=1000)


def ready(limits: Limits | None = None) -> tuple[Timeline, Heard]:
    line, heard = timeline(limits=limits)
    for event in opening():
        line.deliver(event)
    return line, heard


# --- ticks


def test_tick_is_due_every_hundred_milliseconds_from_the_beginning() -> None:
    line, _ = timeline(start=0.0)
    assert line.due == mono(0.1)
    line.advance(mono(0.1) - 1)
    assert line.due == mono(0.1)
    line.advance(mono(0.1))
    assert line.due == mono(0.2)
    line.advance(mono(5.05))
    assert line.due == mono(5.1)


def test_event_brings_the_ticks_that_were_due_before_it() -> None:
    line, _ = timeline(start=0.0)
    line.deliver(trade(1.0, STRIKE, 1))
    assert line.due == mono(1.1)


def test_tick_follows_the_wall_clock_of_the_last_event() -> None:
    """The clock steps between two events; the first tick after the second sees it."""
    line, _ = timeline(start=0.0)
    line.deliver(trade(0.45, STRIKE, 1))
    stepped = trade(0.55, STRIKE, 2)
    stepped.wall += 3_000_000_000
    line.deliver(stepped)
    assert line.engine.state.clock.steps == 0
    line.advance(mono(0.6))
    assert line.engine.state.clock.steps == 1
    assert line.engine.state.clock.distrust_until == mono(10.6)


# --- order of what is due


def test_answer_is_due_after_latency_and_hold_and_before_the_tick_of_the_same_instant() -> None:
    line, heard = ready()
    line.deliver(change(1.05, bid(UP, 0.03, 1)))
    assert line.due == mono(1.1)
    line.advance(mono(1.2))
    assert heard.answers == []
    assert line.due == mono(1.25)
    line.advance(mono(1.25))
    assert [ack.mono for _, _, ack in heard.answers] == [mono(1.25)]
    assert line.due == mono(1.3)


def test_due_answer_comes_before_the_event_that_follows_it() -> None:
    """The frame at 1.5 s empties the book; the order that arrived at 1.2 s had met it full."""
    line, heard = ready()
    line.deliver(change(1.0, bid(UP, 0.03, 1)))
    line.deliver(change(1.5, ask(UP, 0.50, 0)))
    assert len(heard.fills) == 1
    assert heard.fills[0].wall == wall(1.2)


def test_engine_knows_of_the_fill_before_it_sees_the_next_quote() -> None:
    """With room for one order, the quote at 1.5 s is stopped by the position and not by the reserve."""
    line, _ = ready(replace(QUICK, max_position=money(5.2)))
    line.deliver(change(1.0, bid(UP, 0.03, 1)))
    evaluation = line.deliver(change(1.5, bid(UP, 0.03, 2)))
    assert evaluation is not None
    assert evaluation.signals[0].block == ("min_shares", 0.34, 5.0)
    assert line.engine.risk.reserved == 0


def test_no_latency_and_no_hold_answers_at_once_but_after_the_quote() -> None:
    line, heard = ready(Limits(latency_ns=0, hold_ns=0))
    evaluation = line.deliver(change(1.05, bid(UP, 0.03, 1)))
    assert evaluation is not None
    assert evaluation.order is not None
    assert line.due == mono(1.05)
    line.advance(mono(1.05))
    assert len(heard.answers) == 1


def test_orders_are_answered_in_their_order() -> None:
    line, heard = ready(QUICK)
    for t in (1.0, 1.01, 1.02):
        line.deliver(change(t, bid(UP, 0.03, t)))
    line.advance(mono(2.0))
    assert [order.order_id[-2:] for order, _, _ in heard.answers] == ["-1", "-2", "-3"]
    assert [ack.mono for _, _, ack in heard.answers] == [mono(1.2), mono(1.21), mono(1.22)]


def test_queue_of_sixty_four_refuses_the_next_order_before_it_counts() -> None:
    line, heard = ready(replace(QUICK, max_position=10_000 * MONEY))
    for i in range(QUEUE):
        evaluation = line.deliver(change(1.0 + i / 1000, bid(UP, 0.03, 1 + i)))
        assert evaluation is not None
        assert evaluation.order is not None
    refused = line.deliver(change(1.1, bid(UP, 0.03, 99)))
    assert refused is not None
    assert refused.signals[0].block == ("queue", 64.0, 64.0)
    assert line.engine.risk.orders == QUEUE
    line.advance(mono(1.2))
    assert len(heard.answers) == 1
    taken = line.deliver(change(1.2, bid(UP, 0.03, 98)))
    assert taken is not None
    assert taken.order is not None


# --- random sessions

cents = st.integers(1, 99)
quotes = st.tuples(st.just("ask"), st.sampled_from([UP, DOWN]), cents, st.sampled_from([0.0, 1.5, 6.0, 25.0, 0.0001]))
other = st.one_of(
    st.tuples(st.just("lost"), st.just(UP), st.just(0), st.just(0.0)),
    st.tuples(st.just("book"), st.sampled_from([UP, DOWN]), cents, st.sampled_from([3.0, 40.0])),
)
steps = st.lists(st.tuples(st.integers(1, 900), st.one_of(quotes, quotes, quotes, other)), min_size=1, max_size=40)
Step = tuple[int, tuple[str, int, int, float]]

EAGER = (
    Wants("cheap", UP, fair=0.97, confidence=0.9, cap=0.4),
    Wants("other", DOWN, fair=0.9, confidence=0.8, cap=0.3),
)


def session(sequence: Sequence[Step]) -> list[Event]:
    """A window's events: each step waits some milliseconds, then says something of a book."""
    events: list[Event] = [*opening(up_ask=0.60, down_ask=0.70)]
    epoch, ms = 1, 0
    for number, (wait, (kind, outcome, at, shares)) in enumerate(sequence, start=2):
        ms += wait
        t = ms / 1000
        events.append(trade(t, STRIKE + number, number))
        if kind == "lost":
            events.append(link(t, up=False, epoch=epoch))
            epoch += 1
            events.append(link(t, epoch=epoch))
        elif kind == "book":
            events.append(snapshot(t, outcome, {}, {at / 100: shares, 0.95: shares}, epoch=epoch))
        else:
            events.append(change(t, ask(outcome, at / 100, shares), epoch=epoch))
    return events


@settings(max_examples=60)
@given(sequence=steps, max_dollars=st.sampled_from([5, 20, 100]))
def test_position_and_orders_on_their_way_never_come_to_more_than_the_limit(
    sequence: Sequence[Step], max_dollars: int
) -> None:
    limits = Limits(max_position=max_dollars * MONEY, max_orders=1000, cooldown_ns=40_000_000)
    line, heard = timeline(limits=limits, strategies=EAGER)
    risk, position = line.engine.risk, line.engine.position
    last = 0
    for event in session(sequence):
        line.deliver(event)
        last = event.mono
        assert position.spent + risk.reserved <= limits.max_position
        assert risk.reserved >= 0
        assert (risk.in_flight == 0) <= (risk.reserved == 0)
    line.advance(last + 1_000_000_000)
    assert (risk.in_flight, risk.reserved) == (0, 0)
    assert position.spent == sum(fill.price * fill.size + fill.fee for fill in heard.fills)
    assert risk.orders == len(heard.answers) == position.total.orders
    assert position.total.fills == len(heard.fills)
    for order, fills, _ in heard.answers:
        assert sum(fill.price * fill.size for fill in fills) <= order.budget
        assert all(fill.price <= order.price for fill in fills)


def outcome_of(line: Timeline, heard: Heard) -> tuple[object, ...]:
    return (
        line.engine.decisions.hexdigest(),
        line.engine.evaluations,
        line.due,
        [(ack.mono, ack.wall, ack.status) for _, _, ack in heard.answers],
        line.engine.position.spent,
        line.engine.state.clock.steps,
    )


@settings(max_examples=60)
@given(sequence=steps, looks=st.lists(st.integers(-500_000, 20_000_000), max_size=30))
def test_small_and_large_steps_of_time_lead_to_the_same(sequence: Sequence[Step], looks: Sequence[int]) -> None:
    """`looks` are microseconds at which somebody advances the timeline besides."""
    events = session(sequence)
    last = events[-1].mono
    once, heard_once = timeline(limits=QUICK, strategies=EAGER)
    for event in events:
        once.deliver(event)
    once.advance(last + 2_000_000_000)

    often, heard_often = timeline(limits=QUICK, strategies=EAGER)
    pulses = sorted(mono(0.0) + us * 1000 for us in looks)
    for event in events:
        while pulses and pulses[0] <= event.mono:
            often.advance(pulses.pop(0))
        often.deliver(event)
    for pulse in [*(pulse for pulse in pulses if pulse < last + 2_000_000_000), last + 2_000_000_000]:
        often.advance(pulse)
    assert outcome_of(often, heard_often) == outcome_of(once, heard_once)


@settings(max_examples=40)
@given(sequence=steps, which=st.integers(0, 10_000), later=st.integers(1, 50_000))
def test_other_decisions_have_another_hash(sequence: Sequence[Step], which: int, later: int) -> None:
    """One event of the session is left out: the hash is the same exactly when all decisions were."""

    def run(events: Sequence[Event]) -> tuple[str, list[tuple[object, ...]]]:
        line, heard = timeline(limits=QUICK, strategies=EAGER)
        decided: list[tuple[object, ...]] = []
        for event in events:
            evaluation = line.deliver(event)
            for signal in evaluation.signals if evaluation else ():
                block = signal.block[0] if signal.block else None
                decided.append((event.wall, signal.strategy, signal.ask, signal.selected, block))
        line.advance(mono(60.0))
        for order, fills, ack in heard.answers:
            decided.append((order.wall, order.order_id, order.price, order.budget, ack.status))
            decided += [(fill.trade_id, fill.price, fill.size, fill.fee) for fill in fills]
        return line.engine.decisions.hexdigest(), decided

    events = session(sequence)
    without = events[:]
    del without[which % len(events)]
    first, second = run(events), run(without)
    assert (first[0] == second[0]) is (first[1] == second[1])
    assert run(events) == first


def test_same_events_at_other_times_of_the_monotonic_clock_decide_the_same() -> None:
    """A restart of the machine moves the monotonic clock; only differences of it count."""
    moved: list[tuple[str, int]] = []
    for shift in (0, 123_456_789_000):
        heard = Heard()
        line = Timeline(timeline()[0].engine.market, QUICK, EAGER, heard, mono(-1.0) + shift, wall(-1.0))
        for event in session([(100, ("ask", UP, 50, 25.0)), (300, ("ask", UP, 40, 6.0))]):
            event.mono += shift
            line.deliver(event)
        line.advance(mono(5.0) + shift)
        moved.append((line.engine.decisions.hexdigest(), len(heard.fills)))
    assert moved[0] == moved[1]
    assert moved[0][1] > 0
