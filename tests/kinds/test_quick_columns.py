"""What the columns of a sheet hold: types from the cells, nothing lost, nothing guessed too boldly."""

from __future__ import annotations

import pytest

from builder.app import fill
from builder.kinds.quick import bodies, child, infer
from builder.kinds.quick.proposal import Proposed, keyed, text_of
from builder.kinds.quick.words import Vocabulary
from builder.publishing.checking import validate
from builder.records import sheets
from builder.registry import Registry
from schema_store.problems import Problems

REGISTRY = fill(Registry())
WORDS = Vocabulary.of(REGISTRY)


def column(name, cells):
    return infer.fields_of([name], [[cell] for cell in cells], WORDS)[0]


@pytest.mark.parametrize(
    ("name", "cells", "type_"),
    [
        ("Born", ["2024-02-29", "2026/3/1", "2026年3月1日"], "date"),
        ("Born", ["20240229", "19991231"], "date"),
        ("Born", ["2023-02-29", "2024-02-29"], "text"),
        ("Born", ["03/04/2026", "05/06/2026"], "text"),
        ("Seen", ["2026-03-01 12:30", "2026-03-02 08:00"], "datetime"),
        ("Paid", ["¥12.50", "￥1,200"], "money"),
        ("消费金额", ["12.5", "1200"], "money"),
        ("Visits", ["1", "20", "1,300"], "integer"),
        ("Weight", ["1.25", "2"], "decimal"),
        ("Discount", ["10%", "12.5%"], "percent"),
        ("Mobile", ["13800138000", "+86 139 0013 8000"], "phone"),
        ("Contact", ["13800138000", "13900138000"], "phone"),
        ("Size", ["100", "1300"], "integer"),
        ("Member no", ["10001", "10002", "10003"], "text"),
        ("Postcode", ["010020", "100020"], "text"),
        ("Amount", ["007", "12"], "text"),
        ("ID card", ["110101199003071234", "110101199003075678"], "text"),
        ("Mail", ["a@b.example", "c@d.example"], "email"),
        ("Site", ["https://a.example", "https://b.example/c"], "url"),
        ("Subscribed", ["是", "否", "是"], "boolean"),
        ("Level", ["金卡", "银卡", "金卡", "银卡"], "select"),
        ("City", ["上海", "北京", "广州", "深圳"], "text"),
        ("Tags", ["vip;新客", "新客", "vip"], "tags"),
        ("Words", ["one\ntwo", "three"], "long_text"),
        ("Mixed", ["1", "two", "2026-01-01"], "text"),
        ("Nothing", ["", ""], "text"),
        ("Phone", ["", ""], "phone"),
    ],
)  # fmt: skip
def test_the_type_of_a_column(name, cells, type_):
    assert column(name, cells).type == type_


def test_a_few_bad_cells_keep_the_type_and_are_told():
    found = column("Joined", ["2026-01-01"] * 39 + ["2023-02-29"])
    assert found.type == "date"
    assert "1 of 40 values cannot be read so, “2023-02-29” for one" in found.notes[0].said()
    assert column("Joined", ["2026-01-01"] * 20 + ["soon"] * 20).type == "select"


def test_a_column_of_distinct_numbers_is_the_key():
    rows = [[f"M{number:03}", f"Name {number}"] for number in range(9)]
    number, name = infer.fields_of(["Member no", "Name"], rows, WORDS)
    assert (number.is_unique, number.is_required) == (True, True)
    assert (name.is_unique, name.is_required) == (False, False)


def test_a_sheet_of_ten_thousand_columns_is_refused_with_words():
    with pytest.raises(Problems, match="10000 columns; an entity has at most 500 fields"):
        infer.fields_of([f"c{at}" for at in range(10_000)], [["1"] * 10_000], WORDS)


def test_a_file_in_gb18030(tmp_path):
    file = tmp_path / "members.csv"
    file.write_bytes("会员号,生日,等级\nM1,2024-02-29,金卡\nM2,1990-01-31,银卡\n".encode("gb18030"))
    sheet = sheets.look(file)
    found = infer.fields_of(sheet.columns, [cells for _number, cells in sheets.rows(sheet)], WORDS)
    assert [(one.words, one.type, one.is_unique) for one in found] == [
        ("会员号", "text", True), ("生日", "date", False), ("等级", "text", False)
    ]  # fmt: skip


def test_hostile_headers_make_a_definition_that_is_whole():
    names = ["<script>x</script>", "{{ 7*7 }}", "=cmd()", "a" * 500, "id", "“" * 9, "🙂"]
    fields = keyed(infer.fields_of(names, [["x"] * len(names)], WORDS))
    body = bodies.entity(bodies.Naming("thing", "Thing", "Things"), fields, REGISTRY)
    assert validate({("entity", "thing"): body}, REGISTRY) == []


def test_an_entity_a_list_and_a_form_are_made():
    naming = bodies.Naming("member", {"en": "Member"}, {"en": bodies.plural("Member")})
    fields = keyed(
        [
            Proposed(text_of("Member no"), is_unique=True, is_required=True),
            Proposed(text_of("Phone"), "phone"),
            Proposed(text_of("Name")),
            Proposed(text_of("Notes"), "long_text"),
        ]
    )
    made = {
        ("entity", "member"): bodies.entity(naming, fields, REGISTRY),
        ("view", "all_members"): bodies.view("all_members", naming, fields, REGISTRY),
        ("form", "member_form"): bodies.form("member_form", naming, fields, REGISTRY),
    }
    assert validate(made, REGISTRY) == []
    head = made["entity", "member"]["x-tessera"]
    assert (head["key_field"], head["title_field"]) == ("member_no", "name")
    assert head["search"] == ["member_no", "name", "phone"]
    assert made["view", "all_members"]["columns"] == ["name", "member_no", "phone", "notes"]
    assert made["view", "all_members"]["label"] == {"en": "All members"}


def test_what_a_parent_can_gather():
    fields = keyed(
        [
            Proposed(text_of("Ordered on"), "date"),
            Proposed(text_of("Amount"), "money"),
            Proposed(text_of("Paid"), "boolean"),
        ]
    )
    found = child.offers(fields, {"en": "Orders", "zh": "订单"}, REGISTRY)
    assert [(one.name, one.label) for one in found] == [
        ("count.", {"en": "Number of orders", "zh": "订单数"}),
        ("max.ordered_on", {"en": "Last ordered on"}),
        ("sum.amount", {"en": "Total amount"}),
    ]
    parent = {"properties": {"name": {"x-tessera": {"type": "text", "label": "Name"}}}}
    fields = [child.reference("member", "Member", "member", "orders", "Orders"), *fields]
    body, keys = child.with_rollups(parent, found, fields, REGISTRY)
    assert keys == ["number_of_orders", "last_ordered_on", "total_amount"]
    assert body["properties"]["total_amount"]["x-tessera"] == {
        "type": "rollup", "label": {"en": "Total amount"}, "relation": "orders", "aggregate": "sum", "of": "amount",
        "dated_by": "ordered_on",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("one", "many"),
    [("Member", "Members"), ("Box", "Boxes"), ("City", "Cities"), ("会员", "会员"), ("Day", "Days")],
)
def test_many_of_them(one, many):
    assert bodies.plural(one) == many
