"""The classes of one school and läsår as rows: a tick, and how many pupils were there."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from activities.forms.fields import NOT_A_CHOICE, shortened, whole_number
from activities.rules import ClassPresent
from promises.models import SchoolClass
from promises.models.register import MAX_PUPILS


class ClassesWidget(forms.Widget):
    """Its value: {"ticked": [ids as sent], "all": [ids as sent], "pupils": {id: text as typed}}.

    ``day``: how many pupils the classes have is told as of that day.
    """

    template_name = "activities/widgets/classes.html"
    use_fieldset = True

    def __init__(self, classes: Iterable[SchoolClass], day: date) -> None:
        super().__init__()
        self.classes = tuple(classes)
        self.day = day
        self.met: Mapping[int, date] = {}

    def show_met(self, met: Mapping[int, date]) -> None:
        """Class id -> the day it was met. Those still to meet come first, those that have ended last."""
        self.met = met
        self.classes = tuple(sorted(self.classes, key=lambda one: (one.closed_on is not None, one.pk in met)))

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return ""  # the label is the legend of the rows

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        begins, whole = f"{name}-pupils-", f"{name}-all-"
        ticked = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return {
            "ticked": list(ticked),
            "all": [key.removeprefix(whole) for key in data if key.startswith(whole) and data[key]],
            "pupils": {key.removeprefix(begins): data[key] for key in data if key.startswith(begins)},
        }

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        value = value or {"ticked": [], "all": [], "pupils": {}}
        context["widget"]["rows"] = [
            {
                "id": f"{context['widget']['attrs'].get('id', name)}_{index}",
                "value": str(one.pk),
                "pupils_name": f"{name}-pupils-{one.pk}",
                "all_name": f"{name}-all-{one.pk}",
                "school_class": one,
                "enrolled": one.pupils_on(self.day),
                "met_on": self.met.get(one.pk),
                "ended_on": one.closed_on,
                "ticked": str(one.pk) in value["ticked"],
                "all": str(one.pk) in value.get("all", []),
                "present": value["pupils"].get(str(one.pk), ""),
            }
            for index, one in enumerate(self.classes)
        ]
        return context


class ClassesField(forms.Field):
    """``clean`` gives a tuple of ClassPresent: every class that is ticked, or has a number of pupils or "all" of them.

    A tick alone says that the class was there, and not how many of its pupils: that stays unknown.
    """

    def __init__(self, *, classes: Iterable[SchoolClass], day: date, **kwargs: Any) -> None:
        self.classes = {str(one.pk): one for one in classes}
        self.day = day
        super().__init__(widget=ClassesWidget(self.classes.values(), day), **kwargs)

    def clean(self, value: dict[str, Any]) -> tuple[ClassPresent, ...]:
        typed = {key: text.strip() for key, text in value["pupils"].items() if text.strip()}
        ticked = value["ticked"]
        whole = [key for key in value["all"] if key not in typed]
        keys = [*ticked, *(key for key in dict.fromkeys([*typed, *value["all"]]) if key not in ticked)]
        faults = [
            ValidationError(NOT_A_CHOICE, code="invalid_choice", params={"value": shortened(key)})
            for key in dict.fromkeys(keys)
            if key not in self.classes
        ]
        numbers: dict[str, int | None] = {}
        for key, text in typed.items():
            numbers[key] = whole_number(text)
            if numbers[key] is None and key in self.classes:
                one = self.classes[key]
                faults.append(
                    ValidationError(
                        _("%(name)s: “%(value)s” is not possible. Write a whole number from 1 to %(most)s."),
                        code="invalid",
                        params={
                            "name": one.label,
                            "value": shortened(text),
                            "most": one.pupils_on(self.day) or MAX_PUPILS,
                        },
                    )
                )
        faults += self._both(value["all"], numbers)
        if faults:
            raise ValidationError(faults)
        numbers |= {key: self.classes[key].pupils_on(self.day) for key in whole}
        in_order = sorted(keys, key=list(self.classes).index)
        return tuple(
            ClassPresent(school_class=self.classes[key], pupils_present=numbers.get(key)) for key in in_order
        )

    def _both(self, whole: Iterable[str], numbers: Mapping[str, int | None]) -> list[ValidationError]:
        """A number and "all" that do not go together: which one is meant nobody knows."""
        return [
            ValidationError(
                _("%(name)s: all %(all)s or %(value)s? Take one of them away."),
                code="invalid",
                params={"name": one.label, "all": one.pupils_on(self.day), "value": numbers[key]},
            )
            for key in whole
            if (one := self.classes.get(key)) is not None
            and numbers.get(key) is not None
            and numbers[key] != one.pupils_on(self.day)
        ]


def classes_initial(present: Iterable[ClassPresent]) -> dict[str, Any]:
    """What ClassesField shows for classes that are stored, or that a link names."""
    present = tuple(present)
    return {
        "ticked": [str(one.school_class.pk) for one in present],
        "pupils": {
            str(one.school_class.pk): str(one.pupils_present)
            for one in present
            if one.pupils_present is not None
        },
    }
