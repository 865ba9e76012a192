"""Where a session's files lie."""

import re
from pathlib import Path
from typing import Final

from app.telemetry.info import FILE_NAME, read_info
from app.telemetry.rows.order import Account
from engine.market import Market

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")


def window_folder(log_dir: Path, market: Market, account: Account = "paper", *, demo: bool = False) -> Path:
    """The folder of one window of one account; it need not exist yet.

    A slug that comes a second time, as the hour does that repeats when the clock goes back, gets the start time
    behind it: the first folder is known by the `start_ms` in its `market_info.txt`. ValueError where the slug is
    no plain name, or where a link leads out of the log folder.
    """
    if not _SLUG.fullmatch(market.slug):
        raise ValueError(f"the slug {market.slug[:100]!r} cannot name a folder; this window is left out")
    root = log_dir
    if demo:
        root /= "demo"
    if account == "live":
        root /= "live"
    folder = root / market.interval / market.slug
    if read_info(folder / FILE_NAME).get("start_ms", str(market.start_ms)) != str(market.start_ms):
        folder = folder.with_name(f"{market.slug}-{market.start_ms // 1000}")
    if not folder.resolve().is_relative_to(log_dir.resolve()):
        raise ValueError(f"{folder} leads out of the log folder {log_dir}; remove the link")
    return folder
