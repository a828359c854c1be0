"""Every number that chunking and search are tuned by, so that two measurements can be told apart."""

import hashlib
import json
from types import ModuleType

from django.conf import settings

from rag.services import candidates, chunk_units, chunking, fusion, lexical, search, word_shares

_TUNED: tuple[ModuleType, ...] = (chunking, chunk_units, candidates, lexical, word_shares, fusion, search)


def search_settings() -> dict[str, int | float | str]:
    """The modules' numeric constants by "module.NAME", and the language of the word index."""
    found: dict[str, int | float | str] = {"language": settings.SEARCH_LANGUAGE}
    for module in _TUNED:
        name = module.__name__.rpartition(".")[2]
        for key, value in vars(module).items():
            if key.isupper() and isinstance(value, int | float):
                found[f"{name}.{key.strip('_')}"] = value
    return found


def fingerprint_of(values: dict[str, int | float | str]) -> str:
    """Twelve characters that are the same only for the same settings."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]
