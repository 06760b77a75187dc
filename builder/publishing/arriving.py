"""A package on its way in: how each of its definitions stands to what is here, and the change set that was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from builder.publishing import checking, packing
from schema_store import renaming, store
from schema_store.documents import Body, Name, is_key, of_definition, same
from schema_store.problems import Problem, Problems, _

if TYPE_CHECKING:
    from builder.work import Work

NEW, SAME, CHANGED, OTHER, RETIRED = "new", "same", "changed", "other", "retired"
"""How a definition stands: not here; here word for word; another version of it; a stranger under its key; once here."""

MINE, THEIRS, RENAMED = "mine", "theirs", "renamed"
"""What to do where something stands under its key."""


@dataclass(frozen=True)
class Choice:
    """`what`: MINE, THEIRS or RENAMED; `key`: the new one."""

    what: str
    key: str = ""


def usual(standing: str) -> str:
    """What is done unless somebody says otherwise: a stranger is never overwritten."""
    return MINE if standing in (OTHER, RETIRED) else THEIRS


def refuse_wrong(work: Work, bodies: Mapping[Name, Body]) -> None:
    """Raise Problems for documents that are wrong in themselves: nothing more can be said of them."""
    problems = checking.alone(work.registry, bodies)
    if any(one.severity == "error" for one in problems):
        raise Problems(problems)


def standings(work: Work, bodies: Mapping[Name, Body]) -> dict[Name, str]:
    """How each definition of the package stands to what is published; the documents are right in themselves."""
    retired = store.retired(work.connection)
    completed = checking.complete(work.registry, work.catalog, bodies)
    family = _family(work, bodies)
    return {name: _standing(work, name, completed[name], retired, family) for name in bodies}


def _family(work: Work, bodies: Mapping[Name, Body]) -> set[Name]:
    """What belongs to an application here that the package brings too."""
    apps = [key for kind, key in bodies if kind == "app" and (kind, key) in work.catalog.bodies]
    return {name for key in apps for name in packing.contents(work.registry, work.catalog, key)}


def _standing(work: Work, name: Name, body: Body | None, retired: set[Name], family: set[Name]) -> str:
    live = work.catalog.bodies.get(name)
    if live is None:
        return RETIRED if name in retired else NEW
    if same(live, body):
        return SAME
    return CHANGED if name in family or _was_here(work, name, body) else OTHER


def _was_here(work: Work, name: Name, body: Body | None) -> bool:
    """True where the package brings back a version that was published here once."""
    earlier = store.versions(work.connection, *name)
    return any(one.body is not None and same(one.body, body) for one in earlier)


def chosen(
    work: Work, bodies: Mapping[Name, Body], standing: Mapping[Name, str], choices: Mapping[Name, Choice]
) -> dict[Name, Body]:
    """The change set: without what stays as it is here, with new keys where they were asked for. Raises Problems."""
    decided = {name: choices.get(name, Choice(usual(standing[name]))) for name in bodies}
    keys = {name: one.key for name, one in decided.items() if one.what == RENAMED}
    _refuse_keys(work, bodies, keys)
    taken = renaming.renamed(bodies, keys, lambda name, body: packing.named(work.registry, name, body))
    return {
        (name[0], keys.get(name, name[1])): taken[name[0], keys.get(name, name[1])]
        for name, one in decided.items()
        if one.what == RENAMED or (one.what == THEIRS and standing[name] != RETIRED)
    }


def _refuse_keys(work: Work, bodies: Mapping[Name, Body], keys: Mapping[Name, str]) -> None:
    taken = {*work.catalog.bodies, *store.retired(work.connection), *bodies}
    problems = []
    for name, key in keys.items():
        template = ""
        if not is_key(key) or key in checking.RESERVED_KEYS:
            template = _("“{key}” cannot be a key.")
        elif (name[0], key) in taken:
            template = _("The key “{key}” is taken; choose another one.")
        taken.add((name[0], key))
        if template:
            hint = _("A key begins with a small letter a–z and has only a–z, 0–9 and _, 30 at most.")
            problems.append(
                of_definition(Problem("package.key", template, {"key": key[:60]}, hint=hint), name)
            )
    if problems:
        raise Problems(problems)


def free_key(work: Work, name: Name) -> str:
    """A key that nothing has yet, for `name` under another one."""
    taken = {*work.catalog.bodies, *store.retired(work.connection)}
    tries = (f"{name[1][:26]}_{number}" for number in range(2, 1000))
    return next(key for key in tries if (name[0], key) not in taken)
