"""What was promised, word for word, and what it should lead to."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from accounts.forms import add_errors
from promises.amending import all_told, void_amendment
from promises.choices import PartyRole
from promises.forms import MeasurementForm, VoidForm
from promises.models import Amendment, Indicator, Measurement
from promises.permissions import Action, PromiseMixin
from promises.services import add_measurement, void_measurement


class AboutView(PromiseMixin, TemplateView):
    template_name = "promises/about.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        amendments = Amendment.objects.select_related("target").prefetch_related("decided_by")
        commitments = self.promise.commitments.select_related("responsible").prefetch_related(
            "partners", "targets", "kinds", Prefetch("amendments", amendments)
        )
        return super().get_context_data(**kwargs) | {
            "commitments": [(row, all_told(row, list(row.amendments.all()))) for row in commitments],
            "parties": self.promise.parties.filter(role=PartyRole.SIGNATORY).select_related("organisation"),
            "areas": self.promise.areas.all(),
            "basis": self.promise.basis.all(),
            "effects": self.promise.effects.all(),
            "school_terms": self.promise.school_terms.prefetch_related("breaks"),
        }


class AmendmentVoidView(PromiseMixin, FormView):
    action = Action.AMEND
    form_class = VoidForm
    template_name = "promises/amendment_void.html"

    @cached_property
    def amendment(self) -> Amendment:
        rows = Amendment.objects.filter(commitment__promise=self.promise)
        return get_object_or_404(rows.select_related("commitment__promise"), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"amendment": self.amendment}

    def form_valid(self, form: VoidForm) -> HttpResponse:
        try:
            void_amendment(
                access=self.access,
                amendment=self.amendment,
                today=timezone.localdate(),
                reason=form.cleaned_data["why"],
            )
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("The change is voided."))
        return redirect("promises:about", self.promise.slug)


class EffectsView(PromiseMixin, TemplateView):
    template_name = "promises/effects.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        measurements = (
            Measurement.objects.filter(voided_on=None).select_related("area").order_by("measured_on", "pk")
        )
        effects = self.promise.effects.prefetch_related(
            Prefetch("indicators__measurements", measurements), "indicators"
        )
        return super().get_context_data(**kwargs) | {"effects": effects}


class MeasurementCreateView(PromiseMixin, FormView):
    action = Action.REGISTER
    form_class = MeasurementForm
    template_name = "promises/measurement_form.html"

    @cached_property
    def indicator(self) -> Indicator:
        rows = Indicator.objects.filter(effect__promise=self.promise).select_related("effect__promise")
        return get_object_or_404(rows, pk=self.kwargs["indicator_pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"indicator": self.indicator, "instance": Measurement()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"indicator": self.indicator}

    def form_valid(self, form: MeasurementForm) -> HttpResponse:
        try:
            add_measurement(access=self.access, measurement=form.instance, today=timezone.localdate())
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("The measurement is saved."))
        return redirect("promises:effects", self.promise.slug)


class MeasurementVoidView(PromiseMixin, FormView):
    action = Action.REGISTER
    form_class = VoidForm
    template_name = "promises/measurement_void.html"

    @cached_property
    def measurement(self) -> Measurement:
        rows = Measurement.objects.filter(indicator__effect__promise=self.promise)
        return get_object_or_404(rows.select_related("indicator__effect__promise"), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"measurement": self.measurement}

    def form_valid(self, form: VoidForm) -> HttpResponse:
        try:
            void_measurement(
                access=self.access,
                measurement=self.measurement,
                today=timezone.localdate(),
                reason=form.cleaned_data["why"],
            )
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("The measurement is voided."))
        return redirect("promises:effects", self.promise.slug)
