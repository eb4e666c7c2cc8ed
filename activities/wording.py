"""Activities in words: one sentence about a row, and every field by its name, as people read it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from activities.choices import Review, State
from activities.models import Activity
from promises import school_year

FIELDS: Mapping[str, Any] = {
    "state": gettext_lazy("State"),
    "review": gettext_lazy("Review"),
    "kind": gettext_lazy("What"),
    "areas": gettext_lazy("Areas"),
    "school": gettext_lazy("School"),
    "school_year": gettext_lazy("School year"),
    "classes": gettext_lazy("Classes"),
    "asked_on": gettext_lazy("Asked for on"),
    "occurred_on": gettext_lazy("Date"),
    "starts_at": gettext_lazy("Time"),
    "minutes": gettext_lazy("Minutes"),
    "quantity": gettext_lazy("Number"),
    "parties": gettext_lazy("Parties taking part"),
    "persons_reached": gettext_lazy("Persons reached"),
    "link": gettext_lazy("Link"),
    "evidence": gettext_lazy("Evidence"),
    "erased": gettext_lazy("File erased"),
    "note": gettext_lazy("Note"),
    "reason": pgettext_lazy("of an activity", "Why cancelled"),
}
"""Field of Entry -> its name on screen, in the order of the page, and what else happens to
a row: ``review``, ``evidence`` and ``erased``; ``month_only`` shows in the date."""


def value_in_words(name: str, value: Any, *, month_only: bool = False) -> str:
    """A value as the history keeps it (``history.services.plain``), as text; "" where there is none."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if name == "state":
        return str(State(value).label)
    if name == "review":
        return str(Review(value).label)
    if name == "school_year":
        return school_year.label(int(value))
    text = str(value)
    if name == "occurred_on" and month_only:
        text = text[:7]
    return text[:5] if name == "starts_at" else text


def day_in_words(row: Activity, today: date) -> str:
    """ "14 mars", with the year where it is another than today's; a month alone as "i mars 2019"."""
    if row.month_only:
        return _("in %(month)s") % {"month": date_format(row.occurred_on, "F Y")}
    return date_format(row.occurred_on, "j F" if row.occurred_on.year == today.year else "j F Y")


def what_of(row: Activity) -> str:
    return str(row.kind or row.commitment.short_title)


def place_of(row: Activity) -> str:
    """ "Bellevue, Holma", or the school, whose classes are not said; "" where the row names none."""
    return str(row.school) if row.school else ", ".join(area.name for area in row.areas.all())


def in_words(row: Activity, today: date) -> str:
    """ "fotpatrull i Holma 14 mars". The row has its names at hand (``with_names``)."""
    day = day_in_words(row, today)
    if row.month_only:
        unit = row.commitment.unit_one if row.quantity == 1 else row.commitment.unit_many
        what = f"{row.quantity} {unit}"
    else:
        what = _lower_first(what_of(row))
    if places := [area.name for area in row.areas.all()]:
        place = (
            places[0]
            if len(places) == 1
            else _("%(first)s and %(last)s")
            % {
                "first": ", ".join(places[:-1]),
                "last": places[-1],
            }
        )
    else:
        classes = ", ".join(one.school_class.label for one in row.attendance.all())
        place = f"{row.school} {classes}".strip() if row.school else ""
    if not place:
        return _("%(what)s %(day)s") % {"what": what, "day": day}
    return _("%(what)s in %(place)s, %(day)s") % {"what": what, "place": place, "day": day}


def what_and_where(row: Activity) -> str:
    """ "Fotpatrull · Holma, Kroksbäck": what is the same when it is done once more (``with_names``)."""
    places = ", ".join(area.name for area in row.areas.all())
    return " · ".join(part for part in (str(row.kind or ""), places, str(row.school or "")) if part)


def duration_in_words(length: timedelta) -> str:
    """To the minute: "24 h 3 min", "12 min"."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": minutes}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}


def _lower_first(text: str) -> str:
    """A name inside a sentence; abbreviations stay as they are."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
