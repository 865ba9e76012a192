"""The same work on a Dask cluster: its executor in place of processes of this machine. Loaded for `--dask` alone."""

import logging
import re
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, Final

from app.values import SettingError, shown

ANSWERS_WITHIN_S: Final = 10

_LOGS: Final = ("distributed.client", "distributed.core", "distributed.comm")
"""What they have to say is raised as well."""


_EXAMPLE: Final = "tcp://127.0.0.1:8786"
_ADDRESS: Final = re.compile(r"(?:tcp|tls)://[^\s/]+:\d{1,5}", re.ASCII)


class ClusterFailed(Exception):
    """The cluster cannot be used, or was lost: one sentence."""


def check_address(address: str) -> None:
    """Raise SettingError for what cannot be a scheduler's address."""
    if not _ADDRESS.fullmatch(address):
        raise SettingError(f"--dask {shown(address)} is no address of a scheduler; give one such as {_EXAMPLE}.")


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """An executor of the cluster whose scheduler is at `address`, and how many jobs its workers do at once.

    Raises ClusterFailed, also for what happens to the cluster inside of the block.
    """
    try:
        import distributed
    except ImportError:
        raise ClusterFailed("--dask needs the extra `cluster`; install it with pip install 'pmtui[cluster]'") from None
    connect: Any = distributed.Client  # it has no types
    for name in _LOGS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = connect(address, timeout=ANSWERS_WITHIN_S, set_as_default=False)
    except OSError:
        raise ClusterFailed(
            f"--dask {shown(address)}: no Dask scheduler answered there within {ANSWERS_WITHIN_S} s; "
            f"start one, or give its address, such as {_EXAMPLE}"
        ) from None
    try:
        threads = sum(client.nthreads().values())
        if not threads:
            raise ClusterFailed(f"--dask {shown(address)}: the scheduler has no workers; start some")
        _check_versions(client, address)
        executor: Executor = client.get_executor()
        yield executor, threads
        executor.shutdown()
    except CancelledError:
        raise ClusterFailed(f"--dask {shown(address)}: the scheduler was lost; nothing was kept, start anew") from None
    except distributed.KilledWorker:
        raise ClusterFailed(
            f"--dask {shown(address)}: several workers died of the same recording; give them more memory"
        ) from None
    finally:
        client.close()


def own_version() -> str:
    """The version of pmtui in this process."""
    return version("pmtui")


def _check_versions(client: Any, address: str) -> None:
    """Scheduler and workers take our values apart, so each must have this very version."""
    answers = list(client.run(own_version, on_error="return").values())
    try:
        answers.append(client.run_on_scheduler(own_version))
    except ImportError as error:
        answers.append(error)
    elsewhere = {answer if isinstance(answer, str) else "none" for answer in answers}
    if odd := elsewhere - {own_version()}:
        raise ClusterFailed(
            f"--dask {shown(address)}: scheduler and workers have pmtui {', '.join(sorted(odd))}, here it is "
            f"{own_version()}; install the same everywhere"
        )
