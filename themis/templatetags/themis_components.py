"""Tags that put the shell's components together: `icon`, `component` with its `slot`s, and `initials`."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy

from core.jobs import may_steer
from core.models import Job, User
from core.permissions import ADMINISTRATOR, CONTRIBUTOR, LIBRARY_EDITOR, VIEWER
from themis.models import Profile

register = template.Library()

ICON_FOLDER = "vendor/lucide/1.62.0"
# What a component may see of the page around it, beside its own arguments.
_INHERITED = ("request", "user", "perms", "csrf_token", "csp_nonce", "shell")


@lru_cache(maxsize=512)
def _icon_drawing(name: str) -> str:
    """The inside of the icon's <svg>. Raises TemplateSyntaxError for a name that is not vendored."""
    path = finders.find(f"{ICON_FOLDER}/{name}.svg") if re.fullmatch(r"[a-z0-9-]+", name) else None
    if path is None:
        raise template.TemplateSyntaxError(
            f"There is no icon '{name}' in static/{ICON_FOLDER}. Take another one, or vendor it there."
        )
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - a finder returns a plain string
        svg = file.read()
    return " ".join(svg[svg.index(">", svg.index("<svg")) + 1 : svg.index("</svg>")].split())


@register.simple_tag
def icon(name: str, css: str = "size-5", label: str = "") -> SafeString:
    """An inline icon: `{% icon "bell" %}`, `{% icon "bell" "size-4 text-error" %}`.

    It is hidden from screen readers unless `label` says what it means.
    """
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return mark_safe(  # noqa: S308 - our own vendored drawing, and escaped arguments
        f'<svg {said} class="{escape(css)}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{_icon_drawing(name)}</svg>'
    )


@register.filter
def steered_by(job: Job, user: User) -> bool:
    """Whether to show the buttons that cancel the job or try it again."""
    return may_steer(job, user) if job.is_steerable is None else job.is_steerable


@register.filter
def initials(person: object) -> str:
    """Up to two letters for an avatar: "Ada Lovelace" is AL, "bob@example.com" is B."""
    words = [word for word in re.split(r"[\s.@_-]+", str(person).split("@")[0]) if word]
    letters = [word[0] for word in words if word[0].isalnum()]
    return "".join(letters[:1] + letters[-1:] if len(letters) > 1 else letters[:1]).upper() or "?"


@register.filter
def avatar_url(person: object) -> str:
    """The address of a person's picture. Empty without one, or where the profile was not loaded with the person.

    So a list never asks for each row's profile: it loads them along (`select_related`), or shows initials.
    """
    state = getattr(person, "_state", None)
    profile: Profile | None = state.fields_cache.get("profile") if state else None
    return profile.avatar_url if profile else ""


def _tidy(rendered: str) -> SafeString:
    """Without the white space around it, so that an empty slot counts as none."""
    return mark_safe(rendered.strip())  # noqa: S308 - rendered, and so escaped, by the template engine


class SlotNode(Node):
    child_nodelists = ("nodelist",)

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name, self.nodelist = name, nodelist

    def render(self, context: Context) -> SafeString:
        context["_slots"][self.name] = _tidy(self.nodelist.render(context))
        return SafeString("")


class ComponentNode(Node):
    child_nodelists = ("nodelist",)

    def __init__(self, name: str, arguments: dict[str, FilterExpression], nodelist: NodeList) -> None:
        self.name, self.arguments, self.nodelist = name, arguments, nodelist

    def render(self, context: Context) -> SafeString:
        slots: dict[str, SafeString] = {}
        with context.push(_slots=slots):
            body = _tidy(self.nodelist.render(context))
        values: dict[str, Any] = {key: context[key] for key in _INHERITED if key in context}
        values |= {key: value.resolve(context) for key, value in self.arguments.items()}
        values |= {"body": body, "slots": slots}
        engine = context.template.engine  # type: ignore[union-attr]
        # An isolated context: a component never picks up a variable of the page that happens to share a name.
        return engine.get_template(f"components/{self.name}.html").render(context.new(values))


@register.tag("component")
def do_component(parser: Parser, token: Token) -> ComponentNode:
    """`{% component "card" title="Documents" %}...{% slot "actions" %}...{% endslot %}{% endcomponent %}`

    Renders templates/components/<name>.html with the arguments, `body` (what the tag encloses) and
    `slots` (what its slot tags enclose, by name).
    """
    bits = token.split_contents()
    if len(bits) < 2 or bits[1][0] not in "\"'" or bits[1][0] != bits[1][-1]:
        raise template.TemplateSyntaxError('Use it as {% component "card" key=value %}, with a quoted name.')
    remaining = bits[2:]
    arguments = token_kwargs(remaining, parser)
    if remaining:
        raise template.TemplateSyntaxError(f"component takes key=value arguments only, not {remaining[0]!r}.")
    nodelist = parser.parse(("endcomponent",))
    parser.delete_first_token()
    return ComponentNode(bits[1][1:-1], arguments, nodelist)


@register.tag("slot")
def do_slot(parser: Parser, token: Token) -> SlotNode:
    """A named part inside `{% component %}`."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise template.TemplateSyntaxError('Use it as {% slot "actions" %}...{% endslot %}.')
    nodelist = parser.parse(("endslot",))
    parser.delete_first_token()
    return SlotNode(bits[1].strip("\"'"), nodelist)


@register.filter
def as_query(asked: str) -> str:
    """An encoded query as the end of an address; nothing of an empty one, so that no link ends in a bare "?"."""
    return f"?{asked}" if asked else ""


@register.filter
def page_numbers(paginator: Paginator, number: int) -> list[int | None]:
    """The page numbers to show around `number`; None stands for a gap."""
    shown = paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
    return [page if isinstance(page, int) else None for page in shown]


_ROLES = {
    ADMINISTRATOR: gettext_lazy("administrator"),
    LIBRARY_EDITOR: gettext_lazy("library editor"),
    CONTRIBUTOR: gettext_lazy("contributor"),
    VIEWER: gettext_lazy("viewer"),
}


@register.filter
def role_name(role: object) -> str:
    """A group or its name in words; one that somebody made in the admin keeps its own."""
    return str(_ROLES.get(str(role), role))


@register.filter
def role_names(roles: Iterable[object]) -> str:
    """Roles in words, with commas."""
    return ", ".join(map(role_name, roles))


@register.filter
def file_kinds(accept: str) -> str:
    """An `accept` attribute in words: ".pdf,.docx" is "PDF, DOCX"."""
    return ", ".join(part.strip().lstrip(".").upper() for part in (accept or "").split(",") if part.strip())


_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@register.filter
def device_name(user_agent: str) -> str:
    """A browser's user agent in words: "Firefox on Windows". The order matters: they quote each other."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or gettext("Unknown browser")
