"""A sweep on a Dask cluster, with a real scheduler and real workers on loopback: the same report, or one sentence."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.backtest.cluster import check_address
from app.values import SettingError
from tests.app.backtest.sweep_windows import write_windows
from tests.program import ROOT, clean_environment, run

PATIENCE_S = 60.0
QUIET = ("--no-dashboard", "--host", "127.0.0.1", "--port", "0")

LOST = """
import os, sys
class Lost:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "app":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Lost())
from distributed.cli.dask_worker import main
main()
"""
"""A worker on a machine where pmtui is not installed."""


WAITING = """
import sys
from distributed import Client
Client(sys.argv[1]).wait_for_workers(int(sys.argv[2]), 60)
"""


class Cluster:
    """A scheduler and its workers as child processes; none outlives `stop`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._children: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        self._start("-m", "distributed.cli.dask_scheduler", *QUIET, "--scheduler-file", str(file))
        self.address: str = json.loads(wait_for(file))["address"]

    def add_worker(self, *code: str, count: int = 1) -> None:
        """Workers that are there for certain when this returns."""
        nanny = ("--no-nanny", "--no-dashboard", "--nthreads", "1", "--local-directory", str(self.folder))
        for _ in range(count):
            self._start(*(code or ("-m", "distributed.cli.dask_worker")), self.address, *nanny)
        waiting = (
            "import sys; from distributed import Client; Client(sys.argv[1]).wait_for_workers(int(sys.argv[2]), 60)"
        )
        subprocess.run([sys.executable, "-c", waiting, self.address, str(count)], check=True, timeout=PATIENCE_S)

    def stop(self) -> None:
        for child in self._children:
            child.kill()
        for child in self._children:
            child.wait()

    def _start(self, *arguments: str) -> None:
        silent = subprocess.DEVNULL
        environment = clean_environment() | {"PYTHONPATH": str(ROOT)}
        self._children.append(
            subprocess.Popen(
                [sys.executable, *arguments], cwd=self.folder, env=environment, stdout=silent, stderr=silent
            )
        )


def wait_for(file: Path) -> str:
    """The text of a file that another process writes."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if file.is_file() and (text := file.read_text()).endswith("}"):
            return text
        time.sleep(0.05)
    raise TimeoutError(f"{file} was not written")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    (tmp_path / "cluster").mkdir()
    made = Cluster(tmp_path / "cluster")
    try:
        yield made
    finally:
        made.stop()


SWEEP = ("sweep", "windows", "--set", "distance_fade.min_edge=0.04,0.12", "--set", "COOLDOWN_MS=1000,9000")


def test_the_report_is_that_of_this_machine_alone(cluster: Cluster, tmp_path: Path) -> None:
    write_windows(tmp_path / "windows", 46, 1)
    cluster.add_worker(count=2)
    here, there = (run(*SWEEP, *where, cwd=tmp_path) for where in ((), ("--dask", cluster.address)))
    assert (here.returncode, here.stderr) == (0, "")
    assert here.stdout.startswith("within noise: the best of 5 combinations earned ")
    assert (there.returncode, there.stdout, there.stderr) == (0, here.stdout, "")


def test_a_worker_that_cannot_see_the_recordings_is_told_of(cluster: Cluster, tmp_path: Path) -> None:
    """The folder is given by a link that only this process can follow: its own entry in /proc."""
    write_windows(tmp_path / "windows", 4, 1)
    cluster.add_worker()
    (tmp_path / "mine").symlink_to("/proc/self/cwd/windows")
    done = run("sweep", "mine", *SWEEP[2:], "--dask", cluster.address, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"pmtui: a worker cannot read {tmp_path}/mine/btc-")
    assert done.stderr.endswith(".jsonl; every worker needs the recordings under the same path\n")
    assert done.stderr.count("\n") == 1


def test_a_scheduler_without_workers_is_told_of(cluster: Cluster, tmp_path: Path) -> None:
    write_windows(tmp_path / "windows", 2, 1)
    done = run(*SWEEP, "--dask", cluster.address, cwd=tmp_path)
    told = f"pmtui: --dask {cluster.address}: the scheduler has no workers; start some\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)


def test_a_worker_without_pmtui_is_told_of(cluster: Cluster, tmp_path: Path) -> None:
    write_windows(tmp_path / "windows", 2, 1)
    cluster.add_worker("-c", LOST)
    done = run(*SWEEP, "--dask", cluster.address, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "scheduler and workers have pmtui none, here it is " in done.stderr


def test_an_address_where_no_scheduler_answers_is_told_of(tmp_path: Path) -> None:
    write_windows(tmp_path / "windows", 2, 1)
    done = run(*SWEEP, "--dask", "tcp://127.0.0.1:1", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    told = "no Dask scheduler answered there within 10 s; start one, or give its address, such as tcp://127.0.0.1:8786"
    assert done.stderr == f"pmtui: --dask tcp://127.0.0.1:1: {told}\n"


@pytest.mark.parametrize(
    "address", ["luck", "", "127.0.0.1:8786", "ucx://127.0.0.1:1", "tcp://127.0.0.1", "tcp://a b:1"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(
        SettingError, match=r"is no address of a scheduler; give one such as tcp://127\.0\.0\.1:8786\.$"
    ):
        check_address(address)


def test_without_the_extra_it_is_said_how_to_install_it(tmp_path: Path) -> None:
    write_windows(tmp_path / "windows", 2, 1)
    code = """
import sys
sys.modules["distributed"] = None  # importing it now raises ImportError
from app.cli import main
sys.exit(main(sys.argv[1:]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, *SWEEP, "--dask", "tcp://127.0.0.1:1"],
        cwd=tmp_path,
        env=clean_environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    told = "pmtui: --dask needs the extra `cluster`; install it with pip install 'pmtui[cluster]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)


def test_without_the_option_nothing_of_dask_is_loaded() -> None:
    code = "import sys, app.backtest.sweep_command; print([name for name in sys.modules if name.startswith('d')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE_S)
    assert "distributed" not in done.stdout
    assert "'dask'" not in done.stdout
