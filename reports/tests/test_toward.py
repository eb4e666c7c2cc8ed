"""What one more counts towards: the figures of the dashboard on the form, after saving, and among one's own rows."""

import re
from datetime import date

import pytest
from django.urls import reverse

from activities.models import Activity
from activities.review import require_review, return_row
from activities.rules import ClassPresent
from activities.tests.factories import ActivityFactory, count_again
from activities.tests.pages import world
from promises.choices import TargetKind, TargetScope, TargetWindow
from promises.models import Commitment
from promises.tests.factories import CommitmentFactory, SchoolClassFactory, TargetFactory
from reports.figures import shown_window
from reports.pages.toward import standing_lines
from reports.queries import load_evaluation
from reports.queries.standings import judge
from reports.tests.malmo import AS_OF, make_worked_example
from reports.tests.pages import AUTUMN, text_of

__all__ = ["world"]


def lines_of(promise, number, as_of):
    (found,) = judge(promise.commitments.filter(number=number), {promise.pk: promise}, today=as_of)
    return standing_lines(found.commitment, found.targets, as_of=as_of)


# The same figures as the dashboard


@pytest.mark.parametrize("as_of", [date(2019, 1, 1), date(2019, 12, 31), date(2020, 6, 1), AS_OF])
def test_figures_are_those_of_the_dashboard(db, as_of):
    promise = make_worked_example()
    evaluation = load_evaluation(promise, as_of=as_of, sees_plans=False)
    assert len(evaluation.lines) == 4
    for line in evaluation.lines:
        judged = judge(promise.commitments.filter(number=line.number), {promise.pk: promise}, today=as_of)
        (found,) = judged
        for target, own in zip(line.targets, found.targets, strict=True):
            here, there = (shown_window(one.progress.windows, as_of) for one in (target, own))
            for name in ("label", "actual", "minimum", "status", "reported"):
                assert getattr(here, name) == getattr(there, name)


def test_worked_example_on_its_last_day_in_words(db):
    promise = make_worked_example()
    assert [lines_of(promise, number, AS_OF) for number in (1, 2, 3, 4)] == [
        ("2019/20: 5 av 6 klasser",),
        ("2020: 47 av 50 anmälningar",),
        ("27 av 25 aktiviteter",),
        ("24 av 25 insatser",),
    ]


def target_of(actors, **values):
    commitment = CommitmentFactory(promise=actors.promise, number=7)
    TargetFactory(commitment=commitment, **values)
    return commitment


NO_NUMBER = {"minimum": None, "window": TargetWindow.PERIOD}
OTHERS = [
    ({"kind": TargetKind.EFFORT, **NO_NUMBER}, "3 aktiviteter"),
    (
        {"kind": TargetKind.DELIVERABLE, **NO_NUMBER, "due_on": date(2020, 6, 30)},
        "Klart 1 januari 2019, utlovat senast 30 juni 2020",
    ),
    ({"kind": TargetKind.ON_REQUEST, **NO_NUMBER}, "Inga önskemål"),
    ({"kind": TargetKind.RATE, "minimum": 1, "window": TargetWindow.MONTH}, "September 2020: 0 av 1 aktivitet"),
    ({"kind": TargetKind.COUNT, "minimum": 2, "window": TargetWindow.CALENDAR_YEAR}, "2020: 0 av 2 aktiviteter"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "said"), OTHERS)
def test_every_kind_of_target_has_its_line(actors, values, said):
    commitment = target_of(actors, **values)
    ActivityFactory.create_batch(3, commitment=commitment)
    (line,) = lines_of(actors.promise, 7, AUTUMN)
    assert line.replace("\u00a0", " ") == said


def test_several_targets_have_a_line_each_and_none_has_none(actors):
    commitment = target_of(actors, minimum=25)
    TargetFactory(commitment=commitment, minimum=10, window=TargetWindow.CALENDAR_YEAR, position=2)
    CommitmentFactory(promise=actors.promise, number=8)
    assert lines_of(actors.promise, 7, AUTUMN) == ("0 av 25 aktiviteter", "2020: 0 av 10 aktiviteter")
    assert lines_of(actors.promise, 8, AUTUMN) == ()


def test_year_that_nobody_reported_is_no_zero(actors):
    target_of(actors, minimum=2, window=TargetWindow.CALENDAR_YEAR)
    (line,) = lines_of(actors.promise, 7, date(2020, 12, 31))
    assert line == "2020: uppgift saknas"


# On the form and after saving


def test_form_tells_what_it_counts_towards(world):
    TargetFactory(commitment=world.visible, minimum=25)
    world.log("other_officer", occurred_on=date(2020, 2, 1))
    world.log(occurred_on=date(2020, 3, 3), quantity=2)
    said = text_of(world.client("officer").get(world.base + "logga/3/"))
    assert "3 av 25 aktiviteter" in said
    assert "din senaste: 3 mars" in said


def saved(world, number=3, name="officer", **values):
    page = world.client(name).post(world.base + f"logga/{number}/", world.sent(**values), follow=True)
    return text_of(page)


def test_thanks_say_what_it_did(world):
    TargetFactory(commitment=world.visible, minimum=25)
    world.log(quantity=22)
    assert "Sparad: fotpatrull i Holma 1 maj. Nu 23 av 25 aktiviteter." in saved(world)


def test_thanks_above_the_next_form_say_the_same(world):
    TargetFactory(commitment=world.visible, minimum=25)
    assert "Sparad: fotpatrull i Holma 1 maj. Nu 1 av 25 aktiviteter." in saved(world, en_till="1")


def test_thanks_are_about_the_year_of_the_row_and_not_of_today(world):
    TargetFactory(commitment=world.numbers, minimum=50, window=TargetWindow.CALENDAR_YEAR)
    said = saved(world, 2, occurred_on="2019-03", quantity="4", areas="")
    assert "2019: nu 4 av 50 " in said
    assert "2020:" not in said.split("Antal")[0]


def test_thanks_are_about_the_areas_of_the_row(world):
    TargetFactory(commitment=world.visible, minimum=10, scope=TargetScope.EACH_AREA)
    said = saved(world, areas=[world.kroksback.pk])
    assert "nu 1 av 10 aktiviteter." in said
    assert "Kroksbäck" in said.split("nu 1 av 10")[0]
    assert "nu 0 av 10" not in said


def test_what_waits_for_review_does_not_count_and_says_so(world):
    TargetFactory(commitment=world.visible, minimum=25)
    require_review(access=world.actors.access("coordinator"), required=True, reason="Beslut")
    said = saved(world)
    assert "Sparad: fotpatrull i Holma 1 maj. Den räknas när en samordnare har godkänt den." in said
    assert "Nu " not in said.split("Historik")[0]
    assert "Nu 1 av 25 aktiviteter." in saved(world, name="coordinator", quantity="1")


def test_plan_counts_towards_nothing_yet(world):
    TargetFactory(commitment=world.visible, minimum=25)
    assert "av 25" not in saved(world, state="planned", occurred_on="2020-07-01")


@pytest.mark.parametrize("page", ["genomford/", "som-planerat/"])
def test_plan_marked_as_done_says_what_it_did(world, page):
    TargetFactory(commitment=world.visible, minimum=25)
    row = world.log(state="planned")
    sent = {"version": "1", "occurred_on": "2020-05-01"}
    answer = world.client("officer").post(world.row_url(row, page), sent, follow=True)
    assert "fotpatrull i Holma 1 maj. Nu 1 av 25 aktiviteter." in text_of(answer)


def test_plan_marked_as_done_that_waits_for_review_does_not_count_yet(world):
    TargetFactory(commitment=world.visible, minimum=25)
    row = world.log(state="planned")
    require_review(access=world.actors.access("coordinator"), required=True, reason="Beslut")
    answer = world.client("officer").post(world.row_url(row, "som-planerat/"), {"version": "1"}, follow=True)
    assert "Den räknas när en samordnare har godkänt den." in text_of(answer)
    assert "av 25 aktiviteter" not in text_of(answer)


def test_row_looked_at_later_says_nothing_of_saving(world):
    TargetFactory(commitment=world.visible, minimum=25)
    row = world.log()
    said = text_of(world.client("officer").get(world.row_url(row)))
    assert "Nu 1 av 25" not in said
    said = text_of(world.client("coordinator").get(world.row_url(row, "?sparad=ny")))
    assert "Nu 1 av 25" not in said


# My contribution


PAGE = "/konto/mitt-bidrag/"


def contribution(world, name="officer", query=""):
    return world.client(name).get(PAGE + query)


def test_contribution_tells_what_own_rows_are_part_of(world):
    TargetFactory(commitment=world.visible, minimum=25)
    world.log("other_officer", quantity=19)
    for day in (1, 2, 3, 4):
        world.log(occurred_on=date(2020, 5, day))
    page = contribution(world)
    said = text_of(page)
    assert "4 aktiviteter som du har loggat räknas." in said
    assert "23 av 25 aktiviteter, 4 av dem är dina." in said
    days = re.findall(r'<span class="nowrap">(2020-\d\d-\d\d)</span>', page.content.decode())
    assert days == ["2020-05-04", "2020-05-03", "2020-05-02", "2020-05-01"]


def test_contribution_of_one_row(world):
    TargetFactory(commitment=world.visible, minimum=25)
    world.log()
    assert "1 av 25 aktiviteter, en av dem är din." in text_of(contribution(world))


def test_contribution_counts_own_rows_in_the_same_year_as_the_goal(world):
    TargetFactory(commitment=world.visible, minimum=10, window=TargetWindow.CALENDAR_YEAR)
    world.log(occurred_on=date(2019, 5, 1))
    world.log(occurred_on=date(2020, 1, 1), quantity=2)
    assert "2020: 2 av 10 aktiviteter, 2 av dem är dina." in text_of(contribution(world))


def test_contribution_to_classes_tells_how_often_and_how_all_stand(world):
    TargetFactory(commitment=world.meetings, coverage=True, schools=[world.school])
    SchoolClassFactory(school=world.school, label="5C")
    world.log(
        commitment=world.meetings, school=world.school, school_year=2019,
        classes=(ClassPresent(school_class=world.a), ClassPresent(school_class=world.b)),
    )  # fmt: skip
    assert "Du har loggat en gång. 2019/20: 2 av 3 " in text_of(contribution(world))


def test_contribution_has_what_waits_and_what_was_sent_back_on_top(world):
    TargetFactory(commitment=world.visible, minimum=25)
    reviewer = world.actors.access("coordinator")
    world.log(occurred_on=date(2020, 4, 1))
    require_review(access=reviewer, required=True, reason="Beslut")
    waiting = world.log(occurred_on=date(2020, 4, 2))
    returned = world.log(occurred_on=date(2020, 4, 3))
    return_row(access=reviewer, activity=returned, version=1, reason="Var det i Holma?")
    page = contribution(world)
    html, said = page.content.decode(), text_of(page)
    assert said.index("Räknas inte än") < said.index("1 av 25 aktiviteter, en av dem är din")
    assert "Var det i Holma?" in said
    assert f'href="{world.row_url(returned, "ratta/")}"' in html
    first, second = html.index(world.row_url(returned)), html.index(world.row_url(waiting))
    assert first < second


def test_contribution_names_no_colleague_and_has_none_of_their_rows(world):
    TargetFactory(commitment=world.visible, minimum=25)
    other = world.log("other_officer")
    world.log()
    page = contribution(world)
    assert world.row_url(other) not in page.content.decode()
    assert str(world.user("other_officer")) not in text_of(page)


def test_contribution_is_empty_with_the_way_to_begin(world):
    page = contribution(world)
    assert "Du har inte loggat något än." in text_of(page)
    assert f'href="{reverse("log_start")}"' in page.content.decode()


def test_contribution_leaves_out_plans_and_voided_rows(world):
    TargetFactory(commitment=world.secret, minimum=25)
    world.log(commitment=world.secret, state="planned", occurred_on=date(2020, 7, 1))
    row = world.log()
    world.client("officer").post(world.row_url(row, "makulera/"), {"version": 1, "why": "Dubbel"})
    assert "Du har inte loggat något än." in text_of(contribution(world))


def test_contribution_can_be_narrowed_to_one_commitment(world):
    TargetFactory(commitment=world.visible)
    world.log(commitment=world.secret)
    for day in range(1, 9):
        world.log(occurred_on=date(2020, 5, day))
    slug = world.actors.promise.slug
    everything = contribution(world).content.decode()
    assert everything.count('class="plan"') == 6  # five of one, and one
    narrowed = contribution(world, query=f"?atagande={slug}/3").content.decode()
    assert narrowed.count('class="plan"') == 8
    assert f'<option value="{slug}/3" selected>' in narrowed
    assert f'<option value="{slug}/4">' in narrowed


@pytest.mark.parametrize("value", ["x", "finns-inte/3", "SLUG/9", "SLUG/", "/3", "SLUG/99999999999999999999"])
def test_contribution_refuses_what_is_no_commitment_of_the_reader(world, value):
    world.log()
    page = contribution(world, query="?atagande=" + value.replace("SLUG", world.actors.promise.slug))
    assert page.status_code == 400
    assert "är inget åtagande i dina löften." in text_of(page)
    assert world.row_url(Activity.objects.get()) not in page.content.decode()


def test_contribution_to_a_promise_the_person_has_left_is_not_shown(world):
    world.log()
    world.user("officer").memberships.all().delete()
    assert "Du har inte loggat något än." in text_of(contribution(world))


def test_contribution_to_several_promises(world):
    TargetFactory(commitment=world.visible)
    world.log()
    elsewhere = Commitment.objects.exclude(promise=world.actors.promise).first()
    ActivityFactory(commitment=elsewhere, logged_by=world.user("officer"))
    count_again(elsewhere.promise)
    row = elsewhere.activities.get()
    address = f"/loften/{elsewhere.promise.slug}/aktiviteter/{row.pk}/"
    assert address not in contribution(world).content.decode()  # no role there
    organisation = world.user("officer").memberships.get().organisation
    world.user("officer").memberships.create(
        promise=elsewhere.promise, role="officer", organisation=organisation
    )
    page = contribution(world)
    assert address in page.content.decode()
    assert "2 aktiviteter som du har loggat räknas." in text_of(page)


def test_contribution_asks_the_database_the_same_with_much_and_with_little(world, django_assert_num_queries):
    for commitment in (world.visible, world.secret):
        TargetFactory(commitment=commitment)
        world.log(commitment=commitment)
    client, counts = world.client("officer"), []
    for _round in range(2):
        with django_assert_num_queries(24, exact=False) as asked:
            client.get(PAGE)
        counts.append(len(asked))
        for day in range(1, 20):
            world.log(occurred_on=date(2020, 5, day))
    assert counts[0] == counts[1]
