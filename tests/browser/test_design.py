"""The designer in a real browser: the 180-days workflow from nothing, counted; every state of it accessible."""

from __future__ import annotations

from datetime import date

import pytest

from tests.browser.from_nothing import Manager, more_than_180_days
from tests.chromium import page_problems

AT_MOST = 20
"""Interactions for the whole workflow with its publication; one is a click, a choice or an entry."""


def actions_of_it(she):
    she.click("#d-actions-add-set_field")
    she.sees("#d-actions-0-field")
    she.choose("#d-actions-0-field", "stage")
    she.page.wait_for_selector("select#d-actions-0-value-value")
    she.choose("#d-actions-0-value-value", "dormant")
    she.click("#d-actions-add-add_tag")
    she.page.wait_for_selector("#d-actions-1-field option[value=tags][selected]", state="attached")
    she.enter("#d-actions-1-tag", "wake-up")
    she.click("#d-actions-add-notify")
    she.sees("#d-actions-2-to-role")
    she.choose("#d-actions-2-to-role", "service")
    she.enter("#d-actions-2-text-en", "{count} members went dormant")


def test_the_180_days_workflow_is_made_from_nothing(shop, signed_in):
    page = signed_in()
    she = Manager(page)
    page.goto("/studio/workflows")
    she.click("a[href='/studio/workflow/new/design']")
    she.enter("#d-label-en", "Sleeping members")
    she.choose("#d-entity", "member")
    she.sees("#r-where-0-field")
    she.enter("#d-trigger-cron-time", "04:30")
    more_than_180_days(she, "last_order_on", "dormant")
    actions_of_it(she)
    she.sees("#now-count:has-text('1 record matches')")
    said = page.inner_text("#beside .sentence")
    assert "Every day at 04:30" in said
    assert "set Stage to Dormant" in said
    she.click("button[name=publish]")
    page.wait_for_url("**/studio/publish")
    she.click("main form button.btn-primary")
    page.wait_for_url(lambda url: not url.endswith("/studio/publish"))
    assert she.interactions <= AT_MOST
    with shop.house.reading() as work:
        made = work.catalog.bodies["workflow", "sleeping_members"]
    assert made["trigger"] == {"type": "schedule", "cron": "30 4 * * *"}
    assert made["where"] == {
        "and": [
            {">": [{"days_since": [{"var": "last_order_on"}]}, 180]},
            {"!=": [{"var": "stage"}, "dormant"]},
        ]
    }
    assert [one["type"] for one in made["actions"]] == ["set_field", "add_tag", "notify"]


def test_buttons_keep_the_focus_and_say_what_happened(signed_in):
    page = signed_in()
    page.goto("/studio/view/prospects/design")
    page.click("#d-columns-1-up")
    page.wait_for_selector("#status:has-text('It was moved.')", state="attached")
    assert page.evaluate("document.activeElement.id") == "d-columns-0"
    page.fill("#d-label-en", "Possible")
    page.wait_for_timeout(1500)
    assert page.evaluate("document.activeElement.id") == "d-label-en"
    assert page.input_value("#d-label-en") == "Possible"


def test_one_record_is_tested_while_the_rule_is_made(shop, signed_in):
    page = signed_in()
    page.goto("/studio/workflow/member_dormant/design")
    page.fill("#try-search", "Chen")
    page.wait_for_selector("#try-record option:has-text('Chen Jing')", state="attached")
    page.select_option("#try-record", label="Chen Jing")
    page.wait_for_selector("#try-verdict:has-text('It would be concerned.')")
    page.fill("#r-where-1-value-0", "5000")
    page.wait_for_selector("#try-verdict:has-text('It would not be concerned.')")


@pytest.mark.parametrize(
    ("language", "dark", "width"),
    [("en", False, 1440), ("zh", True, 1440), ("zh", False, 390), ("en", True, 390)],
)
def test_every_state_of_it_is_accessible(shop, signed_in, language, dark, width):
    shop.member(99, joined_on=date(2026, 2, 1))
    page = signed_in(language=language, dark=dark, width=width)
    found = {}
    for path in (
        "/studio/workflow/new/design",
        "/studio/workflow/member_dormant/design",
        "/studio/workflow/member_first_order/design",
        "/studio/view/prospects/design",
        "/studio/form/member_form/design",
        "/studio/app/membership/design",
    ):
        page.goto(path)
        found[path] = page_problems(page)
        page.evaluate(
            "for (const one of document.querySelectorAll('main details:not([data-menu])')) one.open = true"
        )
        found[f"{path} open"] = page_problems(page)
    page.goto("/studio/workflow/new/design")
    page.click("#d-actions-add-notify")
    page.wait_for_selector("#d-actions-0-to-role")
    page.click("#design button[name=save]")
    page.wait_for_selector("#problems")
    found["refused"] = page_problems(page)
    assert {path: problems for path, problems in found.items() if problems} == {}
