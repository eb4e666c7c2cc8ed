import logging
from datetime import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from promises.privacy import Finding, Kind, find
from promises.validators import NoPersonalData, no_personal_data, personal_data_kinds

PERSONAL_NUMBERS = [
    "481111-1234",
    "19481111-1234",
    "4811111234",
    "194811111234",
    "481111+1234",
    "48 11 11-1234",
    "19 48 11 11 - 1234",
    "20081231-2380",
    "481171-1234",  # samordningsnummer: day + 60
    "20080191-2380",
    "481111-T123",  # interim
    "19481111t123",
    "481111\N{EN DASH}1234",
    "481111\N{EM DASH}1234",
    "481111\N{MINUS SIGN}1234",
    "48\N{NO-BREAK SPACE}11\N{NO-BREAK SPACE}11\N{NO-BREAK SPACE}1234",
    "48\N{THIN SPACE}11\N{THIN SPACE}11-1234",
    "４８１１１１－１２３４",  # full width
    "٤٨١١١١-١٢٣٤",  # Arabic-Indic digits
    "481111\N{SOFT HYPHEN}-1234",
    "4811\N{ZERO WIDTH SPACE}11-1234",
    "-481111-1234",
    "0701234567",  # could be a phone as well: the graver reading is named
    "pojke född 481111-1234.",
]
PHONES = [
    "070-123 45 67",
    "0731234567",
    "070 123 45 67",
    "0701-23 45 67",
    "+46 70 123 45 67",
    "+46701234567",
    "+46 (0)70-123 45 67",
    "0046 70 123 45 67",
    "040-12 34 56",
    "040-123456",
    "(040) 12 34 56",
    "040/12 34 56",
    "08-123 456 78",
    "0411-123 45",
    "tel.070-123 45 67",
    "040–12 34 56",
    "+45 12 34 56 78",
]
PLATES = [
    "ABC123",
    "ABC 123",
    "ABC-123",
    "abc123",
    "Abc12d",
    "ABC 12D",
    "ABC12D",
    "BRO 123",
    "en svart Volvo, ABC 123.",
]
CASE_NUMBERS = [
    "5000-K123456-19",
    "5000-K123456-2019",
    "5000-k12-19",
    "K123456-19",
    "K 123456-19",
    "0105-K1234567-19",
]
EMAILS = [
    "namn@example.se",
    "fornamn.efternamn@malmo.example",
    "mejla namn@example.se!",
    "namn\N{FULLWIDTH COMMERCIAL AT}example.se",
]

POSITIVE = [
    *[(Kind.PERSONAL_NUMBER, text) for text in PERSONAL_NUMBERS],
    *[(Kind.PHONE, text) for text in PHONES],
    *[(Kind.PLATE, text) for text in PLATES],
    *[(Kind.CASE_NUMBER, text) for text in CASE_NUMBERS],
    *[(Kind.EMAIL, text) for text in EMAILS],
]
NEGATIVE = [
    "",
    "2019-12-31",
    "2019-12-31 18:00–19:30",
    "2019-12-31T18:00:00.120131+01:00",
    "31 december 2020",
    "31/12-2019",
    "05-12-2019",
    "20191231",
    "191231",
    "2019-01-01--2020-12-31",
    "191201-201231",
    "läsår 2018/19, 2019/20 och 2020/21",
    "2018 2019 2020 2021",
    "kl 18:00",
    "kl 18.00-19.30",
    "kl 08-12 2019-05-03",
    "kl 08-17 120 elever",
    "0800-1200",
    "1 234",
    "1 234 567,5 kr",
    "0,45",
    "55.582175, 12.975398",
    "25 av 30",
    "85 %",
    "SoL 14 kap. 1 §, sedan 1 juli 2025 19 kap. 1 §",
    "SOL 14",
    "SFS 2001:453",
    "ÅRS 5",
    "5A, 5B och 5C",
    "HT 2019",
    "SEK 500",
    "men 250 kom och 100 gick",
    "TRÄFFADE OCH 100 ELEVER",
    "delområde 25506",
    "112 och 114 14",
    "dnr A123.456/2019",
    "dnr STK-2019-1201",
    "mp3 och B12",
    "klockan 9 @ torget",
    "https://www.facebook.example/@polismalmo/posts/12",
    "https://www.malmo.example/nyheter/2019-06-05-trygghet.html",
    "12345678901234",
]


@pytest.mark.parametrize(("kind", "text"), POSITIVE)
def test_find_positive(kind, text):
    assert [finding.kind for finding in find(text)] == [kind]


@pytest.mark.parametrize("text", NEGATIVE)
def test_find_negative(text):
    assert find(text) == ()


def test_find_places_are_those_of_the_given_text():
    # The soft hyphen takes a place in the original and none in the text that is searched.
    text = "ring\N{SOFT HYPHEN} 070-123 45 67 om ABC123"

    assert find(text) == (Finding(Kind.PHONE, 6, 19), Finding(Kind.PLATE, 23, 29))


def test_find_day_of_a_month_that_does_not_exist_is_no_personal_number():
    assert [find(text) for text in ("481311-1234", "480011-1234", "481132-1234", "481192-1234")] == [()] * 4


@given(
    before=st.text(alphabet=st.characters(exclude_categories=("Nd", "Nl", "No", "Cs"))),
    number=st.sampled_from(["481111-1234", "19481111-1234", "4811111234", "481171+1234"]),
    after=st.text(alphabet=st.characters(exclude_categories=("Nd", "Nl", "No", "Cs"))),
)
def test_find_personal_number_in_any_surroundings(before, number, after):
    place = len(before)
    assert any(finding.start <= place < finding.end for finding in find(before + number + after))


@given(moment=st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)))
def test_find_never_hits_iso_dates_and_times(moment):
    assert find(moment.date().isoformat()) == ()
    assert find(moment.isoformat()) == ()
    assert find(moment.isoformat(sep=" ", timespec="minutes")) == ()


@pytest.mark.parametrize("unit", ["a", "1 ", "0", "+1", "12 12 ", "ABC "])
def test_find_long_text_takes_linear_time(unit):
    assert isinstance(find(unit * (200_000 // len(unit))), tuple)  # a quadratic pattern would not come back


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("481111-1234", "how many people"),
        ("namn@example.se", "e-mail address"),
        ("070-123 45 67", "phone number"),
        ("ABC 123", "kind of vehicle"),
        ("5000-K123456-19", "what was done"),
    ],
)
def test_no_personal_data_says_what_to_write_instead(kind, words):
    with translation.override("en"):
        with pytest.raises(ValidationError) as error:
            no_personal_data(f"Vi talade om {kind} i dag")
        assert words in error.value.messages[0]

    assert kind not in str(error.value)


def test_no_personal_data_logs_kind_and_field_but_not_the_text(caplog):
    with caplog.at_level(logging.WARNING, "medborgarlofte.privacy"), pytest.raises(ValidationError):
        NoPersonalData("activity.note")("en pojke, 481111-1234")

    assert [record.getMessage() for record in caplog.records] == [
        "personal data refused: kind=personal_number field=activity.note"
    ]
    assert "481111" not in caplog.text


def test_no_personal_data_lets_ordinary_text_and_nothing_through(caplog):
    for value in ("Fotpatrull på torget", "", None):
        no_personal_data(value)

    assert not caplog.records


@pytest.mark.parametrize(
    "link",
    [
        "https://example.se/?p=481111%2D1234",
        "https://example.se/?p=481111%252D1234",
        "https://example.se/?mail=namn%40example.se",
        "https://example.se/?bil=ABC+123",
    ],
)
def test_personal_data_kinds_sees_through_a_link(link):
    assert len(personal_data_kinds(link)) == 1


def test_no_personal_data_deconstructs_for_migrations():
    path, args, kwargs = NoPersonalData("activity.note").deconstruct()

    assert (path, args, kwargs) == ("promises.validators.NoPersonalData", ("activity.note",), {})
    assert NoPersonalData("a") == NoPersonalData("a") != no_personal_data
