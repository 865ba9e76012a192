"""What went wrong while writing, counted for the screen."""


class Mishaps:
    """Counts over every file of the process. `trouble` is the last thing that went wrong, in one sentence."""

    __slots__ = ("dropped", "failures", "set_aside", "torn", "trouble")

    def __init__(self) -> None:
        self.dropped = 0
        """Rows that no file will ever hold."""
        self.failures = 0
        """Writes that the disk refused or cut short; their rows wait and are tried again."""
        self.torn = 0
        """Half rows found at the end of a file when it was opened again, and moved out of it."""
        self.set_aside = 0
        """Files of another version, or with rows we did not write, renamed when a new one took their place."""
        self.trouble = ""

    def failed(self, name: str, error: OSError) -> None:
        """The disk refused the file `name`."""
        self.failures += 1
        self.trouble = f"{name}: {error.strerror}"
