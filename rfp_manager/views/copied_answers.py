"""What is said after one answer was used for all questions that ask the same."""

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rfp_manager.models import Question
from rfp_manager.services.group_answers import Copied

# Links to questions in one message; the question's own page lists all that ask the same.
_LINKED = 5


def describe_copies(copied: Copied, *, approving: bool) -> SafeString:
    """In sentences, with links to those that hold other people's words."""
    number = len(copied.questions)
    said = [
        ngettext(
            "Used for %(count)d more that ask the same.", "Used for %(count)d more that ask the same.", number
        )
        % {"count": number}
    ]
    waiting = len(copied.replaced)
    if approving and waiting:
        text = ngettext(
            "%(count)d said something else before and is not approved yet.",
            "%(count)d said something else before and are not approved yet.",
            waiting,
        )
        said.append(text % {"count": waiting})
    if copied.locked:
        text = ngettext(
            "%(count)d approved before stayed as they are.",
            "%(count)d approved before stayed as they are.",
            copied.locked,
        )
        said.append(text % {"count": copied.locked})
    if copied.declined:
        text = ngettext(
            "%(count)d declined stayed as it is.", "%(count)d declined stayed as they are.", copied.declined
        )
        said.append(text % {"count": copied.declined})
    if copied.not_offered:
        text = ngettext(
            "%(count)d do not offer this choice and stayed as they are.",
            "%(count)d do not offer this choice and stayed as they are.",
            copied.not_offered,
        )
        said.append(text % {"count": copied.not_offered})
    sentences = format_html("{}", " ".join(said))
    return format_html("{} {}", sentences, _theirs(copied.theirs)) if copied.theirs else sentences


def _theirs(questions: list[Question]) -> SafeString:
    text = ngettext(
        "%(count)d holds other people's words and stayed:",
        "%(count)d hold other people's words and stayed:",
        len(questions),
    ) % {"count": len(questions)}
    links = format_html_join(
        ", ", '<a class="text-link" href="{}">{}</a>', map(_address, questions[:_LINKED])
    )
    more = " …" if len(questions) > _LINKED else ""
    return format_html("{} {}{}", text, links, more)


def _address(question: Question) -> tuple[str, str]:
    place = question.identifier or _("row %(row)s") % {"row": question.row}
    return reverse("rfp_manager:question", args=[question.rfp_id, question.pk]), place
