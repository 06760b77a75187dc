"""The form as visitors see it: signed out, without cookies and scripts, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from builder.app import create_app
from tests import make
from tests.public.street import FORM
from tests.public.visiting import MEI, change, members, story


def values(page):
    return {tag.get("name"): tag.get("value", "") for tag in page.soup.select("#answer input")}


def test_who_sends_it_is_thanked_and_becomes_a_member(street):
    sent = street.visitor().send()
    assert (sent.status, sent.where) == (303, f"{FORM}/thanks?lang=en")
    thanks = street.visitor().get(sent.where)
    assert thanks.one("h1").text == "Thank you!"
    [member] = members(street.house)
    assert (member["name"], member["phone"]) == ("Li Mei", "+8613800138000")


def test_no_cookie_is_set_and_nothing_of_the_workspace_shows(street):
    page = street.visitor().get()
    assert "Set-Cookie" not in page.response.headers
    assert page.status == 200
    for word in ("csrf", "htmx", "/desk", "/studio", "/sign-in", "Level", "Points", "member_no"):
        assert word not in page.html, word
    assert "frame-ancestors 'none'" in page.response.headers["Content-Security-Policy"]
    assert page.response.headers["Cache-Control"] == "no-store"


def test_the_page_speaks_as_the_browser_asks_and_as_one_chooses(street):
    assert street.visitor(language="zh-CN,en;q=0.5").get().one("h1").text == "加入会员"
    assert street.visitor(language="fr").get().one("h1").text == "Become a member"
    chosen = street.visitor(language="en").get(lang="zh")
    assert chosen.one("html")["lang"] == "zh-CN"
    assert chosen.all(".guest-languages [aria-pressed=true]") == ["简体中文"]


def test_changing_the_language_loses_nothing(street):
    page = street.visitor().get()
    [chinese] = [tag for tag in page.soup.select(".guest-languages button") if tag["lang"] == "zh"]
    other = street.visitor().send(
        page, path=str(chinese["formaction"]), name="李梅", phone="1", form__again="zh"
    )
    assert other.status == 200
    assert other.one("h1").text == "加入会员"
    assert (values(other)["name"], values(other)["phone"]) == ("李梅", "1")
    assert not other.soup.select_one("#form-consent").has_attr("checked"), "it was given to other words"
    assert other.all(".form-error") == []
    assert members(street.house) == []


def test_what_is_missing_is_told_at_its_place_and_nothing_is_lost(street):
    page = street.visitor().send(name="", phone="12", form__consent=None)
    assert page.status == 422
    assert page.one("#f-name")["aria-invalid"] == "true"
    assert page.one("#f-name").has_attr("autofocus")
    assert page.one("#f-phone")["value"] == "12"
    assert page.one("#f-birthday")["value"] == "1990-05-01"
    assert [tag["href"] for tag in page.soup.select("#problems a")] == [
        "#f-name", "#f-phone", "#form-consent",
    ]  # fmt: skip
    assert members(street.house) == []
    agreed = street.visitor().send(form__consent=None)
    assert [tag["href"] for tag in agreed.soup.select("#problems a")] == ["#form-consent"]


def test_the_address_fills_in_what_the_form_allows_and_only_that(street):
    page = street.visitor().get(
        name="Mei <b>Li</b>", phone="+8613800138000", birthday="1990-05-01", level="black"
    )
    assert values(page)["name"] == "Mei <b>Li</b>"
    assert "<b>Li</b>" not in page.html
    assert values(page)["phone"] != ""
    assert values(page)["birthday"] == ""
    assert "black" not in page.html
    assert values(street.visitor().get(phone="call me"))["phone"] == ""


def test_nobody_agrees_to_words_that_they_have_not_read(street):
    visitor = street.visitor()
    page = visitor.get()
    change(street.house, consent={"text": "You may sell all I have."})
    again = visitor.send(page)
    assert again.status == 422
    assert "have changed meanwhile" in again.text
    assert not again.one("#form-consent").has_attr("checked")
    assert members(street.house) == []
    assert visitor.send(again).status == 303


def test_a_form_says_in_its_own_words_what_a_field_is_for(street):
    fields = ["name", {"field": "phone", "help": {"en": "We send the code here", "zh": "验证码发到这里"}}]
    change(street.house, sections=[{"fields": fields}], known_by=None, prefill=None)
    page = street.visitor(language="zh").get()
    assert page.one("#f-phone-help").text == "验证码发到这里"
    assert page.one("#f-phone")["aria-describedby"] == "f-phone-help"
    assert street.visitor().send().status == 303


def test_a_word_of_the_closed_list_adds_a_tag_also_after_a_mistake(street):
    visitor = street.visitor()
    wrong = visitor.send(visitor.get(**{"from": "poster"}), name="")
    assert visitor.send(wrong).status == 303
    visitor.send(visitor.get(**{"from": "vip"}), phone="13800138001")
    assert [member["tags"] for member in members(street.house)] == [{"web-form", "poster"}, {"web-form"}]


def test_fields_that_are_not_asked_for_are_not_looked_at(street):
    assert street.visitor().send(level="black", member_no="M1", stage="churned", id="7").status == 303
    [member] = members(street.house)
    assert (member["level"], member["stage"]) == ("base", "new")
    assert member["member_no"].startswith("W")


def test_strangers_cannot_tell_who_is_known(street):
    make.record(street.house, "member", {"member_no": "M1", "phone": MEI["phone"]})
    known, new = street.visitor().send(), street.visitor().send(phone="13800138001")
    assert (known.status, known.where, known.html) == (new.status, new.where, new.html)
    assert dict(known.response.headers) == dict(new.response.headers)
    assert len(members(street.house)) == 2


def test_a_double_click_writes_one_and_thanks_twice(street):
    visitor = street.visitor()
    page = visitor.get()
    answers = [visitor.send(page) for _press in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    assert len(members(street.house)) == 1


def test_a_page_that_was_sent_is_asked_about_before_it_sends_something_else(street):
    visitor = street.visitor()
    page = visitor.get()
    visitor.send(page)
    again = visitor.send(page, name="Li Lei", phone="13800138001")
    assert again.status == 422
    assert "sent already" in again.text
    assert values(again)["name"] == "Li Lei"
    assert visitor.send(again, name="Li Lei", phone="13800138001", after_s=0).status == 303
    assert len(members(street.house)) == 2


@pytest.mark.parametrize("after_s", [0, 25 * 3600])
def test_too_quick_or_too_old_is_asked_once_more(street, after_s):
    visitor = street.visitor()
    again = visitor.send(after_s=after_s)
    assert again.status == 422
    assert "once more" in again.text
    assert values(again)["name"] == "Li Mei"
    assert visitor.send(again).status == 303


def test_an_old_page_may_be_sent_at_once_when_it_is_asked_for(street):
    visitor = street.visitor()
    assert visitor.send(visitor.send(after_s=25 * 3600), after_s=0).status == 303


@pytest.mark.parametrize("ticket", [None, "", "x", "a.b.c", "\x00", "W10.x" * 5000])
def test_a_page_that_is_not_ours_is_asked_once_more(street, ticket):
    page = street.visitor().get()
    fields = page.form() | {"name": "Li Mei", "phone": "13800138000", "form.consent": "yes"}
    fields.pop("form.ticket")
    fields |= {} if ticket is None else {"form.ticket": ticket}
    again = street.visitor().post(FORM, fields)
    assert again.status == 422
    assert members(street.house) == []


def test_a_ticket_of_another_form_is_none_of_this(street):
    from builder.mechanics.public_forms import tickets

    other = tickets.written(tickets.fresh(street.house.clock.now()), "other", secret=street.secret)
    assert street.visitor().send(form__ticket=other).status == 422


def test_who_fills_in_what_nobody_sees_is_asked_once_more(street):
    visitor = street.visitor()
    page = visitor.get()
    assert page.one(".guest-trap")["aria-hidden"] == "true"
    again = visitor.send(page, form__website="https://spam.example")
    assert again.status == 422
    assert values(again)["form.website"] == ""
    assert visitor.send(again).status == 303


def test_many_from_one_address_wait_and_lose_nothing(street):
    change(street.house, limit={"hourly": 1})
    street.visitor().send()
    again = street.visitor().send(phone="13800138001")
    assert again.status == 429
    assert values(again)["phone"] == "13800138001"
    assert street.visitor("203.0.113.8").send(phone="13800138001").status == 303


def test_who_owns_a_network_of_ipv6_is_one_visitor(street):
    change(street.house, limit={"hourly": 1})
    assert street.visitor("2001:db8::1").send().status == 303
    assert street.visitor("2001:db8::ffff").send(phone="13800138001").status == 429


def behind(street, proxies, forwarded):
    """What a second answer from one address is told, which says that it came for `forwarded`."""
    settings = replace(street.house.settings, proxies=proxies)
    street.app = create_app(house=replace(street.house, settings=settings))
    told = []
    for number, client in enumerate(forwarded):
        visitor = street.visitor("10.0.0.1")
        visitor.headers["X-Forwarded-For"] = client
        told.append(visitor.send(phone=f"1380013800{number}").status)
    return told


def test_who_stands_behind_a_proxy_is_believed_only_if_the_operator_says_so(street):
    change(street.house, limit={"hourly": 1})
    assert behind(street, 0, ["198.51.100.1", "198.51.100.2"]) == [303, 429]


def test_behind_the_operators_own_proxy_each_address_is_a_visitor(street):
    change(street.house, limit={"hourly": 1})
    lied = "198.51.100.9, 198.51.100.1"
    assert behind(street, 1, ["198.51.100.1", "198.51.100.2", lied]) == [303, 303, 429]


def test_no_address_is_kept(street):
    street.visitor("203.0.113.7").send()
    with street.house.database.reading() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())
    assert "203.0.113" not in dump


def test_the_body_has_a_limit(street):
    sent = street.visitor().send(name="x" * 2_000_000)
    assert sent.status == 413
    assert "shorten" in sent.text
    assert members(street.house) == []


@pytest.mark.parametrize("name", ["a\x00b", "a\x1bb", "a\nb", "\ud800", "x" * 10_000, "\x7f"])
def test_hostile_text_is_told_at_its_field(street, name):
    raw = {"name": name.encode("utf-8", "surrogatepass")}
    answer = street.visitor().send(name=raw["name"])
    assert answer.status in (303, 422)
    assert all(
        re.search("[\x00-\x08\x1b\x7f]", member["name"] or "") is None for member in members(street.house)
    )


def test_markup_stays_text(street):
    name = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    assert street.visitor().send(name=name, phone="1").html.count("<script") == 1
    street.visitor().send(name=name)
    assert members(street.house)[0]["name"] == name


def test_a_repeated_field_and_files_are_no_fault(street):
    visitor = street.visitor()
    page = visitor.get()
    fields = page.form()
    fields["form.ticket"] = street.earlier(fields["form.ticket"], 10)
    twice = visitor.post(
        FORM, {**fields, "name": ["a", "b"], "phone": ["1", "13800138000"], "form.consent": "yes"}
    )
    assert twice.status == 303
    assert visitor.post(FORM, {"name": (b"x", "file.txt")}).status == 422


def test_reading_takes_two_statements_and_writes_none(street):
    visitor = street.visitor()
    visitor.get()
    asked = street.statements()
    visitor.get()
    assert len(asked) == 2
    assert all(one.startswith("SELECT") for one in asked)


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"enabled": False}, 403, "This form is not open"),
        ({"opens": "2026-03-03"}, 403, "It opens on Mar 3, 2026."),
        ({"closes": "2026-03-01"}, 410, "The last day was Mar 1, 2026."),
    ],
)
def test_a_form_that_is_not_open_says_so(street, more, status, words):
    visitor = street.visitor()
    page = visitor.get()
    change(street.house, **more)
    shown = visitor.get()
    assert shown.status == status
    assert words in shown.text
    assert visitor.send(page).status == status
    assert members(street.house) == []


def test_a_form_that_is_switched_off_shows_nothing_of_itself(street):
    change(street.house, enabled=False)
    assert "member" not in street.visitor().get().text.lower()
    assert street.visitor().get(f"{FORM}/thanks").status == 403


def test_the_first_and_the_last_day_are_open(street):
    change(street.house, opens="2026-03-02", closes="2026-03-02")
    assert street.visitor().send().status == 303


def test_a_full_form_is_closed(street):
    change(street.house, limit={"total": 1})
    visitor = street.visitor()
    late = visitor.get()
    visitor.send()
    assert visitor.send(late, phone="13800138001").status == 410
    assert visitor.get().status == 410
    assert "as many answers as it takes" in visitor.get().text


@pytest.mark.parametrize("path", ["/forms/nothing", "/forms/member", "/forms/a%00b", "/forms/nothing/thanks"])
def test_an_unknown_form_is_a_friendly_page(street, path):
    page = street.visitor().get(path)
    assert page.status in (403, 404)
    assert page.soup.select_one("nav.guest-languages") is not None
    assert "/desk" not in page.html


def test_staff_who_fill_it_in_are_visitors_too(street):
    ada = street.reader()
    page = ada.get(FORM)
    fields = page.form() | {"name": "Li Mei", "phone": "13800138000", "form.consent": "yes"}
    fields["form.ticket"] = street.earlier(fields["form.ticket"], 10)
    assert ada.client.post(FORM, data=fields).status_code == 303
    assert story(street.house, 1)[0].actor == "public"


def test_a_page_of_another_site_cannot_send_it(street):
    page = street.visitor().get()
    fields = page.form() | {"name": "Li Mei", "phone": "13800138000", "form.consent": "yes"}
    sent = street.app.test_client().post(FORM, data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert sent.status_code == 403
    assert members(street.house) == []


def test_history_tells_the_door_and_the_words_that_were_agreed_to(street):
    street.visitor(language="zh").send()
    page = street.reader("clerk").get("/desk/member/1")
    [entry] = page.all(".story > li")
    assert "by a visitor" in entry
    assert "through the public form “Member sign-up”" in entry
    consent = page.one(".story-agreed q")
    assert consent["lang"] == "zh"
    assert consent.text.startswith("我同意为会员服务保存我的姓名")


def test_history_costs_one_statement_more_for_an_answer_and_none_without(street):
    street.visitor().send()
    street.member(2)
    ada = street.reader()
    asked = street.statements()
    ada.get("/desk/member/1")
    with_answer = len(asked)
    ada.get("/desk/member/2")
    assert len(asked) - with_answer in (with_answer - 1, with_answer - 2)
    assert sum("consent" in one for one in asked) == 1
