"""A sweep from the first recording to the sentence: chosen on the earlier windows, judged once on the later ones."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from app.backtest.finding import Finding, Later, called, find_out, with_demo
from app.backtest.split import Skip, Split
from app.backtest.standing import Ranking, judge_alone, rank
from app.backtest.sweep import Part, Progress, jobs, run_part
from app.backtest.trial import Combinations

Watch = Callable[[Sequence[Path]], Progress]
"""Given the recording of each job, in the jobs' order, what is told of their ends."""


def unwatched(paths: Sequence[Path]) -> Progress:
    """Nobody follows how far it has come."""
    return lambda place, records: None


@dataclass(frozen=True, slots=True)
class Swept:
    """What came of a sweep. Of the later windows only the best combination and the present settings are known."""

    combinations: Combinations
    split: Split
    searched: Part
    ranking: Ranking
    kept_back: Part | None
    """The later windows, with `later`; None where no combination has enough markets, so that none is to be judged."""
    later: Later | None
    finding: Finding
    skipped: tuple[Skip, ...]
    seed: int

    @property
    def parts(self) -> list[Part]:
        """What was run: the earlier windows, and the later ones where there is one to be judged."""
        return [self.searched] if self.kept_back is None else [self.searched, self.kept_back]

    @property
    def made_up(self) -> int:
        """Windows of a demo among those that count."""
        return sum(part.made_up for part in self.parts)

    @property
    def top_only(self) -> int:
        """Windows among those that count that were recorded without sizes."""
        return sum(part.top_only for part in self.parts)


def sweep(
    combinations: Combinations,
    split: Split,
    skipped: Sequence[Skip],
    seed: int,
    executor: Executor,
    processes: int,
    watch: Watch = unwatched,
) -> Swept:
    """Run it. `skipped` is what the survey left out. Raises Unreachable, and what the executor raises."""
    trials = [combination.trial for combination in combinations.tried]
    first = [job.path for job in jobs(split.search, trials)]
    progress = watch([*first, *(span.path for span in split.holdout)])
    searched = run_part(split.search, trials, executor, processes, progress)
    ranking = rank(searched, combinations.now, seed)
    best, now = ranking.best, combinations.now
    kept_back, later, name = None, None, ""
    if best is not None:
        finalists = list(dict.fromkeys([best.trial, now]))
        chosen = [trials[one] for one in finalists]
        kept_back = run_part(split.holdout, chosen, executor, processes, lambda at, n: progress(len(first) + at, n))
        later = Later(*(judge_alone(kept_back, finalists.index(one), seed) for one in (best.trial, now)))
        name = called(combinations.names, combinations.tried[best.trial].point, best.trial == now)
    late = kept_back.skipped if kept_back is not None else []
    swept = Swept(
        combinations=combinations,
        split=split,
        searched=searched,
        ranking=ranking,
        kept_back=kept_back,
        later=later,
        finding=find_out(ranking, later, len(searched.winners), name),
        skipped=(*skipped, *searched.skipped, *late),
        seed=seed,
    )
    settled = sum(len(part.winners) for part in swept.parts)
    return replace(swept, finding=with_demo(swept.finding, swept.made_up, settled))
