"""A live engine: in which mode its orders leave, and what the account keeps back."""

import pytest

from engine.engine import Mode
from engine.events import StrikeSource
from engine.execution import VenueMode
from engine.limits import Limits
from engine.signal import Gate
from tests.engine.builders import Desk, account_says, ack, allowance, command, fill, money, strike

LIVE = Limits(cooldown_ns=0)


def live(limits: Limits = LIVE, *, armed: bool = True) -> Desk:
    desk = Desk(limits, sends_in=Mode.ARMED).warm()
    desk.engine.handle(allowance(-0.1, 1_000.0))
    if armed:
        desk.engine.handle(command(0.0, "arm"))
    return desk


# --- the mode


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        ((), Mode.DISARMED),
        (("arm",), Mode.ARMED),
        (("arm", "arm"), Mode.ARMED),
        (("arm", "disarm"), Mode.DISARMED),
        (("arm", "kill"), Mode.HALTED),
        (("kill", "arm"), Mode.HALTED),
        (("arm", "kill", "disarm"), Mode.DISARMED),
        (("arm", "kill", "disarm", "arm"), Mode.ARMED),
        (("arm", "switch"), Mode.SWITCHED),
        (("switch", "disarm", "arm"), Mode.SWITCHED),
    ],
)
def test_word_after_word_of_a_live_engine(words: tuple[str, ...], mode: Mode) -> None:
    desk = live(armed=False)
    for word in words:
        desk.engine.handle(command(0.0, word))
    assert desk.engine.mode is mode
    assert (desk.quote(1.0).order is not None) is (mode is Mode.ARMED)


def test_live_engine_says_that_it_is_disarmed() -> None:
    assert live(armed=False).first_block(1.0) == ("disarmed", 0.0, 0.0)


@pytest.mark.parametrize("words", [("arm",), ("kill", "arm", "disarm"), ("disarm", "arm")])
def test_paper_engine_cannot_be_armed(words: tuple[str, ...]) -> None:
    desk = Desk().warm()
    for word in words:
        desk.engine.handle(command(0.0, word))
    assert desk.engine.mode is Mode.PAPER
    assert desk.quote(1.0).order is not None


# --- what keeps a live order back, and a paper order not


def test_estimated_strike_keeps_a_live_order_back_and_not_a_paper_one() -> None:
    estimate = strike(0.1, source=StrikeSource.BINANCE_FIRST, exact=False)
    for desk, gate in ((live(), ("strike_exact", 0.0, 1.0)), (Desk().warm(), None)):
        desk.engine.state.strike_source = None  # as before the first strike
        desk.engine.handle(estimate)
        evaluation = desk.quote(1.0)
        assert evaluation.signals[0].block == gate


@pytest.mark.parametrize("venue", [mode for mode in VenueMode if mode is not VenueMode.NORMAL])
def test_venue_that_takes_no_takers_keeps_orders_back(venue: VenueMode) -> None:
    desk = live()
    desk.engine.handle(account_says(0.5, venue=venue))
    assert desk.first_block(1.0) == ("venue", 0.0, 1.0)
    desk.engine.handle(account_says(1.5))
    assert desk.quote(2.0).order is not None


def test_order_of_unknown_fate_locks_its_market() -> None:
    desk = live()
    desk.engine.handle(account_says(0.5, unknown=1))
    assert desk.first_block(1.0) == ("unknown", 1, 0.0)


def test_one_live_order_at_a_time() -> None:
    desk = live()
    sent = desk.quote(1.0).order
    assert sent is not None
    assert desk.first_block(1.1) == ("in_flight", 1, 0.0)
    desk.engine.handle(ack(1.2, order_id=sent.order_id))
    assert desk.quote(1.3).order is not None


def test_paper_sends_its_next_order_while_one_is_under_way() -> None:
    desk = Desk(LIVE).warm()
    assert desk.quote(1.0).order is not None
    assert desk.quote(1.1).order is not None


def test_breaker_pauses_the_market_until_its_time() -> None:
    desk = live()
    desk.engine.handle(account_says(0.5, paused_until=2.0))
    assert desk.first_block(1.0) == ("paused", 1.0, 0.0)
    assert desk.quote(2.0).order is not None


def test_rejects_in_a_row_make_the_cooldown_longer() -> None:
    desk = live(Limits(cooldown_ns=1_000_000_000, price_max_age_ms=1e9))
    sent = desk.quote(1.0).order
    assert sent is not None
    desk.engine.handle(account_says(1.1, cooldown_factor=2))
    desk.engine.handle(ack(1.1, order_id=sent.order_id))
    assert desk.first_block(2.5) == ("cooldown", 0.5, 0.0)
    assert desk.quote(3.0).order is not None


def test_gates_of_the_account_stand_in_their_order_before_those_of_the_data() -> None:
    desk = live()
    desk.engine.handle(account_says(0.5, venue=VenueMode.RESTARTING, unknown=1, paused_until=50.0))
    seen: list[Gate] = [desk.first_block(20.0)]  # by now every price is too old as well
    desk.engine.handle(account_says(0.5, unknown=1, paused_until=50.0))
    seen.append(desk.first_block(20.0))
    desk.engine.handle(account_says(0.5, paused_until=50.0))
    seen.append(desk.first_block(20.0))
    desk.engine.handle(account_says(0.5))
    seen.append(desk.first_block(20.0))
    assert [gate[0] for gate in seen] == ["venue", "unknown", "paused", "price_age"]


# --- the allowance


def test_live_engine_commits_nothing_before_the_account_has_said_how_much() -> None:
    desk = Desk(LIVE, sends_in=Mode.ARMED).warm()
    desk.engine.handle(command(0.0, "arm"))
    assert desk.first_block(1.0) == ("allowance", 0.0, 0.0)


def test_allowance_cuts_the_order_and_then_stops_it() -> None:
    desk = live()
    desk.engine.handle(allowance(0.5, 3.0))
    order = desk.quote(1.0).order
    assert order is not None
    assert order.budget < money(3.0)
    desk.engine.handle(ack(1.1, order_id=order.order_id))
    gate = desk.first_block(1.2)
    assert gate[0] in {"min_shares", "allowance"}
    desk.engine.handle(allowance(1.3, 0.0))
    assert desk.first_block(1.4) == ("allowance", 0.0, 0.0)
    desk.engine.handle(allowance(1.5, 50.0))
    assert desk.quote(1.6).order is not None


def test_fill_that_is_taken_back_leaves_the_position_but_not_the_allowance() -> None:
    """The venue may still settle what it called failed: what was taken back is not bought again."""
    desk = live()
    desk.engine.handle(allowance(0.5, 6.0))
    order = desk.quote(1.0).order
    assert order is not None
    bought = {"order_id": order.order_id, "strategy": "wants"}
    desk.engine.handle(fill(1.1, **bought))  # type: ignore[arg-type]
    desk.engine.handle(ack(1.1, order_id=order.order_id))
    desk.engine.handle(fill(1.2, shares=-10.0, fee=-0.175, **bought))  # type: ignore[arg-type]
    assert desk.engine.position.spent == 0
    assert desk.engine.position.total.fills == 0
    assert desk.engine.risk.reserved == 0
    assert desk.first_block(1.3)[0] in {"min_shares", "allowance"}
