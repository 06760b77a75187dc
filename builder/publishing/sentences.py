"""A change of a definition in words that a manager understands: "Level: new option Black"."""

from __future__ import annotations

from collections.abc import Iterator

from builder.kinds.entity_document import authored, fields_of
from builder.publishing.field_sentences import of_field, of_required
from builder.publishing.words import Words, named, place, shown
from schema_store.diff import MISSING, ORDER, Change, changes
from schema_store.documents import Body, Name
from schema_store.problems import _
from schema_store.sentences import Sentence
from schema_store.texts import Text

MAX_SENTENCES = 60


def describe(words: Words, name: Name, after: Body | None) -> list[Sentence]:
    """What happens to a definition that becomes `after` (None: it is retired), at most MAX_SENTENCES sentences."""
    before = words.before.bodies.get(name)
    if after is None:
        return [Sentence(_("{label} is retired; what it holds is kept."), {"label": named(before or {})})]
    if before is None:
        return [_of_new(name[0], after)]
    said = [*_of_rules(words, name, before, after), *_of_the_rest(words, name, before, after)]
    return said[:MAX_SENTENCES]


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
}


def _of_rules(words: Words, name: Name, before: Body, after: Body) -> Iterator[Sentence]:
    """Rules that read otherwise than before: the whole of each, in words."""
    old, new = words.rules(name, before, words.before), words.rules(name, after, words.after)
    for pointer in sorted(old.keys() | new.keys()):
        if old.get(pointer) == new.get(pointer):
            continue
        path = tuple(pointer.split("/"))[1:]
        params = {
            "label": named(after),
            "place": place(path),
            "before": old.get(pointer),
            "after": new.get(pointer),
        }
        if pointer not in old:
            yield Sentence(_("{label}: {place} is now: {after}."), params)
        elif pointer not in new:
            yield Sentence(_("{label}: {place} no longer says: {before}."), params)
        else:
            yield Sentence(_("{label}: {place} was: {before}; it is now: {after}."), params)


def _of_the_rest(words: Words, name: Name, before: Body, after: Body) -> Iterator[Sentence]:
    rules = {*words.rules(name, before, words.before), *words.rules(name, after, words.after)}
    if name[0] == "entity":
        before, after = authored(before), authored(after)
    for change in changes(before, after):
        if not any((change.pointer + "/").startswith(rule + "/") for rule in rules):
            yield from _of_change(words, name, change, before, after)


def _of_change(words: Words, name: Name, change: Change, before: Body, after: Body) -> Iterator[Sentence]:
    path = change.path
    if name[0] == "entity" and path[:1] == ("properties",) and len(path) > 1:
        yield from of_field(words, name[1], change, before, after)
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
