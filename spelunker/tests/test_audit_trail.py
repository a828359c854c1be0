"""What the apps leave in the audit log: downloads, exports, keys, changes of a team."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent, User
from core.tests.factories import alice, bob
from rfp_manager.models import RFPMembership
from rfp_manager.services.exports import create_export
from rfp_manager.services.uploads import add_question_workbook
from rfp_manager.tests.factories import RFPFactory
from rfp_manager.tests.workbooks import question_workbook, uploaded
from solution_library.tests.factories import DocumentFactory
from themis.services.api_keys import create_api_key, revoke_api_key

__all__ = ["alice", "bob"]

pytestmark = pytest.mark.django_db


def last(action: str) -> AuditEvent:
    return AuditEvent.objects.filter(action=action).latest("pk")


def test_a_download_is_recorded(client: Client, bob: User) -> None:
    document = DocumentFactory(file=ContentFile(b"Backups.", name="backups.md"))
    client.force_login(bob)
    response = client.get(reverse("solution_library:document_download", args=[document.pk]))
    assert response.getvalue() == b"Backups."
    assert (last("file.downloaded").actor, last("file.downloaded").detail["key"]) == (bob, document.s3_key)


def test_an_export_is_recorded_with_its_maker(alice: User) -> None:
    workbook, _ = add_question_workbook(
        RFPFactory(owner=alice), upload=uploaded(question_workbook()), user=alice
    )
    export = create_export(workbook, drafts=True, user=alice)
    event = last("export.created")
    assert (event.actor, event.target_id) == (alice, str(export.pk))
    assert event.detail == {"drafts": True, "format": "workbook"}


def test_making_and_revoking_a_key_is_recorded_without_its_secret(client: Client, alice: User) -> None:
    key, text = create_api_key(alice, name="CI", scopes=["read"])
    client.force_login(alice)
    client.post(reverse("themis:api_key_revoke", args=[key.pk]))
    revoke_api_key(key)
    assert last("api_key.created").target_id == str(key.pk)
    assert last("api_key.revoked").actor == alice
    assert AuditEvent.objects.filter(action="api_key.revoked").count() == 1
    secret = text.partition(".")[2]
    assert not any(secret in str(row) for row in AuditEvent.objects.values())


def test_every_change_of_a_team_is_recorded(client: Client, alice: User, bob: User) -> None:
    rfp = RFPFactory(owner=alice, title="Records service")
    client.force_login(alice)
    client.post(reverse("rfp_manager:team", args=[rfp.pk]), {"user": bob.pk, "role": "viewer"})
    event = last("team.added")
    assert (event.actor, event.target_name) == (alice, "Bob Baker")
    assert event.detail == {"rfp": rfp.pk, "title": "Records service", "role": "viewer"}
    member = RFPMembership.objects.get(rfp=rfp, user=bob)
    member.role = "manager"
    member.save()
    assert last("team.changed").detail["role"] == "manager"
    client.post(reverse("rfp_manager:member_remove", args=[rfp.pk, member.pk]))
    assert last("team.removed").target_id == str(bob.pk)
