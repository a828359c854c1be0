"""The first setup: its steps, what became of them, and whom the dashboard reminds of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.audit import record_event
from core.models import Organization, User
from core.organizations import save_organization
from core.permissions import is_administrator
from themis.models import Invitation, Setup
from themis.registry import demonstrations, settings_trials
from themis.services.invitations import invite

LANGUAGE_MODEL = "language_model"


@dataclass(frozen=True)
class SetupStep:
    """One step. `state` is a Setup.StepState, empty while nobody has come to it."""

    key: str
    title: str | Promise
    text: str | Promise
    icon: str
    state: str = ""


_STEPS = (
    SetupStep(
        "organization",
        _("Your organization"),
        _("Its name and logo, as your colleagues see it."),
        "building-2",
    ),
    SetupStep(
        LANGUAGE_MODEL, _("Language model"), _("Who writes drafts, and whether it answers."), "sparkles"
    ),
    SetupStep("storage", _("File store"), _("A file is written, read and deleted."), "database"),
    SetupStep("people", _("Your team"), _("Invite the people who answer with you."), "user-plus"),
    SetupStep(
        "demonstration", _("Demonstration"), _("Content to look around in, or an empty start."), "flashlight"
    ),
)


def load_setup() -> Setup:
    """The row; one that is not saved while nothing has been done."""
    return Setup.objects.first() or Setup()


def setup_steps(setup: Setup) -> list[SetupStep]:
    """The steps that this project has, in order: what no app registered is no step."""
    absent = set()
    if LANGUAGE_MODEL not in settings_trials.entries:
        absent.add(LANGUAGE_MODEL)
    if not demonstrations.entries:
        absent.add("demonstration")
    return [
        SetupStep(step.key, step.title, step.text, step.icon, setup.steps.get(step.key, ""))
        for step in _STEPS
        if step.key not in absent
    ]


def record_step(key: str, state: Setup.StepState) -> None:
    """Note what became of a step. What was done stays done, though somebody skips it later."""
    with transaction.atomic():
        setup = _locked()
        if setup.steps.get(key) in (state, Setup.StepState.DONE):
            return
        setup.steps[key] = str(state)
        setup.save(update_fields=["steps"])
        record_event("setup.step", target=setup, detail={"step": key, "state": str(state)})


def save_own_organization(*, name: str, logo: UploadedFile | None) -> Organization:
    """Name our own company and give it a logo; without one it keeps what it has.

    One that the library has under this name already is taken. Raises OrganizationError or StorageError.
    """
    with transaction.atomic():
        setup = _locked()
        named = Organization.objects.filter(kind=Organization.Kind.OWN, name__iexact=name).first()
        organization = setup.organization or named or Organization(kind=Organization.Kind.OWN)
        organization.name = name
        if logo is not None:
            organization.logo = logo
        save_organization(organization)
        setup.organization = organization
        setup.save(update_fields=["organization"])
        record_event("setup.organization", target=organization, detail={"logo": logo is not None})
    record_step("organization", Setup.StepState.DONE)
    return organization


def split_addresses(text: str) -> list[str]:
    """The addresses of a text with commas, semicolons or white space between, in lower case, each once."""
    return list(dict.fromkeys(word.lower() for word in re.split(r"[\s,;]+", text) if word))


def invite_all(
    emails: Sequence[str], *, roles: Sequence[str], language: str, invited_by: User
) -> list[Invitation]:
    """An invitation for each address, or, when one cannot be invited, for none. Raises InvitationError."""
    with transaction.atomic():
        return [invite(email, roles=roles, language=language, invited_by=invited_by) for email in emails]


def finish_setup() -> None:
    """Nobody is reminded any more; steps that nobody came to stay as they are."""
    with transaction.atomic():
        setup = _locked()
        if setup.finished_at is None:
            setup.finished_at = timezone.now()
            setup.save(update_fields=["finished_at"])
            record_event("setup.finished", target=setup, detail={"steps": setup.steps})


def hide_setup(user: User) -> None:
    """Do not remind this person; other administrators still are."""
    with transaction.atomic():
        _locked().hidden_from.add(user)


def is_reminded(setup: Setup, user: User) -> bool:
    """Whether the dashboard shows this person that the setup is not finished."""
    if setup.finished_at is not None or not is_administrator(user):
        return False
    return setup._state.adding or not setup.hidden_from.filter(pk=user.pk).exists()


def offer_setup(user: User) -> bool:
    """Whether to lead `user`, who just signed in, to the setup: once, the first administrator of an empty place."""
    if not is_administrator(user) or User.objects.people().exclude(pk=user.pk).exists():
        return False
    if Organization.objects.exists():
        return False
    with transaction.atomic():
        setup = _locked()
        if setup.offered_at is not None or setup.finished_at is not None:
            return False
        setup.offered_at = timezone.now()
        setup.save(update_fields=["offered_at"])
    return True


def _locked() -> Setup:
    """The row, made when it is missing, held until the transaction ends."""
    Setup.objects.get_or_create(pk=1)
    return Setup.objects.select_for_update().select_related(None).get(pk=1)
