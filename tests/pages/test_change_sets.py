"""The change set: drafts chosen, planned, published now or later; two authors brought together; changes taken back."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from builder.events import Cause
from builder.publishing.publish import publish
from builder.workflows import planned as carrying
from schema_store import drafts
from tests import make
from tests.pages.shop import Page, Reader, Shop
from tests.pages.workshop import send

VIEW = "/studio/view/prospects"


def edit(reader: Reader, path: str, old: str, new: str) -> Page:
    """Keep a draft by the text editor with some words replaced."""
    form = reader.get(f"{path}/text").form()
    assert old in form["text"]
    return reader.post(f"{path}/text", form | {"text": form["text"].replace(old, new)})


def two_drafts(ada: Reader) -> None:
    edit(ada, VIEW, "No order yet", "Never bought")
    edit(ada, "/studio/view/dormant_members", '"Dormant members"', '"Sleeping members"')


def drafted(shop: Shop, kind: str, key: str) -> drafts.Draft | None:
    with shop.house.reading() as work:
        return drafts.draft(work.connection, kind, key)


def test_all_drafts_stand_there_with_their_author_and_sentences_and_are_ticked(ada):
    two_drafts(ada)
    page = ada.get("/studio/publish")
    assert page.all(".draft h3") == [
        "Sleeping members View Changed",
        "Never bought View Changed",
    ]
    assert "Ada · 2 Mar 2026" in page.all(".draft .story-when")[0]
    assert len(page.soup.select(".draft input[checked]")) == 2


def test_only_what_is_ticked_is_published(shop, ada):
    two_drafts(ada)
    page = ada.get("/studio/publish")
    look = send(ada, "/studio/publish", page, {"do": "look"}, without=["with.view/dormant_members"])
    assert [tag["name"] for tag in look.soup.select(".draft input[checked]")] == ["with.view/prospects"]
    assert send(ada, "/studio/publish", look, {"do": "publish"}).where == "/studio"
    assert "Never bought" in ada.get("/desk").text
    assert drafted(shop, "view", "dormant_members") is not None
    assert drafted(shop, "view", "prospects") is None


def test_the_plan_follows_the_ticks(ada):
    two_drafts(ada)
    fields = ada.get("/studio/publish").form() | {"do": "look"}
    fields.pop("with.view/dormant_members")
    swapped = ada.post("/studio/publish", fields, htmx="plan")
    assert swapped.html.lstrip().startswith('<div id="plan"')
    assert swapped.one("#plan")["data-status"] == "1 chosen"


def test_nothing_ticked_publishes_nothing(ada):
    two_drafts(ada)
    page = ada.get("/studio/publish")
    names = ["with.view/dormant_members", "with.view/prospects"]
    refused = send(ada, "/studio/publish", page, {"do": "publish"}, without=names)
    assert (refused.status, "Tick at least one draft." in refused.text) == (422, True)


def test_a_draft_that_is_wrong_does_not_hold_up_another(ada):
    two_drafts(ada)
    form = ada.get(f"{VIEW}/text").form()
    ada.post(f"{VIEW}/text", form | {"text": form["text"].replace('"phone"', '"fone"'), "anyway": "1"})
    page = ada.get("/studio/publish")
    assert page.all(".note.is-bad li a") == ["View: Never bought"]
    assert page.soup.select("button[value=publish]") == []
    rest = send(ada, "/studio/publish", page, {"do": "look"}, without=["with.view/prospects"])
    assert send(ada, "/studio/publish", rest, {"do": "publish"}).where == "/studio"


def test_a_draft_is_thrown_away_on_the_page(shop, ada):
    two_drafts(ada)
    page = ada.get("/studio/publish")
    form = page.soup.select_one("#discard-draft-1")
    done = ada.post(form["action"], page.form("#discard-draft-1"))
    assert done.where == "/studio/publish"
    assert len(ada.get("/studio/publish").all(".draft")) == 1


def test_with_nothing_drafted_the_page_says_where_to_begin(ada):
    page = ada.get("/studio/publish")
    assert page.all(".blank h2") == ["There is nothing to publish"]
    assert page.link("What was published") == "/studio/changes"


def plan_later(ada: Reader, day: str = "2026-03-05", at: str = "06:30") -> Page:
    page = ada.get("/studio/publish")
    return send(
        ada, "/studio/publish", page, {"do": "schedule", "day": day, "time": at, "note": "For Thursday"}
    )


def test_a_publish_is_planned_for_later_and_happens_then(shop, ada):
    edit(ada, VIEW, "No order yet", "Never bought")
    assert plan_later(ada).where == "/studio/publish#planned-1"
    page = ada.get("/studio/publish")
    assert "5 Mar 2026, 06:30" in page.one("#planned-1").text
    assert page.soup.select(".draft input[checked]") == []
    assert carrying.publish_due(shop.house, make.NOON + timedelta(days=2)) == []
    assert carrying.publish_due(shop.house, make.NOON + timedelta(days=3)) == [1]
    assert "Never bought" in ada.get("/desk").text
    assert "Published as planned" in ada.get("/desk").text


def test_what_was_planned_and_changed_is_told_before_and_after(shop, ada):
    edit(ada, VIEW, "No order yet", "Never bought")
    plan_later(ada)
    edit(ada, VIEW, "Never bought", "No purchase")
    assert "changed since: Never bought" in ada.get("/studio/publish").one("#planned-1").text
    carrying.publish_due(shop.house, make.NOON + timedelta(days=3))
    told = ada.get("/studio/publish").one("#planned-1").text
    assert "was not published" in told
    assert "Its draft is not the one that was agreed to" in told
    assert "No order yet" in ada.get("/desk").text


def test_a_planned_publish_is_cancelled(shop, ada):
    edit(ada, VIEW, "No order yet", "Never bought")
    plan_later(ada)
    ada.post("/studio/publish/planned/1/cancel", {})
    assert carrying.publish_due(shop.house, make.NOON + timedelta(days=3)) == []
    assert ada.get("/studio/publish").soup.select(".draft input[checked]") != []


@pytest.mark.parametrize(
    ("day", "at"), [("", ""), ("soon", "now"), ("2026-02-01", "06:00"), ("9999-12-31", "23:59")]
)
def test_a_time_that_cannot_be_is_said_at_its_input(ada, day, at):
    edit(ada, VIEW, "No order yet", "Never bought")
    page = plan_later(ada, day, at)
    assert page.status == 422
    assert page.one("#due-day")["aria-invalid"] == "true"
    assert page.one("#due-error").text.strip()


def test_two_authors_at_different_places_keep_both(shop, ada):
    ben = shop.reader("admin", "clerk")
    mine, theirs = ada.get(f"{VIEW}/text").form(), ben.get(f"{VIEW}/text").form()
    ben.post(f"{VIEW}/text", theirs | {"text": theirs["text"].replace("No order yet", "Theirs")})
    kept = ada.post(f"{VIEW}/text", mine | {"text": mine["text"].replace('"phone",', "")})
    assert kept.where == VIEW
    assert "The draft holds both" in ada.get(VIEW).text
    body = drafted(shop, "view", "prospects").body
    assert body["label"]["en"] == "Theirs"
    assert "phone" not in body["columns"]


def clash(shop: Shop, ada: Reader) -> Page:
    ben = shop.reader("admin", "clerk")
    mine, theirs = ada.get(f"{VIEW}/text").form(), ben.get(f"{VIEW}/text").form()
    ben.post(
        f"{VIEW}/text",
        theirs | {"text": theirs["text"].replace("No order yet", "Theirs").replace('"phone",', "")},
    )
    return ada.post(f"{VIEW}/text", mine | {"text": mine["text"].replace("No order yet", "Mine")})


def test_two_authors_at_one_place_are_asked_whose_words_stand(shop, ada):
    page = clash(shop, ada)
    assert page.status == 409
    assert "Admin-Clerk kept another draft" in page.text
    assert page.all(".clash legend") == ["Label › English"]
    assert page.all(".clash label") == [
        "Admin-Clerk wrote: “Theirs”",
        "You wrote: “Mine”",
        "It was before: “No order yet”",
    ]
    done = send(ada, f"{VIEW}/merge", page, {"at:/label/en": "theirs", "publish": "1"})
    assert done.where == "/studio/publish"
    body = drafted(shop, "view", "prospects").body
    assert (body["label"]["en"], "phone" in body["columns"]) == ("Theirs", False)


def test_a_place_where_nobody_chose_is_marked_and_nothing_is_kept(shop, ada):
    page = send(ada, f"{VIEW}/merge", clash(shop, ada), {"save": "1"})
    assert page.status == 422
    assert len(page.all(".clash .form-error")) == 1
    assert page.soup.select("[data-focus]")[0]["name"] == "at:/label/en"
    assert drafted(shop, "view", "prospects").body["label"]["en"] == "Theirs"
    assert send(ada, f"{VIEW}/merge", page, {"at:/label/en": "mine", "save": "1"}).where == VIEW
    assert drafted(shop, "view", "prospects").body["label"]["en"] == "Mine"


def test_a_choice_about_words_that_moved_again_is_asked_anew(shop, ada):
    page = clash(shop, ada)
    edit(shop.reader("admin", "clerk"), VIEW, "Theirs", "Once more")
    again = send(ada, f"{VIEW}/merge", page, {"at:/label/en": "theirs"})
    assert again.status == 409
    assert "“Once more”" in again.all(".clash label")[0]
    assert again.soup.select(".clash input[checked]") == []


def test_a_stale_draft_leads_to_the_page_that_brings_both_together(shop, ada):
    edit(ada, VIEW, "No order yet", "Mine")
    mine = drafted(shop, "view", "prospects")
    live = {**mine.body, "label": {"en": "Published", "zh": "已发布"}}
    publish(shop.house, {("view", "prospects"): live}, cause=Cause("form", "user:1"))
    page = ada.get("/studio/publish")
    assert page.soup.select(".draft input[disabled]") != []
    merge = ada.get(page.link("Bring both together"))
    assert "A newer version of this was published" in merge.text
    done = send(ada, f"{VIEW}/merge", merge, {"at:/label/en": "mine", "publish": "1"})
    assert done.where == "/studio/publish"
    assert not drafted(shop, "view", "prospects").is_stale


def test_a_condition_that_two_wrote_is_one_place(shop, ada):
    ben, path = shop.reader("admin", "clerk"), "/studio/view/dormant_members"
    mine, theirs = (json.loads(one.get(f"{path}/text").form()["text"]) for one in (ada, ben))
    form = ada.get(f"{path}/text").form()
    theirs["where"] = {"==": [{"var": "stage"}, "active"]}
    mine["where"] = {"and": [{"==": [{"var": "level"}, "gold"]}, {"==": [{"var": "stage"}, "dormant"]}]}
    ben.post(f"{path}/text", form | {"csrf_token": ben.token(), "text": json.dumps(theirs)})
    page = ada.post(f"{path}/text", form | {"text": json.dumps(mine)})
    assert page.all(".clash legend") == ["Condition"]
    assert "Stage is “Active”" in page.all(".clash label")[0]


@pytest.mark.parametrize("carried", ["", "[]", "{", '{"key": "other"}', "7"])
def test_a_merge_of_nothing_sensible_is_no_fault(ada, carried):
    assert ada.post(f"{VIEW}/merge", {"mine": carried, "base": "x", "turn": "-1"}).status == 422


def test_retiring_tells_what_uses_it_and_refuses(shop, ada):
    shop.member(1)
    page = ada.get("/studio/entity/member/retire")
    assert "It cannot be retired yet" in page.text
    assert "View: Dormant members" in " ".join(page.all("main label"))
    refused = send(ada, "/studio/entity/member/retire", page, {"publish": "1"})
    assert refused.status == 422
    assert drafted(shop, "entity", "member") is None


def test_retiring_is_a_draft_like_any_other_and_can_be_taken_back(shop, ada):
    users = ada.get(f"{VIEW}/retire")
    names = [tag["name"] for tag in users.soup.select("main input[type=checkbox]")]
    assert names == ["along.app/membership"]
    app = ada.get("/studio/app/membership/text").form()
    body = json.loads(app["text"])
    body["menu"] = [one for one in body["menu"] if one.get("view") != "prospects"]
    if "home" in body:
        body["home"] = json.loads(json.dumps(body["home"]).replace('"prospects"', '"dormant_members"'))
    ada.post("/studio/app/membership/text", app | {"text": json.dumps(body)})
    done = send(ada, f"{VIEW}/retire", ada.get(f"{VIEW}/retire"), {"publish": "1"})
    assert done.where == "/studio/publish", done.text
    assert drafted(shop, "view", "prospects").body is None
    plan = ada.get("/studio/publish")
    assert "Retired" in " ".join(plan.all(".draft .badge"))
    assert send(ada, "/studio/publish", plan, {"do": "publish"}).where == "/studio"
    retired = ada.get(VIEW)
    assert "This definition is retired" in retired.text
    assert "prospects" not in ada.get("/desk").html
    undo = ada.get("/studio/changes/2/undo")
    assert send(ada, "/studio/changes/2/undo", undo, {}).where == "/studio/changes"
    assert "No order yet" in ada.get("/desk").text


def test_editing_what_is_to_be_retired_keeps_it_instead(shop, ada):
    with shop.house.writing(Cause("form", "user:1")) as work:
        drafts.save_draft(
            work.connection, ("view", "prospects"), None, base=1, turn=0, by="user:1", at=work.now
        )
    for path in ("/studio", VIEW, f"{VIEW}/text", f"{VIEW}/design", "/studio/publish", "/studio/preview"):
        assert ada.get(path).status == 200, path
    assert ada.get("/find", q="prospects").status == 200
    edit(ada, VIEW, "No order yet", "Never bought")
    assert drafted(shop, "view", "prospects").body["label"]["en"] == "Never bought"


def test_changes_tell_who_did_what_when_and_why(shop, ada):
    edit(ada, VIEW, "No order yet", "Never bought")
    send(ada, "/studio/publish", ada.get("/studio/publish"), {"do": "publish", "note": "A kinder word"})
    page = ada.get("/studio/changes")
    assert page.all("#changes .row-main")[0] == "#2 A kinder word"
    assert "Ada" in page.all("#changes li")[0]
    change = ada.get(page.link("#2"))
    assert "Never bought" in " ".join(change.all(".card li li"))
    assert "A kinder word" in change.text
    assert change.link("Both texts side by side") == f"{VIEW}/versions/2"
    first = ada.get("/studio/changes/1")
    assert len(first.all(".card h2")) > 10


def test_the_list_of_changes_asks_no_more_the_longer_it_is(shop, ada):
    def asked() -> int:
        ada.get("/studio/changes")
        statements = shop.statements()
        ada.get("/studio/changes")
        return len(statements)

    few = asked()
    for number in range(4):
        edit(ada, VIEW, '"en": "' + ("No order yet" if not number else f"N{number - 1}"), f'"en": "N{number}')
        send(ada, "/studio/publish", ada.get("/studio/publish"), {"do": "publish"})
    assert asked() <= few + 1


def publish_label(ada: Reader, old: str, new: str) -> None:
    edit(ada, VIEW, old, new)
    send(ada, "/studio/publish", ada.get("/studio/publish"), {"do": "publish"})


def test_what_was_built_upon_is_undone_step_by_step(ada):
    publish_label(ada, "No order yet", "Two")
    publish_label(ada, '"Two"', '"Three"')
    page = ada.get("/studio/changes/2/undo")
    assert page.soup.select("main form") == []
    first = page.link("Undo this one first")
    assert first == "/studio/changes/3/undo"
    send(ada, first, ada.get(first), {})
    assert "Two" in ada.get("/desk").text
    then = ada.get("/studio/changes/2/undo")
    send(ada, "/studio/changes/2/undo", then, {})
    assert "No order yet" in ada.get("/desk").text
    assert "Undoes change set 2" in ada.get("/studio/changes").all("#changes .row-main")[0]


def test_or_back_to_the_moment_before_all_of_it(ada):
    publish_label(ada, "No order yet", "Two")
    publish_label(ada, '"Two"', '"Three"')
    moment = ada.get(ada.get("/studio/changes/2/undo").link("Go back to the moment before"))
    send(ada, "/studio/changes/2/back", moment, {})
    assert "No order yet" in ada.get("/desk").text


def test_an_undo_whose_plan_moved_is_shown_again(ada):
    publish_label(ada, "No order yet", "Two")
    agreed = ada.get("/studio/changes/2/undo")
    publish_label(ada, '"Two"', '"Three"')
    assert send(ada, "/studio/changes/2/undo", agreed, {}).status == 422


@pytest.mark.parametrize("path", ["/studio/changes/99", "/studio/changes/99/undo", "/studio/changes/99/back"])
def test_a_change_set_that_never_was_is_no_fault(ada, path):
    assert ada.get(path).status in (200, 404)


def test_a_clerk_sees_no_changes(shop):
    clerk = shop.reader("clerk")
    for path in (
        "/studio/changes",
        "/studio/changes/1",
        "/studio/changes/1/undo",
        f"{VIEW}/retire",
        f"{VIEW}/merge",
    ):
        assert clerk.get(path).status == 403


HUGE = "99999999999999999999"


@pytest.mark.parametrize(
    "path",
    [
        f"/studio/changes?before={HUGE}",
        "/studio/changes?before=-1",
        f"/studio/changes/{HUGE}",
        f"/studio/runs?before={HUGE}",
        f"{VIEW}/versions/1?with={HUGE}",
    ],
)
def test_a_number_that_nothing_has_is_no_fault(ada, path):
    assert ada.get(path).status in (200, 404)


def test_a_draft_written_on_a_version_that_never_was_is_no_fault(ada):
    form = ada.get(f"{VIEW}/text").form()
    text = form["text"].replace("No order yet", "Never bought")
    assert ada.post(f"{VIEW}/text", form | {"base": HUGE, "turn": HUGE, "text": text}).status in (303, 409)


def test_a_change_is_told_in_the_words_of_then(shop, ada):
    """What a rule of then named may be gone today."""
    body = {"key": "lost", "label": "Lost", "entity": "member", "columns": ["name"]}
    rule = {"==": [{"var": "city"}, "Wuhan"]}
    publish(shop.house, {("view", "lost"): body}, cause=Cause("form", "user:1"))
    publish(shop.house, {("view", "lost"): {**body, "where": rule}}, cause=Cause("form", "user:1"))
    publish(shop.house, {("view", "lost"): None}, cause=Cause("form", "user:1"))
    assert "City is “Wuhan”" in ada.get("/studio/changes/3").text


def test_what_would_break_elsewhere_is_told_apart(ada):
    text = "/studio/entity/member/text"
    form = ada.get(text).form()
    body = json.loads(form["text"])
    del body["properties"]["city"]
    ada.post(text, form | {"text": json.dumps(body), "anyway": "1"})
    page = ada.get("/studio/publish")
    assert "It would break what is used elsewhere" in page.text
    assert "Form: Member" in page.all(".note.is-bad li a")
    assert "City is retired" in page.all(".draft li")[0]


def test_the_change_set_asks_no_more_the_more_drafts_there_are(shop, ada):
    def asked() -> int:
        ada.get("/studio/publish")
        statements = shop.statements()
        ada.get("/studio/publish")
        return len(statements)

    edit(ada, VIEW, "No order yet", "Never bought")
    few = asked()
    more = ["dormant_members", "new_members", "all_members"]
    for key in more:
        edit(ada, f"/studio/view/{key}", '"label": {', '"roles": ["clerk"], "label": {')
    assert len(ada.get("/studio/publish").all(".draft")) == 4
    assert asked() <= few
