"""Which column of a file goes into which field, and what is wrong with how an import was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from builder.access.policy import Policy
from builder.catalog import Entity
from builder.fields.contract import BadValue, Field
from builder.records import sheets
from schema_store.problems import Problem, Problems, _, pointer
from schema_store.texts import pick


@dataclass(frozen=True)
class Options:
    """How a file is imported. `mapping`: `{column: field key}` (columns named as a field or its label map themselves).

    `key`: the field that finds existing records; `mode`: insert, update or upsert (None: upsert with a key, else
    insert). `tag` is given to every row's record. `errors`: where bad rows go. `rehearse`: count, write nothing.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    mode: str | None = None
    encoding: str | None = None
    tag: str | None = None
    errors: Path | None = None
    rehearse: bool = False


def mapped(entity: Entity, sheet: sheets.Sheet, options: Options, policy: Policy) -> list[tuple[str, Field]]:
    """`(column, field)` of the columns that are imported. Raises Problems for options that do not fit the file."""
    policy.require("import")
    problems = list(_wrong_options(entity, sheet, options))
    by_name = _named(entity)
    found: list[tuple[str, Field]] = []
    writable = policy.writable(entity)
    for column in sheet.columns:
        key = options.mapping.get(column)
        if key is None:
            named = by_name.get(column.casefold())
            # What was said counts more than a name.
            key = None if named in options.mapping.values() else named
        if key is None or key not in entity.fields:
            continue
        one = entity.fields[key]
        if one.is_computed or (key not in writable):
            if column in options.mapping:
                problems.append(
                    Problem(
                        "field.readonly",
                        _("“{field}” cannot be written."),
                        {"field": key},
                        pointer("map", column),
                    )
                )
            continue
        if any(other is one for _column, other in found):
            problems.append(
                Problem(
                    "map.twice",
                    _("Two columns are mapped to “{field}”."),
                    {"field": key},
                    pointer("map", column),
                )
            )
            continue
        found.append((column, one))
    keys = {one.key for _column, one in found}
    if options.key and options.key in entity.fields and options.key not in keys:
        problems.append(
            Problem(
                "map.key",
                _("No column holds the key “{field}”."),
                {"field": options.key},
                pointer("key"),
                hint=_("Map one with --map COLUMN={field}."),
            )
        )
    if not found and not problems:
        problems.append(
            Problem(
                "map.none",
                _("No column of the file is a field of “{entity}”."),
                {"entity": entity.key},
                hint=_("Map them with --map COLUMN=field."),
            )
        )
    if problems:
        raise Problems(problems)
    return found


def _wrong_options(entity: Entity, sheet: sheets.Sheet, options: Options) -> Iterator[Problem]:
    for column, key in options.mapping.items():
        if column not in sheet.columns:
            yield Problem(
                "map.column",
                _("The file has no column “{column}”."),
                {"column": column},
                pointer("map", column),
            )
        if key not in entity.fields:
            yield Problem(
                "field.unknown", _("There is no field “{field}”."), {"field": key}, pointer("map", column)
            )
    if options.key and options.key not in entity.fields:
        yield Problem(
            "field.unknown", _("There is no field “{field}”."), {"field": options.key}, pointer("key")
        )
    elif options.key and not entity.fields[options.key].unique:
        yield Problem(
            "key.unique",
            _("“{field}” is not unique, so it cannot find existing records."),
            {"field": options.key},
            pointer("key"),
        )
    if options.mode not in (None, "insert", "update", "upsert"):
        yield Problem(
            "mode",
            _("“{mode}” is not a mode; write insert, update or upsert."),
            {"mode": options.mode},
            pointer("mode"),
        )
    if options.mode in ("update", "upsert") and not options.key:
        yield Problem("mode.key", _("To update records, say which field is the key."), {}, pointer("key"))
    if options.tag and tags_field(entity) is None:
        yield Problem("tag.none", _("“{entity}” has no tags."), {"entity": entity.key}, pointer("tag"))


def _named(entity: Entity) -> dict[str, str]:
    """`{name in lower case: field key}`: keys and labels in every language."""
    names: dict[str, str] = {}
    for one in entity.fields.values():
        for language in ("en", "zh"):
            names.setdefault(pick(one.label, language).casefold(), one.key)
    return names | {key: key for key in entity.fields}


def tags_field(entity: Entity) -> Field | None:
    return next((one for one in entity.fields.values() if one.storage == "tags"), None)


def tag_of(entity: Entity, text: str | None) -> str | None:
    """The tag of every row as it is stored. Raises Problems for what is not one tag."""
    one = tags_field(entity)
    if not text or one is None:
        return None
    try:
        tags = one.type.from_json([text], one.settings)
    except BadValue as bad:
        raise Problems(bad.problem.at(pointer("tag"))) from None
    return next(iter(tags), None) if tags else None
