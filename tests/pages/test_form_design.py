"""The canvas of forms without a script: every press is a named button, and what is drawn is the document."""

from __future__ import annotations

import pytest

from builder.events import Cause
from builder.publishing.publish import publish
from schema_store import drafts, strict_json
from tests.kinds.workshop import field
from tests.pages.condition_shop import posted, send
from tests.pages.form_shop import IS_GOLD, placed, publish_form

FORM = "/studio/form/member_form/design"


def do(reader, page, what="", path=FORM, **changes):
    form = posted(page)
    form["d.do"] = what
    for name, value in changes.items():
        form[name] = value
    return send(reader, path, form)


def was(page):
    return strict_json.read(dict(posted(page))["d.was"])


def sections(page):
    return [one["fields"] for one in was(page)["sections"]]


def labels(page, block):
    return page.all(f"#d-sections-{block} .canvas-label")


def kept(shop, key="member_form"):
    with shop.house.reading() as work:
        return drafts.draft(work.connection, "form", key).body


@pytest.fixture
def page(ada):
    return ada.get(FORM)


def test_a_field_goes_to_the_tray_and_from_there_into_the_part_that_is_open(ada, page):
    page = do(ada, page, "remove:/sections/0/fields/2")
    assert page.all("#d-sections-tray .canvas-add > span") == ["Phone"]
    assert "phone" not in sections(page)[0]
    page = do(ada, page, "open:/sections/1")
    page = do(ada, page, page.one("#d-sections-add-phone")["value"])
    assert sections(page)[1][-1] == "phone"
    assert page.all("#d-sections-tray li") == []


def test_a_drop_puts_a_field_where_it_fell(ada, page):
    page = do(ada, page, "remove:/sections/0/fields/2")
    page = do(ada, page, "insert:/sections/1/fields/1:phone")
    assert sections(page)[1][:3] == ["stage", "phone", "level"]
    page = do(ada, page, "move:/sections/1/fields/1:/sections/0/fields/0")
    assert sections(page)[0][:2] == ["phone", "member_no"]
    page = do(ada, page, "move:/sections/0/fields/0:/sections/0/fields/2")
    assert sections(page)[0][:3] == ["member_no", "name", "phone"]


def test_a_part_moves_as_a_whole(ada, page):
    before = sections(page)
    page = do(ada, page, "move:/sections/2:/sections/0")
    assert sections(page) == [before[2], before[0], before[1]]


@pytest.mark.parametrize(
    "what",
    [
        "move:/sections/0/fields/0:/sections/9/fields/0",
        "move:/sections/0/fields/99:/sections/1/fields/0",
        "move:/sections/0/fields/0:/sections/1",
        "move:/sections/0:/sections/1/fields/0",
        "move:/label:/entity",
        "insert:/sections/0/fields/x:phone",
        "insert:/roles/0:clerk",
        "ask:/sections/0/fields/0/nothing",
        "ask:/sections/9/show",
        "quiet:/sections/0/fields/0/show",
        "fill:/sections/9/fields",
    ],
)
def test_a_drop_that_makes_no_sense_changes_nothing(ada, page, what):
    before = was(page)
    answer = do(ada, page, what)
    assert answer.status == 200
    assert was(answer) == before


def test_a_field_goes_on_into_the_next_part_and_stays_open(ada, page):
    first, second = sections(page)[:2]
    last = len(first) - 1
    page = do(ada, page, f"open:/sections/0/fields/{last}")
    page = do(ada, page, page.one("#canvas-down")["value"])
    assert sections(page)[:2] == [first[:-1], [first[-1], *second]]
    assert page.one(".canvas-piece.is-open")["id"] == "d-sections-1-fields-0"
    page = do(ada, page, page.one("#canvas-up")["value"])
    assert sections(page)[:2] == [first, second]


def test_an_open_field_can_be_carried_to_another_part(ada, page):
    page = do(ada, page, "open:/sections/0/fields/0")
    assert page.all(".canvas-piece.is-open .menu-item") == ["Membership", "Orders"]
    page = do(ada, page, page.soup.select(".canvas-piece.is-open .menu-item")[1]["value"])
    assert sections(page)[2][-1] == "member_no"


def test_help_that_is_written_makes_an_object_of_the_field_and_emptied_a_name_again(shop, ada, page):
    page = do(ada, page, "open:/sections/0/fields/2")
    page = do(ada, page, **{"d/sections/0/fields/2/help/en": "With the country."})
    assert sections(page)[0][2] == {"field": "phone", "help": {"en": "With the country."}}
    form = posted(page)
    form["save"] = "1"
    assert send(ada, FORM, form).status == 303
    assert kept(shop)["sections"][0]["fields"][2]["help"] == {"en": "With the country."}


def test_a_condition_is_begun_filled_in_and_taken_away(shop, ada, page):
    page = do(ada, page, "open:/sections/0/fields/2")
    page = do(ada, page, "ask:/sections/0/fields/2/show")
    assert page.one("#r-sections-0-fields-2-show-0-field")
    page = do(ada, page, **{"r.sections.0.fields.2.show.0.field": "level"})
    page = do(ada, page, **{"r.sections.0.fields.2.show.0.value.0": "gold"})
    assert sections(page)[0][2] == {"field": "phone", "show": IS_GOLD}
    page = do(ada, page, "close:/sections/0/fields/2")
    assert "Level is “Gold”" in page.one("#d-sections-0-fields-2 .canvas-open svg")["aria-label"]
    page = do(ada, page, "open:/sections/0/fields/2")
    page = do(ada, page, "quiet:/sections/0/fields/2/show")
    assert sections(page)[0][2] == "phone"


def test_a_field_can_be_locked_always(ada, page):
    page = do(ada, page, "open:/sections/0/fields/2")
    page = do(ada, page, "ask:/sections/0/fields/2/read_only:always")
    assert sections(page)[0][2] == {"field": "phone", "read_only": True}
    assert page.one("#d-sections-0-fields-2-read_only .design-said").text == "Always."
    assert not page.soup.select("#d-sections-0-fields-2-show-always")


def test_a_condition_that_is_not_finished_is_not_kept(ada, page):
    page = do(ada, page, "open:/sections/0/fields/2")
    page = do(ada, page, "ask:/sections/0/fields/2/show")
    form = posted(page)
    form["save"] = "1"
    answer = send(ada, FORM, form)
    assert answer.status == 422
    assert "Finish or correct the marked conditions first." in answer.text


def test_a_condition_that_was_only_begun_goes_when_its_field_is_shut(ada, page):
    page = do(ada, page, "open:/sections/0/fields/2")
    page = do(ada, page, "ask:/sections/0/fields/2/require")
    assert sections(page)[0][2] == {"field": "phone", "require": True}
    assert sections(do(ada, page, "open:/sections/0/fields/3"))[0][2] == "phone"
    assert sections(do(ada, page, "close:/sections/0/fields/2"))[0][2] == "phone"


def test_what_is_wrong_with_a_closed_field_is_said_at_it(ada, page):
    form = posted(page)
    document = was(page)
    document["sections"][0]["fields"][2] = {"field": "phone", "show": {"==": [{"var": "lvl"}, "gold"]}}
    document["sections"][0]["fields"].append("nothing")
    form["d.was"], form["save"] = strict_json.write(document), "1"
    answer = send(ada, FORM, form)
    assert answer.status == 422
    marked = [one["href"] for one in answer.soup.select("#problems a")]
    assert marked == ["#d-sections-0-fields-2", "#d-sections-0-fields-7"]
    assert "lvl" in answer.one("#d-sections-0-fields-2 .form-error").text


def test_a_new_form_of_an_entity_without_one_begins_with_all_fields(shop, ada):
    publish(shop.house, {("form", "task_form"): None}, cause=Cause("command"))
    page = ada.get("/studio/form/new/design?entity=task")
    assert sections(page) == [["title", "member", "store", "due_on", "status"]]
    chosen = do(
        ada, ada.get("/studio/form/new/design"), path="/studio/form/new/design", **{"d/entity": "task"}
    )
    assert sections(chosen) == sections(page)


def test_a_further_form_begins_empty_and_can_take_all(ada):
    page = ada.get("/studio/form/new/design?entity=task")
    assert sections(page) == [[]]
    page = do(ada, page, "fill:/sections/0/fields", path="/studio/form/new/design")
    assert sections(page) == [["title", "member", "store", "due_on", "status"]]


def test_the_way_to_a_new_field_keeps_the_design_and_leads_back(shop, ada, page):
    form = posted(page)
    form["d/label/en"], form["leave"] = "Members here", page.one(".canvas-tray [name=leave]")["value"]
    there = send(ada, FORM, form)
    assert there.where == "/studio/entity/member/fields/new?back=%2Fstudio%2Fform%2Fmember_form%2Fdesign"
    assert kept(shop)["label"]["en"] == "Members here"
    editor = ada.get(there.where)
    made = posted(editor)
    made["s/label/en"], made["save"] = "Nickname", "1"
    made.poplist("in_form")
    back = send(ada, "/studio/entity/member/fields/new", made)
    assert back.where == FORM
    assert "Nickname" in ada.get(FORM).all("#d-sections-tray .canvas-add > span")


def test_a_new_field_goes_into_the_form_one_came_from(shop, ada):
    publish_form(shop, {"fields": ["member_no"]}, key="counter", roles=["service"])
    made = posted(ada.get("/studio/entity/member/fields/new?back=/studio/form/counter/design"))
    made["s/label/en"], made["save"] = "Nickname", "1"
    assert send(ada, "/studio/entity/member/fields/new", made).where == "/studio/form/counter/design"
    assert kept(shop, "counter")["sections"][-1]["fields"] == ["member_no", "nickname"]
    assert labels(ada.get("/studio/form/counter/design"), 0) == ["Member number * (required)", "Nickname"]


def test_a_condition_may_ask_a_field_that_is_not_published_yet(shop, ada):
    made = posted(ada.get("/studio/entity/member/fields/new"))
    made["s/label/en"], made["save"] = "Nickname", "1"
    assert send(ada, "/studio/entity/member/fields/new", made).status == 303
    page = do(ada, ada.get(FORM), "open:/sections/0/fields/1")
    page = do(ada, page, "ask:/sections/0/fields/1/show")
    assert page.soup.select("#r-sections-0-fields-1-show-0-field option[value=nickname]")
    page = do(ada, page, **{"r.sections.0.fields.1.show.0.field": "nickname"})
    page = do(ada, page, **{"r.sections.0.fields.1.show.0.value.0": "Jing"})
    assert sections(page)[0][1]["show"] == {"icontains": [{"var": "nickname"}, "Jing"]}
    assert not page.soup.select("#d-sections-0-fields-1 .form-error")


def test_nobody_is_led_elsewhere(ada, page):
    form = posted(page)
    form["leave"] = "https://elsewhere.example/fields/new"
    assert send(ada, FORM, form).where == "/studio/form/member_form"
    editor = ada.get("/studio/entity/member/fields/new?back=https://elsewhere.example/design")
    assert not editor.soup.select("[name=back]")


def see(reader, page, **asked):
    return do(reader, page, "", **asked).one("#beside")


def test_the_preview_shows_a_real_record_and_its_conditions(shop, ada):
    publish_form(shop, {"fields": ["name", "level", placed("city", show=IS_GOLD)]})
    gold, base = shop.member(1, name="Chen", level="gold"), shop.member(2, level="base")
    page = ada.get(FORM)
    shown = see(ada, page, **{"try.record": str(gold)})
    assert shown.select_one("#see-f-name")["value"] == "Chen"
    assert not shown.select_one("#row-city").has_attr("hidden")
    page = do(ada, page, "", **{"try.record": str(base)})
    assert page.one("#row-city").has_attr("hidden")
    tried = see(ada, page, **{"see/level": "gold"})
    assert not tried.select_one("#row-city").has_attr("hidden")
    assert tried.select_one("#see-f-level option[selected]")["value"] == "gold"


def test_what_is_typed_in_the_preview_is_no_part_of_the_document(ada, page):
    before = was(page)
    answer = do(ada, page, "", **{"see/name": "Typed"})
    assert was(answer) == before
    assert answer.one("#see-f-name")["value"] == "Typed"


def test_the_preview_sees_as_a_role_in_a_language_and_as_wide_as_a_phone(ada, page):
    shown = see(ada, page, **{"try.role": "service", "see.language": "zh", "see.width": "phone"})
    assert "is-phone" in shown.select_one("#form-preview")["class"]
    assert shown.select_one("#form-preview legend").text == "基本信息"
    assert shown.select_one("#preview-title").text == "Preview"
    assert shown.select_one("#try-role option[selected]")["value"] == "service"


def test_the_preview_keeps_what_the_role_may_not_write_away(shop, ada, page):
    with shop.house.reading() as work:
        service = dict(work.catalog.bodies["role", "service"])
    rights = {**service["entities"]["member"], "fields": {"phone": "read"}}
    narrowed = {**service, "entities": {**service["entities"], "member": rights}}
    publish(shop.house, {("role", "service"): narrowed}, cause=Cause("command"))
    shown = see(ada, page, **{"try.role": "service"})
    assert shown.select_one("#see-f-name")
    assert not shown.select_one("#see-f-phone")


def test_who_gets_which_form_is_said_in_the_designer_and_at_the_entity(shop, ada):
    publish_form(shop, {"fields": ["member_no"]}, key="counter", roles=["service"])
    page = ada.get(FORM)
    assert page.all("#who-gets li") == ["everybody → Member", "Service → Member"]
    renamed = do(ada, page, "", **{"d/label/en": "For all"})
    assert renamed.all("#who-gets li")[0] == "everybody → For all"
    assert "everybody → Member; Service → Member" in ada.get("/studio/entity/member").text


def many_fields(number):
    properties = {
        f"f{at}": field("text", label={"en": f"Field {at}", "zh": f"字段{at}"}) for at in range(number)
    }
    own = {"key": "wide", "label": "Wide", "label_plural": "Wides", "title_field": "f0"}
    return {("entity", "wide"): {"properties": properties, "required": [], "x-tessera": own}}


def wide(shop, number):
    form = {"key": "wide_form", "label": "Wide", "entity": "wide"}
    entries = [f"f{at}" for at in range(number // 2)]
    form["sections"] = [{"fields": entries[:5]}, {"fields": entries[5:]}]
    publish(shop.house, {**many_fields(number), ("form", "wide_form"): form}, cause=Cause("command"))


def test_two_hundred_fields_cost_no_more_statements_and_no_heavy_page(shop, ada):
    counts = []
    for number in (20, 200):
        wide(shop, number)
        ada.get("/studio/form/wide_form/design")
        asked = shop.statements()
        page = ada.get("/studio/form/wide_form/design")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert len(page.soup.select("#d-sections-tray li")) == 100
    assert len(page.soup.select(".canvas-piece")) == 100
    assert page.one("[data-narrow]")
    assert len(page.html) < 400_000
