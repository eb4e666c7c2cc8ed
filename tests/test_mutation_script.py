"""What `make mutants` makes of mutmut's results: nothing that was not noticed may look as if it had been."""

import json

import mutation
import pytest


def results(folder, **modules):
    """``reports_windows={"x_cut__mutmut_1": 1}`` as mutmut leaves it. Codes: 1 killed, 0 survived, 36 timeout."""
    for name, outcome in modules.items():
        app, _, module = name.partition("_")
        path = folder / app / f"{module}.py.meta"
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            json.dumps(
                {"exit_code_by_key": {f"{app}.{module}.{fault}": code for fault, code in outcome.items()}}
            )
        )
    return folder


def test_read_results_counts_what_tests_noticed(tmp_path):
    folder = results(
        tmp_path, reports_windows={"x_cut__mutmut_1": 1, "x_cut__mutmut_2": 0, "x_cut__mutmut_3": 36}
    )

    (module,) = mutation.read_results(folder)

    assert (module.name, module.planted, module.noticed) == ("reports/windows.py", 3, 2)
    assert module.missed == ("reports.windows.x_cut__mutmut_2",)


@pytest.mark.parametrize(("code", "status"), [(33, "no tests"), (34, "skipped"), (35, "suspicious")])
def test_read_results_takes_what_no_test_ran_as_missed(tmp_path, code, status):
    assert mutation.status_by_exit_code[code] == status

    (module,) = mutation.read_results(results(tmp_path, reports_windows={"x_cut__mutmut_1": code}))

    assert (module.planted, module.noticed) == (1, 0)


def test_read_results_of_a_run_that_was_stopped(tmp_path):
    folder = results(tmp_path, reports_windows={"x_cut__mutmut_1": 1, "x_cut__mutmut_2": None})

    with pytest.raises(ValueError, match=r"1 faults were not tried, reports\.windows\.x_cut__mutmut_2"):
        mutation.read_results(folder)


def test_as_table_adds_up_and_names_where_faults_were_missed(tmp_path):
    folder = results(
        tmp_path,
        reports_windows={"x__weeks__mutmut_1": 1, "x__weeks__mutmut_2": 0, "xǁWindowǁdays__mutmut_1": 0},
        promises_privacy={"x_find__mutmut_1": 1},
    )

    table = mutation.as_table(mutation.read_results(folder))

    assert "| `reports/windows.py` | 3 | 1 | 33.3 % |" in table
    assert "| **all** | **4** | **2** | **50.0 %** |" in table
    assert "- `reports.windows._weeks`: 1" in table
    assert "- `reports.windows.Window.days`: 1" in table
    assert "promises.privacy" not in table


@pytest.mark.parametrize(
    ("noticed", "planted", "text"), [(999, 1000, "99.9 %"), (9999, 10000, "99.9 %"), (3, 3, "100.0 %")]
)
def test_rounded_down_never_says_all_where_one_is_missing(noticed, planted, text):
    assert mutation.rounded_down(noticed, planted) == text


@pytest.fixture
def site(tmp_path):
    """One app, one test, and a run that has begun."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.mutmut]\nsource_paths = ["reports"]\nalso_copy = ["conftest.py", "docs"]\n'
    )
    for name in ("reports/windows.py", "reports/tests/test_windows.py", "conftest.py", "docs/mutants.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    assert not mutation.begin(tmp_path)
    (tmp_path / "mutants" / "result").touch()
    return tmp_path


def test_begin_goes_on_where_nothing_has_changed(site):
    (site / "docs" / "mutants.md").write_text("the result of the run itself")
    (site / "reports" / "windows.pyc").touch()

    assert mutation.begin(site)
    assert (site / "mutants" / "result").exists()


@pytest.mark.parametrize("name", ["reports/windows.py", "reports/tests/test_windows.py", "conftest.py"])
def test_begin_anew_where_code_or_tests_have_changed(site, name):
    (site / name).write_text("x = 2\n")

    assert not mutation.begin(site)
    assert not (site / "mutants" / "result").exists()


def test_begin_anew_where_a_test_was_added_or_other_modules_are_chosen(site):
    (site / "reports" / "tests" / "test_more.py").touch()
    assert not mutation.begin(site)

    (site / "pyproject.toml").write_text('[tool.mutmut]\nsource_paths = ["reports"]\nalso_copy = []\n')
    assert not mutation.begin(site)
