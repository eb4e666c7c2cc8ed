"""Addresses that fill in the form: what is understood is used, what is not is told and nothing breaks."""

import re
from datetime import date

import pytest
from django.http import QueryDict

from activities.links import again_query, areas_by_name, read_link
from activities.models import Activity
from activities.options import options_for
from activities.rules import ClassPresent
from activities.tests.pages import TODAY, text_of, world
from promises.choices import TargetKind
from promises.models import Area, SchoolClass
from promises.tests.factories import AreaFactory, CommitmentFactory, SchoolClassFactory, TargetFactory

__all__ = ["world"]


def options(world, commitment=None, name="officer"):
    return options_for(commitment or world.visible, access=world.actors.access(name), today=TODAY)


def read(world, query, commitment=None):
    return read_link(QueryDict(query), options(world, commitment))


def checked(html, name):
    """The values that are chosen on a page."""
    return re.findall(rf'name="{name}" value="(\d+)"[^>]*checked', html)


# Understood


def test_link_fills_in_kind_areas_parties_number_and_day(world):
    found = read(
        world, "typ=fotpatrull&omraden=Holma|Kroksbäck&parter=Lokalpolisområde Söder&antal=2&datum=2020-05-04"
    )
    police = world.actors.access("officer").memberships[0].organisation
    assert found.initial == {
        "kind": world.patrol.pk,
        "areas": [world.holma.pk, world.kroksback.pk],
        "parties": [police.pk],
        "quantity": 2,
        "occurred_on": date(2020, 5, 4),
    }
    assert (found.faults, found.is_link) == ([], True)


@pytest.mark.parametrize("text", ["Kroksbäck", "kroksbäck", "KROKSBÄCK", "kroksback", " Kroksbäck "])
def test_area_goes_by_its_name_and_by_what_it_is_in_addresses(world, text):
    query = QueryDict(mutable=True)
    query["omraden"] = text
    assert read_link(query, options(world)).initial == {"areas": [world.kroksback.pk]}


def test_area_goes_by_the_citys_name(world):
    bellevue = AreaFactory(promise=world.actors.promise, name="Bellevue", official_name="Bellevuegården")
    for text in ("Bellevue", "bellevuegården", "bellevuegarden"):
        assert read(world, f"omraden={text}").initial == {"areas": [bellevue.pk]}


def test_areas_said_one_by_one_are_the_same_as_with_a_bar(world):
    assert (
        read(world, "omraden=Holma&omraden=Kroksbäck").initial
        == read(world, "omraden=Holma|Kroksbäck").initial
    )


def test_number_of_a_month_goes_by_the_month(world):
    found = read(world, "datum=2019-03&antal=0&omraden=Holma", world.numbers)
    assert found.initial == {"occurred_on": "2019-03", "quantity": 0, "areas": world.holma.pk}
    assert found.faults == []


def test_classes_are_ticked_once_their_school_is_chosen(world):
    at_school = options(world, world.meetings).at(world.school, 2019)
    found = read_link(QueryDict("skola=holmaskolan&lasar=2019/20&klasser=5a|5B|5X"), at_school)
    assert found.initial["classes"] == {"ticked": [str(world.a.pk), str(world.b.pk)], "pupils": {}}
    assert found.faults == [
        ("klasser=5X", "Det finns inte. Dessa finns: Holmaskolan 5A 2019/20, Holmaskolan 5B 2019/20.")
    ]
    assert read(world, "klasser=5A", world.meetings).initial == {}  # kept for the page after this one
    carried = world.client("officer").get(world.base + "logga/1/?klasser=5A").content.decode()
    assert '<input type="hidden" name="klasser" value="5A">' in carried
    assert read(world, "klasser=5A").faults[0][0] == "klasser"


def test_page_of_a_link_has_it_chosen_and_today(world):
    page = world.client("officer").get(world.base + "logga/3/?typ=vandring&omraden=kroksback")
    html = page.content.decode()
    assert checked(html, "kind") == [str(world.walk.pk)]
    assert checked(html, "areas") == [str(world.kroksback.pk)]
    assert f'value="{TODAY.isoformat()}"' in html
    assert "gick inte att förstå" not in text_of(page)


def test_link_to_a_school_goes_by_its_name_and_leads_to_the_classes_of_today(world):
    page = world.client("officer").get(world.base + "logga/1/?skola=holmaskolan&typ=tematraff")
    html = page.content.decode()
    assert f'name="classes-pupils-{world.a.pk}"' in html
    assert '<input type="hidden" name="lasar" value="2019/20">' in html
    assert checked(html, "kind") == [str(world.theme.pk)]


def test_what_a_link_says_is_carried_over_the_choice_of_school(world):
    html = world.client("officer").get(world.base + "logga/1/?typ=tematraff").content.decode()
    assert '<input type="hidden" name="typ" value="tematraff">' in html


# Not understood: told, and the rest is used

BAD = [
    ("typ=fotptrull&omraden=Holma", "typ=fotptrull", "Det finns inte. Dessa finns: Fotpatrull, Trygghetsvandring."),
    ("omraden=Holma|Atlantis", "omraden=Atlantis", "Det finns inte. Dessa finns: Holma, Kroksbäck."),
    ("omraden=Holma&typ=fotpatrull&typ=vandring", "typ", "Bara ett värde i taget."),
    ("omraden=Holma&antal=många", "antal", "”många” går inte. Skriv ett heltal från 0 till 9999."),
    ("omraden=Holma&antal=-1", "antal", "”-1” går inte."),
    ("omraden=Holma&datum=2020-02-31", "datum", "”2020-02-31” är inget datum som finns."),
    ("omraden=Holma&datum=2031-01-01", "datum", "2031-01-01 ligger utanför löftets period"),
    ("omraden=Holma&parter=FBI", "parter=FBI", "Det finns inte."),
    ("omraden=Holma&skola=Holmaskolan", "skola", "Det här åtagandet loggas utan det."),
    ("omraden=Holma&anteckning=850101-1234", "anteckning", "Den delen finns inte."),
]  # fmt: skip


@pytest.mark.parametrize(("query", "part", "why"), BAD)
def test_part_that_is_not_understood_is_told_and_the_rest_is_used(world, query, part, why):
    page = world.client("officer").get(world.base + f"logga/3/?{query}")
    assert page.status_code == 200
    said = text_of(page)
    assert "En del av länken gick inte att förstå och är utelämnad." in said
    assert f"{part} – {why}" in said
    assert checked(page.content.decode(), "areas") == [str(world.holma.pk)]


def test_free_text_of_a_link_is_neither_used_nor_said_again(world):
    page = world.client("officer").get(world.base + "logga/3/?anteckning=850101-1234")
    assert "850101" not in text_of(page)
    assert "850101" not in re.search(r"<main.*</main>", page.content.decode(), re.S)[0]


@pytest.mark.parametrize(
    ("number", "query", "part"),
    [
        (1, "omraden=Holma", "omraden"),
        (1, "antal=3", "antal"),
        (2, "typ=fotpatrull", "typ"),
        (2, "parter=polisen", "parter"),
        (2, "omraden=Holma|Kroksbäck", "omraden"),
        (2, "datum=2031-01", "datum=2031-01"),
        (2, "datum=2020-07", "datum=2020-07"),
    ],
)
def test_part_that_the_commitment_has_no_place_for_is_told(world, number, query, part):
    page = world.client("officer").get(world.base + f"logga/{number}/?{query}")
    assert page.status_code == 200
    assert f"{part} –" in text_of(page)


def test_number_of_a_request_is_always_one(world):
    asked = CommitmentFactory(promise=world.actors.promise, number=5)
    TargetFactory(commitment=asked, kind=TargetKind.ON_REQUEST, minimum=None)
    assert [part for part, _why in read(world, "antal=3", asked).faults] == ["antal"]


ODD = [
    "typ=%00", "omraden=" + "x" * 5000, "antal=" + "9" * 500, "datum=%F0%9F%8C%B2", "typ", "=", "rad=x",
    "rad=" + "9" * 30, "skola=%27&lasar=x", "sparad=ny&rad=1", "omraden=|||", "parter=%FF",
]  # fmt: skip


@pytest.mark.parametrize("query", ODD)
def test_no_address_breaks_a_form(world, query):
    for number in (1, 2, 3, 4):
        assert world.client("officer").get(world.base + f"logga/{number}/?{query}").status_code == 200


# Written


def test_row_again_leads_to_the_same_choices_without_day_number_and_text(world):
    row = world.log(
        areas=(world.holma, world.kroksback), kind=world.walk, note="Lugnt", quantity=3, persons_reached=9
    )
    query = again_query(row, options(world))
    assert query == "typ=vandring&omraden=holma|kroksback"
    found = read(world, query)
    assert found.initial == {"kind": world.walk.pk, "areas": [world.holma.pk, world.kroksback.pk]}


def test_areas_that_would_be_the_same_in_an_address_are_told_apart(world):
    one = AreaFactory(promise=world.actors.promise, name="Ön")
    other = AreaFactory(promise=world.actors.promise, name="On")
    names = areas_by_name(Area.objects.filter(pk__in=[one.pk, other.pk]).order_by("pk"))
    assert names.key(one) != names.key(other)
    assert [names.get(names.key(row)) for row in (one, other)] == [one, other]


# The page with links and codes


def test_page_of_links_has_a_code_for_each_commitment_and_absolute_addresses(world):
    page = world.client("officer").get(world.base + "lankar/")
    html = page.content.decode()
    assert html.count('class="code__qr"') == 4
    assert f'href="http://testserver{world.base}logga/3/"' in html
    assert html.count("<svg width") + html.count("<svg viewBox") >= 4


def test_page_of_links_has_a_code_for_each_kind_in_each_place(world):
    query = (
        f"?atagande=3&vad={world.patrol.pk}&vad={world.walk.pk}&var={world.holma.pk}&var={world.kroksback.pk}"
    )
    page = world.client("officer").get(world.base + f"lankar/{query}")
    urls = re.findall(r'<p class="code__url"><a href="http://testserver([^"]+)"', page.content.decode())
    assert urls == [
        f"{world.base}logga/3/?typ={kind}&amp;omraden={area}"
        for kind in ("fotpatrull", "vandring")
        for area in ("holma", "kroksback")
    ]
    assert "Trygghetsvandring · Kroksbäck" in text_of(page)


def test_page_of_links_of_meetings_chooses_schools(world):
    page = world.client("officer").get(world.base + f"lankar/?atagande=1&var={world.school.pk}")
    assert f"{world.base}logga/1/?skola=holmaskolan" in page.content.decode()


def test_too_many_codes_are_refused_with_how_many_may_be(world):
    areas = [AreaFactory(promise=world.actors.promise, name=f"Område {number}").pk for number in range(25)]
    query = "&".join(f"var={pk}" for pk in areas)
    page = world.client("officer").get(world.base + f"lankar/?atagande=3&{query}")
    assert "Det blir 25 koder. Välj färre: högst 24 åt gången." in text_of(page)
    assert 'class="code__qr"' not in page.content.decode()


@pytest.mark.parametrize("query", ["atagande=9", "atagande=x", "atagande=3&vad=987654", "atagande=3&var=x"])
def test_unknown_choice_of_links_is_named(world, query):
    page = world.client("officer").get(world.base + f"lankar/?{query}")
    assert page.status_code == 200
    assert re.search(r"”(9|x|987654)” (är inget åtagande|finns inte bland valen)", text_of(page))


def test_links_ask_the_database_the_same_with_much_and_with_little(world, django_assert_num_queries):
    client = world.client("officer")
    world.log()
    counts = []
    for _round in range(2):
        with django_assert_num_queries(12, exact=False) as asked:
            client.get(world.base + "lankar/?atagande=3")
        counts.append(len(asked))
        for _number in range(10):
            world.log()
    assert counts[1] <= counts[0]
    assert Activity.objects.count() == 21


def test_meeting_again_is_with_the_classes_of_the_school_year_of_today(world):
    SchoolClassFactory(school=world.school, label="5Å", school_year=2018)
    last_year = SchoolClass.objects.get(label="5Å")
    world.log(
        commitment=world.meetings, school=world.school, school_year=2018, occurred_on=date(2019, 5, 2),
        classes=(ClassPresent(school_class=last_year),),
    )  # fmt: skip
    client = world.client("officer")
    html = client.get(world.base + "logga/").content.decode()
    address = re.search(r'<a class="btn btn-primary" href="([^"]+)">Logga igen</a>', html)[1]
    html = client.get(address.replace("&amp;", "&")).content.decode()
    assert '<input type="hidden" name="lasar" value="2019/20">' in html
    assert f'name="classes-pupils-{world.a.pk}"' in html
    assert f'name="classes-pupils-{last_year.pk}"' not in html
