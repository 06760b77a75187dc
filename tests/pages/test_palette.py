"""The palette and the page `/find`: found by words of both languages, and nothing that may not be read."""

from __future__ import annotations

import pytest

from builder.events import Cause
from builder.pages.palette import ranking
from builder.palette import Offer, Source
from builder.plugins import Plugin
from schema_store import drafts
from tests.pages.workshop import bare  # noqa: F401 - a fixture


def lines(page):
    """What was found: words without notes."""
    return page.all("#found .row-main")


def first(page):
    return lines(page)[0]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("dormant members", "Dormant members"),
        ("level", "Member › Level"),
        ("gold", "Gold"),
        ("add a field member", "Add a field to: Member"),
        ("new member", "New: Member"),
        ("run member_dormant", "Run: "),
        ("add a person", "Add a person"),
        ("export members", "Export: Members"),
        ("import a package", "Import a package"),
        ("runs", "Runs"),
        ("中文", "简体中文"),
        ("dark", "Dark"),
        ("keyboard", "Keyboard shortcuts"),
    ],
)
def test_it_finds(ada, text, wanted):
    assert any(line.startswith(wanted) for line in lines(ada.get("/find", q=text)))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("沉睡", "沉睡会员"), ("等级", "会员 › 等级"), ("新建", "新建"), ("dormant", "沉睡会员")],
)
def test_it_finds_in_both_languages(shop, text, wanted):
    assert any(wanted in line for line in lines(shop.reader("admin", language="zh").get("/find", q=text)))


def test_every_word_must_be_found(ada):
    assert lines(ada.get("/find", q="member zebra")) == []


def test_nothing_found_says_what_to_do(ada):
    page = ada.get("/find", q="zebra")
    assert "Nothing was found for “zebra”" in page.text


def test_the_beginning_of_a_label_comes_before_a_piece_of_it():
    offers = [Offer("All members"), Offer("Remember"), Offer("Members"), Offer("x", words=("member",))]
    ranked = ranking.group(Source, offers, ("member",))
    assert [one.label for one in ranked.offers] == ["Members", "All members", "x", "Remember"]


def test_records_come_last(shop, ada):
    shop.member(1, name="Golda Meir")
    page = ada.get("/find", q="gold")
    assert page.all("#found h2")[-1] == "Records"
    assert "Golda Meir" in lines(page)


def test_a_record_is_found_by_phone_and_number(shop, ada):
    number = shop.member(7, name="Chen Jing", phone="+8613800138000")
    for text in ("13800138000", "M0007", "m0007", "chen"):
        page = ada.get("/find", q=text)
        assert page.link("Chen Jing") == f"/desk/member/{number}"


def test_what_cannot_be_done_now_says_why(ada):
    assert "There are no drafts; nothing waits to be published." in ada.get("/find", q="publish").text
    assert "There is no run that could be undone." in ada.get("/find", q="undo").text


def test_a_draft_can_be_published_and_is_found(shop, ada):
    body = {"key": "zebras", "label": "Zebras", "entity": "member", "type": "table", "columns": ["name"]}
    with shop.house.writing(Cause("form")) as work:
        drafts.save_draft(
            work.connection, ("view", "zebras"), body, base=None, turn=0, by="user:1", at=work.now
        )
    assert ada.get("/find", q="publish").link("Publish the drafts") == "/studio/publish"
    assert "View, not published" in ada.get("/find", q="zebras").text


@pytest.mark.parametrize("body", [{"label": {"en": ["x"]}}, {"label": 3}, {}])
def test_a_draft_that_is_no_document_breaks_nothing(shop, ada, body):
    for kind in ("view", "entity"):
        with shop.house.writing(Cause("form")) as work:
            drafts.save_draft(
                work.connection, (kind, "odd"), body, base=None, turn=0, by="user:1", at=work.now
            )
    assert ada.get("/find", q="odd").status == 200


def test_a_clerk_finds_what_a_clerk_may_open(shop):
    clerk = shop.reader("clerk")
    assert "Members" in lines(clerk.get("/find", q="members"))
    for text in ("publish", "clerk", "member_dormant", "add a person"):
        assert lines(clerk.get("/find", q=text)) == []
    assert not [line for line in lines(clerk.get("/find", q="level")) if "›" in line]


def test_a_clerk_reads_why_an_export_is_not_theirs(shop):
    page = shop.reader("clerk").get("/find", q="export members")
    assert "You may not export records." in page.text
    assert not page.soup.select("#found a[href$=export]")


def test_it_leads_from_an_option_to_its_records(ada):
    page = ada.get("/find", q="gold")
    addresses = [str(tag["href"]) for tag in page.soup.select("#found a")]
    (there,) = [one for one in addresses if one.startswith("/desk/member?w=level")]
    assert ada.get(there).status == 200


def test_every_address_it_offers_is_there(ada):
    page = ada.get("/find")
    offered = [str(tag["href"]) for tag in page.soup.select("#found a")]
    for text in ("new", "member", "export", "studio", "run", "field", "list"):
        offered += [str(tag["href"]) for tag in ada.get("/find", q=text).soup.select("#found a")]
    for address in dict.fromkeys(offered):
        assert ada.get(address).status == 200, address


def test_a_preference_is_a_button_that_works_without_a_script(ada):
    page = ada.get("/find", q="dark")
    button = page.one("#found button[name=theme]")
    assert lines(page) == ["Dark"]
    assert (button["value"], button["form"]) == ("dark", "preferences")
    ada.post("/preferences", {"theme": "dark"})
    assert ada.get("/find").one("html")["data-bs-theme"] == "dark"


def test_the_dialog_gets_options(ada):
    page = ada.swap("/find?q=level", "palette-list")
    assert page.one("[role=listbox]")["data-text"] == "level"
    assert "Member › Level" in page.html
    assert all(tag["aria-selected"] == "false" for tag in page.soup.select("[role=option]"))


def test_a_keystroke_costs_few_statements_however_much_there_is(shop, ada):
    for number in range(1, 30):
        shop.member(number)
    ada.get("/find", q="member")
    asked = shop.statements()
    ada.get("/find", q="m")
    assert len(asked) <= 3, asked


def test_a_plugin_may_bring_a_group(shop, ada):
    class Weather(Source):
        key, label = "weather", "Weather"

        def offers(self, seeker):
            yield Offer("Weather of tomorrow", "/desk")

    class Broken(Source):
        key, label = "broken", "Broken"

        def offers(self, seeker):
            raise RuntimeError("it rains")

    shop.house.registry.palette.add("weather", Weather(), by="weather")
    shop.house.registry.palette.add("broken", Broken(), by="broken")
    assert lines(ada.get("/find", q="weather")) == ["Weather of tomorrow"]


def test_a_plugin_that_does_not_run_says_so(shop, ada):
    fenced = Plugin("greeter", {"en": "Greeter"}, "", "1", reason="its file cannot be read")
    shop.house.registry.plugins.add("greeter", fenced, by="greeter")
    page = ada.get("/find", q="greeter")
    assert "This plugin is not set up: its file cannot be read" in page.text
    assert not page.soup.select("#found a")


def test_a_workflow_that_needs_a_missing_part_cannot_be_run(shop, ada):
    shop.house.registry.actions.take_back("builder")
    assert "which no running plugin brings" in ada.get("/find", q="run member_dormant").text


def test_nobody_finds_anything_before_they_sign_in(shop):
    assert shop.app.test_client().get("/find").status_code == 303


def test_an_empty_workspace_has_something_to_begin_with(bare):  # noqa: F811
    page = bare.reader().get("/find")
    assert "New: Entity" in page.text


def test_undo_leads_to_the_list_where_there_is_nothing_to_undo(ada):
    assert ada.get("/find/undo").where == "/studio/runs"


def test_the_sheet_of_keys(ada):
    assert "Find anything, do anything" in ada.get("/shortcuts").text
