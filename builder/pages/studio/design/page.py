"""`/studio/<kind>/<key>/design`: a definition without JSON. The whole form posts each time and is drawn anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, abort, request
from flask_babel import gettext as _

from builder.kinds.contract import Kind
from builder.kinds.quick.proposal import key_from
from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, reader, target
from builder.pages.studio import keeping
from builder.pages.studio.definitions import is_designed, kind_of
from builder.pages.studio.design import beside, leaving
from builder.pages.studio.design.drawing import Drawing
from builder.pages.studio.design.state import DRAWABLE, Designing, Seen, begun, checked, posted, size
from builder.pages.studio.design.waiting import beside_drafts
from builder.publishing import sentences
from builder.publishing.checking import shape_of
from builder.work import Work
from schema_store import drafts, store, strict_json
from schema_store.documents import Body, is_key
from schema_store.problems import Problem, Problems
from schema_store.texts import pick

FRAGMENTS = {"design": "studio/design/_design.html", "beside": "studio/design/_beside.html"}
UNSAID = ("shape.required", "shape.minItems", "shape.minLength", "definition.key", "shape.minProperties")
"""What is only missing is not told to somebody who has just begun."""


@web.needs("signed_in", "may:publish")
def show(kind: str, key: str) -> Response:
    """The draft, else what is live; `new` begins with what the shape says a new one has."""
    here, known = beside_drafts(reader()), _designed(kind)
    if key == "new":
        return _page(here, Designing(known, "", begun(here, known, {**_bones(known), **_asked(known)}, {})))
    with web.reading() as work:
        working = keeping.opened(work, kind, key)
    if not isinstance(working.body, dict) or size(working.body) > DRAWABLE:
        return elsewhere(f"/studio/{kind}/{key}/text")
    return _page(here, Designing(known, key, working.body, working.base, working.turn))


@web.needs("signed_in", "may:publish")
def change(kind: str, key: str) -> Response:
    """A button or a change in the form; or keep it, if everything is right."""
    here, known = beside_drafts(reader()), _designed(kind)
    designing = posted(here, known, "" if key == "new" else key, request.form)
    if not {"save", "publish", "anyway", "leave"} & set(request.form):
        return _page(here, designing)
    return _save(here, _keyed(replace(designing, is_tried=True)))


def _designed(kind: str) -> Kind:
    """The kind, or the 404 page where its shape does not say that it can be designed."""
    found = kind_of(kind)
    if not is_designed(found):
        abort(404)
    return found


def _bones(kind: Kind) -> Body:
    known = shape_of(kind).schema.get("properties", {})
    return {key: inner["default"] for key, inner in known.items() if "default" in inner}


def _asked(kind: Kind) -> Body:
    """Names that the address brings for a new one: `?entity=member`."""
    known = shape_of(kind).schema.get("properties", {})
    return {
        key: value
        for key, value in request.args.items()
        if is_key(value) and "x-names" in known.get(key, {}) and "items" not in known[key]
    }


def _keyed(designing: Designing) -> Designing:
    """A new definition without a key gets one of its label; an old one keeps its own."""
    body = designing.body
    if designing.key:
        return replace(designing, body={**body, "key": designing.key})
    if body.get("key") or not body.get("label"):
        return designing
    kind = designing.kind.key
    with web.reading() as work:
        taken = {key for of, key in _taken(work) if of == kind}
    label = body["label"]
    words = pick(label, "en") if isinstance(label, dict | str) else ""
    return replace(designing, body={"key": key_from(words, taken, kind), **body})


def _taken(work: Work) -> set[tuple[str, str]]:
    return {*work.catalog.bodies, *drafts.drafts(work.connection), *store.retired(work.connection)}


def _save(here: Reader, designing: Designing) -> Response:
    """Write it into the draft, if it is right or somebody wants it all the same."""
    seen = checked(here, designing)
    is_unfinished = designing.outside is not None and designing.outside.has_unfinished
    key = designing.key or str(designing.body.get("key", ""))
    may_be_wrong = {"anyway", "leave"} & set(request.form)
    if ((seen.is_wrong or is_unfinished) and not may_be_wrong) or not is_key(key) or key == "new":
        return _page(here, designing, seen, status=422)
    name = (designing.kind.key, key)
    try:
        kept = keeping.keep(here, name, designing.body, base=designing.base, turn=designing.turn)
    except Problems as refused:
        refusal = Seen((*seen.problems, *refused.problems), seen.catalog)
        return _page(here, designing, refusal, status=422)
    return leaving.gone(kept, f"/studio/{designing.kind.key}/{key}/design")


def _page(
    here: Reader,
    designing: Designing,
    seen: Seen | None = None,
    *,
    status: int = 200,
) -> Response:
    seen = seen or checked(here, designing)
    given: dict[str, Any] = {"designing": designing, "action": f"{designing.address}/design"}
    if target() != "design":
        given["panel"] = beside.panel(reader(), designing, seen)
    if target() != "beside":
        given |= _drawn(here, designing, seen) | _around(here, designing)
    given["is_refused"] = status == 422
    return answer("studio/design/design.html", FRAGMENTS, status=status, **given)


def _drawn(here: Reader, designing: Designing, seen: Seen) -> dict[str, Any]:
    drawing = Drawing(here, designing, [one for one in seen.problems if _is_told(designing, one)])
    root = drawing.root()
    errors = [one for one in drawing.loose if one.severity == "error"]
    return {
        "root": root,
        "folded": [one for one in root.children if one.is_more],
        "plain": [one for one in root.children if not one.is_more],
        "loose": beside.loose(errors, here),
        "advice": beside.loose([one for one in drawing.loose if one not in errors], here),
        "marked": drawing.marked,
        "was": strict_json.write(designing.body),
        "may_keep": designing.is_tried and seen.is_wrong and is_key(designing.body.get("key", "")),
        "announced": _SAID[designing.edit.said](),
    }


_SAID = {
    "": lambda: "",
    "added": lambda: _("It was added."),
    "removed": lambda: _("It was taken away."),
    "moved": lambda: _("It was moved."),
    "set": lambda: _("All of them were set."),
    "asked": lambda: _("Say what must hold."),
}


def _is_told(designing: Designing, problem: Problem) -> bool:
    return designing.is_tried or problem.code not in UNSAID


def _around(here: Reader, designing: Designing) -> dict[str, Any]:
    """Title, trail and the ways out of the page."""
    kind, key = designing.kind, designing.key
    live = here.catalog.bodies.get((kind.key, key), designing.body)
    base = f"/studio/{kind.key}/{key}" if key else "/studio"
    label = here.label(sentences.named(live), key) if key else ""
    trail = [("/studio", _("Definitions"))]
    return {
        "title": _("Edit: %(what)s", what=label) if key else _("New: %(what)s", what=here.label(kind.label)),
        "trail": [*trail, (base, label)] if key else trail,
        "cancel_url": base,
        "text_url": f"{base}/text" if key else f"/studio/{kind.key}/new",
    }
