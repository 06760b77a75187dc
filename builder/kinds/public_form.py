"""Kind public form: a page that anybody may open, whose answers become records of one entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.compiled import Entity
from builder.kinds.contract import Kind, Reference
from builder.kinds.form_parts import placed
from builder.kinds.names import unknown
from builder.kinds.public_form_fields import FITS
from builder.registry import Registry
from schema_store.problems import Problem, Problems, _, pointer
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog

Body = Mapping[str, Any]

USUAL: Body = {"enabled": False, "on_known": "refuse"}
"""What a public form does where its author does not say."""
DRAWN_LENGTH = 8
"""Characters that a drawn number has behind its prefix."""


class PublicFormKind(Kind):
    key = "public_form"
    label: ClassVar[Text] = {"en": "Public form", "zh": "公开表单"}
    label_plural: ClassVar[Text] = {"en": "Public forms", "zh": "公开表单"}
    order = 25

    def complete(self, body: dict[str, Any], registry: Registry) -> dict[str, Any]:
        """With `enabled` and `on_known` written out."""
        return {**body, **{key: body.get(key, usual) for key, usual in USUAL.items()}}

    def check(self, body: Body, catalog: Catalog, registry: Registry) -> list[Problem]:
        """All it names exists and may be written this way, each field once; and with it a record can be made."""
        entity = catalog.entities.get(body["entity"])
        if entity is None:
            return [unknown(_("“{name}” is not an entity."), body["entity"], catalog.entities, "/entity")]
        return [
            *_of_names(body, entity),
            *_of_places(body),
            *_of_subsets(body, entity),
            *_of_constants(body, entity),
            *_of_tags(body, entity),
            *_of_number(body, entity),
            *_of_consent(body),
            *_of_dates(body),
            *_of_required(body, entity),
        ]

    def needs(self, body: Body) -> list[Reference]:
        fields = [("field", f"{body['entity']}.{key}", place) for key, place, _sort in named(body)]
        return [("entity", body["entity"], "/entity"), *fields]


def asked(body: Body) -> list[str]:
    """The fields that visitors fill in, in their order."""
    return [one.key for one in placed(body)]


def written(body: Body) -> list[str]:
    """Every field that an answer may write."""
    return list(dict.fromkeys(key for key, _place, sort in named(body) if sort != "mentioned"))


def named(body: Body) -> Iterator[tuple[str, str, str]]:
    """`(field, pointer, how it is used)` of all fields that a public form names."""
    for one in placed(body):
        yield one.key, one.pointer, "asked"
    for what in ("required", "prefill", "known_by"):
        for step, key in enumerate(body.get(what, ())):
            yield key, pointer(what, step), "mentioned"
    for key in body.get("set", {}):
        yield key, pointer("set", key), "constant"
    for step, key in enumerate(body.get("dated", ())):
        yield key, pointer("dated", step), "dated"
    for step, one in enumerate(body.get("tags", ())):
        yield one["field"], pointer("tags", step, "field"), "tags"
    for what, sort in (("number", "number"), ("consent", "consent")):
        if "field" in body.get(what, {}):
            yield body[what]["field"], pointer(what, "field"), sort


def _of_names(body: Body, entity: Entity) -> Iterator[Problem]:
    """Every field exists and is of a sort that can be written where it stands."""
    for key, place, sort in named(body):
        if key not in entity.fields:
            yield unknown(_("The field “{name}” does not exist."), key, entity.fields, place)
        elif sort in FITS and not FITS[sort].holds(entity.fields[key]):
            yield Problem(f"public_form.{sort}", FITS[sort].words, {"field": key}, place)


def _of_places(body: Body) -> Iterator[Problem]:
    """A field is written once: by the visitor, or by the form in one way. Tags may share theirs."""
    seen = set()
    for key, place, sort in named(body):
        if sort in ("mentioned", "tags"):
            continue
        if key in seen:
            yield Problem(
                "form.twice", _("The field “{key}” stands twice in this form."), {"key": key}, place
            )
        seen.add(key)


def _of_subsets(body: Body, entity: Entity) -> Iterator[Problem]:
    """What must be filled in, comes from the address or tells people apart is a field that visitors see."""
    known = asked(body)
    for what in ("required", "prefill", "known_by"):
        for step, key in enumerate(body.get(what, ())):
            if key in entity.fields and key not in known:
                template = _("Visitors are not asked for “{field}”: put it into a section first.")
                yield Problem("public_form.not_asked", template, {"field": key}, pointer(what, step))
    for step, key in enumerate(body.get("known_by", ())):
        one = entity.fields.get(key)
        if one is not None and not (one.unique or one.indexed):
            template = _("“{field}” is not indexed: with many records, looking for it is slow.")
            place = pointer("known_by", step)
            yield Problem("public_form.index", template, {"field": key}, place, severity="warning")


def _of_constants(body: Body, entity: Entity) -> Iterator[Problem]:
    for key, value in body.get("set", {}).items():
        one = entity.fields.get(key)
        if one is None or one.is_computed:
            continue
        try:
            is_empty = one.type.from_json(value, one.settings) is None
        except Problems as wrong:
            yield from (problem.at(pointer("set", key)) for problem in wrong.problems)
            continue
        if is_empty:
            yield Problem(
                "field.required", _("“{field}” needs a value."), {"field": key}, pointer("set", key)
            )


def _of_tags(body: Body, entity: Entity) -> Iterator[Problem]:
    for step, one in enumerate(body.get("tags", ())):
        field, place = entity.fields.get(one["field"]), pointer("tags", step, "tag")
        if field is None or field.storage != "tags":
            continue
        try:
            read = field.type.from_json([one["tag"]], field.settings)
        except Problems as wrong:
            yield from (problem.at(place) for problem in wrong.problems)
            continue
        if read != frozenset([one["tag"]]):
            hint = _("A tag is one word or phrase without ; or 、 and without space around it.")
            yield Problem("tag.text", _("“{tag}” cannot be a tag."), {"tag": one["tag"]}, place, hint)


def _of_number(body: Body, entity: Entity) -> Iterator[Problem]:
    number = body.get("number", {})
    if number and "field" not in number:
        yield Problem("shape.required", _("“{key}” is missing."), {"key": "field"}, "/number")
    one = entity.fields.get(number.get("field", ""))
    length = len(number.get("prefix", "")) + DRAWN_LENGTH
    limit = one.settings.get("max_length", length) if one else length
    if length > limit:
        template = _("With this prefix a number has {length} characters; “{field}” takes {limit}.")
        params = {"length": length, "limit": limit, "field": number["field"]}
        yield Problem("public_form.length", template, params, "/number/prefix")


def _of_consent(body: Body) -> Iterator[Problem]:
    consent = body.get("consent", {})
    if consent and not consent.get("text"):
        yield Problem("shape.required", _("“{key}” is missing."), {"key": "text"}, "/consent")


def _of_dates(body: Body) -> Iterator[Problem]:
    if "opens" in body and "closes" in body and _day(body["closes"]) < _day(body["opens"]):
        yield Problem("public_form.days", _("The last day lies before the first one."), {}, "/closes")


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _of_required(body: Body, entity: Entity) -> Iterator[Problem]:
    """What every record must have comes from somewhere: without it no answer could ever be kept."""
    there = set(written(body))
    if not body.get("consent", {}).get("required", True):
        there.discard(body["consent"].get("field"))
    missing = [
        key
        for key, one in entity.fields.items()
        if one.required and not one.is_computed and one.default is None and key not in there
    ]
    if missing:
        template = _("This form leaves out required fields: {fields}. No answer can become a record.")
        hint = _("Ask for them, let the form write them, or let it draw a number.")
        params = {"fields": ", ".join(missing)}
        yield Problem("public_form.required", template, params, "/sections", hint)
