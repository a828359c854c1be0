"""What the audit log has to hear of that happens in Django's and allauth's own code."""

from collections.abc import Collection
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed, post_save, pre_save

from core.audit import record_event
from core.models import User

_ADMIN_ACTIONS = {ADDITION: "admin.added", CHANGE: "admin.changed", DELETION: "admin.deleted"}
_POWERS = ("is_active", "is_staff", "is_superuser")


def connect() -> None:
    user_logged_in.connect(record_login, dispatch_uid="audit_login")
    user_logged_out.connect(record_logout, dispatch_uid="audit_logout")
    user_login_failed.connect(record_failed_login, dispatch_uid="audit_login_failed")
    m2m_changed.connect(record_roles, sender=User.groups.through, dispatch_uid="audit_roles")
    pre_save.connect(remember_powers, sender=User, dispatch_uid="audit_powers_before")
    post_save.connect(record_powers, sender=User, dispatch_uid="audit_powers")
    post_save.connect(record_admin_change, sender=LogEntry, dispatch_uid="audit_admin")


def record_login(user: User, **kwargs: Any) -> None:
    record_event("login", actor=user)


def record_logout(user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record_event("logout", actor=user)


def record_failed_login(credentials: dict[str, Any], **kwargs: Any) -> None:
    """The name that was tried; Django has taken the password out of `credentials`."""
    tried = credentials.get("email") or credentials.get("username") or ""
    record_event("login.failed", detail={"email": str(tried).replace("\x00", "")[:254]})


def record_roles(instance: Any, action: str, pk_set: Collection[int] | None, **kwargs: Any) -> None:
    """`instance` is the person, or the group when it was changed from its side."""
    if action not in ("post_add", "post_remove", "pre_clear"):
        return
    done = "role.granted" if action == "post_add" else "role.withdrawn"
    if isinstance(instance, Group):
        people = instance.user_set.all() if pk_set is None else User.objects.filter(pk__in=pk_set)
        for person in people:
            record_event(done, target=person, detail={"roles": [instance.name]})
        return
    groups = instance.groups.all() if pk_set is None else Group.objects.filter(pk__in=pk_set)
    names = sorted(groups.values_list("name", flat=True))
    if names:
        record_event(done, target=instance, detail={"roles": names})


def remember_powers(instance: User, update_fields: Collection[str] | None, **kwargs: Any) -> None:
    """Signing in saves `last_login` alone, and that needs no look at the row."""
    wanted = instance.pk and (update_fields is None or set(update_fields) & set(_POWERS))
    instance._powers_before = (  # type: ignore[attr-defined]
        User.objects.filter(pk=instance.pk).values(*_POWERS).first() if wanted else None
    )


def record_powers(instance: User, created: bool, **kwargs: Any) -> None:
    before: dict[str, bool] | None = getattr(instance, "_powers_before", None)
    now = {name: getattr(instance, name) for name in _POWERS}
    if created:
        record_event("user.created", target=instance, detail={"powers": now})
    elif before is not None and before != now:
        changed = {name: value for name, value in now.items() if before[name] != value}
        record_event("user.powers_changed", target=instance, detail=changed)


def record_admin_change(instance: LogEntry, created: bool, **kwargs: Any) -> None:
    """The admin's history as the audit log keeps it: names of the fields, no values."""
    action = _ADMIN_ACTIONS.get(instance.action_flag)
    if not created or action is None:
        return
    kind = instance.content_type.model_class() if instance.content_type else None
    # No target: of a deleted row there is only what the entry says.
    record_event(
        action,
        detail={
            "kind": kind._meta.label_lower if kind else "",
            "id": instance.object_id or "",
            "name": instance.object_repr,
            "change": instance.get_change_message()[:500],
        },
    )
