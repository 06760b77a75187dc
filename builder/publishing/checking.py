"""A change set checked as a whole: shapes, each document alone, then everything beside everything. Writes nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from builder.catalog import Catalog, compile_bodies
from builder.kinds.contract import Kind
from builder.registry import Registry
from schema_store import strict_json
from schema_store.documents import Body, Name, is_key, key_of, of_definition, same
from schema_store.problems import Problem, Problems, _, pointer
from schema_store.shapes import Shape, nearest, shipped

MAX_BODY_BYTES = 900_000
"""A completed document is at most this long; the strict reader takes a little more."""

RESERVED_KEYS = frozenset({"new", "all"})

Changes = Mapping[Name, Body | None]
"""What is to be published: a body for each (kind, key); None retires it."""


@dataclass(frozen=True)
class Checked:
    """A change set, completed and checked. `changed` leaves out what is live already in the same words.

    `problems` have pointers from the whole set: `/<kind>/<key>/…`. `after` is the catalog as it would be
    (None where the documents themselves are wrong, so that nothing could be compiled).
    """

    before: Catalog
    after: Catalog | None
    changed: Mapping[Name, Body | None]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]


def check(registry: Registry, before: Catalog, changes: Changes) -> Checked:
    """Check `changes` on top of what is live in `before`."""
    themselves = alone(registry, changes)
    if _refuses(themselves):
        return Checked(before, None, {}, tuple(themselves))
    completed = complete(registry, before, changes)
    changed = {name: body for name, body in completed.items() if not is_live(name, body, before)}
    bodies = {name: body for name, body in {**before.bodies, **changed}.items() if body is not None}
    after = compile_bodies(registry, bodies, stamp=before.stamp + 1, beside=before)
    changing = list(_of_changing(registry, before, changed))
    unusable = [*_of_bytes(changed), *_of_compiling(changed, after)]
    beside = unusable or _of_the_whole(
        registry, before, after, changed
    )  # what a refused change breaks is told too
    return Checked(before, after, changed, (*themselves, *changing, *beside))


def _refuses(problems: Iterable[Problem]) -> bool:
    """True where one of them is more than a warning."""
    return any(problem.severity == "error" for problem in problems)


def validate(
    documents: Mapping[Name, Body], registry: Registry, base: Catalog | None = None
) -> list[Problem]:
    """All problems of a folder of definitions, on top of `base` (None: on nothing). Changes nothing."""
    return list(check(registry, base or Catalog(0, {}), documents).problems)


def alone(registry: Registry, changes: Changes) -> list[Problem]:
    """What is wrong with the documents themselves, whatever else is published."""
    return [problem for name, body in changes.items() for problem in _of_document(name, body, registry)]


def complete(registry: Registry, before: Catalog, changes: Changes) -> dict[Name, Body | None]:
    """The bodies as publishing would write them, in the order of kinds; the shapes of `changes` are right.

    Holds more than `changes` where one entity's change settles others anew (what a rollup gathers, say).
    """
    done: dict[Name, Body | None] = {}
    for kind, name in _in_order(registry, {**_entangled(registry, before, changes), **changes}):
        body = changes[name] if name in changes else kind.authored(before.bodies[name])
        if body is None:
            done[name] = None
            continue
        others = _bodies_of(kind.key, before, changes)
        settled = kind.settle(body, before.bodies.get(name), others, registry)
        done[name] = kind.complete(settled, registry)
    return done


def _entangled(registry: Registry, before: Catalog, changes: Changes) -> dict[Name, None]:
    """What is live of the kinds in which one change may change others."""
    kinds = {kind for kind, _key in changes if registry.kinds[kind].is_entangled}
    return {name: None for name in before.bodies if name[0] in kinds and name not in before.left_out}


def problems_beside(registry: Registry, catalog: Catalog, name: Name) -> list[Problem]:
    """The problems of one definition that is in `catalog`, pointers from the whole set."""
    kind = registry.kinds[name[0]]
    return [of_definition(problem, name) for problem in kind.check(catalog.bodies[name], catalog, registry)]


def _bodies_of(kind: str, before: Catalog, changes: Changes) -> dict[str, Body]:
    together = {**before.bodies, **changes}
    return {key: body for (of, key), body in together.items() if of == kind and body is not None}


def _in_order(registry: Registry, changes: Changes) -> list[tuple[Kind, Name]]:
    found = [(registry.kinds[name[0]], name) for name in changes]
    return sorted(found, key=lambda item: (item[0].order, item[1]))


def is_live(name: Name, body: Body | None, before: Catalog) -> bool:
    """Whether a completed body (None: that it is retired) is what is published already."""
    live = before.bodies.get(name)
    return same(live, body) if live is not None and body is not None else live is None and body is None


def _of_document(name: Name, body: Any, registry: Registry) -> Iterator[Problem]:
    """What is wrong with one document without looking at any other."""
    kind_key, key = name
    kind = registry.kinds.get(kind_key)
    if kind is None:
        near = nearest(kind_key, registry.kinds)
        hint = _("Did you mean “{near}”?") if near else _("The kinds are: {known}.")
        params = {"kind": kind_key, "near": near, "known": ", ".join(registry.kinds)}
        yield Problem(
            "kind.unknown", _("“{kind}” is not a kind of definition."), params, pointer(*name), hint
        )
        return
    if not is_key(key) or key in RESERVED_KEYS:
        yield Problem(
            "definition.key", _("“{key}” cannot be a key."), {"key": key}, pointer(*name), _KEY_HINT
        )
    if body is None:
        return
    found = _of_json(body) or shape_of(kind).problems(body) or kind.check_alone(body, registry)
    if not _refuses(found) and key_of(body) != key:
        params = {"inside": key_of(body), "key": key}
        found = [Problem("definition.key", _("The document calls itself “{inside}”, not “{key}”."), params)]
    yield from (of_definition(problem, name) for problem in found)


def _of_json(body: Any) -> list[Problem]:
    """Bodies come from strict readers; one that was made in Python may still be no JSON."""
    try:
        strict_json.read(strict_json.write(body))
    except Problems as wrong:
        return list(wrong.problems)
    except (TypeError, ValueError, RecursionError):
        return [Problem("json.value", _("This document has a value that is not JSON."))]
    return []


_KEY_HINT = _("A key begins with a small letter a–z and has only a–z, 0–9 and _, 30 at most.")


@cache
def shape_of(kind: Kind) -> Shape:
    """The compiled shape of a kind."""
    return Shape(kind.shape if kind.shape is not None else shipped()[kind.key])


TOO_MUCH = ("shape.maxItems", "shape.maxProperties")


def refuse_too_much(kind: Kind, body: Any) -> None:
    """Raises Problems where a document has more of something than its shape allows.

    Everything else may be wrong with a draft for a while; this would be drawn on every page that shows it.
    """
    found = [one for one in shape_of(kind).problems(body) if one.code in TOO_MUCH]
    if found:
        raise Problems(found)


def _of_changing(registry: Registry, before: Catalog, changed: Changes) -> Iterator[Problem]:
    """What a definition may not become, given what it is."""
    for name, body in changed.items():
        live = before.bodies.get(name)
        if body is not None and live is not None:
            problems = registry.kinds[name[0]].check_change(body, live, registry)
            yield from (of_definition(problem, name) for problem in problems)


def _of_compiling(changed: Changes, after: Catalog) -> Iterator[Problem]:
    for name in changed:
        if name in after.left_out:
            params = {"why": after.left_out[name]}
            yield Problem(
                "definition.compile", _("This definition cannot be used: {why}."), params, pointer(*name)
            )


def _of_bytes(changed: Changes) -> Iterator[Problem]:
    for name, body in changed.items():
        size = len(strict_json.write(body).encode()) if body is not None else 0
        if size > MAX_BODY_BYTES:
            params = {"size": size, "limit": MAX_BODY_BYTES}
            yield Problem(
                "definition.size",
                _("This definition has {size} bytes; at most {limit} are kept."),
                params,
                pointer(*name),
            )


def _of_the_whole(registry: Registry, before: Catalog, after: Catalog, changed: Changes) -> Iterator[Problem]:
    """Every definition beside every other one; what stayed the same may break through what changed."""
    retired = {name for name, body in changed.items() if body is None}
    needed, excused = _needed(registry, after, retired)
    yield from needed
    for name in sorted(after.bodies, key=lambda name: (name not in changed, name)):
        if name in after.left_out or name in excused or not _is_concerned(name, registry, after, changed):
            continue
        found = problems_beside(registry, after, name)
        if name in changed:
            yield from found
        elif found:
            known = [] if name in before.left_out else problems_beside(registry, before, name)
            yield from _broken(found, before=known)


def _is_concerned(name: Name, registry: Registry, after: Catalog, changed: Changes) -> bool:
    """False where what changed cannot make `name` right or wrong: no entity, nothing of its kind, nothing it needs."""
    kinds = {kind for kind, _key in changed}
    if name[0] in kinds or any(registry.kinds[kind].is_entangled for kind in kinds):
        return True
    return any(
        (kind, key) in changed
        for kind, key, _place in registry.kinds[name[0]].all_needs(after.bodies[name], after)
    )


def _broken(found: list[Problem], *, before: list[Problem]) -> Iterator[Problem]:
    """Problems of a definition nobody touched: refusing only where this change brings them."""
    known = {(problem.code, problem.pointer) for problem in before}
    for problem in found:
        if (problem.code, problem.pointer) not in known:
            yield problem
        elif problem.severity == "error":  # said again, for it is still to be mended; it refuses nothing new
            yield dataclasses.replace(problem, severity="warning")


def _needed(registry: Registry, after: Catalog, retired: set[Name]) -> tuple[list[Problem], set[Name]]:
    """Refusals to retire what others need, and those others (whose own problems would say the same again)."""
    users: dict[Name, list[Name]] = {}
    for name, body in after.bodies.items():
        if name not in after.left_out:
            for kind, key, _place in registry.kinds[name[0]].all_needs(body, after):
                if (kind, key) in retired:
                    users.setdefault((kind, key), []).append(name)
    problems = [
        Problem(
            "definition.needed",
            _("The {kind} “{key}” cannot be retired: it is needed by {users}."),
            {
                "kind": name[0],
                "key": name[1],
                "users": ", ".join(sorted({" ".join(user) for user in of})),
                "needed_by": sorted(set(of)),
            },
            pointer(*name),
            _("Change or retire these too."),
        )
        for name, of in users.items()
    ]
    return problems, {user for of in users.values() for user in of}
