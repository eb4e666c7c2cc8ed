"""How forms are laid out: one column, and what is seldom told folded away."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.template.loader import render_to_string


class MoreDetails(Div):
    """Fields behind a heading that opens; open already where one of them has something to say."""

    template = "activities/_more_details.html"

    def within(self, form: forms.Form) -> "MoreDetails":
        """The same with only the fields that the form has."""
        return MoreDetails(*(name for name in self.fields if name in form.fields))

    def render(self, form: forms.Form, context: Any, *args: Any, **kwargs: Any) -> str:
        names = [pointer.name for pointer in self.get_field_names()]
        fields = self.get_rendered_fields(form, context, *args, **kwargs)
        is_open = any(_says_something(form[name]) for name in names)
        return render_to_string(self.template, {"fields": fields, "is_open": is_open})


def form_helper(form: forms.Form, *layout: Any) -> FormHelper:
    """The fields of ``layout`` that the form has, in that order.

    The page writes its own <form>: crispy copies attributes of a form onto every radio button.
    """
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    parts = [one.within(form) if isinstance(one, MoreDetails) else one for one in layout]
    helper.layout = Layout(*(one for one in parts if not isinstance(one, str) or one in form.fields))
    return helper


def _says_something(field: forms.BoundField) -> bool:
    standard = field.field.initial
    value = field.value()
    return bool(field.errors) or (value not in (None, "") and str(value) != str(standard))
