"""The time zone that a person's device is in: seen in a cookie, offered to them, and set only when they confirm it."""

import datetime as dt
import zoneinfo
from collections.abc import Mapping

from django.utils import timezone

from themis.formatting import Preferences

# Written by static/js/shell.js on every page, the sign-in page included.
COOKIE = "time_zone"
# Two days half a year apart: one of them has daylight saving time where there is any.
_HALF_A_YEAR = dt.timedelta(days=183)


def time_zone_offer(cookies: Mapping[str, str], preferences: Preferences) -> dict[str, str]:
    """What `themis/_time_zone_offer.html` shows."""
    return {
        "offered_zone": zone_to_offer(cookies.get(COOKIE, ""), preferences),
        "shown_zone": preferences.zone.key,
    }


def zone_to_offer(detected: str, preferences: Preferences) -> str:
    """The device's zone when clocks there show another time than the person sees here; else empty.

    `detected` comes from a browser and may be anything.
    """
    if detected not in zoneinfo.available_timezones():
        return ""
    device, shown = zoneinfo.ZoneInfo(detected), preferences.zone
    now = timezone.now()
    alike = all(
        moment.astimezone(device).utcoffset() == moment.astimezone(shown).utcoffset()
        for moment in (now, now + _HALF_A_YEAR)
    )
    return "" if alike else detected
