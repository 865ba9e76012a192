"""What a sweep found, in one sentence: an edge that is told from noise, or why it is not."""

from collections.abc import Sequence
from typing import NamedTuple

from app.backtest.noise import LIKELY
from app.backtest.stake import Estimate
from app.backtest.standing import Ranking, Standing
from app.backtest.words import made_up_said
from app.said import counted
from engine.verdict import MIN_MARKETS


class Finding(NamedTuple):
    """`noise`: the best combination may well be luck, and nothing should be changed for it."""

    noise: bool
    sentence: str


class Later(NamedTuple):
    """What the two that were run on the holdout came to there."""

    best: Standing
    now: Standing


def find_out(ranking: Ranking, later: Later | None, settled: int, name: str) -> Finding:
    """Judge the best combination, which is called `name`, by its rank and by the windows that were kept back.

    `settled` is how many windows it was chosen on; `later` is None where there is no best one.
    """
    best = ranking.best
    if best is None or best.per_share is None or best.by_luck is None or later is None:
        return _noise(
            f"no combination traded in {MIN_MARKETS} markets or more of the {settled:,} in which they were compared; "
            "run it over more recordings"
        )
    tried = _judged(ranking)
    earned = f"earned {dollars(best.per_share.value)} a share in {counted(best.markets, 'market')}"
    luck = f"{percent(best.by_luck)} of all cases"
    if best.by_luck > LIKELY:
        return _noise(f"the best of {tried} {earned}, and without any edge the best of as many does as well in {luck}")
    if why := _against(ranking, best.per_share, later):
        return _noise(f"the best of {tried} {earned}, which luck gives in {luck}, but {why}")
    now, told = ranking.now, f"above noise: {name} {earned}, which luck gives the best of {tried} in {luck}"
    few = f"; what is set now traded in {counted(now.markets, 'market')}, too few to be compared with it"
    return Finding(False, f"{told}, and {_held(later.best)}{'' if now.ranked else few}.")


def with_demo(finding: Finding, made_up: int, windows: int) -> Finding:
    """The finding, which says so where windows it rests on, so many of all, are of a demo."""
    if not made_up:
        return finding
    return finding._replace(sentence=f"{finding.sentence} {made_up_said(made_up, windows)}.")


def _judged(ranking: Ranking) -> str:
    """Among how many the best one was chosen, which is what its chance is corrected for, and how many there were."""
    told = counted(ranking.ranked, "combination")
    few = len(ranking.standings) - ranking.ranked
    if not few:
        return told
    judged = "is not judged" if few == 1 else "are not judged"
    return f"{told} ({few:,} more traded in fewer than {MIN_MARKETS} markets and {judged})"


def _against(ranking: Ranking, chosen: Estimate, later: Later) -> str:
    """What speaks against a best one that luck alone does not explain; nothing where nothing does."""
    low, high = chosen.interval
    if low <= 0.0:
        return f"the 95 % interval is {dollars(low)} to {dollars(high)}"
    here, now = later.best.per_share, later.now.per_share
    if here is None:
        return "it traded in no market of the holdout"
    if here.value <= 0.0:
        return _held(later.best)
    if ranking.ahead is None:
        return ""
    ahead, due = ranking.ahead.value, ranking.bar * ranking.ahead.error
    if ahead <= due:
        return (
            f"only {dollars(ahead)} more than what is set now, and luck alone puts the best of as many "
            f"{dollars(due)} ahead in {percent(LIKELY)} of all cases"
        )
    if now is not None and now.value >= here.value:
        return f"{_held(later.best)}, where what is set now earned {dollars(now.value)}"
    return ""


def _held(one: Standing) -> str:
    assert one.per_share is not None  # asked before
    return f"{dollars(one.per_share.value)} a share in {counted(one.markets, 'market')} of the holdout"


def called(names: Sequence[str], point: Sequence[str], is_now: bool) -> str:
    """A combination in words."""
    if is_now:
        return "what is set now"
    return " ".join(f"{name}={value}" for name, value in zip(names, point, strict=True) if value)


def dollars(value: float) -> str:
    """Dollars with their sign, to a hundredth of a cent."""
    return f"{'-' if value < 0 else '+'}${abs(value):.4f}"


def percent(share: float) -> str:
    """A share of all cases, with as many digits as it takes."""
    return f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"


def _noise(why: str) -> Finding:
    return Finding(True, f"within noise: {why}.")
