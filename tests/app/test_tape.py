"""Which events are a row of `polymarket.csv`: exactly those that the engine applies to a book."""

from hypothesis import given
from hypothesis import strategies as st

from app.tape import is_quote
from engine.events import DOWN, UP, BestBidAsk, BookChange, BookSnapshot, Event, Link, Print, TickSize
from engine.state import MarketState
from tests.engine.builders import best, bid, change, link, market, snapshot, tick_size, top

PRINT = Print(0, 0, UP, 5_000, 1_000_000, True, 0)


def applied(state: MarketState, event: Event) -> bool:
    """Give `event` to the state; whether it was applied to a book."""
    match event:
        case BookSnapshot():
            return state.on_snapshot(event)
        case BookChange():
            return state.on_change(event)
        case BestBidAsk():
            return state.on_best(event)
        case TickSize():
            state.on_tick_size(event)
        case Print():
            state.on_print(event)
        case Link():
            state.on_link(event)
    return False


def events() -> st.SearchStrategy[Event]:
    outcome, epoch = st.sampled_from((UP, DOWN)), st.sampled_from((1, 2))
    return st.one_of(
        st.builds(lambda o, e: snapshot(0, o, {0.4: 9}, {0.6: 9}, epoch=e), outcome, epoch),
        st.builds(lambda o, e: snapshot(0, o, {}, {}, epoch=e), outcome, epoch),
        st.builds(lambda o, e: change(0, bid(o, 0.3, 9), tops=[top(o, 0.5, 0.6)], epoch=e), outcome, epoch),
        st.builds(lambda e: change(0, bid(UP, 0.3, 9), bid(DOWN, 0.2, 0), epoch=e), epoch),
        st.builds(lambda o, e: best(0, o, 0.4, 0.6, epoch=e), outcome, epoch),
        st.builds(lambda o, e: tick_size(0, o, 0.001, epoch=e), outcome, epoch),
        st.builds(lambda up, e: link(0, up, epoch=e), st.booleans(), epoch),
        st.just(PRINT),
    )


@given(st.booleans(), st.lists(events(), max_size=30))
def test_a_quote_is_what_the_engine_applies_to_a_book(top_only: bool, arriving: list[Event]) -> None:
    state = MarketState(market(top_only=top_only))
    state.on_link(link(0))
    for event in arriving:
        expected = is_quote(event, state)
        assert applied(state, event) is expected
