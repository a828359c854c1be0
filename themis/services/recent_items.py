"""What a person opened last: written by the middleware, read by the command palette."""

from collections import defaultdict

from django.utils import timezone

from core.models import User
from themis.models import RecentItem
from themis.registry import PaletteEntry, PaletteProvider, palette_providers

SHOWN = 6
# More than are shown, because some may be gone by now.
LOOKED_AT = 20


def record_opened(user: User, *, kind: str, object_id: int) -> None:
    """Note that the person has the row before them now. One statement, however often."""
    RecentItem.objects.bulk_create(
        [RecentItem(user=user, kind=kind, object_id=object_id, opened_at=timezone.now())],
        update_conflicts=True,
        unique_fields=["user", "kind", "object_id"],
        update_fields=["opened_at"],
    )


def recent_entries(user: User) -> list[PaletteEntry]:
    """The last things opened that the person may still see, the latest first. One query a kind, and one.

    What is gone by now is forgotten with them, and what lies further back than is looked at: all at once, if any.
    """
    items = list(RecentItem.objects.visible_to(user)[: LOOKED_AT + 1])
    wanted: dict[str, list[int]] = defaultdict(list)
    for item in items:
        wanted[item.kind].append(item.object_id)
    found = {
        provider.key: provider.recall(user, wanted[provider.key])
        for provider in palette_providers.all()
        if provider.recall is not None and provider.key in wanted
    }
    kept = [
        (item.pk, found[item.kind][item.object_id])
        for item in items[:LOOKED_AT]
        if item.object_id in found.get(item.kind, {})
    ]
    if len(kept) < len(items):
        # Not what is opened meanwhile, in another tab.
        seen = RecentItem.objects.visible_to(user).filter(opened_at__lte=items[0].opened_at)
        seen.exclude(pk__in=[pk for pk, _entry in kept]).delete()
    return [entry for _pk, entry in kept][:SHOWN]


def provider_opened_by(view_name: str) -> PaletteProvider | None:
    """The provider whose row this view shows."""
    return next((entry for entry in palette_providers.all() if entry.opened_by[0] == view_name), None)
