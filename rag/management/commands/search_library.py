"""`manage.py search_library "query"`: the passages that a draft would be made from, ranked."""

import json
import textwrap
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.exceptions import SpelunkerError
from rag.services.filters import SEARCHED_TYPES, SearchFilters
from rag.services.passages import Passage
from rag.services.scope import find_scope
from rag.services.search import search_library

_MOST = 100


def _count(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= _MOST:
        raise ArgumentTypeError(f"give a number from 1 to {_MOST}")
    return int(value)


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ArgumentTypeError("give a day as 2026-01-31") from error


class Command(BaseCommand):
    help = "Searches documents and approved answers, and prints the best passages, best first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("query")
        parser.add_argument("--top", type=_count, default=10, help=f"how many passages (10; at most {_MOST})")
        parser.add_argument("--json", action="store_true", help="print a JSON list instead of text")
        parser.add_argument(
            "--solution", action="append", default=[], help="search this solution only; may be repeated"
        )
        parser.add_argument(
            "--vendor",
            action="append",
            default=[],
            help="search this vendor's solutions only; may be repeated",
        )
        parser.add_argument(
            "--type",
            action="append",
            choices=SEARCHED_TYPES,
            help="search files of this type only, scraped pages, or approved answers; may be repeated",
        )
        parser.add_argument(
            "--since", type=_day, help="search what came or changed on this day or later (2026-01-31)"
        )
        parser.add_argument("--current", action="store_true", help="leave out what is overdue for review")

    def handle(self, *args: Any, query: str, top: int, json: bool, **options: Any) -> None:
        if not query.strip():
            raise CommandError("Say what to look for.")
        try:
            filters = SearchFilters(
                solutions=find_scope(solutions=options["solution"], vendors=options["vendor"]),
                types=options["type"],
                since=options["since"],
                current=options["current"],
            )
            passages = search_library(query, filters=filters, top=top)
        except SpelunkerError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(as_json(passages) if json else as_text(passages))


def as_json(passages: list[Passage]) -> str:
    return json.dumps([_entry(passage) for passage in passages], ensure_ascii=False, indent=1)


def as_text(passages: list[Passage]) -> str:
    if not passages:
        return "Nothing in the library fits."
    return "\n".join(
        f"{rank:3}. {passage.score:.3f}  {_place(passage)}\n{_indented(passage.text)}{_also(passage)}"
        for rank, passage in enumerate(passages, start=1)
    )


def _entry(passage: Passage) -> dict[str, Any]:
    """`document` is the title, for an approved answer its question (then `document_id` is null)."""
    return {
        "document": passage.title,
        "document_id": passage.document_id,
        "library_answer_id": passage.library_answer_id,
        "solution_id": passage.solution_id,
        "page": passage.page,
        "heading": " > ".join(passage.heading_path),
        "score": round(passage.score, 6),
        "text": passage.text,
        "explanation": passage.explanation,
        "copies": [
            {"document": copy.title, "page": copy.page}
            | {name: getattr(copy, name) for name in ("document_id", "library_answer_id", "solution_id")}
            for copy in passage.copies
        ],
    }


def _place(passage: Passage) -> str:
    kind = "Approved answer: " if passage.library_answer_id else ""
    page = f", page {passage.page}" if passage.page else ""
    return f"{kind}{passage.context}{page}"


def _also(passage: Passage) -> str:
    """Where else it stands, the same or nearly so."""
    places = "; ".join(_place(copy) for copy in passage.copies)
    return f"\n     Also in: {places}" if places else ""


def _indented(text: str) -> str:
    lines = [
        wrapped
        for line in text.splitlines()
        for wrapped in textwrap.wrap(line, 100, break_on_hyphens=False) or [""]
    ]
    return textwrap.indent("\n".join(lines), "     ")
