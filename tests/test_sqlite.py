"""LIKE on SQLite as on PostgreSQL: the case of å, ä and ö does not matter; % and _ stand for text."""

import pytest
from django.db import connection

from accounts.models import Organisation
from medborgarlofte.sqlite import like


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("%öre%", "Örebro", True),
        ("%ÖRE%", "örebro", True),
        ("%ore%", "Örebro", False),
        ("h_lma", "Holma", True),
        ("h_lma", "Hlma", False),
        ("holma", "Holma norra", False),
        ("%rad%", "Första\nraden", True),
        (r"100\%", "100%", True),
        (r"100\%", "1000", False),
        (r"a\_b", "axb", False),
        ("%.%", "a,b", False),
        ("", "", True),
    ],
)
def test_like(pattern, value, fits):
    assert like(pattern, value, "\\") is fits


def test_like_without_escape_takes_a_backslash_as_it_is():
    assert like("a\\%", "a\\b") is True


def test_like_of_nothing_is_nothing():
    assert like(None, "a") is None
    assert like("a", None) is None


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "found"), [("öre", 1), ("ÖREBRO", 1), ("ore", 0), ("100%", 0), ("_", 0)])
def test_search_finds_swedish_letters_on_every_database(typed, found):
    Organisation.objects.create(name="Lokalpolisområde Örebro", kind="police")
    assert Organisation.objects.filter(name__icontains=typed).count() == found, connection.vendor
