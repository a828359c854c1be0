"""What the command palette finds of the RFPs: those that the person is on the team of, and their questions."""

from collections.abc import Collection, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Organization, User
from core.permissions import can_create_rfp
from core.word_search import all_words
from rfp_manager.models import RFP, Question
from themis.registry import (
    PaletteAction,
    PaletteEntry,
    PaletteProvider,
    register_palette_action,
    register_palette_provider,
)

QUESTION_CHARACTERS = 200


def find_rfps(user: User, query: str, limit: int) -> list[PaletteEntry]:
    """The newest first, by title, customer and reference."""
    named = all_words(query, "title", "reference", customer=Organization.objects.all())
    found = RFP.objects.visible_to(user).filter(named).select_related("customer").order_by("-created_at")
    return [_rfp_entry(rfp) for rfp in found[:limit]]


def recall_rfps(user: User, ids: Collection[int]) -> dict[int, PaletteEntry]:
    found = RFP.objects.visible_to(user).filter(pk__in=ids).select_related("customer")
    return {rfp.pk: _rfp_entry(rfp) for rfp in found}


def find_questions(user: User, query: str, limit: int) -> Sequence[PaletteEntry]:
    """By their words, identifier and section; those of the newest RFP first."""
    found = (
        Question.objects.visible_to(user)
        .filter(all_words(query, "text", "identifier", "section"))
        .select_related("rfp")
        .only("identifier", "text", "rfp__title")
        .order_by("-rfp_id", "document_id", "position")
    )
    return [_question_entry(question) for question in found[:limit]]


def _rfp_entry(rfp: RFP) -> PaletteEntry:
    said = [str(rfp.customer), rfp.reference, rfp.get_status_display()]
    return PaletteEntry(rfp.title, rfp.get_absolute_url(), "clipboard-list", _joined(said))


def _question_entry(question: Question) -> PaletteEntry:
    url = reverse("rfp_manager:question", args=[question.rfp_id, question.pk])
    text = question.text[:QUESTION_CHARACTERS]
    return PaletteEntry(text, url, "message-circle", _joined([question.identifier, question.rfp.title]))


def _joined(parts: list[str]) -> str:
    return " · ".join(part for part in parts if part)


def register() -> None:
    """Called once by `shell_entries.register`."""
    register_palette_provider(
        PaletteProvider(
            "rfps",
            _("RFPs"),
            find_rfps,
            order=10,
            opened_by=("rfp_manager:detail", "rfp_id"),
            recall=recall_rfps,
        )
    )
    register_palette_provider(PaletteProvider("questions", _("Questions"), find_questions, order=20))
    register_palette_action(
        PaletteAction(
            "rfp_create",
            _("New RFP"),
            "rfp_manager:create",
            "file-plus",
            order=10,
            visible=can_create_rfp,
            words=_("create add request questionnaire RFI"),
        )
    )
