"""The two steps of new boundaries: a file, then which shape in it is which area."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import plain_helper
from promises import boundary
from promises.boundaries import fault_text
from promises.boundary import BoundaryError, Feature, read_features
from promises.models import Area
from promises.services import MAX_REASON
from promises.validators import no_personal_data

_SALT = "promises.boundary"
_LASTS = 24 * 60 * 60  # seconds between the two steps


def pack(features: Sequence[Feature], promise_id: int) -> str:
    """Checked shapes for the second step, in the page itself: signed, and good for this promise only."""
    rows = [[boundary.to_json(one.shape)["coordinates"], one.label] for one in features]
    return signing.dumps([promise_id, rows], salt=_SALT, compress=True)


def unpack(text: str, promise_id: int) -> tuple[Feature, ...]:
    """signing.BadSignature where the text is another, too old or another promise's."""
    packed_for, rows = signing.loads(text, salt=_SALT, max_age=_LASTS)
    if packed_for != promise_id:
        raise signing.BadSignature
    return tuple(
        Feature(boundary.from_json({"coordinates": coordinates}), (), label) for coordinates, label in rows
    )


def feature_name(number: int, feature: Feature) -> str:
    """How a shape is named to choose by; the first is 1."""
    name = _("Shape %(number)s") % {"number": number}
    return f"{name}: {feature.label}" if feature.label else name


class BoundaryFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("GeoJSON file"),
        allow_empty_file=True,  # said in our own words
        help_text=gettext_lazy("At most 10 MB and 20,000 points. You see the map before anything is saved."),
        widget=forms.FileInput({"accept": ".geojson,.json,application/geo+json"}),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        required=False,
        max_length=200,
        validators=[no_personal_data],
        help_text=gettext_lazy("Stands under the map. For example: Malmö stad, delområden, CC0."),
    )
    features: tuple[Feature, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper("file", "source")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            self.features = read_features(file.read())
        except BoundaryError as error:
            raise forms.ValidationError(fault_text(error), code=error.code) from None
        return file


class BoundaryRemoveForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why is it taken away?"), max_length=MAX_REASON, validators=[no_personal_data]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper("why")


class BoundaryChoiceForm(forms.Form):
    """One choice for each area. ``stored``: the areas that have a boundary; to replace one takes a reason."""

    payload = forms.CharField(widget=forms.HiddenInput, max_length=900_000)
    source = forms.CharField(
        label=gettext_lazy("Source"), required=False, max_length=200, validators=[no_personal_data]
    )
    why = forms.CharField(
        label=gettext_lazy("Why are boundaries replaced?"),
        required=False,
        max_length=MAX_REASON,
        validators=[no_personal_data],
    )

    def __init__(
        self, *args: Any, areas: Sequence[Area], features: Sequence[Feature], replaces: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.areas = areas
        self.features = features
        choices = [("", _("None of them: leave it as it is"))]
        choices += [(str(number), feature_name(number, one)) for number, one in enumerate(features, start=1)]
        for area in areas:
            self.fields[self.name_of(area)] = forms.ChoiceField(
                label=area.full_name, choices=choices, required=False
            )
        if not replaces:
            del self.fields["why"]
        names = [self.name_of(area) for area in areas]
        self.helper = plain_helper("payload", *names, "source", *(["why"] if replaces else []))

    @staticmethod
    def name_of(area: Area) -> str:
        return f"omrade_{area.pk}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        seen: dict[str, Area] = {}
        for area in self.areas:
            chosen = cleaned.get(self.name_of(area))
            if chosen and chosen in seen:
                text = _("The same shape is chosen for %(area)s. Choose another one, or none.")
                self.add_error(self.name_of(area), text % {"area": seen[chosen]})
            elif chosen:
                seen[chosen] = area
        return cleaned

    @property
    def shapes(self) -> dict[Area, boundary.Shape]:
        return {
            area: self.features[int(chosen) - 1].shape
            for area in self.areas
            if (chosen := self.cleaned_data.get(self.name_of(area)))
        }
