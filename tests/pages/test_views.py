"""Views as boards, calendars, galleries, streams and tables: without a script, for whom may, with what may be seen."""

from __future__ import annotations

from datetime import date

import pytest

from builder.events import Cause
from builder.publishing.publish import publish
from tests import make

OVERDUE = {">": [{"days_since": [{"var": "due_on"}]}, 0]}
DONE = {"type": "set_field", "label": "Done", "field": "status", "value": "done"}


def view(shop, entity="task", **more):
    """A view that was published, and where it opens."""
    body = {"key": "v", "label": "V", "entity": entity, "columns": ["title"], **more}
    publish(shop.house, {("view", "v"): body}, cause=Cause("command"))
    return f"/desk/{entity}?view=v"


def task(shop, title, **values):
    return make.record(shop.house, "task", {"title": title, **values})


def lanes(page):
    """`{heading: titles of its cards}`."""
    return {
        lane.select_one(".board-head").get_text().strip(): [
            one.get_text().strip() for one in lane.select(".board-card a.lead")
        ]
        for lane in page.soup.select(".board-lane")
    }


BOARD = {"type": "kanban", "by": "status", "sort": ["due_on"], "columns": ["title", "due_on"]}


# --- boards ---


def test_a_board_has_a_lane_for_each_option_with_the_cards_in_order(shop, ada):
    path = view(shop, **BOARD)
    for title, status, day in (("B", "open", 9), ("A", "open", 3), ("C", "done", 1), ("D", None, 2)):
        task(shop, title, status=status, due_on=date(2026, 3, day))
    assert lanes(ada.get(path)) == {"Open": ["A", "B"], "Done": ["C"], "No value: Status": ["D"]}


def test_a_lane_shows_its_first_cards_and_leads_to_all_of_them(shop, ada):
    path = view(shop, **BOARD, first=2)
    for number in range(1, 61):
        task(shop, f"T{number:02}", due_on=date(2026, 1, 1 + number % 28))
    page = ada.get(path)
    assert [len(one) for one in lanes(page).values()][:2] == [2, 0]
    assert "More : Open" in page.all(".board-more a")
    rest = ada.get(page.link("More"))
    assert len(lanes(rest)["Open"]) == 50
    assert lanes(page)["Open"][1] not in lanes(rest)["Open"]
    assert len(lanes(ada.get(rest.link("Next")))["Open"]) == 8
    assert lanes(ada.get(rest.link("The whole board"))) == lanes(page)


def test_more_cards_come_where_more_stood(shop, ada):
    path = view(shop, **BOARD, first=1)
    task(shop, "A", due_on=date(2026, 3, 1))
    task(shop, "B", due_on=date(2026, 3, 2))
    more = ada.get(path).link("More")
    part = ada.swap(more, "lane-0-more")
    assert part.all("li.board-card a.lead") == ["B"]
    assert not part.soup.select("#list")


def test_a_card_is_moved_without_a_script(shop, ada):
    path = view(shop, **BOARD)
    number = task(shop, "Call Chen")
    opened = ada.get(ada.get(path).one(".board-move")["href"])
    assert opened.all(f"#card-{number} .menu-item") == ["Done", "No value: Status"]
    button = opened.soup.select(f"#card-{number} .menu-item")[0]
    answer = ada.post(opened.one("#acts")["action"], {"do": button["value"]})
    assert answer.where == path
    after = ada.get(path)
    assert lanes(after)["Done"] == ["Call Chen"]
    assert "Saved: Status is now Done." in after.text
    assert make.read(shop.house, "task", number).values["status"] == "done"


def test_where_a_card_can_go_comes_into_the_card(shop, ada):
    view(shop, **BOARD)
    number = task(shop, "Call Chen")
    part = ada.swap(ada.get("/desk/task?view=v").one(".board-move")["href"], f"card-{number}")
    assert part.all("body > li.board-card .menu-item") == ["Done", "No value: Status"]


def test_a_card_moved_by_htmx_is_answered_with_the_board(shop, ada):
    path = view(shop, **BOARD)
    number = task(shop, "Call Chen")
    answer = ada.post("/desk/task/acts?view=v", {"do": f"move.{number}.1.done"}, htmx="list")
    assert answer.status == 200
    assert lanes(answer)["Done"] == ["Call Chen"]
    assert answer.one("#list")["data-status"] == "Saved: Status is now Done."
    emptied = ada.post("/desk/task/acts?view=v", {"do": f"move.{number}.2."}, htmx="list")
    assert lanes(emptied)["No value: Status"] == ["Call Chen"]
    assert path


@pytest.mark.parametrize(
    ("do", "status", "said"),
    [
        ("move.{id}.7.done", 409, "Somebody else changed this record"),
        ("move.999.1.done", 404, "not there any more"),
        ("move.{id}.1.nonsense", 422, "Status: "),
    ],
)
def test_a_move_that_is_refused_leaves_the_card_and_says_why(shop, ada, do, status, said):
    view(shop, **BOARD)
    number = task(shop, "Call Chen")
    answer = ada.post("/desk/task/acts?view=v", {"do": do.format(id=number)}, htmx="list")
    assert answer.status == status
    assert said in answer.one(".note.is-bad").text
    assert lanes(answer)["Open"] == ["Call Chen"]


@pytest.mark.parametrize("do", ["", "x", "move.1.1", "move.a.1.done", "set.1.1.0", "set.1.1.x", "drop.1.1.1"])
def test_what_no_button_says_is_not_found(shop, ada, do):
    view(shop, **BOARD)
    assert ada.post("/desk/task/acts?view=v", {"do": do}).status == 404


def test_who_may_not_change_records_sees_no_way_to_move_them(shop):
    view(shop, **BOARD)
    number = task(shop, "Call Chen")
    publish(shop.house, {("role", "r"): role(fields={"status": "read"})}, cause=Cause("command"))
    reader = shop.reader("r")
    page = reader.get("/desk/task?view=v")
    assert lanes(page)["Open"] == ["Call Chen"]
    assert not page.soup.select("[data-card], [data-board], .board-move")
    answer = reader.post("/desk/task/acts?view=v", {"do": f"move.{number}.1.done"}, htmx="list")
    assert answer.status == 422
    assert make.read(shop.house, "task", number).values["status"] == "open"


def role(**more):
    rights = {"read": True, "update": True, **more}
    return {"key": "r", "label": "R", "entities": {"task": rights, "member": {"read": True}}}


def test_a_board_by_a_hidden_field_is_a_table_that_says_so(shop):
    view(shop, **BOARD)
    task(shop, "Call Chen")
    publish(shop.house, {("role", "r"): role(fields={"status": "hide"})}, cause=Cause("command"))
    page = shop.reader("r").get("/desk/task?view=v")
    assert not page.soup.select(".board")
    assert [row.split()[0] for row in page.all("#list tbody tr")] == ["Call"]
    assert "your roles do not show" in page.one(".note").text


def test_a_board_by_a_reference_has_a_lane_for_each_record(shop, ada):
    path = view(shop, **{**BOARD, "by": "store"})
    stores = [
        make.record(shop.house, "store", {"store_no": f"S{n}", "name": f"Shop {n:02}"}) for n in range(14)
    ]
    number = task(shop, "Count", store=stores[1])
    page = ada.get(path)
    assert lanes(page)["Shop 01"] == ["Count"]
    assert len(lanes(page)) == 13
    assert list(lanes(ada.get(page.link("Further lanes")))) == ["Shop 12", "Shop 13"]
    ada.post("/desk/task/acts?view=v", {"do": f"move.{number}.1.{stores[2]}"})
    assert lanes(ada.get(path))["Shop 02"] == ["Count"]
    assert lanes(ada.get(page.link("Shop 01"))) == {"Shop 01": []}


def test_many_options_are_lanes_page_by_page(shop, ada):
    options = [{"value": f"o{n}", "label": f"Option {n}"} for n in range(30)]
    fields = {
        "name": {"x-tessera": {"type": "text", "label": "Name"}},
        "sort": {"x-tessera": {"type": "select", "label": "Sort", "options": options}},
    }
    head = {"key": "thing", "label": "Thing", "title_field": "name"}
    publish(
        shop.house,
        {
            ("entity", "thing"): {"properties": fields, "required": [], "x-tessera": head},
            ("view", "v"): {
                "key": "v",
                "label": "V",
                "entity": "thing",
                "columns": ["name"],
                "type": "kanban",
                "by": "sort",
            },
        },
        cause=Cause("command"),
    )
    first = ada.get("/desk/thing?view=v")
    assert len(lanes(first)) == 13
    third = ada.get(ada.get(first.link("Further lanes")).link("Further lanes"))
    assert list(lanes(third)) == [f"Option {n}" for n in range(24, 30)]
    assert lanes(ada.get(ada.get(third.link("Earlier lanes")).link("Earlier lanes"))) == lanes(first)


def test_search_and_filters_narrow_a_board(shop, ada):
    path = view(shop, **BOARD)
    task(shop, "Call Chen", due_on=date(2026, 3, 1))
    task(shop, "Write Li", due_on=date(2026, 3, 9))
    assert lanes(ada.get(f"{path}&q=Call"))["Open"] == ["Call Chen"]
    assert lanes(ada.get(f"{path}&w=due_on.>.2026-03-05"))["Open"] == ["Write Li"]


# --- calendars ---

CALENDAR = {"type": "calendar", "date": "due_on"}


def month(page):
    """`{day: titles}` of the days that have something."""
    return {
        day.select_one("time")["datetime"]: [one.get_text().strip() for one in day.select("a.lead")]
        for day in page.soup.select(".days-day")
        if day.select("a.lead")
    }


def test_a_month_has_each_record_on_its_day(shop, ada):
    path = view(shop, **CALENDAR)
    for title, day in (
        ("A", date(2026, 3, 2)),
        ("B", date(2026, 3, 31)),
        ("C", date(2026, 4, 1)),
        ("D", None),
    ):
        task(shop, title, due_on=day)
    page = ada.get(path)
    assert page.one(".days-title").text == "March 2026"
    assert month(page) == {"2026-03-02": ["A"], "2026-03-31": ["B"], "2026-04-01": ["C"]}
    assert page.one(".is-today time")["datetime"] == "2026-03-02"
    assert {one["datetime"][:7] for one in page.soup.select(".is-outside time")} == {"2026-04"}
    following = ada.get(page.soup.select_one(".days-bar a[rel=next]")["href"])
    assert following.one(".days-title").text == "April 2026"
    assert ada.get(following.link("Today")).one(".days-title").text == "March 2026"


@pytest.mark.parametrize(
    ("language", "more", "first"), [("en", {}, "Sun"), ("zh", {}, "周一"), ("en", {"week": "monday"}, "Mon")]
)
def test_weeks_begin_as_usual_in_the_language_or_as_set(shop, language, more, first):
    path = view(shop, **CALENDAR, **more)
    reader = shop.reader("admin", language=language)
    assert reader.get(path).all(".days-heads span")[0] == first


def test_a_leap_day_is_there(shop, ada):
    path = view(shop, **CALENDAR)
    task(shop, "Leap", due_on=date(2028, 2, 29))
    page = ada.get(f"{path}&at=2028-02-29")
    assert month(page) == {"2028-02-29": ["Leap"]}
    assert page.soup.select_one(".days-bar a[rel=prev]")["href"].endswith("at=2028-01-01")


@pytest.mark.parametrize("at", ["", "nonsense", "0001-01-01", "9999-12-31", "2026-13-01", "٢"])
def test_a_month_that_is_none_is_this_one(shop, ada, at):
    path = view(shop, **CALENDAR)
    assert ada.get(f"{path}&at={at}").one(".days-title").text == "March 2026"


def test_a_full_day_leads_to_all_of_its_records(shop, ada):
    path = view(shop, **CALENDAR)
    for number in range(9):
        task(shop, f"T{number}", due_on=date(2026, 3, 5))
    page = ada.get(path)
    assert len(month(page)["2026-03-05"]) == 4
    more = ada.get(page.link("+5 more"))
    assert len(more.all("#list tbody tr")) == 9
    for number in range(9):
        task(shop, f"U{number}", due_on=date(2026, 3, 5))
    assert ada.get(path).link("more than 10 more")


def test_a_week_shows_more_of_each_day(shop, ada):
    path = view(shop, **CALENDAR, columns=["title", "status"])
    for number in range(9):
        task(shop, f"T{number}", due_on=date(2026, 3, 5))
    page = ada.get(ada.get(path).link("Week"))
    assert len(page.soup.select(".days-day")) == 7
    assert len(month(page)["2026-03-05"]) == 9
    assert "Status" in page.all(".card-facts dt")


def test_what_takes_several_days_stands_on_each(shop, ada):
    path = view(shop, "member", columns=["name"], type="calendar", date="joined_on", until="last_order_on")
    member = shop.member(1, name="Ann", joined_on=date(2026, 2, 27))
    shop.order(1, member, ordered_on=date(2026, 3, 2))
    assert list(month(ada.get(path))) == ["2026-03-01", "2026-03-02"]
    assert list(month(ada.get(f"{path}&at=2026-02-01"))) == ["2026-02-27", "2026-02-28"]


def test_a_moment_stands_on_the_day_of_the_workspace(shop, ada):
    """Noon of 2 March in Shanghai is when tests happen; records are made then."""
    path = view(shop, type="calendar", date="created_at", columns=["title"])
    task(shop, "Now")
    page = ada.get(path)
    assert month(page) == {"2026-03-02": ["Now"]}
    assert page.all(".card-time") == ["12:00"]


def test_a_calendar_by_a_hidden_field_is_a_table(shop):
    view(shop, **CALENDAR)
    task(shop, "A", due_on=date(2026, 3, 2))
    publish(shop.house, {("role", "r"): role(fields={"due_on": "hide"})}, cause=Cause("command"))
    page = shop.reader("r").get("/desk/task?view=v")
    assert "your roles do not show" in page.one(".note").text
    assert "2026-03-02" not in page.html


# --- galleries and streams ---


def test_a_gallery_shows_a_letter_and_pages_like_a_list(shop, ada):
    path = view(shop, type="gallery", columns=["title", "status"], sort=["title"])
    for number in range(60):
        task(shop, f"t{number:02}")
    page = ada.get(path)
    assert page.all(".gallery-tile")[:2] == ["T", "T"]
    assert page.all(".gallery-card a.lead")[0] == "t00"
    assert ada.get(page.link("Next")).all(".gallery-card a.lead") == [f"t{n}" for n in range(50, 60)]


def test_a_picture_is_a_link_and_is_not_loaded(shop, ada):
    fields = {
        "name": {"x-tessera": {"type": "text", "label": "Name"}},
        "photo": {"x-tessera": {"type": "url", "label": "Photo"}},
    }
    head = {"key": "thing", "label": "Thing", "title_field": "name"}
    body = {
        "key": "v",
        "label": "V",
        "entity": "thing",
        "columns": ["name"],
        "type": "gallery",
        "picture": "photo",
    }
    entity = {"properties": fields, "required": [], "x-tessera": head}
    publish(shop.house, {("entity", "thing"): entity, ("view", "v"): body}, cause=Cause("command"))
    make.record(shop.house, "thing", {"name": "Lamp", "photo": "https://pictures.example/lamp.png"})
    page = ada.get("/desk/thing?view=v")
    assert page.one(".gallery-picture")["href"] == "https://pictures.example/lamp.png"
    assert not page.soup.select("main img")


def test_a_stream_has_a_heading_for_each_day_newest_first(shop, ada):
    path = view(shop, type="timeline", date="due_on", columns=["title"])
    for title, day in (
        ("A", date(2026, 3, 1)),
        ("B", date(2026, 3, 3)),
        ("C", date(2026, 3, 3)),
        ("D", None),
    ):
        task(shop, title, due_on=day)
    page = ada.get(path)
    assert page.all(".stream-day") == ["Tuesday, 3 March 2026", "Sunday, 1 March 2026", "Without a date"]
    assert page.all(".stream-card a.lead") == ["C", "B", "A", "D"]


def test_a_stream_by_months_goes_on_page_by_page(shop, ada):
    path = view(shop, type="timeline", date="due_on", unit="month", direction="oldest", columns=["title"])
    for number in range(60):
        task(shop, f"T{number:02}", due_on=date(2026, 1 + number // 20, 1 + number % 20))
    page = ada.get(path)
    assert page.all(".stream-day") == ["January 2026", "February 2026", "March 2026"]
    following = ada.get(page.link("Next"))
    assert following.all(".stream-card a.lead") == [f"T{n}" for n in range(50, 60)]
    assert ada.get(following.link("Previous")).all(".stream-card a.lead") == page.all(".stream-card a.lead")


# --- tables ---


def test_rows_of_one_value_stand_under_a_heading(shop, ada):
    path = view(shop, group="status", sort=["title"])
    for title, status in (("A", "open"), ("B", "done"), ("C", "open"), ("D", None)):
        task(shop, title, status=status)
    page = ada.get(path)
    assert page.all("#list tbody tr") == ["Without a value", "D", "Done", "B", "Open", "A", "C"]
    turned = ada.get(page.link("Title"))
    assert turned.all("#list tbody tr")[-2:] == ["A", "C"]


def test_rows_have_the_colour_of_the_first_rule_that_holds_and_it_is_said(shop, ada):
    colours = [
        {"colour": "green", "means": "Ready", "when": {"==": [{"var": "status"}, "done"]}},
        {"colour": "red", "means": "Late", "when": OVERDUE},
    ]
    path = view(shop, colours=colours, sort=["title"])
    task(shop, "A", status="done", due_on=date(2026, 1, 1))
    task(shop, "B", status="open", due_on=date(2026, 1, 1))
    task(shop, "C", status="open", due_on=date(2026, 12, 1))
    page = ada.get(path)
    assert [row.get("class") for row in page.soup.select("tbody tr")] == [
        ["marked", "is-green"],
        ["marked", "is-red"],
        None,
    ]
    assert "B – Late" in page.text
    assert page.all(".marks li") == ["Ready", "Late"]


def test_a_colour_by_a_hidden_field_is_not_shown(shop):
    view(shop, colours=[{"colour": "red", "means": "Late", "when": OVERDUE}])
    task(shop, "A", due_on=date(2026, 1, 1))
    publish(shop.house, {("role", "r"): role(fields={"due_on": "hide"})}, cause=Cause("command"))
    page = shop.reader("r").get("/desk/task?view=v")
    assert page.status == 200
    assert not page.soup.select(".marked")


ACTIONS = [{"type": "open"}, {"type": "edit"}, DONE, {"type": "delete"}]


@pytest.mark.parametrize(
    "how",
    [{}, {"type": "kanban", "by": "status"}, {"type": "gallery"}, {"type": "timeline", "date": "due_on"}],
)
def test_every_way_has_the_same_buttons(shop, ada, how):
    path = view(shop, actions=ACTIONS, **how)
    number = task(shop, "Call", due_on=date(2026, 3, 1))
    page = ada.get(path)
    names = [one["aria-label"] for one in page.soup.select(".acts > *")]
    assert names == ["Open: Call", "Edit: Call", "Done: Call", "Delete: Call"]
    button = page.soup.select_one(".acts button")
    assert ada.post(page.one("#acts")["action"], {"do": button["value"]}).where == path
    assert make.read(shop.house, "task", number).values["status"] == "done"
    assert "Done: Call" not in [one.get("aria-label") for one in ada.get(path).soup.select(".acts > *")]


def test_an_action_that_asks_first_is_done_after_a_yes(shop, ada):
    path = view(shop, actions=[{**DONE, "confirm": True}])
    number = task(shop, "Call")
    asks = ada.get(ada.get(path).link("Done"))
    assert asks.one("h1").text == "Done: Call"
    assert "Status becomes Done." in asks.text
    assert make.read(shop.house, "task", number).values["status"] == "open"
    form = asks.one("main form")
    answer = ada.post(form["action"], {"do": form.select_one("button")["value"]})
    assert answer.where == path
    assert make.read(shop.house, "task", number).values["status"] == "done"


def test_an_action_may_write_what_a_rule_gives(shop, ada):
    view(shop, actions=[{"type": "set_field", "label": "Today", "field": "due_on", "value": {"today": []}}])
    number = task(shop, "Call")
    ada.post("/desk/task/acts?view=v", {"do": f"set.{number}.1.0"})
    assert make.read(shop.house, "task", number).values["due_on"] == date(2026, 3, 2)


def test_an_action_writes_nothing_that_its_presser_may_not_read(shop):
    told = {"if": [{">": [{"var": "total_spent"}, 0]}, "rich", "poor"]}
    action = {"type": "set_field", "label": "Sort", "field": "city", "value": told}
    view(shop, "member", columns=["name"], actions=[action])
    number = shop.member(1)
    pressed = shop.reader("clerk").post("/desk/member/acts?view=v", {"do": f"set.{number}.1.0"})
    assert pressed.status == 422
    assert make.read(shop.house, "member", number).values["city"] is None


def test_only_those_who_may_see_the_buttons(shop):
    view(shop, actions=ACTIONS)
    number = task(shop, "Call")
    rights = {"key": "r", "label": "R", "entities": {"task": {"read": True}}}
    publish(shop.house, {("role", "r"): rights}, cause=Cause("command"))
    reader = shop.reader("r")
    assert [one["aria-label"] for one in reader.get("/desk/task?view=v").soup.select(".acts > *")] == [
        "Open: Call"
    ]
    assert reader.post("/desk/task/acts?view=v", {"do": f"set.{number}.1.2"}).status == 403
    assert make.read(shop.house, "task", number).values["status"] == "open"


# --- all of them ---

WAYS = [
    {"type": "table", "group": "status", "actions": ACTIONS, "colours": [{"colour": "red", "when": OVERDUE}]},
    {"type": "kanban", "by": "status", "actions": ACTIONS, "colours": [{"colour": "red", "when": OVERDUE}]},
    {"type": "calendar", "date": "due_on"},
    {"type": "gallery"},
    {"type": "timeline", "date": "due_on"},
]


@pytest.mark.parametrize("how", WAYS, ids=[one["type"] for one in WAYS])
def test_no_way_asks_the_database_more_often_for_more_records(shop, ada, how):
    path = view(shop, columns=["title", "member", "status"], **how)
    member = shop.member(1)
    task(shop, "One", member=member, due_on=date(2026, 3, 1))
    ada.get(path)
    asked = shop.statements()
    ada.get(path)
    few = len(asked)
    for number in range(40):
        task(shop, f"T{number}", member=member, due_on=date(2026, 3, 1 + number % 28))
    asked.clear()
    ada.get(path)
    assert len(asked) == few <= 3


@pytest.mark.parametrize("how", WAYS, ids=[one["type"] for one in WAYS])
def test_what_people_type_is_never_markup_in_any_way(shop, ada, how):
    path = view(shop, columns=["title", "member"], **how)
    task(shop, "<script>alert(1)</script>", due_on=date(2026, 3, 1), member=shop.member(1, name="<i>x"))
    page = ada.get(path)
    assert "<script>alert" not in page.html
    assert "<i>x" not in page.html


@pytest.mark.parametrize("how", WAYS, ids=[one["type"] for one in WAYS])
def test_an_empty_view_is_a_page_in_every_way(shop, ada, how):
    assert ada.get(view(shop, **how)).status == 200


@pytest.mark.parametrize("how", WAYS, ids=[one["type"] for one in WAYS])
def test_every_way_counts_exports_and_is_a_tab(shop, ada, how):
    path = view(shop, where={"==": [{"var": "status"}, "open"]}, **how)
    task(shop, "Mine", due_on=date(2026, 3, 1))
    task(shop, "Other", status="done")
    page = ada.get(path)
    assert page.all(".tabs a[aria-current]") == ["V"]
    assert "1 record" in ada.get(page.link("Count all")).one(".foot").text
    assert "Mine" in (sent := ada.get(page.link("Export")).html)
    assert "Other" not in sent


def test_any_view_can_be_looked_at_as_a_table(shop, ada):
    path = view(shop, **BOARD)
    task(shop, "A")
    assert ada.get(f"{path}&as=table").all("#list tbody tr a.lead") == ["A"]


def test_the_shipped_board_and_calendars_open(shop, ada):
    shop.member(1, stage="dormant")
    assert lanes(ada.get("/desk/member?view=members_by_stage"))["Dormant"] == ["Name 0001"]
    task(shop, "A", due_on=date(2026, 3, 1))
    assert month(ada.get("/desk/task?view=task_calendar")) == {"2026-03-01": ["A"]}
    assert ada.get("/desk/task?view=task_calendar").all(".marks li") == ["Done", "Overdue"]
