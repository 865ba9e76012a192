"""For people: `python -m tests.truth.picture` draws the README's picture of a backtest's page, `docs/backtest.png`.

It is the page of the real windows, as the program writes it, in a browser.
"""

import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.program import run
from tests.svg_to_png import photograph
from tests.truth.write import write_windows

PICTURE: Final = Path(__file__).parents[2] / "docs" / "backtest.png"
SIZE: Final = (1180, 1290)
"""Down to the end of the first chart."""


def main() -> str:
    """Draw it; returns what went wrong, or nothing."""
    with tempfile.TemporaryDirectory() as folder:
        windows, page = Path(folder) / "windows", Path(folder) / "backtest.html"
        write_windows(windows)
        done = run("backtest", str(windows), "--html", str(page), cwd=Path(folder))
        return done.stderr if done.returncode else photograph(page, PICTURE, *SIZE)


if __name__ == "__main__":
    sys.exit(main() or 0)
