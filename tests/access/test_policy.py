"""Who may do what, from role documents alone."""

from dataclasses import dataclass

import pytest

from builder.access.policy import Policy
from builder.catalog import Catalog, Entity
from schema_store.problems import Refused

STORE_A = {"==": [{"var": "store"}, 1]}
STORE_B = {"==": [{"var": "store"}, 2]}

CLERK = {
    "key": "clerk",
    "entities": {
        "member": {
            "create": True,
            "read": True,
            "update": True,
            "rows": STORE_A,
            "fields": {"phone": "hide", "points": "read"},
        }
    },
    "may": ["export"],
}
CALLER = {
    "key": "caller",
    "entities": {"member": {"read": True, "rows": STORE_B, "fields": {"phone": "read"}}},
    "may": ["run"],
}


@dataclass(frozen=True)
class User:
    id: int
    roles: tuple[str, ...]


@dataclass(frozen=True)
class AField:
    is_computed: bool = False


def an_entity():
    fields = {
        "name": AField(),
        "phone": AField(),
        "points": AField(),
        "order_count": AField(is_computed=True),
    }
    return Entity("member", "Member", "Members", {}, fields, "name", "name", (), {}, {})


def a_catalog():
    return Catalog(7, {"member": an_entity()}, {"role": {"clerk": CLERK, "caller": CALLER}})


def policy_of(*roles, scopes=None, catalog=None):
    return Policy.of_user(catalog or a_catalog(), User(3, roles), scopes)


def test_the_operator_may_everything():
    policy, entity = Policy.operator(), an_entity()

    assert policy.may("delete", "member")
    assert policy.may("publish")
    assert policy.rows("member") is None
    assert policy.readable(entity) == set(entity.fields)


def test_nobody_writes_what_the_engine_computes():
    assert "order_count" not in Policy.operator().writable(an_entity())


def test_what_no_role_grants_is_refused():
    policy = policy_of("clerk")

    assert not policy.may("delete", "member")
    assert not policy.may("read", "order")
    assert not policy.may("publish")


def test_nobody_may_nothing():
    policy, entity = Policy.nobody(), an_entity()

    assert not policy.may("read", "member")
    assert policy.readable(entity) == frozenset()
    assert policy.rows("member") is False


def test_a_refusal_names_the_right():
    with pytest.raises(Refused) as refused:
        policy_of("clerk").require("delete", "member")

    assert refused.value.right == "member.delete"


def test_a_workspace_right_is_named_without_an_entity():
    with pytest.raises(Refused) as refused:
        policy_of("clerk").require("publish")

    assert refused.value.right == "publish"


def test_a_hidden_field_is_neither_read_nor_written():
    policy, entity = policy_of("clerk"), an_entity()

    assert policy.readable(entity) == {"name", "points", "order_count"}
    assert policy.writable(entity) == {"name"}


def test_a_reader_writes_nothing():
    assert policy_of("caller").writable(an_entity()) == frozenset()


def test_two_roles_give_the_union_of_their_rights():
    policy, entity = policy_of("clerk", "caller"), an_entity()

    assert policy.may("export")
    assert policy.may("run")
    assert "phone" in policy.readable(entity)


def test_two_roles_give_the_rows_of_either():
    assert policy_of("clerk", "caller").rows("member") in (
        {"or": [STORE_A, STORE_B]},
        {"or": [STORE_B, STORE_A]},
    )


def test_a_role_that_only_reads_gives_no_rows_to_change():
    assert policy_of("clerk", "caller").rows("member", "update") == STORE_A


def test_one_role_without_a_row_rule_gives_every_row():
    free = {"key": "free", "entities": {"member": {"read": True}}}
    catalog = Catalog(7, {"member": an_entity()}, {"role": {"clerk": CLERK, "free": free}})

    assert policy_of("clerk", "free", catalog=catalog).rows("member") is None


@pytest.mark.parametrize(("rows", "rule"), [(True, None), (False, False)])
def test_rows_may_be_all_or_none(rows, rule):
    role = {"key": "some", "entities": {"member": {"read": True, "rows": rows}}}
    catalog = Catalog(7, {"member": an_entity()}, {"role": {"some": role}})

    assert policy_of("some", catalog=catalog).rows("member") is rule


def test_a_role_that_is_no_longer_published_grants_nothing():
    assert not policy_of("gone").may("read", "member")


def test_admin_is_built_in_and_holds_everything():
    policy = policy_of("admin")

    assert policy.may("users")
    assert policy.may("delete", "anything_new")


def test_the_key_is_the_same_for_people_with_the_same_roles():
    catalog = a_catalog()
    one = Policy.of_user(catalog, User(3, ("clerk", "caller")))
    other = Policy.of_user(catalog, User(4, ("caller", "clerk")))

    assert one.key == other.key
    assert one.key != policy_of("clerk").key
    hash(one.key)


@pytest.mark.parametrize(
    ("scopes", "action", "entity", "allowed"),
    [
        (["read"], "read", "member", True),
        (["read"], "update", "member", False),
        (["read"], "publish", None, False),
        (["write"], "read", "member", True),
        (["write"], "delete", "member", True),
        (["write"], "run", None, False),
        (["read:member"], "read", "member", True),
        (["read:member"], "read", "order", False),
        (["write:order", "read:member"], "update", "member", False),
        (["admin"], "publish", None, True),
        ([], "read", "member", False),
    ],
)
def test_a_token_is_narrowed_to_its_scopes(scopes, action, entity, allowed):
    assert policy_of("admin", scopes=scopes).may(action, entity) is allowed


def test_a_scope_gives_nothing_that_the_roles_do_not_give():
    assert not policy_of("clerk", scopes=["admin"]).may("publish")


def test_a_scope_outside_reading_shows_no_field_either():
    assert policy_of("clerk", scopes=["read:order"]).readable(an_entity()) == frozenset()
