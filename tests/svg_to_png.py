"""For people: `python -m tests.svg_to_png PICTURE.svg [PICTURE.png]` draws a picture of the screen with a browser.

Converters of SVG ignore the text lengths that keep the columns together; a browser does not. No test needs this.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def draw(svg: Path, png: Path) -> str:
    """Draw it at its own size; returns what went wrong, or nothing."""
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg.read_text(encoding="utf-8"))
    if size is None:
        return f"{svg} has no viewBox; give a picture made by the tests or the console"
    width, height = (int(float(edge)) + 1 for edge in size.groups())
    return photograph(svg, png, width, height, "--default-background-color=00000000")


def photograph(page: Path, png: Path, width: int, height: int, *options: str) -> str:
    """What a browser shows of a file in a window of this size; returns what went wrong, or nothing."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        return f"none of {', '.join(BROWSERS)} is installed; install one of them"
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--hide-scrollbars",
                *options,
                f"--user-data-dir={profile}",
                f"--window-size={width},{height}",
                f"--screenshot={png.resolve()}",
                page.resolve().as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=60,
        )
    return "" if done.returncode == 0 and png.exists() else done.stderr.strip()[-500:] or "the browser drew nothing"


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python -m tests.svg_to_png PICTURE.svg [PICTURE.png]")
    source = Path(sys.argv[1])
    sys.exit(draw(source, Path(sys.argv[2]) if len(sys.argv) == 3 else source.with_suffix(".png")) or 0)
