"""Changes as admins make them, drawn at random: fields, options, views, forms, rights, workflows, whole entities."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

from builder.work import House
from tests.kinds.workshop import entity, field

Changes = dict[tuple[str, str], Any]

FIELDS: dict[str, Callable[[], dict[str, Any]]] = {
    "nick": lambda: field("text", label="Nick"),
    "size": lambda: field("integer", label="Size", index=True),
    "fee": lambda: field("money", label="Fee"),
    "born_on": lambda: field("date", label="Born"),
    "is_vip": lambda: field("boolean", label="VIP"),
    "marks": lambda: field("tags", label="Marks"),
    "grade": lambda: field("select", label="Grade", options=[option("a"), option("b")]),
    "friend": lambda: field("reference", label="Friend", to="member", inverse={"key": "friends"}),
    "spent": lambda: field("rollup", label="Spent", relation="orders", aggregate="sum", of="amount"),
    "bought": lambda: field("rollup", label="Bought", relation="orders", aggregate="count"),
    "double": lambda: field("formula", label="Double", formula={"*": [{"var": "size"}, 2]}),
}


def option(value: str) -> dict[str, Any]:
    return {"value": value, "label": value.upper()}


def membership() -> Changes:
    """A small shop: members, their orders, a form, a view, a role, a workflow, an application."""
    name = {"name": field("text", label="Name"), "member_no": field("text", label="Number", unique=True)}
    amount = {
        "amount": field("money", label="Amount"),
        "member": field("reference", label="Member", to="member", inverse={"key": "orders"}),
    }
    made = entity("member", name, ["member_no"], key_field="member_no", title_field="name")
    made |= entity("order", amount, title_field="amount")
    made |= {
        ("form", "member_form"): {
            "key": "member_form",
            "label": "Member",
            "entity": "member",
            "sections": [{"label": "All", "columns": 1, "fields": ["name", "member_no"]}],
        },
        ("role", "clerk"): {
            "key": "clerk",
            "label": "Clerk",
            "entities": {"member": {"read": True, "update": True, "create": True}, "order": {"read": True}},
            "may": [],
        },
        ("workflow", "hello"): {
            "key": "hello",
            "label": "Hello",
            "entity": "member",
            "enabled": True,
            "trigger": {"type": "schedule", "cron": "0 3 * * *"},
            "where": {"==": [{"var": "name"}, "New"]},
            "actions": [{"type": "set_field", "field": "name", "value": "Known"}],
        },
        ("app", "shop"): {
            "key": "shop",
            "label": "Shop",
            "icon": "users",
            "menu": [{"entity": "member"}, {"view": "members"}],
        },
    }
    return made | view("members", "member", ["name", "member_no"])


def view(key: str, of: str, columns: list[str], where: Any = True) -> Changes:
    body = {"key": key, "label": key.title(), "entity": of, "columns": columns, "where": where}
    return {("view", key): body}


def drawn(random: Random, live: Changes) -> Changes:
    """One change, of one definition or of a few that belong together; it may be one that publishing refuses."""
    changes: Changes = {}
    if not live:  # all of it was undone
        return membership()
    for _number in range(random.choice((1, 1, 1, 2, 3))):
        changes |= random.choice(CHANGES)(random, {**live, **{k: v for k, v in changes.items() if v}})
    return changes


def _entity(random: Random, live: Changes) -> tuple[tuple[str, str], dict[str, Any]]:
    name = random.choice([name for name in live if name[0] == "entity"] or [("entity", "member")])
    body = deepcopy(live.get(name) or membership()["entity", "member"])
    body["properties"] = body["properties"] or {"name": field("text", label="Name")}
    return name, body


def add_field(random: Random, live: Changes) -> Changes:
    name, body = _entity(random, live)
    key = random.choice(list(FIELDS))
    body["properties"][key] = FIELDS[key]()
    return {name: body}


def drop_field(random: Random, live: Changes) -> Changes:
    name, body = _entity(random, live)
    body["properties"].pop(random.choice(list(body["properties"])))
    body["required"] = [key for key in body.get("required", ()) if key in body["properties"]]
    return {name: body}


def retire_field(random: Random, live: Changes) -> Changes:
    name, body = _entity(random, live)
    own = body["properties"][random.choice(list(body["properties"]))]["x-tessera"]
    own["retired"] = not own.get("retired", False)
    return {name: body}


def turn_setting(random: Random, live: Changes) -> Changes:
    name, body = _entity(random, live)
    own = body["properties"][random.choice(list(body["properties"]))]["x-tessera"]
    setting = random.choice(("unique", "index"))
    own[setting] = not own.get(setting, False)
    return {name: body}


def require(random: Random, live: Changes) -> Changes:
    name, body = _entity(random, live)
    key, required = random.choice(list(body["properties"])), list(body.get("required", ()))
    body["required"] = [one for one in required if one != key] if key in required else [*required, key]
    return {name: body}


def rename(random: Random, live: Changes) -> Changes:
    name = random.choice(list(live))
    body = deepcopy(live[name])
    head = body["x-tessera"] if name[0] == "entity" else body
    head["label"] = {"en": f"Label {random.randint(1, 99)}", "zh": "名称"}
    return {name: body}


def move_fields(random: Random, live: Changes) -> Changes:
    name, body = _entity(random, live)
    keys = list(body["properties"])
    random.shuffle(keys)
    body["properties"] = {key: body["properties"][key] for key in keys}
    return {name: body}


def options(random: Random, live: Changes) -> Changes:
    name, body = _entity(random, live)
    for one in body["properties"].values():
        if "options" in one.get("x-tessera", {}):
            values = random.sample("abcd", random.randint(1, 4))
            one["x-tessera"]["options"] = [option(value) for value in values]
    return {name: body}


def index(random: Random, live: Changes) -> Changes:
    name, body = _entity(random, live)
    keys = random.sample(list(body["properties"]), min(2, len(body["properties"])))
    body["x-tessera"]["indexes"] = random.choice(([], [keys], [keys[:1]]))
    return {name: body}


def add_view(random: Random, live: Changes) -> Changes:
    name, body = _entity(random, live)
    columns = random.sample(list(body["properties"]), random.randint(1, len(body["properties"])))
    rule = random.choice((True, {"!=": [{"var": columns[0]}, None]}, {"empty": [{"var": columns[-1]}]}))
    return view(f"list_{random.randint(1, 6)}", name[1], columns, rule)


def change_form(random: Random, live: Changes) -> Changes:
    _name, body = _entity(random, {("entity", "member"): live.get(("entity", "member"), {})})
    fields = random.sample(list(body["properties"]), random.randint(1, len(body["properties"])))
    section = {"label": "All", "columns": random.choice((1, 2)), "fields": fields}
    return {("form", "member_form"): {**membership()["form", "member_form"], "sections": [section]}}


def change_role(random: Random, live: Changes) -> Changes:
    role = deepcopy(live.get(("role", "clerk")) or membership()["role", "clerk"])
    _name, body = _entity(random, {("entity", "member"): live.get(("entity", "member"), {})})
    keys = random.sample(list(body["properties"]), 1)
    role["entities"]["member"]["fields"] = {key: random.choice(("hide", "read")) for key in keys}
    return {("role", "clerk"): role}


def change_workflow(random: Random, live: Changes) -> Changes:
    _name, body = _entity(random, {("entity", "member"): live.get(("entity", "member"), {})})
    key = random.choice(list(body["properties"]))
    rule = {"!=": [{"var": key}, None]}
    enabled = random.choice((True, False))
    return {("workflow", "hello"): {**membership()["workflow", "hello"], "where": rule, "enabled": enabled}}


def add_entity(random: Random, live: Changes) -> Changes:
    key = f"more_{random.randint(1, 4)}"
    fields = {
        "title": field("text", label="Title"),
        "of": field("reference", label="Of", to=random.choice(("member", "order")), inverse={"key": key}),
    }
    return entity(key, fields) | view(f"{key}_list", key, ["title", "of"])


def retire(random: Random, live: Changes) -> Changes:
    return {random.choice(list(live)): None}


def retire_with_users(random: Random, live: Changes) -> Changes:
    name, _body = _entity(random, live)
    users = [one for one, body in live.items() if body.get("entity") == name[1]]
    return dict.fromkeys([name, *users])


CHANGES: tuple[Callable[[Random, Changes], Changes], ...] = (
    add_field, add_field, add_field, drop_field, retire_field, turn_setting, require, rename, move_fields,
    options, index, add_view, add_view, change_form, change_role, change_workflow, add_entity, retire,
    retire_with_users,
)  # fmt: skip


def live_in(house: House) -> Changes:
    """What is published, as authors write it."""
    with house.reading() as work:
        kinds = work.registry.kinds
        return {name: kinds[name[0]].authored(body) for name, body in work.catalog.bodies.items()}
