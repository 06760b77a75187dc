"""Trying the drafts in a copy: the desk changes over, the studio does not, and nothing of it is real."""

from __future__ import annotations

from typing import Any


def draft(ada: Any, **texts: str) -> None:
    editor = ada.get("/studio/view/dormant_members/text").form()
    text = editor["text"].replace('"Dormant members"', '"Sleeping members"')
    assert (
        ada.post("/studio/view/dormant_members/text", editor | {"text": texts.get("text", text)}).status
        == 303
    )


def begin(ada: Any) -> None:
    page = ada.get("/studio/preview")
    assert ada.post("/studio/preview", page.form()).where == "/desk"


def bar(page: Any) -> list[str]:
    return page.all(".mode-bar p")


def test_without_drafts_there_is_nothing_to_try(ada):
    page = ada.get("/studio/preview")
    assert "There are no drafts" in page.text
    assert page.all("form[action='/studio/preview']") == []


def test_the_desk_shows_the_draft_and_the_studio_the_workspace(ada, shop):
    shop.member(1, name="Chen Jing")
    draft(ada)
    assert "Sleeping members" in ada.get("/studio/preview").text
    begin(ada)
    home = ada.get("/desk")
    assert "Sleeping members" in home.text
    assert bar(home) == [
        "You try the drafts in a copy with the newest records: nothing here is real, and nothing is sent."
    ]
    assert "Chen Jing" in ada.get("/desk/member").text
    assert "Dormant members" in ada.get("/studio/view/dormant_members").one("h1").text


def test_what_is_entered_there_is_gone_with_the_copy(ada, shop):
    draft(ada)
    begin(ada)
    form = ada.get("/desk/member/new").form()
    made = ada.post("/desk/member/new", form | {"member_no": "TRIAL-1", "name": "Nobody"})
    assert made.status == 303
    assert "Nobody" in ada.get(made.where).text
    assert ada.post("/studio/preview/end", ada.get("/desk").form(".mode-bar")).where == "/studio"
    assert bar(ada.get("/desk")) == []
    assert "Nobody" not in ada.get("/desk/member").text
    assert "Sleeping members" not in ada.get("/desk").text
    assert list((shop.house.settings.data / "trials").iterdir()) == []


def test_a_draft_that_is_wrong_is_said_and_nothing_changes_over(ada):
    editor = ada.get("/studio/view/dormant_members/text").form()
    text = editor["text"].replace('"name"', '"nothing"')
    ada.post("/studio/view/dormant_members/text", editor | {"text": text, "anyway": "1"})
    page = ada.get("/studio/preview")
    refused = ada.post("/studio/preview", page.form())
    assert refused.status == 422
    assert "The column “nothing” does not exist." in refused.text
    assert bar(ada.get("/desk")) == []


def test_a_copy_that_is_gone_is_said_and_never_passed_over(ada, shop):
    draft(ada)
    begin(ada)
    for path in (shop.house.settings.data / "trials").iterdir():
        path.unlink()
    sent = ada.get("/desk/member/new")
    assert sent.where == "/studio/preview"
    assert "The copy in which you tried the drafts is gone." in ada.get("/studio/preview").text
    assert ada.get("/desk/member/new").status == 200


def test_signing_out_leaves_the_copy(ada):
    draft(ada)
    begin(ada)
    ada.post("/sign-out", ada.get("/desk").form("form[action='/sign-out']"))
    assert ada.get("/desk").where.startswith("/sign-in")


def test_only_who_may_publish_may_try(shop):
    clerk = shop.reader("clerk")
    assert clerk.get("/studio/preview").status == 403
    assert clerk.post("/studio/preview", {}).status == 403
