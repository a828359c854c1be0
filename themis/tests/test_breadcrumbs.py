"""Every page below the top level says where it is: a way up, ending in the page itself."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# The top level: what the navigation or the person's menu leads to, and pages that stand for themselves.
TOP = {
    "rag/ask.html",
    "rag/language_model.html",
    "rfp_manager/list.html",
    "solution_library/home.html",
    "themis/api_reference.html",
    "themis/dashboard.html",
    "themis/jobs.html",
    "themis/notifications.html",
    "themis/people.html",
    "themis/profile.html",
    "themis/search.html",
    "themis/setup/summary.html",
    "themis/status.html",
    "themis/webhooks.html",
}


def heads() -> list[tuple[str, str]]:
    """Each use of the page header: the template's name and what is between its tags."""
    head = re.compile(r'{% component "page_header".*?{% endcomponent %}', re.DOTALL)
    return [
        (name, match)
        for path in sorted(TEMPLATES.rglob("*.html"))
        if (name := str(path.relative_to(TEMPLATES))) != "components/page_header.html"
        for match in head.findall(path.read_text())
    ]


@pytest.mark.parametrize(("name", "head"), heads(), ids=lambda value: value.split(" ")[0][:60])
def test_a_page_below_the_top_level_has_the_way_up(name: str, head: str) -> None:
    assert ('{% slot "crumbs" %}' in head) != (name in TOP), name


def test_the_last_crumb_is_the_page_and_no_link() -> None:
    page = Template(
        '{% load themis_components %}{% component "page_header" title="A long story" here="Story" %}'
        '{% slot "crumbs" %}<li><a href="/">Top</a></li>{% endslot %}{% endcomponent %}'
    ).render(Context())
    assert '<nav class="breadcrumbs muted -mb-2 py-0 text-sm" aria-label="Breadcrumbs"><ol>' in page
    assert '<li><a href="/">Top</a></li><li aria-current="page">Story</li></ol></nav>' in page


def test_without_a_name_of_its_own_it_is_the_title_cut_short() -> None:
    page = Template(
        '{% load themis_components %}{% component "page_header" title=title %}'
        '{% slot "crumbs" %}<li><a href="/">Top</a></li>{% endslot %}{% endcomponent %}'
    ).render(Context({"title": "x" * 60}))
    assert f'<li aria-current="page">{"x" * 39}…</li>' in page


def test_a_top_level_page_has_none() -> None:
    page = Template(
        '{% load themis_components %}{% component "page_header" title="RFPs" %}{% endcomponent %}'
    ).render(Context())
    assert "breadcrumbs" not in page
