"""Passwords, sessions and tokens against a database of either kind."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from builder.access import passwords, sessions, sign_in, tokens, users
from builder.access.tables import sessions as session_rows
from builder.access.tables import tokens as token_rows
from schema_store.problems import Problems
from tests.access.conftest import NOW


def enter(database, clock, email="ada@shop.example", password="tile by tile", peer="10.0.0.9"):
    return sign_in.sign_in(database, clock, email=email, password=password, peer=peer)[1]


def who(database, clock, sid):
    with database.reading() as connection:
        found = sessions.find(connection, sid, at=clock.now())
    return found.user.name if found else None


def refusal(database, clock, **what):
    with pytest.raises(Problems) as problems:
        enter(database, clock, **what)
    return problems.value.problems[0].code


def test_a_right_password_opens_a_session(database, clock, ada):
    assert who(database, clock, enter(database, clock)) == "Ada"


def test_wrong_password_and_nobodys_address_get_the_same_words(database, clock, ada):
    assert refusal(database, clock, password="tile by file") == "sign_in.wrong"
    assert refusal(database, clock, email="eve@shop.example") == "sign_in.wrong"


@pytest.mark.parametrize(
    "email", ["", "ada@shop.example\x00", "\ud800@b.c", "x" * 100_000, "ａｄａ@shop.example" * 2]
)
def test_an_address_of_any_form_is_nobody(database, clock, ada, email):
    assert refusal(database, clock, email=email, password="stone by stone\x00") == "sign_in.wrong"


def test_wrong_password_and_nobodys_address_cost_the_same_work(database, clock, ada, monkeypatch):
    looked_at = []
    hasher = passwords._hasher

    class Counting:
        def verify(self, kept, password):
            looked_at.append(kept.split("$")[3])
            return hasher.verify(kept, password)

    passwords._of_nobody()  # made once, before anybody asks
    monkeypatch.setattr(passwords, "_hasher", Counting())
    refusal(database, clock, password="tile by file")
    refusal(database, clock, email="eve@shop.example")

    assert looked_at == ["m=19456,t=2,p=1"] * 2


def test_the_database_does_not_hold_the_cookies_secret(database, clock, ada):
    sid = enter(database, clock)

    with database.reading() as connection:
        row = connection.execute(select(session_rows)).one()
    assert sid not in str(row)


def test_signing_out_ends_the_session(database, clock, ada):
    sid = enter(database, clock)
    with database.writing() as connection:
        sessions.close(connection, sid)

    assert who(database, clock, sid) is None


def test_a_suspended_user_is_refused_at_once_and_cannot_come_back(database, clock, ada):
    sid = enter(database, clock)
    with database.writing() as connection:
        users.suspend(connection, ada.id, by="operator", at=clock.now())

    assert who(database, clock, sid) is None
    assert refusal(database, clock) == "sign_in.wrong"


def test_a_new_password_ends_every_session_of_before(database, clock, ada):
    sid = enter(database, clock)
    with database.writing() as connection:
        users.set_password(connection, ada.id, "stone by stone", by="operator", at=clock.now())

    assert who(database, clock, sid) is None
    assert who(database, clock, enter(database, clock, password="stone by stone")) == "Ada"


def test_a_session_that_began_under_an_older_epoch_is_over(database, clock, ada):
    with database.writing() as connection:
        sid = sessions.open_for(connection, ada.id, epoch=0, at=clock.now())
        connection.execute(users.users.update().values(epoch=1))

    assert who(database, clock, sid) is None


@pytest.mark.parametrize(("after", "name"), [({"hours": 23, "minutes": 59}, "Ada"), ({"hours": 24}, None)])
def test_an_idle_session_ends_after_a_day(database, clock, ada, after, name):
    sid = enter(database, clock)
    clock.later(**after)

    assert who(database, clock, sid) == name


def test_a_busy_session_ends_after_a_week(database, clock, ada):
    sid = enter(database, clock)
    for _hour in range(7 * 8):
        clock.later(hours=3)
        with database.writing() as connection:
            found = sessions.find(connection, sid, at=clock.now())
            if found:
                sessions.touch(connection, found.session, at=clock.now())

    assert who(database, clock, sid) is None


def test_too_many_wrong_tries_lock_the_account_for_a_while(database, clock, ada):
    for _try in range(sign_in.TRIES_PER_ACCOUNT):
        assert refusal(database, clock, password="guess guess") == "sign_in.wrong"

    assert refusal(database, clock) == "sign_in.locked"
    clock.later(minutes=15)
    assert who(database, clock, enter(database, clock)) == "Ada"


def test_an_address_of_nobody_is_locked_as_well(database, clock, ada):
    for _try in range(sign_in.TRIES_PER_ACCOUNT):
        refusal(database, clock, email="eve@shop.example")

    assert refusal(database, clock, email="eve@shop.example") == "sign_in.locked"


def test_one_peer_that_tries_many_accounts_is_locked(database, clock, ada, monkeypatch):
    monkeypatch.setattr(sign_in, "TRIES_PER_PEER", 3)
    for number in range(3):
        refusal(database, clock, email=f"guess{number}@shop.example")

    assert refusal(database, clock) == "sign_in.locked"
    assert who(database, clock, enter(database, clock, peer="10.0.0.10")) == "Ada"


def test_a_right_password_forgets_the_wrong_tries(database, clock, ada):
    for _round in range(3):
        for _try in range(sign_in.TRIES_PER_ACCOUNT - 1):
            refusal(database, clock, password="guess guess")
        assert who(database, clock, enter(database, clock)) == "Ada"


def test_sessions_that_are_over_are_swept(database, clock, ada):
    enter(database, clock)
    clock.later(days=8)
    enter(database, clock)

    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(session_rows)).scalar() == 1


def make_token(database, ada, **how):
    with database.writing() as connection:
        return tokens.create(connection, ada.id, how.pop("scopes", ["read"]), at=NOW, **how)


def bearer(database, clock, text):
    with database.reading() as connection:
        return tokens.find(connection, text, at=clock.now())


def test_a_token_speaks_for_its_user_within_its_scopes(database, clock, ada):
    _token, text = make_token(database, ada, scopes=["read:member", "read:order"])

    found = bearer(database, clock, text)
    assert (found.user.name, found.scopes) == ("Ada", {"read:member", "read:order"})


def test_a_token_is_kept_hashed(database, ada):
    token, text = make_token(database, ada)

    with database.reading() as connection:
        assert text not in str(connection.execute(select(token_rows)).one())
    assert text.startswith(token.prefix)
    assert len(token.prefix) < 16


def test_a_token_expires(database, clock, ada):
    _token, text = make_token(database, ada, expires_at=NOW + timedelta(days=1))
    clock.later(days=1)

    assert bearer(database, clock, text) is None


def test_a_revoked_token_is_refused(database, clock, ada):
    token, text = make_token(database, ada)
    with database.writing() as connection:
        assert tokens.revoke(connection, token.id, by="operator", at=NOW)

    assert bearer(database, clock, text) is None


def test_the_tokens_of_a_suspended_user_end(database, clock, ada):
    _token, text = make_token(database, ada)
    with database.writing() as connection:
        users.suspend(connection, ada.id, by="operator", at=NOW)
        users.restore(connection, ada.id, by="operator", at=NOW)

    assert bearer(database, clock, text) is None


@pytest.mark.parametrize("scopes", [[], ["everything"], ["admin:member"], ["read:"], ["read", "write:a b"]])
def test_an_unknown_scope_is_refused(database, ada, scopes):
    with pytest.raises(Problems) as problems:
        make_token(database, ada, scopes=scopes)

    assert problems.value.problems[0].code == "token.scope"
