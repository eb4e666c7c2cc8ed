"""The evidence of one row: add a file or a link, look at a file, take one away."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from activities import storage
from activities.choices import EvidenceKind
from activities.evidence import add_file, add_link, may_have, take_away
from activities.forms import EvidenceFileForm, EvidenceLinkForm, TakeAwayForm
from activities.models import MOST_EVIDENCE, Evidence
from activities.views.row import RowMixin
from medborgarlofte.uploads import SmallFile

logger = logging.getLogger("medborgarlofte.evidence")

# By what we made of it, never by what its sender said. A PDF is not opened within the site.
_SERVED = {
    EvidenceKind.PICTURE: ("image/jpeg", ".jpg", False),
    EvidenceKind.PDF: ("application/pdf", ".pdf", True),
}


@method_decorator(csrf_exempt, name="dispatch")  # checked in post, once it is known who sends the file
class EvidenceAddView(RowMixin):
    template_name = "activities/evidence_add.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.refusal() or self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (refusal := self.refusal()) is not None:
            return refusal
        request.upload_handlers = [SmallFile(most=settings.EVIDENCE_MOST_BYTES)]
        return self.receive(request)

    @method_decorator(csrf_protect)
    def receive(self, request: HttpRequest) -> HttpResponse:
        """A file, a link or both, each by itself: a fault of one never costs the other, and a browser would not
        send the file a second time."""
        file_form = EvidenceFileForm(request.POST, request.FILES, empty_permitted=True)
        link_form = EvidenceLinkForm(request.POST, empty_permitted=True)
        self.store(file_form, self.store_file)
        self.store(link_form, self.store_link)
        if not file_form.has_changed() and not link_form.has_changed():
            file_form.add_error("file", _("Choose a picture or a PDF, or write a link."))
        if not file_form.errors and not link_form.errors:
            return self.to_row()
        return self.show(
            file_form=file_form if file_form.errors else None,
            link_form=link_form if link_form.errors else None,
            status=413 if file_form.has_error("file", "large") else 400,
        )

    def refusal(self) -> HttpResponse | None:
        """Who may not is told 403; where it cannot be done the row's page says why."""
        if not self.row.is_in_hands_of(self.access):
            raise PermissionDenied
        why = ""
        if self.row.is_voided:
            why = _("The row has been voided.")
        elif self.shut:
            why = self.shut
        elif not may_have(self.row):
            why = _("Only month, number and area are logged for commitment %(number)s.") % {
                "number": self.row.commitment.number
            }
        elif self.row.evidence.valid().count() >= MOST_EVIDENCE:
            why = _("The activity has %(most)s already, which is the most. Take one away first.") % {
                "most": MOST_EVIDENCE
            }
        if not why:
            return None
        messages.info(self.request, why)
        return self.to_row()

    def store(
        self,
        form: EvidenceFileForm | EvidenceLinkForm,
        add: Callable[[dict[str, Any]], tuple[Evidence, bool]],
    ) -> None:
        """What was given, and say so; what was refused stands at its field."""
        if not form.is_valid() or not form.has_changed():
            return
        try:
            row, is_new = add(form.cleaned_data)
        except ValidationError as error:
            form.add_faults(error)
            return
        text = _("Added: %(evidence)s.") if is_new else _("It is there already: %(evidence)s.")
        messages.success(self.request, text % {"evidence": row})

    def store_file(self, data: dict[str, Any]) -> tuple[Evidence, bool]:
        return add_file(
            access=self.access, activity=self.row, content=data["file"].read(), title=data["title"]
        )

    def store_link(self, data: dict[str, Any]) -> tuple[Evidence, bool]:
        return add_link(access=self.access, activity=self.row, url=data["url"], title=data["link_title"])

    def show(self, *, file_form: Any = None, link_form: Any = None, status: int = 200) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(
                file_form=file_form or EvidenceFileForm(),
                link_form=link_form or EvidenceLinkForm(),
                form=file_form or link_form,
                forms=[form for form in (file_form, link_form) if form],
                refused=status != 200,
            ),
            status=status,
        )


class OneMixin(RowMixin):
    @cached_property
    def evidence(self) -> Evidence:
        return get_object_or_404(Evidence.objects.of(self.row, self.access), pk=self.kwargs["evidence"])


class EvidenceFileView(OneMixin):
    """The file itself, or with ``?liten`` the small picture: to those who see the row, as what we made it."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        one = self.evidence
        if not one.has_file or (one.is_voided and not self.row.is_in_hands_of(self.access)):
            raise Http404
        content_type, suffix, attached = _SERVED[EvidenceKind(one.kind)]
        try:
            file = storage.open_file(one.stored, small="liten" in request.GET and one.is_picture)
        except OSError:
            logger.exception("file of evidence %s cannot be read", one.pk)
            raise Http404 from None
        answer = FileResponse(
            file, content_type=content_type, as_attachment=attached, filename=f"underlag-{one.pk}{suffix}"
        )
        patch_cache_control(answer, private=True, no_store=True)
        answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cross-Origin-Resource-Policy"] = "same-origin"
        return answer


class EvidenceRemoveView(OneMixin):
    template_name = "activities/evidence_remove.html"

    def form(self, data: Any = None) -> TakeAwayForm:
        one = self.evidence
        return TakeAwayForm(data, may_erase=one.has_file, must_erase=one.has_file and self.is_gone)

    @property
    def is_gone(self) -> bool:
        """It shows nothing any more; what can still be done is to erase its file."""
        return self.evidence.is_voided or self.row.is_voided

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.refusal() or self.show(self.form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (refusal := self.refusal()) is not None:
            return refusal
        form = self.form(request.POST)
        if form.is_valid():
            try:
                row = take_away(
                    access=self.access,
                    evidence=self.evidence,
                    reason=form.cleaned_data["why"],
                    erase=form.erase,
                )
            except ValidationError as error:
                form.add_faults(error.message_dict)
            else:
                text = _("Erased: %(evidence)s.") if row.erased_at else _("Taken away: %(evidence)s.")
                messages.success(request, text % {"evidence": row})
                return self.to_row()
        return self.show(form, status=400)

    def refusal(self) -> HttpResponse | None:
        if not self.row.is_in_hands_of(self.access):
            raise PermissionDenied
        if not self.shut and (not self.is_gone or self.evidence.has_file):
            return None
        messages.info(self.request, self.shut or _("It has been taken away already."))
        return self.to_row()

    def show(self, form: TakeAwayForm, *, status: int = 200) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(form=form, one=self.evidence, erases=form.must_erase), status=status
        )
