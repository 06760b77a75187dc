"""Five hundred definitions that nobody should write: names, markup, cycles, sizes, dangling references, damage."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from schema_store import packages
from tests.kinds.test_hostile_definitions import mutate

Case = tuple[str, str, Any]
"""(kind, the key that it is kept under, body)"""
ALL = 500

KEYS = [
    "", "A", "1a", "a b", "名", "a" * 31, "a" * 30, "id", "select", "rec_member", "__proto__", "constructor", "new",
    "text", "design", "child", "fields", "a/b", "../x", "a.b", "a\u0000b", "😀", "version", "user", "null", "true",
    "x_tessera",
]  # fmt: skip
WORDS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "{{ 7 * 7 }}", "{% raw %}",
    "${7*7}", "%(name)s", "{count}", "{0}", "{__class__}", "'; DROP TABLE rec_member; --", "\u202etxet", "x" * 500,
    "\ufeff", "a\u0301" * 200, "😀" * 250, "javascript:alert(1)", "=HYPERLINK(\"http://x.invalid\")", "</title>",
    "<!--",
]  # fmt: skip


def shipped() -> dict[tuple[str, str], Any]:
    return dict(packages.read(packages.find("membership")))


def with_label(body: Any, label: Any) -> Any:
    made = deepcopy(body)
    made.get("x-tessera", made)["label"] = label
    return made


def with_key(body: Any, key: str) -> Any:
    made = deepcopy(body)
    made.get("x-tessera", made)["key"] = key
    if "default" in made:
        made["default"] = False
    return made


def named() -> Iterator[Case]:
    """Every kind under keys that are none, are reserved, or mean something in an address."""
    first: dict[str, Any] = {}
    for (kind, _key), body in shipped().items():
        first.setdefault(kind, body)
    for kind, body in first.items():
        for key in KEYS:
            yield kind, key, with_key(body, key)


def marked() -> Iterator[Case]:
    """Markup and the like wherever people write words."""
    bodies = shipped()
    for number, words in enumerate(WORDS):
        for kind, key in (
            ("entity", "store"),
            ("view", "prospects"),
            ("role", "clerk"),
            ("app", "membership"),
        ):
            yield kind, key, with_label(bodies[kind, key], words)
        entity = deepcopy(bodies["entity", "member"])
        head = entity["properties"]["stage"]["x-tessera"]
        head["label"] = {"en": words, "zh": words}
        head["options"][0]["label"] = {"zh": words}
        head["help"] = words
        yield "entity", "member", entity
        workflow = deepcopy(bodies["workflow", "member_dormant"])
        workflow["label"] = words
        workflow["actions"].append({"type": "notify", "to": {"role": "clerk"}, "text": words or "x"})
        yield "workflow", f"told_{number}", workflow | {"key": f"told_{number}"}


def field(sort: str, **more: Any) -> Any:
    return {"x-tessera": {"type": sort, "label": sort, **more}}


def entity(key: str, fields: dict[str, Any], **head: Any) -> Any:
    first = next(iter(fields), "name")
    head = {"key": key, "label": key, "label_plural": key, "title_field": first, **head}
    return {"properties": fields, "required": [], "x-tessera": head}


def of_size() -> Iterator[Case]:
    yield "entity", "wide", entity("wide", {f"f{number}": field("text") for number in range(10_000)})
    options = [{"value": f"v{number}", "label": f"V{number}"} for number in range(5_000)]
    yield (
        "entity",
        "choices",
        entity("choices", {"name": field("text"), "pick": field("select", options=options)}),
    )
    yield "entity", "none", entity("none", {})
    yield "entity", "same", entity("same", {"name": field("text")}, search=["name"] * 1_000)
    yield "entity", "indexed", entity("indexed", {"name": field("text")}, indexes=[["name"]] * 500)
    sections = [{"label": str(number), "fields": ["name"]} for number in range(1_000)]
    yield "form", "long_form", {"key": "long_form", "label": "x", "entity": "member", "sections": sections}
    yield (
        "view",
        "wide_view",
        {"key": "wide_view", "label": "x", "entity": "member", "columns": ["name"] * 5_000},
    )
    menu = [{"entity": "member"}] * 10_000
    yield "app", "long_app", {"key": "long_app", "label": "x", "menu": menu}
    rule: Any = {"==": [{"var": "name"}, "x"]}
    for _turn in range(200):
        rule = {"!": [rule]}
    yield (
        "view",
        "deep",
        {"key": "deep", "label": "x", "entity": "member", "columns": ["name"], "where": rule},
    )
    wide = {"or": [{"==": [{"var": "name"}, str(number)]} for number in range(20_000)]}
    yield (
        "view",
        "broad",
        {"key": "broad", "label": "x", "entity": "member", "columns": ["name"], "where": wide},
    )
    nested: Any = []
    for _turn in range(300):
        nested = [nested]
    yield "view", "nested", {"key": "nested", "label": nested, "entity": "member", "columns": ["name"]}


def in_circles() -> Iterator[Case]:
    def formula(of: str) -> Any:
        return field("formula", gives="integer", formula={"+": [{"var": of}, 1]})

    yield "entity", "circle", entity("circle", {"name": field("text"), "a": formula("b"), "b": formula("a")})
    yield "entity", "itself", entity("itself", {"name": field("text"), "a": formula("a")})
    chain = {f"f{number}": formula(f"f{number + 1}") for number in range(60)}
    yield "entity", "chain", entity("chain", {"name": field("text"), **chain, "f60": field("integer")})
    own = entity("own", {"name": field("text"), "up": field("reference", to="own")})
    own["required"] = ["up"]
    yield "entity", "own", own
    counted = field("rollup", relation="own_up", aggregate="sum", of="total")
    yield (
        "entity",
        "own",
        entity("own", {"name": field("text"), "up": field("reference", to="own"), "total": counted}),
    )
    for at, trigger in enumerate((["created", "changed"], ["changed"])):
        yield (
            "workflow",
            f"loop{at}",
            {
                "key": f"loop{at}",
                "label": "loop",
                "entity": "member",
                "trigger": {"type": "record", "entity": "member", "on": trigger},
                "actions": [{"type": "set_field", "field": "points", "value": {"+": [{"var": "points"}, 1]}}],
            },
        )
    twice = {"type": "create_record", "entity": "task", "values": {"title": "again"}}
    yield (
        "workflow",
        "breeder",
        {
            "key": "breeder",
            "label": "breeder",
            "entity": "task",
            "trigger": {"type": "record", "entity": "task", "on": ["created"]},
            "actions": [twice, twice],
        },
    )


def dangling() -> Iterator[Case]:
    """Each shipped definition with one of its names turned into one that is not there."""
    for (kind, key), body in shipped().items():
        for at in range(4):
            chance = random.Random(f"{kind}{key}{at}")
            made = deepcopy(body)
            texts = [
                (holder, step) for holder, step in _texts(made) if step not in ("key", "type", "en", "zh")
            ]
            if texts:
                holder, step = chance.choice(texts)
                holder[step] = chance.choice(
                    ["nothing", "member.nothing", "id", "order", "ｍember", "a" * 200]
                )
            yield kind, key, made


def _texts(node: Any) -> list[tuple[Any, Any]]:
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    found = []
    for key, value in list(inside):
        found += [(node, key)] if isinstance(value, str) else _texts(value)
    return found


def damaged() -> Iterator[Case]:
    """Shipped definitions with one to four places replaced, removed, renamed or copied, without an end."""
    seed = 0
    while True:
        for (kind, key), body in shipped().items():
            seed += 1
            chance, made = random.Random(seed), deepcopy(body)
            for _time in range(chance.randint(1, 4)):
                mutate(made, chance)
            yield kind, key, made


def cases() -> list[Case]:
    families: list[Callable[[], Iterator[Case]]] = [of_size, in_circles, named, marked, dangling]
    found = [case for family in families for case in family()]
    for case in damaged():
        if len(found) >= ALL:
            return found
        found.append(case)
    return found
