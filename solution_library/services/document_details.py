"""What a document is called, whose it is, by when it is reviewed and how it is tagged."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from solution_library.exceptions import GoneMeanwhile, LibraryError
from solution_library.models import Document
from solution_library.services.documents import request_embedding

DETAILS = frozenset({"title", "tags", "owner", "review_by"})


def describe_document(document: Document, changes: Mapping[str, Any]) -> bool:
    """Change some of DETAILS, and nothing that is not named; False when all of it is so already.

    The title stands over each passage that search finds, so with another one the passages are made anew. A page of a
    site is called as the site calls it. Raises LibraryError, GoneMeanwhile.
    """
    with transaction.atomic():
        locked = (
            Document.objects.select_for_update(of=("self",)).filter(pk=document.pk, deleted_at=None).first()
        )
        if locked is None:
            raise GoneMeanwhile(_("This document was deleted in the meantime. Nothing was changed."))
        changed = {
            name: value
            for name, value in changes.items()
            if name in DETAILS and getattr(locked, name) != value
        }
        if not changed:
            return False
        if "title" in changed and locked.source_id:
            raise LibraryError(_("A page is called as its site calls it."))
        for name, value in changed.items():
            setattr(locked, name, value)
        try:
            locked.clean_fields(exclude={field.name for field in Document._meta.fields} - changed.keys())
        except ValidationError as error:
            raise LibraryError(" ".join(error.messages)) from error
        Document.objects.filter(pk=locked.pk).update(**changed, updated_at=timezone.now())
        if "title" in changed:
            request_embedding([locked])
    return True
