"""Activities from a file, in the browser: the template, the file, every row before it is stored, and the rest.

docs/adr/0022. The file's own rules stand in docs/import-format.md.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.db.models import Count
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.generic import TemplateView
from django.views.generic.base import View

from activities.choices import Verdict
from activities.forms.importing import ImportFileForm, MendRowForm, UndoForm, field_name
from activities.forms.steps import ReasonForm
from activities.importer.columns import COLUMNS
from activities.importer.faults import Fault, InvalidImportError
from activities.importer.marked import marked_file
from activities.importer.rows import names_of
from activities.importer.services import (
    MOST_CHANGES,
    AlreadyStored,
    BeingStored,
    PreviewMoved,
    discard,
    keep_file,
    mend_row,
    store,
    twins_of,
)
from activities.importer.template import template_file
from activities.importer.undoing import AlreadyUndone, ChangedMeanwhile, Plan, plan, undo
from activities.importer.wording import (
    counts_in_words,
    number,
    plan_in_words,
    result_in_words,
    row_in_words,
    undone_in_words,
)
from activities.models import ImportBatch, ImportRow
from activities.wording import in_words
from medborgarlofte.uploads import SmallFile
from promises.permissions import Action, PromiseMixin
from promises.tables.limits import MAX_BYTES
from promises.tables.writing import XLSX

PER_PAGE = 50
MOST_SHOWN = 1_000
"""So many rows stand on one page at most."""

ALL = "alla"
TABS: Mapping[str, Verdict] = {
    "fel": Verdict.ERROR,
    "andras": Verdict.CHANGED,
    "nya": Verdict.NEW,
    "finns": Verdict.SAME,
}
"""Which rows of the preview are shown, as the address says it, in the order somebody has to look at them."""


@method_decorator(csrf_exempt, name="dispatch")  # checked in post, once it is known who sends the file
class ImportListView(PromiseMixin, TemplateView):
    """The way in: the template to download, the file to send, and what has been read in."""

    action = Action.IMPORT
    nav = "activities"
    template_name = "activities/import_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", ImportFileForm())
        batches = ImportBatch.objects.visible_to(self.access).select_related("by", "stored_by")
        page = Paginator(batches.order_by("-at", "-pk"), PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(**kwargs) | {
            "page_obj": page,
            "batches": [(one, result_in_words(one) if not one.is_open else "") for one in page.object_list],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers = [SmallFile(most=MAX_BYTES)]
        return self.receive(request)

    @method_decorator(csrf_protect)
    def receive(self, request: HttpRequest) -> HttpResponse:
        form = ImportFileForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                batch = keep_file(
                    access=self.access, name=file.name, data=file.read(), today=timezone.localdate()
                )
            except InvalidImportError as error:
                form.refuse(error)
            else:
                if not batch.file_name:
                    messages.info(request, _("The file's name looked like personal data and is not kept."))
                return redirect(batch)
        return self.render_to_response(self.get_context_data(form=form), status=400)


class TemplateFileView(PromiseMixin, View):
    action = Action.IMPORT
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *_args: Any, slug: str, **_kwargs: Any) -> HttpResponseBase:
        return FileResponse(
            template_file(names_of(self.promise)),
            as_attachment=True,
            filename=f"{slug}-mall.xlsx",
            content_type=XLSX,
        )


class BatchMixin(PromiseMixin):
    """``self.batch``: a file that the reader may know of, else the answer is 404."""

    action = Action.IMPORT
    nav = "activities"

    @cached_property
    def batch(self) -> ImportBatch:
        batches = ImportBatch.objects.visible_to(self.access)
        people = ("promise", "by", "stored_by", "undone_by")
        return get_object_or_404(batches.select_related(*people), pk=self.kwargs["pk"])

    @cached_property
    def counts(self) -> dict[Verdict, int]:
        found = self.batch.lines.order_by().values_list("verdict").annotate(n=Count("pk"))
        return dict.fromkeys(Verdict, 0) | {Verdict(verdict): n for verdict, n in found}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"batch": self.batch}

    def say(self, error: Exception) -> HttpResponse:
        """Somebody else was there first."""
        if isinstance(error, BeingStored):
            messages.info(self.request, _("The file is being read in just now."))
        else:
            messages.info(self.request, _("The file has been read in already."))
        return redirect(self.batch)


class BatchView(BatchMixin, TemplateView):
    """A file: its rows before they are stored, how far storing has come, or what it did."""

    def get_template_names(self) -> list[str]:
        if self.is_running:
            return ["activities/import_running.html"]
        return ["activities/import_preview.html" if self.batch.is_open else "activities/import_done.html"]

    @property
    def is_running(self) -> bool:
        return self.batch.state == "storing" and not self.is_broken_off

    @property
    def is_broken_off(self) -> bool:
        return self.batch.is_broken_off(timezone.now())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.is_running:
            return context
        if not self.batch.is_open:
            return context | {"words": result_in_words(self.batch)}
        if context.get("form") is None:  # also where no row changed an activity until now
            context["form"] = self.reason_form()
        return (
            context
            | self.preview()
            | {
                "is_broken_off": self.is_broken_off,
                "twin": self.twin,
                "too_many_changes": self.counts[Verdict.CHANGED] > MOST_CHANGES,
                "most_changes": MOST_CHANGES,
            }
        )

    @property
    def twin(self) -> ImportBatch | None:
        """The same file, read in before."""
        batches = ImportBatch.objects.visible_to(self.access).done().filter(digest=self.batch.digest)
        return batches.order_by("-at").first()

    def preview(self) -> dict[str, Any]:
        chosen = self.request.GET.get("visa", "")
        if chosen not in TABS and chosen != ALL:
            chosen = next((tab for tab, verdict in TABS.items() if self.counts[verdict]), ALL)
        rows = self.batch.lines.order_by("number")
        total = sum(self.counts.values())
        if chosen in TABS:
            rows, total = rows.filter(verdict=TABS[chosen]), self.counts[TABS[chosen]]
        whole = self.request.GET.get("hela") == "1" and total <= MOST_SHOWN
        paginator = Paginator(rows, MOST_SHOWN if whole else PER_PAGE)
        paginator.count = total  # known already
        page = paginator.get_page(self.request.GET.get("page"))
        return {
            "page_obj": page,
            "lines": [(line, row_in_words(line)) for line in page.object_list],
            "tab": chosen,
            "tabs": [(tab, Verdict(verdict).label, self.counts[verdict]) for tab, verdict in TABS.items()],
            "sentence": counts_in_words(self.counts),
            "wrong": self.counts[Verdict.ERROR],
            "first_wrong": self.first_wrong(),
            "new": self.counts[Verdict.NEW],
            "changed": self.counts[Verdict.CHANGED],
            "to_store": self.counts[Verdict.NEW] + self.counts[Verdict.CHANGED],
            "may_show_all": page.has_other_pages() and total <= MOST_SHOWN,
            "total": total,
        }

    def first_wrong(self) -> int | None:
        """The number of the first row to put right."""
        if not self.counts[Verdict.ERROR]:
            return None
        wrong = self.batch.lines.filter(verdict=Verdict.ERROR).order_by("number")
        return wrong.values_list("number", flat=True).first()

    def reason_form(self, data: Any = None) -> ReasonForm | None:
        """Whoever lets a file change activities says why; new rows need no reason."""
        if not self.counts[Verdict.CHANGED]:
            return None
        return ReasonForm(
            data,
            field="why",
            label=_("Why are activities changed?"),
            hint=_("It stands in the history of each of them. Write no names."),
            missing=_("Say why."),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.batch.is_open:
            return self.say(AlreadyStored())
        form = self.reason_form(request.POST)
        if form is not None and not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=400)
        reason = form.cleaned_data["why"] if form is not None else ""
        fault, status = "", 409
        try:
            stored = store(access=self.access, batch=self.batch, reason=reason, today=timezone.localdate())
        except (AlreadyStored, BeingStored) as error:
            return self.say(error)
        except PreviewMoved as moved:
            fault = ngettext(
                "%(n)s row has another outcome since you saw it. Nothing is stored. Look again, then read it in.",
                "%(n)s rows have another outcome since you saw them. Nothing is stored. Look again, then read "
                "them in.",
                moved.rows,
            ) % {"n": number(moved.rows)}
        except ValidationError as error:
            fault, status = " ".join(error.messages), 400
        except DatabaseError:
            fault, status = _("The database did not answer. Nothing is stored. Try again in a while."), 503
        else:
            return redirect(stored)  # whose heading says what it did
        del self.batch, self.counts  # as they are now
        return self.render_to_response(self.get_context_data(fault=fault, form=form), status=status)


class ProgressView(BatchMixin, View):
    """How far storing has come, for the page that waits."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        batch = self.batch
        running = batch.state == "storing" and not batch.is_broken_off(timezone.now())
        words = _("%(done)s of %(rows)s rows gone through") % {
            "done": number(batch.progress),
            "rows": number(batch.rows),
        }
        if running and batch.progress >= batch.rows:
            words = _("All rows are gone through. Now they are stored.")
        return JsonResponse(
            {"running": running, "progress": batch.progress, "rows": batch.rows, "words": words}
        )


class MendRowView(BatchMixin, TemplateView):
    """One row of a file, cell by cell, until it is right."""

    template_name = "activities/import_row.html"

    @cached_property
    def line(self) -> ImportRow:
        return get_object_or_404(self.batch.lines, number=self.kwargs["number"])

    @property
    def columns(self) -> list[str]:
        """The file's, and those it would have needed."""
        needed = {one["column"] for one in self.line.faults} - {"", *self.batch.columns}
        return [*self.batch.columns, *(name for name in COLUMNS if name in needed)]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.batch.is_open:
            return redirect(self.batch)
        form = self.form({field_name(name): text for name, text in self.line.cells.items()})
        form.tell(Fault(one["reason"], column=one["column"]) for one in self.line.faults)
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.batch.is_open:  # its rows are gone: there is none to make the form of
            return self.say(AlreadyStored())
        form = self.form(request.POST)
        if form.is_valid():
            try:
                judged = mend_row(
                    access=self.access,
                    batch=self.batch,
                    number=self.line.number,
                    content=form.content,
                    today=timezone.localdate(),
                    everywhere=form.cleaned_data.get("overallt", False),
                )
            except (AlreadyStored, BeingStored) as error:
                return self.say(error)
            if not judged.row.faults:
                return self.onwards()
            form.tell(judged.row.faults)
        return self.render_to_response(self.get_context_data(form=form), status=400)

    def form(self, data: Any) -> MendRowForm:
        return MendRowForm(data, columns=self.columns, twins=twins_of(self.batch, self.line))

    def onwards(self) -> HttpResponse:
        """To the next row that is wrong, or to the whole when none is left."""
        left = self.counts[Verdict.ERROR]
        said = _("Row %(row)s is right.") % {"row": self.line.number}
        if left:
            more = ngettext("%(n)s row is left to put right.", "%(n)s rows are left to put right.", left)
            said = f"{said} {more % {'n': number(left)}}"
        messages.success(self.request, said)
        wrong = self.batch.lines.filter(verdict=Verdict.ERROR).order_by("number")
        following = wrong.filter(number__gt=self.line.number).first() or wrong.first()
        if following is None:
            return redirect(self.batch)
        return redirect("imports:row", self.promise.slug, self.batch.pk, following.number)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"line": self.line, "words": row_in_words(self.line)}


class MarkedFileView(BatchMixin, View):
    """The file again, with what is wrong marked in its cells."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *_args: Any, slug: str, **_kwargs: Any) -> HttpResponseBase:
        if not self.batch.is_open:
            return redirect(self.batch)
        return FileResponse(
            marked_file(self.batch.columns, self.batch.lines.order_by("number")),
            as_attachment=True,
            filename=f"{slug}-att-ratta.xlsx",
            content_type=XLSX,
        )


class DiscardView(BatchMixin, View):
    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return redirect(self.batch)  # its button stands there

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        try:
            discard(access=self.access, batch=self.batch)
        except (AlreadyStored, BeingStored) as error:
            return self.say(error)
        messages.success(request, _("The file is thrown away. Nothing of it was stored."))
        return redirect("imports:list", self.promise.slug)


class UndoView(BatchMixin, TemplateView):
    """A whole import taken back, with a reason."""

    template_name = "activities/import_undo.html"

    @cached_property
    def plan(self) -> Plan:
        return plan(self.batch, self.access)

    @cached_property
    def touched(self) -> int:
        """How many rows somebody has changed since."""
        return self.plan.touched.count()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.batch.is_stored:
            return redirect(self.batch)
        return self.render_to_response(self.get_context_data(form=self.form()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.batch.is_stored:
            return self.tell_done() if self.batch.is_undone else redirect(self.batch)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=400)
        fault, status = "", 400
        try:
            undone = undo(
                access=self.access,
                batch=self.batch,
                reason=form.cleaned_data["why"],
                touched_too=form.cleaned_data.get("andrade", False),
                seen=request.POST.get("sett", ""),
                today=timezone.localdate(),
            )
        except AlreadyUndone:
            return self.tell_done()
        except ChangedMeanwhile:
            fault, status = _("Somebody has changed rows since you opened the page. Look again."), 409
            del self.plan, self.touched
        except ValidationError as error:
            fault = " ".join(error.messages)
        except DatabaseError:
            fault, status = (
                _("The database did not answer. Nothing is taken back. Try again in a while."),
                503,
            )
        else:
            messages.success(request, undone_in_words(undone.voided, undone.set_back, undone.left))
            return redirect(self.batch)
        return self.render_to_response(self.get_context_data(form=form, fault=fault), status=status)

    def tell_done(self) -> HttpResponse:
        messages.info(self.request, _("The import has been taken back already."))
        return redirect(self.batch)

    def form(self, data: Any = None) -> UndoForm:
        return UndoForm(
            data,
            field="why",
            label=_("Why is the import taken back?"),
            hint=_(
                "It stands in the history of every row. For example “wrong year in the file”. Write no names."
            ),
            missing=_("Say why."),
            touched=self.touched,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found, today = self.plan, timezone.localdate()
        return super().get_context_data(**kwargs) | {
            "sentence": plan_in_words(found.added.count(), len(found.corrected)),
            "touched": self.touched,
            "shown": [(row, in_words(row, today)) for row in found.touched[:PER_PAGE]],
            "more": max(self.touched - PER_PAGE, 0),
            "overtaken": len(found.overtaken),
            "mark": found.mark,
        }
