"""The designer without a script: what is drawn and posted is the document, and buttons do what they say."""

from __future__ import annotations

import pytest

from schema_store import drafts, strict_json
from tests.pages.condition_shop import posted, send

KINDS = ("view", "form", "app", "page", "role", "workflow")


def shipped(shop):
    with shop.house.reading() as work:
        return [name for name in work.catalog.bodies if name[0] in KINDS]


def draft_of(shop, kind, key):
    with shop.house.reading() as work:
        return drafts.draft(work.connection, kind, key).body


def live_of(shop, kind, key):
    with shop.house.reading() as work:
        return dict(work.catalog.bodies[kind, key])


def pressed(reader, path, form, **button):
    """The form posted by one of its buttons, some inputs changed: a name with its value."""
    for name, value in button.items():
        form[name] = value
    return send(reader, path, form)


def do(reader, path, page, what, **changes):
    form = posted(page)
    for name, value in changes.items():
        form[name] = value
    form["d.do"] = what
    return send(reader, path, form)


def test_every_shipped_definition_opened_and_posted_is_the_same(shop, ada):
    for kind, key in shipped(shop):
        path = f"/studio/{kind}/{key}/design"
        page = ada.get(path)
        assert page.status == 200, path
        answer = pressed(ada, path, posted(page), save="1")
        assert answer.status == 303, (path, answer.text)
        assert draft_of(shop, kind, key) == live_of(shop, kind, key), path


VIEW = "/studio/view/prospects/design"
FLOW = "/studio/workflow/member_dormant/design"


def was(page):
    return strict_json.read(dict(posted(page))["d.was"])


def test_a_column_is_added_moved_and_taken_away(ada):
    page = ada.get(VIEW)
    before = was(page)["columns"]
    page = do(ada, VIEW, page, "add:/columns:level")
    assert was(page)["columns"] == [*before, "level"]
    assert page.all("#d-columns .design-row-name")[-1] == "Level"
    assert not page.soup.select("#d-columns-add-level")
    page = do(ada, VIEW, page, f"up:/columns/{len(before)}")
    assert was(page)["columns"] == [*before[:-1], "level", before[-1]]
    page = do(ada, VIEW, page, "remove:/columns/0")
    assert was(page)["columns"][0] == before[1]
    assert page.all("thead th")[0] == page.all("#d-columns .design-row-name")[0]


def test_what_was_typed_stays_when_a_button_is_pressed(ada):
    page = do(ada, VIEW, ada.get(VIEW), "add:/columns:level", **{"d/label/en": "Possible members"})
    assert was(page)["label"]["en"] == "Possible members"


def test_the_order_is_changed_and_kept(shop, ada):
    path = "/studio/view/dormant_members/design"
    page = do(ada, path, ada.get(path), "add:/sort:name")
    at = len(was(page)["sort"]) - 1
    form = posted(page)
    form[f"d/sort/{at}#turn"] = "-"
    assert pressed(ada, path, form, save="1").status == 303
    assert draft_of(shop, "view", "dormant_members")["sort"][-1] == "-name"


def test_the_preview_of_a_view_shows_its_first_records(shop, ada):
    for number in range(1, 8):
        shop.member(number)
    page = ada.get(VIEW)
    assert len(page.all("#beside tbody tr")) == 5
    assert "7 records" in page.one("#beside .card-header").text
    page = do(ada, VIEW, page, "add:/columns:level")
    assert "Level" in page.all("#beside th")


def test_a_menu_entry_opens_a_view_instead(shop, ada):
    path = "/studio/app/membership/design"
    page = do(ada, path, ada.get(path), "add:/menu")
    at = len(was(page)["menu"]) - 1
    page = do(ada, path, page, "", **{f"d/menu/{at}#way": "view"})
    form = posted(page)
    form[f"d/menu/{at}/view"] = "prospects"
    assert pressed(ada, path, form, save="1").status == 303
    assert draft_of(shop, "app", "membership")["menu"][-1] == {"view": "prospects"}


def test_an_action_is_added_and_its_own_settings_are_drawn(shop, ada):
    page = do(ada, FLOW, ada.get(FLOW), "add:/actions:set_field")
    at = len(was(page)["actions"]) - 1
    page = do(ada, FLOW, page, "", **{f"d/actions/{at}/field": "level"})
    assert page.one(f"#d-actions-{at}-value-value").name == "select"
    form = posted(page)
    form[f"d/actions/{at}/value"] = "gold"
    assert pressed(ada, FLOW, form, save="1").status == 303
    assert draft_of(shop, "workflow", "member_dormant")["actions"][-1] == {
        "type": "set_field",
        "field": "level",
        "value": "gold",
    }


def test_the_only_field_of_tags_is_chosen_with_the_action(ada):
    page = do(ada, FLOW, ada.get(FLOW), "add:/actions:add_tag")
    assert was(page)["actions"][-1] == {"type": "add_tag", "field": "tags"}


def test_a_value_can_be_that_of_another_field(shop, ada):
    page = do(ada, FLOW, ada.get(FLOW), "add:/actions/2/values:due_on", **{"d/actions/0/field": "stage"})
    page = do(ada, FLOW, page, "", **{"d/actions/2/values/due_on#how": "field"})
    form = posted(page)
    form["d/actions/2/values/due_on#field"] = "joined_on"
    assert pressed(ada, FLOW, form, save="1").status == 303
    values = draft_of(shop, "workflow", "member_dormant")["actions"][2]["values"]
    assert values["due_on"] == {"var": "joined_on"}
    assert values["title"] == live_of(shop, "workflow", "member_dormant")["actions"][2]["values"]["title"]


def test_a_wrong_value_is_kept_in_its_input_and_told_beside_it(ada):
    form = posted(ada.get(FLOW))
    form["d/approval_above"] = "many"
    page = pressed(ada, FLOW, form, save="1")
    assert page.status == 422
    assert page.one("#d-approval_above")["value"] == "many"
    assert page.one("#d-approval_above")["aria-invalid"] == "true"
    assert "whole number" in page.one("#d-approval_above-error").text
    assert page.one("#problems a")["href"] == "#d-approval_above"


def test_what_is_missing_is_told_once_it_is_to_be_kept(ada):
    path = "/studio/workflow/new/design"
    page = do(ada, path, ada.get(path), "add:/actions:set_field")
    assert not page.soup.select(".form-error")
    page = pressed(ada, path, posted(page), save="1")
    assert page.status == 422
    assert [one["href"] for one in page.soup.select("#problems a")] == [
        "#d-label",
        "#d-entity",
        "#d-actions-0-field",
        "#d-actions-0-value",
    ]
    assert not page.soup.select("[name=anyway]")


def test_times_are_chosen_in_words(shop, ada):
    page = do(ada, FLOW, ada.get(FLOW), "", **{"d/trigger/cron#how": "week"})
    assert was(page)["trigger"]["cron"] == "0 3 * * 1"
    form = posted(page)
    form["d/trigger/cron#weekday"], form["d/trigger/cron#time"] = "5", "18:30"
    page = do(ada, FLOW, page, "", **dict(form))
    assert was(page)["trigger"]["cron"] == "30 18 * * 5"
    assert page.one("#d-trigger-cron + .form-hint").text.count("18:30") == 3
    assert "Every Friday at 18:30" in page.one("#beside .sentence").text


def test_a_condition_in_the_form_is_changed_without_a_script(ada):
    path = "/studio/view/prospects/design"
    form = posted(ada.get(path))
    form["r.where.do"] = "row:"
    page = send(ada, path, form)
    assert page.soup.select("#r-where-1-field")


def test_a_stale_save_shows_both_and_loses_nothing(shop, ada):
    mine, theirs = posted(ada.get(VIEW)), posted(ada.get(VIEW))
    theirs["d/label/en"], mine["d/label/en"] = "Theirs", "Mine"
    assert pressed(ada, VIEW, theirs, save="1").status == 303
    page = pressed(ada, VIEW, mine, save="1")
    assert page.status == 409
    assert "Theirs" in page.all(".clash label")[0]
    assert "Mine" in page.all(".clash label")[1]
    chosen = posted(page) | {"at:/label/en": "mine"}
    assert pressed(ada, VIEW.replace("/design", "/merge"), chosen, save="1").status == 303
    assert draft_of(shop, "view", "prospects")["label"]["en"] == "Mine"


def test_a_new_view_gets_its_key_from_its_label(shop, ada):
    path = ada.get("/studio").soup.select_one("a[href='/studio/view/new/design']")["href"]
    page = do(ada, path, ada.get(path), "", **{"d/label/en": "Gold members", "d/entity": "member"})
    assert not page.soup.select(".form-error")
    page = do(ada, path, page, "add:/columns:name")
    answer = pressed(ada, path, posted(page), save="1")
    assert answer.where == "/studio/view/gold_members"
    assert draft_of(shop, "view", "gold_members")["columns"] == ["name"]


def test_one_record_is_tested_with_marks(shop, ada):
    member = shop.member(1, stage="active")
    form = posted(ada.get(FLOW))
    form["try.record"], form["d.do"] = str(member), ""
    page = send(ada, FLOW, form)
    assert page.one("#try-verdict").text == "It would not be concerned."
    assert page.soup.select(".verdict.is-yes")
    assert page.soup.select(".verdict.is-no")


def test_a_workflow_says_what_would_happen_before_it_is_published(shop, ada):
    shop.member(1, stage="active")
    page = do(ada, FLOW, ada.get(FLOW), "remove:/actions/0", **{"d/trigger/cron#time": "04:00"})
    assert "Every day at 04:00" in page.one("#beside .sentence").text
    assert page.one("#now-count").text.startswith("0 records match")


def test_who_may_not_publish_sees_no_designer(shop):
    assert shop.reader("clerk").get(VIEW).status == 403


@pytest.mark.parametrize(
    "path", ["/studio/entity/member/design", "/studio/view/nothing/design", "/studio/x/new/design"]
)
def test_there_is_no_designer_for_what_is_not_there(ada, path):
    assert ada.get(path).status == 404


HOSTILE = [
    {},
    {"entity": ["member"], "columns": "name", "sections": {}, "menu": 5, "actions": "x", "trigger": []},
    {
        "entity": "member",
        "columns": [{}],
        "sort": [None],
        "where": {"no": "such"},
        "default": "yes",
        "type": 7,
    },
    {
        "entity": "member",
        "sections": [5, {"fields": "x"}, {"fields": [[]], "columns": {}}, {"label": 3, "fields": []}],
    },
    {"label": {"en": 5}, "menu": [{}, {"view": {}}, {"entity": "member", "view": "x"}, []], "home": []},
    {"entity": "member", "trigger": {"type": ["x"]}, "actions": [{"type": None}, {}, 7], "episode": ["x"]},
    {
        "entity": "member",
        "trigger": {"type": "schedule", "cron": "99 99 * * 9"},
        "actions": [{"type": "gone", "a": 1}],
    },
    {
        "entity": "member",
        "trigger": {"type": "schedule", "cron": 5},
        "where": 5,
        "actions": [{"type": "notify", "to": "x"}],
    },
    {
        "entity": "member",
        "trigger": {"type": "record", "entity": "nothing", "on": [5], "fields": "x", "via": {}},
        "actions": [
            {"type": "set_field", "field": {"a": 1}, "value": [1]},
            {"type": "set_field", "field": "tags", "value": {"var": 5}},
            {"type": "set_field", "field": "store", "value": "<b>"},
            {
                "type": "create_record",
                "entity": "member",
                "values": {"a/b": {"x": 1}, "joined_on": "soon", "": True},
            },
        ],
    },
    {
        "entity": "nothing",
        "columns": ["a"],
        "sections": [{"fields": ["a"]}],
        "actions": [{"type": "add_tag"}],
    },
    {"label": "<script>alert(1)</script>", "entity": "member", "columns": ["<b>"], "approval_above": "many"},
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("document", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_a_document_holds_is_drawn_and_kept(ada, kind, document):
    path = f"/studio/{kind}/new/design"
    form = posted(ada.get(path))
    form["d.was"] = strict_json.write(document)
    form.setlistdefault("d.do")
    for name in [name for name in form if name.startswith(("d/", "r."))]:
        del form[name]
    page = send(ada, path, form)
    assert page.status == 200
    assert was(page) == document
    assert "<script>alert" not in page.html
    again = send(ada, path, posted(page))
    assert was(again) == document


def test_an_address_says_for_which_entity_something_new_is_made(ada):
    page = ada.get("/studio/workflow/new/design?entity=member&enabled=no&label=x&key=taken")
    assert page.one("#d-entity option[selected]")["value"] == "member"
    assert page.one("#d-label-en")["value"] == ""
    assert [one["value"] for one in page.soup.select("#r-where-0-field option[selected]")] in ([], [""])


def test_a_new_timed_rule_for_every_record_must_be_meant(ada):
    page = ada.get("/studio/workflow/new/design?entity=member")
    form = page.form("#design-form") | {"d/label/en": "Everybody", "save": "1"}
    assert ada.post("/studio/workflow/new/design", form).status == 422
