"""What makes the site a program on the phone, and what is kept there: empty forms with nothing of anybody."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from PIL import Image

from activities.choices import State
from activities.device import writer_key
from activities.tests.pages import world
from activities.theme import PAPER, colours
from promises.tests.factories import SchoolClassFactory, SchoolFactory

__all__ = ["world"]

JSON = {"Accept": "application/json"}
JS = Path(settings.BASE_DIR) / "static" / "js"


def form_of(response):
    return re.search(r'<form class="form" method="post".*?</form>', response.content.decode(), re.S)[0]


def names_of(response):
    """The names of what the form sends, apart from what is hidden."""
    controls = re.findall(r"<(?:input|select|textarea)[^>]*>", form_of(response))
    return [re.search(r'name="([^"]+)"', one)[1] for one in controls if 'type="hidden"' not in one]


# A program on the phone


@pytest.mark.parametrize(("language", "word"), [("sv", "Logga det som görs"), ("en", "Log what is done")])
def test_manifest_names_the_site_and_where_it_begins(client, db, language, word):
    answer = client.get("/manifest.webmanifest", headers={"Accept-Language": language})
    told = answer.json()

    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["name"], told["lang"], told["scope"]) == ("Medborgarlöfte", language, "/")
    assert told["description"].startswith(word)
    assert client.get(told["start_url"]).status_code in (200, 302)
    assert told["background_color"] == PAPER["light"] == "#f6f5f1"


def test_icons_are_there_in_the_sizes_that_are_named(client, db):
    icons = client.get("/manifest.webmanifest").json()["icons"]

    assert {(one["sizes"], one["purpose"]) for one in icons} == {
        (size, purpose) for size in ("192x192", "512x512") for purpose in ("any", "maskable")
    }
    for one in icons:
        with Image.open(finders.find(one["src"].removeprefix("/static/"))) as image:
            assert "{}x{}".format(*image.size) == one["sizes"]


def test_colour_that_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="no colour ink-and-paper"):
        colours("ink-and-paper")


def test_worker_answers_for_the_whole_site_and_is_asked_for_anew(client, db):
    answer = client.get("/sw.js")
    script = answer.content.decode()

    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    imported = re.findall(r'"(/static/[^"]+\.js)"', script)
    assert len(imported) == 2
    for name in imported:
        assert finders.find(name.removeprefix("/static/"))
    assert f'"{reverse("device:queue")}"' in script


def test_scripts_know_the_addresses_that_there_are():
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(JS.glob("*.js")))

    for name in ("queue", "shells", "state", "worker"):
        assert f'"{reverse(f"device:{name}")}"' in text, name


def test_every_page_names_the_manifest_and_whose_it_is(world):
    page = world.client("officer").get(world.base).content.decode()

    assert '<link rel="manifest" href="/manifest.webmanifest">' in page
    assert f'data-writer="{writer_key(world.user("officer"))}" data-signed-in' in page
    assert "data-writer" not in Client().get("/").content.decode()


# What scripts ask for


def test_state_tells_who_is_signed_in_and_is_kept_nowhere(world):
    answer = world.client("officer").get(reverse("device:state"), headers=JSON)

    assert answer.json().keys() == {"user", "token", "now"}
    assert answer.json()["user"] == writer_key(world.user("officer"))
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["state", "shells"])
def test_who_is_signed_out_is_told_so_in_json(world, name):
    answer = Client().get(reverse(f"device:{name}"), headers=JSON)

    assert (answer.status_code, answer.json()) == (401, {"status": "signed_out"})


def test_list_has_the_queue_and_every_form_and_the_schools_that_have_classes_now(world):
    SchoolClassFactory(school=SchoolFactory(promise=world.actors.promise, name="Tom"), school_year=2018)
    pages = world.client("officer").get(reverse("device:shells")).json()["pages"]

    query = f"?skola={world.school.pk}&lasar=2019%2F20"  # 1 June 2020
    assert [one["at"] for one in pages] == [
        "/logga/ko/",
        f"{world.base}logga/1/",
        f"{world.base}logga/1/{query}",
        *(f"{world.base}logga/{number}/" for number in (2, 3, 4)),
    ]
    for one in pages:
        assert world.client("officer").get(one["shell"]).status_code == 200


@pytest.mark.parametrize("name", ["staff", "stranger", "administrator"])
def test_list_of_who_may_not_log_here_has_no_form_of_this_promise(world, name):
    pages = world.client(name).get(reverse("device:shells")).json()["pages"]

    assert not any(world.base in one["at"] for one in pages)


# Empty forms


@pytest.mark.parametrize("number", [2, 3])
def test_form_that_is_kept_asks_for_the_same_as_the_form_with_network(world, number):
    client = world.client("officer")
    online, kept = (client.get(f"{world.base}logga/{number}/{end}") for end in ("", "skal/"))

    assert names_of(online) == names_of(kept)
    assert f'action="{world.base}logga/{number}/"' in form_of(kept)
    assert "no-store" in kept["Cache-Control"]


def test_form_of_a_meeting_that_is_kept_has_the_classes(world):
    kept = world.client("officer").get(
        f"{world.base}logga/1/skal/", {"skola": world.school.pk, "lasar": "2019/20"}
    )

    assert f"classes-pupils-{world.a.pk}" in names_of(kept)


@pytest.mark.parametrize("number", [2, 3, 4])
def test_form_that_is_kept_has_nothing_that_anybody_logged(world, number):
    """Nor a key or a token, nor who the person is: the same for both parties' people."""
    client = world.client("officer")
    before = client.get(f"{world.base}logga/{number}/skal/").content
    world.log(commitment=world.secret, state=State.PLANNED, occurred_on=date(2020, 7, 1), note="Hemlig")
    world.log(note="Lugnt", areas=(world.kroksback,))
    world.log(commitment=world.numbers, month_only=True, quantity=7, occurred_on=date(2020, 5, 1), parties=())
    after = client.get(f"{world.base}logga/{number}/skal/").content

    assert before == after
    text = after.decode()
    assert str(world.user("officer")) not in text
    assert world.user("officer").email not in text
    assert "csrfmiddlewaretoken" not in text
    assert 'name="client_key" value=""' in text


def test_plan_under_secrecy_is_not_offered_in_the_form_that_is_kept(world):
    client = world.client("officer")
    planned = 'name="state" value="planned"'

    assert planned in client.get(f"{world.base}logga/4/").content.decode()
    assert planned not in client.get(f"{world.base}logga/4/skal/").content.decode()
    assert planned in client.get(f"{world.base}logga/3/skal/").content.decode()


def test_form_for_plans_under_secrecy_says_that_those_are_not_kept(world):
    assert "data-secret-plans" in form_of(world.client("officer").get(f"{world.base}logga/4/"))
    assert "data-secret-plans" not in form_of(world.client("officer").get(f"{world.base}logga/3/"))
    assert "data-secret-plans" not in form_of(world.client("contributor").get(f"{world.base}logga/4/"))


def test_queue_shows_the_forms_of_the_promises_one_logs_in(world):
    page = world.client("officer").get(reverse("device:queue")).content.decode()
    for number in (1, 2, 3, 4):
        assert f'href="{world.base}logga/{number}/"' in page
    assert world.base not in world.client("staff").get(reverse("device:queue")).content.decode()


def test_list_and_queue_ask_the_same_number_of_times_for_many_commitments(
    world, django_assert_max_num_queries
):
    client = world.client("officer")
    with django_assert_max_num_queries(6):  # session, user, example rows, promises, commitments, classes
        client.get(reverse("device:shells"))
    with django_assert_max_num_queries(5):
        client.get(reverse("device:queue"))


# Signing out


@pytest.mark.parametrize(
    ("sent", "said"), [({"tom": "1"}, '"cache", "storage"'), ({}, '"cache"'), ({"tom": ""}, '"cache"')]
)
def test_signing_out_empties_the_browser_of_what_may_go(world, sent, said):
    """What is not sent stays until somebody has said that it may be thrown away."""
    answer = world.client("officer").post(reverse("accounts:logout"), sent)

    assert answer["Clear-Site-Data"] == said
