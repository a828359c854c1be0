"""What the command palette offers for some words: pages, actions and rows that a person may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from core.models import User
from themis.registry import NavigationItem, PaletteAction, PaletteEntry, navigation, palette_actions
from themis.registry import palette_providers as providers
from themis.services.recent_items import recent_entries

SHORTEST_QUERY = 2
# Of each kind, in the palette and on the page.
PALETTE_LIMIT = 5
PAGE_LIMIT = 20


@dataclass(frozen=True)
class PaletteGroup:
    """Entries under one heading."""

    key: str
    label: str
    entries: Sequence[PaletteEntry]


def search_palette(user: User, query: str, *, limit: int = PALETTE_LIMIT) -> list[PaletteGroup]:
    """What fits `query`, by kind; without one, what was opened last and what there is to do.

    Rows are asked for from two letters on, with one query a kind.
    """
    if not query:
        return _filled(
            [
                PaletteGroup("recent", _("Opened last"), recent_entries(user)),
                PaletteGroup("actions", _("Actions"), _entries(palette_actions.all(), user)),
                PaletteGroup("pages", _("Pages"), _entries(navigation.all(), user)),
            ]
        )
    groups = [PaletteGroup("pages", _("Pages and actions"), _named(user, query)[:limit])]
    if len(query) >= SHORTEST_QUERY:
        groups += [
            PaletteGroup(provider.key, str(provider.label), provider.search(user, query, limit))
            for provider in providers.all()
        ]
    return _filled(groups)


def _filled(groups: list[PaletteGroup]) -> list[PaletteGroup]:
    return [group for group in groups if group.entries]


def _named(user: User, query: str) -> list[PaletteEntry]:
    """The pages and actions whose name, or other names, hold all the words."""
    words = query.casefold().split()
    offered: list[NavigationItem | PaletteAction] = [*palette_actions.all(), *navigation.all()]
    fitting = [
        item
        for item in offered
        if all(word in f"{item.label} {getattr(item, 'words', '')}".casefold() for word in words)
    ]
    return _entries(fitting, user)


def _entries(items: Sequence[NavigationItem | PaletteAction], user: User) -> list[PaletteEntry]:
    entries = []
    for item in items:
        if not item.visible(user):
            continue
        try:
            entries.append(PaletteEntry(str(item.label), reverse(item.url_name), item.icon))
        except NoReverseMatch:
            continue  # the app's pages are not mounted in this project
    return entries
