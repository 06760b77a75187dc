"""An answer of a visitor becomes a record, once, and tells strangers nothing about people who are known."""

from __future__ import annotations

from datetime import date
from itertools import chain, repeat

import pytest

from builder.mechanics.public_forms import consents, rights, turns
from builder.records import save
from builder.workflows import wake
from schema_store.problems import Problems, Refused
from tests import make
from tests.public.visiting import KEY, MEI, change, members, send, story, turn


def count(shop):
    with shop.reading() as work:
        return turns.counted(work.connection, KEY)


def test_an_answer_is_a_new_member_with_all_that_the_form_adds(shop):
    send(shop)
    [member] = members(shop)
    assert member["name"] == "Li Mei"
    assert member["birthday"] == date(1990, 5, 1)
    assert (member["source"], member["stage"]) == ("web", "new")
    assert member["joined_on"] == date(2026, 3, 2)
    assert member["tags"] == {"web-form"}
    assert member["member_no"].startswith("W")
    assert len(member["member_no"]) == 9


def test_the_form_points_to_a_record_that_visitors_do_not_see(shop):
    store = make.record(shop, "store", {"store_no": "S1", "name": "Centre"})
    change(shop, set={"store": store})
    send(shop)
    assert members(shop)[0]["store"] == store


def test_a_word_in_the_address_adds_its_tag_and_no_other(shop):
    send(shop, source="poster")
    send(shop, MEI | {"phone": "+8613800138001"}, source="vip")
    assert [member["tags"] for member in members(shop)] == [{"web-form", "poster"}, {"web-form"}]


def test_history_says_through_which_door_it_came(shop):
    kept = send(shop)
    [entry] = story(shop, kept.record_id)
    assert (entry.what, entry.cause, entry.actor, entry.reason) == ("created", "public_form", "public", KEY)


def test_workflows_hear_of_it_as_of_any_new_record(shop):
    change_workflow(shop)
    kept = send(shop)
    wake.drain(shop)
    assert "welcome" in make.read(shop, "member", kept.record_id).values["tags"]


def change_workflow(shop):
    from builder.events import Cause
    from builder.publishing.publish import publish

    body = {
        "key": "welcome",
        "label": "Welcome",
        "entity": "member",
        "trigger": {"type": "record", "entity": "member", "on": ["created"]},
        "actions": [{"type": "add_tag", "field": "tags", "tag": "welcome"}],
    }
    publish(shop, {("workflow", "welcome"): body}, cause=Cause("command"))


def test_the_words_that_were_agreed_to_are_kept_in_their_language(shop):
    kept = send(shop, language="zh")
    change(shop, consent={"text": {"zh": "新的条款"}})
    with shop.reading() as work:
        [[consent]] = consents.of(work, [("member", kept.record_id)]).values()
    assert consent.text.startswith("我同意为会员服务保存")
    assert (consent.language, consent.form, consent.at) == ("zh", KEY, story(shop, kept.record_id)[0].at)


def test_words_in_one_language_only_are_kept_as_that_one(shop):
    change(shop, consent={"text": {"zh": "我同意"}, "link": "https://shop.example/privacy"})
    kept = send(shop, language="en")
    with shop.reading() as work:
        [[consent]] = consents.of(work, [("member", kept.record_id)]).values()
    assert (consent.language, consent.text) == ("zh", "我同意\nhttps://shop.example/privacy")


def test_without_the_consent_nothing_is_written(shop):
    with pytest.raises(Problems) as refused:
        send(shop, has_agreed=False)
    assert [one.pointer for one in refused.value.problems] == ["/consent"]
    assert members(shop) == []
    assert count(shop).answers == 0


def test_a_consent_that_may_be_left_out_is_kept_only_when_given(shop):
    change(shop, consent={"text": "Write to me", "required": False})
    kept = send(shop, has_agreed=False)
    with shop.reading() as work:
        assert consents.of(work, [("member", kept.record_id)]) == {}


def test_what_the_form_asks_for_must_be_filled_in(shop):
    with pytest.raises(Problems) as refused:
        send(shop, {"name": "Li Mei", "phone": None})
    assert [one.pointer for one in refused.value.problems] == ["/phone"]


def test_a_number_that_is_taken_is_drawn_again(shop):
    make.record(shop, "member", {"member_no": "WAAAAAAAA"})
    draws = chain(repeat("AAAAAAAA", 3), ["BBBBBBBB"])
    kept = send(shop, draw=lambda: next(draws))
    assert make.read(shop, "member", kept.record_id).values["member_no"] == "WBBBBBBBB"


def test_numbers_that_are_all_taken_end_in_words(shop):
    make.record(shop, "member", {"member_no": "WAAAAAAAA"})
    with pytest.raises(Problems):
        send(shop, draw=lambda: "AAAAAAAA")
    assert len(members(shop)) == 1


def test_somebody_who_is_known_stays_as_they_are(shop):
    make.record(shop, "member", {"member_no": "M1", "phone": MEI["phone"]})
    kept = send(shop)
    assert (kept.record_id, kept.is_known) == (None, True)
    [member] = members(shop)
    assert (member["name"], member["tags"]) == (None, frozenset())
    assert (count(shop).answers, count(shop).known) == (1, 1)


def test_what_is_empty_may_be_filled_in_and_nothing_else(shop):
    change(shop, on_known="update_empty")
    known = make.record(
        shop, "member", {"member_no": "M1", "phone": MEI["phone"], "name": "Mei", "tags": frozenset({"vip"})}
    )
    assert send(shop).record_id == known
    [member] = members(shop)
    assert (member["name"], member["birthday"]) == ("Mei", date(1990, 5, 1))
    assert (member["member_no"], member["tags"]) == ("M1", {"vip", "web-form"})
    assert story(shop, known)[0].cause == "public_form"


def test_of_two_with_the_same_phone_neither_is_touched(shop):
    change(shop, on_known="update_empty")
    for number in ("M1", "M2"):
        make.record(shop, "member", {"member_no": number, "phone": MEI["phone"]})
    assert send(shop).record_id is None
    assert [member["name"] for member in members(shop)] == [None, None]


def test_a_unique_field_tells_people_apart_without_being_named(shop):
    change(
        shop,
        number=None,
        known_by=None,
        sections=[{"fields": ["member_no", "name", "phone"]}],
        required=["member_no"],
    )
    make.record(shop, "member", {"member_no": "M1"})
    assert send(shop, {"member_no": "M1", "name": "Eve"}).is_known
    assert [member["name"] for member in members(shop)] == [None]


def test_a_page_counts_once(shop):
    page = turn(nonce="page-1")
    send(shop, by=page)
    with pytest.raises(turns.Sent) as again:
        send(shop, by=page)
    assert again.value.is_same
    with pytest.raises(turns.Sent) as changed:
        send(shop, by=turn(nonce="page-1", digest="other"))
    assert not changed.value.is_same
    assert len(members(shop)) == 1


def test_visitors_have_an_hour_each(shop):
    change(shop, limit={"hourly": 2})
    for number in range(2):
        send(shop, MEI | {"phone": f"+861380013800{number}"}, by=turn("ada"))
    with pytest.raises(turns.TooOften):
        send(shop, by=turn("ada"))
    send(shop, MEI | {"phone": "+8613800138009"}, by=turn("bob"))
    assert len(members(shop)) == 3


def test_answers_of_people_who_are_known_count_like_all_others(shop):
    """Else a stranger could tell by the limit who is a member."""
    change(shop, limit={"hourly": 1})
    make.record(shop, "member", {"member_no": "M1", "phone": MEI["phone"]})
    send(shop, by=turn("ada"))
    with pytest.raises(turns.TooOften):
        send(shop, MEI | {"phone": "+8613800138001"}, by=turn("ada"))


def test_a_form_is_full_at_its_limit(shop):
    change(shop, limit={"total": 1})
    send(shop)
    with pytest.raises(turns.Full):
        send(shop, MEI | {"phone": "+8613800138001"})
    assert (len(members(shop)), count(shop).answers) == (1, 1)


def test_what_is_kept_of_visitors_goes_after_a_day(shop):
    from tests.workflows.days import at

    send(shop)
    assert turns.forget(shop) == 0
    assert turns.forget(at(shop, "2026-03-03T11:59:00")) == 0
    assert turns.forget(at(shop, "2026-03-03T12:01:00")) == 1
    assert count(shop).answers == 1


def test_a_visitor_may_do_exactly_that(shop):
    with shop.reading() as work:
        form = work.catalog.of_kind("public_form")[KEY]
        policy = rights.policy_of(work.catalog, form)
        member = work.catalog.entity("member")
        assert policy.writable(member) == {
            "name", "phone", "birthday", "source", "joined_on", "tags", "member_no",
        }  # fmt: skip
        assert policy.readable(member) == frozenset()
        for action in ("read", "update", "delete"):
            assert not policy.may(action, "member")
        assert not any(policy.may("create", key) for key in work.catalog.entities if key != "member")
        assert not any(policy.may(right) for right in ("publish", "run", "export", "users"))


def test_a_field_that_is_not_the_forms_is_refused_whatever_is_sent(shop):
    with pytest.raises(Problems) as refused:
        send(shop, MEI | {"level": "black"})
    assert refused.value.problems[0].code == "field.forbidden"
    with shop.reading() as work:
        policy = rights.policy_of(work.catalog, work.catalog.of_kind("public_form")[KEY])
        with pytest.raises(Refused):
            save.save(work, "order", {"order_no": "1"}, policy=policy)
