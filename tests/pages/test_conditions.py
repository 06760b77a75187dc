"""The condition builder without a script: what is drawn and posted is the document, and buttons do what they say."""

from __future__ import annotations

import json
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from builder.rules.check import check
from builder.rules.compose.forms import FORMS
from schema_store import strict_json
from schema_store.problems import Problems
from tests import make
from tests.pages.condition_shop import VIEW, draft_of, keep_draft, posted, send, the_world
from tests.pages.shop import Page, Reader, Shop
from tests.rules.generator import Generator
from tests.rules.test_compose import CORPUS, FIELDS, values_for

PATH = "/studio/view/made/condition?at=/where"
DRAWN = 60


@pytest.fixture(scope="module")
def world(sqlite_databases):
    url = sqlite_databases.copy("rules-world", the_world)
    found = Shop(url)
    yield found
    found.house.database.close()
    sqlite_databases.drop(url)


@pytest.fixture(scope="module")
def admin(world):
    return world.reader()


def put(world: Shop, rule: Any) -> Any:
    with world.house.reading() as work:
        body = {**work.catalog.bodies[VIEW], "where": rule}
    keep_draft(world.house, VIEW, body)


def rule_of(world: Shop) -> str:
    return strict_json.write(draft_of(world.house, VIEW)["where"])


def resubmitted(world: Shop, admin: Any, rule: Any) -> str:
    put(world, rule)
    page = admin.get(PATH)
    assert page.status == 200
    assert send(admin, PATH, posted(page)).status == 303
    return rule_of(world)


def catalog_of(world: Shop) -> Any:
    with world.house.reading() as work:
        return work.catalog


def admitted(world: Shop, rule: Any) -> Any:
    """The rule as a view may have it: what gives a value is asked whether it is empty; None where it is wrong here."""
    for document in (rule, {"is_empty": [rule]}):
        with suppress(Problems):
            check(document, catalog_of(world), "member")
            return document
    return None


def buttons(page: Page) -> set[str]:
    return {str(tag["value"]) for tag in page.soup.select('[name="c.do"]')}


def press(admin: Reader, page: Page, do: str) -> Page:
    """Press a button of the condition."""
    assert do in buttons(page)
    form = posted(page)
    return send(admin, PATH, MultiDict([*form.items(multi=True), ("c.do", do)]))


def fill(admin: Reader, page: Page, **changes: Any) -> Page:
    """Change fields (`c_0_field` is `c.0.field`) and have the form drawn again."""
    form = posted(page)
    for name, value in changes.items():
        form.setlist(name.replace("_", "."), value if isinstance(value, list) else [value])
    return send(admin, PATH, MultiDict([*form.items(multi=True), ("c.do", "")]))


def begun(world: Shop, admin: Reader, rule: Any) -> Page:
    put(world, rule)
    return admin.get(PATH)


def kept(world: Shop, admin: Reader, page: Page) -> Any:
    saved = send(admin, PATH, posted(page))
    assert saved.status == 303, saved.all(".form-error")
    return draft_of(world.house, VIEW)["where"]


def meant(admin: Reader, page: Page) -> Any:
    """The document that the page stands for."""
    return json.loads(press(admin, page, "text:").one("#c-text").text)


RULES = [True, *CORPUS, *(Generator(Random(seed)).condition(4) for seed in range(DRAWN))]
VIP = {"==": [{"var": "vip"}, True]}
RICH = {">": [{"var": "points"}, 100]}
NAMED = {"==": [{"var": "name"}, "a"]}


def test_what_is_drawn_and_posted_again_is_the_same_document(world, admin):
    seen = 0
    for rule in RULES:
        document = admitted(world, rule)
        if document is not None:
            assert resubmitted(world, admin, document) == strict_json.write(document)
            seen += 1
    assert seen >= len(CORPUS) + DRAWN // 2


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_form_is_drawn_and_posted_again(world, admin, form):
    for fact in sorted(FORMS[form].facts & set(FIELDS)):
        document = FORMS[form].make({"var": FIELDS[fact]}, values_for(FORMS[form], fact))
        if admitted(world, document) is document:
            assert resubmitted(world, admin, document) == strict_json.write(document)


def test_a_condition_is_put_together_field_by_field(world, admin):
    page = press(admin, begun(world, admin, True), "row:")
    assert page.one("[data-focus]")["id"] == "c-0-field"
    page = fill(admin, page, c_0_field="stage")
    assert page.one("#c-0-form option[selected]").text == "is"
    page = fill(admin, page, c_0_form="in")
    page = fill(admin, page, c_0_value_0=["new", "active"])
    assert page.one(".sentence").text == "stage is one of “new”, “active”"
    assert kept(world, admin, page) == {"in": [{"var": "stage"}, ["new", "active"]]}


def test_a_field_that_stands_in_for_an_empty_one_is_shown_and_changed(world, admin):
    either = {"??": [{"var": "last_order_on"}, {"var": "joined_on"}]}
    page = begun(world, admin, {">": [{"days_since": [either]}, 180]})
    assert page.one("#c-0-field option[selected]").text == "last_order_on (or joined_on if that is empty)"
    page = fill(admin, page, c_0_value_0="90")
    assert kept(world, admin, page) == {">": [{"days_since": [either]}, 90]}


def test_related_records_are_counted_and_asked(world, admin):
    page = press(admin, begun(world, admin, VIP), "related:")
    page = fill(admin, page, c_1_relation="orders", c_1_quantifier="count>=")
    page = fill(admin, page, c_1_number="2")
    page = fill(admin, press(admin, page, "row:1"), c_1_0_field="amount")
    page = fill(admin, page, c_1_0_form=">")
    page = fill(admin, page, c_1_0_value_0="99.50")
    asked = {">=": [{"count": [{"var": "orders"}, {">": [{"var": "amount"}, 99.5]}]}, 2]}
    assert kept(world, admin, page) == {"and": [VIP, asked]}


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        ("clone:0", {"and": [VIP, VIP, RICH]}),
        ("down:0", {"and": [RICH, VIP]}),
        ("up:1", {"and": [RICH, VIP]}),
        ("delete:0", RICH),
        ("wrap:0", {"and": [{"or": [VIP]}, RICH]}),
    ],
)
def test_a_button_changes_the_document_and_undo_takes_it_back(world, admin, do, expected):
    first = {"and": [VIP, RICH]}
    page = press(admin, begun(world, admin, first), do)
    assert page.one("[data-status]")
    assert kept(world, admin, page) == expected
    page = press(admin, press(admin, begun(world, admin, first), do), "undo:")
    assert kept(world, admin, page) == first


def test_undo_goes_back_step_by_step_over_what_was_typed(world, admin):
    page = begun(world, admin, {"and": [VIP, NAMED]})
    page = fill(admin, page, c_1_value_0="b")
    page = fill(admin, page, c_1_value_0="bc")
    page = press(admin, page, "delete:0")
    assert meant(admin, page) == {"==": [{"var": "name"}, "bc"]}
    page = press(admin, page, "undo:")
    assert meant(admin, page) == {"and": [VIP, {"==": [{"var": "name"}, "bc"]}]}
    page = press(admin, page, "undo:")
    assert meant(admin, page) == {"and": [VIP, NAMED]}
    assert page.one("#c-undo").has_attr("disabled")


def test_a_group_is_turned_negated_and_dissolved(world, admin):
    page = begun(world, admin, {"and": [VIP, {"or": [RICH, NAMED]}]})
    assert kept(world, admin, press(admin, page, "turn:1")) == {"and": [VIP, {"and": [RICH, NAMED]}]}
    page = begun(world, admin, {"and": [VIP, {"or": [RICH, NAMED]}]})
    assert kept(world, admin, press(admin, page, "negate:1")) == {
        "and": [VIP, {"!": [{"or": [RICH, NAMED]}]}]
    }
    page = begun(world, admin, {"and": [VIP, {"or": [RICH, NAMED]}]})
    assert kept(world, admin, press(admin, page, "unwrap:1")) == {"and": [VIP, RICH, NAMED]}


def test_what_is_not_finished_is_marked_and_nothing_is_kept(world, admin):
    page = press(admin, begun(world, admin, VIP), "row:")
    assert "is left out here" in page.text
    assert not page.all("#c-1-errors")
    refused = send(admin, PATH, posted(page))
    assert refused.status == 422
    assert refused.all("#c-1-errors") == ["This condition is not finished. Fill it in, or take it away."]
    assert not refused.all("#c-0-errors")
    assert draft_of(world.house, VIEW)["where"] == VIP


def test_a_value_that_cannot_be_read_stays_and_is_told_beside_its_row(world, admin):
    page = fill(admin, begun(world, admin, {"and": [VIP, RICH]}), c_1_value_0="many")
    assert page.one("#c-1-value-0")["value"] == "many"
    assert "“many” is not a number" in page.all("#c-1-errors")[0]
    assert send(admin, PATH, posted(page)).status == 422


def test_a_wrong_rule_is_drawn_with_the_problem_at_its_row(world, admin):
    page = begun(world, admin, {"and": [VIP, {"==": [{"var": "stage"}, "sleepy"]}]})
    assert "“sleepy” is not one of the options" in page.all("#c-1-errors")[0]
    assert send(admin, PATH, posted(page)).status == 422


def test_a_wrong_sort_of_value_is_mended_by_what_stands_there(world, admin):
    page = begun(world, admin, {"==": [{"var": "name"}, 5]})
    assert "needs a text here" in page.all("#c-0-errors")[0]
    assert kept(world, admin, page) == {"==": [{"var": "name"}, "5"]}


def test_the_whole_and_a_part_are_edited_as_text(world, admin):
    odd = {">": [{"+": [{"var": "points"}, 1]}, {"var": "visits"}]}
    page = begun(world, admin, {"and": [VIP, odd]})
    assert "(points + 1) is more than visits" in page.text
    page = press(admin, page, "text:1")
    wrong = fill(admin, page, c_1_text=json.dumps({"<": [{"var": "pionts"}, 1]}))
    assert wrong.all("#c-1-errors")[0].startswith("/</0 “member” has no field “pionts”.")
    page = press(admin, fill(admin, page, c_1_text=json.dumps(RICH)), "rows:1")
    assert meant(admin, page) == {"and": [VIP, RICH]}
    page = press(admin, page, "text:")
    page = press(admin, fill(admin, page, c_text="{"), "rows:")
    assert "not JSON" in page.all("#c-problems")[0]
    assert send(admin, PATH, posted(page)).status == 422
    page = fill(admin, page, c_text=json.dumps({"==": [{"var": "stag"}, "new"]}))
    assert page.all("#c-problems code") == ["/==/0"]
    page = press(admin, fill(admin, page, c_text=json.dumps(NAMED)), "rows:")
    assert kept(world, admin, page) == NAMED


def test_a_part_written_as_text_is_read_when_it_is_kept(world, admin):
    page = press(
        admin, begun(world, admin, {"and": [VIP, {">": [{"+": [{"var": "points"}, 1]}, 2]}]}), "text:1"
    )
    page = fill(admin, page, c_1_text=json.dumps(RICH))
    assert kept(world, admin, page) == {"and": [VIP, RICH]}


def test_two_authors_lose_nothing(world, admin):
    mine = begun(world, admin, VIP)
    body = draft_of(world.house, VIEW)
    keep_draft(world.house, VIEW, {**body, "label": "Theirs", "where": RICH})
    page = send(admin, PATH, posted(mine))
    assert page.status == 409
    assert page.all(".clash legend") == ["Condition"]
    assert "points is more than 100" in page.all(".clash label")[0]
    merge = PATH.partition("/condition")[0] + "/merge"
    assert send(admin, merge, posted(page) | {"at:/where": "mine", "save": "1"}).status == 303
    assert draft_of(world.house, VIEW) == {**body, "label": "Theirs", "where": VIP}


@pytest.mark.parametrize(
    "rule",
    [
        [],
        "x",
        None,
        {"and": {}},
        {"==": 1},
        {"var": 5},
        {"some": [1, 2]},
        {"!": {}},
        [[[]]],
        {"nonsense": [{"a": 1, "b": 2}]},
    ],
    ids=str,
)
def test_no_rule_makes_a_page_fail(world, admin, rule):
    page = begun(world, admin, rule)
    assert page.status == 200
    assert send(admin, PATH, posted(page)).status in {303, 422}
    for do in ("text:", "undo:", "row:", "clone:7", "delete:", "rows:0.0", "up:a.b", "nothing:", ""):
        answer = send(admin, PATH, MultiDict([*posted(page).items(multi=True), ("c.do", do)]))
        assert answer.status == 200


def test_odd_forms_never_make_it_fail(world, admin):
    put(world, VIP)
    random = Random(7)
    words = [
        "",
        "x",
        "0",
        "-1",
        "[]",
        "{",
        "null",
        "and",
        "row",
        "group",
        "related",
        "other",
        "points",
        "count>=",
        '"\\\\ud800"',
    ]
    names = [
        "kind",
        "op",
        "0.kind",
        "0.field",
        "0.form",
        "0.value.0",
        "0.was",
        "0.relation",
        "0.number",
        "0.0.kind",
        "revisions",
    ]
    for _turn in range(120):
        form = MultiDict(
            [(f"c.{name}", random.choice(words)) for name in random.sample(names, 7)]
            + [("c.entity", "member")]
        )
        form.add("c.do", random.choice(["", "row:", "undo:", "rows:", "text:0", "wrap:0"]))
        assert send(admin, PATH, form).status == 200
        assert send(admin, "/studio/condition?at=c", form).status == 200


def test_a_page_may_hold_several_conditions_under_names_of_their_own(world, admin):
    first = {"where.entity": "member", "where.kind": "group", "where.do": "row:"}
    other = {"show.entity": "order", "show.kind": "group", "show.do": "related:"}
    page = send(admin, "/studio/condition?at=where", MultiDict(first | other))
    assert page.one("#where #where-0-field")["name"] == "where.0.field"
    page = send(admin, "/studio/condition?at=show", MultiDict(first | other))
    assert page.all("#show-0-relation option") == ["Choose …", "lines"]
    assert {str(tag["hx-target"]) for tag in page.soup.select("button[hx-target]")} == {"#show"}


def test_only_those_who_may_publish_see_it(shop):
    clerk = shop.reader("clerk")
    for path in ("/studio/view/prospects/condition?at=/where", "/studio/condition/choices"):
        assert clerk.get(path).status == 403
    assert clerk.post("/studio/condition?at=c", {"c.entity": "member"}).status == 403


def test_every_rule_of_every_kind_has_its_page(ada):
    for path in ("view/dormant_members", "role/clerk", "entity/member", "workflow/member_dormant"):
        links = [
            str(tag["href"])
            for tag in ada.get(f"/studio/{path}").soup.select("main a[href*='/condition?at=']")
        ]
        assert links
        for href in links:
            page = ada.get(href)
            assert page.status == 200
            assert send(ada, href, posted(page)).status == 303
    assert ada.get(ada.get("/studio/workflows/member_dormant").link("Edit condition")).status == 200
    assert ada.get("/studio/view/dormant_members/condition?at=/label").status == 404


def test_a_reference_is_searched_among_many(shop, ada):
    for number in range(30):
        make.record(shop.house, "store", {"store_no": f"S{number:02}", "name": f"Store {number:02}"})
    path = "/studio/view/prospects/condition?at=/where"
    page = ada.get(path)
    page = send(ada, path, MultiDict([*posted(page).items(multi=True), ("c.do", "row:")]))
    form = posted(page)
    form["c.1.field"] = "store"
    page = send(ada, path, MultiDict([*form.items(multi=True), ("c.do", "")]))
    address = str(page.one("#c-1-value-0-search")["hx-get"])
    found = ada.get(f"{address}&c.1.value.0__search=Store+2")
    assert "Store 29" in found.text
    assert "Store 01" not in found.text
    form = posted(page)
    form["c.1.value.0__search"] = "Store 27"
    form["_search"] = "c.1.value.0"
    assert "Store 27" in send(ada, path, form).one("#c-1-value-0").text


def test_records_without_a_value_are_told_beside_the_condition(shop, ada):
    make.record(shop.house, "member", {"member_no": "M900", "stage": None})
    page = ada.get("/studio/workflow/member_dormant/condition?at=/where")
    told = page.all(".condition .form-hint")
    assert any("no value in Stage, counted as ✗: Stage is one of" in words for words in told), told
