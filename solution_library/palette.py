"""What the command palette finds in the library: solutions, documents and approved answers."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from core.models import Organization, User
from core.permissions import can_edit_library
from core.word_search import all_words
from solution_library.models import Document, LibraryAnswer, Solution
from themis.registry import (
    PaletteAction,
    PaletteEntry,
    PaletteProvider,
    register_palette_action,
    register_palette_provider,
)

LABEL_CHARACTERS = 200


def find_solutions(user: User, query: str, limit: int) -> list[PaletteEntry]:
    named = all_words(query, "name", vendor=Organization.objects.all())
    found = Solution.objects.visible_to(user).filter(named).select_related("vendor")
    return [
        PaletteEntry(row.name, row.get_absolute_url(), "package", str(row.vendor)) for row in found[:limit]
    ]


def find_documents(user: User, query: str, limit: int) -> list[PaletteEntry]:
    """By title and solution; what they say is asked of the library's own search."""
    named = all_words(query, "title", solution=Solution.objects.all())
    found = Document.objects.visible_to(user).in_use().filter(named).select_related("solution")
    return [_document_entry(document) for document in found[:limit]]


def recall_documents(user: User, ids: Collection[int]) -> dict[int, PaletteEntry]:
    found = Document.objects.visible_to(user).filter(pk__in=ids).select_related("solution")
    return {document.pk: _document_entry(document) for document in found}


def find_answers(user: User, query: str, limit: int) -> list[PaletteEntry]:
    """By question and answer, those that are used most first."""
    found = (
        LibraryAnswer.objects.visible_to(user)
        .without_index()
        .filter(all_words(query, "question", "answer"))
        .select_related("solution")
        .order_by("-times_used", "-updated_at")
    )
    return [
        PaletteEntry(
            row.question[:LABEL_CHARACTERS],
            row.get_absolute_url(),
            "message-square-text",
            str(row.solution),
        )
        for row in found[:limit]
    ]


def _document_entry(document: Document) -> PaletteEntry:
    return PaletteEntry(document.title, document.get_absolute_url(), "file-text", str(document.solution))


def register() -> None:
    """Called once by `shell_entries.register`."""
    providers = [
        PaletteProvider("solutions", _("Solutions"), find_solutions, order=30),
        PaletteProvider(
            "documents",
            _("Documents"),
            find_documents,
            order=40,
            opened_by=("solution_library:document", "pk"),
            recall=recall_documents,
        ),
        PaletteProvider("answers", _("Library answers"), find_answers, order=50),
    ]
    for provider in providers:
        register_palette_provider(provider)
    register_palette_action(
        PaletteAction("answers", _("Library answers"), "solution_library:answers", "message-square-text", 20)
    )
    additions = [
        ("answer_create", _("New library answer"), "solution_library:answer_create"),
        ("solution_create", _("New solution"), "solution_library:solution_create"),
        ("organization_create", _("New organization"), "solution_library:organization_create"),
    ]
    for order, (key, label, url_name) in enumerate(additions, start=30):
        register_palette_action(
            PaletteAction(
                key, label, url_name, "plus", order, visible=can_edit_library, words=_("create add vendor")
            )
        )
