"""Bodies as they come over the wire, unpacked without ever holding more than was asked for."""

import zlib
from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.net.errors import FetchFailed, ResponseTooLarge

_GZIP, _ZLIB, _RAW = 31, 15, -15
_STEP = 64 * 1024


def read_capped(blocks: Iterable[bytes], *, encoding: str, limit: int) -> bytes:
    """The body that `blocks` make up, unpacked from its Content-Encoding.

    Raises ResponseTooLarge as soon as more than `limit` bytes have come or are unpacked, FetchFailed for
    an encoding that was not asked for or is broken.
    """
    packed = _collect(blocks, limit)
    match encoding.strip().lower():
        case "" | "identity":
            return packed
        case "gzip" | "x-gzip":
            return gunzip_capped(packed, limit=limit)
        case "deflate":
            # Some servers send the bare stream, others the one with a header.
            return _inflate(packed, _ZLIB if packed[:1] == b"\x78" else _RAW, limit)
    raise FetchFailed(
        _("The site packs its pages in a way that was not asked for (%(encoding)s).")
        % {"encoding": encoding[:40]}
    )


def gunzip_capped(packed: bytes, *, limit: int) -> bytes:
    """Raises ResponseTooLarge when more than `limit` bytes come out, FetchFailed when it is broken."""
    return _inflate(packed, _GZIP, limit)


def _collect(blocks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for block in blocks:
        body += block
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _inflate(packed: bytes, window: int, limit: int) -> bytes:
    body = bytearray()
    try:
        while packed:  # gzip files may be strung together
            stream = zlib.decompressobj(window)
            while packed and not stream.eof:
                body += stream.decompress(packed, min(_STEP, limit + 1 - len(body)))
                if len(body) > limit:
                    raise _too_large(limit)
                packed = stream.unconsumed_tail
            if not stream.eof:
                body += stream.flush()  # a few bytes that had no room in the last step
            if len(body) > limit:
                raise _too_large(limit)
            if not stream.eof:
                raise FetchFailed(_("The page broke off before its end."))
            packed = stream.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise FetchFailed(_("The page is packed in a way that cannot be unpacked.")) from error
    return bytes(body)


def _too_large(limit: int) -> ResponseTooLarge:
    return ResponseTooLarge(
        _("The page is larger than %(limit)s MB, so it was not read.") % {"limit": f"{limit / 1048576:g}"}
    )
