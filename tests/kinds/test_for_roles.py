"""For whom a definition is: one meaning of `roles` for views, forms and menus."""

import pytest

from builder.kinds.for_roles import chosen, is_for

EVERYBODY = {"key": "all", "default": True}
CLERKS = {"key": "clerks", "roles": ["clerk"], "default": True}
MANAGERS = {"key": "managers", "roles": ["manager"], "default": True}
NOT_DEFAULT = {"key": "other"}


@pytest.mark.parametrize(
    ("body", "roles", "offered"),
    [
        (EVERYBODY, [], True),
        ({"key": "x", "roles": []}, ["clerk"], True),
        (CLERKS, ["clerk", "service"], True),
        (CLERKS, ["manager"], False),
        (CLERKS, [], False),
        (CLERKS, ["admin"], True),
    ],
)
def test_without_roles_it_is_for_everybody_and_an_administrator_is_offered_all(body, roles, offered):
    assert is_for(body, roles) is offered


@pytest.mark.parametrize(
    ("roles", "key"),
    [(["clerk"], "clerks"), (["manager"], "managers"), (["service"], "all"), (["admin"], "all"), ([], "all")],
)
def test_what_names_a_role_of_the_person_goes_before_what_is_for_everybody(roles, key):
    assert chosen([MANAGERS, NOT_DEFAULT, EVERYBODY, CLERKS], roles)["key"] == key


def test_an_administrator_gets_a_role_s_own_where_there_is_no_other():
    assert chosen([CLERKS], ["admin"])["key"] == "clerks"
    assert chosen([CLERKS], ["service"]) == {}
