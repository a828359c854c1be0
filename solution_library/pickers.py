"""What pickers of the library's forms find: tags that are in use, and vendors."""

from django.db.models import F, Func, TextField

from core.models import Organization, User
from core.permissions import can_edit_library
from core.word_search import all_words
from solution_library.models import Document, LibraryAnswer
from themis.registry import PickerSource, register_picker_source


def find_tags(user: User, query: str, limit: int) -> list[tuple[object, str]]:
    """Tags of documents and answers in alphabetical order."""
    tag = Func(F("tags"), function="unnest", output_field=TextField())
    used: set[str] = set()
    for rows in (Document.objects.visible_to(user), LibraryAnswer.objects.visible_to(user)):
        tagged = rows.order_by().annotate(tag=tag)
        used.update(tagged.values_list("tag", flat=True).distinct())
    fitting = (name for name in used if query.casefold() in name.casefold())
    return [(name, name) for name in sorted(fitting, key=str.casefold)[:limit]]


def find_vendors(user: User, query: str, limit: int) -> list[tuple[object, str]]:
    found = Organization.objects.visible_to(user).vendors().filter(all_words(query, "name"))
    return [(row.pk, row.name) for row in found[:limit]]


def register() -> None:
    """Called once by the app's shell entries."""
    register_picker_source(PickerSource("tags", find_tags, visible=can_edit_library))
    register_picker_source(PickerSource("vendors", find_vendors, visible=can_edit_library))
