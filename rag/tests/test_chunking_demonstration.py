"""The demonstration library cut with the real tokenizer."""

from pathlib import Path

import pytest

from rag.parsing import SUPPORTED_EXTENSIONS, parse_document
from rag.providers.embedding.bundled import BundledProvider
from rag.services.chunking import chunk_document

LIBRARY = Path(__file__).resolve().parents[2] / "rfp_manager" / "demo" / "library"
FILES = sorted(path for path in LIBRARY.rglob("*.*") if path.suffix[1:] in SUPPORTED_EXTENSIONS)


@pytest.fixture(scope="module")
def provider() -> BundledProvider:
    return BundledProvider(threads=1)


def test_every_passage_fits_the_model_and_most_of_it_is_used(provider: BundledProvider) -> None:
    sizes = []
    for path in FILES:
        parsed = parse_document(path.read_bytes(), extension=path.suffix)
        chunks = chunk_document(parsed, count_tokens=provider.count_tokens)
        assert chunks
        assert chunks == chunk_document(parsed, count_tokens=provider.count_tokens), path.name
        sizes += [chunk.token_count for chunk in chunks]
    assert max(sizes) <= provider.max_tokens
    assert sum(sizes) / len(sizes) > 60
