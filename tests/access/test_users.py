"""People: their addresses, passwords and roles."""

import pytest

from builder.access import passwords, users
from builder.access.policy import Policy
from builder.catalog import Catalog
from schema_store.problems import Problems
from tests.access.conftest import NOW


def code_of(problems):
    return problems.value.problems[0].code


def test_an_address_is_one_person_in_whatever_case(database, ada):
    with database.reading() as connection:
        assert users.of_email(connection, " ADA@shop.EXAMPLE ") == ada


def test_an_address_in_use_is_refused(database, ada):
    with pytest.raises(Problems) as problems, database.writing() as connection:
        users.create(connection, email="ada@shop.example", name="Other", at=NOW)

    assert code_of(problems) == "user.taken"


@pytest.mark.parametrize("email", ["", "ada", "a da@shop.example", "a@b@c", "x" * 251 + "@b.c", "a@b\x00.c"])
def test_what_is_no_address_is_refused(database, email):
    with pytest.raises(Problems) as problems, database.writing() as connection:
        users.create(connection, email=email, name="Ada", at=NOW)

    assert code_of(problems) == "user.email"


@pytest.mark.parametrize(("length", "code"), [(7, "password.short"), (129, "password.long")])
def test_a_password_has_limits(length, code):
    with pytest.raises(Problems) as problems:
        passwords.hashed("x" * length)

    assert code_of(problems) == code


@pytest.mark.parametrize("length", [8, 128])
def test_a_password_at_its_limits_works(length):
    assert passwords.matches(passwords.hashed("x" * length), "x" * length)


def test_a_longer_password_is_not_cut_to_a_matching_one():
    assert not passwords.matches(passwords.hashed("x" * 128), "x" * 129)


def test_a_password_is_the_same_however_the_keyboard_wrote_it():
    assert passwords.matches(passwords.hashed("cafe\u0301 crème"), "caf\u00e9 crème")


def test_nobody_has_the_password_that_costs_the_time():
    assert not passwords.matches(None, "a password that nobody has")


def test_a_damaged_hash_matches_nothing():
    assert not passwords.matches("no hash at all", "tile by tile")


def test_roles_change_and_the_name_stays(database, ada):
    with database.writing() as connection:
        changed = users.change(connection, ada.id, roles=["service", "clerk"], by="operator", at=NOW)

    assert (changed.roles, changed.name) == (("clerk", "service"), "Ada")


def test_a_user_who_is_not_there_cannot_be_changed(database):
    with pytest.raises(Problems) as problems, database.writing() as connection:
        users.change(connection, 99, name="Nobody", by="operator", at=NOW)

    assert code_of(problems) == "user.absent"


def test_those_who_hold_a_role_are_found_without_the_suspended(database, ada):
    with database.writing() as connection:
        bob = users.create(connection, email="bob@shop.example", name="Bob", roles=["clerk"], at=NOW)
        users.suspend(connection, bob.id, by="operator", at=NOW)

        assert [user.name for user in users.holding(connection, "clerk")] == ["Ada"]


def test_nobody_grants_a_role_that_they_do_not_hold(ada):
    catalog = Catalog(1, {}, {"role": {"clerk": {"may": ["users"]}, "boss": {"may": ["users", "publish"]}}})

    assert users.may_grant(Policy.of_user(catalog, ada), ["clerk"])
    assert not users.may_grant(Policy.of_user(catalog, ada), ["clerk", "boss"])
    assert not users.may_grant(Policy.of_user(catalog, ada), ["admin"])
    assert users.may_grant(Policy.operator(), ["admin"])


def test_unknown_roles_are_named():
    catalog = Catalog(1, {}, {"role": {"clerk": {}}})

    assert users.unknown_roles(catalog, ["clerk", "clark", "admin"]) == ["clark"]
