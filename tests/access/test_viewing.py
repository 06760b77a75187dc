"""Looking through the eyes of a role: what it sees, and never more than who looks."""

from builder.access.policy import Policy
from builder.access.viewing import policy_as
from builder.catalog import Catalog
from tests.access.test_policy import STORE_A, STORE_B, User, an_entity

CLERK = {
    "key": "clerk",
    "entities": {"member": {"create": True, "read": True, "rows": STORE_A, "fields": {"phone": "hide"}}},
    "may": ["export"],
}
KEEPER = {
    "key": "keeper",
    "entities": {
        "member": {
            "read": True,
            "update": True,
            "rows": STORE_B,
            "fields": {"points": "hide", "name": "read"},
        }
    },
    "may": ["users", "run"],
}
OF_ROLE = {"in": ["keeper", {"var": "$user.roles"}]}
BY_ROLE = {"key": "by_role", "entities": {"member": {"read": True, "rows": OF_ROLE}}, "may": ["users"]}


def a_catalog():
    roles = {role["key"]: role for role in (CLERK, KEEPER, BY_ROLE)}
    return Catalog(7, {"member": an_entity()}, {"role": roles})


def seen(viewer: tuple[str, ...], *roles: str) -> Policy | None:
    return policy_as(a_catalog(), User(3, viewer), roles)


def test_an_administrator_sees_exactly_what_the_role_sees():
    policy, clerk = seen(("admin",), "clerk"), Policy.of_user(a_catalog(), User(3, ("clerk",)))

    assert policy.rows("member") == clerk.rows("member") == STORE_A
    assert policy.readable(an_entity()) == clerk.readable(an_entity())
    assert policy.may("export")
    assert not policy.may("users")
    assert not policy.is_everything
    assert policy.person == {"id": 3, "roles": ["clerk"]}


def test_who_may_not_give_roles_may_not_look_through_them():
    assert seen(("clerk",), "keeper") is None


def test_a_role_that_does_not_exist_is_nobodys_view():
    assert seen(("admin",), "gone") is None
    assert seen(("admin",), "admin") is None


def test_nobody_sees_more_than_they_may_themselves():
    policy = seen(("keeper",), "clerk")

    assert policy.rows("member") == {"and": [STORE_B, STORE_A]}
    assert policy.readable(an_entity()) == {"name", "order_count"}
    assert not policy.may("create", "member")
    assert not policy.may("update", "member")
    assert not policy.may("export")
    assert policy.rows("member", "update") is False


def test_ones_own_rule_is_asked_about_ones_own_roles():
    policy = seen(("by_role",), "keeper")

    assert policy.rows("member") == {"and": [{"in": ["keeper", ["by_role"]]}, STORE_B]}


def test_notices_to_roles_that_one_does_not_hold_stay_theirs():
    assert seen(("admin",), "clerk").told == ("clerk",)
    assert seen(("keeper",), "clerk").told == ()


def test_a_view_shares_no_cached_page_with_the_role_or_the_viewer():
    keys = {
        seen(("admin",), "clerk").key,
        seen(("keeper",), "clerk").key,
        Policy.of_user(a_catalog(), User(3, ("clerk",))).key,
        Policy.of_user(a_catalog(), User(3, ("admin",))).key,
    }
    assert len(keys) == 4
