"""Forms: nothing typed is lost, nobody's save is overwritten unseen, a second press does nothing."""

from __future__ import annotations

import pytest

from tests import make


@pytest.fixture
def member(shop):
    return shop.member(1, name="Chen Jing", city="Shanghai")


def test_a_new_record_is_saved(shop, ada):
    form = ada.get("/desk/member/new").form()
    done = ada.post(
        "/desk/member/new", form | {"member_no": "M0007", "name": "Li Na", "phone": "138 0013 8000"}
    )
    saved = make.read(shop.house, "member", int(done.where.rpartition("/")[2]))
    assert saved.values["phone"] == "+8613800138000"
    assert saved.values["stage"] == "new"
    assert ada.get(done.where).all("#flashes .note") == ["Saved."]


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(ada, member):
    form = ada.get(f"/desk/member/{member}/edit").form()
    page = ada.post(
        f"/desk/member/{member}/edit",
        form | {"phone": "12", "name": "Typed", "birthday": "yesterday"},
        htmx="form",
    )
    assert page.status == 422
    assert page.html.lstrip().startswith('<div id="form"')
    assert page.one("#f-name")["value"] == "Typed"
    assert page.one("#f-phone")["value"] == "12"
    assert page.one("#f-phone")["aria-invalid"] == "true"
    assert page.one("#f-phone")["aria-describedby"].startswith("f-phone-error")
    assert "not a telephone number" in page.one("#f-phone-error").text
    assert [link["href"] for link in page.soup.select("#problems a")] == ["#f-phone", "#f-birthday"]
    assert len(page.soup.select("[data-focus], [autofocus]")) == 1


def test_a_missing_required_field_is_told(ada):
    page = ada.post("/desk/member/new", ada.get("/desk/member/new").form() | {"name": "Li Na"})
    assert page.status == 422
    assert "This field needs a value." in page.one("#f-member_no-error").text


def test_a_taken_number_is_told_at_its_field(ada, member):
    page = ada.post("/desk/member/new", ada.get("/desk/member/new").form() | {"member_no": "M0001"})
    assert page.status == 422
    assert "unique" in page.one("#f-member_no-error").text


def test_a_form_that_comes_twice_makes_one_record(ada):
    form = ada.get("/desk/member/new").form() | {"member_no": "M0007"}
    first, second = ada.post("/desk/member/new", form), ada.post("/desk/member/new", form)
    assert first.where == second.where
    assert len(ada.get("/desk/member").all("#list tbody tr")) == 1


def test_a_used_form_with_other_words_asks_once_more(ada):
    form = ada.get("/desk/member/new").form() | {"member_no": "M0007"}
    ada.post("/desk/member/new", form)
    page = ada.post("/desk/member/new", form | {"member_no": "M0008"})
    assert page.status == 422
    assert "saved already" in page.text
    assert ada.post("/desk/member/new", page.form() | {"member_no": "M0008"}).where.startswith(
        "/desk/member/"
    )


def test_a_stale_save_shows_all_three_values(ada, member):
    mine, theirs = (
        ada.get(f"/desk/member/{member}/edit").form(),
        ada.get(f"/desk/member/{member}/edit").form(),
    )
    ada.post(f"/desk/member/{member}/edit", theirs | {"name": "Their name", "city": "Beijing"})
    page = ada.post(f"/desk/member/{member}/edit", mine | {"name": "My name", "email": "my@example.com"})
    assert page.status == 409
    assert page.all("#conflict tbody tr") == [
        "Name Chen Jing Their name My name",
        "City Shanghai Beijing Shanghai",
    ]
    assert page.all("#conflict p")[0].startswith("Ada saved it after you had opened it.")
    assert page.one("#f-city")["value"] == "Beijing"
    assert page.one("#f-name")["value"] == "My name"


@pytest.mark.parametrize(("keep", "name"), [("yours", "My name"), ("theirs", "Their name")])
def test_the_person_chooses_whose_value_stays(shop, ada, member, keep, name):
    mine, theirs = (
        ada.get(f"/desk/member/{member}/edit").form(),
        ada.get(f"/desk/member/{member}/edit").form(),
    )
    ada.post(f"/desk/member/{member}/edit", theirs | {"name": "Their name", "city": "Beijing"})
    page = ada.post(f"/desk/member/{member}/edit", mine | {"name": "My name", "email": "my@example.com"})
    ada.post(f"/desk/member/{member}/edit", page.form("form#record-form") | {"keep.name": keep})
    saved = make.read(shop.house, "member", member).values
    assert (saved["name"], saved["city"], saved["email"]) == (name, "Beijing", "my@example.com")


def test_without_a_script_a_button_searches_a_reference(shop, ada, member):
    form = ada.get("/desk/order/new").form() | {"order_no": "O1"}
    page = ada.post("/desk/order/new", form | {"member__search": "Chen", "_search": "member"})
    assert page.status == 200
    assert page.one("#f-order_no")["value"] == "O1"
    assert f'<option value="{member}"' in page.html


def test_typing_swaps_the_choices_of_a_reference(ada, member):
    page = ada.get("/desk/order/choices/member", member__search="Chen")
    assert page.one("select")["id"] == "f-member"
    assert "Chen Jing" in page.text


def test_a_picker_says_what_it_found_and_chooses_the_only_one(shop, ada, member):
    twin = shop.member(8, name="Chen Jing")
    both = ada.get("/desk/order/choices/member", member__search="Chen")
    assert both.all("option") == ["2 found", "Chen Jing · M0001", "Chen Jing · M0008"]
    assert both.one("select")["data-status"] == "2 found"
    only = ada.get("/desk/order/choices/member", member__search="M0008")
    assert only.one("option[selected]")["value"] == str(twin)
    none = ada.get("/desk/order/choices/member", member__search="nobody", member=str(member))
    assert none.one("option[selected]")["value"] == str(member)


def test_all_that_is_wrong_is_said_at_once(ada):
    form = ada.get("/desk/order/new").form()
    page = ada.post("/desk/order/new", form | {"amount": "abc"})
    assert page.all("#problems a") == ["Order number", "Member", "Amount"]


def test_a_child_form_knows_its_parent(ada, member):
    page = ada.get(f"/desk/order/new?member={member}")
    assert page.one("#f-member option[selected]").text == "Chen Jing · M0001"


def test_a_right_that_went_meanwhile_counts(shop, member):
    service = shop.reader("service")
    assert service.post(f"/desk/member/{member}/delete", {"version": "1"}).status in (403, 404)
