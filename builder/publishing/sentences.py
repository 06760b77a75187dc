"""A change of a definition in words that a manager understands: "Level: new option Black"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from builder.catalog import Catalog
from builder.kinds.entity_document import fields_of
from builder.publishing.field_sentences import of_field, of_required
from builder.publishing.words import named, place, rules_of, shown
from schema_store.diff import MISSING, ORDER, Change, changes
from schema_store.documents import Body, Name, authored
from schema_store.problems import _
from schema_store.sentences import Sentence
from schema_store.texts import Text

MAX_SENTENCES = 60


def describe(
    name: Name, before: Body | None, after: Body | None, catalog: Catalog, *, earlier: Catalog | None = None
) -> list[Sentence]:
    """What happens to a definition that was `before` (None: not there) and becomes `after` (None: it is retired).

    At most MAX_SENTENCES sentences. `catalog` knows the names that `after` uses, `earlier` those that `before`
    used (None: the same).
    """
    if after is None:
        return [Sentence(_("{label} is retired; what it holds is kept."), {"label": named(before or {})})]
    if before is None:
        return [_of_new(name[0], after)]
    old, new = rules_of(name[0], before, earlier or catalog), rules_of(name[0], after, catalog)
    said = [*_of_rules(old, new, named(after))]
    for change in _changes(before, after):
        if not any((change.pointer + "/").startswith(rule + "/") for rule in (*old, *new)):
            said += _of_change(name, change, before, after, catalog)
    return said[:MAX_SENTENCES]


def _changes(before: Body, after: Body) -> list[Change]:
    return changes(authored(before), authored(after))


def _of_new(kind: str, body: Body) -> Sentence:
    if kind == "entity":
        template = _("New entity {label} with {count} fields.")
        return Sentence(template, {"label": named(body), "count": len(fields_of(body))})
    return Sentence(
        _("New {kind}: {label}."), {"kind": Sentence(KIND_NAMES.get(kind, kind)), "label": named(body)}
    )


KIND_NAMES = {
    "form": _("form"),
    "view": _("view"),
    "role": _("role"),
    "app": _("application"),
    "workflow": _("workflow"),
    "page": _("record page"),
}


def _of_rules(old: Mapping[str, Text], new: Mapping[str, Text], label: Text) -> Iterator[Sentence]:
    """Rules that read otherwise than before: the whole of each, in words."""
    for pointer in sorted(old.keys() | new.keys()):
        if old.get(pointer) == new.get(pointer):
            continue
        path = tuple(pointer.split("/"))[1:]
        params = {"label": label, "place": place(path), "before": old.get(pointer), "after": new.get(pointer)}
        if pointer not in old:
            yield Sentence(_("{label}: {place} is now: {after}."), params)
        elif pointer not in new:
            yield Sentence(_("{label}: {place} no longer says: {before}."), params)
        else:
            yield Sentence(_("{label}: {place} was: {before}; it is now: {after}."), params)


def _of_change(name: Name, change: Change, before: Body, after: Body, catalog: Catalog) -> Iterator[Sentence]:
    path = change.path
    if name[0] == "entity" and path[:1] == ("properties",) and len(path) > 1:
        yield from of_field(change, before, after, catalog)
    elif name[0] == "entity" and path[:1] == ("required",):
        yield of_required(change, after)
    elif path[-1:] == (ORDER,):
        params = {"label": named(after), "place": place(path[:-1])}
        yield Sentence(_("{label}: the order of {place} changes."), params)
    else:
        yield plain(named(after), path[1:] if path[:1] == ("x-tessera",) else path, change)


def plain(label: Text, path: tuple[str, ...], change: Change) -> Sentence:
    """Any other change: where, from what, to what."""
    params = {
        "label": label,
        "place": place(path),
        "before": shown(change.before),
        "after": shown(change.after),
    }
    if change.before is MISSING:
        return Sentence(_("{label}: {place} is now {after}."), params)
    if change.after is MISSING:
        return Sentence(_("{label}: {place} no longer says {before}."), params)
    return Sentence(_("{label}: {place} changes from {before} to {after}."), params)
