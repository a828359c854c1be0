import hashlib
import zoneinfo

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Job, StoredFile, User
from core.permissions import remember_roles
from themis.formatting import Preferences
from themis.models.notification import Notification
from themis.registry import notification_kinds


def validate_time_zone(name: str) -> None:
    if name and name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a known time zone. Choose one like Europe/Berlin."), params={"name": name}
        )


class ProfileQuerySet(models.QuerySet["Profile"]):
    def of(self, user: User) -> "Profile":
        """The user's profile, made on first access."""
        return self.get_or_create(user=user)[0]

    def for_shell(self, user: User) -> "Profile":
        """The profile with `unread` and `active_jobs`, what the frame of each page shows, in one query.

        The person's roles come with it: there is no page that does not ask for them.
        """
        unread = Notification.objects.filter(user=OuterRef("user"), read_at=None).order_by().values("user")
        active = Job.objects.active().filter(owner=OuterRef("user")).order_by().values("owner")
        counted = self.annotate(
            unread=Coalesce(Subquery(unread.annotate(count=Count("pk")).values("count")), 0),
            active_jobs=Coalesce(Subquery(active.annotate(count=Count("pk")).values("count")), 0),
            roles=ArraySubquery(Group.objects.filter(user=OuterRef("user")).values("name")),
        )
        found = counted.filter(user=user).first()
        if found is None:
            self.of(user)
            found = counted.get(user=user)
        # Each knows the other now: the frame shows the person's picture without a query.
        found.user = user
        remember_roles(user, found.roles)  # type: ignore[attr-defined] # annotated above
        return found


class Profile(StoredFile):
    """How one person likes to see Spelunker, and the picture that they are shown with."""

    stored_file_field = "avatar"

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the system says")
        LIGHT = "light", _("Daylight")
        DARK = "dark", _("Cavern")
        LOFI = "lofi", _("Lo-fi")
        SILK = "silk", _("Silk")
        DIM = "dim", _("Dim")
        NIGHT = "night", _("Night")

    class DateStyle(models.TextChoices):
        SHORT = "short", _("Short")
        MEDIUM = "medium", _("Medium")
        LONG = "long", _("Long")
        ISO = "iso", _("ISO 8601")

    class TimeStyle(models.TextChoices):
        LOCALE = "locale", _("As usual in the language")
        H24 = "24h", _("24 hours")
        H12 = "12h", _("12 hours")

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile")
    theme = models.CharField(_("theme"), max_length=20, choices=Theme.choices, default=Theme.SYSTEM)
    language = models.CharField(_("language"), max_length=10, blank=True, choices=settings.LANGUAGES)
    spoken_language = models.CharField(
        _("language last spoken"),
        max_length=10,
        blank=True,
        editable=False,
        help_text=_("What the browser asked for, if it is not the usual one: letters and jobs speak it."),
    )
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_time_zone])
    date_style = models.CharField(
        _("dates"), max_length=10, choices=DateStyle.choices, default=DateStyle.MEDIUM
    )
    time_style = models.CharField(
        _("times"), max_length=10, choices=TimeStyle.choices, default=TimeStyle.LOCALE
    )
    number_locale = models.CharField(
        _("numbers"),
        max_length=10,
        blank=True,
        help_text=_("Empty: as usual in the language."),
    )
    first_day = models.PositiveSmallIntegerField(
        _("first day of the week"), null=True, blank=True, choices=Weekday.choices
    )
    avatar = models.ImageField(
        _("picture"),
        upload_to="people/avatars/",
        blank=True,
        validators=[FileExtensionValidator(allowed_extensions=["png", "jpg", "jpeg", "webp"])],
    )
    notification_choices = models.JSONField(
        _("notifications"),
        default=dict,
        blank=True,
        help_text=_("Kind of notification -> when it is mailed; the others as usual."),
    )

    objects = ProfileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day=None) | Q(first_day__range=(0, 6)),
                name="profile_first_day_is_a_weekday",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    def mail_choice(self, kind: str) -> str:
        """When notifications of this kind are mailed: what the person chose, or what is usual for the kind."""
        chosen = self.notification_choices.get(kind)
        usual = notification_kinds.entries[kind].usual_mail
        return chosen if chosen in Notification.MailChoice.values else usual

    @property
    def avatar_url(self) -> str:
        """Our page with the picture, another one for another picture; empty without one. The store is not asked."""
        if not self.avatar:
            return ""
        version = hashlib.sha256((self.avatar.name or "").encode()).hexdigest()[:12]
        return f"{reverse('themis:avatar', args=[self.user_id])}?v={version}"

    def remember_spoken_language(self, spoken: str) -> None:
        """For who has chosen none: without a browser nobody knows what it asked for. A query only on a change."""
        unusual = "" if spoken == settings.LANGUAGE_CODE else spoken
        if self.spoken_language != unusual:
            self.spoken_language = unusual
            self.save(update_fields=["spoken_language"])

    @property
    def preferences(self) -> Preferences:
        return Preferences(
            language=self.language or self.spoken_language,
            time_zone=self.time_zone,
            date_style=self.date_style,
            time_style=self.time_style,
            number_locale=self.number_locale,
            first_day=self.first_day,
        )
