"""The class register: every class there is to meet, läsår by läsår."""

from abc import ABC, abstractmethod
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from accounts.forms import add_errors
from history.models import Change
from promises.forms import ClassesForm, ClassForm, ClassRowForm, CloseClassForm, MergeForm, class_rows
from promises.models import SchoolClass
from promises.permissions import Action, PromiseMixin
from promises.register_page import register_years
from promises.registering import (
    StaleClassError,
    close_class,
    correct_class,
    merge_classes,
    register_classes,
)


class ClassListView(PromiseMixin, TemplateView):
    template_name = "promises/class_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        years = register_years(self.promise, today=timezone.localdate())
        return super().get_context_data(**kwargs) | {"years": years, "schools": years[0].schools}


class ClassCreateView(PromiseMixin, TemplateView):
    """Several classes of one school and läsår at once, stored all or none."""

    action = Action.REGISTER
    template_name = "promises/class_create.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        chosen = {
            name: self.request.GET[name] for name in ("school", "school_year") if name in self.request.GET
        }
        context.setdefault("form", ClassesForm(promise=self.promise, initial=chosen))
        context.setdefault("rows", class_rows())
        forms = [context["form"], *context["rows"]]
        return context | {"forms": forms, "refused": any(form.errors for form in forms)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, rows = ClassesForm(request.POST, promise=self.promise), class_rows(request.POST)
        if all([form.is_valid(), *(row.is_valid() for row in rows)]):
            made = self.register(form, rows)
            if made:
                names = ", ".join(one.label for one in made)
                messages.success(
                    request,
                    _("In the register now: %(names)s at %(school)s %(year)s.")
                    % {"names": names, "school": made[0].school, "year": made[0].year_label},
                )
                return redirect("promises:class_list", self.promise.slug)
        return self.render_to_response(self.get_context_data(form=form, rows=rows))

    def register(self, form: ClassesForm, rows: list[ClassRowForm]) -> list[SchoolClass]:
        """The classes stored; none where something was refused, and then it stands at its row."""
        filled = [(row, new) for row in rows if (new := row.new_class) is not None]
        try:
            return register_classes(
                access=self.access,
                school=form.cleaned_data["school"],
                year=form.cleaned_data["school_year"],
                grade=form.cleaned_data["grade"],
                opened_on=form.cleaned_data["opened_on"],
                classes=[new for _row, new in filled],
            )
        except ValidationError as error:
            by_row = {f"row {number}": row for number, (row, _new) in enumerate(filled, start=1)}
            faults = (
                error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
            )
            for name, texts in faults.items():
                if name in by_row:
                    by_row[name].add_error("label", texts)
                else:
                    form.add_error(name if name in form.fields else None, texts)
            return []


class ClassChangeView(PromiseMixin, FormView, ABC):
    """A page about one class. Whoever was second is told, sees how it stands, and keeps what they typed."""

    action = Action.REGISTER

    @cached_property
    def school_class(self) -> SchoolClass:
        rows = SchoolClass.objects.filter(school__promise=self.promise).select_related(
            "school", "merged_into"
        )
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "school_class": self.school_class,
            "changes": Change.objects.of(self.school_class).select_related("by"),
        }

    @abstractmethod
    def change(self, data: dict[str, Any]) -> SchoolClass:
        """Call the service; ValidationError and StaleClassError are told at the form."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            row = self.change(form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        except StaleClassError as stale:
            form.data = form.data.copy()
            form.data["version"] = str(stale.current.version)
            form.add_error(None, self.told(stale.current))
            return self.form_invalid(form)
        messages.success(self.request, self.done(row, form.cleaned_data))
        return redirect("promises:class_list", self.promise.slug)

    def done(self, row: SchoolClass, data: dict[str, Any]) -> str:
        """What is said of ``row``, as ``change`` left it."""
        return _("The class is saved.")

    @staticmethod
    def told(now: SchoolClass) -> str:
        """To whoever was second: how the class stands."""
        pupils = _("not known") if now.pupils is None else str(now.pupils)
        ended = now.closed_on.isoformat() if now.closed_on else _("no")
        return _(
            "Somebody else has changed the class meanwhile. It now says: class %(label)s, grade %(grade)s, "
            "pupils %(pupils)s, ended %(ended)s. Save again to write over that."
        ) % {"label": now.label, "grade": now.grade, "pupils": pupils, "ended": ended}


class ClassCorrectView(ClassChangeView):
    form_class = ClassForm
    template_name = "promises/class_form.html"

    def get_initial(self) -> dict[str, Any]:
        row = self.school_class
        return {
            "label": row.label,
            "grade": row.grade,
            "pupils": row.pupils,
            "pupils_from": row.pupils_from,
            "opened_on": row.opened_on,
            "version": row.version,
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"school_class": self.school_class}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_merge = self.school_class.closed_on is None and others_of(self.school_class).exists()
        return super().get_context_data(**kwargs) | {"may_merge": may_merge}

    def change(self, data: dict[str, Any]) -> SchoolClass:
        return correct_class(
            access=self.access,
            school_class=self.school_class,
            label=data["label"],
            grade=data["grade"],
            pupils=data["pupils"],
            pupils_from=data["pupils_from"],
            opened_on=data["opened_on"],
            version=data["version"],
            reason=data["why"],
        )


class ClassCloseView(ClassChangeView):
    form_class = CloseClassForm
    template_name = "promises/class_close.html"

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.school_class.version, "closed_on": self.school_class.closed_on}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"school_class": self.school_class}

    def change(self, data: dict[str, Any]) -> SchoolClass:
        return close_class(
            access=self.access,
            school_class=self.school_class,
            day=data["closed_on"],
            version=data["version"],
            reason=data["why"],
        )


class ClassMergeView(ClassChangeView):
    """Two or more classes become one from a day on."""

    form_class = MergeForm
    template_name = "promises/class_merge.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "school_class": self.school_class,
            "others": others_of(self.school_class),
        }

    def change(self, data: dict[str, Any]) -> SchoolClass:
        return merge_classes(
            access=self.access,
            classes=[self.school_class, *data["classes"]],
            label=data["label"],
            pupils=data["pupils"],
            day=data["day"],
            reason=data["why"],
        )

    def done(self, row: SchoolClass, data: dict[str, Any]) -> str:
        *first, last = sorted(one.label for one in [self.school_class, *data["classes"]])
        return _("%(first)s and %(last)s are class %(label)s from %(day)s on.") % {
            "first": ", ".join(first),
            "last": last,
            "label": row.label,
            "day": date_format(data["day"], "j F Y"),
        }


def others_of(school_class: SchoolClass) -> QuerySet[SchoolClass]:
    """The classes it may become one with: same school, school year and grade. Ended ones too, so that sending the
    same merger twice finds them."""
    return SchoolClass.objects.filter(
        school=school_class.school_id, school_year=school_class.school_year, grade=school_class.grade
    ).exclude(pk=school_class.pk)
