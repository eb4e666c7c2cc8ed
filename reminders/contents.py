"""What a mail says: the same data for text and HTML, in the language that is active.

Titles of commitments, days and numbers; no note, no kind, no school class, nobody's name, and nothing that only one
party may know. Nothing to say is no letter.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from activities.choices import State
from activities.filters import list_url
from promises.locks import standing_locks
from promises.models import Promise
from promises.permissions import Access
from reminders.choices import Kind
from reminders.people import Person
from reminders.queries import Plan, overdue_plans, sent_back, waiting_for_review, with_secrets
from reports.days import default_as_of
from reports.evaluation import Evaluation
from reports.labels import status_label
from reports.pages.attention import needs_by_mail
from reports.pages.findings import quiet, silent
from reports.queries import load_evaluation
from reports.sentences import promise_summary
from reports.standing import NEEDS_SOMEBODY
from reports.wording import in_words, long_date, sentence

NAMED = 5  # plans with a link of their own; the others are behind one
MOST_LINES = 8  # of what needs a coordinator in one promise


@dataclass(frozen=True, slots=True)
class Line:
    """``url``: a path of the site; "" where the line leads nowhere."""

    text: str
    url: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What there is of one kind in one promise."""

    kind: Kind
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Section:
    promise: str
    url: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """``secrets_left_out``: what the reader must know of what a mail never says."""

    user: User
    subject: str
    sections: tuple[Section, ...]
    secrets_left_out: bool

    @property
    def kinds(self) -> list[Kind]:
        told = {part.kind for section in self.sections for part in section.parts}
        return [kind for kind in Kind if kind in told]


class Contents:
    """All that the mails of one run are made from. A promise is worked out once, whoever is told of it."""

    def __init__(self, due: Iterable[tuple[Person, Collection[Kind]]], *, as_of: date) -> None:
        promises: dict[Kind, set[int]] = {
            kind: set() for kind in Kind
        }  # those somebody is to hear of, by what they hear
        for person, kinds in due:
            for kind in kinds:
                promises[kind] |= {access.promise.pk for access in person.concerned_by(kind)}
        self.as_of = as_of
        self.plans = overdue_plans(promises[Kind.PLANS] | promises[Kind.OVERVIEW], as_of=as_of)
        self.waiting = waiting_for_review(promises[Kind.REVIEW])
        self.returned = sent_back(promises[Kind.RETURNED])
        self.secrets = with_secrets(set().union(*promises.values()))
        self.overviews: dict[int, Evaluation] = {}

    def letter(self, person: Person, kinds: Collection[Kind]) -> Letter | None:
        """None where nothing waits for the person."""
        by_kind = {
            Kind.PLANS: self._own_plans,
            Kind.RETURNED: self._returned,
            Kind.REVIEW: self._review,
            Kind.OVERVIEW: self._overview,
        }
        sections = []
        for access in person.accesses:
            parts = [
                part
                for kind, told in by_kind.items()
                if kind in kinds and access in person.concerned_by(kind)
                for part in told(access)
            ]
            if parts:
                url = reverse("reports:dashboard", args=[access.promise.slug])
                sections.append(Section(str(access.promise), url, tuple(parts)))
        if not sections:
            return None
        told = {section.url for section in sections}
        return Letter(
            person.user,
            subject(sections),
            tuple(sections),
            secrets_left_out=any(
                access.is_police and access.promise.pk in self.secrets
                for access in person.accesses
                if reverse("reports:dashboard", args=[access.promise.slug]) in told
            ),
        )

    def _own_plans(self, access: Access) -> Iterable[Part]:
        own = [plan for plan in self.plans.get(access.promise.pk, ()) if plan.author == access.user.pk]
        if not own:
            return
        title = ngettext(
            "%(number)s planned activity is not marked as done or cancelled",
            "%(number)s planned activities are not marked as done or cancelled",
            len(own),
        ) % {"number": sentence(in_words(len(own)))}
        own.sort(key=lambda plan: plan.day)
        slug = access.promise.slug
        lines = [
            Line(
                f"{plan.day.isoformat()} · {sentence(plan.title)}",
                reverse("activities:done", args=[slug, plan.pk]),
            )
            for plan in own[:NAMED]
        ]
        planning = reverse("reports:plan", args=[slug])
        if (more := len(own) - NAMED) > 0:
            lines.append(Line(_("%(number)s more") % {"number": sentence(in_words(more))}, planning))
        lines.append(Line(_("Was it never done? Cancel it in Planning, and say why."), planning))
        yield Part(Kind.PLANS, title, tuple(lines))

    def _returned(self, access: Access) -> Iterable[Part]:
        number = self.returned[access.promise.pk, access.user.pk]
        if not number:
            return
        title = ngettext(
            "%(number)s activity was sent back to you",
            "%(number)s activities were sent back to you",
            number,
        ) % {"number": sentence(in_words(number))}
        url = list_url(access.promise, review="atersand") + "&mina=1"
        yield Part(
            Kind.RETURNED,
            title,
            (Line(_("Read what is to be put right"), url, _("It does not count until you have answered.")),),
        )

    def _review(self, access: Access) -> Iterable[Part]:
        waiting = self.waiting.get(access.promise.pk)
        if waiting is None:
            return
        title = ngettext(
            "%(number)s activity waits for review", "%(number)s activities wait for review", waiting.rows
        ) % {"number": sentence(in_words(waiting.rows))}
        since = ngettext(
            "It has waited since %(day)s.", "The oldest has waited since %(day)s.", waiting.rows
        ) % {"day": long_date(waiting.since)}
        url = reverse("review:list", args=[access.promise.slug])
        yield Part(Kind.REVIEW, title, (Line(_("Open the review"), url, since),))

    def _overview(self, access: Access) -> Iterable[Part]:
        """While the promise runs, and until it is followed up; after that only plans that nobody has marked."""
        promise = access.promise
        lines: list[Line] = []
        summary = ""
        if self.as_of <= max(promise.ends_on, promise.follow_up_on):
            evaluation = self._evaluation(promise)
            lines = [*_behind(evaluation, access), *_to_put_right(evaluation, access)]
            summary = promise_summary(evaluation)
        lines += _plans_of_others(self.plans.get(promise.pk, ()), access, self.as_of)
        if not lines:
            return
        if (more := len(lines) - MOST_LINES) > 0:
            url = reverse("reports:quality", args=[promise.slug])
            text = ngettext("%(number)s thing more", "%(number)s things more", more)
            lines = [*lines[:MOST_LINES], Line(text % {"number": sentence(in_words(more))}, url)]
        yield Part(Kind.OVERVIEW, summary or _("Plans that nobody has marked"), tuple(lines))

    def _evaluation(self, promise: Promise) -> Evaluation:
        if promise.pk not in self.overviews:
            self.overviews[promise.pk] = load_evaluation(
                promise, as_of=default_as_of(promise, self.as_of), sees_plans=False
            )
        return self.overviews[promise.pk]


def subject(sections: Collection[Section]) -> str:
    """Where and what, in so many words as a phone shows; what there is of each stands in the mail."""
    parts = [part for section in sections for part in section.parts]
    names = {section.promise for section in sections}
    where = names.pop() if len(names) == 1 else "Medborgarlöfte"
    if len(parts) == 1 and parts[0].kind != Kind.OVERVIEW:
        what = parts[0].title
    elif {part.kind for part in parts} == {Kind.OVERVIEW}:
        what = _("what needs you this week")
    else:
        what = _("this waits for you")
    return " ".join(f"{where}: {what}".split())


def _behind(evaluation: Evaluation, access: Access) -> Iterable[Line]:
    """Commitments that need somebody, while something can still be done."""
    if evaluation.as_of >= evaluation.promise.ends_on:
        return
    for line in evaluation.lines:
        if line.status in NEEDS_SOMEBODY:
            yield Line(
                f"{sentence(line.short_title)}: {status_label(line.status).lower()}",
                reverse("reports:commitment", args=[access.promise.slug, line.number]),
            )


def _to_put_right(evaluation: Evaluation, access: Access) -> Iterable[Line]:
    """What the dashboard and the page on data quality point out and somebody can put right: nothing that is locked."""
    locks = standing_locks(access.promise)
    missing = silent(evaluation, access, locks=locks)
    for found in (*missing, *quiet(evaluation, access, still=True, locks=locks)):
        yield Line(found.text, found.url, found.hint)
    for need in needs_by_mail(evaluation, access, locks):
        yield Line(need.text, need.url, need.hint)


def _plans_of_others(plans: Iterable[Plan], access: Access, as_of: date) -> Iterable[Line]:
    """By commitment. One's own are told by themselves."""
    numbers: Mapping[tuple[int, str], list[Plan]] = defaultdict(list)
    for plan in plans:
        if plan.author != access.user.pk:
            numbers[plan.number, plan.title].append(plan)
    for (number, title), of_one in numbers.items():
        text = ngettext(
            "%(title)s: %(number)s planned, and its day has passed",
            "%(title)s: %(number)s planned, and their day has passed",
            len(of_one),
        ) % {"title": sentence(title), "number": in_words(len(of_one))}
        first = min(plan.day for plan in of_one)
        last = max(plan.day for plan in of_one)
        url = list_url(access.promise, commitment=number, state=State.PLANNED, first=first, last=last)
        yield Line(text, url, _("Done or cancelled?"))
