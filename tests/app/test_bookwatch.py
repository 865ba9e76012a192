"""When a session asks for fresh books, and when it asks less."""

from app.bookwatch import AGAIN_NS, CROSSED_NS, PATIENCE_NS, REFUSED_LIMIT, TRIES, BookWatch
from engine.events import DOWN, UP
from engine.state import MarketState
from tests.engine.builders import link, market, snapshot

SECOND = 1_000_000_000
LATER = 10**15


def connected() -> MarketState:
    """Connected, with both books."""
    state = MarketState(market())
    state.on_link(link(0.0))
    for outcome in (UP, DOWN):
        state.on_snapshot(snapshot(0.0, outcome, {0.50: 100}, {0.52: 100}))
    return state


def test_usable_books_need_nothing() -> None:
    watch, state = BookWatch(), connected()
    assert [watch.look(state, 0, LATER + second * SECOND) for second in range(100)] == [""] * 100


def test_a_book_without_snapshot_is_given_its_time_and_then_asked_for() -> None:
    watch, state = BookWatch(), connected()
    state.ladders[DOWN].invalidate("no snapshot yet")
    assert watch.look(state, 0, LATER) == ""
    assert watch.look(state, 0, LATER + PATIENCE_NS) == ""
    assert watch.look(state, 0, LATER + PATIENCE_NS + 1) == "no usable DOWN book: no snapshot yet"


def test_a_book_that_stays_crossed_is_asked_for() -> None:
    watch, state = BookWatch(), connected()
    state.ladders[UP].crossed_since = LATER
    assert watch.look(state, 0, LATER + CROSSED_NS) == ""
    assert watch.look(state, 0, LATER + CROSSED_NS + 1) == "the UP book stays crossed"


def test_many_unreadable_messages_in_a_short_time_mean_a_broken_connection() -> None:
    watch, state = BookWatch(), connected()
    assert watch.look(state, REFUSED_LIMIT, LATER) == ""
    assert watch.look(state, REFUSED_LIMIT + 1, LATER + SECOND) == "too many messages that cannot be read"
    assert watch.look(state, REFUSED_LIMIT + 1, LATER + 2 * SECOND) == ""


def test_a_lost_connection_is_the_links_affair() -> None:
    watch, state = BookWatch(), connected()
    state.on_link(link(1.0, up=False))
    assert [watch.look(state, 0, LATER + second * SECOND) for second in range(60)] == [""] * 60


def test_after_a_few_tries_it_asks_once_a_minute_and_afresh_once_the_books_were_there() -> None:
    watch, state = BookWatch(), connected()
    state.ladders[UP].invalidate("no snapshot yet")
    asked = [second for second in range(300) if watch.look(state, 0, LATER + second * SECOND)]
    assert len(asked) > TRIES
    assert all(
        later - sooner >= AGAIN_NS // SECOND for sooner, later in zip(asked[TRIES - 1 :], asked[TRIES:], strict=False)
    )
    assert watch.sitting_out
    state.on_snapshot(snapshot(1.0, UP, {0.50: 100}, {0.52: 100}))
    assert watch.look(state, 0, LATER + 301 * SECOND) == ""
    assert not watch.sitting_out
