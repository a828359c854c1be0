"""The component tags: icons, components with slots, and small filters."""

import pytest
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory

from themis.templatetags.themis_components import device_name, initials, page_numbers


def render(source: str, **context: object) -> str:
    return Template("{% load themis_components %}" + source).render(Context(context))


def test_an_icon_is_inlined_and_hidden_from_screen_readers() -> None:
    drawn = render("{% icon 'bell' 'size-4' %}")
    assert 'aria-hidden="true"' in drawn
    assert 'class="size-4"' in drawn
    assert "<path" in drawn


def test_an_icon_with_a_label_says_it() -> None:
    drawn = render("{% icon 'bell' 'size-4' label %}", label='"><script>')
    assert 'role="img"' in drawn
    assert "<script>" not in drawn


@pytest.mark.parametrize("name", ["no-such-icon", "../../../css/app", ""])
def test_an_icon_that_is_not_vendored_is_refused(name: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="no icon"):
        render("{% icon name %}", name=name)


def test_a_component_shows_its_body_and_slots() -> None:
    drawn = render(
        "{% component 'card' title='Documents' %}<p>body</p>"
        "{% slot 'actions' %}<a href='/add'>Add</a>{% endslot %}{% endcomponent %}"
    )
    assert "<p>body</p>" in drawn
    assert "<a href='/add'>Add</a>" in drawn
    assert drawn.index("Add") < drawn.index("body")


def test_a_component_escapes_its_arguments() -> None:
    assert "<b>" not in render("{% component 'card' title=title %}{% endcomponent %}", title="<b>bold</b>")


def test_what_is_written_into_a_body_is_escaped_once() -> None:
    drawn = render("{% component 'notice' %}{{ text }}{% endcomponent %}", text="a < b")
    assert "a &lt; b" in drawn


def test_a_component_sees_no_variable_of_the_page() -> None:
    drawn = render("{% component 'card' %}x{% endcomponent %}", title="Title of the page")
    assert "Title of the page" not in drawn


def test_a_component_inside_a_page_still_has_the_request() -> None:
    request = RequestFactory().get("/list?page=2&q=iso")
    page = Paginator(range(100), 10).get_page(2)
    drawn = Template("{% include 'components/pagination.html' %}").render(
        RequestContext(request, {"page": page})
    )
    assert "?page=3&amp;q=iso" in drawn


def test_a_slot_inside_a_condition_works() -> None:
    slot = "{% if yes %}{% slot 'actions' %}act{% endslot %}{% endif %}"
    source = "{% component 'card' title='T' %}" + slot + "{% endcomponent %}"
    assert "act" in render(source, yes=True)
    assert "act" not in render(source, yes=False)


@pytest.mark.parametrize(
    "source", ["{% component card %}{% endcomponent %}", "{% component 'card' 1 %}{% endcomponent %}"]
)
def test_a_component_that_is_written_wrongly_says_how(source: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="component"):
        render(source)


@pytest.mark.parametrize(
    ("person", "letters"),
    [("Ada Lovelace", "AL"), ("bob@example.com", "B"), ("Ana de la Cruz", "AC"), ("", "?"), ("Ōe", "Ō")],
)
def test_initials(person: str, letters: str) -> None:
    assert initials(person) == letters


def test_many_pages_are_shown_with_gaps() -> None:
    assert page_numbers(Paginator(range(400), 10), 7) == [1, None, 6, 7, 8, None, 40]


def test_a_user_agent_becomes_words() -> None:
    chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
    assert device_name(chrome) == "Chrome on Linux"
    assert device_name("curl/8") == "Unknown browser"
