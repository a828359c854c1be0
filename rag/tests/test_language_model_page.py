"""The language model's page: for administrators, judged together, the key in and never out, all of it audited."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from core.models import AuditEvent, User
from core.permissions import ADMINISTRATOR
from core.tests.factories import UserFactory
from rag.models import LanguageModelSettings
from rag.services.language_model import find_language_model
from rag.services.llm_prompts import INSTRUCTIONS
from rag.tests.language_models import KEY, save_row
from rag.tests.llm_stub import Raw, running_stub

pytestmark = pytest.mark.django_db

PAGE = "/language-model/"
POSTS = [
    "/language-model/",
    "/language-model/test/",
    "/language-model/style/",
    "/language-model/style/drafting/default/",
    "/language-model/key/remove/",
]
GOOD = {
    "provider": "openai",
    "url": "http://127.0.0.1:11434/v1/",
    "model": "small",
    "api_key": KEY,
    "timeout_seconds": "30",
    "concurrency": "2",
    "max_tokens": "1000",
    "currency": "eur",
    "input_price": "3",
    "output_price": "15.5",
    "budget_per_rfp": "20",
}


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(UserFactory(email="ada@example.com", is_staff=True, is_superuser=True))
    return client


@pytest.fixture(autouse=True)
def nothing_says_the_key(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Neither the audit log nor any other, whatever a test does."""
    caplog.set_level(logging.DEBUG)
    yield
    assert KEY not in caplog.text
    assert KEY not in str(list(AuditEvent.objects.values()))


def actions() -> list[str]:
    return list(
        AuditEvent.objects.filter(action__startswith="language_model.").values_list("action", flat=True)
    )


def post(client: Client, **changes: Any) -> Any:
    return client.post(PAGE, GOOD | changes)


def test_it_is_for_administrators(client: Client, alice: User, bob: User, charlie: User) -> None:
    save_row()
    before = LanguageModelSettings.objects.values().get()
    for user in (alice, bob, charlie):
        client.force_login(user)
        assert client.get(PAGE).status_code == 403
        assert {client.post(address, GOOD).status_code for address in POSTS} == {403}
        assert PAGE not in client.get("/").content.decode()
    client.logout()
    assert "/login/" in client.get(PAGE)["Location"]
    assert all("/login/" in client.post(address, GOOD)["Location"] for address in POSTS)
    assert LanguageModelSettings.objects.values().get() == before
    assert actions() == []
    client.force_login(UserFactory(groups=[ADMINISTRATOR]))
    assert client.get(PAGE).status_code == 200
    assert PAGE in client.get("/").content.decode()


def test_what_changes_something_refuses_get(ada: Client) -> None:
    assert {ada.get(address).status_code for address in POSTS[1:]} == {405}


def test_everything_is_saved_and_the_key_is_never_shown(ada: Client) -> None:
    assert post(ada).status_code == 302
    model = find_language_model()
    assert (model.provider, model.url, model.model, model.api_key) == (
        "openai",
        "http://127.0.0.1:11434/v1",
        "small",
        KEY,
    )
    assert (model.timeout, model.concurrency, model.currency, model.budget) == (30, 2, "EUR", 20)
    row = LanguageModelSettings.objects.get()
    page = ada.get(PAGE)
    text = page.content.decode()
    assert KEY not in text and row.api_key not in text
    assert "Set on " in text
    assert "no-store" in page["Cache-Control"]
    event = AuditEvent.objects.get(action="language_model.changed")
    assert event.detail["key_replaced"] is True
    assert event.actor_name == "ada@example.com"
    # An empty field keeps the key
    assert post(ada, api_key="", model="large").status_code == 302
    assert find_language_model().api_key == KEY
    assert AuditEvent.objects.latest("pk").detail["changed"] == ["model"]


def test_neither_admin_nor_api_know_the_key(ada: Client) -> None:
    row = save_row()
    index = reverse("admin:rag_languagemodelsettings_changelist")
    shown = reverse("admin:rag_languagemodelsettings_change", args=[1])
    for address in (index, shown, reverse("admin:rag_languagemodelsettings_history", args=[1])):
        text = ada.get(address).content.decode()
        assert KEY not in text and row.api_key not in text
    assert ada.post(shown, {"provider": "none"}).status_code == 403
    assert "LanguageModel" not in ada.get("/api/v1/openapi.json").content.decode()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"provider": "gpt"}, "not one of the available choices"),
        ({"model": ""}, "Which model is to be asked?"),
        ({"url": ""}, "needs its address"),
        ({"url": "ftp://host/v1"}, "http:// or https://"),
        ({"url": "http://me:pw@host/v1"}, "user name or password"),
        ({"url": "https://host/v1?key=1"}, "Leave out what begins with ?"),
        ({"url": "http://169.254.169.254/v1"}, "Nothing is asked of those"),
        ({"url": "http://[fe80::1]/v1"}, "Nothing is asked of those"),
        ({"url": "http://metadata.google.internal/"}, "Nothing is asked of those"),
        ({"url": "http://[::ffff:169.254.169.254]/"}, "Nothing is asked of those"),
        ({"timeout_seconds": "0"}, "greater than or equal to 1"),
        ({"concurrency": "65"}, "less than or equal to 64"),
        ({"max_tokens": "99"}, "greater than or equal to 100"),
        ({"currency": "Euro"}, "at most 3"),
        ({"currency": "€"}, "Three letters"),
        ({"input_price": "-1"}, "greater than or equal to 0"),
        ({"input_price": "0", "output_price": "0"}, "A budget needs prices"),
        ({"provider": "none"}, "Choose the provider that the key is for"),
    ],
)
def test_nonsense_is_refused_in_words_and_without_the_key(
    ada: Client, changes: dict[str, str], says: str
) -> None:
    response = post(ada, **changes)
    assert response.status_code == 422
    text = response.content.decode()
    assert says in text
    assert KEY not in text
    assert not LanguageModelSettings.objects.exists()


@pytest.mark.parametrize("key", ["sk with blanks", "sk-ü", "sk\nX-Injected: 1"])
def test_a_key_that_is_none_is_refused_and_not_repeated(ada: Client, key: str) -> None:
    response = post(ada, api_key=key)
    assert response.status_code == 422
    assert escape(key) not in response.content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:11434/v1",
        "http://10.0.0.5:8000",
        "http://[::1]:1234/v1",
        "https://api.example.com/v1",
    ],
)
def test_local_servers_and_public_ones_may_be_chosen(ada: Client, url: str) -> None:
    assert post(ada, url=url, api_key="").status_code == 302
    assert find_language_model().url == url


def test_anthropic_needs_a_key_and_no_address(ada: Client) -> None:
    refused = post(ada, provider="anthropic", url="", api_key="")
    assert "Anthropic cannot be asked without a key" in refused.content.decode()
    assert post(ada, provider="anthropic", url="").status_code == 302
    ada.post("/language-model/key/remove/")
    assert LanguageModelSettings.objects.get().api_key
    assert "Choose another provider first" in ada.get(PAGE).content.decode()


def test_a_kept_key_goes_to_no_other_host(ada: Client) -> None:
    post(ada)
    for changes in (
        {"url": "https://elsewhere.example.com/v1"},
        {"url": "http://127.0.0.1:11435/v1"},
        {"provider": "anthropic", "url": ""},
    ):
        refused = post(ada, api_key="", **changes)
        assert refused.status_code == 422
        assert "was given for http://127.0.0.1:11434" in refused.content.decode()
    assert post(ada, api_key="", url="http://127.0.0.1:11434/another").status_code == 302
    # With none at work it may stay, and does not come alive for somebody else afterwards
    assert post(ada, api_key="", provider="none", url="https://elsewhere.example.com/v1").status_code == 302
    assert post(ada, api_key="", url="https://elsewhere.example.com/v1").status_code == 422
    assert post(ada, api_key="sk-theirs", url="https://elsewhere.example.com/v1").status_code == 302
    assert find_language_model().api_key == "sk-theirs"


def test_the_key_can_be_removed(ada: Client) -> None:
    post(ada)
    assert ada.post("/language-model/key/remove/")["Location"] == PAGE
    row = LanguageModelSettings.objects.get()
    assert (row.api_key, row.api_key_for, row.api_key_set_at) == ("", "", None)
    assert actions() == ["language_model.key_removed", "language_model.changed"]
    assert "Set on " not in ada.get(PAGE).content.decode()


def test_the_environment_is_shown_read_only_and_wins(ada: Client, settings: Any) -> None:
    settings.LLM_PROVIDER, settings.LLM_MODEL = "openai", "of-the-environment"
    settings.LLM_API_URL, settings.LLM_API_KEY = "http://127.0.0.1:7/v1", "sk-of-the-environment"
    text = ada.get(PAGE).content.decode()
    assert "set by the server&#x27;s environment" in text
    assert "of-the-environment" in text
    assert "sk-of-the-environment" not in text
    assert 'name="provider"' not in text
    response = post(ada)
    assert response.status_code == 422
    assert not LanguageModelSettings.objects.exists()
    # How it is to write is no matter of the environment
    assert ada.post("/language-model/style/", {"drafting_style": "Be brief."}).status_code == 302
    assert find_language_model().drafting_style == "Be brief."


def test_a_style_is_saved_and_taken_back(ada: Client) -> None:
    text = ada.get(PAGE).content.decode()
    assert escape(INSTRUCTIONS.splitlines()[0]) in text
    assert "You summarise a customer" in text
    styles = {"drafting_style": "Say we.\r\nNo superlatives.", "summary_style": "Short."}
    assert ada.post("/language-model/style/", styles).status_code == 302
    assert find_language_model().drafting_style == "Say we.\nNo superlatives."
    assert ada.post("/language-model/style/drafting/default/").status_code == 302
    model = find_language_model()
    assert (model.drafting_style, model.summary_style) == ("", "Short.")
    assert actions() == ["language_model.style_changed"] * 2
    assert ada.post("/language-model/style/everything/default/").status_code == 404
    too_long = ada.post("/language-model/style/", {"drafting_style": "x" * 2001})
    assert too_long.status_code == 422
    assert "at most 2000" in too_long.content.decode()


def test_the_saved_model_is_tested_from_the_page(ada: Client) -> None:
    with running_stub(lambda asked: "ready") as stub:
        post(ada, url=stub.url)
        assert "“ready”" in ada.post("/language-model/test/").content.decode()
        stub.script = [Raw(f'{{"error": {{"message": "bad key {KEY}"}}}}'.encode(), 401)]
        refused = ada.post("/language-model/test/").content.decode()
    assert "refused the key" in refused
    assert KEY not in refused
    events = AuditEvent.objects.filter(action="language_model.tested").order_by("pk")
    assert [event.detail for event in events] == [{"ok": True}, {"ok": False}]


def test_a_key_that_cannot_be_read_is_a_sentence_on_every_page(ada: Client, settings: Any) -> None:
    save_row()
    settings.SECRET_KEY = "another-secret-" * 5
    ada.force_login(UserFactory(is_superuser=True))
    page = ada.get(PAGE)
    assert page.status_code == 200
    assert "cannot be read any more" in page.content.decode()
    assert "cannot be read any more" in ada.get("/status/").content.decode()
    assert ada.get(reverse("themis:setup_language_model")).status_code == 200
    # Typed again it is good again
    assert post(ada, url="http://127.0.0.1:9/v1").status_code == 302
    assert find_language_model().api_key == KEY


def test_the_setup_leads_here_and_back(ada: Client) -> None:
    step = reverse("themis:setup_language_model")
    assert f'href="{PAGE}"' in ada.get(step).content.decode()
    assert f'href="{step}"' in ada.get(PAGE).content.decode()


def test_the_page_costs_few_queries(ada: Client, django_assert_max_num_queries: Any) -> None:
    save_row()
    ada.get(PAGE)
    with django_assert_max_num_queries(10):
        ada.get(PAGE)
