"""What a condition's parts are called: fields by the way to them, groups by how they join, parts by their number."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from builder.pages.reader import Reader
from builder.pages.studio.condition import values
from builder.rules.compose.patterns import EITHER
from builder.rules.telling.explain import GROUPS, NOT_GROUPS
from schema_store.texts import pick

Options = Sequence[tuple[str, str]]


def numbered(place: str) -> str:
    """ "2.1" of "1.0": as people count."""
    return ".".join(str(int(one) + 1) for one in place.split(".")) if place else ""


def group_words(language: str) -> Options:
    """How a group joins, as its select offers it."""
    pairs = [(op, words) for op, words in GROUPS.items()]
    pairs += [(f"not {op}", words) for op, words in NOT_GROUPS.items()]
    return [(op, pick(words, language)) for op, words in pairs]


def field_groups(here: Reader, entity: str, path: str) -> list[tuple[str, Options]]:
    """The fields that a row can ask about: the record's own, then those behind each of its references."""
    groups = [(here.label(here.catalog.entity(entity).label, entity), _fields(here, entity, ""))]
    for key, fact in here.catalog.facts(entity).items():
        if fact.type.name == "ref" and key != "id" and fact.type.entity in here.catalog.entities:
            groups.append((here.label(fact.label, key), _fields(here, entity, key)))
    known = {one for _label, options in groups for one, _words in options}
    if path and path not in known:
        groups.append((_("Others"), [(path, _path_words(here, entity, path))]))
    return [(label, options) for label, options in groups if options]


def _fields(here: Reader, entity: str, ref: str) -> Options:
    def find() -> Options:
        owner = here.catalog.facts(entity)[ref].type.entity if ref else entity
        paths = [f"{ref}.{key}" if ref else key for key in here.catalog.facts(owner)]
        return [
            (path, _path_words(here, entity, path)) for path in paths if values.forms_of(here, entity, path)
        ]

    return here.catalog.cached(("condition.fields", entity, ref, here.language), find)


def _path_words(here: Reader, entity: str, path: str) -> str:
    """The labels on the way: "Store’s Region"; "Last order on (or Joined on if that is empty)"."""
    first, either, rest = path.partition(EITHER)
    if either:
        other = _path_words(here, entity, rest)
        return _(
            "%(field)s (or %(other)s if that is empty)", field=_path_words(here, entity, first), other=other
        )
    labels, at = [], entity
    for key in path.split("."):
        fact = here.catalog.facts(at).get(key) if at else None
        labels.append(here.label(fact.label, key) if fact else key)
        at = fact.type.entity if fact and fact.type.name == "ref" else ""
    return ("的" if here.language.startswith("zh") else "’s ").join(labels)
