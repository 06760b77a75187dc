"""What holds for every command: exit codes, one JSON document, plain words."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from builder.commands.groups import COMMANDS
from builder.commands.groups import tessera as root
from tests.commands.conftest import Tessera


def every_command() -> list[list[str]]:
    found = []
    for name in COMMANDS:
        command = root.get_command(click.Context(root), name)
        assert command is not None, name
        found.append([name])
        if isinstance(command, click.Group):
            found += [[name, inner] for inner in command.list_commands(click.Context(command))]
    return found


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_says_what_it_does(words: list[str], run_tessera: Tessera) -> None:
    answer = run_tessera(*words, "--help")
    assert answer.code == 0
    assert "Usage: tessera" in answer.out
    assert len(answer.out.splitlines()) > 3


def test_an_unknown_command_is_wrong_use(run_tessera: Tessera) -> None:
    assert run_tessera("brew").code == 2


def test_a_missing_argument_is_wrong_use(run_tessera: Tessera) -> None:
    answer = run_tessera("query")
    assert answer.code == 2
    assert "ENTITY" in answer.err


def test_before_init_every_command_says_what_to_do(bare: Tessera) -> None:
    answer = bare("query", "member")
    assert answer.code == 1
    assert answer.err == "There is no Tessera database here yet.\n  Run: tessera init\n"


def test_an_error_with_json_is_one_document_too(bare: Tessera) -> None:
    answer = bare("query", "member", "--json")
    assert answer.code == 1
    assert answer.json["errors"][0]["code"] == "schema.empty"


def test_an_unknown_entity_is_wrong_use_and_names_those_there_are(tessera: Tessera) -> None:
    answer = tessera("query", "membr")
    assert answer.code == 2
    assert "member" in answer.err


def test_a_rule_that_is_no_json_is_wrong_use(tessera: Tessera) -> None:
    assert tessera("query", "member", "--where", "{oops").code == 2


def test_a_rule_over_an_unknown_field_fails_with_its_pointer(tessera: Tessera) -> None:
    answer = tessera("query", "member", "--where", '{"==": [{"var": "stge"}, "new"]}')
    assert answer.code == 1
    assert answer.err.startswith("/==/0")
    assert "stage" in answer.err


def test_a_wrong_time_says_how_to_write_one(tessera: Tessera) -> None:
    answer = tessera("query", "member", "--as-of", "yesterday")
    assert answer.code in (1, 2)
    assert "2026-03-31" in answer.err


def test_a_wrong_setting_is_named(run_tessera: Tessera, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSERA_ZONE", "Mars/North")
    answer = run_tessera("query", "member")
    assert answer.code == 1
    assert "TESSERA_ZONE" in answer.err


def test_a_database_that_cannot_be_opened_is_no_traceback(
    run_tessera: Tessera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TESSERA_DATABASE_URL", "sqlite:////nowhere/at/all/t.db")
    answer = run_tessera("query", "member")
    assert answer.code == 1
    assert "Traceback" not in answer.err
    assert "TESSERA_DATABASE_URL" in answer.err


def test_a_fault_of_ours_has_a_number_and_its_details_in_a_file(
    tessera: Tessera, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def break_down(*_arguments: object, **_named: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("builder.records.find.page", break_down)
    answer = tessera("query", "member")
    assert answer.code == 1
    assert "Traceback" not in answer.err
    number = answer.err.split("(fault ")[1].split(")")[0]
    assert number in (tmp_path / "data" / "faults.log").read_text()


@pytest.mark.parametrize(
    "words",
    [
        "query member --as-of yesterday",
        "query member --fields name,nope",
        "query member --sort -nope",
        "run member_dormant --as-of 2026-13-01",
        "token create --user admin@example.com --scope read --expires soon",
        "export member FILE.csv --fields nope",
        "import member FILE --key nope",
        "import member FILE --map x=nope",
    ],
)
def test_name_or_time_that_cannot_be_meant_is_wrong_use(tessera: Tessera, members: Path, words: str) -> None:
    answer = tessera(*words.replace("FILE", str(members)).split(), "--json")
    assert (answer.code, [one["code"] for one in answer.json["errors"]]) == (2, ["usage"])


@pytest.mark.parametrize("words", ["backup", "export member"])
def test_file_that_cannot_be_written_is_called_as_it_was_typed(tessera: Tessera, words: str) -> None:
    answer = tessera(*words.split(), "/no such folder/x.csv")
    assert (answer.code, answer.err) == (1, "/no such folder/x.csv: No such file or directory\n")
