"""The sentence: noise unless everything that was asked speaks for more."""

from dataclasses import replace

import pytest

from app.backtest.finding import Finding, Later, called, find_out, percent, with_demo
from app.backtest.stake import Estimate
from app.backtest.standing import Ranking, Standing


def standing(trial: int, share: float | None, markets: int = 60, by_luck: float | None = 0.01) -> Standing:
    estimate = None if share is None else Estimate(share, 0.02)
    return Standing(trial, markets, markets, markets, 600 * (share or 0.0), estimate, 2.5, by_luck)


BEST, NOW = standing(1, 0.08), standing(0, -0.01, by_luck=0.9)
RANKING = Ranking((BEST, NOW), NOW, bar=2.0, sidak=0.02, ahead=Estimate(0.09, 0.03))
LATER = Later(standing(1, 0.05, 21, 0.1), standing(0, 0.01, 20, 0.4))


def found(ranking: Ranking = RANKING, later: Later | None = LATER) -> Finding:
    return find_out(ranking, later, 63, "COOLDOWN_MS=100")


def test_one_that_luck_does_not_explain_and_that_earned_later_too_is_above_noise() -> None:
    assert found() == (
        False,
        "above noise: COOLDOWN_MS=100 earned +$0.0800 a share in 60 markets, which luck gives the best of "
        "2 combinations in 1 % of all cases, and +$0.0500 a share in 21 markets of the holdout.",
    )


def test_one_that_luck_explains_is_noise() -> None:
    likely = BEST._replace(by_luck=0.41)
    assert found(replace(RANKING, standings=(likely, NOW))) == (
        True,
        "within noise: the best of 2 combinations earned +$0.0800 a share in 60 markets, and without any edge the best "
        "of as many does as well in 41 % of all cases.",
    )


@pytest.mark.parametrize(("by_luck", "noise"), [(0.05, False), (0.0505, True)])
def test_the_line_is_at_one_time_in_twenty(by_luck: float, noise: bool) -> None:
    assert found(replace(RANKING, standings=(BEST._replace(by_luck=by_luck), NOW))).noise is noise


def test_the_number_told_is_of_those_that_were_judged_and_the_others_are_counted_beside_it() -> None:
    """Luck is corrected for the ranked ones alone: no other could have been the best."""
    few = tuple(standing(trial, 0.3, 4, None) for trial in range(2, 97))
    told = found(replace(RANKING, standings=(BEST, NOW, *few))).sentence
    assert "the best of 2 combinations (95 more traded in fewer than 30 markets and are not judged) in 1 % " in told
    told = found(replace(RANKING, standings=(BEST._replace(by_luck=0.4), NOW, few[0]))).sentence
    assert "the best of 2 combinations (1 more traded in fewer than 30 markets and is not judged) earned " in told


def test_where_windows_are_made_up_the_finding_does_not_speak_of_the_world() -> None:
    finding = found()
    assert with_demo(finding, 0, 60) == finding
    told = f"{finding.sentence} 60 windows of 60 are a demo's: what is earned there says nothing about the world."
    assert with_demo(finding, 60, 60) == (False, told)
    assert with_demo(finding, 1, 60).sentence.endswith(
        ". 1 window of 60 is a demo's: what is earned there says nothing about the world."
    )


CHOSEN = (
    "within noise: the best of 2 combinations earned +$0.0800 a share in 60 markets, which luck gives in "
    "1 % of all cases, but "
)


def test_one_whose_interval_reaches_down_to_nothing_is_noise() -> None:
    """A few cheap shares that paid out: luck seldom does it, but what was earned hangs on them."""
    wide = BEST._replace(per_share=Estimate(0.08, 0.05))
    told = f"{CHOSEN}the 95 % interval is -$0.0180 to +$0.1780."
    assert found(replace(RANKING, standings=(wide, NOW))) == (True, told)


def test_one_that_lost_later_is_noise() -> None:
    later = LATER._replace(best=standing(1, -0.02, 1))
    assert found(later=later) == (True, f"{CHOSEN}-$0.0200 a share in 1 market of the holdout.")


def test_one_that_did_not_trade_later_is_noise() -> None:
    later = LATER._replace(best=standing(1, None, 0))
    assert found(later=later) == (True, f"{CHOSEN}it traded in no market of the holdout.")


def test_one_that_is_not_told_from_what_is_set_now_is_noise() -> None:
    close = replace(RANKING, ahead=Estimate(0.05, 0.03))
    assert found(close) == (
        True,
        f"{CHOSEN}only +$0.0500 more than what is set now, and luck alone puts the best of as many +$0.0600 ahead in "
        "5 % of all cases.",
    )


def test_one_that_what_is_set_now_did_better_than_later_is_noise() -> None:
    later = LATER._replace(now=standing(0, 0.06))
    told = f"{CHOSEN}+$0.0500 a share in 21 markets of the holdout, where what is set now earned +$0.0600."
    assert found(later=later) == (True, told)


def test_where_what_is_set_now_is_not_ranked_nothing_is_compared_with_it_and_that_is_said() -> None:
    few = standing(0, 0.3, 1, None)
    unknown = replace(RANKING, standings=(BEST, few), now=few, ahead=None)
    for later in (standing(0, 0.9, 2), standing(0, None, 0)):
        noise, told = found(unknown, LATER._replace(now=later))
        assert not noise
        assert told.endswith("the holdout; what is set now traded in 1 market, too few to be compared with it.")


def test_where_none_has_enough_markets_nothing_can_be_told() -> None:
    few = replace(RANKING, standings=(standing(1, 0.3, 29, None), NOW))
    assert found(few, None) == (
        True,
        "within noise: no combination traded in 30 markets or more of the 63 in which they were compared; "
        "run it over more recordings.",
    )


def test_a_combination_is_called_by_what_was_varied() -> None:
    names = ("STRATEGIES", "distance_fade.min_edge")
    assert called(names, ("momentum", ""), is_now=False) == "STRATEGIES=momentum"
    assert called(names, ("momentum", "0.1"), is_now=False) == "STRATEGIES=momentum distance_fade.min_edge=0.1"
    assert called(names, ("momentum", "0.1"), is_now=True) == "what is set now"


@pytest.mark.parametrize(
    ("share", "text"), [(0.0005, "0.05 %"), (0.0123, "1.2 %"), (0.0505, "5.1 %"), (0.1, "10 %"), (1.0, "100 %")]
)
def test_chances_have_as_many_digits_as_it_takes(share: float, text: str) -> None:
    assert percent(share) == text
