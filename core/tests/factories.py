"""The people and companies of the tests. Alice owns, Bob is on the team, Charlie is not."""

from collections.abc import Iterable
from typing import Any

import factory
import pytest
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from core.models import Organization, User
from core.permissions import CONTRIBUTOR, LIBRARY_EDITOR, VIEWER


class UserFactory(DjangoModelFactory):
    """`UserFactory(groups=["viewer"])` is a person with that role; the password is "correct horse"."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@example.com")
    first_name = factory.Sequence(lambda number: f"Person{number}")
    password = factory.django.Password("correct horse")

    @factory.post_generation
    def groups(self, create: bool, extracted: Iterable[str] | None, **_: Any) -> None:
        if create and extracted:
            # A transactional test before this one may have emptied the table that a migration fills.
            self.groups.set([Group.objects.get_or_create(name=name)[0] for name in extracted])


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = Organization

    name = factory.Sequence(lambda number: f"Vendor {number}")
    kind = Organization.Kind.VENDOR


@pytest.fixture
def alice(db: None) -> User:
    """Owns what the tests are about, and edits the library."""
    return UserFactory(
        email="alice@example.com",
        first_name="Alice",
        last_name="Archer",
        groups=[LIBRARY_EDITOR, CONTRIBUTOR],
    )


@pytest.fixture
def bob(db: None) -> User:
    """On Alice's team; answers RFPs, but does not change the library."""
    return UserFactory(email="bob@example.com", first_name="Bob", last_name="Baker", groups=[CONTRIBUTOR])


@pytest.fixture
def charlie(db: None) -> User:
    """Somebody who may sign in and look, and is on nobody's team."""
    return UserFactory(email="charlie@example.com", first_name="Charlie", last_name="Cole", groups=[VIEWER])
