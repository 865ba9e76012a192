import pytest

from engine.execution import VenueMode
from engine.venue_mode import BELIEVED_S, VenueWatch

S = 1_000_000_000


def test_restart_is_followed_by_the_post_only_phase_and_that_by_normal() -> None:
    watch = VenueWatch()
    assert watch.said(VenueMode.RESTARTING, 0)
    modes = {}
    for second in range(300):
        if watch.tick(second * S):
            modes[second] = watch.mode
    assert modes == {90: VenueMode.POST_ONLY, 210: VenueMode.NORMAL}


@pytest.mark.parametrize("mode", [mode for mode in VenueMode if mode is not VenueMode.NORMAL])
def test_every_restriction_ends_and_the_venues_own_word_on_when_goes_first(mode: VenueMode) -> None:
    watch = VenueWatch()
    watch.said(mode, 0)
    assert watch.until == BELIEVED_S[mode] * S
    watch.said(mode, 0, retry_after_s=7.5)
    assert watch.until == 7.5 * S
    watch.said(mode, 0, retry_after_s=-3.0)
    assert watch.until == BELIEVED_S[mode] * S


def test_same_word_again_is_no_change_but_starts_the_time_anew() -> None:
    watch = VenueWatch()
    watch.said(VenueMode.CANCEL_ONLY, 0)
    assert not watch.said(VenueMode.CANCEL_ONLY, 50 * S)
    assert not watch.tick(100 * S)
    assert watch.tick(110 * S)


def test_order_that_was_taken_ends_every_restriction() -> None:
    watch = VenueWatch()
    watch.said(VenueMode.DISABLED, 0)
    assert watch.said(VenueMode.NORMAL, S)
    assert not watch.tick(1000 * S)
