"""Fields as people call them, by their labels in either language, and as documents do, by their keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from builder.rules.names import Fact, Names, Relation
from builder.rules.notation.table import folded
from builder.rules.notation.tokens import mistake
from schema_store.problems import Problem, _
from schema_store.texts import Text, pick

Own = Mapping[str, Fact | Relation]
_APART = "[]［］【】\n\r"


class NotFound(Exception):
    """No field is called so, or several are; `problem` says which."""

    def __init__(self, problem: Problem):
        super().__init__(problem.code)
        self.problem = problem


def own(names: Names, entity: str) -> Own:
    """All that an entity's rules can name: its facts, its lists of child records."""
    return {**names.relations(entity), **names.facts(entity)}


def path_of(
    steps: Sequence[str], names: Names, entity: str, span: tuple[int, int], records: bool | None = False
) -> str:
    """The path that these names lead along; `records` as in `_called`, for its end. Raises NotFound."""
    if len(steps) == 1 and steps[0].startswith("$"):
        return steps[0]
    if len(steps) == 1 and "." in steps[0] and not _called(steps[0], own(names, entity), records):
        steps = steps[0].split(".")
    keys: list[str] = []
    for at, step in enumerate(steps):
        is_last = at == len(steps) - 1
        key = _key(step, names, entity, span, records if is_last else False)
        keys.append(key)
        if not is_last:
            entity = _beyond(key, step, names, entity, span)
    return ".".join(keys)


def _key(step: str, names: Names, entity: str, span: tuple[int, int], records: bool | None) -> str:
    known = own(names, entity)
    found = _called(step, known, records)
    if len(found) == 1:
        return found[0]
    shown = {"field": step[:60], "entity": pick(names.label(entity), "en", entity)}
    if found:
        hint = _("Write its key instead: {keys}.")
        keys = ", ".join(f"[{key}]" for key in found[:5])
        template = _("Several fields are called “{field}”.")
        raise NotFound(mistake("field.ambiguous", template, *span, hint, **shown, keys=keys))
    close = get_close_matches(
        step, [word for key, one in known.items() for word in (key, *words(one.label))], 1, 0.5
    )
    hint, near = (_("Did you mean “{near}”?"), close[0]) if close else ("", "")
    raise NotFound(
        mistake("field.unknown", _("“{entity}” has no field “{field}”."), *span, hint, **shown, near=near)
    )


def _called(step: str, known: Own, records: bool | None) -> list[str]:
    """The keys of what is called so: by key, by label, by label as it is heard.

    A field and a list of records may have one label: `records` says which of both is meant, None that either may be.
    """
    if step in known:
        return [step]
    exact = [key for key, one in known.items() if step in words(one.label)]
    found = exact or [key for key, one in known.items() if folded(step) in map(folded, words(one.label))]
    meant = [key for key in found if isinstance(known[key], Relation) is records]
    return meant if len(meant) == 1 and records is not None else found


def _beyond(key: str, step: str, names: Names, entity: str, span: tuple[int, int]) -> str:
    fact = names.facts(entity).get(key)
    if fact is not None and fact.type.name == "ref":
        return fact.type.entity
    hint, template = "", _("“{field}” is no reference, so no field stands behind it.")
    if _called(step, names.relations(entity), None):
        hint = _("Of many records one asks with a function: SUM([Orders], [Amount]).")
    raise NotFound(mistake("field.reference", template, *span, hint, field=step[:60]))


def words(label: Text) -> Iterator[str]:
    yield from ([label] if isinstance(label, str) else label.values())


def said(path: str, names: Names, entity: str, language: str, records: bool | None = False) -> str:
    """A path as it is written: by labels where they are clear, else by keys; `records` as in `_called`."""
    if path.startswith("$"):
        return path
    steps: list[str] = []
    keys = path.split(".")
    for at, key in enumerate(keys):
        known = own(names, entity)
        is_last = at == len(keys) - 1
        steps.append(f"[{_clear(key, known, language, records if is_last else False)}]")
        fact = names.facts(entity).get(key)
        if not is_last:
            if fact is None or fact.type.name != "ref":
                return f"[{path}]"
            entity = fact.type.entity
    return ".".join(steps)


def _clear(key: str, known: Own, language: str, records: bool | None) -> str:
    label = pick(known[key].label, language) if key in known else ""
    is_plain = label == " ".join(label.split()) and not label.startswith("$")
    if (
        label
        and is_plain
        and not any(char in label for char in _APART)
        and _called(label, known, records) == [key]
    ):
        return label
    return key
