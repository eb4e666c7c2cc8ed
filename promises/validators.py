"""The privacy check as a Django validator, for every field that people type or paste text into; and a few more."""

import logging
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import unquote, unquote_plus

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from promises import privacy
from promises.privacy import Kind

logger = logging.getLogger("medborgarlofte.privacy")

# What it looks like, and what to write instead.
MESSAGES = {
    Kind.PERSONAL_NUMBER: _(
        "This looks like a personal identity number. Take it out and write how many people instead."
    ),
    Kind.EMAIL: _(
        "This looks like an e-mail address. Take it out and write the role or the organisation instead."
    ),
    Kind.PHONE: _(
        "This looks like a phone number. Take it out and write the role or the organisation instead."
    ),
    Kind.PLATE: _("This looks like a registration plate. Take it out and write the kind of vehicle instead."),
    Kind.CASE_NUMBER: _("This looks like a police case number. Take it out and write what was done instead."),
}


def personal_data_kinds(text: str) -> tuple[Kind, ...]:
    """The kinds of personal data in a text, each once. A link is also read with its %-codes resolved."""
    readings = {text}
    for _round in range(3):  # %2530 is %30 is 0
        readings |= {decode(reading) for reading in readings for decode in (unquote, unquote_plus)}
    found = {finding.kind for reading in readings for finding in privacy.find(reading)}
    return tuple(kind for kind in Kind if kind in found)


def log_refusal(kind: Kind, field: str) -> None:
    """That it happened and where. The text itself goes nowhere."""
    logger.warning("personal data refused: kind=%s field=%s", kind.value, field or "-")


@deconstructible
class NoPersonalData:
    """Refuses text with personal data in it; logs that it happened and in which field, never the text."""

    def __init__(self, field: str = "") -> None:
        self.field = field

    def __call__(self, value: object) -> None:
        if not value:
            return
        kinds = personal_data_kinds(str(value))
        for kind in kinds:
            log_refusal(kind, self.field)
        if kinds:
            raise ValidationError([ValidationError(MESSAGES[kind], code=kind.value) for kind in kinds])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoPersonalData) and other.field == self.field

    def __hash__(self) -> int:
        return hash(self.field)


no_personal_data = NoPersonalData()

FIRST_YEAR, LAST_YEAR = 1900, 2199


def year_that_can_be_meant(day: date) -> None:
    """A day at the end of the calendar has none after it: whatever reckons on from it would break."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(
            _("“%(value)s” cannot be the year that is meant. Write a day from %(first)s to %(last)s."),
            code="year",
            params={"value": day.isoformat(), "first": FIRST_YEAR, "last": LAST_YEAR},
        )


def twelve_weights(text: str) -> None:
    """Twelve numbers with a space between, January first; none below 0, one above, two decimals at most."""
    try:
        weights = [Decimal(weight) for weight in text.split()]
    except InvalidOperation:
        weights = []
    finite = all(weight.is_finite() and weight == round(weight, 2) for weight in weights)
    if len(weights) != 12 or not finite or min(weights) < 0 or not any(weights):
        raise ValidationError(_("Write twelve numbers, January first; none below 0 and at least one above."))
