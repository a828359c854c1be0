"""Labelled sets for measuring retrieval, in the layout that the BEIR collection made common."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.exceptions import SpelunkerError


class RetrievalSetError(SpelunkerError):
    """The folder holds no usable set; the message names the file and what is wrong with it."""


@dataclass(frozen=True)
class SetDocument:
    """One entry of the corpus: a whole document. A query looks into documents of its own scope only."""

    id: str
    title: str
    text: str
    scope: str | None = None

    @property
    def extension(self) -> str:
        """How to parse the text: as what its markup shows it to be, else as plain text."""
        start = self.text.lstrip()[:200].casefold()
        if start.startswith(("<!doctype html", "<html")):
            return "html"
        lines = self.text.splitlines()
        headings = sum(line.lstrip("#")[:1] == " " and line.startswith("#") for line in lines)
        return "md" if headings > 1 or (headings == 1 and lines[0].startswith("# ")) else "txt"


@dataclass(frozen=True)
class SetQuery:
    id: str
    text: str
    scope: str | None = None


@dataclass(frozen=True)
class RetrievalSet:
    """`relevant` has, for each query that was judged, the grades (above 0) of the documents that answer it."""

    name: str
    documents: tuple[SetDocument, ...]
    queries: tuple[SetQuery, ...]
    relevant: Mapping[str, Mapping[str, int]]


def load_retrieval_set(folder: Path) -> RetrievalSet:
    """Read `corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv`; queries without judgement are left out.

    Raises RetrievalSetError.
    """
    relevant = _read_judgements(folder / "qrels" / "test.tsv")
    documents = tuple(
        SetDocument(entry["_id"], entry.get("title") or "", entry.get("text") or "", entry.get("scope"))
        for entry in _read_entries(folder / "corpus.jsonl")
    )
    queries = tuple(
        SetQuery(entry["_id"], entry.get("text") or "", entry.get("scope"))
        for entry in _read_entries(folder / "queries.jsonl")
        if entry["_id"] in relevant
    )
    if not documents or not queries:
        raise RetrievalSetError(f"{folder} holds no documents, or none of its queries has been judged.")
    return RetrievalSet(folder.resolve().name, documents, queries, relevant)


def _read_entries(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in _lines(path):
        try:
            entry = json.loads(line)
            entry["_id"] = str(entry["_id"])
            if any(not isinstance(entry.get(name) or "", str) for name in ("title", "text")):
                raise TypeError
            hash(entry.get("scope"))
        except (ValueError, TypeError, KeyError) as error:
            raise RetrievalSetError(
                f"Line {number} of {path} is no entry with an _id, and a title and a text that are texts."
            ) from error
        yield entry


def _read_judgements(path: Path) -> dict[str, dict[str, int]]:
    """Lines of query, document and grade, with or without a header."""
    relevant: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        parts = line.split("\t")
        try:
            query, document, grade = parts[0], parts[1], int(float(parts[2]))
        except (ValueError, OverflowError, IndexError) as error:
            if number == 1:
                continue
            raise RetrievalSetError(
                f"Line {number} of {path} is not a query, a document and a grade with tabs between."
            ) from error
        if grade > 0:
            relevant.setdefault(query, {})[document] = grade
    return relevant


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise RetrievalSetError(
            f"{path} cannot be read. A set is a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv."
        ) from error
