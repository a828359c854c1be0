"""Invitations: the link lets the right person in once, and nobody in any other way."""

import datetime as dt
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.core import mail, signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent, User
from core.permissions import CONTRIBUTOR, VIEWER
from themis.models import Invitation, Profile
from themis.services.invitations import invitation_token, invite, renew_invitation, revoke_invitation

ClientOf = Callable[[User], Client]
ANSWERS = {
    "first_name": "Dora",
    "last_name": "Dale",
    "password": "a lantern in the dark",
    "password_again": "a lantern in the dark",
}


@pytest.fixture
def invitation(administrator: User) -> Invitation:
    return invite("Dora@Example.com", roles=[CONTRIBUTOR, VIEWER], invited_by=administrator)


def link(invitation: Invitation) -> str:
    return reverse("themis:invitation", args=[invitation_token(invitation)])


def unsigned(invitation: Invitation) -> str:
    """The link up to the second in which it was signed, which is another one for each page."""
    return link(invitation).split(":")[0] + ":"


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def test_an_administrator_invites_and_the_mail_has_a_link_that_works(
    administrator: User, client_of: ClientOf
) -> None:
    sent = {"email": "dora@example.com", "roles": [CONTRIBUTOR], "language": "en"}
    response = client_of(administrator).post(reverse("themis:invitation_create"), sent)
    assert response.status_code == 302
    (letter,) = mail.outbox
    assert letter.to == ["dora@example.com"]
    assert "Ada" in letter.subject
    address = next(line for line in letter.body.splitlines() if line.startswith("http"))
    path = address.removeprefix("http://testserver")
    assert Client().get(path).status_code == 200
    page = client_of(administrator).get(reverse("themis:people")).content.decode()
    assert "dora@example.com" in page
    assert path not in page  # only who reads the mail has it
    assert {"invitation.created", "invitation.mailed"} <= set(actions())


def test_the_invited_person_gets_an_account_their_roles_and_is_signed_in(invitation: Invitation) -> None:
    client = Client()
    response = client.post(link(invitation), ANSWERS)
    assert response.status_code == 302
    user = User.objects.get(email="dora@example.com")
    assert user.get_full_name() == "Dora Dale"
    assert user.check_password(ANSWERS["password"])
    assert {group.name for group in user.groups.all()} == {CONTRIBUTOR, VIEWER}
    assert not user.is_staff
    assert EmailAddress.objects.get(user=user).verified
    assert client.get("/").wsgi_request.user == user
    assert "invitation.accepted" in actions()
    # By password, in another browser
    other = Client()
    other.post(reverse("account_login"), {"login": "dora@example.com", "password": ANSWERS["password"]})
    assert other.get("/").status_code == 200


def test_the_inviter_chooses_the_language_of_mail_page_and_account(
    administrator: User, client_of: ClientOf
) -> None:
    Profile.objects.update_or_create(user=administrator, defaults={"language": "fr"})
    client = client_of(administrator)
    form = client.get(reverse("themis:invitation_create")).content.decode()
    assert '<option value="fr" selected>' in form  # their own, unless they choose
    sent = {"email": "dora@example.com", "roles": [VIEWER], "language": "de"}
    client.post(reverse("themis:invitation_create"), sent)
    (letter,) = mail.outbox
    assert letter.subject == "Ada lädt Sie zu Spelunker ein"
    invitation = Invitation.objects.get()
    guest = Client()
    page = guest.get(link(invitation), headers={"accept-language": "en"})
    assert page["Content-Language"] == "de"
    assert '<html lang="de"' in page.content.decode()
    assert "Konto erstellen" in page.content.decode()
    refused = guest.post(link(invitation), ANSWERS | {"password_again": "another"})
    assert "Die beiden Passwörter" in refused.content.decode()
    guest.post(link(invitation), ANSWERS)
    assert Profile.objects.get(user__email="dora@example.com").language == "de"
    assert '<html lang="de"' in guest.get("/", headers={"accept-language": "en"}).content.decode()
    unknown = sent | {"email": "eve@example.com", "language": "xx"}
    assert client.post(reverse("themis:invitation_create"), unknown).status_code == 422


@pytest.mark.parametrize("end", ["used", "expired", "revoked", "replaced"])
def test_a_link_that_is_over_makes_no_account_and_says_so(end: str, invitation: Invitation) -> None:
    address = link(invitation)
    if end == "used":
        Client().post(address, ANSWERS)
    elif end == "expired":
        Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    elif end == "revoked":
        revoke_invitation(invitation)
    else:
        renew_invitation(invitation)
    people = User.objects.count()
    for send in (Client().get, Client().post):
        response = send(address, ANSWERS)
        assert response.status_code == 410
        assert "This link no longer works" in response.content.decode()
    assert User.objects.count() == people
    if end == "replaced":
        assert Client().get(link(invitation)).status_code == 200


def test_a_forged_link_leads_nowhere(invitation: Invitation) -> None:
    token = invitation_token(invitation)
    forged = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        signing.dumps([invitation.pk, invitation.nonce], salt="another"),
        signing.dumps([invitation.pk, invitation.nonce], key="k" * 50, salt="themis.invitation"),
        "nonsense",
        "a:b:c",
    ]
    for text in forged:
        for send in (Client().get, Client().post):
            assert send(reverse("themis:invitation", args=[text]), ANSWERS).status_code == 404
    assert not User.objects.filter(email="dora@example.com").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "short"),
        ("password", "password123"),
        ("password_again", "a lantern in the dusk"),
        ("first_name", ""),
    ],
)
def test_a_bad_answer_is_told_and_the_link_stays_good(field: str, value: str, invitation: Invitation) -> None:
    sent = ANSWERS | {field: value}
    if value in ("short", "password123"):
        sent["password_again"] = value
    assert Client().post(link(invitation), sent).status_code == 422
    assert Client().post(link(invitation), ANSWERS).status_code == 302


def test_nobody_gives_themselves_more_than_was_offered(invitation: Invitation) -> None:
    extra = {"is_staff": "1", "is_superuser": "1", "roles": "administrator", "email": "eve@example.com"}
    Client().post(link(invitation), ANSWERS | extra)
    user = User.objects.get(first_name="Dora")
    assert (user.email, user.is_staff, user.is_superuser) == ("dora@example.com", False, False)
    assert not user.groups.filter(name="administrator").exists()


def test_an_account_made_meanwhile_is_not_touched(invitation: Invitation) -> None:
    User.objects.create_user("dora@example.com", "her own password")
    response = Client().post(link(invitation), ANSWERS)
    assert response.status_code == 422
    assert "an account with this address already" in response.content.decode()
    assert User.objects.get(email="dora@example.com").check_password("her own password")


def test_somebody_signed_in_does_not_use_it_up(
    invitation: Invitation, charlie: User, client_of: ClientOf
) -> None:
    assert client_of(charlie).post(link(invitation), ANSWERS).status_code == 302
    invitation.refresh_from_db()
    assert invitation.is_usable


def test_without_a_mail_server_the_link_is_shown(
    administrator: User, client_of: ClientOf, settings: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"  # type: ignore[attr-defined]
    client = client_of(administrator)
    client.post(
        reverse("themis:invitation_create"),
        {"email": "dora@example.com", "roles": [VIEWER], "language": "en"},
    )
    page = client.get(reverse("themis:people")).content.decode()
    assert unsigned(Invitation.objects.get()) in page


def test_a_mail_server_that_refuses_leaves_the_link_to_copy(
    administrator: User, client_of: ClientOf, settings: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]
    client = client_of(administrator)
    client.post(
        reverse("themis:invitation_create"),
        {"email": "dora@example.com", "roles": [VIEWER], "language": "en"},
    )
    assert unsigned(Invitation.objects.get()) in client.get(reverse("themis:people")).content.decode()


@pytest.mark.parametrize(
    "email", ["alice@example.com", "ALICE@example.com", "dora@example.com", "no address"]
)
def test_who_has_an_account_or_an_invitation_is_not_invited(
    email: str, alice: User, invitation: Invitation, administrator: User, client_of: ClientOf
) -> None:
    sent = {"email": email, "roles": [VIEWER], "language": "en"}
    assert client_of(administrator).post(reverse("themis:invitation_create"), sent).status_code == 422
    assert Invitation.objects.count() == 1


def test_sending_again_and_revoking(invitation: Invitation, administrator: User, client_of: ClientOf) -> None:
    client = client_of(administrator)
    before = link(invitation)
    client.post(reverse("themis:invitation_resend", args=[invitation.pk]))
    assert len(mail.outbox) == 1
    assert Client().get(before).status_code == 410
    client.post(reverse("themis:invitation_revoke", args=[invitation.pk]))
    assert client.post(reverse("themis:invitation_resend", args=[invitation.pk])).status_code == 404
    assert {"invitation.renewed", "invitation.revoked"} <= set(actions())


@pytest.mark.django_db
def test_signing_up_stays_closed() -> None:
    sent = {"email": "eve@example.com", "password1": "some good words", "password2": "some good words"}
    assert User.objects.count() == 0
    Client().post(reverse("account_signup"), sent)
    assert User.objects.count() == 0
