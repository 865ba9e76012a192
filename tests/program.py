"""Runs the real program as a child process, the way a person would."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without any of our settings, so that a developer's own do not leak into a test."""
    from app.settings import SETTINGS

    ours = {setting.name for setting in SETTINGS}
    return {name: value for name, value in os.environ.items() if name not in ours} | dict(extra or {})


def start(*arguments: str, cwd: Path, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start `pmtui` with these arguments in `cwd`."""
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=cwd,
        env=clean_environment(environment) | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def demo_venue(*arguments: str) -> Iterator[dict[str, str]]:
    """A demo venue that outlives whoever trades there; the settings that point at it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app.demo", *arguments],
        cwd=ROOT,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    facts = json.loads(process.stdout.readline())
    try:
        yield {name.upper(): str(value) for name, value in facts.items()}
    finally:
        process.terminate()
        process.communicate(timeout=10)


def run(
    *arguments: str, cwd: Path, environment: Mapping[str, str] | None = None, timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run `pmtui` to its end."""
    process = start(*arguments, cwd=cwd, environment=environment)
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)
