from feeds.link_health import LinkHealth

STALE_AFTER = 200


def test_a_link_that_never_was_up_is_connecting() -> None:
    assert LinkHealth().state(5, STALE_AFTER) == "connecting"


def test_an_open_connection_without_data_is_still_connecting() -> None:
    assert LinkHealth(up=True, epoch=1, reason="earlier").state(5, STALE_AFTER) == "connecting"


def test_data_makes_it_live_until_it_is_too_old() -> None:
    health = LinkHealth(up=True, fresh=True, last_data=1000)
    assert health.state(1000 + STALE_AFTER, STALE_AFTER) == "live"
    assert health.state(1001 + STALE_AFTER, STALE_AFTER) == "stale"


def test_down_says_why_and_that_the_budget_is_spent() -> None:
    health = LinkHealth(reason="connection reset", last_data=999)
    assert health.state(1000, STALE_AFTER) == "down: connection reset"
    health.slow = True
    assert health.state(1000, STALE_AFTER) == ("down: connection reset; connect budget spent, one attempt a minute")
