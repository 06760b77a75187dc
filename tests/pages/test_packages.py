"""Applications in the studio: seen, installed, given away and taken in, without a script."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from builder.events import Cause
from builder.publishing.arriving import RENAMED
from builder.upkeep import checks
from schema_store import package_file, packages
from tests import make
from tests.pages.shop import Page, Reader, Shop
from tests.schema_store.test_package_file import HOSTILE, zipped

HOME = "/studio/packages"


@pytest.fixture
def empty(database_url) -> Shop:
    """A workspace in which nothing is installed, on both databases."""
    made = make.house(database_url)
    make.own_tables(made)
    made.database.close()
    found = Shop(database_url)
    yield found
    found.house.database.close()


@pytest.fixture
def both(database_copy) -> Shop:
    found = Shop(database_copy("membership_and_loans", make.application("membership", "loans")))
    yield found
    found.house.database.close()


def sent(reader: Reader, data: bytes) -> Page:
    fields = {"csrf_token": reader.token(), "file": (io.BytesIO(data), "package.zip")}
    return Page(reader.client.post(f"{HOME}/import", data=fields, content_type="multipart/form-data"))


def loans() -> dict[tuple[str, str], Any]:
    return packages.read(packages.find("loans"))


def downloaded(reader: Reader, picks: list[str]) -> Any:
    fields = {"csrf_token": reader.token(), "pick": picks, "do": "file"}
    return reader.client.post(f"{HOME}/export", data=fields)


def live(shop: Shop) -> set[tuple[str, str]]:
    with shop.house.reading() as work:
        return set(work.catalog.bodies)


def form(page: Page) -> dict[str, str]:
    """The plan's form with what stands in it."""
    posted = page.form("form[action='/studio/packages/plan']")
    for radio in page.soup.select("form[action='/studio/packages/plan'] input[type=radio][checked]"):
        posted[str(radio["name"])] = str(radio["value"])
    return posted


def test_an_empty_workspace_leads_to_the_applications_and_one_is_installed_with_sample_data(empty):
    ada = empty.reader()
    assert ada.get("/desk").link("Look at the applications") == HOME
    page = ada.get(HOME)
    assert page.all(".tile h2") == ["Equipment loans", "Membership"]
    assert "3 Entities" in page.text
    plan = ada.get(page.link("Install … Equipment loans"))
    assert "Borrower, Item, Loan" in plan.text
    assert live(empty) == set()
    done = ada.post(f"{HOME}/plan", form(plan) | {"do": "publish", "sample": "1"})
    assert done.where == HOME
    assert "Equipment loans" in ada.get("/desk").all(".side-title")
    after = ada.get(HOME)
    assert "111 invented records" in after.text
    assert checks.run(empty.house, whole=True).document["ok"]


def test_sample_data_goes_in_and_out_again(both):
    ada = both.reader()
    assert ada.post(f"{HOME}/apps/loans/sample", {"do": "add"}).where == HOME
    page = ada.get(HOME)
    assert "The sample data is in" in page.text
    assert page.all("button[value=remove]") == ["Remove sample data : Equipment loans"]
    ada.post(f"{HOME}/apps/loans/sample", {"do": "remove"})
    assert "Removed 111 sample records" in ada.get(HOME).text
    ada.post(f"{HOME}/apps/loans/sample", {"do": "remove"})
    assert "There is no sample data" in ada.get(HOME).text


def test_what_was_changed_since_is_seen_and_put_back(both):
    ada = both.reader()
    editor = ada.get("/studio/view/all_items/text").form()
    text = editor["text"].replace('"All items"', '"Every item"')
    ada.post("/studio/view/all_items/text", editor | {"text": text})
    ada.post("/studio/publish", ada.get("/studio/publish").form())
    page = ada.get(HOME)
    assert "1 definition is not as it was shipped" in page.text
    plan = ada.get(page.link("Compare … Equipment loans"))
    assert "Every item" in plan.text
    kept = ada.post(f"{HOME}/plan", form(plan) | {"what.view/all_items": "mine", "do": "look"})
    assert "With these choices nothing changes" in kept.text
    ada.post(f"{HOME}/plan", form(plan) | {"do": "publish"})
    assert "Every item" not in ada.get("/studio/view/all_items").one("h1").text


def test_the_package_holds_what_is_ticked_and_what_it_needs(both):
    ada = both.reader()
    page = ada.post(f"{HOME}/export", {"pick": "view/overdue_loans", "do": "look"})
    assert page.one("#pick-entity-loan").has_attr("disabled")
    assert "needed by View “Overdue”" in page.text
    assert "4 definitions · 3 of them because others need them" in page.text
    swapped = ada.post(f"{HOME}/export", {"pick": "view/overdue_loans"}, htmx="picks")
    assert swapped.html.lstrip().startswith('<div class="stack" id="picks"')
    data = downloaded(ada, ["view/overdue_loans"]).data
    assert data == downloaded(ada, ["view/overdue_loans"]).data
    assert set(package_file.read(data)) == {
        ("view", "overdue_loans"),
        ("entity", "loan"),
        ("entity", "item"),
        ("entity", "borrower"),
    }
    assert ada.post(f"{HOME}/export", {"do": "file"}).status == 422


def test_an_application_is_ticked_as_a_whole_and_arrives_elsewhere(both, sqlite_url):
    ada = both.reader()
    page = ada.get(f"{HOME}/export", app="loans")
    ticked = [str(tag["value"]) for tag in page.soup.select("input[name=pick][checked]")]
    data = downloaded(ada, ticked)
    assert data.headers["Content-Disposition"].startswith('attachment; filename="loans-')
    made = make.house(sqlite_url)
    make.own_tables(made)
    elsewhere = Shop(sqlite_url)
    bob = elsewhere.reader()
    plan = sent(bob, data.data)
    assert plan.status == 200
    assert live(elsewhere) == set()
    assert bob.post(f"{HOME}/plan", form(plan) | {"do": "publish"}).where == HOME
    assert live(elsewhere) == set(loans())
    elsewhere.house.database.close()


def test_a_stranger_under_the_same_key_stays_until_somebody_says_otherwise(both):
    ada = both.reader()
    view = loans()["view", "all_items"] | {"key": "open_tasks", "label": "Items, our way"}
    data = package_file.write({("view", "open_tasks"): {**view, "default": False}})
    plan = sent(ada, data)
    assert "another one has this key" in plan.text
    assert form(plan)["what.view/open_tasks"] == "mine"
    assert not plan.soup.select("button[value=publish]")
    other = form(plan) | {"what.view/open_tasks": RENAMED, "key.view/open_tasks": "our_items"}
    shown = ada.post(f"{HOME}/plan", other | {"do": "look"})
    assert ("view", "our_items") not in live(both)
    ada.post(f"{HOME}/plan", form(shown) | {"do": "publish"})
    assert ("view", "our_items") in live(both)
    assert ada.get("/studio/view/open_tasks").one("h1").text == "Open tasks"


def test_a_bad_key_is_said_and_nothing_is_lost(both):
    ada = both.reader()
    view = loans()["view", "all_items"] | {"key": "open_tasks", "default": False}
    plan = sent(ada, package_file.write({("view", "open_tasks"): view}))
    other = form(plan) | {"what.view/open_tasks": RENAMED, "key.view/open_tasks": "Our items!"}
    page = ada.post(f"{HOME}/plan", other | {"do": "publish"})
    assert page.status == 422
    assert "“Our items!” cannot be a key" in page.text
    assert form(page)["key.view/open_tasks"] == "Our items!"


def test_other_choices_than_the_plan_was_made_for_show_the_plan_first(both):
    ada = both.reader()
    view = loans()["view", "all_items"] | {"label": "Items, our way", "default": False}
    plan = sent(
        ada, package_file.write({("view", "all_items"): view, ("app", "loans"): loans()["app", "loans"]})
    )
    other = form(plan) | {"what.view/all_items": RENAMED, "key.view/all_items": "our_items"}
    page = ada.post(f"{HOME}/plan", other | {"do": "publish"})
    assert page.status == 422
    assert "not the one you agreed to" in page.text
    assert ("view", "our_items") not in live(both)


def test_what_changes_beside_the_package_is_shown(both):
    ada = both.reader()
    workflow = loans()["workflow", "loan_overdue"] | {
        "key": "worn_items",
        "entity": "item",
        "where": {
            "and": [
                {"==": [{"var": "condition"}, "worn"]},
                {">": [{"days_since": [{"var": "bought_on"}]}, 900]},
            ]
        },
        "episode": {"var": "bought_on"},
        "actions": [loans()["workflow", "loan_overdue"]["actions"][1]],
    }
    plan = sent(ada, package_file.write({("workflow", "worn_items"): workflow}))
    assert "What changes along with it" in plan.text
    assert "Adds an index on" in plan.text


def test_what_was_retired_says_where_it_comes_back(both):
    ada = both.reader()
    make.publish(
        both.house, {("app", "loans"): None, ("view", "items_in_store"): None}, cause=Cause("command")
    )
    plan = ada.get(f"{HOME}/apps/loans")
    assert "was retired here" in plan.text
    assert plan.link("Can be lent") == "/studio/view/items_in_store"
    assert form(plan)["what.view/items_in_store"] == "mine"


def test_problems_are_pinned_and_nothing_can_be_published(both):
    ada = both.reader()
    view = loans()["view", "all_items"] | {"key": "odd", "columns": ["nothing"], "default": False}
    plan = sent(ada, package_file.write({("view", "odd"): view}))
    assert "/view/odd/columns/0" in plan.text
    assert not plan.soup.select("button[value=publish]")
    assert ada.post(f"{HOME}/plan", form(plan) | {"do": "publish"}).status == 422
    assert ("view", "odd") not in live(both)


@pytest.mark.parametrize("sort", HOSTILE)
def test_a_hostile_package_is_refused_whole(shop, ada, sort, tmp_path):
    data, folder = HOSTILE[sort](), shop.house.settings.data
    before = (live(shop), files(folder), files(Path.cwd() / "builder"))
    page = sent(ada, data)
    assert page.status in (303, 413, 422)
    assert page.status == 303 or page.all("[role=alert] li") or page.status == 413
    assert (live(shop), files(folder), files(Path.cwd() / "builder")) == before


def files(folder: Path) -> set[tuple[str, int]]:
    return {
        (str(one), one.stat().st_mtime_ns)
        for one in folder.rglob("*")
        if one.is_file() and one.suffix not in (".pyc", ".db", ".db-wal", ".db-shm")
    }


@pytest.mark.parametrize("carried", ["", "no base64!", "bm8gemlw"])
def test_what_is_carried_along_is_read_as_strictly(ada, carried):
    page = ada.post(f"{HOME}/plan", {"package": carried, "do": "publish"})
    assert page.status == 422
    assert ada.post(f"{HOME}/plan", {"app": "../../etc", "do": "publish"}).status == 404
    assert ada.get(f"{HOME}/apps/nothing").status == 404


def test_markup_in_labels_is_shown_as_it_is(ada):
    view = loans()["view", "all_items"] | {
        "label": "<script>alert(1)</script>",
        "entity": "member",
        "key": "x",
    }
    data = package_file.write({("view", "x"): view | {"columns": ["name"], "sort": [], "default": False}})
    page = sent(ada, data)
    assert "<script>alert" not in page.html
    assert "<script>alert(1)</script>" in page.text


def test_a_reader_without_the_right_sees_the_cards_only(shop):
    clerk, runner = shop.reader("clerk"), shop.reader("manager")
    assert clerk.get(HOME).status == 403
    assert clerk.post(f"{HOME}/plan", {"app": "loans", "do": "publish"}).status == 403
    assert clerk.post(f"{HOME}/apps/membership/sample", {"do": "add"}).status == 403
    assert clerk.post(f"{HOME}/export", {"pick": "view/open_tasks"}).status == 403
    assert runner.get(HOME).status == 200


def test_a_zip_of_a_zip_tool_is_taken(ada):
    text = package_file.write(loans())
    with zipfile.ZipFile(io.BytesIO(text)) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    page = sent(ada, zipped(("entity/", ""), *entries))
    assert page.status == 200
    assert "Import Equipment loans" in page.one("h1").text
