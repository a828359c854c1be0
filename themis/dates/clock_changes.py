"""Local times that a change of the clocks leaves out or has twice."""

import datetime as dt
from zoneinfo import ZoneInfo

SECOND = dt.timedelta(seconds=1)


def exists(local: dt.datetime, zone: dt.tzinfo) -> bool:
    """Whether clocks in the zone ever show this (naive) time; in spring they leave an hour out."""
    moment = local.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
    return moment.astimezone(zone).replace(tzinfo=None, fold=0) == local.replace(fold=0)


def is_twofold(local: dt.datetime, zone: dt.tzinfo) -> bool:
    """Whether clocks in the zone show this (naive) time twice, as in the hour when they are put back."""
    first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first != second and exists(local, zone)


def next_existing(local: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """The first (naive) time that clocks show after the one that they leave out.

    In a gap, fold=1 reckons with the offset after the change and so lands before it, and fold=0
    the other way about: the change is between the two, and is found by halving.
    """
    after = local.replace(tzinfo=zone, fold=1).utcoffset()
    low = local.replace(tzinfo=zone, fold=1).astimezone(dt.UTC)
    high = local.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
    while high - low > SECOND:
        middle = low + dt.timedelta(seconds=(high - low) // SECOND // 2)
        if middle.astimezone(zone).utcoffset() == after:
            high = middle
        else:
            low = middle
    return high.astimezone(zone).replace(tzinfo=None, fold=0)


def zone_name(zone: dt.tzinfo) -> str:
    return zone.key if isinstance(zone, ZoneInfo) else str(zone)
