"""Form fields that name the value that was typed and say what to write instead.

Numbers, days and times are shown again just as they were typed: a browser's own number or date box empties
itself when it meets "många" or 31 February, so such a value is given back in a plain text box.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from promises.validators import year_that_can_be_meant

_DIGITS = re.compile(r"[0-9]{1,9}")
_SPACE = re.compile(r"\s")

NOT_A_CHOICE = gettext_lazy("“%(value)s” is not among the choices. Choose one of those shown.")


def whole_number(text: str) -> int | None:
    """A whole number as people write it ("1 200"), None where it is none of at most nine digits."""
    bare = _SPACE.sub("", text)
    return int(bare) if _DIGITS.fullmatch(bare) else None


class NumberField(forms.Field):
    """A whole number from ``least`` to ``most``."""

    default_error_messages = {"required": gettext_lazy("Write a number.")}

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        self.least, self.most = least, most
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "enterkeyhint": "next"}),
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        number = whole_number(text)
        if number is None or not self.least <= number <= self.most:
            raise ValidationError(
                _("“%(value)s” is not possible. Write a whole number from %(least)s to %(most)s."),
                code="invalid",
                params={"value": shortened(text), "least": self.least, "most": self.most},
            )
        return number


class _TypedInput(forms.widgets.DateTimeBaseInput):
    """The browser's own picker, or a text box where what was typed does not fit into it."""

    kind: type[date] | type[time]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if isinstance(value, str) and value and not _is_iso(value, self.kind):
            context["widget"]["type"] = "text"
        return context


class DayInput(_TypedInput):
    input_type = "date"
    format_key = "DATE_INPUT_FORMATS"
    kind = date

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(_TypedInput):
    input_type = "time"
    format_key = "TIME_INPUT_FORMATS"
    kind = time

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class DayField(forms.DateField):
    widget = DayInput
    default_validators = [year_that_can_be_meant]
    default_error_messages = {"required": gettext_lazy("Write the day.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%Y%m%d"], **kwargs)

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(
                _("“%(value)s” is not a day that exists. Write year-month-day, for example 2019-03-14."),
                code="invalid",
                params={"value": shortened(value)},
            ) from None


class ClockField(forms.TimeField):
    widget = ClockInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%H:%M", "%H.%M", "%H:%M:%S"], **kwargs)

    def to_python(self, value: Any) -> time | None:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(
                _("“%(value)s” is not a time of day. Write hours and minutes, for example 18:30."),
                code="invalid",
                params={"value": shortened(value)},
            ) from None


class RowChoiceField(forms.ChoiceField):
    """One of the rows it is given; its value is the row, or None. A number from elsewhere is refused.

    Whether there must be one is for activities/rules.py to say; ``required`` is what the page shows.
    ``more``: the heading that all but the ``first`` rows are folded under.
    """

    def __init__(
        self,
        *,
        rows: Iterable[Any],
        name_of: Callable[[Any], str] = str,
        empty: str | None = None,
        first: int = 0,
        more: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.rows = {str(row.pk): row for row in rows}
        choices: list[Any] = [(key, name_of(row)) for key, row in self.rows.items()]
        if more is not None:
            choices = [*choices[:first], (more, choices[first:])]
        super().__init__(choices=choices if empty is None else [("", empty), *choices], **kwargs)

    def validate(self, value: Any) -> None:
        if value and value not in self.rows:
            raise _not_a_choice(value)

    def clean(self, value: Any) -> Any:
        return self.rows.get(super().clean(value))


class RowsChoiceField(forms.MultipleChoiceField):
    """Several of the rows, in the order sent, also one that stands twice; else as RowChoiceField."""

    def __init__(self, *, rows: Iterable[Any], name_of: Callable[[Any], str] = str, **kwargs: Any) -> None:
        self.rows = {str(row.pk): row for row in rows}
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(choices=[(key, name_of(row)) for key, row in self.rows.items()], **kwargs)

    def validate(self, value: Any) -> None:
        for key in value:
            if key not in self.rows:
                raise _not_a_choice(key)

    def clean(self, value: Any) -> tuple[Any, ...]:
        return tuple(self.rows[key] for key in super().clean(value))


def _not_a_choice(value: str) -> ValidationError:
    return ValidationError(NOT_A_CHOICE, code="invalid_choice", params={"value": shortened(value)})


def shortened(value: Any) -> str:
    """What was typed, short enough to stand in a sentence."""
    text = str(value).strip()
    return text if len(text) <= 40 else f"{text[:39]}…"


def _is_iso(text: str, kind: type[date] | type[time]) -> bool:
    try:
        return kind.fromisoformat(text).isoformat().startswith(text)
    except ValueError:
        return False
