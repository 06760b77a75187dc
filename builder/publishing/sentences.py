"""A change of a definition in words that a manager understands: "Level: new option Black"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from builder.catalog import Catalog
from builder.kinds.entity_document import authored, fields_of
from schema_store import strict_json
from schema_store.diff import MISSING, ORDER, Change, changes
from schema_store.documents import Body, Name, head_of
from schema_store.problems import _
from schema_store.sentences import Sentence
from schema_store.texts import Text

MAX_SENTENCES = 60

FIELD = ("properties",)


def named(body: Mapping[str, Any]) -> Text:
    """What people call a definition."""
    head = head_of(body)
    label: Text = head.get("label") or str(head.get("key", ""))
    return label


def describe(name: Name, before: Body | None, after: Body | None, catalog: Catalog | None) -> list[Sentence]:
    """What happens to one definition, a sentence for each thing that changes, at most MAX_SENTENCES.

    `catalog` is the one after the change (None where it cannot be compiled): it knows which lists could show a new field.
    """
    kind, key = name
    if after is None:
        return [Sentence(_("{label} is retired; what it holds is kept."), {"label": named(before or {})})]
    if before is None:
        return [_of_new(kind, after)]
    if kind == "entity":
        before, after = authored(before), authored(after)
    said = [
        sentence
        for change in changes(before, after)
        for sentence in _of_change(kind, key, change, before, after, catalog)
    ]
    return said[:MAX_SENTENCES]


def _of_new(kind: str, body: Body) -> Sentence:
    if kind == "entity":
        return Sentence(
            _("New entity {label} with {count} fields."),
            {"label": named(body), "count": len(fields_of(body))},
        )
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


def _of_change(
    kind: str, key: str, change: Change, before: Body, after: Body, catalog: Catalog | None
) -> Iterator[Sentence]:
    path = change.path
    if kind == "entity" and path[:1] == FIELD and len(path) > 1:
        yield from _of_field(key, change, before, after, catalog)
    elif kind == "entity" and path[:1] == ("required",):
        yield _of_required(change, after)
    elif path[-1:] == (ORDER,):
        yield Sentence(
            _("{label}: the order of {place} changes."), {"label": named(after), "place": _place(path[:-1])}
        )
    else:
        yield _plain(named(after), path[1:] if path[:1] == ("x-tessera",) else path, change)


def _of_field(
    entity: str, change: Change, before: Body, after: Body, catalog: Catalog | None
) -> Iterator[Sentence]:
    path = change.path
    if path[1] == ORDER:
        if _used(change.before, before, after) != _used(change.after, before, after):
            yield Sentence(_("{label}: the fields stand in another order."), {"label": named(after)})
        return
    settings = (after if path[1] in after["properties"] else before)["properties"][path[1]]["x-tessera"]
    label = settings["label"]
    if len(path) == 2:
        yield from _of_whole_field(entity, change, label, settings, catalog)
    elif path[2:] == ("x-tessera", "retired"):
        template = (
            _("{field} is retired: no page shows it any more, its values are kept.")
            if change.after
            else _("{field} is used again.")
        )
        yield Sentence(template, {"field": label})
    elif path[2:4] == ("x-tessera", "options"):
        yield _of_option(change, label)
    elif path[2:4] == ("x-tessera", "label"):
        if len(path) == 4:
            yield Sentence(
                _("{before} is now called {after}."), {"before": change.before, "after": change.after}
            )
        else:
            yield Sentence(
                _("{before} is now called {after}."),
                {"before": _shown(change.before), "after": _shown(change.after)},
            )
    else:
        yield _plain(label, path[3:], change)


def _used(keys: list[str], before: Body, after: Body) -> list[str]:
    """The keys that stay in use: a retired field moves to the end, which is no news."""
    used = fields_of(before).keys() & fields_of(after).keys()
    return [key for key in keys if key in used]


def _of_whole_field(
    entity: str, change: Change, label: Text, settings: Mapping[str, Any], catalog: Catalog | None
) -> Iterator[Sentence]:
    if change.after is MISSING:
        yield Sentence(_("{field} is gone."), {"field": label})
        return
    yield Sentence(_("New field {field} ({type})."), {"field": label, "type": settings["type"]})
    shows = (
        [view for view in catalog.of_kind("view").values() if view.get("entity") == entity] if catalog else []
    )
    if shows:
        yield Sentence(_("{count} views can show {field}."), {"count": len(shows), "field": label})


def _of_option(change: Change, label: Text) -> Sentence:
    rest = change.path[4:]
    if not rest:
        return Sentence(_("{field}: the options change."), {"field": label})
    if rest[-1] == ORDER:
        return Sentence(_("{field}: the options stand in another order."), {"field": label})
    if len(rest) > 1:
        return _plain(label, ("options", *rest), change)
    option = change.before if change.after is MISSING else change.after
    words = option.get("label", rest[0]) if isinstance(option, Mapping) else rest[0]
    if change.after is MISSING:
        return Sentence(_("{field}: the option {option} is taken away."), {"field": label, "option": words})
    return Sentence(_("{field}: new option {option}."), {"field": label, "option": words})


def _of_required(change: Change, after: Body) -> Sentence:
    key = change.path[-1]
    if key == ORDER or len(change.path) == 1:
        return Sentence(_("{label}: other fields are required."), {"label": named(after)})
    settings = after["properties"].get(key, {}).get("x-tessera", {})
    template = (
        _("{field} may now be left empty.") if change.after is MISSING else _("{field} must now be filled.")
    )
    return Sentence(template, {"field": settings.get("label", key)})


def _plain(label: Text, path: tuple[str, ...], change: Change) -> Sentence:
    """Any other change: where, from what, to what."""
    params = {
        "label": label,
        "place": _place(path),
        "before": _shown(change.before),
        "after": _shown(change.after),
    }
    if change.before is MISSING:
        return Sentence(_("{label}: {place} is now {after}."), params)
    if change.after is MISSING:
        return Sentence(_("{label}: {place} no longer says {before}."), params)
    return Sentence(_("{label}: {place} changes from {before} to {after}."), params)


def _place(path: tuple[str, ...]) -> str:
    return " › ".join(path) or "…"


def _shown(value: Any) -> Any:
    if isinstance(value, Mapping) and value and set(value) <= {"en", "zh"}:
        return value
    text = value if isinstance(value, str) else strict_json.write(value) if value is not MISSING else "–"
    return f"“{text}”" if len(text) <= 80 else f"“{text[:79]}…”"
