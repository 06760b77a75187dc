"""A record's page: what it is, what belongs to it, what became of it."""

from __future__ import annotations

from tests import make


def test_it_shows_figures_details_children_and_history(shop, ada):
    member = shop.member(1, name="Chen Jing", level="gold", tags=frozenset({"vip"}))
    shop.order(1, member)
    page = ada.get(f"/desk/member/{member}")
    assert page.one("h1").text == "Chen Jing"
    assert page.all(".badges-list .badge") == ["New", "Gold", "vip"]
    figures = dict(zip(page.all(".figure dt"), page.all(".figure dd"), strict=True))
    assert figures == {"Orders": "1", "Total spent": "¥12.50", "Last order on": "2026-02-01", "Points": "–"}
    assert "O0001" in page.text
    assert page.all("#history strong") == ["Created"]


def test_related_records_lead_to_their_filtered_list(shop, ada):
    member, other = shop.member(1), shop.member(2)
    for number in range(1, 13):
        shop.order(number, member)
    shop.order(99, other)
    page = ada.get(f"/desk/member/{member}")
    orders = ada.get(page.link("Show all"))
    assert len(orders.all("#list tbody tr")) == 12
    assert page.link("New") == f"/desk/order/new?member={member}"


def test_history_says_who_changed_what(shop, ada):
    member = shop.member(1, name="Before")
    form = ada.get(f"/desk/member/{member}/edit").form()
    ada.post(f"/desk/member/{member}/edit", form | {"name": "After", "tags": "vip"})
    entry = ada.get(f"/desk/member/{member}").all("#history li")[0]
    assert entry.startswith("Changed by Ada")
    assert "Name: Before → became After" in entry
    assert "Tags: added vip" in entry


def test_absent_and_unknown_are_not_found(ada):
    for path in (
        "/desk/member/999",
        "/desk/member/999/edit",
        "/desk/nothing",
        "/desk/nothing/1",
        "/desk/member/999/delete",
    ):
        assert ada.get(path).status == 404


def test_a_clerk_sees_what_the_role_shows(shop, ada):
    member = shop.member(1, points=77)
    clerk = shop.reader("clerk")
    page = clerk.get(f"/desk/member/{member}")
    assert "Total spent" not in page.text
    assert "Total spent" in ada.get(f"/desk/member/{member}").text
    assert "Delete" not in page.text
    assert "Studio" not in page.text
    edit = clerk.get(f"/desk/member/{member}/edit")
    assert not edit.soup.select("[name=points]")
    assert edit.soup.select("[name=phone]")
    assert clerk.get("/desk/member?w=total_spent.%3E%3D.1").status == 422


def test_delete_asks_first(shop, ada):
    member = shop.member(1)
    page = ada.get(ada.get(f"/desk/member/{member}").link("Delete"))
    assert "Delete “Name 0001”?" in page.text
    done = ada.post(f"/desk/member/{member}/delete", page.form())
    assert done.where == "/desk/member"
    assert ada.get(f"/desk/member/{member}").status == 404


def test_a_record_that_others_need_stays(shop, ada):
    member = shop.member(1)
    shop.order(1, member)
    page = ada.post(f"/desk/member/{member}/delete", {"version": "1"})
    assert page.status == 422
    assert page.all(".note.is-bad") == [
        "Records of “Orders” still point to this one; delete or change them first."
    ]
    assert make.read(shop.house, "member", member).id == member


def test_look_up_opens_the_one_that_fits(shop, ada):
    member = shop.member(1, name="Chen Jing", phone="+8613800138000")
    shop.member(2, name="Chen Li")
    for text in ("13800138000", "138 0013 8000", "M0001", "Chen Jing"):
        assert ada.get("/desk/lookup", q=text).where == f"/desk/member/{member}", text
    assert ada.get("/desk/lookup?phone=13800138000").where == f"/desk/member/{member}"
    both = ada.get("/desk/lookup?q=Chen")
    assert len(both.all("tbody tr")) == 2
    assert "Nothing was found for “nobody”" in ada.get("/desk/lookup?q=nobody").text


def test_the_beginning_of_a_phone_number_finds_those_who_have_it(shop, ada):
    shop.member(1, phone="+8613800138000")
    shop.member(2, phone="+8613800139999")
    shop.member(3, phone="+8613900138000")
    for text in ("138", "138 0013", "+86 138"):
        assert ada.get("/desk/lookup", q=text).all("tbody th") == ["M0001", "M0002"], text
    assert ada.get("/desk/member?q=139").all("tbody th") == ["M0003"]


def test_home_shows_what_the_reader_may_open(shop, ada):
    shop.member(1, stage="dormant")
    page = ada.get("/desk")
    assert page.all(".tile h2") == ["Members", "Orders", "Tasks", "Stores"]
    assert "Hello, Ada" in page.text
    assert "Name 0001" in page.text
