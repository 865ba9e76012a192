from hypothesis import given
from hypothesis import strategies as st

from engine.book import Ladder
from engine.units import NO_ASK, NO_BID, UNKNOWN_SIZE

TICK = 100
prices = st.integers(1, 99).map(lambda cents: cents * TICK)
sizes = st.integers(0, 3).map(lambda shares: shares * 1_000_000)
sides = st.dictionaries(prices, sizes.filter(bool), max_size=8)
deltas = st.lists(st.tuples(st.booleans(), prices, sizes), max_size=30)


def ladder(bids: dict[int, int], asks: dict[int, int]) -> Ladder:
    made = Ladder(TICK)
    made.replace(bids, asks, 0, 1)
    return made


def apply(to: Ladder, changes: list[tuple[bool, int, int]]) -> None:
    for is_bid, price, size in changes:
        (to.set_bid if is_bid else to.set_ask)(price, size)


@given(bids=sides, asks=sides, changes=deltas)
def test_best_prices_are_those_of_the_levels_whatever_comes(
    bids: dict[int, int], asks: dict[int, int], changes: list[tuple[bool, int, int]]
) -> None:
    book = ladder(bids, asks)
    for change in changes:
        apply(book, [change])
        assert book.best_bid == max(book.bids, default=NO_BID)
        assert book.best_ask == min(book.asks, default=NO_ASK)
        assert all(size > 0 for size in (*book.bids.values(), *book.asks.values()))


@given(bids=sides, asks=sides, changes=deltas)
def test_delta_told_twice_is_told_once(
    bids: dict[int, int], asks: dict[int, int], changes: list[tuple[bool, int, int]]
) -> None:
    once, twice = ladder(bids, asks), ladder(bids, asks)
    apply(once, changes)
    apply(twice, [change for change in changes for _ in range(2)])
    assert (once.bids, once.asks) == (twice.bids, twice.asks)
    assert (once.best_bid, once.best_ask) == (twice.best_bid, twice.best_ask)


@given(st.permutations([(True, 4800, 5), (True, 4900, 7), (False, 5100, 3), (False, 5200, 4), (True, 4700, 0)]))
def test_deltas_of_different_levels_may_come_in_any_order(changes: list[tuple[bool, int, int]]) -> None:
    book = ladder({4700: 1}, {5300: 1})
    apply(book, changes)
    assert (book.best_bid, book.best_ask) == (4900, 5100)
    assert (book.bids, book.asks) == ({4800: 5, 4900: 7}, {5100: 3, 5200: 4, 5300: 1})


@given(bids=sides, asks=sides, changes=deltas, later=sides)
def test_snapshot_forgets_all_that_was_before(
    bids: dict[int, int], asks: dict[int, int], changes: list[tuple[bool, int, int]], later: dict[int, int]
) -> None:
    book = ladder(bids, asks)
    apply(book, changes)
    book.replace(later, later, 0, 2)
    assert book.bids == book.asks == later


def test_snapshot_stays_the_senders_own() -> None:
    bids = {4900: 5}
    book = ladder(bids, {5100: 5})
    book.set_bid(4900, 1)
    assert bids == {4900: 5}


def test_new_book_is_empty_and_not_valid() -> None:
    book = Ladder(TICK)
    assert (book.best_bid, book.best_ask, book.valid, book.why_invalid) == (NO_BID, NO_ASK, False, "no snapshot yet")


def test_invalid_book_says_why_and_nothing_else() -> None:
    book = ladder({4900: 5}, {5100: 5})
    assert book.valid
    book.invalidate("connection lost")
    assert (book.bids, book.asks, book.best_bid, book.best_ask) == ({}, {}, NO_BID, NO_ASK)
    assert (book.valid, book.why_invalid) == (False, "connection lost")


def test_empty_sides_have_no_best_price() -> None:
    book = ladder({4900: 5}, {5100: 5})
    book.set_bid(4900, 0)
    book.set_ask(5100, 0)
    assert (book.best_bid, book.best_ask) == (NO_BID, NO_ASK)
    assert book.valid
    assert not book.crossed


def test_removing_a_level_that_is_not_there_does_nothing() -> None:
    book = ladder({4900: 5}, {5100: 5})
    book.set_bid(4800, 0)
    book.set_ask(5200, 0)
    assert (book.best_bid, book.best_ask) == (4900, 5100)


def test_second_contradiction_in_a_row_makes_the_book_invalid() -> None:
    book = ladder({4900: 5}, {5100: 5})
    assert not book.confirm(4900, 5000)
    assert book.valid
    assert not book.confirm(4900, 5000)
    assert (book.valid, book.why_invalid, book.best_ask) == (False, "best prices contradict the venue's", NO_ASK)


def test_agreement_between_two_contradictions_clears_the_doubt() -> None:
    book = ladder({4900: 5}, {5100: 5})
    for stated in (5000, 5100, 5000):
        book.confirm(4900, stated)
    assert book.valid
    book.replace({4900: 5}, {5100: 5}, 0, 2)
    book.confirm(4900, 5000)
    assert book.valid, "a snapshot clears the doubt too"


def test_book_is_crossed_from_when_the_bid_reached_the_ask_until_it_does_no_more() -> None:
    book = ladder({4900: 5}, {5100: 5})
    book.set_bid(5100, 5)
    book.touch(20)
    assert (book.crossed, book.crossed_since) == (True, 20)
    book.set_bid(5200, 5)
    book.touch(30)
    assert book.crossed_since == 20
    book.set_bid(5200, 0)
    book.set_bid(5100, 0)
    book.touch(40)
    assert (book.crossed, book.crossed_since, book.mono) == (False, 0, 40)


def test_crossed_snapshot_is_crossed_from_its_own_time() -> None:
    book = Ladder(TICK)
    book.replace({5200: 5}, {5100: 5}, 0, 7)
    assert book.crossed_since == 7


def test_top_of_book_alone_has_levels_of_unknown_size() -> None:
    book = Ladder(TICK)
    book.set_top(4900, 5100, 3)
    assert (book.bids, book.asks, book.valid, book.mono) == ({4900: UNKNOWN_SIZE}, {5100: UNKNOWN_SIZE}, True, 3)
    book.set_top(NO_BID, NO_ASK, 4)
    assert (book.bids, book.asks, book.best_bid, book.best_ask) == ({}, {}, NO_BID, NO_ASK)


def test_snapshot_without_a_grid_keeps_the_known_one() -> None:
    book = Ladder(TICK)
    book.replace({}, {}, 10, 1)
    assert book.tick == 10
    book.replace({}, {}, 0, 2)
    assert book.tick == 10


def test_still_book_is_not_changed_by_what_comes() -> None:
    book = ladder({4900: 10}, {5100: 20})
    book.touch(7)
    still = book.still()
    book.set_ask(5100, 0)
    book.set_bid(5000, 3)
    book.touch(9)
    assert (still.bids, still.asks) == ({4900: 10}, {5100: 20})
    assert (still.best_bid, still.best_ask, still.mono) == (4900, 5100, 7)
    book.invalidate("connection lost")
    assert still.valid
    assert not book.still().valid
