"""The shipped applications at the command line: each installed, with its sample data and without it."""

from __future__ import annotations

import pytest

from schema_store import packages
from tests.commands.conftest import Tessera


@pytest.mark.parametrize("app", sorted(packages.shipped()))
def test_a_shipped_application_is_valid_without_any_database(run_tessera: Tessera, app: str) -> None:
    assert run_tessera("app", "validate", app, "--json").json == {"ok": True, "problems": []}


def test_equipment_loans_are_set_up_with_sample_data(bare: Tessera) -> None:
    assert bare("init", "--app", "loans", "--json").json["published"] == 20
    assert list(bare("sample", "add", "--json").json["runs"]) == ["loans"]
    assert bare("query", "loan", "--count", "--json").json == {"count": 69}
    assert "The sample data is there already" in bare("sample", "add").err
    again = bare("sample", "add", "loans")
    assert again.code == 2
    assert "tessera sample remove loans" in again.err
    assert bare("sample", "remove", "--json").json == {"removed": 111, "kept": 0}
    assert bare("sample", "remove", "loans").out == "There is no sample data.\n"
    assert bare("check").out == "All fine.\n"


def test_one_of_two_samples_goes_and_the_other_stays(tessera: Tessera) -> None:
    tessera("init", "--app", "loans")
    assert list(tessera("sample", "add", "--size", "3", "--json").json["runs"]) == ["loans", "membership"]
    tessera("sample", "remove", "loans")
    counts = [tessera("query", entity, "--count", "--json").json["count"] for entity in ("loan", "member")]
    assert counts == [0, 3]


def test_sample_data_of_what_is_not_there_is_refused_in_words(bare: Tessera) -> None:
    bare("init")
    assert "No application with sample data is installed" in bare("sample", "add").err
    assert "Install it first: tessera init --app loans" in bare("sample", "add", "loans").err
    assert "There is no sample data for “nothing”" in bare("sample", "add", "nothing").err
