"""The HTTP client that language models are asked with: no proxies, no redirects, no floods."""

from collections.abc import AsyncIterator

import httpx2

# A reply of a few thousand tokens is some 20 KB.
_MAX_REPLY_BYTES = 4_000_000
_CONNECT_SECONDS = 5.0


def make_http_client(timeout: float) -> httpx2.AsyncClient:
    """`timeout` in seconds. Proxy variables are ignored: confidential text goes where the settings say."""
    return httpx2.AsyncClient(
        transport=_BoundedTransport(),
        timeout=httpx2.Timeout(timeout, connect=_CONNECT_SECONDS),
        follow_redirects=False,
        trust_env=False,
        # Uncompressed, so that what is counted is what is kept.
        headers={"Accept-Encoding": "identity"},
    )


class _BoundedStream(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._stream:
            size += len(piece)
            if size > _MAX_REPLY_BYTES:
                raise httpx2.DecodingError("The reply is far too large.")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


class _BoundedTransport(httpx2.AsyncHTTPTransport):
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _BoundedStream(response.stream)
        return response
