"""Filters kept under a name, for oneself or the team, and the one that the list opens with."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.models import User
from rfp_manager.exceptions import RFPError
from rfp_manager.models import RFP, SavedView
from rfp_manager.models.saved_view import DefaultView


def save_view(rfp: RFP, *, name: str, query: str, shared: bool, owner: User) -> SavedView:
    """Keep `query` under a name. Raises RFPError without a filter, or for a name or filters kept already."""
    if not query:
        raise RFPError(_("Set a filter first: a view keeps the filters that are set."))
    twin = rfp.saved_views.visible_to(owner).filter(query=query, shared=shared).first()
    if twin is not None:
        raise RFPError(_("These filters are kept already, as “%(twin)s”.") % {"twin": twin})
    return _write(SavedView(rfp=rfp, owner=owner, name=name, query=query, shared=shared))


def rename_view(view: SavedView, *, name: str) -> SavedView:
    """Raises RFPError for a name that is taken."""
    view.name = name
    return _write(view)


def choose_default(view: SavedView, *, user: User) -> bool:
    """The user's list opens with this view from now on; chosen again, with every question. Says which."""
    if drop_default(view, user=user):
        return False
    set_default(view, user=user)
    return True


def set_default(view: SavedView, *, user: User) -> None:
    DefaultView.objects.update_or_create(rfp_id=view.rfp_id, user=user, defaults={"view": view})


def drop_default(view: SavedView, *, user: User) -> bool:
    """The user's list opens with every question, if it opened with this view; says whether it did."""
    return bool(DefaultView.objects.filter(rfp=view.rfp_id, user=user, view=view).delete()[0])


def views_of(rfp: RFP, *, user: User) -> tuple[list[SavedView], SavedView | None]:
    """What the user may choose, and the one that their list opens with, as long as it is shared with them."""
    views = list(rfp.saved_views.visible_to(user).with_default_of(user).select_related("owner"))
    return views, next((view for view in views if view.opens_list), None)


def _write(view: SavedView) -> SavedView:
    view.name = " ".join(view.name.replace("\x00", "").split())
    if not view.name:
        raise RFPError(_("Give the view a name."))
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        taken = (
            _("The team has a view named “%(name)s” already. Choose another name.")
            if view.shared
            else _("You have a view named “%(name)s” already. Choose another name.")
        )
        raise RFPError(taken % {"name": view.name}) from error
    return view
