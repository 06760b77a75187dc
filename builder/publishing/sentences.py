"""A change of a definition in words that a manager understands: "Level: new option Black"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from builder.catalog import Catalog
from builder.kinds.design.named import parts_of
from builder.kinds.design.plan import Node, plan
from builder.kinds.entity_document import fields_of
from builder.publishing import used_words
from builder.publishing.checking import shape_of
from builder.publishing.field_sentences import of_field, of_required
from builder.publishing.node_sentences import of_design
from builder.publishing.node_words import Words
from builder.publishing.words import is_designed, kind_name, named, place, rules_of, shown
from schema_store.diff import MISSING, ORDER, Change, changes
from schema_store.documents import Body, Name, authored
from schema_store.problems import _
from schema_store.sentences import Sentence
from schema_store.texts import Text

MAX_SENTENCES = 60
SAID_BY_TABLES = ("x-tessera", "indexes")
"""What the table changes of a plan say better."""


def describe(
    name: Name, before: Body | None, after: Body | None, catalog: Catalog, *, earlier: Catalog | None = None
) -> list[Sentence]:
    """What happens to a definition that was `before` (None: not there) and becomes `after` (None: it is retired).

    At most MAX_SENTENCES sentences. `catalog` knows the names that `after` uses, `earlier` those that `before`
    used (None: the same).
    """
    if after is None:
        return _of_retired(name, before or {}, earlier or catalog)
    if before is None:
        return [_of_new(name[0], after, catalog)]
    if is_designed(name[0], catalog.registry):
        known = ((before, earlier or catalog), (after, catalog))
        sides = [_side(name[0], body, names) for body, names in known]
        return list(islice(of_design(named(after), *sides), MAX_SENTENCES))
    old, new = rules_of(name[0], before, earlier or catalog), rules_of(name[0], after, catalog)
    said = [*_of_rules(old, new, named(after))]
    for change in _changes(before, after):
        if not any((change.pointer + "/").startswith(rule + "/") for rule in (*old, *new)):
            said += _of_change(name, change, (before, after), (earlier or catalog, catalog))
    return said[:MAX_SENTENCES]


def _of_retired(name: Name, body: Body, earlier: Catalog) -> list[Sentence]:
    said = [Sentence(_("{label} is retired; what it holds is kept."), {"label": named(body)})]
    uses = used_words.of_definition(name, earlier)
    if uses:
        said.append(Sentence(_("{label} was used by {uses}."), {"label": named(body), "uses": uses}))
    return said


def _changes(before: Body, after: Body) -> list[Change]:
    found = changes(authored(before), authored(after))
    return [one for one in found if one.path[:2] != SAID_BY_TABLES]


def _of_new(kind: str, body: Body, catalog: Catalog) -> Sentence:
    if kind == "entity":
        template = _("New entity {label} with {count} fields.")
        return Sentence(template, {"label": named(body), "count": len(fields_of(body))})
    return Sentence(
        _("New {kind}: {label}."), {"kind": kind_name(kind, catalog.registry), "label": named(body)}
    )


def _side(kind: str, body: Body, catalog: Catalog) -> tuple[Node, Words]:
    """One version as a tree of nodes with its words."""
    schema = shape_of(catalog.registry.kinds[kind]).schema
    tree = plan(schema, authored(body), parts_of(catalog.registry))
    return tree, Words(kind, body, catalog)


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


def _of_change(
    name: Name, change: Change, bodies: tuple[Body, Body], catalogs: tuple[Catalog, Catalog]
) -> Iterator[Sentence]:
    path, (before, after), (earlier, catalog) = change.path, bodies, catalogs
    if name[0] == "entity" and path[:1] == ("properties",) and len(path) > 1:
        yield from of_field(change, before, after, catalog, earlier)
    elif name[0] == "entity" and path[:1] == ("required",):
        yield of_required(change, after)
    elif path[-1:] == (ORDER,):
        params = {"label": named(after), "place": place(path[:-1])}
        yield Sentence(_("{label}: the order of {place} changes."), params)
    else:
        yield plain(named(after), path[1:] if path[:1] == ("x-tessera",) else path, change)


def plain(label: Text, path: tuple[str, ...], change: Change) -> Sentence:
    """Any other change: where, from what, to what."""
    before, after = shown(change.before), shown(change.after)
    params = {"label": label, "place": place(path), "before": before, "after": after}
    if not before or not after:
        return Sentence(_("{label}: {place} changes."), params)
    if change.before is MISSING:
        return Sentence(_("{label}: {place} is now {after}."), params)
    if change.after is MISSING:
        return Sentence(_("{label}: {place} no longer says {before}."), params)
    return Sentence(_("{label}: {place} changes from {before} to {after}."), params)
