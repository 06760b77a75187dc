"""Formulas typed as in a spreadsheet, by plain posts: in the editor of fields, in the designer, on their own page."""

from __future__ import annotations

from datetime import date

import pytest

from builder.events import Cause
from builder.publishing.publish import publish
from builder.rules.notation.writing import write
from schema_store import drafts
from tests.pages.condition_shop import posted, send
from tests.pages.workshop import send as sent

NEW = "/studio/entity/member/fields/new"
FLOW = "/studio/workflow/member_dormant/design"
EPISODE = "/studio/workflow/member_dormant/condition?at=/episode"
AVERAGE = {"/": [{"var": "total_spent"}, {"var": "order_count"}]}


def draft_of(shop, kind, key):
    with shop.house.reading() as work:
        found = drafts.draft(work.connection, kind, key)
    return found.body if found else None


def field_of(shop, key):
    return draft_of(shop, "entity", "member")["properties"][key]["x-tessera"]


@pytest.fixture
def new_formula(ada):
    """The page of a new formula field that gives a number with two digits."""
    page = sent(ada, NEW, ada.get(NEW), {"type": "formula", "s/label/en": "Average"})
    return sent(ada, NEW, page, {"s/gives/type": "decimal", "s/gives/scale": "2"})


def typed(reader, page, text, **button):
    return sent(reader, NEW, page, {"rule-formula.formula": text, **button})


def test_a_formula_field_begins_with_an_empty_line_and_what_can_be_put_in(new_formula):
    assert new_formula.one("#rule-formula-text").text.strip() == ""
    assert new_formula.all(".formula-problems") == []
    offered = new_formula.all(".formula-offers summary")
    assert offered[:3] == ["Fields", "Lists of other records", "Store"]
    assert "Functions: Dates and times" in offered
    values = [one["value"] for one in new_formula.soup.select(".formula-offers button")]
    assert {"insert:[Total spent]", "insert:[Store].[Region]", "insert:ROUND("} <= set(values)


def test_what_was_typed_is_kept_as_the_plain_document(ada, shop, new_formula):
    answer = typed(ada, new_formula, "IF([Orders] > 0, ROUND([total spent] / [Orders], 2), 0)", save="1")
    assert answer.where == "/studio/entity/member"
    assert field_of(shop, "average")["formula"] == {
        "if": [
            {">": [{"var": "order_count"}, 0]},
            {"round": [{"/": [{"var": "total_spent"}, {"var": "order_count"}]}, 2]},
            0,
        ]
    }


def test_a_quotient_that_is_not_rounded_is_told_how_it_is(ada, new_formula):
    page = typed(ada, new_formula, "[Total spent] / [Orders]", save="1")
    assert page.status == 422
    assert "Round it: ROUND(…, 2)." in page.one(".formula-problems").text


def test_it_is_said_in_words_and_worked_out_for_three_records(ada, shop, new_formula):
    for number in range(1, 5):
        shop.order(number, shop.member(number), amount=1250 * number)
    page = typed(ada, new_formula, "[Total spent] / 4")
    assert page.one(".sentence").text == "(Total spent ÷ 4)"
    assert len(page.all(".formula-gives li")) == 3
    assert page.all(".formula-gives li")[0].startswith("Name 000")
    with shop.house.reading() as work:
        assert "total_spent" in work.catalog.facts("member")


def test_a_mistake_is_marked_where_it_stands_with_what_was_probably_meant(ada, shop, new_formula):
    page = typed(ada, new_formula, "[Total spend] / [Orders]", save="1")
    assert page.status == 422
    assert page.one(".formula-at mark").text == "[Total spend]"
    assert "Did you mean “Total spent”?" in page.one(".formula-problems").text
    text = page.one("#rule-formula-text")
    assert text["aria-invalid"] == "true"
    assert "rule-formula-problems" in text["aria-describedby"]
    assert text.text.strip() == "[Total spend] / [Orders]"
    assert draft_of(shop, "entity", "member") is None


def test_what_the_types_say_is_marked_too(ada, new_formula):
    page = typed(ada, new_formula, "ROUND([Name], 1) + [Orders]")
    assert page.one(".formula-at mark").text == "[Name]"
    assert "“ROUND” needs a number here" in page.one(".formula-problems").text


def test_a_result_of_another_type_than_the_field_gives_is_told_once(ada, shop, new_formula):
    page = typed(ada, new_formula, "[Name]", save="1")
    assert page.status == 422
    assert len(page.soup.select(".formula-problems > div")) == 1


def test_nothing_typed_is_no_formula(ada, shop, new_formula):
    page = typed(ada, new_formula, "  ", save="1")
    assert page.status == 422
    assert draft_of(shop, "entity", "member") is None


def test_a_button_puts_a_field_behind_what_was_typed(ada, new_formula):
    page = typed(ada, new_formula, "1 +", **{"rule-formula.do": "insert:[Points]"})
    assert page.one("#rule-formula-text").text.strip() == "1 + [Points]"


def test_it_can_be_edited_as_json_and_back(ada, new_formula):
    page = typed(ada, new_formula, "[Total spent] / [Orders]", **{"rule-formula.do": "text:"})
    assert '"total_spent"' in page.one("textarea[name='rule-formula.text']").text
    page = sent(ada, NEW, page, {"rule-formula.do": "rows:"})
    assert page.one("#rule-formula-text").text.strip() == "[Total spent] / [Orders]"


def test_json_that_no_formula_says_stays_json(ada, new_formula):
    page = typed(ada, new_formula, "1", **{"rule-formula.do": "text:"})
    page = sent(
        ada, NEW, page, {"rule-formula.text": '{"was": [{"var": "points"}]}', "rule-formula.do": "rows:"}
    )
    assert "No formula says this" in page.text
    assert page.one("textarea[name='rule-formula.text']").text.strip() == '{"was": [{"var": "points"}]}'


def test_a_field_of_the_draft_can_be_used_before_it_is_published(ada, shop):
    first = "/studio/entity/member/fields/new"
    page = sent(ada, first, ada.get(first), {"type": "integer", "s/label/en": "Bonus", "save": "1"})
    assert page.where
    page = sent(ada, NEW, ada.get(NEW), {"type": "formula", "s/label/en": "With bonus"})
    page = sent(ada, NEW, page, {"s/gives/type": "integer"})
    seen = typed(ada, page, "[Bonus] + 1")
    assert "not published yet" in seen.text
    assert typed(ada, page, "[Bonus] + 1", save="1").where == "/studio/entity/member"
    assert field_of(shop, "with_bonus")["formula"] == {"+": [{"var": "bonus"}, 1]}


def test_chinese_labels_and_signs_are_read_and_written(shop):
    reader = shop.reader("admin", language="zh")
    page = sent(reader, NEW, reader.get(NEW), {"type": "formula", "s/label/zh": "平均"})
    page = sent(reader, NEW, page, {"s/gives/type": "integer", "key": "average"})
    page = sent(reader, NEW, page, {"rule-formula.formula": "如果（[订单数]＞0；1；0）"})
    assert page.all(".formula-problems") == []
    assert "若订单数大于0" in page.one(".sentence").text


# --- the designer ---


def test_every_shipped_formula_is_written_as_one(shop):
    with shop.house.reading() as work:
        for (kind, _key), body in work.catalog.bodies.items():
            if kind == "workflow" and "episode" in body:
                assert write(body["episode"], work.catalog, body["entity"]) is not None


def test_the_episode_stands_as_a_formula_on_its_own_page(ada, shop):
    page = ada.get(EPISODE)
    assert page.one("#c-text").text.strip() == "IFEMPTY([Last order on], [Joined on])"
    form = posted(page)
    form["c.formula"] = "[Joined on]"
    assert send(ada, EPISODE, form).status == 303
    assert draft_of(shop, "workflow", "member_dormant")["episode"] == {"var": "joined_on"}


def test_the_designer_draws_the_episode_as_a_formula(ada):
    page = ada.get(FLOW)
    assert (
        page.one("textarea[name='r.episode.formula']").text.strip() == "IFEMPTY([Last order on], [Joined on])"
    )


def designed(reader, page, **changes):
    form = posted(page)
    for name, value in changes.items():
        form[name] = value
    return send(reader, FLOW, form)


def _with_a_value(ada):
    """The workflow with an action that sets the member's name."""
    page = designed(ada, ada.get(FLOW), **{"d.do": "add:/actions:set_field"})
    at = max(
        int(one["name"].split("/")[2])
        for one in page.soup.select("[name^='d/actions/']")
        if one["name"].split("/")[2].isdigit()
    )
    page = designed(ada, page, **{f"d/actions/{at}/field": "name"})
    return page, at


def test_a_value_becomes_a_formula_when_it_is_chosen_and_stays_one_while_it_is_typed(ada, shop):
    page, at = _with_a_value(ada)
    name, text = f"d/actions/{at}/value", f"r.actions.{at}.value.formula"
    page = designed(ada, page, **{f"{name}#how": "kept"})
    assert page.one(f"textarea[name='{text}']").text.strip() == ""
    page = designed(ada, page, **{text: "[Name]"})
    assert page.one(f"textarea[name='{text}']").text.strip() == "[Name]"
    page = designed(ada, page, **{text: '[Name] & " *"'})
    assert designed(ada, page, save="1").status == 303
    value = draft_of(shop, "workflow", "member_dormant")["actions"][at]["value"]
    assert value == {"cat": [{"var": "name"}, " *"]}


def test_a_formula_that_cannot_be_read_is_not_kept_and_not_lost(ada, shop):
    page, at = _with_a_value(ada)
    text = f"r.actions.{at}.value.formula"
    page = designed(ada, page, **{f"d/actions/{at}/value#how": "kept"})
    page = designed(ada, page, **{text: "[Nmae] &", "save": "1"})
    assert page.status == 422
    assert page.one(f"textarea[name='{text}']").text.strip() == "[Nmae] &"
    assert draft_of(shop, "workflow", "member_dormant") is None


def test_hidden_fields_are_not_told_by_a_formula(shop):
    """Who builds and may not read the birthday is not told it by a formula either."""
    builder = {
        "key": "builder",
        "label": "Builder",
        "entities": {"member": {"read": True, "fields": {"birthday": "hide"}}},
        "may": ["publish"],
    }
    publish(shop.house, {("role", "builder"): builder}, cause=Cause("command"))
    shop.member(1, birthday=date(1990, 5, 1))
    reader = shop.reader("builder")
    page = sent(reader, NEW, reader.get(NEW), {"type": "formula", "s/label/en": "Born"})
    page = sent(reader, NEW, page, {"rule-formula.formula": "YEAR([Birthday])"})
    assert page.one(".sentence").text == "the year of Birthday"
    assert page.all(".formula-gives li") == []
    assert "1990" not in page.text
    page = sent(reader, NEW, page, {"rule-formula.formula": "YEAR([Joined on])"})
    assert page.all(".formula-gives li") == ["Name 0001 2026"]
