"""The collector of garbage in a process that only runs recordings: off, since a run makes none that matters."""

import gc


def quiet_collector() -> None:
    """What is loaded is no garbage, and what a run leaves goes with its last reference; `sweep_up` takes the rest."""
    gc.collect()
    gc.freeze()
    gc.disable()


def sweep_up() -> None:
    """Collect what one run left; between two runs."""
    gc.collect()
