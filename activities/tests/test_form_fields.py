"""Each field names what was typed, says what to write instead, and shows it again."""

from datetime import date, time

import pytest
from django import forms
from django.core.exceptions import ValidationError

from activities.forms.fields import ClockField, DayField, DayInput, NumberField, RowsChoiceField, whole_number


class NumberForm(forms.Form):
    number = NumberField(least=0, most=9999)


@pytest.mark.parametrize(
    ("typed", "read"), [("0", 0), ("9999", 9999), (" 12 ", 12), ("1 200", 1200), ("1\u00a0200", 1200)]
)
def test_number_reads_what_people_write(typed, read):
    assert NumberField(least=0, most=9999).clean(typed) == read


@pytest.mark.parametrize(
    "typed", ["-1", "−1", "1.5", "1,5", "många", "1000000000", "10000", "٣", "1e3", "+1"]
)
def test_number_refuses_and_names_the_value(typed):
    with pytest.raises(ValidationError) as caught:
        NumberField(least=0, most=9999).clean(typed)
    [message] = caught.value.messages
    assert f"”{typed}”" in message
    assert "heltal från 0 till 9999" in message


def test_number_shows_again_what_was_typed():
    assert 'value="många"' in str(NumberForm({"number": "många"})["number"])


def test_number_required_and_optional():
    assert NumberField(least=0, most=9, required=False).clean("") is None
    with pytest.raises(ValidationError, match="Skriv ett antal"):
        NumberField(least=0, most=9).clean(" ")


def test_whole_number_has_at_most_nine_digits():
    assert whole_number("999999999") == 999_999_999
    assert whole_number("9999999999") is None


@pytest.mark.parametrize("typed", ["2019-03-14", "20190314"])
def test_day_reads(typed):
    assert DayField().clean(typed) == date(2019, 3, 14)


@pytest.mark.parametrize("typed", ["2019-02-31", "2019-13-01", "14/3", "i går", "2019-02-29"])
def test_day_that_does_not_exist(typed):
    with pytest.raises(ValidationError) as caught:
        DayField().clean(typed)
    [message] = caught.value.messages
    assert f"”{typed}” är inget datum som finns" in message


@pytest.mark.parametrize("typed", ["0001-01-01", "1899-12-31", "2200-01-01", "99991231"])
def test_day_of_a_year_that_nobody_means(typed):
    with pytest.raises(ValidationError) as caught:
        DayField().clean(typed)
    [message] = caught.value.messages
    assert f"”{date.fromisoformat(typed)}” kan inte vara rätt år" in message
    assert "från 1900 till 2199" in message


@pytest.mark.parametrize("typed", ["1900-01-01", "2199-12-31"])
def test_day_at_the_end_of_the_years_that_are_taken(typed):
    assert DayField().clean(typed) == date.fromisoformat(typed)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("2019-03-14", "date"),
        ("", "date"),
        (date(2019, 3, 14), "date"),
        ("2019-02-31", "text"),
        ("i går", "text"),
    ],
)
def test_day_input_never_loses_what_was_typed(value, kind):
    shown = DayInput().render("day", value)
    assert f'type="{kind}"' in shown
    assert not value or f'value="{value}"' in shown


@pytest.mark.parametrize("typed", ["18:30", "18.30", "18:30:00"])
def test_clock_reads(typed):
    assert ClockField().clean(typed) == time(18, 30)


@pytest.mark.parametrize("typed", ["25:00", "kväll", "18"])
def test_clock_refuses_and_names_the_value(typed):
    with pytest.raises(ValidationError, match=f"”{typed}” är inget klockslag"):
        ClockField().clean(typed)


def test_long_values_are_shortened_in_the_message():
    with pytest.raises(ValidationError) as caught:
        NumberField(least=0, most=9).clean("x" * 500)
    assert len(caught.value.messages[0]) < 120


def test_rows_keep_what_stands_twice_so_that_the_rules_can_say_so():
    class Row:
        pk = 7

    field = RowsChoiceField(rows=[Row])
    assert field.clean(["7", "7"]) == (Row, Row)
    with pytest.raises(ValidationError, match="”8”"):
        field.clean(["8"])
