"""What other programs hear of an RFP: ids and links only, since its texts are confidential."""

from collections.abc import Collection

from django.urls import reverse

from rfp_manager.models import RFP
from themis.services.webhook_events import publish_events


def publish_approvals(rfp: RFP, questions: Collection[int]) -> None:
    """Inside the transaction that approves the answers to these questions."""
    publish_events(
        "answer.approved",
        [
            {
                "rfp": rfp.pk,
                "question": question,
                "url": reverse("rfp_manager:question", args=[rfp.pk, question]),
            }
            for question in questions
        ],
    )
