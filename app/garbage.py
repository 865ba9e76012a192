"""The garbage collector, kept off the hot path."""

import gc


def settle_garbage() -> None:
    """What is alive now stays, and is not looked at again; the oldest generation hardly ever is.

    Trading and painting make no reference cycles, so there is next to nothing to find; a full collection over
    what a start leaves behind takes 25 ms and more.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5000, 20, 1000)
