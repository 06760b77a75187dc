"""A change of an entity's fields in words: new and retired fields, options, names, what must be filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from builder.catalog import Catalog
from builder.kinds.entity_document import fields_of
from builder.publishing.words import named, place, shown, type_name
from schema_store.diff import MISSING, ORDER, Change
from schema_store.documents import Body
from schema_store.problems import _
from schema_store.sentences import Sentence
from schema_store.texts import Text


def of_field(change: Change, before: Body, after: Body, catalog: Catalog) -> Iterator[Sentence]:
    """What a change below `properties` means; the bodies are as an author writes them."""
    key, inside = change.path[1], change.path[3:]  # the step between them is "x-tessera"
    if key == ORDER:
        if _used(change.before, before, after) != _used(change.after, before, after):
            yield Sentence(_("{label}: the fields stand in another order."), {"label": named(after)})
        return
    settings = (after if key in after["properties"] else before)["properties"][key]["x-tessera"]
    if len(change.path) == 2:
        yield from _of_new(str(after["x-tessera"]["key"]), settings, catalog)
    elif inside == ("retired",):
        yield Sentence(_RETIRED if change.after else _RESTORED, {"field": settings["label"]})
    elif inside[:1] == ("label",):
        yield _of_label(change, before["properties"][key]["x-tessera"]["label"], settings["label"])
    elif inside[:1] == ("options",):
        yield _of_option(change, inside[1:], settings["label"])
    elif inside[:1] not in (("column",), ("of_type",)):  # what publishing itself writes is no news
        yield _of_setting(change, inside, settings["label"])


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


def _of_option(change: Change, inside: Sequence[str], label: Text) -> Sentence:
    if not inside:
        return Sentence(_("{field}: the options change."), {"field": label})
    if inside[-1] == ORDER:
        return Sentence(_("{field}: the options stand in another order."), {"field": label})
    if len(inside) > 1:
        return _of_setting(change, ("options", *inside), label)
    option = change.before if change.after is MISSING else change.after
    words = option.get("label", inside[0]) if isinstance(option, Mapping) else inside[0]
    if change.after is MISSING:
        return Sentence(_("{field}: the option {option} is taken away."), {"field": label, "option": words})
    return Sentence(_("{field}: new option {option}."), {"field": label, "option": words})


def _of_setting(change: Change, inside: tuple[str, ...], label: Text) -> Sentence:
    params = {
        "field": label,
        "place": place(inside),
        "before": shown(change.before),
        "after": shown(change.after),
    }
    if change.before is MISSING:
        return Sentence(_("{field}: {place} is now {after}."), params)
    return Sentence(_("{field}: {place} changes from {before} to {after}."), params)
