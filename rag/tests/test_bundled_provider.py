"""The model that ships with the packages: what it computes, and what it refuses to load."""

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from rag.providers.embedding import bundled, forget_embedding_provider, get_embedding_provider
from rag.providers.embedding.base import EmbeddingError
from rag.providers.embedding.bundled import (
    MODEL_FILE,
    MODEL_PACKAGE,
    TOKENIZER_FILE,
    TOKENIZER_PACKAGE,
    BundledProvider,
    packaged_file,
)
from rag.providers.embedding.encoders import batches_by_length

TEXTS = [
    "Backups run every night and are kept for 35 days.",
    "How long are backups retained?",
    "The canteen serves soup on Mondays.",
    "",
    "Größe, 漢字, 😀 and \u0007 odd letters",
    "word " * 600,
]


@pytest.fixture(scope="module")
def provider() -> BundledProvider:
    return BundledProvider(threads=2)


def test_vectors_are_unit_rows_of_the_stated_size(provider: BundledProvider) -> None:
    vectors = provider.embed_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), provider.dimensions) == (6, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_batch_is_the_same_as_one_by_one_in_the_order_given(provider: BundledProvider) -> None:
    together = provider.embed_passages(TEXTS)
    alone = np.stack([provider.embed_query(text) for text in TEXTS])
    assert np.allclose(together, alone, atol=1e-6)
    assert np.array_equal(together, provider.embed_passages(TEXTS))


def test_what_means_the_same_is_near(provider: BundledProvider) -> None:
    backups, question, soup = provider.embed_passages(TEXTS[:3])
    assert backups @ question > 0.5 > 0.2 > backups @ soup


def test_nothing_gives_no_rows(provider: BundledProvider) -> None:
    assert provider.embed_passages([]).shape == (0, 384)
    assert provider.count_tokens([]) == []


def test_tokens_are_counted_whole_with_the_special_ones(provider: BundledProvider) -> None:
    assert provider.count_tokens(["", "backup", "word " * 600]) == [2, 3, 602]


def test_a_text_beyond_the_limit_counts_up_to_it(provider: BundledProvider) -> None:
    cut, whole = provider.embed_passages(["word " * 254, "word " * 254 + "entirely different ending " * 50])
    assert np.allclose(cut, whole)


def test_threads_share_it(provider: BundledProvider) -> None:
    expected = provider.embed_passages(TEXTS[:3])
    results: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: results.append(provider.embed_passages(TEXTS[:3]))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert all(np.array_equal(result, expected) for result in results)


@pytest.mark.parametrize(
    ("package", "file"), [(MODEL_PACKAGE, MODEL_FILE), (TOKENIZER_PACKAGE, TOKENIZER_FILE)]
)
def test_an_altered_file_is_refused(
    package: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    altered = tmp_path / Path(file).name
    content = bytearray(packaged_file(package, file).read_bytes())
    content[-1] ^= 1
    altered.write_bytes(content)
    find = packaged_file
    monkeypatch.setattr(
        bundled, "packaged_file", lambda p, f: altered if (p, f) == (package, file) else find(p, f)
    )
    with pytest.raises(EmbeddingError, match="is not the one that was reviewed"):
        BundledProvider(threads=1)


def test_a_package_that_is_missing_says_what_to_do() -> None:
    with pytest.raises(EmbeddingError, match="not installed"):
        packaged_file("no_such_package", "model.onnx")
    with pytest.raises(EmbeddingError, match="not installed"):
        packaged_file(MODEL_PACKAGE, "no-such-file.onnx")


def test_another_model_is_named_by_its_content_and_close_to_the_bundled_one(
    tmp_path: Path, provider: BundledProvider
) -> None:
    model, tokenizer = tmp_path / "mine.onnx", tmp_path / "tokenizer.json"
    shutil.copy(packaged_file(MODEL_PACKAGE, MODEL_FILE), model)
    shutil.copy(packaged_file(TOKENIZER_PACKAGE, TOKENIZER_FILE), tokenizer)
    other = BundledProvider(model_path=model, tokenizer_path=tokenizer, threads=1)
    assert other.name == f"mine@{bundled.MODEL_SHA256[:12]}"
    cosines = (other.embed_passages(TEXTS[:3]) * provider.embed_passages(TEXTS[:3])).sum(axis=1)
    assert cosines.min() > 0.99


@pytest.mark.parametrize(
    ("model", "tokenizer", "says"),
    [
        (None, b"{}", "Set both"),
        (b"x", None, "Set both"),
        (b"no onnx", b"good", "cannot be run"),
        (b"no onnx", b"no json", "tokenizer's file cannot be read"),
    ],
)
def test_settings_that_name_no_model_are_refused_in_words(
    tmp_path: Path, model: bytes | None, tokenizer: bytes | None, says: str
) -> None:
    paths: dict[str, Path | None] = {"model_path": None, "tokenizer_path": None}
    if model:
        paths["model_path"] = tmp_path / "model.onnx"
        paths["model_path"].write_bytes(model)
    if tokenizer:
        paths["tokenizer_path"] = tmp_path / "tokenizer.json"
        good = packaged_file(TOKENIZER_PACKAGE, TOKENIZER_FILE).read_bytes()
        paths["tokenizer_path"].write_bytes(good if tokenizer == b"good" else tokenizer)
    with pytest.raises(EmbeddingError, match=says):
        BundledProvider(threads=1, **paths)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match=r"model\.onnx cannot be read"):
        BundledProvider(model_path=tmp_path / "model.onnx", tokenizer_path=tmp_path / "t.json")


def test_a_processor_that_rounds_wrongly_gets_the_slower_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "agrees_with_reference", lambda encoder: False)
    slow = BundledProvider(threads=1)
    assert type(slow._encoder).__name__ == "GenericEncoder"
    assert slow.name == bundled.BUNDLED_NAME


def test_batches_hold_like_lengths_within_their_budget_and_every_text_once() -> None:
    lengths = [5, 200, 7, 6, 190, 3000, 1]
    batches = batches_by_length(lengths, 400)
    assert sorted(index for batch in batches for index in batch) == list(range(7))
    assert [sorted(lengths[index] for index in batch) for batch in batches] == [
        [1, 5, 6, 7],
        [190, 200],
        [3000],
    ]


def test_a_process_has_one_provider_until_it_is_forgotten() -> None:
    first = get_embedding_provider()
    assert get_embedding_provider() is first
    forget_embedding_provider()
    assert get_embedding_provider() is not first
