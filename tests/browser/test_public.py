"""A poster in a shop: a visitor fills the form in on a phone in Chinese, and Ada reads what they agreed to."""

from __future__ import annotations

import pytest

from builder.mechanics.public_forms.tickets import QUICK
from tests.chromium import accessibility_problems
from tests.public.visiting import change

FORM = "/forms/member_signup"
STUDIO = "/studio/public_form/member_signup"
A_MOMENT_MS = QUICK.total_seconds() * 1000 + 200


@pytest.mark.story
def test_from_the_poster_to_the_members_history(shop, pages, signed_in):
    ada = signed_in(width=1440)
    ada.goto(STUDIO)
    ada.click("text=Switch on")
    ada.wait_for_selector(".badge:has-text('open')")
    ada.click("text=Poster to print >> nth=1")
    address = ada.inner_text(".poster-address")
    assert address.endswith(f"{FORM}?from=poster")

    phone = pages.open(language="zh", width=390, base_url=shop.address, has_touch=True)
    phone.goto(address)
    assert phone.inner_text("h1") == "加入会员"
    assert not phone.evaluate("document.documentElement.scrollWidth > innerWidth")
    phone.fill("#f-name", "李梅")
    phone.fill("#f-phone", "138")
    phone.wait_for_timeout(A_MOMENT_MS)
    phone.click("main button")
    phone.wait_for_selector("#f-phone-error")
    assert phone.evaluate("document.activeElement.id") == "f-phone"
    assert phone.input_value("#f-name") == "李梅"
    assert accessibility_problems(phone) == []
    phone.fill("#f-phone", "13912345678")
    phone.check("#form-consent")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/thanks?lang=zh")
    assert phone.inner_text("h1") == "谢谢！"
    assert phone.context.cookies() == []

    ada.goto("/desk/member/61")
    assert ada.inner_text("h1") == "李梅"
    story = ada.inner_text(".story")
    assert "through the public form “Member sign-up”" in story
    assert "我同意为会员服务保存" in story


@pytest.mark.parametrize(("language", "dark"), [("en", False), ("zh", True)])
def test_every_page_of_a_form_is_accessible(shop, pages, language, dark):
    page = pages.open(language=language, dark=dark, width=390, base_url=shop.address)
    page.goto(FORM)
    assert accessibility_problems(page) == []
    change(shop.house, enabled=True)
    page.goto(FORM)
    assert accessibility_problems(page) == []
    page.wait_for_timeout(A_MOMENT_MS)
    page.click("main button")
    page.wait_for_selector("#problems")
    assert accessibility_problems(page) == []
    for path in (f"{FORM}/thanks", "/forms/no_such"):
        page.goto(path)
        assert accessibility_problems(page) == []


@pytest.mark.parametrize(("language", "dark", "width"), [("en", True, 1280), ("zh", False, 390)])
def test_its_pages_in_the_studio_are_accessible(shop, signed_in, language, dark, width):
    page = signed_in(language=language, dark=dark, width=width)
    for path in (STUDIO, f"{STUDIO}/design", f"{STUDIO}/poster"):
        page.goto(path)
        assert accessibility_problems(page) == [], path
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path


def test_without_a_script_and_by_keyboard_alone(shop, pages):
    change(shop.house, enabled=True)
    page = pages.open(java_script_enabled=False, width=390, base_url=shop.address)
    page.goto(FORM)
    page.click("button[lang=zh]")
    page.wait_for_selector("h1:has-text('加入会员')")
    page.focus("#f-name")
    for text in ("李梅", "13912345678"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.focus("#form-consent")
    page.keyboard.press("Space")
    page.wait_for_timeout(A_MOMENT_MS)
    page.focus("#f-name")
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks?lang=zh")


def test_an_address_is_copied(shop, signed_in):
    page = signed_in()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(STUDIO)
    page.click("button[data-copy=address-2]")
    page.wait_for_selector(".btn.is-done")
    assert page.evaluate("navigator.clipboard.readText()") == f"{shop.address}{FORM}?from=poster"
    assert page.inner_text("#status") == "Copied"
