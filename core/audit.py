"""The audit log: who did what, from where. Append-only; the database itself refuses anything else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from django.db import models

from core.models import AuditEvent, User
from core.storable import storable


@dataclass(frozen=True)
class Origin:
    """Who is at work, from which address and through what; nobody and nowhere outside a request."""

    find_actor: Callable[[], User | None] = lambda: None
    address: str | None = None
    via: str = ""


_origin: ContextVar[Origin | None] = ContextVar("audit_origin", default=None)


@contextmanager
def request_origin(*, find_actor: Callable[[], User | None], address: str | None) -> Iterator[None]:
    """What is recorded inside the block comes from there. `find_actor` is asked only when it is."""
    token = _origin.set(Origin(find_actor, address))
    try:
        yield
    finally:
        _origin.reset(token)


def acting_person() -> User | None:
    """Who is at work: the person of the request; nobody in a background job."""
    return (_origin.get() or Origin()).find_actor()


def act_as(user: User, *, via: str) -> None:
    """From here to the end of the request it is `user` who acts, by the key or token that `via` names."""
    _origin.set(replace(_origin.get() or Origin(), find_actor=lambda: user, via=via))


def record_event(
    action: str,
    *,
    actor: User | None = None,
    target: models.Model | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditEvent:
    """Write one event, in the caller's transaction: what is rolled back did not happen.

    `action` is a dotted name ("export.created"). Without `actor`, it is the person of the request.
    """
    origin = _origin.get() or Origin()
    actor = actor or origin.find_actor()
    event = AuditEvent(
        action=action,
        actor=actor,
        actor_name=actor.email if actor else "",
        via=origin.via[:150],
        address=origin.address,
        detail=storable(detail or {}),
    )
    if target is not None:
        event.target_kind = target._meta.label_lower
        event.target_id = str(target.pk)
        event.target_name = str(target)[:300]
    event.save(force_insert=True)
    return event
