"""A change of an entity's fields in words: new and retired fields, options, names, what must be filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from builder.catalog import Catalog
from builder.kinds.entity_document import fields_of
from builder.publishing import option_sentences, used_words
from builder.publishing.words import named, place, shown, type_name
from schema_store.diff import MISSING, ORDER, Change
from schema_store.documents import Body
from schema_store.problems import _
from schema_store.sentences import Sentence
from schema_store.texts import Text


def of_field(
    change: Change, before: Body, after: Body, catalog: Catalog, earlier: Catalog
) -> Iterator[Sentence]:
    """What a change below `properties` means; the bodies are as an author writes them."""
    key, inside = change.path[1], change.path[3:]  # the step between them is "x-tessera"
    if key == ORDER:
        if _used(change.before, before, after) != _used(change.after, before, after):
            yield Sentence(_("{label}: the fields stand in another order."), {"label": named(after)})
        return
    entity = str(after["x-tessera"]["key"])
    settings = (after if key in after["properties"] else before)["properties"][key]["x-tessera"]
    if len(change.path) == 2 and change.after is MISSING:  # publishing keeps it as a retired one
        yield from _of_retired(change, used_words.of_field(entity, key, earlier), settings["label"])
    elif len(change.path) == 2:
        yield from _of_new(entity, settings, catalog)
    elif inside == ("retired",):
        yield from _of_retired(change, used_words.of_field(entity, key, earlier), settings["label"])
    elif inside[:1] == ("label",):
        yield _of_label(change, before["properties"][key]["x-tessera"]["label"], settings["label"])
    elif inside[:1] == ("options",):
        known = before["properties"][key]["x-tessera"], settings
        field = _with_uses(settings["label"], used_words.of_field(entity, key, catalog))
        yield option_sentences.of_option(change, inside[1:], field, known)
    elif inside[:1] not in (("column",), ("of_type",)):  # what publishing itself writes is no news
        yield _of_setting(change, inside, (entity, settings), catalog)


def _of_retired(change: Change, uses: Text, field: Text) -> Iterator[Sentence]:
    is_gone = change.after is MISSING or bool(change.after)
    yield Sentence(_RETIRED if is_gone else _RESTORED, {"field": field})
    if is_gone and uses:
        yield Sentence(_("{field} was used by {uses}."), {"field": field, "uses": uses})


def _with_uses(field: Text, uses: Text) -> Text | Sentence:
    """The field with what names it, which a change of its options concerns."""
    return Sentence(_("{field} (used by {uses})"), {"field": field, "uses": uses}) if uses else field


_RETIRED = _("{field} is retired: no page shows it any more, its values are kept.")
_RESTORED = _("{field} is used again.")


def of_required(change: Change, after: Body) -> Sentence:
    """What a change of `required` means: the path ends with the field's key."""
    key = change.path[-1]
    if key == ORDER or len(change.path) == 1:
        return Sentence(_("{label}: other fields are required."), {"label": named(after)})
    settings = after["properties"].get(key, {}).get("x-tessera", {})
    template = (
        _("{field} may now be left empty.") if change.after is MISSING else _("{field} must now be filled.")
    )
    return Sentence(template, {"field": settings.get("label", key)})


def _used(keys: list[str], before: Body, after: Body) -> list[str]:
    """The keys that stay in use: a retired field moves to the end, which is no news."""
    used = fields_of(before).keys() & fields_of(after).keys()
    return [key for key in keys if key in used]


def _of_new(entity: str, settings: Mapping[str, Any], catalog: Catalog) -> Iterator[Sentence]:
    params = {"field": settings["label"], "type": type_name(settings["type"], catalog)}
    yield Sentence(_("New field {field} ({type})."), params)
    able = [view for view in catalog.of_kind("view").values() if view.get("entity") == entity]
    if able:
        template = _("{count} views can show {field}.")
        yield Sentence(template, {"count": len(able), "field": settings["label"]})


def _of_label(change: Change, before: Text, after: Text) -> Sentence:
    if len(change.path) > 4:  # one language only
        before, after = shown(change.before), shown(change.after)
    return Sentence(_("{before} is now called {after}."), {"before": before, "after": after})


def _of_setting(
    change: Change, inside: tuple[str, ...], field: tuple[str, Mapping[str, Any]], catalog: Catalog
) -> Sentence:
    """A setting of a field's type: its place and what it says, as the type calls them."""
    settings = field[1]
    known = catalog.registry.field_types.get(settings["type"])
    schema = known.settings.get(inside[0], {}) if known else {}
    title = {"en": schema.get("title", ""), "zh": schema.get("x-zh-title", "")}
    before, after = (
        _chosen(one, schema, field, catalog) if len(inside) == 1 else shown(one)
        for one in (change.before, change.after)
    )
    params = {
        "field": settings["label"],
        "place": title if all(title.values()) and len(inside) == 1 else place(inside[:1]),
        "before": before,
        "after": after,
    }
    if not before or not after or len(inside) > 1:
        return Sentence(_("{field}: {place} changes."), params)
    if change.before is MISSING:
        return Sentence(_("{field}: {place} is now {after}."), params)
    return Sentence(_("{field}: {place} changes from {before} to {after}."), params)


def _chosen(
    value: Any, schema: Mapping[str, Any], field: tuple[str, Mapping[str, Any]], catalog: Catalog
) -> Text:
    """A value in the words of what may be chosen: entities, relations and fields by their labels."""
    if not isinstance(value, str):
        return shown(value)
    words = schema.get("x-options", {}).get(value) or _names(schema.get("x-names", {}), field, catalog).get(
        value
    )
    return shown(words or value)


def _names(
    wanted: Mapping[str, Any], field: tuple[str, Mapping[str, Any]], catalog: Catalog
) -> dict[str, Text]:
    """What may be chosen where a type's settings say `x-names`: `{key: words}`."""
    entity, settings = field
    if wanted.get("kind") == "entity":
        return {key: one.label_plural for key, one in catalog.entities.items()}
    own = catalog.entities.get(entity)
    relations = own.relations if own else {}
    if wanted.get("only") == "relation":
        return {key: one.label for key, one in relations.items()}
    through = relations.get(settings.get("relation", ""))
    child = catalog.entities.get(through.entity) if through else None
    return {key: one.label for key, one in child.facts.items()} if child else {}
