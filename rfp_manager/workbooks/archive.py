"""The zip container of a workbook, opened with suspicion.

Everything that can be known from the directory at the end of the file is checked before anything is
unpacked: entry count, unpacked size, compression ratio, names, overlaps. While unpacking, an entry never
yields more bytes than its directory entry says, and its checksum must match, so a directory that lies is
found out as well.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, BinaryIO, cast

from core.exceptions import SpelunkerError
from core.words import format_number
from core.words import gettext as _

END_RECORD = struct.Struct("<4s4H2LH")
END_SIGNATURE = b"PK\x05\x06"
LOCATOR = struct.Struct("<4sLQL")
LOCATOR_SIGNATURE = b"PK\x06\x07"
END_RECORD_64 = struct.Struct("<4sQ2H2L4Q")
DIRECTORY_SIGNATURE = b"PK\x01\x02"
DIRECTORY_HEADER_SIZE = 46
LOCAL_HEADER_SIZE = 30

MEGABYTE = 1024 * 1024


class WorkbookError(SpelunkerError):
    """A workbook cannot be used; the message is a sentence that tells the user why and what to do."""


@dataclass(frozen=True)
class ArchiveLimits:
    """What a workbook may cost before it is refused. Sizes are bytes."""

    entries: int = 10_000
    file_bytes: int = 512 * MEGABYTE
    unpacked_bytes: int = 1024 * MEGABYTE
    # A sheet of formatted blank rows honestly shrinks 50 to 100 times; a bomb shrinks 1,000 times.
    ratio: int = 250
    ratio_applies_from: int = 16 * MEGABYTE


DEFAULT_LIMITS = ArchiveLimits()


@dataclass(frozen=True)
class ArchiveEntry:
    """One zip entry: its facts, and its raw directory record for copying it unchanged."""

    info: zipfile.ZipInfo
    record: bytes

    @property
    def name(self) -> str:
        return self.info.filename


class Archive:
    """A checked zip file. The caller keeps ownership of `file`, which must be seekable."""

    def __init__(self, file: IO[bytes], *, limits: ArchiveLimits = DEFAULT_LIMITS) -> None:
        self.file = file
        self.limits = limits
        size = file.seek(0, io.SEEK_END)
        if size > limits.file_bytes:
            raise WorkbookError(
                _(
                    "The workbook is larger than %(megabytes)s MB. Remove pictures or unused sheets, save it "
                    "and upload it again."
                )
                % {"megabytes": limits.file_bytes // MEGABYTE}
            )
        count, directory_size, directory_at, self.comment = _read_end_record(file, size)
        if count > limits.entries or directory_size > limits.entries * 400:
            raise WorkbookError(
                _(
                    "The workbook holds more than %(entries)s parts, which no questionnaire needs. Open it in "
                    "Excel, save it as a new .xlsx file and upload that."
                )
                % {"entries": format_number(limits.entries)}
            )
        file.seek(directory_at)
        records = list(_split_records(file.read(directory_size)))
        with _friendly_errors():
            self._zip = zipfile.ZipFile(file)
        infos = self._zip.infolist()
        if len(records) != len(infos) or len(records) != count:
            raise _damaged()
        self.entries = [ArchiveEntry(info, record) for info, record in zip(infos, records, strict=True)]
        self._check_entries(directory_at)

    def close(self) -> None:
        self._zip.close()

    def open(self, entry: ArchiveEntry) -> BinaryIO:
        """A stream over one entry's unpacked content; every fault surfaces as a WorkbookError."""
        with _friendly_errors():
            return cast(BinaryIO, _EntryStream(self._zip.open(entry.info)))

    def _check_entries(self, directory_at: int) -> None:
        seen: set[str] = set()
        for entry in self.entries:
            _check_entry(entry.info)
            folded = entry.name.replace("\\", "/").casefold()
            if folded in seen:
                raise WorkbookError(
                    _(
                        'The workbook holds two parts named "%(name)s". It is damaged or was made to mislead: open '
                        "it in Excel, save it as a new .xlsx file and upload that."
                    )
                    % {"name": entry.name}
                )
            seen.add(folded)
        self._check_sizes()
        # Entries that share bytes are how a small file claims to hold petabytes.
        places = sorted((entry.info.header_offset, entry.info.compress_size) for entry in self.entries)
        ends = [at + LOCAL_HEADER_SIZE + packed for at, packed in places]
        starts = [at for at, _ in places[1:]] + [directory_at]
        if places and (places[0][0] < 0 or any(end > start for end, start in zip(ends, starts, strict=True))):
            raise _damaged()

    def _check_sizes(self) -> None:
        limits = self.limits
        unpacked = sum(entry.info.file_size for entry in self.entries)
        if unpacked > limits.unpacked_bytes:
            raise WorkbookError(
                _(
                    "The workbook would unpack to more than %(megabytes)s MB, so it was not opened. Delete "
                    "unused rows and sheets, save it and upload it again."
                )
                % {"megabytes": limits.unpacked_bytes // MEGABYTE}
            )
        for entry in self.entries:
            size, packed = entry.info.file_size, entry.info.compress_size
            if size > limits.ratio_applies_from and size > limits.ratio * max(packed, 1):
                raise WorkbookError(
                    _(
                        'A part of the workbook ("%(name)s") unpacks to %(size)s MB from almost nothing, so it was '
                        "not opened. Delete the empty formatted rows below the questions, save it and upload it "
                        "again."
                    )
                    % {"name": entry.name, "size": size // MEGABYTE}
                )


class _EntryStream(io.RawIOBase):
    """An entry's content, with zip and deflate faults turned into sentences."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner = inner

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        with _friendly_errors():
            return self._inner.read(-1 if size is None else size)

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


def _read_end_record(file: IO[bytes], size: int) -> tuple[int, int, int, bytes]:
    """Entry count, directory size, directory position in this file, and the archive's comment."""
    tail_size = min(size, END_RECORD.size + 0xFFFF)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    at = tail.rfind(END_SIGNATURE)
    if at < 0 or len(tail) - at < END_RECORD.size:
        raise WorkbookError(
            _(
                "The workbook is incomplete: its end is missing, as when a download or an upload is cut off. "
                "Fetch the file again from where it came from and upload it once more."
            )
        )
    _magic, disk, _start, _here, count, directory_size, directory_offset, comment_size = (
        END_RECORD.unpack_from(tail, at)
    )
    comment = tail[at + END_RECORD.size : at + END_RECORD.size + comment_size]
    end_at = size - tail_size + at
    directory_end = end_at
    if 0xFFFF in (count, disk) or 0xFFFFFFFF in (directory_size, directory_offset):
        file.seek(max(end_at - LOCATOR.size, 0))
        locator = file.read(LOCATOR.size)
        if locator.startswith(LOCATOR_SIGNATURE) and len(locator) == LOCATOR.size:
            directory_end = end_at - LOCATOR.size - END_RECORD_64.size
            file.seek(max(directory_end, 0))
            record = file.read(END_RECORD_64.size)
            if len(record) < END_RECORD_64.size or not record.startswith(b"PK\x06\x06"):
                raise _damaged()
            *_rest, count, directory_size, directory_offset = END_RECORD_64.unpack(record)
    directory_at = directory_end - directory_size
    if directory_at < 0:
        raise _damaged()
    return count, directory_size, directory_at, comment


def _split_records(directory: bytes) -> Iterator[bytes]:
    at = 0
    while at + DIRECTORY_HEADER_SIZE <= len(directory) and directory.startswith(DIRECTORY_SIGNATURE, at):
        name, extra, comment = struct.unpack_from("<3H", directory, at + 28)
        end = at + DIRECTORY_HEADER_SIZE + name + extra + comment
        yield directory[at:end]
        at = end


def _check_entry(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 0x1:
        raise WorkbookError(
            _(
                "The workbook's contents are encrypted. Open it in Excel with its password, remove the password "
                "under File > Info > Protect Workbook, save it and upload it again."
            )
        )
    segments = info.orig_filename.replace("\\", "/").split("/")
    unsafe_name = not segments[0] or ".." in segments or ":" in segments[0] or "\0" in info.orig_filename
    if unsafe_name or stat.S_ISLNK(info.external_attr >> 16):
        raise WorkbookError(
            _(
                "The workbook holds a part that points outside of the file, which Excel never writes. It was "
                "refused: ask the sender for the original."
            )
        )
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise WorkbookError(
            _(
                "The workbook is packed in a way that Excel does not use. Open it in Excel, save it as a new "
                ".xlsx file and upload that."
            )
        )


def _damaged() -> WorkbookError:
    return WorkbookError(
        _(
            "The workbook is damaged and cannot be unpacked. Open it in Excel and let it repair the file, save "
            "it as a new .xlsx file and upload that."
        )
    )


@contextmanager
def _friendly_errors() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise _damaged() from error
