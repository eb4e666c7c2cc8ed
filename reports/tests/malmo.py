"""The worked example (worked_example.yaml) as rows in a real database."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import yaml
from django.utils import timezone

from accounts.tests.factories import UserFactory
from activities.choices import State
from activities.models import Activity, Attendance
from activities.tests.factories import count_again
from promises import school_year
from promises.models import Promise
from promises.tests.factories import (
    AreaFactory,
    CommitmentFactory,
    KindFactory,
    PromiseFactory,
    SchoolClassFactory,
    SchoolFactory,
    TargetFactory,
)

EXAMPLE = yaml.safe_load((Path(__file__).parent / "worked_example.yaml").read_text(encoding="utf-8"))
AS_OF: date = EXAMPLE["as_of"]
_TRAITS = {1: "class_meeting", 2: "counts_only", 4: "confidential"}


def make_worked_example(promise: Promise | None = None) -> Promise:
    """All rows of the file, stored without the services: the file has voided and cancelled ones too."""
    if promise is None:
        promise = PromiseFactory(slug=EXAMPLE["promise"]["slug"])
    world = SimpleNamespace(
        promise=promise,
        areas={
            name: AreaFactory(promise=promise, name=name, position=position)
            for position, name in enumerate(["Bellevue", "Holma", "Kroksbäck"])
        },
        schools={},
        classes={},
        user=UserFactory(),
    )
    for description in EXAMPLE["commitments"]:
        _make_commitment(world, description)
    count_again(promise)
    return promise


def _make_commitment(world, description):
    number = description["number"]
    traits = {_TRAITS[number]: True} if number in _TRAITS else {}
    commitment = CommitmentFactory(promise=world.promise, number=number, **traits)
    kind = KindFactory(commitment=commitment) if number in (3, 4) else None
    for row in description.get("register", ()):
        name, year = row["school"], school_year.parse(row["school_year"])
        if name not in world.schools:
            world.schools[name] = SchoolFactory(promise=world.promise, name=name, position=len(world.schools))
        world.classes[name, year, row["class"]] = SchoolClassFactory(
            school=world.schools[name], school_year=year, label=row["class"], pupils=row["pupils"]
        )
    target = description["target"]
    if target["kind"] == "coverage":
        TargetFactory(commitment=commitment, coverage=True, schools=list(world.schools.values()))
    else:
        TargetFactory(commitment=commitment, window=target["window"], minimum=target["minimum"])
    for row in description["rows"]:
        _make_row(world, commitment, kind, row)


def _make_row(world, commitment, kind, row):
    voided = row["state"] == "voided"
    month_only = "month" in row
    activity = Activity.objects.create(
        promise=world.promise,
        commitment=commitment,
        kind=kind,
        logged_by=world.user,
        state=State.DONE if voided else row["state"],
        occurred_on=date.fromisoformat(f"{row['month']}-01") if month_only else row["day"],
        month_only=month_only,
        quantity=row.get("number", 1),
        reason="" if voided else row.get("reason", ""),
        void_reason=row["reason"] if voided else "",
        voided_at=timezone.now() if voided else None,
        voided_by=world.user if voided else None,
        school=world.schools.get(row.get("school")),
        school_year=school_year.parse(row["school_year"]) if "school_year" in row else None,
    )
    activity.areas.set([world.areas[name] for name in row.get("areas", ())])
    for label, present in row.get("present", {}).items():
        school_class = world.classes[row["school"], activity.school_year, label]
        Attendance.objects.create(activity=activity, school_class=school_class, pupils_present=present)
