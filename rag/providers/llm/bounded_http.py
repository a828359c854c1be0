"""The HTTP client that language models are asked with: no proxies, no redirects, no floods, no metadata services."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
from django.utils.translation import gettext as _

from core.net.errors import FetchFailed
from core.net.targets import literal_address, parse_target, resolve, system_resolver
from rag.providers.llm.base import ADDRESS_POLICY

# A reply of a few thousand tokens is some 20 KB.
_MAX_REPLY_BYTES = 4_000_000
_CONNECT_SECONDS = 5.0
_MAX_ADDRESSES = 4


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
                raise httpx2.DecodingError(_("The reply is far too large."))
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


class _BoundedTransport(httpx2.AsyncHTTPTransport):
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._ask_checked_address(request)
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _BoundedStream(response.stream)
        return response

    async def _ask_checked_address(self, request: httpx2.Request) -> httpx2.Response:
        """Connect to an address that was checked, and not to what the name stands for a moment later.

        Raises core.net.errors.AddressRefused.
        """
        target = parse_target(str(request.url), ADDRESS_POLICY)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                addresses = await asyncio.to_thread(resolve, target, ADDRESS_POLICY, system_resolver)
        except (FetchFailed, TimeoutError) as error:
            raise httpx2.ConnectError(str(error), request=request) from error
        if literal_address(target.host) is None:
            request.extensions["sni_hostname"] = target.host
        name = request.url
        for address in addresses[:_MAX_ADDRESSES]:
            request.url = name.copy_with(host=str(address))
            try:
                return await super().handle_async_request(request)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failure = error
            finally:
                request.url = name
        raise failure
