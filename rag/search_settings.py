"""The named numbers that reading, chunking and search are tuned by, so that two measurements can be told apart.

What an answer is made of what was found is none of them: `rag.answer_quality` names the numbers of drafting.
"""

import ast
import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType

from django.conf import settings

from rag.providers.reranking import RerankingError, reranker_name
from rag.services import (
    candidates,
    chunk_units,
    chunking,
    fusion,
    lexical,
    reranking,
    search,
    word_shares,
)

_CUTTING: tuple[ModuleType, ...] = (chunking, chunk_units)
_SEARCHING: tuple[ModuleType, ...] = (candidates, lexical, word_shares, fusion, search)
_PARSING = Path(__file__).parent / "parsing"
# These refuse or survive files; what is read of a file that is read does not depend on them.
_AROUND_PARSING = {"archive_checks", "checks", "isolation", "limits", "nursery", "nursery_client", "worker"}

Settings = Mapping[str, int | float | str]


def search_settings() -> dict[str, int | float | str]:
    """The modules' numeric constants by "module.NAME", the language of the word index, and the reranker if any."""
    found: dict[str, int | float | str] = {"language": settings.SEARCH_LANGUAGE, **_parsing_settings()}
    modules = [*_CUTTING, *_SEARCHING]
    if reranker := _reranker():
        found["reranker"] = reranker
        modules.append(reranking)
    for module in modules:
        name = module.__name__.rpartition(".")[2]
        for key, value in vars(module).items():
            if key.isupper() and isinstance(value, int | float):
                found[f"{name}.{key.strip('_')}"] = value
    return found


def cut_otherwise(before: Settings, now: Settings) -> list[str]:
    """The settings by which the same document would have other passages now.

    A setting that only one of the two names was not there, or is not any more: that says nothing.
    """
    cutting = ("parsing.", *(f"{module.__name__.rpartition('.')[2]}." for module in _CUTTING))
    return sorted(
        name for name in before.keys() & now.keys() if name.startswith(cutting) and before[name] != now[name]
    )


def fingerprint_of(values: Settings) -> str:
    """Twelve characters that are the same only for the same settings."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]


def _reranker() -> str:
    """The reranker's name; of one that cannot be loaded, with which nothing is measured, what kind it is."""
    try:
        return reranker_name()
    except RerankingError:
        return str(settings.RERANKER_PROVIDER)


@cache
def _parsing_settings() -> dict[str, int | float]:
    """As they are written: importing the parsers would load libraries that only their own process needs."""
    return {
        f"parsing.{path.stem}.{name.strip('_')}": value
        for path in sorted(_PARSING.glob("*.py"))
        if path.stem not in _AROUND_PARSING
        for name, value in _numbers_of(ast.parse(path.read_text()))
    }


def _numbers_of(module: ast.Module) -> Iterator[tuple[str, int | float]]:
    for node in module.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name) and isinstance(node.value.value, int | float):
                    yield target.id, node.value.value
