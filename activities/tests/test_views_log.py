"""Logging in the browser: the form fits the commitment, bad input is named, nothing is stored twice."""

import re
import uuid
from datetime import date

import pytest

from activities.choices import State
from activities.entries import entry_of
from activities.models import Activity
from activities.rules import ClassPresent
from activities.tests.pages import TODAY, text_of, world
from history.models import Change
from promises.tests.factories import KindFactory, PromiseFactory, SchoolFactory, TargetFactory

__all__ = ["world"]


def names_of(response):
    """The names of what the form sends, apart from what is hidden."""
    form = re.search(r'<form class="form" method="post".*?</form>', response.content.decode(), re.S)
    controls = re.findall(r"<(?:input|select|textarea)[^>]*>", form[0])
    return {re.search(r'name="([^"]+)"', one)[1] for one in controls if 'type="hidden"' not in one}


# The form fits the commitment


def test_choose_shows_every_commitment_as_a_link(world):
    page = world.client("officer").get(world.base + "logga/")
    for number in (1, 2, 3, 4):
        assert f'href="{world.base}logga/{number}/"' in page.content.decode()


def test_planning_something_leads_to_a_form_that_says_planned(world):
    client = world.client("officer")
    page = client.get(world.base + "logga/?planerad=1").content.decode()
    assert f'href="{world.base}logga/3/?planerad=1"' in page
    assert f"{world.base}logga/2/" not in page  # numbers are never planned
    form = client.get(world.base + "logga/3/?planerad=1").content.decode()
    assert re.search(r'name="state" value="planned"[^>]*checked', form)
    others = world.client("contributor").get(world.base + "logga/?planerad=1").content.decode()
    assert f"{world.base}logga/4/" not in others
    assert f"{world.base}logga/1/" in others


def test_numbers_ask_for_month_number_and_area_and_nothing_else(world):
    page = world.client("officer").get(world.base + "logga/2/")
    assert names_of(page) == {"occurred_on", "quantity", "areas"}
    months = re.findall(r'<option value="(\d{4}-\d\d)"', page.content.decode())
    assert (months[0], months[-1], len(months)) == ("2020-06", "2019-01", 18)


def test_visible_activity_asks_for_kind_areas_date_parties_and_more_behind_a_heading(world):
    page = world.client("officer").get(world.base + "logga/3/")
    assert names_of(page) == {
        "state", "kind", "areas", "occurred_on", "parties", "persons_reached", "note",
        "quantity", "starts_at", "minutes", "link",
    }  # fmt: skip
    html = page.content.decode()
    assert '<details class="more">' in html
    assert f'value="{TODAY.isoformat()}"' in html
    own = world.actors.access("officer").memberships[0].organisation_id
    assert re.search(rf'name="parties" value="{own}"[^>]*checked', html)


def test_today_is_no_suggestion_after_the_period(world, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2021, 2, 1))
    page = world.client("officer").get(world.base + "logga/3/")
    assert 'value="2021-02-01"' not in page.content.decode()


def test_of_more_than_six_kinds_all_but_four_fold_away(world):
    have = world.visible.kinds.count()
    for number in range(have, 6):
        KindFactory(commitment=world.visible, code=f"k{number}", name=f"Slag {number}", position=9)
    page = world.client("officer").get(world.base + "logga/3/").content.decode()
    assert page.count('type="radio" name="kind"') == 6
    assert "choices__more" not in page

    KindFactory(commitment=world.visible, code="k7", name="Slag 7", position=9)
    page = world.client("officer").get(world.base + "logga/3/").content.decode()
    in_sight, folded = page.split('<details class="more choices__more"><summary>Fler slag</summary>')
    assert in_sight.count('name="kind"') == 4
    assert folded.count('name="kind"') == 3


def test_a_chosen_kind_is_never_folded_away(world):
    for number in range(7):
        kind = KindFactory(commitment=world.visible, code=f"k{number}", name=f"Slag {number}", position=9)
    page = world.client("officer").post(world.base + "logga/3/", {"kind": kind.pk}).content.decode()
    assert '<details class="more choices__more" open>' in page


def test_meeting_asks_for_school_first_and_then_shows_its_classes(world):
    SchoolFactory(promise=world.school.promise, name="Kroksbäcksskolan")
    client = world.client("officer")
    first = client.get(world.base + "logga/1/").content.decode()
    assert 'name="skola"' in first
    assert 'name="occurred_on"' not in first
    assert '<option value="2019/20" selected>' in first  # the läsår of 1 June 2020

    second = client.get(world.base + "logga/1/", {"skola": world.school.pk, "lasar": "2019/20"})
    assert {"classes", f"classes-pupils-{world.a.pk}", f"classes-pupils-{world.b.pk}"} <= names_of(second)
    assert "av 24" in text_of(second)


@pytest.mark.parametrize(("name", "links"), [("officer", False), ("coordinator", True)])
def test_meeting_without_register_says_so(world, name, links):
    page = world.client(name).get(world.base + "logga/1/", {"skola": world.school.pk, "lasar": "2018/19"})
    assert "Inga klasser i registret för Holmaskolan 2018/19." in text_of(page)
    assert ("/klasser/" in re.search(r"<main.*</main>", page.content.decode(), re.S)[0]) is links


# Stored


def test_visible_activity_is_stored_with_all_that_was_typed(world):
    police = world.actors.access("officer").memberships[0].organisation
    sent = world.sent(
        areas=[world.holma.pk, world.kroksback.pk], parties=[police.pk], persons_reached="40", note="Lugnt",
        quantity="2", starts_at="18:30", minutes="90", link="https://polisen.se/",
    )  # fmt: skip
    response = world.client("officer").post(world.base + "logga/3/", sent, follow=True)

    row = Activity.objects.get()
    assert response.redirect_chain == [(world.row_url(row, "?sparad=ny"), 302)]
    assert "Sparad: fotpatrull i Holma och Kroksbäck 1 maj." in text_of(response)
    entry = entry_of(row)
    assert entry.areas == (world.holma, world.kroksback)
    assert (entry.quantity, entry.persons_reached, entry.minutes) == (2, 40, 90)
    assert (entry.parties, entry.note, entry.link) == ((police,), "Lugnt", "https://polisen.se/")
    assert row.logged_by == world.user("officer")


def test_numbers_are_stored_on_the_first_of_the_month(world):
    sent = {"client_key": str(uuid.uuid4()), "occurred_on": "2019-03", "quantity": "4", "areas": ""}
    page = world.client("officer").post(world.base + "logga/2/", sent, follow=True)
    row = Activity.objects.get()
    assert (row.occurred_on, row.month_only, row.quantity) == (date(2019, 3, 1), True, 4)
    assert "Sparad: 4 anmälningar i mars 2019." in text_of(page)


def test_nil_report_is_stored_as_zero_and_kept_in_the_history(world):
    sent = {"client_key": str(uuid.uuid4()), "occurred_on": "2019-03", "quantity": "0", "areas": ""}
    world.client("officer").post(world.base + "logga/2/", sent)
    row = Activity.objects.get()
    assert row.quantity == 0
    assert Change.objects.of(row).get().values["quantity"] == [None, 0]


def test_month_that_has_a_number_already_says_so(world):
    world.log(commitment=world.numbers, occurred_on=date(2020, 3, 1), month_only=True, quantity=4)
    page = world.client("officer").get(world.base + "logga/2/")
    assert "mars 2020 (4 redan loggade)" in text_of(page)


def test_meeting_is_stored_with_classes_ticked_and_classes_counted(world):
    sent = meeting(world, classes=[world.a.pk], **{f"classes-pupils-{world.b.pk}": "22"})
    page = world.client("officer").post(world.base + "logga/1/", sent, follow=True)
    [entry] = [entry_of(row) for row in Activity.objects.all()]
    assert [(one.school_class, one.pupils_present) for one in entry.classes] == [
        (world.a, None),
        (world.b, 22),
    ]
    assert "Sparad: tematräff i Holmaskolan 5A, 5B 1 maj." in text_of(page)


def test_plan_is_stored_as_planned(world):
    sent = world.sent(state="planned", occurred_on="2020-07-01")
    page = world.client("officer").post(world.base + "logga/3/", sent, follow=True)
    assert Activity.objects.get().state == State.PLANNED
    assert "Planerad: fotpatrull i Holma 1 juli." in text_of(page)


def meeting(world, **values):
    return {
        "client_key": str(uuid.uuid4()),
        "skola": world.school.pk,
        "lasar": "2019/20",
        "state": "done",
        "kind": world.theme.pk,
        "occurred_on": "2020-05-01",
    } | values


# Bad input: named, with what to write instead; nothing stored

BAD = [
    ({"quantity": "-1"}, "Antal – ”-1” går inte. Skriv ett heltal från 0 till 9999."),
    ({"quantity": "1.5"}, "Antal – ”1.5” går inte."),
    ({"quantity": "många"}, "Antal – ”många” går inte."),
    ({"quantity": "1000000000"}, "Antal – ”1000000000” går inte."),
    ({"quantity": ""}, "Antal – Skriv ett antal."),
    ({"occurred_on": "2020-02-31"}, "Datum – ”2020-02-31” är inget datum som finns."),
    (
        {"occurred_on": "2018-12-31"},
        "Datum – 2018-12-31 ligger utanför löftets period. Välj en dag från 2019-01-01",
    ),
    ({"occurred_on": "2021-01-01"}, "Datum – 2021-01-01 ligger utanför löftets period."),
    ({"occurred_on": "2020-06-02"}, "Datum – 2020-06-02 har inte kommit än."),
    ({"occurred_on": ""}, "Datum – Skriv datum."),
    ({"kind": ""}, "Vad – Välj vad det var."),
    ({"areas": []}, "Områden – Välj minst ett område."),
    ({"note": "Talade med 850101-1234"}, "Anteckning – Det här ser ut som ett personnummer."),
    ({"note": "a" * 2001}, "Anteckning – Anteckningen är för lång: högst 2000 tecken."),
    ({"link": "https://x.se/19850101-1234"}, "Länk – Det här ser ut som ett personnummer."),
    ({"link": "javascript:alert(1)"}, "Länk – Det här är ingen länk."),
    ({"persons_reached": "100001"}, "Nådda personer – ”100001” går inte."),
    ({"minutes": "1441"}, "Minuter – ”1441” går inte. Skriv ett heltal från 1 till 1440."),
    ({"starts_at": "25:00"}, "Klockslag – ”25:00” är inget klockslag."),
    ({"state": "cancelled"}, "Läge – ”cancelled” finns inte bland valen."),
]


@pytest.mark.parametrize(("typed", "said"), BAD)
def test_bad_input_is_named_and_nothing_is_stored(world, typed, said):
    sent = world.sent(**typed)
    page = world.client("officer").post(world.base + "logga/3/", sent)

    assert page.status_code == 200
    assert said in text_of(page)
    assert not Activity.objects.exists()
    html = page.content.decode()
    assert (
        f'name="client_key" value="{sent["client_key"]}"' in html
    )  # mended and sent again, it is one row still
    for value in typed.values():
        assert not value or len(value) > 100 or value in html, "what was typed is gone"


@pytest.mark.parametrize(
    ("field", "thing", "label"),
    [("areas", "foreign_area", "Områden"), ("kind", "foreign_kind", "Vad"), ("kind", "raid", "Vad")],
)
def test_what_belongs_elsewhere_is_refused_by_field(world, field, thing, label):
    pk = getattr(world, thing).pk
    page = world.client("officer").post(world.base + "logga/3/", world.sent(**{field: [pk]}))
    assert f"{label} – ”{pk}” finns inte bland valen." in text_of(page)
    assert not Activity.objects.exists()


def test_party_of_another_promise_is_refused(world):
    page = world.client("officer").post(world.base + "logga/3/", world.sent(parties=[98765]))
    assert "Medverkande parter – ”98765” finns inte bland valen." in text_of(page)
    assert not Activity.objects.exists()


def test_area_twice_is_refused(world):
    page = world.client("officer").post(world.base + "logga/3/", world.sent(areas=[world.holma.pk] * 2))
    assert "Områden – Samma område står två gånger." in text_of(page)
    assert not Activity.objects.exists()


def test_all_faults_are_told_at_once_with_links_to_the_fields(world):
    sent = world.sent(quantity="x", occurred_on="2020-02-31", kind="", areas=[])
    html = world.client("officer").post(world.base + "logga/3/", sent).content.decode()
    summary = re.search(r'<div class="error-summary".*?</div>', html, re.S)[0]
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert len(targets) == 4
    assert all(f'id="{target}"' in html for target in targets)


def test_details_are_open_when_one_of_them_is_wrong(world):
    page = world.client("officer").post(world.base + "logga/3/", world.sent(quantity="x"))
    assert '<details class="more" open>' in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"quantity": "många", "occurred_on": "2019-03"}, "Antal – ”många” går inte."),
        (
            {"quantity": "4", "occurred_on": "2020-07"},
            "Månad – ”2020-07” är inte en månad i löftet fram till nu.",
        ),
        ({"quantity": "4", "occurred_on": ""}, "Månad – Välj månad."),
        (
            {"quantity": "4", "occurred_on": "2019-03", "areas": "98765"},
            "Område – ”98765” finns inte bland valen.",
        ),
    ],
)
def test_bad_numbers_by_month(world, typed, said):
    page = world.client("officer").post(world.base + "logga/2/", {"client_key": str(uuid.uuid4())} | typed)
    assert said in text_of(page)
    assert not Activity.objects.exists()


def test_numbers_take_no_note_even_from_an_edited_request(world):
    sent = {
        "client_key": str(uuid.uuid4()),
        "occurred_on": "2019-03",
        "quantity": "4",
        "note": "Pojke, 12 år",
    }
    world.client("officer").post(world.base + "logga/2/", sent)
    assert Activity.objects.get().note == ""


def test_meeting_bad_classes(world):
    client, url = world.client("officer"), world.base + "logga/1/"
    a, foreign = world.a.pk, world.foreign_class.pk
    for typed, said in [
        ({f"classes-pupils-{a}": "25"}, "5A: 25 närvarande, men klassen har 24 elever."),
        ({f"classes-pupils-{a}": "0"}, "5A: 0 närvarande går inte. Utelämna klassen om ingen kom."),
        ({f"classes-pupils-{a}": "-1"}, "5A: ”-1” går inte. Skriv ett heltal från 1 till 24."),
        ({"classes": [a, a]}, "5A står två gånger."),
        ({"classes": [foreign]}, f"”{foreign}” finns inte bland valen."),
        ({f"classes-pupils-{foreign}": "3"}, f"”{foreign}” finns inte bland valen."),
        ({}, "Välj klasser."),
        ({"classes": [a], "occurred_on": "2019-05-01"}, "Datum – 2019-05-01 ligger inte i läsåret 2019/20."),
        ({"classes": [a], "skola": "98765"}, "Skola – ”98765” finns inte bland valen."),
        ({"classes": [a], "lasar": "2025/26"}, "Läsår – ”2025/26” är inte ett läsår i löftet."),
    ]:
        assert said in text_of(client.post(url, meeting(world, **typed))), typed
    assert not Activity.objects.exists()


def test_pupils_typed_are_still_there_after_a_fault(world):
    sent = meeting(world, occurred_on="", classes=[world.b.pk], **{f"classes-pupils-{world.a.pk}": "många"})
    html = world.client("officer").post(world.base + "logga/1/", sent).content.decode()
    assert 'value="många"' in html
    assert re.search(rf'name="classes" value="{world.b.pk}"[^>]* checked', html)


def test_commitment_that_does_not_exist(world):
    assert world.client("officer").get(world.base + "logga/9/").status_code == 404
    assert world.client("officer").get(world.base + "logga/99999999999999999999/").status_code == 404


# Once is once


def test_the_same_form_twice_is_one_row(world):
    client, sent = world.client("officer"), world.sent()
    client.post(world.base + "logga/3/", sent)
    page = client.post(world.base + "logga/3/", sent, follow=True)
    assert Activity.objects.count() == 1
    assert Change.objects.count() == 1
    assert "Redan sparad: fotpatrull i Holma 1 maj." in text_of(page)


def test_the_same_key_with_another_content_is_told_and_nothing_typed_is_lost(world):
    client, sent = world.client("officer"), world.sent()
    client.post(world.base + "logga/3/", sent)
    row = Activity.objects.get()

    page = client.post(world.base + "logga/3/", sent | {"note": "Talade med fem butiker", "quantity": "3"})
    html = page.content.decode()
    assert page.status_code == 409
    assert f'href="{world.row_url(row)}"' in html
    assert "Talade med fem butiker" in html
    assert 'value="3"' in html
    assert Activity.objects.count() == 1

    new_key = re.search(r'name="new_key" value="([^"]+)"', html)[1]
    again = sent | {"note": "Talade med fem butiker", "quantity": "3", "new_key": new_key}
    client.post(world.base + "logga/3/", again)
    client.post(world.base + "logga/3/", again)  # a double press on "Spara som en ny"
    assert sorted(Activity.objects.values_list("quantity", flat=True)) == [1, 3]


def test_a_key_of_a_row_that_is_secret_tells_nothing(world):
    key = str(uuid.uuid4())
    sent = world.sent(kind=world.raid.pk, state="planned", occurred_on="2020-07-01", client_key=key)
    world.client("officer").post(world.base + "logga/4/", sent)
    assert Activity.objects.get().state == State.PLANNED

    page = world.client("contributor").post(world.base + "logga/3/", world.sent(client_key=key), follow=True)
    assert "Sparad: fotpatrull i Holma 1 maj." in text_of(page)
    assert Activity.objects.count() == 2


def test_keys_of_imported_rows_cannot_be_asked_for(world):
    Activity.objects.filter(pk=world.log().pk).update(client_key="rad-1")
    page = world.client("officer").post(world.base + "logga/3/", world.sent(client_key="rad-1"), follow=True)
    assert "Sparad:" in text_of(page)
    assert Activity.objects.count() == 2


# Who may


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("officer", 200), ("contributor", 200), ("coordinator", 200), ("city_coordinator", 200),
        ("staff", 403), ("signatory", 403), ("city_signatory", 403),
        ("stranger", 404), ("administrator", 404),
    ],
)  # fmt: skip
def test_who_may_log(world, name, status):
    client = world.client(name)
    assert client.get(world.base + "logga/").status_code == status
    assert client.get(world.base + "logga/3/").status_code == status
    posted = client.post(world.base + "logga/3/", world.sent()).status_code
    assert posted == (302 if status == 200 else status)
    assert Activity.objects.count() == (1 if status == 200 else 0)


def test_plans_of_a_secret_commitment_are_no_choice_for_others_than_the_police(world):
    assert 'value="planned"' in world.client("officer").get(world.base + "logga/4/").content.decode()
    for name in ("contributor", "city_coordinator"):
        client = world.client(name)
        assert 'value="planned"' not in client.get(world.base + "logga/4/").content.decode()
        sent = world.sent(kind=world.raid.pk, state="planned", occurred_on="2020-07-01")
        page = client.post(world.base + "logga/4/", sent)
        assert "Bara polisen skriver planer för det här åtagandet." in text_of(page)
    assert not Activity.objects.exists()


def test_another_promise_is_not_there(world):
    other = PromiseFactory()
    assert world.client("officer").get(f"/loften/{other.slug}/aktiviteter/logga/").status_code == 404


def first_of(world, commitment):
    """What a first row of a commitment says besides its kind and area."""
    if commitment == world.meetings:
        classes = (ClassPresent(school_class=world.a),)
        return {"school": world.school, "school_year": 2019, "classes": classes}
    return {"month_only": True, "quantity": 2} if commitment == world.numbers else {}


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_form_asks_the_database_the_same_with_much_and_with_little(world, django_assert_num_queries, number):
    client = world.client("officer")
    for commitment in (world.meetings, world.numbers, world.visible, world.secret):
        TargetFactory(commitment=commitment)
        world.log(commitment=commitment, **first_of(world, commitment))
    KindFactory(
        commitment=world.visible, code="slag-0", name="Slag 0"
    )  # what is kept of the set-up begins anew
    url = world.base + f"logga/{number}/" + (f"?skola={world.school.pk}&lasar=2019/20" if number == 1 else "")
    counts = []
    for _round in range(2):
        with django_assert_num_queries(19, exact=False) as asked:
            client.get(url)
        counts.append(len(asked))
        for day in range(1, 20):
            world.log(occurred_on=date(2020, 5, day))
            KindFactory(
                commitment=world.visible, code=f"slag-{day}", name=f"Slag {day}"
            ) if not _round else None
    assert counts[0] == counts[1]


# What it asks of the database


def test_saving_query_budget(world, django_assert_num_queries):
    """Session, person, roles and commitment; then in one transaction (two statements, in a test) the promise, the
    row, its areas and parties, its history and the totals. What may be chosen is known from the request before."""
    client, sent = (
        world.client("officer"),
        {
            "state": "done",
            "kind": world.patrol.pk,
            "areas": [world.holma.pk],
            "parties": [world.actors.access("officer").memberships[0].organisation.pk],
            "occurred_on": "2020-05-01",
            "quantity": 1,
        },
    )
    client.post(world.base + "logga/3/", sent | {"client_key": str(uuid.uuid4())})
    with django_assert_num_queries(12):
        response = client.post(world.base + "logga/3/", sent | {"client_key": str(uuid.uuid4())})
    assert response.status_code == 302
