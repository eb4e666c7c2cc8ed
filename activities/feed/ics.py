"""Plans as an iCalendar file (RFC 5545), the same bytes for the same plans: a calendar fetches it again and again.

An event says what is planned, where and when, and leads to its row. No note, no class, nobody's name.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vDuration

from activities.models import Activity, ActivityQuerySet
from activities.wording import place_of, what_of
from history.models import Change

STOCKHOLM = ZoneInfo("Europe/Stockholm")
USUAL_MINUTES = 60
"""How long something with a time of day is drawn where nobody said how long."""
MOST = 2_000
REFRESHED = timedelta(hours=1)
_ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Stockholm
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""
"""By the rule of the Union, which Outlook understands; the library writes out each year, which it does not."""


def for_calendar(rows: ActivityQuerySet) -> ActivityQuerySet:
    """What ``calendar_file`` needs of its rows, ``changed_at`` among it, in two queries; the next plans first."""
    changes = Change.objects.filter(subject=Activity._meta.label_lower, subject_id=OuterRef("pk"))
    newest = Subquery(changes.order_by("-at").values("at")[:1])
    rows = rows.annotate(changed_at=Coalesce(newest, "logged_at"))
    rows = rows.select_related("promise", "commitment", "kind", "school").prefetch_related("areas")
    return rows.order_by("occurred_on", "logged_at", "pk")[:MOST]


def calendar_file(rows: Iterable[Activity], *, address_of: Callable[[Activity], str]) -> bytes:
    """``rows``: as ``for_calendar`` gives them. ``address_of``: the whole address of a row's page."""
    calendar = Calendar()
    calendar.add("prodid", "-//Medborgarlofte//Planering//SV")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Citizen promise: planned"))
    calendar.add("x-wr-timezone", STOCKHOLM.key)
    calendar.add("refresh-interval", vDuration(REFRESHED), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESHED))
    events = [_event(row, address_of(row)) for row in rows]
    if any(isinstance(event.decoded("dtstart"), datetime) for event in events):
        calendar.add_component(Timezone.from_ical(_ZONE))
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(row: Activity, address: str) -> Event:
    place = place_of(row)
    event = Event()
    event.add("uid", f"aktivitet-{row.pk}@medborgarlofte")
    changed = row.changed_at.astimezone(UTC).replace(microsecond=0)  # type: ignore[attr-defined]  # for_calendar
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", row.version - 1)
    event.add(
        "summary", _("Planned: %(what)s") % {"what": f"{what_of(row)}, {place}" if place else what_of(row)}
    )
    if place:
        event.add("location", place)
    if row.starts_at is None:
        event.add("dtstart", row.occurred_on)
        event.add("dtend", row.occurred_on + timedelta(days=1))
    else:
        event.add("dtstart", datetime.combine(row.occurred_on, row.starts_at, tzinfo=STOCKHOLM))
        event.add("duration", timedelta(minutes=row.minutes or USUAL_MINUTES))
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # everybody's plans: they do not say that its reader is busy
    event.add("url", address)
    return event
