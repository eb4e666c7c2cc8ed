"""The classes of one school and läsår as rows: a tick, and how many pupils were there."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from activities.forms.fields import NOT_A_CHOICE, shortened, whole_number
from activities.rules import ClassPresent
from promises.models import SchoolClass
from promises.models.register import MAX_PUPILS


class ClassesWidget(forms.Widget):
    """Its value: {"ticked": [ids as sent], "pupils": {id: text as typed}}."""

    template_name = "activities/widgets/classes.html"
    use_fieldset = True

    def __init__(self, classes: Iterable[SchoolClass]) -> None:
        super().__init__()
        self.classes = tuple(classes)

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return ""  # the label is the legend of the rows

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        begins = f"{name}-pupils-"
        ticked = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return {
            "ticked": list(ticked),
            "pupils": {key.removeprefix(begins): data[key] for key in data if key.startswith(begins)},
        }

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        value = value or {"ticked": [], "pupils": {}}
        context["widget"]["rows"] = [
            {
                "id": f"{context['widget']['attrs'].get('id', name)}_{index}",
                "value": str(one.pk),
                "pupils_name": f"{name}-pupils-{one.pk}",
                "school_class": one,
                "ticked": str(one.pk) in value["ticked"],
                "present": value["pupils"].get(str(one.pk), ""),
            }
            for index, one in enumerate(self.classes)
        ]
        return context


class ClassesField(forms.Field):
    """``clean`` gives a tuple of ClassPresent: every class that is ticked or has a number of pupils."""

    def __init__(self, *, classes: Iterable[SchoolClass], **kwargs: Any) -> None:
        self.classes = {str(one.pk): one for one in classes}
        super().__init__(widget=ClassesWidget(self.classes.values()), **kwargs)

    def clean(self, value: dict[str, Any]) -> tuple[ClassPresent, ...]:
        typed = {key: text.strip() for key, text in value["pupils"].items() if text.strip()}
        ticked = value["ticked"]
        keys = [*ticked, *(key for key in typed if key not in ticked)]
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
                            "most": one.pupils or MAX_PUPILS,
                        },
                    )
                )
        if faults:
            raise ValidationError(faults)
        in_order = sorted(keys, key=list(self.classes).index)
        return tuple(
            ClassPresent(school_class=self.classes[key], pupils_present=numbers.get(key)) for key in in_order
        )


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
