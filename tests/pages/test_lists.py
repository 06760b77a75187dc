"""The list of an entity: one address for the page, its fragment and every filter."""

from __future__ import annotations

from datetime import date

import pytest


def test_page_and_fragment_show_the_same_rows(shop, ada):
    shop.member(1, name="Chen Jing")
    whole, part = ada.get("/desk/member"), ada.swap("/desk/member", "list")
    assert whole.all("#list tbody tr") == part.all("#list tbody tr")
    assert "Chen Jing" in whole.all("#list tbody tr")[0]
    assert part.html.lstrip().startswith('<div id="list"')
    assert whole.response.vary.to_header().count("HX-Request") == 1


def test_an_empty_entity_says_what_to_do(ada):
    page = ada.get("/desk/member")
    assert page.one(".blank h2").text == "Nothing here yet"
    assert page.link("New") == "/desk/member/new"


def test_no_match_offers_to_clear_the_filters(shop, ada):
    shop.member(1)
    page = ada.get("/desk/member?q=nobody&w=level.==.gold")
    assert page.one(".blank h2").text == "Nothing matches"
    assert page.link("Clear search and filters") == "/desk/member"


def test_a_filter_is_put_together_step_by_step_without_a_script(shop, ada):
    shop.member(1, level="gold")
    shop.member(2, level="base")
    opened = ada.get(ada.get("/desk/member").link("Filter"))
    assert "Level" in opened.all("#filter option")
    chosen = ada.get("/desk/member?field=level")
    assert chosen.all("#filter .form-check-label") == ["Base", "Silver", "Gold", "Black"]
    kept = ada.get("/desk/member?field=level&op===&value=gold".replace("===", "=%3D%3D"))
    assert kept.where == "/desk/member?w=level.%3D%3D.gold"
    page = ada.get(kept.where)
    assert [row.split()[0] for row in page.all("#list tbody tr")] == ["M0001"]
    assert page.all(".chip > span") == ["Level is Gold"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("level.in.gold\nblack", ["M0002", "M0003"]),
        ("level.!=.gold", ["M0001", "M0003"]),
        ("points.>=.100", ["M0002", "M0003"]),
        ("points.between.50\n150", ["M0002"]),
        ("birthday.is_empty.", ["M0002", "M0003"]),
        ("birthday.is_filled.", ["M0001"]),
        ("tags.has_any.vip", ["M0003"]),
        ("joined_on.days_since.180", ["M0001"]),
        ("joined_on.>=.2026-01-01", ["M0002", "M0003"]),
        ("order_count.>=.1", ["M0003"]),
        ("last_order_on.days_since.10", ["M0003"]),
        ("city.==.上海", ["M0002"]),
        ("name.starts_with.Li", ["M0002"]),
    ],
)
def test_filters_find(shop, ada, written, expected):
    shop.member(1, level="base", points=1, birthday=date(1990, 5, 1), joined_on=date(2025, 1, 1), name="Ann")
    shop.member(2, level="gold", points=100, city="上海", name="Li Na")
    third = shop.member(3, level="black", points=900, tags=frozenset({"vip"}), name="Bo")
    shop.order(1, third)
    page = ada.get("/desk/member", w=written, sort="member_no")
    assert [row.split()[0] for row in page.all("#list tbody tr")] == expected
    assert page.status == 200


def test_a_reference_is_filtered_by_record_or_by_key(shop, ada):
    first, second = shop.member(1), shop.member(2)
    shop.order(1, first)
    shop.order(2, second)
    by_id = ada.get("/desk/order", w=f"member.==.id:{first}")
    assert [row.split()[0] for row in by_id.all("#list tbody tr")] == ["O0001"]
    assert by_id.all(".chip > span") == ["Member is Name 0001"]
    by_key = ada.get("/desk/order", w="member.==.M0002")
    assert [row.split()[0] for row in by_key.all("#list tbody tr")] == ["O0002"]


@pytest.mark.parametrize(
    "written", ["nothing.==.1", "points.==.many", "stage.loves.x", "x", "points.>=.", "birthday.<.never"]
)
def test_a_filter_that_means_nothing_is_told(shop, ada, written):
    shop.member(1)
    page = ada.get("/desk/member", w=written)
    assert page.status == 422
    assert len(page.all(".note.is-bad")) == 1


def test_next_and_previous_walk_the_same_pages(shop, ada):
    for number in range(1, 121):
        shop.member(number)
    first = ada.get("/desk/member?sort=member_no")
    second = ada.get(first.link("Next"))
    third = ada.get(second.link("Next"))
    assert [len(one.all("#list tbody tr")) for one in (first, second, third)] == [50, 50, 20]
    assert not third.soup.select("a[rel=next]")
    assert ada.get(third.link("Previous")).all("#list tbody tr") == second.all("#list tbody tr")
    back = ada.get(second.link("Previous"))
    assert back.all("#list tbody tr") == first.all("#list tbody tr")
    assert not back.soup.select("a[rel=prev]")
    assert ada.get(back.link("Next")).all("#list tbody tr") == second.all("#list tbody tr")


def test_previous_goes_back_over_empty_values(shop, ada):
    for number in range(1, 111):
        shop.member(number, birthday=date(1990, 1, 1 + number % 28) if number % 2 else None)
    first = ada.get("/desk/member?sort=-birthday")
    second = ada.get(first.link("Next"))
    third = ada.get(second.link("Next"))
    assert ada.get(third.link("Previous")).all("#list tbody tr") == second.all("#list tbody tr")


def test_following_a_header_sorts_and_turns_round(shop, ada):
    shop.member(1, points=5)
    shop.member(2, points=7)
    page = ada.get("/desk/member")
    upwards = ada.get(page.link("Name"))
    assert upwards.one("th[aria-sort]")["aria-sort"] == "ascending"
    downwards = ada.get(upwards.link("Name"))
    assert downwards.one("th[aria-sort]")["aria-sort"] == "descending"
    assert downwards.all("#list tbody tr") == upwards.all("#list tbody tr")[::-1]


def test_counting_is_asked_for(shop, ada):
    for number in range(1, 61):
        shop.member(number)
    page = ada.get("/desk/member")
    assert "50 records on this page" in page.text
    assert "60 records" in ada.get(page.link("Count all")).text


def test_search_finds_the_start_of_name_number_and_phone(shop, ada):
    shop.member(1, name="Chen Jing", phone="+8613800138000")
    shop.member(2, name="Li Na")
    for text in ("Chen", "M0001", "138 0013 8000"):
        assert [row.split()[0] for row in ada.get("/desk/member", q=text).all("#list tbody tr")] == [
            "M0001"
        ], text


def test_views_are_tabs_with_their_own_rule(shop, ada):
    shop.member(1, stage="dormant")
    shop.member(2, stage="active")
    page = ada.get("/desk/member")
    assert page.all(".tabs a[aria-current]") == ["All members"]
    view = ada.get(page.link("Dormant members"))
    assert [row.split()[0] for row in view.all("#list tbody tr")] == ["M0001"]
    assert view.all(".tabs a[aria-current]") == ["Dormant members"]


def test_what_people_type_is_never_markup(shop, ada):
    shop.member(1, name="<script>alert(1)</script>", city='"><b>')
    for path in ("/desk/member", "/desk/member/1", "/desk/member/1/edit", "/desk/lookup?q=%3Cscript%3E"):
        assert "<script>alert" not in ada.get(path).html
        assert "<b>" not in ada.get(path).html


def test_export_writes_what_the_list_shows(shop, ada):
    shop.member(1, level="gold")
    shop.member(2, level="base")
    export = ada.get(ada.get("/desk/member?w=level.%3D%3D.gold").link("Export"))
    assert export.response.headers["Content-Disposition"].endswith('member-2026-03-02.csv"')
    assert "M0001" in export.html
    assert "M0002" not in export.html


def test_a_list_asks_the_database_two_or_three_times_whatever_it_shows(shop, ada):
    for number in range(1, 61):
        shop.member(number)
    ada.get("/desk/member")
    asked = shop.statements()
    ada.get("/desk/member?sort=member_no")
    assert len(asked) <= 3
    asked.clear()
    ada.get("/desk/member?w=level.%3D%3D.base&q=Name&sort=name")
    assert len(asked) <= 3


def test_a_long_text_is_held_to_its_column_whole(shop, ada):
    shop.member(1, name="word " * 30)
    held = ada.get("/desk/member").one("#list .long")
    assert held.text.split() == ["word"] * 30
