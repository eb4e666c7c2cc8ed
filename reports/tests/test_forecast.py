"""The forecast of DESIGN 3.3: three values worked out elsewhere, its laws, and what it promises tried by simulation."""

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from math import exp, lgamma, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.forecast import SHOWN_FROM, WORTH_SAYING, Withheld, forecast
from reports.progress import assess_count
from reports.status import Status
from reports.windows import cut_windows

STARTS, ENDS = date(2019, 1, 1), date(2020, 12, 31)


@pytest.mark.parametrize(
    ("known", "chance", "percentiles"),
    [
        ({"minimum": 25, "count": 10, "days_gone": 365, "days": 731}, "0.1836", (15, 20, 27)),
        ({"minimum": 25, "count": 13, "days_gone": 365, "days": 731}, "0.6213", (20, 26, 33)),
        ({"minimum": 50, "count": 25, "days_gone": 182, "days": 365}, "0.5360", (42, 50, 60)),
    ],
)
def test_forecast_checked_values(known, chance, percentiles):
    found = forecast(**known)

    assert str(found.chance) == chance
    assert (found.p10, found.p50, found.p90) == percentiles


def added_up(minimum, count, days_gone, days):
    """The same by adding single probabilities: slow, plain, and good for small numbers."""
    r, p = count + 0.5, days_gone / days
    below, total, percentiles = 0.0, 0.0, []
    for more in range(100_000):
        single = exp(lgamma(more + r) - lgamma(r) - lgamma(more + 1) + r * log(p) + more * log(1 - p))
        if count + more < minimum:
            below += single
        total += single
        while len(percentiles) < 3 and total >= (0.1, 0.5, 0.9)[len(percentiles)]:
            percentiles.append(count + more)
        if len(percentiles) == 3 and count + more >= minimum:
            break
    return 1 - below, percentiles


@pytest.mark.parametrize("days_gone", [1, 28, 100, 365, 700, 730])
@pytest.mark.parametrize("count", [0, 1, 7, 40])
@pytest.mark.parametrize("minimum", [1, 25, 60])
def test_forecast_equals_single_probabilities_added_up(minimum, count, days_gone):
    found = forecast(minimum=minimum, count=count, days_gone=days_gone, days=731)

    chance, percentiles = added_up(minimum, count, days_gone, 731)
    assert [found.p10, found.p50, found.p90] == percentiles
    if count < minimum:
        assert float(found.chance) == pytest.approx(min(max(chance, 0.0001), 0.9999), abs=0.00006)


def test_forecast_of_a_million_is_near_its_pace():
    """No underflow and no endless sum: half the time gone, so as many again, give or take 0.2 %."""
    found = forecast(minimum=2_000_000, count=1_000_000, days_gone=365, days=730)

    assert found.p50 == pytest.approx(2_000_000, abs=2)
    assert found.p90 - found.p10 == pytest.approx(2 * 1.2816 * (2 * 1_000_000) ** 0.5, rel=0.01)
    assert float(found.chance) == pytest.approx(0.5, abs=0.001)


@pytest.mark.parametrize(("minimum", "chance"), [(9_999, "0.0001"), (2, "0.0021")])
def test_forecast_chance_is_never_none_before_the_end(minimum, chance):
    assert str(forecast(minimum=minimum, count=1, days_gone=730, days=731).chance) == chance


def test_forecast_chance_is_never_certain_before_it_is():
    assert forecast(minimum=101, count=100, days_gone=28, days=731).chance == Decimal("0.9999")


@pytest.mark.parametrize("count", [25, 26])
def test_forecast_chance_of_what_is_reached_is_one(count):
    assert forecast(minimum=25, count=count, days_gone=28, days=731).chance == 1


@pytest.mark.parametrize(
    "given_values",
    [
        {"minimum": 0},
        {"count": -1},
        {"days_gone": 0},
        {"days_gone": 731},
        {"days_gone": 732},
        {"days": 0},
    ],
)
def test_forecast_refuses(given_values):
    values = {"minimum": 25, "count": 10, "days_gone": 365, "days": 731} | given_values

    with pytest.raises(ValueError, match="no forecast for"):
        forecast(**values)


@st.composite
def times(draw):
    days = draw(st.integers(2, 1500))
    return {"days_gone": draw(st.integers(1, days - 1)), "days": days}


COUNTS, MINIMUMS = st.integers(0, 400), st.integers(1, 600)


@given(time=times(), count=COUNTS, minimum=MINIMUMS)
def test_forecast_percentiles_rise_and_never_pass_below_the_count(time, count, minimum):
    found = forecast(minimum=minimum, count=count, **time)

    assert count <= found.p10 <= found.p50 <= found.p90
    assert 0 < found.chance <= 1
    assert (found.chance == 1) == (count >= minimum)


@given(time=times(), count=COUNTS, minimum=MINIMUMS, more=st.integers(1, 50))
def test_forecast_chance_falls_as_the_minimum_rises(time, count, minimum, more):
    lower = forecast(minimum=minimum, count=count, **time)
    higher = forecast(minimum=minimum + more, count=count, **time)

    assert higher.chance <= lower.chance


@given(time=times(), count=COUNTS, minimum=MINIMUMS, more=st.integers(1, 50))
def test_forecast_rises_with_the_count(time, count, minimum, more):
    before = forecast(minimum=minimum, count=count, **time)
    after = forecast(minimum=minimum, count=count + more, **time)

    assert after.chance >= before.chance
    assert (after.p10, after.p50, after.p90) >= (before.p10, before.p50, before.p90)


@given(time=times(), count=COUNTS, minimum=MINIMUMS)
def test_forecast_chance_agrees_with_its_percentiles(time, count, minimum):
    """A minimum that the 90th percentile does not reach has at most one chance in ten, and so on."""
    found = forecast(minimum=minimum, count=count, **time)

    for percentile, least in ((found.p10, "0.9"), (found.p50, "0.5"), (found.p90, "0.1")):
        if minimum > percentile:
            assert found.chance <= Decimal("1") - (Decimal("1") - Decimal(least))
        else:
            assert found.chance >= Decimal(least)


# --- back-test --------------------------------------------------------------------------------------------


@cache
def foreseen(minimum, count, days_gone, days):
    return forecast(minimum=minimum, count=count, days_gone=days_gone, days=days)


def events(chance, rate, days):
    """How many events come in so many days: one by one, with exponential gaps."""
    count, at = 0, chance.expovariate(rate)
    while at < days:
        count += 1
        at += chance.expovariate(rate)
    return count


@pytest.mark.parametrize("days_gone", [60, 182, 365, 600])
@pytest.mark.parametrize("in_all", [10, 25, 60])
def test_forecast_back_test_intervals_hold_what_they_promise(in_all, days_gone):
    """Of 3,000 promises at one steady rate, between 77 % and 93 % end in their 80 % interval.

    3,000 trials scatter by 0.7 percentage points. The rest is the whole numbers: an interval whose ends are totals
    holds more than 80 % where few events remain, and one rate alone lies a little to either side.
    """
    chance = random.Random(1234)
    days, held, trials = 731, 0, 3_000
    for _ in range(trials):
        count = events(chance, in_all / days, days_gone)
        total = count + events(chance, in_all / days, days - days_gone)
        found = foreseen(25, count, days_gone, days)
        held += found.p10 <= total <= found.p90

    assert 0.77 <= held / trials <= 0.93


def jeffreys(chance):
    """Paces as the forecast takes them to be spread: density 1/sqrt(rate). In parts of what is needed, up to ten."""
    return chance.random() ** 2 * 10


def doubling(chance):
    """Half the pace is as likely as twice it: from a fifth of what is needed to five times it."""
    return exp(chance.uniform(-log(5), log(5)))


def evenly(chance):
    return chance.uniform(0, 3)


def tried(pace, *, seed, trials):
    """(forecast, total, whether the minimum of 25 was reached) of promises that had not reached it yet."""
    chance = random.Random(seed)
    days, minimum = 731, 25
    for _ in range(trials):
        rate = pace(chance) * minimum / days
        days_gone = chance.choice([90, 182, 365, 500])
        count = events(chance, rate, days_gone)
        if count < minimum:
            total = count + events(chance, rate, days - days_gone)
            yield foreseen(minimum, count, days_gone, days), total, total >= minimum


def test_forecast_back_test_eighty_per_cent_lie_between_the_ends():
    """Over the paces that the forecast assumes: at least 80 % with the ends, at most 80 % without, within 1 point."""
    results = list(tried(jeffreys, seed=99, trials=20_000))

    with_ends = sum(found.p10 <= total <= found.p90 for found, total, _ in results) / len(results)
    without = sum(found.p10 < total < found.p90 for found, total, _ in results) / len(results)
    assert with_ends >= 0.79
    assert without <= 0.81


def by_tenth(results):
    """Tenth of the chance -> (how many, mean of what was said, share of what came true)."""
    groups = defaultdict(list)
    for found, _total, came in results:
        groups[min(int(found.chance * 10), 9)].append((float(found.chance), came))
    return {
        tenth: (
            len(rows),
            sum(said for said, _ in rows) / len(rows),
            sum(came for _, came in rows) / len(rows),
        )
        for tenth, rows in groups.items()
    }


def test_forecast_back_test_chances_come_true_as_often_as_they_say():
    """Of what was given some 30 %, some 30 % reached the minimum: within three and a half standard errors."""
    groups = by_tenth(tried(jeffreys, seed=4321, trials=20_000))

    assert set(groups) == set(range(10))
    for number, said, came in groups.values():
        assert number > 100
        assert came == pytest.approx(said, abs=3.5 * 0.5 / number**0.5)


@pytest.mark.parametrize("pace", [doubling, evenly])
def test_forecast_back_test_chances_where_paces_are_spread_otherwise(pace):
    """What is assumed of paces weighs while little has been counted: up to 15 points from the 90th day on, no more."""
    for number, said, came in by_tenth(tried(pace, seed=4321, trials=12_000)).values():
        assert number > 100
        assert came == pytest.approx(said, abs=0.15)


# --- when it is shown -------------------------------------------------------------------------------------


def window_of(
    days, *, as_of, minimum=25, window="period", batches=(), label=None, known_from_first_row=False
):
    windows = cut_windows(window, starts_on=STARTS, ends_on=ENDS)
    progress = assess_count(
        windows,
        days,
        minimum=minimum,
        as_of=as_of,
        batches=batches,
        known_from_first_row=known_from_first_row,
    )
    return next(row for row in progress.windows if label in (None, row.label))


def singles(number, *, first=STARTS, every=3):
    return [(first + timedelta(days=index * every), 1) for index in range(number)]


def test_forecast_of_a_window_counts_its_own_days():
    """10 in 365 of 731 days: the first of the checked values, on 31 December 2019."""
    found = window_of(singles(10), as_of=date(2019, 12, 31))

    assert found.forecast == forecast(minimum=25, count=10, days_gone=365, days=731)
    assert found.forecast_withheld is None


def test_forecast_is_shown_from_the_twenty_eighth_day():
    last_without, first_with = (
        STARTS + timedelta(days=SHOWN_FROM - 2),
        STARTS + timedelta(days=SHOWN_FROM - 1),
    )

    assert window_of(singles(3), as_of=last_without).forecast_withheld == Withheld.TOO_EARLY
    found = window_of(singles(3), as_of=first_with)
    assert found.forecast == forecast(minimum=25, count=3, days_gone=28, days=731)


def test_forecast_is_shown_up_to_the_last_day_but_one():
    assert window_of(singles(3), as_of=ENDS - timedelta(days=1)).forecast.p90 == 3
    assert window_of(singles(3), as_of=ENDS).forecast_withheld == Withheld.CLOSED


@pytest.mark.parametrize(
    ("as_of", "number", "reason"),
    [
        (date(2018, 12, 31), 0, Withheld.UPCOMING),
        (date(2019, 6, 30), 25, Withheld.KEPT),
        (date(2019, 6, 30), 0, Withheld.NOTHING_REPORTED),
        (ENDS, 25, Withheld.KEPT),
    ],
)
def test_forecast_withheld(as_of, number, reason):
    found = window_of(singles(number), as_of=as_of)

    assert (found.forecast, found.forecast_withheld) == (None, reason)


def test_forecast_one_short_of_the_minimum_is_shown():
    found = window_of(singles(24), as_of=date(2019, 6, 30))

    assert found.forecast.p10 >= 24


def test_forecast_nil_report_alone_is_a_zero_to_go_on_from():
    found = window_of([(date(2019, 1, 31), 0)], as_of=date(2019, 6, 30))

    assert found.forecast == forecast(minimum=25, count=0, days_gone=181, days=731)


def test_forecast_withheld_where_a_row_in_the_window_is_a_batch():
    days = [*singles(5), (date(2020, 2, 1), 4)]

    def reason(as_of, label):
        found = window_of(days, as_of=as_of, window="calendar_year", batches=[date(2020, 2, 1)], label=label)
        return found.forecast_withheld

    assert reason(date(2019, 6, 30), "2019") is None  # another window's batch
    assert reason(date(2020, 1, 31), "2020") == Withheld.NOTHING_REPORTED  # not counted yet
    assert reason(date(2020, 2, 1), "2020") == Withheld.BATCHES


def test_forecast_of_a_year_is_shown_whatever_stood_for_several_the_year_before():
    days = [(date(2019, 2, 1), 4), *singles(5, first=date(2020, 1, 1))]

    found = window_of(
        days, as_of=date(2020, 6, 30), window="calendar_year", batches=[date(2019, 2, 1)], label="2020"
    )

    assert found.forecast == forecast(minimum=25, count=5, days_gone=182, days=366)


def test_forecast_batches_are_told_before_the_28_days():
    """Nobody is to wait for a forecast that never comes."""
    found = window_of([(STARTS, 4)], as_of=STARTS, batches=[STARTS])

    assert found.forecast_withheld == Withheld.BATCHES


@pytest.mark.parametrize(
    ("window", "label", "day", "reason"),
    [
        ("week", "2019-W05", date(2019, 1, 30), Withheld.TOO_SHORT),
        ("month", "2019-02", date(2019, 2, 27), Withheld.TOO_SHORT),  # 28 days
        ("month", "2019-03", date(2019, 3, 27), Withheld.TOO_EARLY),
        ("month", "2019-03", date(2019, 3, 28), None),  # three days are left
    ],
)
def test_forecast_of_short_windows(window, label, day, reason):
    found = window_of(singles(30), as_of=day, window=window, label=label)

    assert found.forecast_withheld == reason
    assert (found.forecast is None) == (reason is not None)


def test_forecast_of_a_rate_without_a_row_in_its_quarter_goes_on_from_zero():
    found = window_of(
        [(STARTS, 1)],
        as_of=date(2019, 5, 31),
        window="quarter",
        label="2019-Q2",
        minimum=4,
        known_from_first_row=True,
    )

    assert found.forecast == forecast(minimum=4, count=0, days_gone=61, days=91)


@given(
    as_of=st.dates(STARTS - timedelta(days=40), ENDS + timedelta(days=40)),
    number=st.integers(0, 60),
    window=st.sampled_from(["period", "calendar_year", "quarter", "month", "week"]),
    batch=st.none() | st.dates(STARTS, ENDS),
)
def test_forecast_or_a_reason_never_both_and_never_neither(as_of, number, window, batch):
    windows = cut_windows(window, starts_on=STARTS, ends_on=ENDS)
    batches = [] if batch is None else [batch]

    for found in assess_count(windows, singles(number), minimum=5, as_of=as_of, batches=batches).windows:
        assert (found.forecast is None) != (found.forecast_withheld is None)
        open_and_short = found.start <= as_of < found.end and found.status != Status.KEPT
        assert open_and_short == (found.forecast is not None or found.forecast_withheld in WORTH_SAYING)
