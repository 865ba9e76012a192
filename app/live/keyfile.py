"""The file with the wallet's private key: who may read it, where it may lie, and what stands in it.

Nothing that is raised here carries the key, not in its words and not in the variables of its frames: the bytes live in
one function that raises nothing once it has read them.
"""

import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Final

from app.values import Secret, SettingError, shown

_KEY: Final = re.compile(rb"\s*(?:0x)?([0-9a-fA-F]{64})\s*")
_MOST_BYTES: Final = 256
_OURS_ALONE: Final = 0o600
_GIT_TIMEOUT_S: Final = 5.0


def read_key(path: Path) -> Secret:
    """The key in the file, 64 hex digits without 0x. Raises SettingError in one sentence that says what to change."""
    read = _read(path)
    why = read if isinstance(read, str) else _why_not_here(path)
    if why or isinstance(read, str):
        raise SettingError(f"WALLET_KEY_FILE={shown(str(path))} {why}.")
    return read


def _read(path: Path) -> Secret | str:
    """The key, or why it is not to be had."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if path.is_symlink():
            return "is a link to another place; give the path of the file itself"
        return f"cannot be read ({error.strerror}); give the path of the file that holds the key"
    try:
        why = _why_not_private(os.fstat(fd))
        found = None if why else _KEY.fullmatch(os.read(fd, _MOST_BYTES))
    except OSError as error:
        why, found = f"cannot be read ({error.strerror}); give the path of the file that holds the key", None
    finally:
        os.close(fd)
    if found is None:
        return why or "does not hold a private key; put its 64 hex digits into it, and nothing else"
    return Secret(found[1].decode("ascii").lower())


def _why_not_private(about: os.stat_result) -> str:
    if not stat.S_ISREG(about.st_mode):
        return "is not a plain file; give the path of the file that holds the key"
    if about.st_uid != os.geteuid():
        return "belongs to another user; make it your own with chown"
    if stat.S_IMODE(about.st_mode) & ~_OURS_ALONE:
        return f"is open to more than its owner (mode {stat.S_IMODE(about.st_mode):04o}); run chmod 600 on it"
    return ""


def _why_not_here(path: Path) -> str:
    """A file that git keeps is published with the next push, whichever links its path leads through."""
    named, folder = path.absolute().parent, path.parent.resolve()
    if not any((above / ".git").exists() for above in (named, *named.parents, folder, *folder.parents)):
        return ""
    match _git_exit(folder, path.name):
        case 0:
            return "is kept by git; move it out of the repository and treat the key as published"
        case 1:
            return ""
    return "lies in a git repository, and whether git keeps it could not be told; move it out of there"


def _git_exit(folder: Path, name: str) -> int | None:
    """0 where git keeps the file, 1 where it does not, anything else where it cannot be asked."""
    # No variable of ours or of a hook's may point git at another repository, and no setting of this one run a program.
    command = ("git", "-c", "core.fsmonitor=false", "ls-files", "--error-unmatch", "--", name)
    try:
        asked = subprocess.run(
            command,
            cwd=folder,
            env={"PATH": os.environ.get("PATH", os.defpath)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_GIT_TIMEOUT_S,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return asked.returncode
