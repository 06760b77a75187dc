"""One's own account: the name that others see, and the password."""

from __future__ import annotations

import pytest

from tests.pages.shop import PASSWORD

NEW = "stone by stone"


def test_a_clerk_sees_their_roles_and_changes_their_name(shop):
    clerk = shop.reader("clerk")
    page = clerk.get("/account")
    assert page.all(".badge") == ["Shop clerk"]
    clerk.post("/account", page.form() | {"name": "Chen Li"})
    assert "Hello, Chen Li" in clerk.get("/desk").text


def test_a_new_password_holds_and_other_devices_are_signed_out(shop):
    here, elsewhere = shop.reader("clerk"), shop.reader("clerk")
    done = here.post("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert done.where == "/account"
    assert "The new password holds" in here.get("/account").text
    assert elsewhere.get("/desk").where.startswith("/sign-in")
    assert here.post("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW}).status == 422


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"old": "wrong", "new": NEW, "again": NEW}, "This is not your present password."),
        ({"old": PASSWORD, "new": NEW, "again": "other"}, "The two new passwords are not the same."),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "A password needs at least 8 characters."),
    ],
)
def test_a_password_that_will_not_do_is_refused_and_the_old_one_stays(shop, typed, words):
    clerk = shop.reader("clerk")
    page = clerk.post("/account/password", typed)
    assert page.status == 422
    assert page.all(".note.is-bad") == [words]
    assert clerk.get("/desk").status == 200
