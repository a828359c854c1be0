"""The setup of a new installation: its steps, whom it is shown, and that nobody is held up by it."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from core import storage
from core.models import AuditEvent, Job, Organization, User
from core.permissions import CONTRIBUTOR, VIEWER
from core.tests.factories import OrganizationFactory
from themis import registry
from themis.models import Invitation, Setup
from themis.registry import Demonstration, HealthResult, SettingsTrial
from themis.services.setup import finish_setup, record_step
from themis.tests.factories import make_job

ClientOf = Callable[[User], Client]
KEYS = ["organization", "language_model", "storage", "people", "demonstration"]


def logo(size: tuple[int, int] = (8, 8), name: str = "logo.png") -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", size, "teal").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/png")


def states() -> dict[str, str]:
    setup = Setup.objects.first()
    return setup.steps if setup else {}


@pytest.fixture
def client(administrator: User, client_of: ClientOf) -> Client:
    return client_of(administrator)


@pytest.fixture
def registered() -> Iterator[dict[str, Any]]:
    """The trial and the demonstration of this test in place of the project's own."""
    before = dict(registry.settings_trials.entries), dict(registry.demonstrations.entries)
    found: dict[str, Any] = {"result": HealthResult(True, "It said: ready."), "loaded": False, "loads": 0}

    def load(user: User) -> Job:
        found["loads"] += 1
        return make_job(user, state=Job.State.QUEUED, kind="try_out")

    registry.demonstrations.entries.clear()
    registry.register_demonstration(
        Demonstration("try_out", "A made-up vendor.", lambda: found["loaded"], load)
    )
    registry.register_settings_trial(
        SettingsTrial(
            "language_model",
            lambda: [("Provider", "A model of the tests")],
            [("LLM_PROVIDER", "who is asked")],
            lambda: found["result"],
        )
    )
    yield found
    registry.settings_trials.entries.clear()
    registry.settings_trials.entries.update(before[0])
    registry.demonstrations.entries.clear()
    registry.demonstrations.entries.update(before[1])


def test_everything_here_is_for_administrators(alice: User, client_of: ClientOf) -> None:
    theirs = client_of(alice)
    names = ["setup", *(f"setup_{key}" for key in KEYS)]
    posts = ["setup_language_model_test", "setup_storage_test", "setup_demonstration_load"]
    addresses = [reverse(f"themis:{name}") for name in [*names, *posts, "setup_finish", "setup_hide"]]
    addresses += [reverse(f"themis:{name}", args=["storage"]) for name in ("setup_skip", "setup_done")]
    for address in addresses:
        assert theirs.get(address).status_code in (403, 405), address
        assert theirs.post(address, {"name": "Ours", "emails": "x@example.com"}).status_code in (403, 405)
    assert not Setup.objects.exists()
    assert not Invitation.objects.exists()
    assert "Finish setting up" not in theirs.get("/").content.decode()


def test_each_step_can_be_skipped_and_the_end_says_what_comes_next(client: Client) -> None:
    page = client.get(reverse("themis:setup"))
    assert reverse("themis:setup_organization") == page.context["go_on_url"]
    address = reverse("themis:setup_organization")
    for key in KEYS:
        assert client.get(address).status_code == 200
        response = client.post(reverse("themis:setup_skip", args=[key]))
        address = response["Location"]
    assert address == reverse("themis:setup")
    assert states() == dict.fromkeys(KEYS, "skipped")
    assert "What comes next" in client.get(address).content.decode()
    client.post(reverse("themis:setup_finish"))
    assert Setup.objects.get().finished_at is not None
    assert "Finish setting up" not in client.get("/").content.decode()
    assert {"setup.step", "setup.finished"} <= set(AuditEvent.objects.values_list("action", flat=True))


def test_an_unknown_step_is_not_there(client: Client) -> None:
    for name in ("setup_skip", "setup_done"):
        assert client.post(reverse(f"themis:{name}", args=["payment"])).status_code == 404


def test_what_was_done_stays_done_when_it_is_skipped_later(client: Client) -> None:
    record_step("storage", Setup.StepState.DONE)
    client.post(reverse("themis:setup_skip", args=["storage"]))
    assert states() == {"storage": "done"}


def test_looking_at_the_pages_changes_nothing(client: Client) -> None:
    for name in ["setup", *(f"setup_{key}" for key in KEYS)]:
        assert client.get(reverse(f"themis:{name}")).status_code == 200
    assert not Setup.objects.exists()


def test_the_organization_gets_a_name_and_a_logo(client: Client) -> None:
    address = reverse("themis:setup_organization")
    response = client.post(address, {"name": "Copper Kettle", "logo": logo()})
    assert response["Location"] == reverse("themis:setup_language_model")
    own = Organization.objects.get()
    assert (own.name, own.kind, own.file_type) == ("Copper Kettle", Organization.Kind.OWN, "png")
    assert own.logo.name.startswith("orgs/logos/")
    # Another name keeps the row and the logo
    client.post(address, {"name": "Copper Kettle Ltd"})
    own.refresh_from_db()
    assert own.name == "Copper Kettle Ltd"
    assert own.logo
    assert "setup.organization" in AuditEvent.objects.values_list("action", flat=True)


def test_our_company_in_the_library_is_taken_and_no_second_one_made(client: Client) -> None:
    ours = OrganizationFactory(name="Copper Kettle", kind=Organization.Kind.OWN)
    client.post(reverse("themis:setup_organization"), {"name": "copper kettle"})
    assert Setup.objects.get().organization == ours
    # A second one with another's name is refused in words
    OrganizationFactory(name="Brass", kind=Organization.Kind.OWN)
    response = client.post(reverse("themis:setup_organization"), {"name": "Brass"})
    assert response.status_code == 422
    assert "already an organization" in response.content.decode()


@pytest.mark.parametrize(
    "bad",
    [
        SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>", content_type="image/png"),
        logo(name="logo.svg"),
        logo(size=(4001, 2)),
    ],
)
def test_a_logo_that_is_none_is_refused(bad: SimpleUploadedFile, client: Client) -> None:
    response = client.post(reverse("themis:setup_organization"), {"name": "Copper", "logo": bad})
    assert response.status_code == 422
    assert not Organization.objects.exists()


def test_the_language_model_is_tried_and_the_outcome_told(client: Client, registered: dict[str, Any]) -> None:
    page = client.get(reverse("themis:setup_language_model")).content.decode()
    assert "A model of the tests" in page
    assert "LLM_PROVIDER" in page
    address = reverse("themis:setup_language_model_test")
    assert "It said: ready." in client.post(address).content.decode()
    registered["result"] = HealthResult(False, "The key is refused.", "Check LLM_API_KEY.")
    page = client.post(address).content.decode()
    assert "The key is refused." in page
    assert "Check LLM_API_KEY." in page
    assert AuditEvent.objects.filter(action="setup.language_model_tested").count() == 2


def test_without_a_language_model_registered_there_is_no_such_step(
    client: Client, registered: dict[str, Any]
) -> None:
    registry.settings_trials.entries.clear()
    registry.demonstrations.entries.clear()
    for name in ("setup_language_model", "setup_demonstration"):
        assert client.get(reverse(f"themis:{name}")).status_code == 404
    assert len(client.get(reverse("themis:setup")).context["steps"]) == 3


def test_the_store_is_tried_with_a_file(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    address = reverse("themis:setup_storage_test")
    assert "read back and deleted" in client.post(address).content.decode()
    assert states() == {"storage": "done"}

    def refuse(*_: Any, **__: Any) -> str:
        raise PermissionError("a path that nobody needs to see")

    monkeypatch.setattr(storage.default_storage, "save", refuse)
    page = client.post(address).content.decode()
    assert "could not be written" in page
    assert "a path that nobody" not in page


def test_several_people_are_invited_at_once(client: Client) -> None:
    sent = {
        "emails": "Dora@example.com, eve@example.com\n finn@example.com;dora@example.com",
        "roles": [VIEWER],
        "language": "fr",
    }
    assert client.post(reverse("themis:setup_people"), sent).status_code == 302
    assert set(Invitation.objects.values_list("language", flat=True)) == {"fr"}
    assert {letter.to[0] for letter in mail.outbox} == {
        "dora@example.com",
        "eve@example.com",
        "finn@example.com",
    }
    assert states() == {"people": "done"}
    page = client.get(reverse("themis:setup_people")).content.decode()
    assert "eve@example.com" in page


def test_one_bad_address_invites_nobody_and_each_is_named(client: Client, alice: User) -> None:
    sent = {
        "emails": f"dora@example.com nonsense {alice.email.upper()}",
        "roles": [CONTRIBUTOR],
        "language": "en",
    }
    response = client.post(reverse("themis:setup_people"), sent)
    assert response.status_code == 422
    page = response.content.decode()
    assert "No e-mail address: nonsense." in page
    assert f"Has an account already: {alice.email}." in page
    assert not Invitation.objects.exists()
    many = " ".join(f"guest{number}@example.com" for number in range(51))
    assert client.post(reverse("themis:setup_people"), {"emails": many, "roles": [VIEWER]}).status_code == 422


def test_without_a_mail_server_the_links_are_shown(client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    sent = {"emails": "dora@example.com eve@example.com", "roles": [VIEWER], "language": "en"}
    page = client.post(reverse("themis:setup_people"), sent, follow=True).content.decode()
    assert page.count("/invitation/") == 2
    assert "no mail was sent" in page


def test_the_demonstration_is_loaded_in_the_background(client: Client, registered: dict[str, Any]) -> None:
    address = reverse("themis:setup_demonstration")
    assert "Start empty" in client.get(address).content.decode()
    client.post(reverse("themis:setup_demonstration_load"))
    assert registered["loads"] == 1
    assert states() == {"demonstration": "done"}
    assert 'data-state="queued"' in client.get(address).content.decode()
    registered["loaded"] = True
    client.post(reverse("themis:setup_demonstration_load"))
    assert registered["loads"] == 1


def test_the_dashboard_reminds_until_somebody_has_seen_enough(
    client: Client, client_of: ClientOf, administrator: User, django_user_model: type[User]
) -> None:
    other = client_of(django_user_model.objects.create_superuser("root@example.com", "correct horse"))
    assert "Finish setting up" in client.get("/").content.decode()
    client.post(reverse("themis:setup_hide"))
    assert "Finish setting up" not in client.get("/").content.decode()
    assert "Finish setting up" in other.get("/").content.decode()
    finish_setup()
    assert "Finish setting up" not in other.get("/").content.decode()


def sign_in(email: str) -> str:
    response = Client().post(
        f"{reverse('account_login')}?next=/", {"login": email, "password": "correct horse", "next": "/"}
    )
    assert response.status_code == 302
    return str(response["Location"])


def test_only_the_very_first_sign_in_leads_to_it(administrator: User) -> None:
    assert sign_in(administrator.email) == reverse("themis:setup")
    assert sign_in(administrator.email) == "/"


def test_nobody_is_led_to_it_who_is_not_first_in_an_empty_place(administrator: User) -> None:
    OrganizationFactory()
    assert sign_in(administrator.email) == "/"


def test_a_second_person_or_a_finished_setup_leads_nobody_to_it(
    administrator: User, django_user_model: type[User]
) -> None:
    finish_setup()
    assert sign_in(administrator.email) == "/"
    Setup.objects.all().delete()
    django_user_model.objects.create_user("second@example.com", "correct horse")
    assert sign_in(administrator.email) == "/"


@pytest.mark.django_db
def test_somebody_who_is_no_administrator_is_never_led_to_it(django_user_model: type[User]) -> None:
    django_user_model.objects.create_user("only@example.com", "correct horse")
    assert sign_in("only@example.com") == "/"
