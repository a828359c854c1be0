"""The palette's way to what documents say: the words that were typed, asked of the library."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import User
from themis.registry import PaletteEntry, PaletteProvider, register_palette_provider


def ask_library(user: User, query: str, limit: int) -> list[PaletteEntry]:
    """One entry, and no query: the ask page does the searching."""
    url = f"{reverse('rag:ask')}?{urlencode({'q': query})}"
    return [PaletteEntry(_("Ask the library: “%(query)s”") % {"query": query}, url, "text-search")]


def register() -> None:
    """Called once by `shell_entries.register`."""
    register_palette_provider(PaletteProvider("ask", gettext_lazy("In the documents"), ask_library, order=90))
