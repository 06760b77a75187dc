"""The studio: what there is, what a change would do, doing it, and going back."""

from __future__ import annotations

import json
from datetime import date

import pytest


def test_overview_lists_definitions_by_kind_and_searches(ada):
    page = ada.get("/studio")
    assert "Members go dormant" in page.all("#definitions .row-main")
    found = ada.swap("/studio?q=dormant", "definitions")
    assert found.html.lstrip().startswith('<div id="definitions"')
    assert {
        "Dormant members",
        "Members go dormant",
        "A new order wakes a dormant member",
    } <= set(found.all(".row-main"))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/studio/entity/member", "sum of Amount of Orders, where Status is “Paid”"),
        ("/studio/view/dormant_members", "Stage is “Dormant”"),
        ("/studio/role/clerk", "Hidden: Total spent"),
        ("/studio/form/member_form", "Member number, Name, Phone"),
        ("/studio/app/membership", "Dormant members"),
        ("/studio/workflow/member_dormant", "set Stage to Dormant"),
    ],
)
def test_a_definition_is_shown_in_words(ada, path, words):
    page = ada.get(path)
    assert words in page.text
    assert "Version 1" in page.text
    json.loads(page.one("pre.code").text)


def test_edit_plan_publish_and_go_back(ada):
    editor = ada.get("/studio/view/dormant_members/text").form()
    text = editor["text"].replace('"Dormant members"', '"Sleeping members"')
    kept = ada.post("/studio/view/dormant_members/text", editor | {"text": text, "publish": "1"})
    assert kept.where == "/studio/publish"
    assert "draft waits" in ada.get("/studio").text
    plan = ada.get("/studio/publish")
    assert "Sleeping members" in plan.text
    assert "Dormant members" in ada.get("/desk").text
    assert ada.post("/studio/publish", plan.form() | {"note": "A kinder word"}).where == "/studio"
    assert "Sleeping members" in ada.get("/desk").text
    changed = ada.get("/studio/view/dormant_members/versions/2")
    assert "Sleeping members" in changed.text
    assert changed.all(".diff .is-removed") == ['- "en": "Dormant members",']
    back = ada.get("/studio/view/dormant_members/versions/1/back")
    assert (
        ada.post("/studio/view/dormant_members/versions/1/back", back.form()).where
        == "/studio/view/dormant_members"
    )
    assert "Dormant members" in ada.get("/desk").text
    assert ada.get("/studio/view/dormant_members").all("#versions strong") == [
        "Version 3",
        "Version 2",
        "Version 1",
    ]


def test_a_plan_that_moved_is_shown_again(ada):
    editor = ada.get("/studio/view/prospects/text").form()
    ada.post(
        "/studio/view/prospects/text", editor | {"text": editor["text"].replace("No order yet", "First")}
    )
    plan = ada.get("/studio/publish").form()
    again = ada.get("/studio/view/prospects/text").form()
    ada.post("/studio/view/prospects/text", again | {"text": again["text"].replace("First", "Second")})
    page = ada.post("/studio/publish", plan)
    assert page.status == 422
    assert "not the one you agreed to" in page.text
    assert "Second" in page.text


def test_problems_are_pinned_to_their_place(ada):
    editor = ada.get("/studio/view/dormant_members/text").form()
    page = ada.post(
        "/studio/view/dormant_members/text",
        editor | {"text": editor["text"].replace('"phone"', '"fone"')},
        htmx="editor",
    )
    assert page.status == 422
    assert page.html.lstrip().startswith('<div id="editor"')
    assert "fone" in page.one("#text").text
    assert page.all("#problems code") == ["/columns/2"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"key": "Bad Key"}', '{"key": "other"}', '{"a": 1, "a": 2}', "[" * 50]
)
def test_text_that_is_no_definition_is_refused_with_words(ada, text):
    editor = ada.get("/studio/view/prospects/text").form()
    page = ada.post("/studio/view/prospects/text", editor | {"text": text, "anyway": "1"})
    assert page.status == 422
    assert page.all("#problems li")


def test_a_draft_is_thrown_away(ada):
    editor = ada.get("/studio/view/prospects/text").form()
    ada.post(
        "/studio/view/prospects/text", editor | {"text": editor["text"].replace("No order yet", "Other")}
    )
    ada.post("/studio/view/prospects/discard", {})
    assert "draft waits" not in ada.get("/studio").text


def test_a_new_definition_begins_from_bones(ada):
    form = ada.get("/studio/view/new").form()
    body = json.loads(form["text"]) | {
        "key": "silver",
        "label": "Silver",
        "entity": "member",
        "columns": ["name"],
    }
    done = ada.post("/studio/view/new", form | {"text": json.dumps(body)})
    assert done.where == "/studio/view/silver"
    assert "not published" in ada.get(done.where).text


def test_rehearse_run_and_undo(shop, ada):
    sleeping = shop.member(1, name="Chen Jing", stage="active", joined_on=date(2025, 1, 1))
    shop.member(2, stage="active")
    page = ada.get("/studio/workflows/member_dormant/rehearsal")
    assert page.one("#matched").text == "1"
    assert "Stage: Active → became Dormant" in page.text
    assert "Task “Wake up Chen Jing”" in page.text
    assert "Active" in ada.get(f"/desk/member/{sleeping}").text
    run = ada.post("/studio/workflows/member_dormant/run", page.form())
    told = ada.get(run.where)
    assert told.all(".figure dd") == ["1", "1", "0"]
    assert told.all(".head + p .badge") == ["done"]
    assert "Dormant" in ada.get(f"/desk/member/{sleeping}").text
    assert ada.post("/studio/workflows/member_dormant/run", page.form()).where == run.where
    asked = ada.get(told.link("Undo"))
    assert asked.all(".figure dd")[1] == "0"
    ada.post(asked.soup.select_one("main form")["action"], asked.form())
    assert ada.get(run.where).all(".head + p .badge") == ["undone"]
    assert "Active" in ada.get(f"/desk/member/{sleeping}").text


def test_the_list_of_runs_asks_no_more_the_longer_it_is(shop, ada):
    def asked() -> int:
        ada.get("/studio/runs")
        statements = shop.statements()
        ada.get("/studio/runs")
        return len(statements)

    few = asked()
    shop.member(1, stage="active", joined_on=date(2025, 1, 1))
    for _time in range(3):
        ada.post("/studio/workflows/member_dormant/run", {})
    assert len(ada.get("/studio/runs").all("#runs tbody tr")) >= 2
    assert asked() <= few + 1


def test_a_rehearsal_of_another_day(shop, ada):
    shop.member(1, stage="active")
    assert "No record matches" in ada.get("/studio/workflows/member_dormant/rehearsal").text
    later = ada.get("/studio/workflows/member_dormant/rehearsal?as_of=2026-12-31")
    assert later.one("#matched").text == "1"
    assert ada.get("/studio/workflows/member_dormant/rehearsal?as_of=soon").status == 422


def test_a_workflow_says_when_and_is_switched_off(ada):
    page = ada.get("/studio/workflows/member_dormant")
    assert "3 Mar 2026, 03:00" in page.text
    ada.post("/studio/workflows/member_dormant/switch", {"enabled": "0"})
    off = ada.get("/studio/workflows/member_dormant")
    assert "switched off" in off.text
    assert "3 Mar 2026" not in off.text


def test_plugins_say_what_they_bring(ada):
    page = ada.get("/studio/plugins")
    assert "Web hooks" in page.all(".card-title")[0]
    assert page.all(".facts div") == ["Action Send a web hook send_webhook", "Channel Web hook webhook"]


def test_chinese_pages_are_chinese_down_to_the_punctuation(shop):
    ada = shop.reader("admin", language="zh")
    assert "下次运行" in ada.get("/studio/workflows").all("thead th")
    chips = ada.get("/desk/member?w=level.in.gold%0Ablack&w=points.between.1%0A9").all(".chip > span")
    assert chips == ["等级是以下之一：金卡、黑金", "积分介于 1和9"]
    assert "应用：会员管理" in ada.get("/studio/entity/member").text
    assert "发送网络回调" in ada.get("/studio/plugins").text
    page = ada.post("/desk/order/new", {"order_no": "O1", "member": "", "amount": "abc"})
    assert "金额：“abc”不是数字。请写作 1234.50。" in page.text.replace("： ", "：").replace(" ：", "：")


def test_people_and_tokens(shop, ada):
    page = ada.post("/studio/people", {"email": "new@shop.example", "roles": "clerk"})
    assert "Shop clerk" in page.text
    assert len(page.one(".note code").text) >= 12
    assert ada.post("/studio/people", {"email": "new@shop.example"}).status == 422
    token = ada.post("/studio/tokens", {"name": "till", "scopes": "read"}).one(".note code").text
    assert token.startswith("tessera_")


def test_a_forgotten_password_is_replaced_and_roles_are_changed(shop, ada):
    clerk = shop.reader("clerk")
    page = ada.get(ada.get("/studio/people").link("Clerk"))
    assert page.all("input[name=roles][checked] + span") == ["Shop clerk"]
    base = page.soup.select("main form")[0]["action"].removesuffix("/roles")
    new = ada.post(f"{base}/password", {}).one(".note code").text
    assert len(new) >= 12
    assert clerk.get("/desk").where.startswith("/sign-in")
    ada.post(f"{base}/roles", {"roles": "manager"})
    assert ada.get(base).all("input[name=roles][checked] + span") == ["Manager"]
    ada.post(f"{base}/switch", {"active": "0"})
    assert "suspended" in ada.get("/studio/people").text


def test_nobody_changes_themselves_here(ada):
    own = ada.get("/studio/people").link("Ada")
    assert ada.get(own).all("main form") == []
    for act in ("roles", "password", "switch"):
        assert ada.post(f"{own}/{act}", {"roles": "clerk"}).status == 422


def test_a_token_is_revoked(ada):
    page = ada.post("/studio/tokens", {"name": "till", "scopes": "read"})
    action = page.soup.select_one("form[action$=revoke]")["action"]
    assert ada.post(action, {}).where == "/studio/people"
    assert "till" not in ada.get("/studio/people").text
    assert ada.post(action, {}).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/studio",
        "/studio/runs",
        "/studio/workflows",
        "/studio/entity/member",
        "/studio/plugins",
        "/studio/people",
        "/studio/publish",
    ],
)
def test_a_clerk_has_no_studio(shop, path):
    page = shop.reader("clerk").get(path)
    assert page.status == 403
    assert "Ask an administrator" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/studio/nothing/x",
        "/studio/view/nothing",
        "/studio/runs/99",
        "/studio/workflows/nothing",
        "/studio/view/prospects/versions/9",
        "/studio/nothing/new",
    ],
)
def test_what_is_not_there_is_not_found(ada, path):
    assert ada.get(path).status == 404
