"""Scores from any server that speaks the rerank protocol, in either of its dialects.

`POST {url}/rerank`. Jina, Cohere, vLLM, llama.cpp and others take `documents` and answer with
`{"results": [{"index", "relevance_score"}]}`; Hugging Face's text-embeddings-inference takes `texts` and answers with
`[{"index", "score"}]`. Servers may refuse what they do not know, so that the question is put in one dialect only;
an answer is understood in both.
"""

import json
import math
from collections.abc import Sequence
from typing import Any, Literal

from django.utils.translation import gettext as _

from core.net.errors import NetworkError
from core.net.policy import AddressPolicy, FetchLimits
from core.net.posting import Reply, ask
from core.net.targets import Resolver, system_resolver
from rag.providers.reranking.base import RerankingError

Dialect = Literal["endpoint", "tei"]

# The address is an administrator's choice, and model servers stand in one's own network, on any port.
_ADDRESS_POLICY = AddressPolicy(any_private=True)
# Somebody waits in front of a page, and has the first stage's order without this.
_SECONDS = 5.0
# Some servers send every passage back.
_MAX_ANSWER_BYTES = 4_000_000
# What text-embeddings-inference takes in one request unless it is started otherwise, and what Cohere takes.
_MOST: dict[Dialect, int] = {"tei": 32, "endpoint": 1000}


class RerankEndpoint:
    """One attempt and no redirect; an answer is checked before it is believed."""

    def __init__(
        self,
        *,
        url: str,
        api_key: str,
        model: str,
        dialect: Dialect = "endpoint",
        seconds: float = _SECONDS,
        resolver: Resolver = system_resolver,
    ) -> None:
        """`url` is the base, such as `https://host/v1`; `api_key` may be empty for a server of one's own.

        Raises RerankingError for a key that no request can carry.
        """
        self._url = url.rstrip("/") + "/rerank"
        self._model = model
        self._dialect = dialect
        self._limits = FetchLimits(
            max_bytes=_MAX_ANSWER_BYTES, total_seconds=seconds, step_seconds=seconds, max_redirects=0
        )
        self._resolver = resolver
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if not (api_key.isascii() and api_key.isprintable()):
            raise RerankingError(_("The key holds letters that cannot be sent. Check RERANKER_API_KEY."))
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"

    @property
    def name(self) -> str:
        return f"{self._dialect}:{self._model}"

    @property
    def max_passages(self) -> int:
        return _MOST[self._dialect]

    def scores(self, query: str, passages: Sequence[str]) -> list[float]:
        """As the server gives them: of one model a probability, of another any number."""
        if not passages:
            return []
        # Servers refuse an empty text.
        reply = self._ask(self._question(query or " ", [passage or " " for passage in passages]))
        if reply.status != 200:
            raise RerankingError(_refusal(reply.status))
        return _read_scores(reply.content, len(passages))

    def _question(self, query: str, passages: list[str]) -> dict[str, Any]:
        if self._dialect == "tei":
            return {"query": query, "texts": passages, "truncate": True}
        return {"model": self._model, "query": query, "documents": passages, "top_n": len(passages)}

    def _ask(self, question: dict[str, Any]) -> Reply:
        try:
            return ask(
                self._url,
                json.dumps(question).encode(),
                headers=self._headers,
                policy=_ADDRESS_POLICY,
                limits=self._limits,
                resolver=self._resolver,
            )
        except NetworkError as error:
            raise RerankingError(
                _("The reranking endpoint was not reached. %(reason)s") % {"reason": error}
            ) from error


def _read_scores(content: bytes, count: int) -> list[float]:
    """Every passage's score, in the passages' order. Raises RerankingError for anything else."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RerankingError(_bad_answer(_("something other than JSON"))) from error
    rows = answer.get("results") if isinstance(answer, dict) else answer
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RerankingError(_bad_answer(_("something other than scores")))
    found: dict[int, float] = {}
    for row in rows:
        index, score = row.get("index"), row.get("relevance_score", row.get("score"))
        # To Python, True is 1 and a number like any other.
        if type(index) is not int or type(score) not in (int, float):
            raise RerankingError(_bad_answer(_("something other than scores")))
        if index in found or not 0 <= index < count or not _is_finite(score):
            raise RerankingError(_bad_answer(_("other scores than were asked for")))
        found[index] = float(score)
    if len(found) != count:
        raise RerankingError(_bad_answer(_("other scores than were asked for")))
    return [found[index] for index in range(count)]


def _is_finite(score: int | float) -> bool:
    try:
        return math.isfinite(score)
    except OverflowError:  # an integer beyond every float
        return False


def _bad_answer(what: str) -> str:
    return _(
        "The reranking endpoint answered with %(what)s. Check RERANKER_PROVIDER, RERANKER_API_URL and "
        "RERANKER_MODEL_NAME."
    ) % {"what": what}


def _refusal(status: int) -> str:
    if status in (401, 403):
        return _("The reranking endpoint refused the key. Check RERANKER_API_KEY.")
    if status == 404:
        return _(
            "The reranking endpoint knows no such address or model. Check the address and the model name."
        )
    return _("The reranking endpoint refused the request (status %(status)s).") % {"status": status}
