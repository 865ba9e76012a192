"""The settings file: `NAME=value` a line. It is read, never exported, and no line of it is skipped in silence."""

from collections.abc import Mapping
from pathlib import Path

from dotenv.parser import parse_stream


class BadEnvFile(ValueError):
    """The file cannot be used: what is wrong with it, without a word of what stands in it."""


def read_env_file(path: Path) -> Mapping[str, str]:
    """The names and values of the file; of a name that comes twice, the last one. Raises BadEnvFile.

    Values are taken as they stand: nothing in them is replaced by the value of another name.
    """
    values: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig") as file:
            for line in parse_stream(file):
                if line.error or (line.key is not None and line.value is None):
                    raise BadEnvFile(f"has no NAME=value in line {line.original.line}")
                if line.key is not None and line.value is not None:
                    values[line.key] = line.value
    except UnicodeDecodeError:
        raise BadEnvFile("is no UTF-8 text") from None
    except OSError as error:
        raise BadEnvFile(f"cannot be read ({error.strerror})") from None
    return values
