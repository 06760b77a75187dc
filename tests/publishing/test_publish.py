"""Publishing a set of definitions: all of it or nothing, planned before, and to be rolled back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import inspect, select

from builder.audit import audit_entries
from builder.events import Cause
from builder.publishing.going_back import before_change, roll_back, undo
from builder.publishing.plan import Plan, impact
from builder.publishing.publish import publish, publish_drafts
from builder.publishing.steps import StepChange
from builder.work import House
from schema_store import drafts, packages, store
from schema_store.documents import Body, Name
from schema_store.problems import Problem, Problems
from schema_store.sentences import Sentence
from tests.kinds.workshop import entity, field

BY = Cause("command", "user:1")
CLUB = entity("club", {"name": field("text", label={"en": "Name", "zh": "名称"}), "size": field("integer")})
LIST: dict[Name, Any] = {
    ("view", "clubs"): {"key": "clubs", "label": "Clubs", "entity": "club", "columns": ["name", "size"]}
}


def club(**fields: Any) -> dict[Name, Body]:
    """The club with other fields."""
    return entity("club", fields)


def plan(house: House, changes: Any) -> Plan:
    with house.reading() as work:
        return impact(work, changes)


def live(house: House) -> dict[Name, Body]:
    with house.reading() as work:
        return {name: one.body for name, one in store.live(work.connection).items()}


def codes(error: pytest.ExceptionInfo[Problems]) -> dict[str, str]:
    return {problem.pointer: problem.code for problem in error.value.problems}


def test_a_published_set_is_live_with_its_tables(bare):
    published = publish(bare, CLUB | LIST, cause=BY, note="first")
    assert published is not None
    assert published.published == (("entity", "club", 1), ("view", "clubs", 1))
    with bare.reading() as work:
        assert set(work.catalog.entities) == {"club"}
        assert inspect(work.connection).has_table("rec_club")


def test_what_is_live_already_is_not_published_again(bare):
    publish(bare, CLUB, cause=BY)
    assert publish(bare, CLUB, cause=BY) is None
    with bare.reading() as work:
        assert store.read_stamp(work.connection) == 1


def test_a_warning_of_a_document_is_told_and_refuses_nothing(bare):
    numbered = club(number=field("auto_number"))
    assert [(one.code, one.severity) for one in plan(bare, numbered).problems] == [
        ("settings.unique", "warning")
    ]
    published = publish(bare, numbered, cause=BY)
    assert published is not None
    assert published.published == (("entity", "club", 1),)


def test_one_wrong_definition_refuses_the_whole_set(bare):
    wrong = {("view", "clubs"): {**LIST["view", "clubs"], "columns": ["nothing"]}}
    with pytest.raises(Problems) as error:
        publish(bare, CLUB | wrong, cause=BY)
    assert codes(error) == {"/view/clubs/columns/0": "name.unknown"}
    assert live(bare) == {}
    with bare.reading() as work:
        assert not inspect(work.connection).has_table("rec_club")


def test_a_step_that_fails_leaves_nothing_behind(bare):
    class Failing:
        def plan(self, work, before, after):
            return []

        def apply(self, work, before, after):
            raise RuntimeError("the power is gone")

    bare.registry.publish_steps.add("view", Failing())
    with pytest.raises(RuntimeError):
        publish(bare, CLUB | LIST, cause=BY)
    assert live(bare) == {}
    with bare.reading() as work:
        assert not inspect(work.connection).has_table("rec_club")
        assert store.read_stamp(work.connection) == 0


def test_a_step_may_refuse_with_problems(bare):
    class Strict:
        def plan(self, work, before, after):
            return [Problem("strict.no", "No.", {}, "/entity/club")]

    bare.registry.publish_steps.add("view", Strict())
    with pytest.raises(Problems) as error:
        publish(bare, CLUB | LIST, cause=BY)
    assert codes(error) == {"/entity/club": "strict.no"}


def test_the_plan_tells_losses_with_counts(bare):
    class Losing:
        def plan(self, work, before, after):
            return [
                StepChange(
                    Sentence("{count} records lose a value.", {"count": 3}), is_destructive=True, count=3
                )
            ]

    bare.registry.publish_steps.add("view", Losing())
    [loss] = plan(bare, CLUB | LIST).losses
    assert (loss.sentence.said(), loss.count) == ("3 records lose a value.", 3)


def test_a_plan_writes_nothing(bare):
    assert not plan(bare, CLUB | LIST).is_empty
    assert live(bare) == {}


def test_a_stamp_that_moved_refuses(bare):
    publish(bare, CLUB, cause=BY)
    with pytest.raises(Problems) as error:
        publish(bare, LIST, cause=BY, expect_stamp=0)
    assert codes(error) == {"": "publish.moved"}
    assert publish(bare, LIST, cause=BY, expect_stamp=1)


def test_only_the_plan_that_was_agreed_to_is_done(bare):
    agreed = plan(bare, CLUB).fingerprint
    with pytest.raises(Problems) as error:
        publish(bare, CLUB | LIST, cause=BY, confirm=agreed)
    assert codes(error) == {"": "publish.plan_moved"}
    assert publish(bare, CLUB, cause=BY, confirm=agreed)


def test_a_publish_stands_in_the_audit(bare):
    publish(bare, CLUB, cause=BY, note="for spring")
    with bare.reading() as work:
        [entry] = work.connection.execute(select(audit_entries)).all()
    assert (entry.actor, entry.action) == ("user:1", "publish")
    assert "for spring" in entry.details


def test_a_removed_field_is_retired_and_its_column_stays(bare):
    publish(bare, CLUB, cause=BY)
    publish(bare, club(name=field("text")), cause=BY)
    with bare.reading() as work:
        assert list(work.catalog.entities["club"].fields) == ["name"]
        assert list(work.catalog.entities["club"].retired) == ["size"]
        assert "size" in {column["name"] for column in inspect(work.connection).get_columns("rec_club")}


def test_the_key_of_a_retired_field_is_not_given_to_another_type(bare):
    publish(bare, CLUB, cause=BY)
    publish(bare, club(name=field("text")), cause=BY)
    with pytest.raises(Problems) as error:
        publish(bare, club(name=field("text"), size=field("text")), cause=BY)
    assert codes(error) == {"/entity/club/properties/size/x-tessera/type": "field.type_change"}


def test_a_field_does_not_change_its_type_in_place(bare):
    publish(bare, CLUB, cause=BY)
    with pytest.raises(Problems) as error:
        publish(bare, club(name=field("text"), size=field("money")), cause=BY)
    assert "field.type_change" in codes(error).values()


def test_removing_a_field_that_a_list_shows_is_refused_and_names_the_list(bare):
    publish(bare, CLUB | LIST, cause=BY)
    with pytest.raises(Problems) as error:
        publish(bare, club(name=field("text")), cause=BY)
    assert codes(error) == {"/view/clubs/columns/1": "name.unknown"}
    assert [problem.pointer for problem in plan(bare, club(name=field("text"))).broken] == [
        "/view/clubs/columns/1"
    ]


def test_what_is_needed_cannot_be_retired(bare):
    publish(bare, CLUB | LIST, cause=BY)
    with pytest.raises(Problems) as error:
        publish(bare, {("entity", "club"): None}, cause=BY)
    assert codes(error) == {"/entity/club": "definition.needed"}
    assert "view clubs" in str(error.value)


def test_the_key_of_a_retired_definition_stays_taken(bare):
    publish(bare, CLUB | LIST, cause=BY)
    publish(bare, {("view", "clubs"): None}, cause=BY)
    assert ("view", "clubs") not in live(bare)
    with pytest.raises(Problems) as error:
        publish(bare, LIST, cause=BY)
    assert codes(error) == {"/view/clubs": "definition.retired"}


def test_an_old_version_brings_a_retired_definition_back(bare):
    publish(bare, CLUB | LIST, cause=BY)
    publish(bare, {("view", "clubs"): None}, cause=BY)
    assert roll_back(bare, "view", "clubs", 1, cause=BY)
    assert ("view", "clubs") in live(bare)


def test_rolling_back_publishes_the_old_body_as_a_new_version(bare):
    publish(bare, CLUB | LIST, cause=BY)
    shorter = {("view", "clubs"): {**LIST["view", "clubs"], "columns": ["name"]}}
    publish(bare, shorter, cause=BY)
    published = roll_back(bare, "view", "clubs", 1, cause=BY)
    assert published is not None
    assert published.published == (("view", "clubs", 3),)
    assert live(bare)["view", "clubs"]["columns"] == ["name", "size"]


def test_rolling_an_entity_back_loses_no_column(bare):
    publish(bare, CLUB, cause=BY)
    publish(bare, club(name=field("text"), size=field("integer"), city=field("text")), cause=BY)
    roll_back(bare, "entity", "club", 1, cause=BY)
    with bare.reading() as work:
        assert list(work.catalog.entities["club"].fields) == ["name", "size"]
        assert list(work.catalog.entities["club"].retired) == ["city"]


def test_a_version_that_never_was_cannot_be_rolled_back_to(bare):
    publish(bare, CLUB, cause=BY)
    with pytest.raises(Problems):
        roll_back(bare, "entity", "club", 7, cause=BY)


def test_undoing_a_change_set_restores_all_of_it(bare):
    publish(bare, CLUB, cause=BY)
    wider = {("view", "clubs"): {**LIST["view", "clubs"], "label": "All clubs"}}
    second = publish(bare, wider | club(name=field("text", label="Club"), size=field("integer")), cause=BY)
    before = live(bare)
    assert undo(bare, second.id, cause=BY)
    assert ("view", "clubs") not in live(bare)
    assert live(bare)["entity", "club"]["properties"]["name"]["x-tessera"]["label"] == {
        "en": "Name",
        "zh": "名称",
    }
    assert undo(bare, second.id + 1, cause=BY)
    assert live(bare) == before


def test_a_change_set_that_was_built_upon_is_not_undone(bare):
    first = publish(bare, CLUB | LIST, cause=BY)
    publish(bare, {("view", "clubs"): {**LIST["view", "clubs"], "label": "All"}}, cause=BY)
    with bare.reading() as work, pytest.raises(Problems) as error:
        before_change(work, first.id)
    assert codes(error) == {"/view/clubs": "change.moved"}


def test_drafts_are_published_as_one_set_and_are_done(bare):
    with bare.writing(BY) as work:
        for name, body in (CLUB | LIST).items():
            drafts.save_draft(work.connection, name, body, base=None, turn=0, by="user:1", at=work.now)
    assert publish_drafts(bare, cause=BY)
    with bare.reading() as work:
        assert drafts.drafts(work.connection) == {}


def test_publishing_something_else_leaves_a_draft_alone(bare):
    mine = {**LIST["view", "clubs"], "label": "Mine"}
    publish(bare, CLUB, cause=BY)
    with bare.writing(BY) as work:
        drafts.save_draft(
            work.connection, ("view", "clubs"), mine, base=None, turn=0, by="user:1", at=work.now
        )
    publish(bare, LIST, cause=BY)
    with bare.reading() as work:
        draft = drafts.draft(work.connection, "view", "clubs")
    assert draft is not None
    assert (draft.body["label"], draft.is_stale) == ("Mine", True)
    with pytest.raises(Problems) as error:
        publish_drafts(bare, cause=BY)
    assert codes(error) == {"/view/clubs": "draft.stale"}


def test_the_membership_application_is_exported_and_published_again_byte_for_byte(bare, tmp_path):
    bodies = {
        name: body
        for name, body in packages.read(packages.find("membership")).items()
        if name[0] != "workflow"
    }
    publish(bare, bodies, cause=BY)
    packages.write(tmp_path / "one", live(bare))
    assert publish(bare, packages.read(tmp_path / "one"), cause=BY) is None
    packages.write(tmp_path / "two", live(bare))
    one, two = (
        {path.relative_to(tmp_path / half): path.read_bytes() for path in (tmp_path / half).rglob("*.json")}
        for half in ("one", "two")
    )
    assert one == two


def test_a_retired_field_comes_back_with_its_column(bare):
    publish(bare, CLUB, cause=BY)
    publish(bare, club(name=field("text")), cause=BY)
    assert publish(bare, CLUB, cause=BY)
    with bare.reading() as work:
        assert list(work.catalog.entities["club"].fields) == ["name", "size"]
