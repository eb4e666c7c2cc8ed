"""Bare Django views: one query, one small template, for the same answer as a page of the product.

They go through the same middleware and sign-in as the product's pages, and ask nobody whether they may.
"""

from django.db import transaction
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import Context, Template
from django.views.decorators.csrf import csrf_exempt

from activities.models import COUNTED, Activity

TABLE = Template(
    "<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1><table><tr>{% for name in names %}<th>{{ name }}"
    "{% endfor %}{% for row in rows %}<tr>{% for value in row %}<td>{{ value|default_if_none:'' }}{% endfor %}"
    "{% endfor %}</table>"
)
PER_PAGE = 50


def table(title: str, names: tuple[str, ...], rows: object) -> HttpResponse:
    return HttpResponse(TABLE.render(Context({"title": title, "names": names, "rows": rows})))


def promises(request: HttpRequest) -> HttpResponse:
    """Every promise with its number of rows and its sum."""
    counted = Activity.objects.filter(COUNTED).order_by()
    rows = counted.values_list("promise__title").annotate(Count("pk"), Sum("quantity"))
    return table("Promises", ("promise", "rows", "sum"), rows)


def promise(request: HttpRequest, pk: int) -> HttpResponse:
    """Each commitment of a promise, month by month."""
    counted = Activity.objects.filter(COUNTED, promise=pk).order_by()
    rows = counted.values_list("commitment__title", "occurred_on__year", "occurred_on__month")
    return table("Promise", ("commitment", "year", "month", "sum"), rows.annotate(Sum("quantity")))


def commitment(request: HttpRequest, pk: int) -> HttpResponse:
    """One commitment, month by month and area by area."""
    counted = Activity.objects.filter(COUNTED, commitment=pk).order_by()
    rows = counted.values_list("areas__name", "occurred_on__year", "occurred_on__month")
    return table("Commitment", ("area", "year", "month", "sum"), rows.annotate(Sum("quantity")))


def activities(request: HttpRequest, pk: int) -> HttpResponse:
    """The fifty newest rows of a promise."""
    rows = Activity.objects.filter(promise=pk).order_by("-occurred_on", "-logged_at", "-pk")
    names = ("occurred_on", "commitment__short_title", "kind__name", "quantity", "logged_by__email", "state")
    return table("Activities", names, rows.values_list(*names)[:PER_PAGE])


@csrf_exempt
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """Store what was sent: the row, its areas and its parties, in one transaction. No form, no rule, no history."""
    sent = request.POST
    with transaction.atomic():
        row = Activity(
            promise_id=pk,
            commitment_id=int(sent["commitment"]),
            kind_id=int(sent["kind"]),
            occurred_on=sent["occurred_on"],
            quantity=int(sent["quantity"]),
            note=sent["note"],
            logged_by=request.user,
        )
        row.save(force_insert=True)
        row.areas.set(sent.getlist("areas"))
        row.parties.set(sent.getlist("parties"))
    return redirect("/")
