"""Word 97-2003 documents written by hand: no library writes them any more (MS-CFB, MS-DOC)."""

import struct

_SECTOR = 512
_STREAM_SECTORS = 8  # 4,096 bytes, the least that is stored outside the mini stream
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_TEXT_OFFSET = 1024
_CLX = 33  # its place among the FIB's pairs of offset and length
_PAIRS = 93


def old_word_document(*paragraphs: str, encrypted: bool = False) -> bytes:
    """A document of plain paragraphs, at most about 3,000 characters in all."""
    text = "".join(f"{paragraph}\r" for paragraph in paragraphs).encode("cp1252")
    clx = _piece_table(len(text))
    word = bytearray(_file_information(len(text), len(clx), encrypted=encrypted))
    word += bytes(_TEXT_OFFSET - len(word)) + text
    # The shorter name first: so the directory is sorted.
    return _compound_file({"1Table": clx, "WordDocument": bytes(word)})


def _file_information(characters: int, clx_bytes: int, *, encrypted: bool) -> bytes:
    flags = 0x0200 | (0x0100 if encrypted else 0)  # tables in "1Table"
    base = struct.pack("<HHHHHHHLBB12x", 0xA5EC, 0x00C1, 0, 0x0409, 0, flags, 0x00BF, 0, 0, 0)
    lengths = [0] * 22
    lengths[3] = characters
    pairs = [0] * (2 * _PAIRS)
    pairs[2 * _CLX : 2 * _CLX + 2] = [0, clx_bytes]
    return b"".join(
        [
            base,
            struct.pack("<H28x", 14),
            struct.pack("<H22L", 22, *lengths),
            struct.pack(f"<H{len(pairs)}L", _PAIRS, *pairs),
            struct.pack("<H", 0),
        ]
    )


def _piece_table(characters: int) -> bytes:
    """One piece: all the text, one byte a character, where the FIB ends."""
    pieces = struct.pack("<LLHLH", 0, characters, 0, (_TEXT_OFFSET * 2) | 0x4000_0000, 0)
    return struct.pack("<BL", 2, len(pieces)) + pieces


def _compound_file(streams: dict[str, bytes]) -> bytes:
    """Sector 0 is the allocation table, sector 1 the directory, then the streams."""
    allocation = [_FAT, _END]
    entries = [_entry("Root Entry", kind=5, child=1)]
    body = b""
    for number, (name, content) in enumerate(streams.items(), start=1):
        start = len(allocation)
        allocation += [*range(start + 1, start + _STREAM_SECTORS), _END]
        following = number + 1 if number < len(streams) else _FREE
        entries.append(_entry(name, kind=2, right=following, start=start, size=_STREAM_SECTORS * _SECTOR))
        body += content.ljust(_STREAM_SECTORS * _SECTOR, b"\0")
    allocation += [_FREE] * (_SECTOR // 4 - len(allocation))
    header = struct.pack(
        "<8s16xHHHHH6xLLLLLLLLL109L",
        bytes.fromhex("d0cf11e0a1b11ae1"),
        0x3E, 3, 0xFFFE, 9, 6,  # version, byte order, sector sizes as powers of two
        0, 1, 1, 0, 4096, _END, 0, _END, 0,  # one FAT sector, the directory's start, no mini stream
        0, *[_FREE] * 108,
    )  # fmt: skip
    directory = b"".join(entries).ljust(_SECTOR, b"\0")
    return header + struct.pack(f"<{len(allocation)}L", *allocation) + directory + body


def _entry(
    name: str, *, kind: int, child: int = _FREE, right: int = _FREE, start: int = _END, size: int = 0
) -> bytes:
    letters = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBLLL16xL16xLQ", letters, len(letters), kind, 1, _FREE, right, child, 0, start, size
    )
