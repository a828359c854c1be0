"""Passages per second of the bundled embedding provider against a plain loop over the same weights.

    python benchmarks/embedding.py [--passages 200] [--rounds 3] [--corpus corpus.jsonl]

The plain loop is what one would write first: the published graph, the runtime's default options, batches of
16 in the order given, padded to the longest, mean pooling. Both get the same texts in the same process, in
turns, tokenisation included; the best round of each counts. The reference for the cosine is the published
graph, whose arithmetic is in 32-bit floats, one text at a time. Prints one JSON object last.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rag.parsing import SUPPORTED_EXTENSIONS, parse_document  # noqa: E402
from rag.providers.embedding.base import Vectors, unit_rows  # noqa: E402
from rag.providers.embedding.bundled import (  # noqa: E402
    MAX_TOKENS,
    MODEL_FILE,
    MODEL_PACKAGE,
    TOKENIZER_FILE,
    TOKENIZER_PACKAGE,
    BundledProvider,
    packaged_file,
    usable_cores,
)
from rag.providers.embedding.tokenizer import TextTokenizer  # noqa: E402
from rag.services.chunking import chunk_context, chunk_document, passage_text  # noqa: E402

PLAIN_BATCH = 16


class PlainLoop:
    """The baseline: published graph, default options, batches of 16 as they come."""

    def __init__(self) -> None:
        self._tokenizer = TextTokenizer(
            packaged_file(TOKENIZER_PACKAGE, TOKENIZER_FILE).read_bytes(), MAX_TOKENS
        )
        self._session = onnxruntime.InferenceSession(
            packaged_file(MODEL_PACKAGE, MODEL_FILE).read_bytes(), providers=["CPUExecutionProvider"]
        )

    def embed(self, texts: list[str], batch_size: int = PLAIN_BATCH) -> Vectors:
        found = []
        for start in range(0, len(texts), batch_size):
            tokens = [encoding.ids for encoding in self._tokenizer.encode(texts[start : start + batch_size])]
            width = max(len(ids) for ids in tokens)
            ids = np.array([row + [0] * (width - len(row)) for row in tokens], dtype=np.int64)
            mask = np.array([[1] * len(row) + [0] * (width - len(row)) for row in tokens], dtype=np.int64)
            feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            hidden = self._session.run(None, feed)[0]
            weights = mask[:, None, :].astype(np.float32)
            found.append(np.matmul(weights, hidden)[:, 0] / mask.sum(axis=1, keepdims=True))
        return unit_rows(np.concatenate(found).astype(np.float32))


def demonstration_passages(provider: BundledProvider) -> list[str]:
    """The passages of the demonstration library, as an upload would cut them."""
    passages: list[str] = []
    for path in sorted((ROOT / "rfp_manager" / "demo" / "library").rglob("*.*")):
        if path.suffix.lstrip(".") not in SUPPORTED_EXTENSIONS:
            continue
        parsed = parse_document(path.read_bytes(), extension=path.suffix)
        passages.extend(
            passage_text(chunk_context(parsed.title, chunk.heading_path), chunk.text)
            for chunk in chunk_document(parsed, count_tokens=provider.count_tokens)
        )
    return passages


def corpus_passages(path: Path) -> list[str]:
    """The `text` of each line of a BEIR corpus, as it is."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """(elapsed, processor) seconds of one call."""
    start, start_cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - start_cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--corpus", type=Path, help="a corpus.jsonl instead of the demonstration library")
    options = parser.parse_args()

    provider, plain = BundledProvider(), PlainLoop()
    texts = corpus_passages(options.corpus) if options.corpus else demonstration_passages(provider)
    texts = [texts[index % len(texts)] for index in range(options.passages)]
    tokens = [min(count, MAX_TOKENS) for count in provider.count_tokens(texts)]
    print(f"{len(texts)} passages, {np.mean(tokens):.0f} tokens on average, {usable_cores()} cores")

    cosines = (provider.embed_passages(texts) * plain.embed(texts, batch_size=1)).sum(axis=1)
    best = {"provider": (np.inf, np.inf), "plain loop": (np.inf, np.inf)}
    for number in range(1, options.rounds + 1):
        for name, work in (
            ("plain loop", lambda: plain.embed(texts)),
            ("provider", lambda: provider.embed_passages(texts)),
        ):
            elapsed, processor = seconds(work)
            best[name] = (min(best[name][0], elapsed), min(best[name][1], processor))
            print(f"round {number}: {name:<10} {len(texts) / elapsed:7.1f} passages/s")
    query = min(
        seconds(lambda: provider.embed_query("How long are backups kept, and where?"))[0] for _ in range(20)
    )
    print(
        json.dumps(
            {
                "passages": len(texts),
                "mean_tokens": round(float(np.mean(tokens)), 1),
                "plain_passages_per_second": round(len(texts) / best["plain loop"][0], 1),
                "provider_passages_per_second": round(len(texts) / best["provider"][0], 1),
                "ratio": round(best["plain loop"][0] / best["provider"][0], 2),
                "ratio_of_processor_time": round(best["plain loop"][1] / best["provider"][1], 2),
                "cosine_to_fp32_mean": round(float(cosines.mean()), 4),
                "cosine_to_fp32_min": round(float(cosines.min()), 4),
                "query_milliseconds": round(query * 1000, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
