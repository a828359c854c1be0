from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from core.tests.factories import alice, bob, charlie
from core.tests.stored_files import folder_storage, s3_storage
from rag.parsing import isolation, nursery
from rag.providers.embedding.base import Vectors
from rag.providers.embedding.bundled import BundledProvider
from rag.providers.llm import forget_llm_provider
from rag.tests.handbook import HANDBOOK, add_document
from rag.tests.llm_stub import LLMStub, running_stub
from solution_library.models import Solution
from solution_library.tests.factories import SolutionFactory

__all__ = ["alice", "bob", "charlie", "folder_storage", "s3_storage"]


@pytest.fixture
def vault(db: None) -> Solution:
    """A solution whose library is one handbook."""
    solution = SolutionFactory(name="Vault")
    add_document(solution, HANDBOOK, "Operations handbook")
    return solution


@pytest.fixture
def llm(settings: Any) -> Iterator[LLMStub]:
    """A language model on loopback, and the settings that name it."""
    with running_stub() as stub:
        for name, value in stub.settings().items():
            setattr(settings, name, value)
        yield stub
        forget_llm_provider()


@pytest.fixture
def embedded_passages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every passage that the model was asked to embed, in order. The model itself is the real one."""
    asked: list[str] = []
    embed = BundledProvider.embed_passages

    def noted(self: BundledProvider, texts: Sequence[str]) -> Vectors:
        asked.extend(texts)
        return embed(self, texts)

    monkeypatch.setattr(BundledProvider, "embed_passages", noted)
    return asked


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a program of the test's own in the parser's place."""

    def put(source: str) -> None:
        package = tmp_path / "rag" / "parsing"
        package.mkdir(parents=True)
        (tmp_path / "rag" / "__init__.py").touch()
        (package / "__init__.py").touch()
        (package / "nursery.py").write_text(Path(nursery.__file__).read_text())
        (package / "worker.py").write_text(source)
        monkeypatch.setattr(isolation, "_ROOT", tmp_path)

    return put
