"""Folders of definitions: read strictly, written so that the same bodies give the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_store import packages
from schema_store.problems import Problems

VIEW = {"key": "members", "label": {"en": "Members", "zh": "会员"}}


def put(folder: Path, path: str, text: str) -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def refusal(folder: Path) -> list[str]:
    with pytest.raises(Problems) as error:
        packages.read(folder)
    return [problem.code for problem in error.value.problems]


def test_what_is_written_is_read_again(tmp_path):
    packages.write(tmp_path, {("view", "members"): VIEW})
    assert packages.read(tmp_path) == {("view", "members"): VIEW}


def test_the_same_bodies_give_the_same_bytes(tmp_path):
    [one] = packages.write(tmp_path / "one", {("view", "members"): VIEW})
    [two] = packages.write(tmp_path / "two", packages.read(tmp_path / "one"))
    assert one.read_bytes() == two.read_bytes()
    assert "会员" in one.read_text("utf-8")


def test_the_file_is_called_as_the_key(tmp_path):
    put(tmp_path, "view/other.json", '{"key": "members"}')
    assert refusal(tmp_path) == ["package.key"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"key": "v", "key": "v"}', "json.duplicate"),
        ('{"key": "v", "n": NaN}', "json.number"),
        ('{"key": "v"', "json.syntax"),
        ('{"key": "v", "d": ' + "[" * 40 + "]" * 40 + "}", "json.depth"),
        ('{"key": "v", "t": "\\ud800"}', "json.text"),
        ('["v"]', "package.object"),
        ('"' + "x" * 1_000_001 + '"', "json.size"),
    ],
)
def test_a_file_that_is_not_strict_json_is_refused(tmp_path, text, code):
    put(tmp_path, "view/v.json", text)
    assert refusal(tmp_path) == [code]


def test_a_link_is_not_followed(tmp_path):
    secret = put(tmp_path, "secret.txt", '{"key": "members"}')
    folder = tmp_path / "package"
    (folder / "view").mkdir(parents=True)
    (folder / "view" / "members.json").symlink_to(secret)
    assert refusal(folder) == ["package.stray"]


def test_a_linked_folder_is_not_followed(tmp_path):
    put(tmp_path, "elsewhere/members.json", '{"key": "members"}')
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "view").symlink_to(tmp_path / "elsewhere")
    assert refusal(folder) == ["package.stray"]


@pytest.mark.parametrize("name", ["Members.json", "members.txt", "a b.json", "..json"])
def test_a_stray_file_is_named(tmp_path, name):
    put(tmp_path, "view/members.json", '{"key": "members"}')
    put(tmp_path, f"view/{name}", "{}")
    if not name.startswith("."):
        assert refusal(tmp_path) == ["package.stray"]


def test_a_readme_and_hidden_files_may_stand_beside(tmp_path):
    put(tmp_path, "README.md", "hello")
    put(tmp_path, ".git/config", "")
    put(tmp_path, "view/members.json", '{"key": "members"}')
    assert list(packages.read(tmp_path)) == [("view", "members")]


def test_an_empty_or_absent_folder_is_a_problem(tmp_path):
    assert refusal(tmp_path) == ["package.empty"]
    assert refusal(tmp_path / "nowhere") == ["package.folder"]


def test_all_problems_of_all_files_are_told(tmp_path):
    put(tmp_path, "view/a.json", "{")
    put(tmp_path, "form/b.json", '{"key": "c"}')
    assert sorted(refusal(tmp_path)) == ["json.syntax", "package.key"]


def test_some_can_be_chosen_by_key_or_by_kind_and_key():
    bodies = {("view", "members"): VIEW, ("form", "members"): {}, ("view", "x"): {}}
    assert set(packages.only(bodies, ["view/members"])) == {("view", "members")}
    assert set(packages.only(bodies, ["members"])) == {("view", "members"), ("form", "members")}
    with pytest.raises(Problems):
        packages.only(bodies, ["nothing"])


def test_the_membership_application_is_shipped():
    assert packages.find("membership") == packages.shipped()["membership"]
