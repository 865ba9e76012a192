"""A sweep as one JSON object: every combination with its figures, for whoever wants to look further than the table."""

from typing import Any

import orjson

from app.backtest.noise import DRAWS
from app.backtest.standing import Standing
from app.backtest.swept import Swept
from feeds.text import clean


def as_json(swept: Swept) -> bytes:
    """The object, indented. Money in dollars; what cannot be told is null."""
    return orjson.dumps(_object(swept), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _object(swept: Swept) -> dict[str, Any]:
    combinations, ranking, later = swept.combinations, swept.ranking, swept.later
    return {
        "verdict": swept.finding.sentence,
        "within_noise": swept.finding.noise,
        "ranked_by": "z",
        "seed": swept.seed,
        "draws": DRAWS,
        "tried": len(ranking.standings),
        "judged": ranking.ranked,
        "z_by_luck_in_5_percent": ranking.bar,
        "first_by_luck_if_independent": ranking.sidak,
        "windows": {
            "compared": len(swept.searched.winners),
            "holdout": len(swept.kept_back.winners) if swept.kept_back is not None else 0,
            "cut_ms": swept.split.cut_ms,
            "open_at_the_cut": len(swept.split.across),
            "without_outcome": sum(len(part.unsettled) for part in swept.parts),
            "demo": swept.made_up,
            "top_only": swept.top_only,
        },
        "skipped": [{"path": clean(str(skip.path)), "why": skip.why} for skip in swept.skipped],
        "combinations": [
            {
                "rank": place if one.ranked else None,
                "now": one.trial == combinations.now,
                "values": dict(zip(combinations.names, combinations.tried[one.trial].point, strict=True)),
                **_figures(one),
            }
            for place, one in enumerate(ranking.standings, 1)
        ],
        "holdout": None if later is None else {"first": _figures(later.best), "now": _figures(later.now)},
    }


def _figures(one: Standing) -> dict[str, Any]:
    low, high = one.per_share.interval if one.per_share is not None else (None, None)
    return {
        "markets": one.markets,
        "orders": one.orders,
        "trades": one.trades,
        "net": one.net,
        "net_per_share": one.per_share.value if one.per_share is not None else None,
        "low": low,
        "high": high,
        "z": one.z,
        "by_luck": one.by_luck,
    }
