"""The journal of one account: what becomes of every live order, on disk before the order leaves.

One file, `journal.jsonl`, one record a line:

    {"n":7,"t_wall":1790000100000000000,"t_mono":7000000000,"type":"INTENT","hash":"0x…",…,"crc32":2910543210}

`n` counts the records without a gap, the checksum covers everything before it. A record is written by one call and
forced to disk before `write` is over; what was given to `write` together is on disk together or not at all, as far as
the disk lets itself be told so. What could not be written goes before all that is written later: so at any time the
file is the beginning of the story, as after a kill, and never a story with a hole in it. Never anything that is signed,
and never a key: the hash is enough to find an order.

It is one file, and nothing is ever taken out of it: an order makes 2 kB, its share of its market's record included,
and 16 MB, which is 8,000 orders, are read back and made a blotter of in two to three seconds. Once it has grown too
long for that, and no order is open, the file may be moved away by hand; what is forgotten then is the day's result.
"""

import asyncio
import contextlib
import errno
import os
import re
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from app.lock import FolderLock
from app.telemetry.disk import make_folder, open_private, sync_folder
from engine.entries import Record, RecordKind
from engine.records import BadRecord
from feeds.recording import BadRecording, market_record, read_market

FILE_NAME: Final = "journal.jsonl"

_CHECKSUM: Final = re.compile(rb',"crc32":([0-9]{1,10})\}$')
_OWN: Final = frozenset({"n", "t_wall", "t_mono", "type", "crc32"})


class JournalFailed(Exception):
    """A record is not on disk, so nothing that hangs on it may be sent; one sentence says why."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a journal held when it was opened. `torn` lines from the first bad one on are now in `journal.jsonl.torn`.

    A kill or a power cut in the middle of a write leaves one half line (`half`): nothing that was on disk is missing
    then. Anything more means that records were lost which had been on disk.
    """

    records: tuple[Record, ...]
    torn: int = 0
    half: bool = False


class Journal:
    """Appends records. Open it with `Journal.open`; `close` it in any case.

    All that touches the file runs in one thread, in the order in which it was asked for.
    """

    def __init__(self, fd: int, path: Path, good: int, count: int, held: contextlib.ExitStack) -> None:
        self.path: Final = path
        self._fd = fd
        self._good = good
        """Everything before this offset is whole records that somebody was told are on disk."""
        self._count = count
        self._owed: list[Record] = []
        """What was given to be written and is not on disk, in its order."""
        self._ragged = False
        """Something stands behind `_good` that could not be taken back yet."""
        self._untrusted = ""
        """Why no record can be relied upon any more."""
        self._held = held
        self._disk = ThreadPoolExecutor(1, "journal")

    @classmethod
    async def open(cls, folder: Path) -> tuple["Journal", Found]:
        """The journal in `folder`, whole again after whatever happened to it, and all that it holds.

        AlreadyRunning where another instance has it; OSError where it cannot be read or made; BadRecord where another
        version wrote it.
        """
        return await asyncio.to_thread(cls._open, folder)

    def write(self, records: Sequence[Record]) -> asyncio.Future[None]:
        """Put records on disk, after all that was given before: the future is done when they are, and must be awaited.

        JournalFailed where they are not; then nothing may hang on them, though the next write will try them first. To
        cancel the waiting does not cancel the writing.
        """
        loop = asyncio.get_running_loop()
        return asyncio.shield(loop.run_in_executor(self._disk, self._append, tuple(records)))

    async def close(self) -> None:
        """Finish what was asked for, and let go of the file and of its lock. Safe to call twice."""
        await asyncio.to_thread(self._finish)
        self._held.close()

    @classmethod
    def _open(cls, folder: Path) -> tuple["Journal", Found]:
        make_folder(folder)
        with contextlib.ExitStack() as held:
            held.enter_context(
                FolderLock(folder, "the journal in", "one instance at a time may trade with a wallet: stop that one")
            )
            path = folder / FILE_NAME
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            held.callback(os.close, fd)
            text = os.pread(fd, os.fstat(fd).st_size, 0)
            found, good = read_journal(text)
            if good < len(text):
                _set_aside(fd, path, text[good:], good)
            sync_folder(folder)
            return cls(fd, path, good, len(found.records), held.pop_all()), found

    def _append(self, records: tuple[Record, ...]) -> None:
        if self._untrusted:
            raise JournalFailed(self._untrusted)
        lines = self._lines(records)
        try:
            if self._ragged:
                self._take_back()
            for line in lines:
                if os.write(self._fd, line) < len(line):
                    raise OSError(errno.ENOSPC, "only a part of a record fitted")
        except OSError as error:
            self._ragged = True
            self._try_to_take_back()
            raise JournalFailed(f"{self.path} cannot be written: {error.strerror}") from None
        self._sync()
        self._good += sum(len(line) for line in lines)
        self._count += len(lines)
        self._owed.clear()

    def _lines(self, records: tuple[Record, ...]) -> list[bytes]:
        """These records and before them all that is owed, as they will stand in the file."""
        self._owed += records
        try:
            return [record_line(self._count + place, record) for place, record in enumerate(self._owed, 1)]
        except (TypeError, ValueError) as error:
            # It will not do better later, and what comes after it would be a story with a hole.
            self._untrusted = f"a record cannot be written as JSON: {error}; nothing is written after it, so restart"
            raise JournalFailed(self._untrusted) from None

    def _finish(self) -> None:
        """The disk may be better by now: what is owed gets a last chance."""
        self._disk.shutdown()
        if self._owed:
            with contextlib.suppress(JournalFailed):
                self._append(())
            self._owed.clear()

    def _sync(self) -> None:
        try:
            os.fdatasync(self._fd)
        except OSError as error:
            # The kernel may have let go of what it could not write, and would not say so a second time.
            self._untrusted = f"{self.path} could not be forced to disk: {error.strerror}; look at the disk and restart"
            self._ragged = True
            self._try_to_take_back()
            raise JournalFailed(self._untrusted) from None

    def _take_back(self) -> None:
        os.ftruncate(self._fd, self._good)
        self._ragged = False

    def _try_to_take_back(self) -> None:
        with contextlib.suppress(OSError):  # it stays ragged, and the next write tries again before anything else
            self._take_back()


def record_line(number: int, record: Record) -> bytes:
    """The line of a record, with its end. TypeError or ValueError where a fact cannot be written."""
    if clash := _OWN & record.facts.keys():
        raise ValueError(f"a {record.kind} record has facts of the journal's own names: {', '.join(sorted(clash))}")
    facts = dict(record.facts)
    if record.kind is RecordKind.MARKET:
        facts["market"] = market_record(facts["market"])
    head = {"n": number, "t_wall": record.wall, "t_mono": record.mono, "type": record.kind.value}
    body = orjson.dumps(head | facts)[:-1]
    return b'%b,"crc32":%d}\n' % (body, zlib.crc32(body))


def read_journal(text: bytes) -> tuple[Found, int]:
    """The records of a journal up to the first bad line, and where that line begins.

    BadRecord for a line that is whole and says what this version does not know: that is no damage to cut away.
    """
    records: list[Record] = []
    good = 0
    for line in text.splitlines(keepends=True):
        record = _record(line, len(records) + 1)
        if record is None:
            break
        records.append(record)
        good += len(line)
    rest = text[good:]
    torn = len(rest.splitlines())
    return Found(tuple(records), torn, half=torn == 1 and not rest.endswith(b"\n")), good


def _record(line: bytes, number: int) -> Record | None:
    """A line's record; None where the line is damaged or is not the one that has to come."""
    if not line.endswith(b"\n"):
        return None
    checksum = _CHECKSUM.search(line[:-1])
    if checksum is None or zlib.crc32(line[: checksum.start()]) != int(checksum[1]):
        return None
    facts = orjson.loads(line)
    if facts.get("n") != number:
        return None
    try:
        return _read(facts)
    except (KeyError, ValueError, BadRecording) as error:
        told = f"record {number} of the journal is whole, but this version cannot read it ({error})"
        raise BadRecord(f"{told}; use the version that wrote it") from None


def _read(line: dict[str, Any]) -> Record:
    facts = {name: value for name, value in line.items() if name not in _OWN}
    kind = RecordKind(line["type"])
    if kind is RecordKind.MARKET:
        facts["market"] = read_market(facts.get("market"))
    return Record(kind, line["t_mono"], line["t_wall"], facts)


def _set_aside(fd: int, path: Path, rest: bytes, good: int) -> None:
    """Keep what is cut off, before it is cut off."""
    with open_private(Path(f"{path}.torn"), os.O_APPEND) as kept:
        kept.write(rest if rest.endswith(b"\n") else rest + b"\n")
        kept.flush()
        os.fsync(kept.fileno())
    os.ftruncate(fd, good)
    os.fsync(fd)
