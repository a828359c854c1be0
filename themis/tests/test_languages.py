"""Whoever reads German meets German: in pages, before they sign in, in letters, and in what jobs write for them."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core import jobs
from core.models import Job, Organization, User
from core.tests.factories import UserFactory
from themis.formatting import speaking_to
from themis.models import Profile
from themis.services.mails import send_mail
from themis.services.notifications import notify

ClientOf = Callable[[User], Client]


@pytest.fixture
def german(alice: User) -> User:
    Profile.objects.update_or_create(user=alice, defaults={"language": "de"})
    return alice


def test_the_dashboard_is_in_the_persons_language_and_says_so(german: User, client_of: ClientOf) -> None:
    page = client_of(german).get("/", headers={"accept-language": "fr"}).content.decode()
    assert '<html lang="de"' in page
    assert "Startseite" in page and "Abmelden" in page
    assert "Sign out" not in page


@pytest.mark.parametrize(
    ("wanted", "language", "button"),
    [("de-AT,de;q=0.9", "de", "Anmelden"), ("fr", "fr", "Se connecter"), ("ja", "en", "Sign in")],
)
def test_before_signing_in_the_browsers_language_counts(
    db: None, wanted: str, language: str, button: str
) -> None:
    page = Client().get(reverse("account_login"), headers={"accept-language": wanted}).content.decode()
    assert f'<html lang="{language}"' in page
    assert button in page


def test_labels_that_django_derives_from_fields_are_translated() -> None:
    kind = Organization._meta.get_field("kind")
    with translation.override("de"):
        assert (str(kind.verbose_name), str(Organization._meta.verbose_name_plural)) == (
            "Art",
            "Organisationen",
        )
    assert str(kind.verbose_name) == "kind"


def test_a_notification_and_its_letter_speak_to_whom_they_tell(
    german: User, settings, django_capture_on_commit_callbacks
) -> None:
    settings.SITE_URL = "https://spelunker.example.com"
    with translation.override("fr"), django_capture_on_commit_callbacks():
        told = notify(german, kind="mention", text=lambda: _("The account is deactivated."))
    assert told.text == "Das Konto ist gesperrt."
    with translation.override("fr"):
        assert send_mail(told.mail.pk)
        assert translation.get_language() == "fr"
    (letter,) = mail.outbox
    assert "Guten Tag Alice" in letter.body
    assert '<html lang="de"' in letter.alternatives[0][0]


def test_a_new_password_is_asked_for_in_the_language_of_the_account(german: User) -> None:
    address = {"email": german.email}
    Client().post(reverse("account_reset_password"), address, headers={"accept-language": "fr"})
    (letter,) = mail.outbox
    assert "Sie erhalten diese E-Mail" in letter.body


def test_a_job_writes_in_the_language_of_its_owner(german: User, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds: dict[str, jobs.kinds.JobKind] = {}
    monkeypatch.setattr(jobs.kinds, "_kinds", kinds)

    @jobs.register_job("speak", steered_by=jobs.of_owner)
    def speak(run: jobs.JobRun) -> None:
        run.finish_message(_("Nothing waits"))

    said = []
    for owner in (german, UserFactory(email="eve@example.com"), None):
        job = jobs.enqueue("speak", title="Speak", key=f"speak:{owner}", owner=owner)
        jobs.execute(job.pk)
        said.append(Job.objects.get(pk=job.pk).message)
    assert said == ["Nichts wartet", "Nothing waits", "Nothing waits"]


@pytest.mark.parametrize(("language", "said"), [("de", "Passwort"), ("fr", "mot de passe")])
def test_a_reset_letter_speaks_the_language_last_spoken_and_its_link_works(
    alice: User, language: str, said: str
) -> None:
    browser = Client()
    browser.force_login(alice)
    browser.get(reverse("themis:profile"), headers={"accept-language": language})
    Client().post(reverse("account_reset_password"), {"email": alice.email})
    (letter,) = mail.outbox
    assert said in letter.body
    assert "You" not in letter.body
    (link,) = re.findall(r"http://testserver(\S+)", letter.body)
    assert Client().get(link, follow=True).status_code == 200


def test_what_is_written_to_who_chose_no_language_speaks_the_one_last_spoken(
    alice: User,
) -> None:
    browser = Client()
    browser.force_login(alice)
    page = reverse("themis:profile")

    def spoken(**headers: str) -> str:
        browser.get(page, headers=headers)
        with speaking_to(Profile.objects.get(user=alice).preferences):
            return str(translation.get_language())

    assert [spoken(), spoken(**{"accept-language": "de"}), spoken(**{"accept-language": "en"})] == [
        "en",
        "de",
        "en",
    ]
    Profile.objects.filter(user=alice).update(language="fr")
    assert spoken(**{"accept-language": "de"}) == "fr"


@pytest.mark.parametrize("language", ["de", "fr"])
def test_who_has_no_account_is_not_sent_to_a_page_that_is_closed(db: None, language: str) -> None:
    asked = {"headers": {"accept-language": language}}
    Client().post(reverse("account_reset_password"), {"email": "eve@example.com"}, **asked)
    (letter,) = mail.outbox
    assert "eve@example.com" in letter.body
    assert "account" not in letter.body.lower()
    assert "http" not in letter.body
