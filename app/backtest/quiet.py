"""A process that only runs recordings: without the collector of garbage, and gone as soon as its parent is."""

import contextlib
import gc
import os
from multiprocessing.connection import Connection
from threading import Thread


def begin_worker(until: Connection) -> None:
    """What a process of an executor does before its first job. It ends when the other end of `until` is closed."""
    quiet_collector()
    Thread(target=_end_with, args=(until,), name="parent", daemon=True).start()


def quiet_collector() -> None:
    """What is loaded is no garbage, and what a run leaves goes with its last reference; `sweep_up` takes the rest."""
    gc.collect()
    gc.freeze()
    gc.disable()


def sweep_up() -> None:
    """Collect what one run left; between two runs."""
    gc.collect()


def _end_with(until: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        until.recv_bytes()
    os._exit(1)
