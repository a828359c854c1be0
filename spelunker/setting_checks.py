"""Settings that make no sense together are refused when they are read: ImproperlyConfigured names what to change."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_HERE = {"localhost", "127.0.0.1", "::1"}
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+")


def check_single_sign_on(
    issuer: str, *, client_id: str, client_secret: str, domains: Sequence[str], only: bool
) -> None:
    """OIDC_...: all of it or nothing, over https, and domains that are domains."""
    if not issuer:
        if client_id or client_secret or domains or only:
            raise ImproperlyConfigured("OIDC_... settings need OIDC_SERVER_URL, the provider's issuer.")
        return
    parts = urlsplit(issuer)
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in _HERE):
        raise ImproperlyConfigured("OIDC_SERVER_URL must begin with https:// (http:// on this machine only).")
    if not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        raise ImproperlyConfigured("OIDC_SERVER_URL must be an address alone: no user, no ? and no #.")
    if "/.well-known/" in issuer:
        raise ImproperlyConfigured("OIDC_SERVER_URL is the issuer: leave /.well-known/... out.")
    if not client_id or not client_secret:
        raise ImproperlyConfigured("OIDC_SERVER_URL needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.")
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            raise ImproperlyConfigured(
                f"OIDC_ALLOWED_DOMAINS: {domain!r} is no domain. Write example.com, with commas between."
            )


def check_reranker(provider: str, *, url: str, model: str, files: tuple[str, str]) -> None:
    """RERANKER_...: a known kind, and what that kind needs. `files` are the local model's and its tokenizer's."""
    if provider not in {"none", "endpoint", "tei", "local"}:
        raise ImproperlyConfigured("RERANKER_PROVIDER must be 'none', 'endpoint', 'tei' or 'local'.")
    if provider == "local" and not all(files):
        raise ImproperlyConfigured(
            "RERANKER_PROVIDER=local needs RERANKER_MODEL_PATH and RERANKER_TOKENIZER_PATH."
        )
    if provider in {"endpoint", "tei"}:
        if not model:
            raise ImproperlyConfigured(
                f"RERANKER_PROVIDER={provider} needs RERANKER_MODEL_NAME, the model's name."
            )
        _check_address("RERANKER_API_URL", url)


def check_language_model(
    provider: str,
    *,
    url: str,
    api_key: str,
    model: str,
    seconds: float,
    concurrency: int,
    max_tokens: int,
    prices: tuple[float, float],
    budget: float,
) -> None:
    """LLM_...: a known kind, what it needs, and numbers within their bounds."""
    if provider not in {"", "none", "openai", "anthropic"}:
        raise ImproperlyConfigured("LLM_PROVIDER must be 'none', 'openai', 'anthropic' or empty.")
    if provider in {"openai", "anthropic"} and not model:
        raise ImproperlyConfigured(f"LLM_PROVIDER={provider} needs LLM_MODEL, the model's name.")
    if provider == "openai" and not url:
        raise ImproperlyConfigured("LLM_PROVIDER=openai needs LLM_API_URL, such as https://host/v1.")
    if provider == "anthropic" and not api_key:
        raise ImproperlyConfigured("LLM_PROVIDER=anthropic needs LLM_API_KEY.")
    if url:
        _check_address("LLM_API_URL", url)
    if not (1 <= seconds <= 600 and 1 <= concurrency <= 64 and 100 <= max_tokens <= 64_000):
        raise ImproperlyConfigured(
            "LLM_TIMEOUT_SECONDS must be 1 to 600, LLM_CONCURRENCY 1 to 64, LLM_MAX_TOKENS 100 to 64000."
        )
    if min(*prices, budget) < 0:
        raise ImproperlyConfigured(
            "LLM_INPUT_PRICE, LLM_OUTPUT_PRICE and LLM_BUDGET_PER_RFP cannot be negative."
        )
    if budget and not any(prices):
        raise ImproperlyConfigured(
            "LLM_BUDGET_PER_RFP needs LLM_INPUT_PRICE and LLM_OUTPUT_PRICE to count by."
        )


def _check_address(name: str, url: str) -> None:
    if not url.startswith(("http://", "https://")) or "@" in url:
        raise ImproperlyConfigured(
            f"{name} must begin with http:// or https:// and name no user; the key has its own."
        )
