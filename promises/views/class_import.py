"""The class register from a file: what it would change is shown first, and stored when somebody says yes."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.generic import TemplateView
from django.views.generic.base import View

from accounts.forms import add_errors
from medborgarlofte.uploads import SmallFile
from promises import school_year
from promises.class_import.plan import Plan, What, make_plan
from promises.class_import.rows import COLUMNS
from promises.class_import.run import RegisterChanged, origin_of, rows_of, store
from promises.class_import.template import template
from promises.class_import_forms import ClassFileForm, ConfirmForm, pack, unpack
from promises.permissions import Action, PromiseMixin
from promises.tables.faults import InvalidImportError, refused
from promises.tables.limits import MAX_BYTES
from promises.tables.writing import XLSX

SHOWN = 200
"""Faults on one page: whoever has more mends these first."""


@method_decorator(csrf_exempt, name="dispatch")  # checked in post, once it is known who sends the file
class ClassImportView(PromiseMixin, TemplateView):
    action = Action.REGISTER
    template_name = "promises/class_import.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", ClassFileForm())
        years = school_year.touching(self.promise.starts_on, self.promise.ends_on)
        return super().get_context_data(**kwargs) | {
            "years": [school_year.label(year) for year in years],
            "columns": COLUMNS,
            "has_schools": self.promise.schools.exists(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers = [SmallFile(most=MAX_BYTES)]
        return self.receive(request)

    @method_decorator(csrf_protect)
    def receive(self, request: HttpRequest) -> HttpResponse:
        return self.save(request.POST["payload"]) if "payload" in request.POST else self.read()

    def read(self) -> HttpResponse:
        """The first step: nothing is kept but in the page that answers."""
        form = ClassFileForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return self.answer(form=form)
        file = form.cleaned_data["file"]
        try:
            rows = rows_of(file.read(), name=file.name, promise=self.promise)
        except InvalidImportError as error:
            return self.refuse(error)
        plan = make_plan(rows, self.promise)
        return self.preview(plan, payload=pack(rows, file.name, self.promise.pk))

    def save(self, payload: str) -> HttpResponse:
        try:
            rows, name = unpack(payload, self.promise)
        except signing.BadSignature:
            return self.refuse(refused(_("The file that was read is no longer there. Choose it again.")))
        except InvalidImportError as error:
            return self.refuse(error)
        plan = make_plan(rows, self.promise)
        form = ConfirmForm(self.request.POST, plan=plan)
        if form.is_valid():
            try:
                done = store(
                    rows,
                    origin=origin_of(self.promise, name=name, by=self.access.user),
                    day=form.holds_from,
                    ending=form.ended,
                    seen=form.cleaned_data["seen"],
                )
            except RegisterChanged as changed:
                told = _("The register has changed since you saw this. Look at it once more.")
                return self.preview(changed.plan, payload=payload, told=told, status=409)
            except ValidationError as error:
                add_errors(form, error)
            else:
                self.tell(done, ended=len(form.ended.classes) if form.ended else 0)
                return redirect("promises:class_list", self.promise.slug)
        if form.data.get("seen") != plan.digest:  # the ticks were about other classes
            told = _("The register has changed since you saw this. Look at it once more.")
            return self.preview(plan, payload=payload, told=told, status=409)
        return self.answer(form=form, plan=plan)

    def preview(self, plan: Plan, *, payload: str, told: str = "", status: int = 200) -> HttpResponse:
        form = ConfirmForm(plan=plan, initial={"payload": payload, "seen": plan.digest})
        return self.answer(form=form, plan=plan, told=told, status=status)

    def refuse(self, error: InvalidImportError) -> HttpResponse:
        more = len(error.faults) - SHOWN
        return self.answer(faults=error.faults[:SHOWN], number=len(error.faults), more=max(more, 0))

    def answer(self, *, status: int = 400, **context: Any) -> HttpResponse:
        plan = context.get("plan")
        if plan is not None:
            context["summary"] = summary(plan)
        return self.render_to_response(self.get_context_data(**context), status=status)

    def tell(self, plan: Plan, *, ended: int) -> None:
        if not plan.changes and not ended:
            messages.info(self.request, _("All of it was in the register already. Nothing is changed."))
            return
        text = _("The register is saved: %(what)s.") % {"what": summary(plan)}
        if ended:
            told = ngettext("%(number)s class has ended.", "%(number)s classes have ended.", ended)
            text = f"{text} {told % {'number': ended}}"
        messages.success(self.request, text)


def summary(plan: Plan) -> str:
    """ "3 nya, 1 ändrad, 8 oförändrade"."""
    counts = plan.counts
    told = [
        ngettext("%(number)s new", "%(number)s new ones", counts[What.NEW]) % {"number": counts[What.NEW]},
        ngettext("%(number)s changed", "%(number)s changed ones", counts[What.CHANGED])
        % {"number": counts[What.CHANGED]},
        ngettext("%(number)s unchanged", "%(number)s unchanged ones", counts[What.SAME] + counts[What.ENDED])
        % {"number": counts[What.SAME] + counts[What.ENDED]},
    ]
    return ", ".join(told)


class ClassTemplateView(PromiseMixin, View):
    """A workbook to fill in, for one läsår: ``?lasar=2019/20``, default that of today."""

    action = Action.REGISTER
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *_args: Any, slug: str) -> FileResponse:
        years = school_year.touching(self.promise.starts_on, self.promise.ends_on)
        usual = school_year.containing(timezone.localdate())
        by_label = {school_year.label(year): year for year in years}
        if "lasar" in request.GET and request.GET["lasar"] not in by_label:
            raise Http404
        year = by_label.get(request.GET.get("lasar", ""), usual if usual in years else years[-1])
        name = f"{slug}-klasser-{school_year.label(year).replace('/', '-')}.xlsx"
        response = FileResponse([template(self.promise, year)], content_type=XLSX)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
