"""The year-end evaluation as a page, and the same as a file in six formats."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from promises.locks import locked_in_words
from promises.permissions import Action
from reports import captions
from reports.evaluation import Evaluation
from reports.queries import load_evaluation
from reports.renderers import FORMATS, file_name
from reports.renderers.content import document
from reports.views.day import DayMixin


class EvaluationMixin(DayMixin):
    nav = "evaluation"
    shows_known_then = True

    def load(self, *, with_activities: bool, streamed: bool = False) -> Evaluation:
        """A paper that both parties read: what the police plan in secret is not in it, whoever opens it."""
        return load_evaluation(
            self.promise,
            as_of=self.day.as_of,
            sees_plans=False,
            known_then=self.day.known_then,
            with_activities=with_activities,
            streamed=streamed,
        )


@method_decorator(never_cache, name="dispatch")
class EvaluationView(EvaluationMixin, TemplateView):
    template_name = "reports/evaluation.html"
    # The page is read on a phone as well: a long list is added up here and complete in the files.
    most_rows = 100

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        evaluation = self.load(with_activities=True)
        return super().get_context_data(**kwargs) | {
            "document": document(evaluation, most_rows=self.most_rows),
            "late": captions.logged_late(evaluation),
            "locked": locked_in_words(self.promise),
            "formats": FORMATS.values(),
            "plans_as_now": True,
            "offers_known_then": True,
        }


@method_decorator(never_cache, name="dispatch")
class ExportView(EvaluationMixin, View):
    """GET only. An unknown format is 404: there is no such file."""

    action = Action.EXPORT
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *, slug: str, form: str) -> HttpResponse:
        chosen = FORMATS.get(form)
        if chosen is None:
            raise Http404
        evaluation = self.load(with_activities=chosen.lists_activities, streamed=chosen.streams)
        name = file_name(evaluation, chosen)
        return HttpResponse(
            chosen.render(evaluation),
            content_type=chosen.media_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
