"""Every way a definition can be wrong: named with its path, in words, all at once, never with the text."""

import copy
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from django.utils import translation
from jsonschema import Draft202012Validator

from promises import choices
from promises.definition import load
from promises.definition_checks import validator
from promises.tests.edits import GONE, put
from promises.yaml_file import InvalidFileError

MALMO = Path(__file__).parent.parent / "data" / "malmo-vaster-2019-2020.yaml"
FORMAT = Path(__file__).parents[2] / "docs" / "promise-format.md"
SMALL = {
    "schema": 1,
    "slug": "lofte",
    "title": "Ett löfte",
    "wording": "Detta lovar vi.",
    "purpose": "Trygghet.",
    "period": {"starts_on": "2019-01-01", "ends_on": "2020-12-31"},
    "follow_up": {"day": "2020-12-31"},
    "parties": [
        {
            "name": "Polisen, Lokalpolisområde Söder",
            "short_name": "Polisen",
            "kind": "police",
            "role": "signatory",
        },
        {"name": "Malmö stad", "kind": "municipality", "role": "signatory"},
    ],
    "areas": [{"name": "Holma"}, {"name": "Kroksbäck"}],
    "schools": [
        {
            "name": "Holmaskolan",
            "classes": [
                {"school_year": "2018/19", "grade": 5, "label": "5A"},
                {"school_year": "2019/20", "grade": 5, "label": "5A", "pupils": 24},
            ],
        }
    ],
    "commitments": [
        {
            "number": 1,
            "title": "Tematräffar",
            "short_title": "Tematräffar",
            "wording": "Vi träffar alla.",
            "responsible": "Polisen",
            "form": "class_meeting",
            "areas": "none",
            "unit": {"one": "klass", "many": "klasser"},
            "kinds": [{"code": "tematraff", "name": "Tematräff"}],
            "targets": [
                {
                    "kind": "coverage",
                    "window": "school_year",
                    "grade": 5,
                    "schools": ["Holmaskolan"],
                    "reading": "Varje klass.",
                }
            ],
        },
        {
            "number": 2,
            "title": "Synlighet",
            "short_title": "Synlighet",
            "wording": "Minst 25.",
            "responsible": "Polisen",
            "partners": ["Malmö stad"],
            "form": "activity",
            "areas": "required",
            "unit": {"one": "aktivitet", "many": "aktiviteter"},
            "kinds": [{"code": "fotpatrull", "name": "Fotpatrull"}],
            "targets": [{"kind": "count", "window": "period", "minimum": 25, "reading": "Hela perioden."}],
        },
    ],
    "effects": [
        {
            "wording": "Tryggare.",
            "indicators": [
                {
                    "name": "Otrygga",
                    "unit": "%",
                    "better": "lower",
                    "measurements": [
                        {
                            "role": "baseline",
                            "value": 28.5,
                            "measured_on": "2018-10-01",
                            "source": "Mätning",
                            "area": "Holma",
                        }
                    ],
                }
            ],
        }
    ],
}


@pytest.fixture(autouse=True)
def in_english():
    """The reasons in their original words; test_load_promise sees them in Swedish."""
    with translation.override("en"):
        yield


@pytest.fixture
def write(tmp_path):
    def write(content):
        file = tmp_path / "lofte.yaml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write


def problems(file):
    with pytest.raises(InvalidFileError) as error:
        load(file)
    return [(problem.path, problem.reason) for problem in error.value.problems]


def edited(*edits):
    """SMALL with other values in some places. JSON is YAML, and has no references."""
    data = copy.deepcopy(SMALL)
    for path, value in edits:
        put(data, path, value)
    return json.dumps(data)


def test_load_small_definition(write):
    promise = load(write(json.dumps(SMALL)))

    assert (promise.starts_on, promise.ends_on) == (date(2019, 1, 1), date(2020, 12, 31))
    coverage, count = (commitment.targets[0] for commitment in promise.commitments)
    assert (coverage.minimum, coverage.grade, coverage.schools) == (1, 5, ("Holmaskolan",))
    assert (count.minimum, count.grade, count.scope) == (25, None, "all_areas")
    assert promise.commitments[0].responsible == "Polisen, Lokalpolisområde Söder"
    assert promise.commitments[1].partners == ("Malmö stad",)
    assert [item.pupils for item in promise.schools[0].classes] == [None, 24]
    assert promise.effects[0].indicators[0].measurements[0].value == Decimal("28.5")


@pytest.mark.parametrize("key", ["areas", "effects"])
def test_load_without_optional_parts(write, key):
    content = edited(("effects", []), ("commitments[1].areas", "none"), (key, GONE))

    assert getattr(load(write(content)), key) == ()


def test_load_malmo():
    promise = load(MALMO)

    assert promise.slug == MALMO.stem
    assert len(promise.wording.split("\n\n")) == 4
    assert promise.commitments[1].wording.endswith(
        "minst 50 SOL-14 anmälningar till Socialtjänsten varje år."
    )
    assert [commitment.kinds == () for commitment in promise.commitments] == [False, True, False, False]
    assert all(school.classes == () for school in promise.schools)
    assert all(not i.measurements for effect in promise.effects for i in effect.indicators)
    assert all(target.reading for commitment in promise.commitments for target in commitment.targets)


def test_load_example_of_the_documentation(write):
    example = re.search(r"```yaml\n(.*?)```", FORMAT.read_text(encoding="utf-8"), re.DOTALL)[1]

    promise = load(write(example))

    assert [commitment.targets[0].kind for commitment in promise.commitments] == [
        "count",
        "coverage",
        "on_request",
        "deliverable",
        "effort",
    ]
    assert promise.effects[0].indicators[0].measurements[0].margin == Decimal("7.2")


def test_documentation_names_every_key_of_the_schema():
    text = FORMAT.read_text(encoding="utf-8")
    shapes = [validator().schema, *validator().schema["$defs"].values()]
    keys = {key for shape in shapes for key in shape.get("properties", ())}

    assert "reading" in keys
    assert [key for key in sorted(keys) if f"`{key}`" not in text and f"**{key}**" not in text] == []


def test_malmo_reads_the_same_in_any_yaml_reader():
    """No word in it that YAML 1.1 turns into something else, as it does with ``on`` and ``no``."""
    data = yaml.safe_load(MALMO.read_text(encoding="utf-8"))

    assert data["follow_up"]["day"] == date(2020, 12, 31)
    assert all(isinstance(key, str) for commitment in data["commitments"] for key in commitment)


TARGET = "commitments[1].targets[0]"
COVERAGE = "commitments[0].targets[0]"
CLASS = "schools[0].classes[0]"
MEASUREMENT = "effects[0].indicators[0].measurements[0]"
# What stands there, and what is said of just that place.
WRONG = [
    # The shape
    ("purpose", GONE, "missing"),
    ("schema", 2, "Version ”2”"),
    ("colour", "blue", "not known here"),
    ("title", "", "empty"),
    ("title", "   ", "empty"),
    ("title", None, "must be text"),
    ("title", "x" * 161, "160"),
    ("slug", "Malmö Väster", "a–z"),
    ("parties", "Polisen", "a list"),
    ("commitments", [], "At least one"),
    ("areas[0].code", 25506, "quotation marks"),
    ("parties[0].kind", "army", "”army” is not one of these: police"),
    ("period.ends_on", "2020-02-31", "”2020-02-31” is not a day"),
    ("period.ends_on", "20201231", "is not a day"),
    ("commitments[1].confidential_until_done", "ja", "true or false"),
    ("commitments[1].unit.many", GONE, "missing"),
    ("commitments[1].targets", GONE, "missing"),
    ("commitments[1].targets", [], "At least one"),
    ("commitments[1].kinds[0].code", "Fot patrull", "a–z"),
    # Targets
    (f"{TARGET}.minimum", 0, "This is 0; the least is 1"),
    (f"{TARGET}.minimum", -1, "the least is 1"),
    (f"{TARGET}.minimum", 2.5, "whole number"),
    (f"{TARGET}.minimum", True, "whole number"),
    (f"{TARGET}.minimum", "många", "whole number"),
    (f"{TARGET}.minimum", 10**9, "the most is 1000000"),
    (f"{TARGET}.minimum", 10**4000, "whole number"),
    (f"{TARGET}.minimum", GONE, "missing"),
    (f"{TARGET}.reading", GONE, "missing"),
    (f"{TARGET}.reading", " ", "empty"),
    (f"{TARGET}.kind", "wish", "is not one of these: count, rate, coverage, on_request, deliverable, effort"),
    (f"{TARGET}.due_on", "2019-06-30", "does not belong"),
    (f"{COVERAGE}.due_on", "2019-06-30", "does not belong"),
    (f"{TARGET}.window", "fortnight", "is not one of these: period, calendar_year, promise_year, half_year"),
    (f"{TARGET}.scope", "each_street", "not one of these: all_areas, each_area"),
    (f"{TARGET}.grade", 5, "does not belong"),
    (f"{COVERAGE}.minimum", 25, "does not belong"),
    (f"{COVERAGE}.window", "period", "does not go with"),
    (f"{COVERAGE}.window", "term", "does not go with"),
    (f"{COVERAGE}.grade", GONE, "missing"),
    (f"{COVERAGE}.times", 0, "the least is 1"),
    (f"{COVERAGE}.schools[0]", "Ängsskolan", "not defined in this file. Defined: ”Holmaskolan”"),
    (f"{COVERAGE}.schools[1]", "Holmaskolan", "named already"),
    # Days
    ("period.ends_on", "2018-12-31", "2018-12-31, comes before the first, 2019-01-01"),
    ("period.starts_on", "0209-01-01", "2000–2099"),
    ("period.ends_on", "2059-12-31", "longer than 10 years"),
    ("follow_up.day", "2018-12-31", "before the first day"),
    # The same twice, and names that are not there
    ("commitments[1].number", 1, "”1” stands twice; the first is commitments[0].number"),
    ("parties[1].name", "POLISEN, lokalpolisområde söder", "stands twice"),
    ("areas[1].name", "Holma", "stands twice; the first is areas[0].name"),
    (f"{MEASUREMENT}.area", "Rosengård", "not defined in this file"),
    (f"{MEASUREMENT}.value", 28.125, "two decimals"),
    ("commitments[1].responsible", "Region Skåne", "not defined in this file"),
    ("commitments[1].partners[0]", "Polisen, Lokalpolisområde Söder", "named already"),
    # Classes
    (f"{CLASS}.school_year", "2017/18", "outside the period"),
    (f"{CLASS}.school_year", "2021/22", "outside the period"),
    (f"{CLASS}.school_year", "2019/21", "2019/20"),
    (f"{CLASS}.school_year", "2019", "2019/20"),
    (f"{CLASS}.pupils", 0, "the least is 1"),
    # What goes together
    ("commitments[0].areas", "optional", "school and no area"),
    ("commitments[1].kinds", [], "At least one kind"),
    # Text
    ("schools[0].name", "Skolan för 481111-1234", "personal identity number"),
    ("commitments[1].kinds[0].hint", "Ring 070-123 45 67", "phone number"),
    ("wording", "a\0b", "control characters"),
    ("wording", "a\ud800b", "control characters"),
]
# What stands in one place makes another one wrong.
WRONG_ELSEWHERE = [
    (f"{TARGET}.kind", "rate", f"{TARGET}.window", "does not go with"),
    ("schools[1]", {"name": "holmaskolan"}, "schools[1].name", "stands twice"),
    (
        "commitments[1].kinds[1]",
        {"code": "fotpatrull", "name": "Annan"},
        "commitments[1].kinds[1].code",
        "stands twice",
    ),
    (
        "commitments[1].kinds[1]",
        {"code": "annan", "name": "Fotpatrull"},
        "commitments[1].kinds[1].name",
        "stands twice",
    ),
    (f"{CLASS}.school_year", "2019/20", "schools[0].classes[1].label", "”2019/20, 5A” stands twice"),
    ("effects[1]", {"wording": "Tryggare."}, "effects[1].wording", "stands twice"),
    (
        "effects[0].indicators[1]",
        SMALL["effects"][0]["indicators"][0],
        "effects[0].indicators[1].name",
        "stands twice",
    ),
    (
        "effects[0].indicators[0].measurements[1]",
        SMALL["effects"][0]["indicators"][0]["measurements"][0],
        "effects[0].indicators[0].measurements[1]",
        "same day and area",
    ),
    (
        "commitments[1].targets[1]",
        SMALL["commitments"][0]["targets"][0],
        "commitments[1].targets[1].kind",
        "class_meeting",
    ),
    ("areas", [], "commitments[1].areas", "has no areas"),
    ("parties", [SMALL["parties"][0] | {"role": "partner"}], "parties", "No party signs"),
    ("source", {"title": "Källa", "url": "javascript:x"}, "source.url", "https://"),
    (
        "source",
        {"title": "Källa", "url": "https://example.se/?q=481111%2D1234"},
        "source.url",
        "personal identity number",
    ),
]


@pytest.mark.parametrize(
    ("place", "value", "path", "reason"), [(p, v, p, r) for p, v, r in WRONG] + WRONG_ELSEWHERE
)
def test_load_names_path_and_reason(write, place, value, path, reason):
    found = problems(write(edited((place, value))))

    assert [where for where, words in found if reason in words] == [path]


def test_load_confidential_needs_the_police_among_the_parties(write):
    content = edited(("parties[0].kind", "other"), ("commitments[1].confidential_until_done", True))

    [(path, reason)] = problems(write(content))

    assert path == "commitments[1].confidential_until_done"
    assert "nobody could see" in reason


def test_load_counts_only_has_no_kinds_and_no_required_area(write):
    found = problems(write(edited(("commitments[1].form", "counts_only"))))

    assert [path for path, _reason in found] == ["commitments[1].areas", "commitments[1].kinds"]


def test_load_reports_everything_at_once_line_by_line(write):
    content = edited(
        ("title", GONE),
        ("period.ends_on", "2018-12-31"),
        ("commitments[1].number", 1),
        (f"{TARGET}.minimum", 0),
    )
    file = write(yaml.safe_dump(json.loads(content), sort_keys=False, allow_unicode=True))
    with pytest.raises(InvalidFileError) as error:
        load(file)

    lines = str(error.value).splitlines()
    assert [line.split(": ")[1].split(" (")[0] for line in lines] == [
        "title",
        "period.ends_on",
        "commitments[1].number",
        "commitments[1].targets[0].minimum",
    ]
    assert all(line.startswith(f"{file}: ") for line in lines)
    last = file.read_text().splitlines().index("    minimum: 0") + 1
    assert f"(line {last})" in lines[-1]


@pytest.mark.parametrize(
    "content",
    [
        "title: 481111-1234",
        "481111-1234: värde",
        "schema: 481111-1234",
        "parties: [{kind: 481111-1234}]",
        "481111-1234",
    ],
)
def test_load_never_repeats_personal_data(write, content, caplog):
    with pytest.raises(InvalidFileError) as error:
        load(write(content))

    assert "481111" not in str(error.value)
    assert "481111" not in repr(error.value)
    assert "personal data refused: kind=personal_number" in caplog.text
    assert "481111" not in caplog.text


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"", None, "keys with values"),
        (b"just text", None, "keys with values"),
        (b"- a\n- b\n", None, "keys with values"),
        (b"title: a\n  b: c\n", 2, "not valid YAML"),
        (b"title: [a\n", 2, "not valid YAML"),
        (b"title: a\nschema: 1\ntitle: b\n", 3, "stands here twice"),
        (b"a: &x [1]\nb: *x\n", 2, "References"),
        (b"a: !!python/object/apply:os.system [ls]\n", 1, "Tags"),
        (b"a: 1\n---\nb: 2\n", None, "several documents"),
        (b"[a, b]: 1\n", 1, "single word"),
        ("title: Malmö\n".encode("latin-1"), 1, "UTF-8"),
        ("a: 1\ntitle: Malmö\n".encode("cp1252"), 2, "UTF-8"),
        ("title: Malmö\n".encode("utf-16"), 1, "UTF-8"),
        (b"title: a\x00b\n", None, "control characters"),
        (b"[" * 100_000, 1, "nested too deep"),
        (b"a: " + b"{b: " * 50 + b"}" * 50, 1, "nested too deep"),
        (b"# " + b"x" * 1_000_000, None, "larger than 1 MB"),
    ],
)
def test_load_refuses_files_that_are_no_definition(write, content, line, reason):
    with pytest.raises(InvalidFileError) as error:
        load(write(content))

    found = [problem for problem in error.value.problems if reason in problem.reason]
    assert [problem.line for problem in found] == [line]


def test_load_alias_bomb_is_refused_without_unfolding(write):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 20)]

    assert all("References" in reason for _path, reason in problems(write("\n".join(lines))))


def test_load_missing_file_and_folder(tmp_path):
    assert problems(tmp_path / "none.yaml") == [("", "The file does not exist.")]
    assert problems(tmp_path) == [("", "This is a folder, not a file.")]


def test_load_words_stay_words(write):
    """YAML 1.1 would make false of "no", 68 of "1:08", and a date of a day."""
    content = edited(("title", "TITLE"))

    for word in ("no", "on", "1:08", "2019-01-01", "0x1F", "1e3", "=", "<<"):
        assert load(write(content.replace('"TITLE"', word))).title == word


def test_load_with_byte_order_mark(write):
    assert load(write(b"\xef\xbb\xbf" + json.dumps(SMALL).encode())).slug == "lofte"


def test_schema_is_valid_and_holds_the_choices_of_the_model():
    schema = validator().schema
    Draft202012Validator.check_schema(schema)
    defs = schema["$defs"]

    def values(name, key):
        return set(defs[name]["properties"][key]["enum"])

    assert values("commitment", "form") == set(choices.CommitmentForm.values)
    assert values("commitment", "areas") == set(choices.AreaRule.values)
    assert values("target", "kind") == set(choices.TargetKind.values)
    assert values("target", "window") == set(choices.TargetWindow.values)
    assert values("target", "scope") == set(choices.TargetScope.values)
    assert values("party", "role") == set(choices.PartyRole.values)
    assert values("indicator", "better") == set(choices.Better.values)


def test_load_refuses_weeks_where_only_monthly_numbers_are_logged(write):
    commitment = "commitments[1]"

    found = problems(
        write(
            edited(
                (f"{commitment}.form", "counts_only"),
                (f"{commitment}.areas", "optional"),
                (f"{commitment}.kinds", []),
                (f"{TARGET}.window", "week"),
            )
        )
    )

    assert [(path, "a month is in no single week" in reason) for path, reason in found] == [
        (f"{TARGET}.window", True)
    ]


@pytest.mark.parametrize(
    ("kind", "window"),
    [
        *(("count", window) for window in choices.TargetWindow.values),
        *(("rate", window) for window in choices.RATE_WINDOWS),
    ],
)
def test_load_takes_every_window_of_a_count_and_the_short_ones_of_a_rate(write, kind, window):
    promise = load(write(edited((f"{TARGET}.kind", kind), (f"{TARGET}.window", str(window)))))

    target = promise.commitments[1].targets[0]
    assert (target.kind, target.window) == (kind, window)


@pytest.mark.parametrize("window", sorted(set(choices.TargetWindow.values) - set(choices.RATE_WINDOWS)))
def test_load_refuses_a_rate_with_a_long_window(write, window):
    found = problems(write(edited((f"{TARGET}.kind", "rate"), (f"{TARGET}.window", window))))

    assert [path for path, _reason in found] == [f"{TARGET}.window"]
