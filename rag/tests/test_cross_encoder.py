"""A cross-encoder on this machine: a tiny one that is made here, and files that are none."""

import threading
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from rag.providers.embedding.onnx_wire import Node, write_model
from rag.providers.reranking import RerankingError, cross_encoder, forget_reranker, get_reranker
from rag.providers.reranking.cross_encoder import CrossEncoder

WORDS = ["[UNK]", "[CLS]", "[SEP]", "how", "long", "backup", "soup", "word"]
# What each word adds to the score where it stands in the passage; in the question it adds nothing.
WORTH = {"backup": 2.0, "soup": -1.0}


def tokenizer_file() -> str:
    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 1), ("[SEP]", 2)],
    )
    # What published files say, which nobody asked for here.
    tokenizer.enable_padding(length=128)
    tokenizer.enable_truncation(max_length=8)
    text: str = tokenizer.to_str()
    return text


def model_file(*, columns: int = 1, types: bool = True, worth: dict[str, float] = WORTH) -> bytes:
    """The sum over the passage's words of what each is worth; with two columns that is the second one's lead."""
    table = np.array([[worth.get(word, 0.0)] for word in WORDS], dtype=np.float32)
    if columns == 2:
        table = np.hstack([np.zeros_like(table), table])
    nodes = [Node("Gather", ["table", "input_ids"], ["each"], {"axis": 0})]
    inputs = {"input_ids": (np.int64, [1, "tokens"])}
    summed = "each"
    if types:
        inputs["token_type_ids"] = (np.int64, [1, "tokens"])
        nodes += [
            Node("Cast", ["token_type_ids"], ["is_passage"], {"to": 1}),
            Node("Unsqueeze", ["is_passage", "last"], ["mask"], {}),
            Node("Mul", ["each", "mask"], ["counted"], {}),
        ]
        summed = "counted"
    nodes.append(Node("ReduceSum", [summed, "middle"], ["logits"], {"keepdims": 0}))
    weights = {"table": table, "last": np.array([2]), "middle": np.array([1])}
    if not types:
        del weights["last"]
    return write_model(nodes, weights, inputs, {"logits": (np.float32, [1, columns])}, {"": 13})


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    model, tokenizer = tmp_path / "tiny.onnx", tmp_path / "tokenizer.json"
    model.write_bytes(model_file())
    tokenizer.write_text(tokenizer_file())
    return model, tokenizer


def load(files: tuple[Path, Path], threads: int = 2) -> CrossEncoder:
    return CrossEncoder(model_path=files[0], tokenizer_path=files[1], threads=threads)


def logistic(*logits: float) -> list[float]:
    return [float(1 / (1 + np.exp(-logit))) for logit in logits]


def test_scores_are_of_the_passages_in_their_order(files: tuple[Path, Path]) -> None:
    passages = ["word soup word", "backup backup", "", "word"]
    for threads in (1, 2):
        scores = load(files, threads).scores("how long backup", passages)
        assert scores == pytest.approx(logistic(-1, 4, 0, 0))
        assert all(type(score) is float for score in scores)
    assert load(files).scores("how", []) == []


def test_of_two_columns_the_second_says_yes(files: tuple[Path, Path]) -> None:
    files[0].write_bytes(model_file(columns=2))
    assert load(files).scores("how", ["backup", "soup"]) == pytest.approx(logistic(2, -1))


def test_a_model_without_token_types_reads_both_texts(files: tuple[Path, Path]) -> None:
    files[0].write_bytes(model_file(types=False))
    assert load(files).scores("backup", ["backup", "soup"]) == pytest.approx(logistic(4, 1))


def test_only_the_passage_is_cut(files: tuple[Path, Path]) -> None:
    encoder = load(files)
    # 512 tokens: three special ones, two of the question, so 507 of the passage.
    inside, outside = "word " * 506 + "backup", "word " * 507 + "backup"
    assert encoder.scores("how long", [inside, outside]) == pytest.approx(logistic(2, 0))


def test_a_question_beyond_measure_leaves_room_for_the_passage(files: tuple[Path, Path]) -> None:
    assert load(files).scores("how " * 5_000, ["backup", "soup"]) == pytest.approx(logistic(2, -1))


def test_it_is_named_by_its_content(files: tuple[Path, Path]) -> None:
    first = load(files).name
    files[0].write_bytes(model_file(worth={"soup": 1.0}))
    second = load(files).name
    assert first.startswith("tiny@")
    assert len(first) == len("tiny@") + 12
    assert first != second


def test_threads_share_it(files: tuple[Path, Path]) -> None:
    encoder, results = load(files), []
    passages = ["backup", "soup", "word"] * 10
    expected = encoder.scores("how", passages)
    threads = [
        threading.Thread(target=lambda: results.append(encoder.scores("how", passages))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4


@pytest.mark.parametrize(
    ("which", "content", "says"),
    [
        (0, None, "tiny.onnx cannot be read"),
        (1, None, "tokenizer.json cannot be read"),
        (0, b"no onnx", "model cannot be run"),
        (0, model_file(worth={"[UNK]": float("nan"), "[CLS]": float("nan"), "[SEP]": float("nan")}), "does not score"),
        (1, b"no json", "tokenizer cannot be read"),
    ],
)  # fmt: skip
def test_files_that_are_no_cross_encoder_are_refused_in_words(
    files: tuple[Path, Path], which: int, content: bytes | None, says: str
) -> None:
    files[which].unlink()
    if content is not None:
        files[which].write_bytes(content)
    with pytest.raises(RerankingError, match=says):
        load(files)


def test_a_sentence_encoder_is_no_cross_encoder(files: tuple[Path, Path]) -> None:
    table = np.zeros((len(WORDS), 8), dtype=np.float32)
    nodes = [
        Node("Gather", ["table", "input_ids"], ["each"], {"axis": 0}),
        Node("ReduceSum", ["each", "middle"], ["vector"], {"keepdims": 0}),
    ]
    weights = {"table": table, "middle": np.array([1])}
    inputs = {"input_ids": (np.int64, [1, "tokens"])}
    files[0].write_bytes(write_model(nodes, weights, inputs, {"vector": (np.float32, [1, 8])}, {"": 13}))
    with pytest.raises(RerankingError, match="does not score pairs"):
        load(files)


def test_the_settings_choose_it_once_per_process(
    files: tuple[Path, Path], settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_reranker()
    assert get_reranker() is None
    for name, value in (("PROVIDER", "local"), ("MODEL_PATH", files[0]), ("TOKENIZER_PATH", files[1])):
        setattr(settings, f"RERANKER_{name}", str(value))
    first = get_reranker()
    assert isinstance(first, cross_encoder.CrossEncoder)
    assert get_reranker() is first
    forget_reranker()
    assert get_reranker() is not first
    forget_reranker()
