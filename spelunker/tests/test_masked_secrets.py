"""Links that let somebody in stand in no log: not in the server's, not in ours, not in the audit log."""

import datetime as dt
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings as configured
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import reverse
from gunicorn.config import Config

from core.masking import MaskingFormatter, mask_secrets
from core.models import AuditEvent, User
from core.permissions import CONTRIBUTOR
from spelunker.server_log import MaskingLogger
from themis.services.invitations import invitation_token, invite

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def secrets(administrator: User) -> dict[str, str]:
    """Each secret with the address that it stands in."""
    invited = invite(email="eve@example.com", roles=[CONTRIBUTOR], invited_by=administrator)
    token, reset = invitation_token(invited), default_token_generator.make_token(administrator)
    address = EmailAddress.objects.create(user=administrator, email=administrator.email)
    key = EmailConfirmationHMAC(address).key
    return {
        token: reverse("themis:invitation", args=[token]),
        reset: reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": reset}),
        key: reverse("account_confirm_email", args=[key]),
    }


@pytest.fixture
def administrator(db: None) -> User:
    return User.objects.create_superuser("ada@example.com", "a password")


def test_the_servers_line_has_no_secret_in_request_and_referrer(secrets: dict[str, str]) -> None:
    logger = MaskingLogger(Config())
    for secret, path in secrets.items():
        environ = {
            "REQUEST_METHOD": "GET",
            "RAW_URI": f"{path}?next=/",
            "PATH_INFO": path,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_REFERER": f"https://spelunker.example.com{path}",
        }
        response = SimpleNamespace(status="200 OK", sent=5, headers=[("Location", path)])
        request = SimpleNamespace(headers=[("REFERER", environ["HTTP_REFERER"])])
        found = logger.atoms(response, request, environ, dt.timedelta(seconds=1))
        assert secret not in str(found)
        assert found["r"].startswith("GET /")
        assert found["r"].endswith("***/?next=/ HTTP/1.1")


def test_our_own_lines_have_none(client: Client, secrets: dict[str, str], caplog: Any) -> None:
    formatter = configured.LOGGING["formatters"]["plain"]
    assert formatter["()"] == "core.masking.MaskingFormatter"
    for secret, path in secrets.items():
        client.get(path.replace(secret, f"{secret}x"))  # is not there, which Django logs
        text = "\n".join(MaskingFormatter().format(record) for record in caplog.records)
        assert secret not in text
    assert "Not Found: /invitation/***/" in text


def test_the_audit_log_has_none(client: Client, secrets: dict[str, str], settings: Any) -> None:
    settings.OIDC_ONLY = True
    token, path = next(iter(secrets.items()))
    assert client.post(path, {}).status_code == 403
    event = AuditEvent.objects.get(action="denied")
    assert event.detail["path"] == "/invitation/***/"
    assert token not in str(event.detail)


def test_other_addresses_stay_as_they_are() -> None:
    for path in (
        "/people/invitations/5/resend/",
        "/rfps/5/questions/?q=invitation",
        "/accounts/password/reset/",
    ):
        assert mask_secrets(path) == path


def test_the_server_is_started_with_it_everywhere() -> None:
    named = "spelunker.server_log.MaskingLogger"
    command = re.findall(r"^CMD (\[.*?\])", (ROOT / "Dockerfile").read_text(), re.MULTILINE | re.DOTALL)[-1]
    assert f'"--logger-class", "{named}"' in command
    assert named in (ROOT / "spelunker/embedded/children.py").read_text()
