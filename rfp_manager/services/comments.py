"""Comments on a question, and telling the people whom they name."""

import re

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import User
from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFP, Comment, Question
from themis.services.notifications import notify

_MENTION = re.compile(r"(?<![\w@.])@([\w.+-]*\w)")


def team_of(rfp: RFP) -> list[User]:
    """The active people who see this RFP as its owner or team, by name, with their profiles."""
    people = User.objects.filter(is_active=True).select_related("profile")
    members = people.filter(rfp_memberships__rfp=rfp) | people.filter(pk=rfp.owner_id)
    return sorted(members.distinct(), key=lambda person: (str(person).casefold(), person.pk))


def handles_of(people: list[User]) -> dict[str, User]:
    """How each person is mentioned: by the address up to its @, by the first name where only one has it."""
    handles: dict[str, User] = {}
    for spell in (lambda person: person.email.split("@")[0], lambda person: person.first_name):
        found: dict[str, list[User]] = {}
        for person in people:
            found.setdefault(spell(person).replace(" ", "").casefold(), []).append(person)
        for handle, owners in found.items():
            if handle and len(owners) == 1:
                handles.setdefault(handle, owners[0])
    return handles


def offered_handles(people: list[User]) -> list[tuple[str, User]]:
    """How each of them is best mentioned: by the first name where that tells who is meant."""
    handles = handles_of(people)
    offered = []
    for person in people:
        spelled = (person.first_name.replace(" ", ""), person.email.split("@")[0])
        found = (name for name in spelled if handles.get(name.casefold()) == person)
        handle = next((name for name in found if _MENTION.fullmatch(f"@{name}")), "")
        if handle:
            offered.append((handle, person))
    return offered


def mentioned_in(text: str, people: list[User]) -> list[User]:
    """Whom of `people` the text names with an @, in the order of their first mention."""
    handles = handles_of(people)
    named = (handles.get(match.group(1).casefold()) for match in _MENTION.finditer(text))
    return list(dict.fromkeys(person for person in named if person))


def add_comment(question: Question, *, text: str, author: User) -> Comment:
    """Keep the comment and tell everybody of the team whom it mentions. Raises RFPError when it says nothing."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise RFPError(_("Write something first."))
    told = [person for person in mentioned_in(text, team_of(question.rfp)) if person != author]
    with transaction.atomic():
        comment = Comment.objects.create(question=question, author=author, text=text)
        comment.mentioned.set(told)
        for person in told:
            notify(
                person,
                kind="mention",
                text=lambda: _("%(author)s mentioned you: %(text)s") % {"author": author, "text": text},
                link=reverse("rfp_manager:question", args=[question.rfp_id, question.pk]) + "#comments",
            )
    return comment


def delete_comment(comment: Comment, *, user: User) -> None:
    """Raises RFPError for somebody else's words."""
    if comment.author_id != user.pk:
        raise RFPError(_("Only the person who wrote a comment can delete it."))
    comment.delete()
