"""Choose a commitment, fill in the form that fits it, and see what was saved."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.generic import TemplateView

from activities.choices import State
from activities.device import saved_there
from activities.entries import stored_as_sent
from activities.forms import CountForm, EntryForm, SchoolYearForm, form_class
from activities.links import (
    FILLED,
    ROW,
    SAVED,
    SCHOOL,
    Prefilled,
    again_query,
    form_url,
    read_link,
    with_school,
)
from activities.models import Activity
from activities.models.activity import new_client_key
from activities.options import Options, met_days, options_for, reported_by_month
from activities.services import KeyTaken, log_activity
from activities.usual import (
    in_use_order,
    latest_done,
    logged_last,
    logged_last_for,
    promises_to_log_in,
    usual_initial,
    usual_school,
)
from activities.views.answers import JsonAnswers, is_locked
from activities.views.saying import ANOTHER, SayingMixin, Twin
from activities.wording import day_in_words, in_words, what_and_where
from promises.choices import CommitmentForm, TargetKind
from promises.models import Commitment, Target
from promises.permissions import Action, PromiseMixin

MANY_SCHOOLS = 6
"""More than these are folded once one is chosen, so that the classes stand on the first screen of a phone."""


class ChooseCommitmentView(PromiseMixin, TemplateView):
    action = Action.LOG
    template_name = "activities/choose.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        commitments = self.promise.commitments.all()
        planning = self.request.GET.get("planerad") == "1"
        if planning:
            commitments = commitments.exclude(form=CommitmentForm.COUNTS_ONLY)
            if not self.access.is_police:
                commitments = commitments.exclude(confidential_until_done=True)
        last = logged_last(self.access)
        return super().get_context_data(**kwargs) | {
            "commitments": in_use_order(commitments, last),
            "planning": planning,
            "again": None if planning or last is None else self.again(last),
            "has_more_promises": promises_to_log_in(self.access.user, today=timezone.localdate())
            != [self.promise],
        }

    def again(self, row: Activity) -> dict[str, str]:
        """What the person logged last, and the form filled in alike."""
        today = timezone.localdate()
        options = options_for(row.commitment, access=self.access, today=today)
        return {
            "commitment": row.commitment.short_title,
            "words": what_and_where(row),
            "day": day_in_words(row, today),
            "url": form_url(self.promise, row.commitment.number, again_query(row, options)),
        }


class LogView(JsonAnswers, SayingMixin, PromiseMixin, TemplateView):
    action = Action.LOG
    template_name = "activities/log.html"
    options: Options
    linked: Prefilled
    usual = ""
    shows_met = True  # which classes have been met, and when

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        by_class = self.options.commitment.class_meeting
        chosen = not by_class or self.choose_school(self.usual_place())
        self.linked = read_link(request.GET, self.options)
        if not chosen:
            return self.render_to_response(self.get_context_data(linked=self.linked))
        twin = self.say_saved()
        response = self.render_to_response(
            self.get_context_data(
                form=self.form(),
                client_key=new_client_key(),
                linked=self.linked,
                usual=self.usual,
                latest=self.latest(),
                standing=self.standing(self.options.commitment),
                twin=twin,
            )
        )
        # Unlike other pages it may be kept: Back after a failed "Save" has what was typed, and the same key.
        patch_cache_control(response, private=True, no_cache=True)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        if self.options.commitment.class_meeting and not self.choose_school(request.POST):
            return self.render_to_response(self.get_context_data())
        form = self.form(request.POST)
        key = valid_key(request.POST.get("new_key", "")) or valid_key(request.POST.get("client_key", ""))
        if form.is_valid():
            try:
                return self.save_or_tell(form, key)
            except ValidationError as error:
                self.is_locked = is_locked(error)
                form.add_faults(error.message_dict)
        if (answer := self.answer_lost(form, key)) is not None:
            return answer
        return self.render_to_response(self.get_context_data(form=form, client_key=key or new_client_key()))

    def load(self) -> None:
        requests = Target.objects.filter(commitment=OuterRef("pk"), kind=TargetKind.ON_REQUEST)
        known = Commitment.objects.annotate(
            asked_for=Exists(requests)
        )  # one query less: logging is to be quick
        commitment = get_object_or_404(known, promise=self.promise, number=self.kwargs["number"])
        commitment.on_request = commitment.asked_for
        self.options = options_for(commitment, access=self.access, today=timezone.localdate())
        self.school_form: SchoolYearForm | None = None

    def usual_place(self) -> QueryDict:
        """The address; where it names no school, with that of last time."""
        data = self.request.GET
        if SCHOOL not in data and (usual := usual_school(self.access, self.options)) is not None:
            data = data.copy()
            data[SCHOOL] = str(usual.pk)
        return with_school(data, self.options)

    def choose_school(self, data: Any) -> bool:
        """Whether school and läsår are chosen and have classes; if so ``options`` know them."""
        self.school_form = SchoolYearForm(data if "skola" in data else None, options=self.options)
        if not self.school_form.is_valid():
            return False
        chosen = self.school_form.cleaned_data
        self.options = self.options.at(chosen["skola"], chosen["lasar"])
        return bool(self.options.classes)

    def form(self, data: Any = None) -> EntryForm:
        which = form_class(self.options)
        extra: dict[str, Any] = {}
        if which is CountForm:
            extra["reported"] = reported_by_month(self.options.commitment, access=self.access)
        initial = self.initial() if data is None else {}
        if self.request.GET.get("planerad") == "1" and self.options.may_plan:
            initial["state"] = State.PLANNED
        return which(data, options=self.options, initial=initial, **extra)

    def initial(self) -> dict[str, Any]:
        """What the address fills in; where it fills in nothing, what the person chose last time."""
        if self.linked.is_link:
            return self.linked.initial
        last = logged_last_for(self.access, self.options.commitment)
        initial = usual_initial(last, self.options)
        self.usual = chosen_words(initial, self.options)
        return initial

    def latest(self) -> str:
        """The day of the person's latest row: "3 mars"; "" where there is none."""
        row = latest_done(self.access, self.options.commitment)
        return day_in_words(row, self.options.today) if row else ""

    def say_saved(self) -> Twin | None:
        """What "save and log another" has just saved, above the next empty form."""
        number = self.request.GET.get(ROW, "")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        rows = Activity.objects.visible_to(self.access).with_names().select_related("promise")
        row = rows.filter(pk=number, logged_by=self.access.user, commitment=self.options.commitment).first()
        if row is None:
            return None
        return self.say(row, how=self.request.GET.get(SAVED, ""), today=self.options.today)

    def save(self, form: EntryForm, key: str) -> HttpResponse:
        """Store the row and go to it. KeyTaken, ValidationError."""
        sent = self.request.POST
        self.stored, self.is_new = log_activity(
            access=self.access,
            commitment=self.options.commitment,
            entry=form.entry,
            today=self.options.today,
            client_key=key,
            saved=saved_there(sent.get("saved_at", ""), sent.get("sent_at", ""), now=timezone.now()),
        )
        return self.thank(form)

    def thank(self, form: EntryForm) -> HttpResponse:
        sent = self.request.POST
        # The next page says it: a message in the session would be one more thing to write, and to keep from others.
        saved = {SAVED: "ny" if self.is_new else "redan"}
        if ANOTHER in sent:
            query = again_query(
                form.entry, self.options, same_year=True, **saved, **{ROW: str(self.stored.pk)}
            )
            return redirect(form_url(self.promise, self.options.commitment.number, query))
        query = urlencode(saved)
        return redirect(f"{reverse('activities:detail', args=[self.promise.slug, self.stored.pk])}?{query}")

    def save_or_tell(self, form: EntryForm, key: str) -> HttpResponse:
        """ValidationError."""
        try:
            return self.save(form, key or new_client_key())
        except KeyTaken as taken:
            return self.answer_lost(form, key) or self.tell_taken(form, taken.current, key)

    def answer_lost(self, form: EntryForm, key: str) -> HttpResponse | None:
        """The answer to an entry that was stored before, though rules or register would not take it so any more: the
        row, where it is just what was sent. To a script that the key is taken, where that cannot be told: it would
        take "refused" for "not stored". None where the person has no row with that key, and for a page to go on."""
        if not key:
            return None
        commitment, keys = self.options.commitment, (key, key_of_ones_own(key, self.access.user.pk))
        if not form.unread:
            row = stored_as_sent(
                access=self.access,
                commitment=commitment,
                entry=form.entry,
                client_keys=keys,
                whole=whole_classes(form),
            )
            if row is not None:
                self.stored, self.is_new = row, False
                return self.thank(form)
        own = Activity.objects.visible_to(self.access).filter(
            promise=self.promise, commitment=commitment, logged_by=self.access.user, client_key__in=keys
        )
        if form.is_valid() or not self.wants_json(self.request) or (row := own.first()) is None:
            return None
        return self.tell_taken(form, row, key)

    def tell_taken(self, form: EntryForm, row: Activity, key: str) -> HttpResponse:
        """The form was saved before with another content: say so. Where that row is not the person's to
        know of, save this one under a key of its own, which is the same when it is sent again."""
        if not self.is_own(row):
            try:
                return self.save(form, key_of_ones_own(key, self.access.user.pk))
            except KeyTaken as taken:
                row = taken.current
            if not self.is_own(row):
                return self.save(form, new_client_key())
        return self.render_to_response(
            self.get_context_data(
                form=form,
                client_key=key,
                taken=row,
                taken_words=in_words(row, self.options.today),
                new_key=new_client_key(),
            ),
            status=409,
        )

    def is_own(self, row: Activity) -> bool:
        """Whether the person logged it and may still know of it."""
        return Activity.objects.visible_to(self.access).filter(pk=row.pk, logged_by=self.access.user).exists()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.get("form")
        if self.shows_met and form is not None and "classes" in form.fields:
            form.fields["classes"].widget.show_met(met_days(self.options))
        return super().get_context_data(**kwargs) | {
            "commitment": self.options.commitment,
            "options": self.options,
            "school_form": self.school_form,
            "year_chosen": self.options.year_label
            or (self.school_form and self.school_form["lasar"].value()),
            "many_schools": len(self.options.schools) > MANY_SCHOOLS,
            "planning": self.request.GET.get("planerad") == "1",
            "carried": [(name, self.request.GET[name]) for name in FILLED if name in self.request.GET],
            "another": ANOTHER,
            "may_register": self.access.allows(Action.REGISTER),
        }


def chosen_words(initial: dict[str, Any], options: Options) -> str:
    """What is chosen beforehand: "Fotpatrull · Holma, Kroksbäck"."""
    kinds = [kind.name for kind in options.kinds if kind.pk == initial.get("kind")]
    chosen = initial.get("areas", [])
    areas = [area.name for area in options.areas if area.pk in as_list(chosen)]
    return " · ".join(part for part in (*kinds, ", ".join(areas)) if part)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def key_of_ones_own(key: str, user: int) -> str:
    """In place of a key that somebody else has used; the same each time."""
    return str(uuid.uuid5(uuid.UUID(key), str(user)))


def whole_classes(form: EntryForm) -> set[int]:
    """Ids of the classes that "all" stands at, and no number."""
    if "classes" not in form.fields:
        return set()
    sent = form["classes"].data
    return {int(key) for key in sent["all"] if key.isdecimal() and not sent["pupils"].get(key, "").strip()}


def valid_key(text: str) -> str:
    """A key of the kind the page hands out, or "": keys of imported rows cannot be asked for here."""
    try:
        return str(uuid.UUID(text)) if len(text) == 36 else ""
    except ValueError:
        return ""
