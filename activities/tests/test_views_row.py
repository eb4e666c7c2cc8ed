"""One row: who may change it, what is kept, and two people at it at once."""

import re
from dataclasses import replace
from datetime import date

import pytest

from activities.choices import State
from activities.entries import entry_of
from activities.models import Activity
from activities.rules import ClassPresent
from activities.services import correct_activity
from activities.tests.pages import TODAY, text_of, world
from activities.trail import trail
from history.models import Change
from promises.permissions import access_to

__all__ = ["world"]


def sent(world, row, **values):
    """What the correct page sends for a row of visible activities, unchanged but for ``values``."""
    entry = entry_of(row)
    return {
        "version": row.version,
        "state": entry.state,
        "kind": entry.kind.pk,
        "areas": [area.pk for area in entry.areas],
        "occurred_on": entry.occurred_on.isoformat(),
        "quantity": entry.quantity,
        "note": entry.note,
        "parties": [party.pk for party in entry.parties],
    } | values


# Look


def test_detail_shows_the_row_and_its_history(world):
    row = world.log(note="Lugnt", persons_reached=0)
    client = world.client("officer")
    client.post(
        world.row_url(row, "ratta/"), sent(world, row, quantity="2", persons_reached="0", why="Två pass")
    )

    page = text_of(client.get(world.row_url(row)))
    assert "Fotpatrull i Holma 1 maj" in page
    assert "Nådda personer 0" in page
    assert re.search(r"Antal: 1 → blev 2 .*Två pass", page)
    assert page.index("Två pass") < page.index("Anteckning: Lugnt")  # newest first


@pytest.mark.parametrize(
    ("name", "see", "change"),
    [
        ("officer", 200, 200), ("other_officer", 200, 403), ("coordinator", 200, 200),
        ("city_coordinator", 200, 200), ("contributor", 200, 403), ("staff", 200, 403),
        ("signatory", 200, 403), ("stranger", 404, 404), ("administrator", 404, 404),
    ],
)  # fmt: skip
def test_who_may_see_and_change_an_officers_row(world, name, see, change):
    row = world.log("officer", state=State.PLANNED)
    client = world.client(name)
    assert client.get(world.row_url(row)).status_code == see
    for page in ("ratta/", "genomford/", "stall-in/", "makulera/"):
        assert client.get(world.row_url(row, page)).status_code == change
        posted = client.post(world.row_url(row, page), {"version": 1}).status_code
        assert posted == change  # 200: the form comes back with what is missing
    assert Activity.objects.get().version == 1
    shown = client.get(world.row_url(row)).content.decode()
    assert ("/ratta/" in shown) is (change == 200)


def test_contributor_changes_own_rows(world):
    row = world.log("contributor")
    assert world.client("contributor").get(world.row_url(row, "ratta/")).status_code == 200


def test_row_of_another_promise_and_no_row_are_both_404(world):
    foreign = Activity.objects.get(pk=world.log().pk)
    stranger_base = f"/loften/{world.user('stranger').memberships.get().promise.slug}/aktiviteter/"
    client = world.client("stranger")
    assert client.get(f"{stranger_base}{foreign.pk}/").status_code == 404
    assert client.get(f"{stranger_base}{foreign.pk}/ratta/").status_code == 404
    assert client.get(f"{stranger_base}99999999999999999999999/").status_code == 404


# Correct


def test_correct_shows_the_row_as_it_is(world):
    row = world.log(note="Lugnt", quantity=2, areas=(world.kroksback,))
    html = world.client("officer").get(world.row_url(row, "ratta/")).content.decode()
    assert 'value="2020-05-01"' in html
    assert ">Lugnt</textarea>" in html.replace("\n", "")
    assert re.search(rf'name="areas" value="{world.kroksback.pk}"[^>]*checked', html)
    assert not re.search(rf'name="areas" value="{world.holma.pk}"[^>]*checked', html)


def test_correct_counted_row_asks_why(world):
    row = world.log()
    client, url = world.client("officer"), world.row_url(row, "ratta/")
    page = client.post(url, sent(world, row, quantity="2"))
    assert "Varför rättas raden? – Skriv varför raden rättas: den har räknats." in text_of(page)
    assert Activity.objects.get().quantity == 1

    page = client.post(url, sent(world, row, quantity="2", why="Två pass"), follow=True)
    assert "Rättad: fotpatrull i Holma 1 maj." in text_of(page)
    assert Activity.objects.get().quantity == 2
    assert Change.objects.of(row).first().reason == "Två pass"


def test_correct_without_a_change_says_so(world):
    row = world.log()
    client, url = world.client("officer"), world.row_url(row, "ratta/")

    page = text_of(client.post(url, sent(world, row, why="Två pass"), follow=True))

    assert "Ingenting ändrades: fotpatrull i Holma 1 maj." in page
    assert "Rättad" not in page
    assert Activity.objects.get().version == 1


def test_correct_plan_asks_no_reason(world):
    row = world.log(state=State.PLANNED, occurred_on=date(2020, 7, 1))
    client = world.client("officer")
    assert 'name="why"' not in client.get(world.row_url(row, "ratta/")).content.decode()
    client.post(world.row_url(row, "ratta/"), sent(world, row, occurred_on="2020-07-02"))
    assert Activity.objects.get().occurred_on == date(2020, 7, 2)


def test_what_is_done_cannot_become_planned_by_an_edited_request(world):
    row = world.log()
    page = world.client("officer").post(
        world.row_url(row, "ratta/"), sent(world, row, state="planned", why="x")
    )
    assert "Det som är genomfört kan inte bli planerat eller inställt." in text_of(page)
    assert Activity.objects.get().state == State.DONE


def test_correct_refuses_personal_data_in_the_reason(world):
    row = world.log()
    page = world.client("officer").post(
        world.row_url(row, "ratta/"), sent(world, row, quantity="2", why="850101-1234")
    )
    assert "Varför rättas raden? – Det här ser ut som ett personnummer." in text_of(page)
    assert Activity.objects.get().quantity == 1


def test_correct_numbers(world):
    row = world.log(commitment=world.numbers, occurred_on=date(2019, 3, 1), month_only=True, quantity=4)
    client = world.client("officer")
    html = client.get(world.row_url(row, "ratta/")).content.decode()
    assert '<option value="2019-03" selected>' in html
    values = {"version": 1, "occurred_on": "2019-04", "quantity": "5", "areas": "", "why": "Fel månad"}
    client.post(world.row_url(row, "ratta/"), values)
    row = Activity.objects.get()
    assert (row.occurred_on, row.quantity) == (date(2019, 4, 1), 5)
    assert "Datum: 2019-03 → blev 2019-04" in text_of(client.get(world.row_url(row)))


def test_correct_meeting_keeps_school_and_changes_classes(world):
    row = world.log(commitment=world.meetings, **met(world, (world.a, 20)))
    client = world.client("officer")
    html = client.get(world.row_url(row, "ratta/")).content.decode()
    assert re.search(rf'name="classes-pupils-{world.a.pk}" value="20"', html)
    values = {
        "version": 1, "skola": world.school.pk, "lasar": "2019/20", "state": "done", "kind": world.theme.pk,
        "occurred_on": "2020-05-01", "why": "Båda klasserna", "classes": [world.a.pk, world.b.pk],
        f"classes-pupils-{world.a.pk}": "20", f"classes-pupils-{world.b.pk}": "18",
    }  # fmt: skip
    client.post(world.row_url(row, "ratta/"), values)
    present = [
        (one.school_class.label, one.pupils_present) for one in entry_of(Activity.objects.get()).classes
    ]
    assert present == [("5A", 20), ("5B", 18)]


def met(world, *classes):
    """A meeting at the school in 2019/20 with (class, pupils or None) each."""
    present = tuple(ClassPresent(school_class=one, pupils_present=pupils) for one, pupils in classes)
    return {"school": world.school, "school_year": 2019, "classes": present}


# Two people


def test_second_editor_is_told_sees_both_versions_and_loses_nothing(world):
    row = world.log(note="Lugnt")
    mine = sent(world, row, quantity="3", note="Mycket folk på torget", why="Tre pass")
    other = world.client("coordinator")
    other.post(
        world.row_url(row, "ratta/"), sent(world, row, quantity="2", occurred_on="2020-05-02", why="Fel dag")
    )

    client = world.client("officer")
    page = client.post(world.row_url(row, "ratta/"), mine)
    html, text = page.content.decode(), text_of(page)
    assert page.status_code == 409
    assert Activity.objects.get().quantity == 2
    assert f"{world.user('coordinator')} ändrade raden" in text
    assert "Skälet som angavs: Fel dag" in text
    assert "Antal 3 2" in text
    assert "Anteckning Mycket folk på torget Lugnt" in text
    assert 'name="version" value="2"' in html
    assert 'value="3"' in html
    assert "Mycket folk på torget" in html
    assert 'value="Tre pass"' in html
    assert 'name="occurred_on" value="2020-05-02"' in html  # only the other changed the date: it is taken in

    client.post(world.row_url(row, "ratta/"), mine | {"version": "2", "occurred_on": "2020-05-02"})
    stored = Activity.objects.get()
    assert (stored.quantity, stored.note, stored.version) == (3, "Mycket folk på torget", 3)


def test_the_same_correction_twice_is_one_change(world):
    row = world.log()
    client, values = world.client("officer"), sent(world, row, quantity="2", why="Två pass")
    client.post(world.row_url(row, "ratta/"), values)
    again = client.post(world.row_url(row, "ratta/"), values)
    assert again.status_code == 302
    assert Change.objects.of(row).count() == 2


@pytest.mark.parametrize("version", ["", "x", "-1", "99", "9" * 30])
def test_a_request_without_a_proper_version_writes_nothing(world, version):
    row = world.log()
    page = world.client("officer").post(
        world.row_url(row, "ratta/"), sent(world, row, quantity="2", why="x", version=version)
    )
    assert page.status_code == 409
    assert Activity.objects.get().quantity == 1


def test_correction_of_a_row_voided_meanwhile_gives_the_words_back(world):
    row = world.log()
    mine = sent(world, row, note="Mycket folk på torget", why="Mer att berätta")
    world.client("coordinator").post(world.row_url(row, "makulera/"), {"version": 1, "why": "Dubbelt"})

    page = world.client("officer").post(world.row_url(row, "ratta/"), mine)
    assert page.status_code == 409
    assert "Raden är redan makulerad" in text_of(page)
    assert "Mycket folk på torget" in text_of(page)
    assert Activity.objects.get().note == ""


def test_cancel_meanwhile_changed_shows_what_happened_and_keeps_the_reason(world):
    row = world.log(state=State.PLANNED, occurred_on=date(2020, 7, 1))
    other = world.client("coordinator")
    other.post(world.row_url(row, "ratta/"), sent(world, row, occurred_on="2020-07-09"))
    page = world.client("officer").post(world.row_url(row, "stall-in/"), {"version": 1, "reason": "Sjukdom"})
    assert page.status_code == 409
    assert "2020-07-09" in text_of(page)
    assert "Sjukdom" in page.content.decode()
    assert Activity.objects.get().state == State.PLANNED


# Done, cancelled, voided


def test_done_takes_the_planned_day_and_is_kept(world):
    row = world.log(state=State.PLANNED, occurred_on=date(2020, 5, 20))
    client, url = world.client("officer"), world.row_url(row, "genomford/")
    assert 'value="2020-05-20"' in client.get(url).content.decode()
    values = {"version": 1, "occurred_on": "2020-05-21", "persons_reached": "30", "note": ""}
    page = client.post(url, values, follow=True)
    assert "Genomförd: fotpatrull i Holma 21 maj." in text_of(page)
    stored = Activity.objects.get()
    assert (stored.state, stored.occurred_on, stored.persons_reached) == (State.DONE, date(2020, 5, 21), 30)
    assert Change.objects.of(row).first().action == Change.Action.DONE

    assert client.post(url, values).status_code == 302  # a double press
    assert Change.objects.of(row).count() == 2


def test_done_on_a_day_to_come_is_refused(world):
    row = world.log(state=State.PLANNED, occurred_on=date(2020, 7, 1))
    client, url = world.client("officer"), world.row_url(row, "genomford/")
    assert f'value="{TODAY.isoformat()}"' in client.get(url).content.decode()
    page = client.post(url, {"version": 1, "occurred_on": "2020-07-01"})
    assert "Datum – 2020-07-01 har inte kommit än." in text_of(page)
    assert Activity.objects.get().state == State.PLANNED


def test_done_meeting_asks_for_pupils(world):
    row = world.log(commitment=world.meetings, state=State.PLANNED, **met(world, (world.a, None)))
    client, url = world.client("officer"), world.row_url(row, "genomford/")
    html = client.get(url).content.decode()
    assert re.search(rf'name="classes" value="{world.a.pk}"[^>]* checked', html)
    values = {"version": 1, "occurred_on": "2020-05-01", "classes": [world.a.pk]}
    page = client.post(url, values | {f"classes-pupils-{world.a.pk}": "25"})
    assert "5A: 25 närvarande, men klassen har 24 elever." in text_of(page)
    client.post(url, values | {f"classes-pupils-{world.a.pk}": "23"})
    [present] = entry_of(Activity.objects.get()).classes
    assert present.pupils_present == 23


def test_cancel_needs_a_reason(world):
    row = world.log(state=State.PLANNED, occurred_on=date(2020, 7, 1))
    client, url = world.client("officer"), world.row_url(row, "stall-in/")
    assert "Skriv varför den ställdes in." in text_of(client.post(url, {"version": 1, "reason": " "}))
    assert Activity.objects.get().state == State.PLANNED
    page = client.post(url, {"version": 1, "reason": "Personalbrist"}, follow=True)
    assert "Inställd: fotpatrull" in text_of(page)
    assert "Personalbrist" in text_of(page)
    assert (Activity.objects.get().state, Activity.objects.get().reason) == (State.CANCELLED, "Personalbrist")


@pytest.mark.parametrize("page", ["genomford/", "stall-in/"])
def test_only_plans_are_marked_done_or_cancelled(world, page):
    row = world.log()
    client = world.client("officer")
    shown = client.get(world.row_url(row, page), follow=True)
    assert "Aktiviteten är redan genomförd" in text_of(shown)
    late = client.post(
        world.row_url(row, page), {"version": 1, "reason": "Sjukdom", "occurred_on": "2020-05-03"}
    )
    assert late.status_code == 409
    assert Activity.objects.get().version == 1


def test_cancelled_plan_can_be_planned_anew(world):
    row = world.log(state=State.PLANNED, occurred_on=date(2020, 7, 1))
    client = world.client("officer")
    client.post(world.row_url(row, "stall-in/"), {"version": 1, "reason": "Sjukdom"})
    row = Activity.objects.get()
    client.post(
        world.row_url(row, "ratta/"),
        sent(world, row, state="planned", occurred_on="2020-07-08", reason="Sjukdom"),
    )
    row = Activity.objects.get()
    assert (row.state, row.reason, row.occurred_on) == (State.PLANNED, "", date(2020, 7, 8))


def test_void_needs_a_reason_and_keeps_the_row(world):
    row = world.log()
    client, url = world.client("officer"), world.row_url(row, "makulera/")
    assert "Skriv varför den makuleras." in text_of(client.post(url, {"version": 1, "why": ""}))
    assert not Activity.objects.get().is_voided
    page = client.post(url, {"version": 1, "why": "Loggad två gånger"}, follow=True)
    assert "Makulerad" in text_of(page)
    assert "Loggad två gånger" in text_of(page)
    assert Activity.objects.get().is_voided
    assert client.get(url).status_code == 403
    assert client.post(url, {"version": 1, "why": "Loggad två gånger"}).status_code == 302  # a double press
    assert Change.objects.of(row).count() == 2


# Secret until done


def planned_and_done(world):
    """A secret plan, moved once with a telling reason, then done by the coordinator."""
    row = world.log(
        commitment=world.secret, state=State.PLANNED, occurred_on=date(2020, 4, 10), note="Källaren först"
    )
    steps = [
        ("officer", {"occurred_on": date(2020, 4, 17)}, "Flyttad efter tips"),
        (
            "coordinator",
            {"state": State.DONE, "occurred_on": date(2020, 4, 20), "note": ""},
            "Klart efter omtag",
        ),
        ("officer", {"quantity": 2}, "Två adresser"),
    ]
    for name, values, why in steps:
        row = Activity.objects.get(pk=row.pk)
        correct_activity(
            access=access_to(world.actors.promise.slug, world.user(name)),
            activity=row,
            entry=replace(entry_of(row), **values),
            version=row.version,
            today=TODAY,
            reason=why,
        )
    return Activity.objects.get(pk=row.pk)


def was_planned(world):
    """Two secret rows of which one was planned before; the same to whoever may not know."""
    planned = world.log(commitment=world.secret, state=State.PLANNED, occurred_on=date(2020, 4, 10))
    done = replace(entry_of(planned), state=State.DONE, occurred_on=date(2020, 5, 1))
    access = access_to(world.actors.promise.slug, world.user("officer"))
    correct_activity(access=access, activity=planned, entry=done, version=1, today=TODAY)
    return Activity.objects.get(pk=planned.pk), world.log(commitment=world.secret)


def version_on(page):
    return re.search(r'name="version" value="(\d+)"', page.content.decode())[1]


@pytest.mark.parametrize("page", ["ratta/", "makulera/"])
def test_secret_plan_does_not_show_in_the_version(world, page):
    rows = was_planned(world)
    client = world.client("city_coordinator")

    assert [version_on(client.get(world.row_url(row, page))) for row in rows] == ["1", "1"]


def test_secret_row_is_corrected_by_the_version_on_the_page(world):
    row, _other = was_planned(world)
    client = world.client("city_coordinator")

    first = client.post(world.row_url(row, "ratta/"), sent(world, row, version=1, quantity=2, why="Två"))
    late = client.post(world.row_url(row, "ratta/"), sent(world, row, version=1, quantity=3, why="Tre"))

    assert (first.status_code, late.status_code) == (302, 409)
    assert version_on(late) == "2"
    assert Activity.objects.get(pk=row.pk).quantity == 2


@pytest.mark.parametrize("version", [0, 1, 3])
def test_secret_plan_cannot_be_found_out_by_guessing_what_it_said(world, version):
    """A conflict takes what one left alone from the saved row: a right guess must look like a wrong one."""
    row, _other = was_planned(world)
    world_row = Activity.objects.get(pk=row.pk)
    correct_activity(
        access=access_to(world.actors.promise.slug, world.user("officer")),
        activity=world_row,
        entry=replace(entry_of(world_row), note="Ny"),
        version=2,
        today=TODAY,
        reason="Ny",
    )
    client = world.client("city_coordinator")

    def day_after(guess):
        form = sent(world, row, version=version, occurred_on=guess, why="x")
        page = client.post(world.row_url(row, "ratta/"), form)
        return re.search(r'name="occurred_on" value="([^"]*)"', page.content.decode())

    right, wrong = day_after("2020-04-10"), day_after("2020-04-11")

    assert (right and right[1], wrong and wrong[1]) in {("2020-04-10", "2020-04-11"), (None, None)}


def test_secret_rows_do_not_exist_for_others_until_done(world):
    planned = world.log(commitment=world.secret, state=State.PLANNED, occurred_on=date(2020, 7, 1))
    cancelled = world.log(commitment=world.secret, state=State.PLANNED, occurred_on=date(2020, 7, 2))
    world.client("officer").post(world.row_url(cancelled, "stall-in/"), {"version": 1, "reason": "Sjukdom"})
    for name in ("staff", "contributor", "city_coordinator", "city_signatory"):
        client = world.client(name)
        for row in (planned, cancelled):
            for page in ("", "ratta/", "genomford/", "stall-in/", "makulera/"):
                assert client.get(world.row_url(row, page)).status_code == 404, (name, page)
                assert client.post(world.row_url(row, page), {"version": 1}).status_code in (404, 405)
    assert world.client("signatory").get(world.row_url(planned)).status_code == 200


def test_history_begins_when_the_row_became_done_for_others_than_the_police(world):
    row = planned_and_done(world)
    page = world.client("staff").get(world.row_url(row))
    text = text_of(page)
    for hidden in ("2020-04-10", "2020-04-17", "Flyttad", "Källaren", "Planerad", "omtag", "Markerad"):
        assert hidden not in text
    assert "Två adresser" in text  # corrected after it was done: for all to see

    steps = trail(row, world.actors.access("staff"))
    assert [step.began for step in steps] == [False, True]
    opening = steps[-1]
    assert opening.why == ""
    assert {(field.label, field.old, field.new) for field in opening.fields} >= {
        ("Datum", "", "2020-04-20"),
        ("Läge", "", "Genomförd"),
        ("Vad", "", "Riktad narkotikainsats"),
    }


def test_history_is_whole_for_the_police(world):
    row = planned_and_done(world)
    text = text_of(world.client("signatory").get(world.row_url(row)))
    for shown in ("2020-04-10", "Flyttad efter tips", "Källaren först", "Två adresser"):
        assert shown in text


def test_history_of_an_open_commitment_is_whole_for_all(world):
    row = world.log(state=State.PLANNED, occurred_on=date(2020, 5, 20))
    values = {"version": 1, "occurred_on": "2020-05-21"}
    world.client("officer").post(world.row_url(row, "genomford/"), values)
    assert "Datum: 2020-05-20 → blev 2020-05-21" in text_of(world.client("staff").get(world.row_url(row)))


def test_detail_asks_the_database_the_same_with_a_long_history(world, django_assert_num_queries):
    row = world.log(areas=(world.holma, world.kroksback))
    client = world.client("officer")
    with django_assert_num_queries(20, exact=False) as short:
        client.get(world.row_url(row))
    for number in range(2, 12):
        row = Activity.objects.get()
        client.post(world.row_url(row, "ratta/"), sent(world, row, quantity=number, why="Rätt antal"))
    client.get(world.row_url(row))  # takes the messages out of the session
    with django_assert_num_queries(20, exact=False) as long:
        client.get(world.row_url(row))
    assert len(short) == len(long)


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("officer", "?sparad=ny", "Sparad: fotpatrull i Holma 1 maj."),
        ("officer", "?sparad=redan", "Redan sparad: fotpatrull i Holma 1 maj."),
        ("officer", "?sparad=x", ""),
        ("officer", "", ""),
        ("other_officer", "?sparad=ny", ""),
    ],
)
def test_row_tells_its_writer_that_it_is_saved(world, name, query, said):
    row = world.log("officer")
    text = text_of(world.client(name).get(world.row_url(row, query)))
    assert said in text
    assert ("parad:" in text) is bool(said)
