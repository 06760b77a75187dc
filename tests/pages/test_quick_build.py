"""Quick build by plain posts: lines and sheets become entities, children come with rollups."""

from __future__ import annotations

import io

import pytest

from builder.records import find
from tests.make import OPERATOR
from tests.pages.shop import Page
from tests.pages.workshop import bare, filled_in, send  # noqa: F401 - a fixture

NEW = "/studio/entity/new"
LINES = "Member no text unique required\nName\nBirthday date\nLevel choice: Silver | Gold\n积分 整数"
SHEET = (
    "会员号,姓名,生日,等级,手机\nM1,张三,2024-02-29,金卡,13800138000\nM2,李四,1990-01-31,银卡,13900138000\n"
    "M3,王五,1988-08-08,金卡,13700137000\nM4,赵六,1999-09-09,银卡,13600136000\n"
)


@pytest.fixture
def ada(bare):  # noqa: F811
    return bare.reader()


def built(ada, **fields):
    """The page behind the first press of Create, which shows the plan, and the answer to the second."""
    seen = send(ada, NEW, ada.get(NEW), {"name": "Member", "lines": LINES, "create": "1", **fields})
    return seen, send(ada, NEW, seen, {"create": "1"})


def inputs(page: Page, what: str) -> list[str]:
    return [str(tag.get("value", "")) for tag in page.soup.select(f"[name^='f.'][name$='.{what}']")]


def chosen(page: Page) -> list[str]:
    return [str(tag["value"]) for tag in page.soup.select("[name$='.type'] option[selected]")]


def test_typed_lines_become_fields_that_can_be_changed_in_place(ada):
    page = send(ada, NEW, ada.get(NEW), {"name": "Member", "lines": LINES, "do": "preview"})
    assert inputs(page, "label") == ["Member no", "Name", "Birthday", "Level", "积分"]
    assert inputs(page, "key") == ["member_no", "name", "birthday", "level", "field_1"]
    assert chosen(page) == ["text", "text", "date", "select", "integer"]
    assert [tag["name"] for tag in page.soup.select("[name^='f.'][checked]")] == [
        "f.0.required",
        "f.0.unique",
    ]
    assert page.all(".happens")[0].startswith("New entity Member with 5 fields.")


def test_what_is_changed_in_a_row_goes_into_its_line(ada):
    page = send(ada, NEW, ada.get(NEW), {"name": "Member", "lines": LINES})
    changes = {"f.1.label": "Full name", "f.1.required": "yes", "f.2.type": "datetime", "f.4.key": "points"}
    page = send(ada, NEW, page, changes)
    assert page.one("#lines").text.strip().split("\n") == [
        "Member no text unique required",
        "Full name text required",
        "Birthday date and time",
        "Level choice: Silver | Gold",
        "积分 [points] whole number",
    ]
    assert inputs(page, "key")[1] == "full_name"


def test_rows_are_moved_and_taken_away_by_buttons(ada):
    page = send(ada, NEW, ada.get(NEW), {"name": "Member", "lines": "A\nB\nC"})
    page = send(ada, NEW, page, {"do": "up:2"})
    assert page.one("#lines").text.split() == ["A", "C", "B"]
    assert page.soup.select("[data-focus]")[0]["id"] == "f-1-up"
    page = send(ada, NEW, page, {"do": "remove:0"})
    assert page.one("#lines").text.split() == ["C", "B"]


def test_lines_typed_while_a_row_was_changed_stay(ada):
    page = send(ada, NEW, ada.get(NEW), {"name": "Member", "lines": "A\nB"})
    page = send(ada, NEW, page, {"lines": "First\nA\nB\nLast date", "f.1.type": "money"})
    assert page.one("#lines").text.strip().split("\n") == ["First", "A", "B money", "Last date"]


def test_nothing_is_made_before_its_plan_was_seen(ada):
    seen, done = built(ada)
    assert seen.status == 422
    assert "New view: All members." in seen.text
    assert done.where == "/studio/entity/member"


def test_a_new_entity_is_at_once_in_list_form_filter_menu_and_api(ada, bare):  # noqa: F811
    built(ada)
    assert ada.get("/desk/member/new").all("label.form-label")[:2] == ["Member no * (required)", "Name"]
    assert "Members" in ada.get("/desk").all(".side-link")
    made = ada.post("/desk/member/new", {"member_no": "M1", "name": "Li Na", "level": "Gold"})
    assert made.where == "/desk/member/1"
    found = ada.get("/desk/member?w=level.in.Gold")
    assert found.all("tbody th, tbody td")[:2] == ["Li Na", "M1"]
    assert found.all("thead th") == ["Name", "Member no", "Birthday", "Level", "积分"]
    assert "/member" in " ".join(ada.client.get("/openapi.json").get_json()["paths"])


def test_a_second_press_finds_the_key_taken(ada):
    seen, _done = built(ada)
    again = send(ada, NEW, seen, {"create": "1"})
    assert again.status == 422
    assert "There is, or was, an entity “member” already" in again.one("#key-error").text


def test_the_second_entity_joins_the_application_that_is_there(ada):
    built(ada, app="+", app_name="Shop")
    seen = send(ada, NEW, ada.get(NEW), {"name": "Store", "lines": "Name", "create": "1"})
    assert "The menu of “Shop” opens: Stores." in seen.text
    send(ada, NEW, seen, {"create": "1"})
    assert [words for words in ada.get("/desk").all(".side-link") if words in ("Members", "Stores")] == [
        "Members", "Stores"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "place", "words"),
    [
        ({"name": ""}, "#name-error", "Say what one of them is called."),
        ({"lines": " "}, "#lines-error", "Type at least one field"),
        ({"key": "Bad Key"}, "#key-error", "cannot be a key"),
        ({"key": "import"}, "#problems", "kept for the product itself"),
        ({"lines": "Level choice"}, "#f-0-error", "Say what can be chosen."),
        ({"lines": "Shop reference"}, "#f-0-error", "Say which records it points to."),
        ({"lines": "A [x]\nB [x]"}, "#f-1-error", "taken already"),
        ({"lines": "x\n" * 600}, "#lines-error, #problems", "an entity has at most 500"),
        ({"sheet": "a,a\n1,2"}, "#problems, #sheet-error", "stands twice in the header"),
        ({"sheet": ",".join(f"c{at}" for at in range(10_000))}, "#problems", "10000 columns"),
    ],
)
def test_what_is_wrong_is_said_beside_its_input(ada, fields, place, words):
    page = send(ada, NEW, ada.get(NEW), {"name": "Member", "lines": LINES, **fields, "create": "1"})
    assert page.status == 422
    assert words in " ".join(page.all(place))


def test_hostile_words_are_shown_inert(ada):
    evil = "<script>alert(1)</script>"
    seen, done = built(
        ada, name=evil, lines=f'{evil} text\n{{{{ 7*7 }}}} choice: {evil} | "><b>x', key="evil"
    )
    assert "<script>alert" not in seen.html
    assert done.where == "/studio/entity/evil"
    for path in ("/desk/evil", "/desk/evil/new", "/studio/entity/evil", "/desk"):
        page = ada.get(path)
        assert page.status == 200
        assert "<script>alert" not in page.html
        assert "49" not in page.text.split("{{")[0]


def test_a_pasted_sheet_proposes_its_columns_and_its_rows_come_in(ada, bare):  # noqa: F811
    seen, done = built(ada, name="会员", lines="", sheet=SHEET, key="member")
    assert chosen(seen) == ["text", "text", "date", "select", "phone"]
    assert "4 rows below the header" in seen.text
    assert done.status == 200
    report = send(ada, "/studio/entity/member/rows", done, {})
    assert "4 rows came in." in report.text
    with bare.house.reading() as work:
        records = find.page(work, find.Query("member"), OPERATOR).records
    assert {record.values["field_1"] for record in records} == {"M1", "M2", "M3", "M4"}
    assert ada.get(report.link("The import as a run")).status == 200


def test_a_renamed_field_still_takes_its_column_and_bad_rows_are_told(ada):
    sheet = SHEET.replace("1990-01-31", "1990-02-31") + "".join(
        f"M{number},N{number},2001-01-01,金卡,\n" for number in range(5, 30)
    )
    page = send(ada, NEW, ada.get(NEW), {"name": "Member", "sheet": sheet})
    assert "1 of 29 values cannot be read so, “1990-02-31” for one" in page.text
    page = send(ada, NEW, page, {"f.0.label": "Member no", "f.2.label": "Birthday"})
    assert 'Birthday date ← "生日"' in page.one("#lines").text
    made = send(ada, NEW, page, {"create": "1"})
    report = send(ada, "/studio/entity/member/rows", made, {})
    assert "28 rows came in." in report.text
    assert report.all(".row-link") == ["Row 3 生日: There is no day “1990-02-31”."]


def test_an_uploaded_file_of_another_encoding_is_read(ada):
    posted = filled_in(ada.get(NEW))
    posted.setlist("name", ["Member"])
    posted["file"] = (io.BytesIO(SHEET.encode("gb18030")), "members.csv")  # type: ignore[assignment]
    page = Page(ada.client.post(NEW, data=posted, content_type="multipart/form-data"))
    assert inputs(page, "label") == ["会员号", "姓名", "生日", "等级", "手机"]
    again = send(ada, NEW, page, {"do": "remove:0"})
    assert inputs(again, "label") == ["姓名", "生日", "等级", "手机"]
    assert "Not used: 会员号" in again.text


def test_a_spreadsheet_file_is_refused_with_words(ada):
    posted = filled_in(ada.get(NEW))
    posted["file"] = (io.BytesIO(b"PK\x03\x04rest"), "members.xlsx")  # type: ignore[assignment]
    page = Page(ada.client.post(NEW, data=posted, content_type="multipart/form-data"))
    assert "is a spreadsheet or an archive, not CSV. Save it as CSV." in page.text


def test_a_member_has_many_orders_in_one_change(ada):
    built(ada)
    path = "/studio/entity/member/child"
    lines = "Order no text unique required\nOrdered on date\nAmount money\nItems number"
    page = send(ada, path, ada.get(path), {"name": "Order", "lines": lines})
    assert [tag["value"] for tag in page.soup.select("[name=rollup][checked]")] == [
        "count.", "max.ordered_on", "sum.amount"
    ]  # fmt: skip
    page = send(ada, path, page, {}, without=["rollup"])
    assert page.soup.select("[name=rollup][checked]") == []
    page = send(ada, path, page, {"rollup": ["max.ordered_on", "sum.amount"]})
    assert "The list “All members” shows: Last ordered on, Total amount." in page.text
    assert send(ada, path, page, {"create": "1"}).where == "/studio/entity/member"
    ada.post("/desk/member/new", {"member_no": "M1", "name": "Li Na"})
    order = {"order_no": "O1", "member": "1", "ordered_on": "2026-02-01", "amount": "12.50"}
    assert ada.post("/desk/order/new", order).where == "/desk/order/1"
    member = ada.get("/desk/member/1")
    assert member.all(".figure") == ["Last ordered on 1 Feb 2026", "Total amount ¥12.50"] or member.all(
        ".figure"
    )
    assert "Orders" in member.all(".card-title")


def test_only_who_may_publish_builds(bare):  # noqa: F811
    nobody = bare.reader("clerk")
    assert nobody.get(NEW).status == 403
    assert nobody.post(NEW, {"name": "X", "lines": "a", "create": "1"}).status == 403


def test_what_the_engine_numbers_is_unique(ada, bare):  # noqa: F811
    built(ada, lines="Member no automatic number: M\nName")
    ada.post("/desk/member/new", {"name": "Li Na"})
    assert ada.get("/desk/member").all("tbody th, tbody td")[:2] == ["Li Na", "M000001"]
    with bare.house.reading() as work:
        assert work.catalog.entity("member").fields["member_no"].unique


def test_roles_that_are_ticked_may_work_with_it(shop):
    ada = shop.reader()
    page = send(ada, NEW, ada.get(NEW), {"name": "Gift", "lines": "Name", "role": ["clerk"]})
    assert "“Shop clerk” may see, add and change: Gifts." in page.text
    assert send(ada, NEW, page, {"create": "1"}).where == "/studio/entity/gift"
    assert shop.reader("clerk").get("/desk/gift/new").status == 200
    assert shop.reader("marketing").get("/desk/gift").status == 404


PRICED = "Name\nPrice money\nQuantity integer\nTotal formula: [Price] * [Quantity]\n均价 公式：[Price] / [quantity]"


def test_a_line_says_how_a_field_is_worked_out(bare, ada):  # noqa: F811
    seen, answer = built(ada, name="Line", lines=PRICED)
    assert chosen(seen) == ["text", "money", "integer", "formula", "formula"]
    assert answer.where
    with bare.house.reading() as work:
        fields = work.catalog.entity("line").fields
        assert fields["total"].settings["formula"] == {
            "round": [{"*": [{"var": "price"}, {"var": "quantity"}]}, 2]
        }
        assert fields["field_1"].settings["formula"] == {
            "round": [{"/": [{"var": "price"}, {"var": "quantity"}]}, 2]
        }
        assert fields["total"].settings["gives"] == {"type": "decimal", "scale": 2}
        assert "total" not in work.catalog.of_kind("form")["line_form"]["sections"][0]["fields"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Total formula: [Prise] * 2", "Did you mean “Price”?"),
        ("Total formula: [Price] *", "Something is missing at the end."),
        ("Total formula:", "Say how it is worked out."),
        ("Total formula: [Price] & [Name", "“]” is missing"),
    ],
)
def test_a_formula_that_cannot_be_read_is_told_in_its_row(ada, line, said):
    page = send(
        ada, NEW, ada.get(NEW), {"name": "Line", "lines": f"Name\nPrice money\n{line}", "do": "preview"}
    )
    assert said in page.text
    assert line in page.one("textarea[name=lines]").text
