"""Whatever a definition is turned into, the answer is Problems and nothing else."""

from __future__ import annotations

import random
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from builder.catalog import Catalog
from builder.publishing import checking
from builder.publishing.sentences import describe
from schema_store.problems import Problem
from tests.kinds.workshop import membership, published, registry

SHIPPED = membership()
LIVE = published(membership())
REGISTRY = registry()

POOL: list[Any] = [
    None, True, False, 0, -1, 1.5, 2**60, "", "member", "nothing", "id", "$user", "__class__", "a" * 5000, "0 3 * * *",
    "DROP TABLE rec_member", "{stage}", "{0}", "😀", [], {}, [[]], ["member_no"], [{}], {"": None}, {"var": "stage"},
    {"var": []}, {"==": [{"var": "name"}, 1]}, {"$ref": "http://x.invalid"}, {"type": "rollup"}, {"key": "member"},
    {"type": "reference", "to": "member", "label": "x"}, {"en": 1}, {"x-tessera": {"type": "tags", "label": "T"}},
]  # fmt: skip


def places(node: Any) -> list[tuple[Any, Any]]:
    """(container, key) of every value in a document."""
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    found = []
    for key, value in list(inside):
        found += [(node, key), *places(value)]
    return found


def mutate(document: Any, chance: random.Random) -> None:
    container, key = chance.choice(places(document) or [(document, "x")])
    how = chance.choice(("replace", "remove", "rename", "copy", "add"))
    if how == "replace":
        container[key] = deepcopy(chance.choice(POOL))
    elif how == "remove":
        del container[key]
    elif how == "copy":
        container[key] = deepcopy(chance.choice([value[inner] for value, inner in places(document)]))
    elif isinstance(container, dict):
        container[str(chance.choice(POOL))[:40]] = (
            container.pop(key) if how == "rename" else deepcopy(chance.choice(POOL))
        )


@settings(max_examples=200)
@given(seed=st.integers(0, 2**32), onto_live=st.booleans())
def test_a_damaged_application_is_refused_with_problems_only(seed, onto_live):
    chance = random.Random(seed)
    bodies = membership()
    names = list(bodies)
    for _time in range(chance.randint(1, 4)):
        mutate(bodies[chance.choice(names)], chance)
    before = LIVE if onto_live else Catalog(0, {})
    checked = checking.check(REGISTRY, before, bodies)
    for problem in checked.problems:
        assert isinstance(problem, Problem)
        assert problem.pointer.startswith("/")
        assert problem.said()
        assert problem.document()
    for name, body in checked.changed.items():
        for sentence in describe(name, before.bodies.get(name), body, checked.after or before):
            assert sentence.said()
