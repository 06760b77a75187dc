"""Edit as text: the document of a definition as JSON, its errors pinned to their places, kept as a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, flash, request
from flask_babel import gettext as _

from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.pages.studio import keeping
from builder.pages.studio.definitions import kind_of
from builder.pages.web.numbers import counted
from builder.publishing import checking, sentences
from schema_store import drafts, store, strict_json
from schema_store.documents import Body, is_key, key_of
from schema_store.problems import Problem, Problems
from schema_store.problems import _ as template


@dataclass(frozen=True)
class Editing:
    """The editor's state: the text, and which draft and version it was written against."""

    kind: str
    key: str
    text: str
    base: int
    turn: int
    problems: tuple[Problem, ...] = ()


@web.needs("signed_in", "may:publish")
def edit(kind: str, key: str) -> Response:
    """The draft, else what is live, as text."""
    here = reader()
    kind_of(kind)
    with web.reading() as work:
        working = keeping.opened(work, kind, key)
    text = strict_json.write(working.body, indent=2)
    editing = Editing(kind, key, text, working.base, working.turn)
    return _show(here, editing)


@web.needs("signed_in", "may:publish")
def new(kind: str) -> Response:
    """A definition that does not exist yet, begun from the bones of its kind."""
    kind_of(kind)
    return _show(
        reader(),
        Editing(
            kind,
            "",
            strict_json.write(_BONES.get(kind, {"key": "", "label": {"en": "", "zh": ""}}), indent=2),
            0,
            0,
        ),
    )


@web.needs("signed_in", "may:publish")
def save(kind: str, key: str = "") -> Response:
    """Check the text; keep it as a draft where it is whole, else show it again with its errors."""
    here = reader()
    kind_of(kind)
    form = request.form
    text = form.get("text", "").replace("\r\n", "\n")
    editing = Editing(kind, key, text, form.get("base", 0, counted), form.get("turn", 0, counted))
    try:
        body = _read(editing)
        problems = _check(here, kind, body)
    except Problems as refused:
        return _again(here, editing, refused.problems)
    if [one for one in problems if one.severity == "error"] and "anyway" not in form:
        return _again(here, editing, tuple(problems))
    name = (kind, str(key_of(body)))
    try:
        return keeping.keep(here, name, body, base=editing.base, turn=editing.turn)
    except Problems as refused:
        return _again(here, editing, refused.problems)


@web.needs("signed_in", "may:publish")
def discard(kind: str, key: str) -> Response:
    with web.writing("form") as work:
        web.policy_in(work).require("publish")
        drafts.discard_draft(work.connection, kind, key)
        is_live = store.live_one(work.connection, kind, key) is not None
    flash(_("The draft is thrown away."), "good")
    if "to_publish" in request.form:
        return elsewhere("/studio/publish")
    return elsewhere(f"/studio/{kind}/{key}" if is_live else "/studio")


def _read(editing: Editing) -> Body:
    body = strict_json.read(editing.text)
    if not isinstance(body, dict):
        raise Problems(
            Problem(
                "type.object", template("A definition is a JSON object: it begins with { and ends with }.")
            )
        )
    key = key_of(body)
    if not is_key(key):
        raise Problems(
            Problem(
                "definition.key",
                template("The key must be a small letter, then up to 29 of a–z, 0–9 and _."),
                pointer="/key",
            )
        )
    if editing.key and key != editing.key:
        raise Problems(
            Problem(
                "definition.key",
                template("The key “{key}” of a definition never changes."),
                {"key": editing.key},
                "/key",
            )
        )
    return body


def _check(here: Reader, kind: str, body: Body) -> list[Problem]:
    """What is wrong with the document beside everything that is live; places inside the document."""
    checked = checking.check(web.house().registry, here.catalog, {(kind, str(key_of(body))): body})
    own = f"/{kind}/{key_of(body)}"
    return [_inside(one, own) for one in checked.problems]


def _inside(problem: Problem, own: str) -> Problem:
    if not problem.pointer.startswith(own):
        return problem
    return Problem(
        problem.code,
        problem.template,
        problem.params,
        problem.pointer[len(own) :],
        problem.hint,
        problem.severity,
    )


def _again(here: Reader, editing: Editing, problems: Any) -> Response:
    with_problems = Editing(
        editing.kind, editing.key, editing.text, editing.base, editing.turn, tuple(problems)
    )
    return _show(here, with_problems, status=422)


def _show(here: Reader, editing: Editing, *, status: int = 200) -> Response:
    known = kind_of(editing.kind)
    base = f"/studio/{editing.kind}/{editing.key}" if editing.key else "/studio"
    live = here.catalog.bodies.get((editing.kind, editing.key), {})
    label = here.label(sentences.named(live), editing.key)
    marked = [
        (one.pointer, here.said(one), _line_of(editing.text, one.pointer), one.severity)
        for one in editing.problems
    ]
    return answer(
        "studio/edit.html",
        {"editor": "studio/_editor.html"},
        status=status,
        kind=editing.kind,
        key=editing.key,
        text=editing.text,
        base_version=editing.base,
        turn=editing.turn,
        title=_("Edit: %(what)s", what=label)
        if editing.key
        else _("New: %(what)s", what=here.label(known.label)),
        trail=[("/studio", _("Definitions")), (base, label)]
        if editing.key
        else [("/studio", _("Definitions"))],
        action=f"{base}/text" if editing.key else f"/studio/{editing.kind}/new/text",
        cancel_url=base,
        problems=marked,
        may_keep=bool(marked)
        and not any(
            one.code.startswith("json.") or one.code in ("type.object", "definition.key")
            for one in editing.problems
        ),
    )


def _line_of(text: str, pointer: str) -> int:
    """The line where a pointer's place begins in a pretty-printed document; 0 where it cannot be said."""
    at = 0
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if name.isdecimal():
            continue
        found = text.find(f'"{name}"', at)
        if found < 0:
            return 0
        at = found
    return text.count("\n", 0, at) + 1 if at else 0


_BONES: dict[str, Body] = {
    "entity": {
        "type": "object",
        "properties": {"name": {"x-tessera": {"type": "text", "label": {"en": "Name", "zh": "名称"}}}},
        "required": ["name"],
        "x-tessera": {
            "key": "",
            "label": {"en": "", "zh": ""},
            "label_plural": {"en": "", "zh": ""},
            "icon": "database",
            "title_field": "name",
            "search": ["name"],
        },
    },
    "view": {
        "key": "",
        "label": {"en": "", "zh": ""},
        "entity": "",
        "type": "table",
        "columns": [],
        "where": True,
        "sort": [],
    },
    "form": {
        "key": "",
        "label": {"en": "", "zh": ""},
        "entity": "",
        "sections": [{"label": {"en": "Details", "zh": "详情"}, "columns": 2, "fields": []}],
    },
    "role": {"key": "", "label": {"en": "", "zh": ""}, "entities": {}, "may": []},
    "app": {"key": "", "label": {"en": "", "zh": ""}, "icon": "package", "menu": []},
    "workflow": {
        "key": "",
        "label": {"en": "", "zh": ""},
        "entity": "",
        "enabled": True,
        "trigger": {"type": "schedule", "cron": "0 3 * * *"},
        "where": True,
        "actions": [],
    },
}
