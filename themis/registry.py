"""What apps register into the shell: navigation, dashboard widgets, next steps, health checks, the palette, events,
what the setup tries out.

Apps register in `AppConfig.ready()` and the shell imports none of them. Registering a key twice
replaces the first entry, so that a project can override what an app offers.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

    from core.models import Job, User


def everybody(user: "User") -> bool:
    return True


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the sidebar. `section` is "main" or "administration"; `icon` a vendored icon's name."""

    key: str
    label: "_StrOrPromise"
    url_name: str
    icon: str
    order: int = 100
    visible: "Callable[[User], bool]" = everybody
    section: str = "main"


@dataclass(frozen=True)
class DashboardWidget:
    """A panel of the dashboard. Its template sees what `context(request)` returns; None hides the panel.

    `span` is the number of columns it takes on a wide screen, 1 or 2 of 2.
    """

    key: str
    template: str
    context: "Callable[[HttpRequest], dict[str, Any] | None]"
    order: int = 100
    visible: "Callable[[User], bool]" = everybody
    span: int = 1


@dataclass(frozen=True)
class NextStep:
    """One step of getting started; the first that is not done is the dashboard's primary action.

    `proof(user)` are the rows by which it is known to be done: one is enough. The dashboard asks for all steps at once.
    """

    key: str
    order: int
    proof: "Callable[[User], QuerySet[Any, Any]]"
    title: "_StrOrPromise"
    text: "_StrOrPromise"
    url_name: str
    action_label: "_StrOrPromise"
    visible: "Callable[[User], bool]" = everybody

    def is_done(self, user: "User") -> bool:
        return self.proof(user).exists()


@dataclass(frozen=True)
class HealthResult:
    """What a check found. `detail` holds no secret: it is shown to administrators, never publicly."""

    ok: bool
    detail: str = ""
    advice: str = ""


@dataclass(frozen=True)
class HealthCheck:
    """A part that must work. With `required=False` its failure is shown but does not make us unready."""

    key: str
    label: "_StrOrPromise"
    check: Callable[[], HealthResult]
    order: int = 100
    required: bool = True


@dataclass(frozen=True)
class PaletteEntry:
    """One line of the command palette: where it leads and what is said beside it."""

    label: str
    url: str
    icon: str
    detail: str = ""


@dataclass(frozen=True)
class PaletteProvider:
    """Finds rows of one kind for the command palette, and recalls those that a person opened last.

    `search(user, query, limit)` asks the database once, through `visible_to(user)`. A provider whose rows are
    to be remembered names in `opened_by` the view that shows one and the argument with its number;
    `recall(user, ids)` then gives the entries of those that the person may still see, by number.
    """

    key: str
    label: "_StrOrPromise"
    search: "Callable[[User, str, int], Sequence[PaletteEntry]]"
    order: int = 100
    opened_by: tuple[str, str] = ("", "")
    recall: "Callable[[User, Collection[int]], dict[int, PaletteEntry]] | None" = None


@dataclass(frozen=True)
class PaletteAction:
    """Something to do or a page to open, offered by the palette beside the navigation's own entries.

    `words` are found too, though not shown: what else people call it.
    """

    key: str
    label: "_StrOrPromise"
    url_name: str
    icon: str
    order: int = 100
    visible: "Callable[[User], bool]" = everybody
    words: "_StrOrPromise" = ""


@dataclass(frozen=True)
class PickerSource:
    """Rows that pickers of a form find by typing; see `themis.pickers`.

    `search(user, query, limit)` gives value and label of each and is scoped to what the user may see;
    whoever `visible` refuses gets nothing at all. An empty query asks for the first rows.
    """

    key: str
    search: "Callable[[User, str, int], Sequence[tuple[object, str]]]"
    visible: "Callable[[User], bool]"
    order: int = 100


@dataclass(frozen=True)
class WebhookEvent:
    """A kind of event that administrators may have sent to other programs, named "thing.happened".

    Apps publish it by `themis.services.webhook_events.publish_event`.
    """

    key: str
    label: "_StrOrPromise"
    order: int = 100


@dataclass(frozen=True)
class SettingsTrial:
    """A part of the installation that is chosen for everybody, as the setup shows it and tries it out.

    `facts()` says what is set, as pairs of label and value, and holds no secret; `variables` are pairs of a name
    in the environment and what it is for; `url_name` is the page where it is chosen instead. `check()` does the
    real thing once and waits ten seconds for it.
    """

    key: str
    facts: "Callable[[], Sequence[tuple[_StrOrPromise, str]]]"
    variables: "Sequence[tuple[str, _StrOrPromise]]"
    check: Callable[[], HealthResult]
    order: int = 100
    url_name: str = ""


@dataclass(frozen=True)
class Demonstration:
    """Content to look around in. `load(user)` has it loaded in the background, once however often it is asked."""

    key: str
    text: "_StrOrPromise"
    is_loaded: Callable[[], bool]
    load: "Callable[[User], Job]"
    order: int = 100


@dataclass(frozen=True)
class NotificationKind:
    """What `notify` may be told of. `usual_mail` holds for who chose nothing: "now", "daily" or "off"."""

    key: str
    label: "_StrOrPromise"
    order: int = 100
    usual_mail: str = "daily"
    visible: "Callable[[User], bool]" = everybody


class _Entry(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def order(self) -> int: ...


EntryT = TypeVar("EntryT", bound=_Entry)


@dataclass
class Register(Generic[EntryT]):
    """Entries by key, handed out in order."""

    entries: dict[str, EntryT] = field(default_factory=dict)

    def add(self, entry: EntryT) -> None:
        self.entries[entry.key] = entry

    def all(self) -> list[EntryT]:
        return sorted(self.entries.values(), key=lambda entry: (entry.order, entry.key))


navigation: Register[NavigationItem] = Register()
dashboard_widgets: Register[DashboardWidget] = Register()
next_steps: Register[NextStep] = Register()
health_checks: Register[HealthCheck] = Register()
palette_providers: Register[PaletteProvider] = Register()
palette_actions: Register[PaletteAction] = Register()
picker_sources: Register[PickerSource] = Register()
webhook_events: Register[WebhookEvent] = Register()
notification_kinds: Register[NotificationKind] = Register()
settings_trials: Register[SettingsTrial] = Register()
demonstrations: Register[Demonstration] = Register()


def register_navigation(item: NavigationItem) -> None:
    navigation.add(item)


def register_dashboard_widget(widget: DashboardWidget) -> None:
    dashboard_widgets.add(widget)


def register_next_step(step: NextStep) -> None:
    next_steps.add(step)


def register_health_check(check: HealthCheck) -> None:
    health_checks.add(check)


def register_palette_provider(provider: PaletteProvider) -> None:
    palette_providers.add(provider)


def register_palette_action(action: PaletteAction) -> None:
    palette_actions.add(action)


def register_picker_source(source: PickerSource) -> None:
    picker_sources.add(source)


def register_webhook_event(event: WebhookEvent) -> None:
    webhook_events.add(event)


def register_settings_trial(trial: SettingsTrial) -> None:
    settings_trials.add(trial)


def register_demonstration(demonstration: Demonstration) -> None:
    demonstrations.add(demonstration)


def register_notification_kind(kind: NotificationKind) -> None:
    notification_kinds.add(kind)
