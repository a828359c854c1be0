"""Apps register into the shell, and the dashboard shows what they registered."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from core.models import User
from themis import registry
from themis.registry import DashboardWidget, NavigationItem, NextStep

ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _registers_as_they_were() -> Iterator[None]:
    registers = (registry.navigation, registry.dashboard_widgets, registry.next_steps, registry.health_checks)
    before = [dict(register.entries) for register in registers]
    yield
    for register, entries in zip(registers, before, strict=True):
        register.entries.clear()
        register.entries.update(entries)


def step(key: str, order: int, *, done: bool = False, url_name: str = "themis:jobs") -> NextStep:
    proof = User.objects.all() if done else User.objects.none()
    return NextStep(key, order, lambda user: proof.all(), f"Step {key}", f"Why {key}", url_name, f"Do {key}")


def test_entries_come_in_order_and_a_key_is_replaced() -> None:
    register: registry.Register[NavigationItem] = registry.Register()
    register.add(NavigationItem("b", "B", "themis:jobs", "bell", order=2))
    register.add(NavigationItem("a", "A", "themis:jobs", "bell", order=1))
    register.add(NavigationItem("b", "Other", "themis:jobs", "bell", order=0))
    assert [item.label for item in register.all()] == ["Other", "A"]


def test_a_registered_page_is_in_the_navigation_for_whom_it_is_visible(
    alice: User, bob: User, client_of: ClientOf
) -> None:
    def only_alice(user: User) -> bool:
        return user == alice

    registry.register_navigation(
        NavigationItem("secret", "Secret cave", "themis:jobs", "lamp-desk", visible=only_alice)
    )
    assert "Secret cave" in client_of(alice).get("/").content.decode()
    assert "Secret cave" not in client_of(bob).get("/").content.decode()


def test_an_entry_whose_page_does_not_exist_is_left_out(alice: User, client_of: ClientOf) -> None:
    registry.register_navigation(NavigationItem("gone", "Gone", "no_such_app:list", "bell"))
    registry.register_next_step(step("gone", 1, url_name="no_such_app:list"))
    response = client_of(alice).get("/")
    assert response.status_code == 200
    assert "Gone" not in response.content.decode()


def test_the_first_step_that_is_not_done_is_the_one_primary_action(alice: User, client_of: ClientOf) -> None:
    registry.next_steps.entries.clear()
    for entry in (step("two", 2), step("one", 1, done=True), step("three", 3)):
        registry.register_next_step(entry)
    response = client_of(alice).get("/")
    assert [(item.title, item.done, item.current) for item in response.context["steps"]] == [
        ("Step one", True, False),
        ("Step two", False, True),
        ("Step three", False, False),
    ]
    page = response.content.decode()
    assert page.count("btn btn-primary") == 1
    assert "Why two" in page
    assert "Why three" not in page


def test_the_checklist_goes_away_when_all_is_done(alice: User, client_of: ClientOf) -> None:
    registry.next_steps.entries.clear()
    registry.register_next_step(step("one", 1, done=True))
    assert client_of(alice).get("/").context["steps"] == []


def test_a_widget_is_shown_with_its_context_and_hides_when_it_has_none(
    alice: User, client_of: ClientOf
) -> None:
    registry.register_dashboard_widget(
        DashboardWidget("shown", "components/stat.html", lambda request: {"value": 1}, order=1)
    )
    registry.register_dashboard_widget(
        DashboardWidget("hidden", "components/no_such_template.html", lambda request: None)
    )
    panels = client_of(alice).get("/").context["panels"]
    assert [panel.template for panel in panels][:1] == ["components/stat.html"]
    assert all(panel.template != "components/no_such_template.html" for panel in panels)


def test_a_widget_that_somebody_may_not_see_is_not_even_asked(alice: User, client_of: ClientOf) -> None:
    def explode(request: object) -> dict:
        raise AssertionError("asked")

    registry.register_dashboard_widget(
        DashboardWidget("private", "components/stat.html", explode, visible=lambda user: False)
    )
    assert client_of(alice).get("/").status_code == 200
