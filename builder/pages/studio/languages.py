"""`/studio/<kind>/<key>/words`: all that people read of a definition, in both languages, what is missing first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, request
from flask_babel import gettext as _

from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.pages.studio import keeping, places, rule_places, searching
from builder.pages.studio.building import drafted
from builder.pages.studio.building.drafted import Moved
from builder.pages.studio.definitions import kind_of
from builder.pages.studio.keeping import Working
from builder.pages.studio.missing_words import LANGUAGES, by_language, said
from builder.publishing import checking
from builder.publishing.words import named
from schema_store.documents import Body
from schema_store.problems import Problems, pointer
from schema_store.texts import Text

SHOWN = 300


@dataclass(frozen=True)
class Line:
    """One text: where it stands, its words by language, and the languages that it lacks."""

    place: str
    where: str
    words: Mapping[str, str]
    lacks: tuple[str, ...]
    errors: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return "w" + self.place.replace("/", "-")


@web.needs("signed_in", "may:publish")
def show(kind: str, key: str) -> Response:
    """What lacks a language; with `?all=1` every text."""
    here, working = reader(), _opened(kind, key)
    return _page(here, working, {})


@web.needs("signed_in", "may:publish")
def save(kind: str, key: str) -> Response:
    """What was filled in goes into the draft."""
    here, working = reader(), _opened(kind, key)
    posted = dict(_posted(working.body))
    errors = _errors(here, working, with_texts(working.body, posted), posted)
    if errors:
        return _page(here, working, posted, errors, status=422)
    try:
        drafted.change(
            working.name, _texts, request.form.get("seen", ""), lambda body: with_texts(body, posted)
        )
    except Moved as moved:
        return _page(here, _opened(kind, key), posted, {"": [here.said(moved.problems[0])]}, status=409)
    except Problems as refused:
        return _page(here, working, posted, {"": [here.said(one) for one in refused.problems]}, status=422)
    flash(_("The draft is kept. Nothing has changed for others until it is published."), "good")
    return elsewhere(f"/studio/{kind}/{key}")


def _opened(kind: str, key: str) -> Working:
    kind_of(kind)
    with web.reading() as work:
        working = keeping.opened(work, kind, key)
    if not working.body:
        abort(404)
    return working


def _texts(body: Body) -> Any:
    return [[place, text] for place, text in searching.texts(body)]


def _posted(body: Body) -> Iterator[tuple[str, dict[str, str]]]:
    """`(place, words)` of the texts that were on the page."""
    for place, text in searching.texts(body):
        if f"en{place}" in request.form or f"zh{place}" in request.form:
            was = by_language(text)
            yield place, {one: request.form.get(f"{one}{place}", was[one]).strip() for one in LANGUAGES}


def with_texts(body: Body, posted: Mapping[str, Mapping[str, str]]) -> Body:
    """The body with these words; a text that says what it said stays as it is written, and none is emptied."""
    made: Body = deepcopy(dict(body))
    for place, text in list(searching.texts(body)):
        words = {one: said for one, said in posted.get(place, {}).items() if said}
        if words and words != {one: said for one, said in by_language(text).items() if said}:
            made = rule_places.put(made, place, words) or made
    return made


def _errors(here: Reader, working: Working, body: Body, posted: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with the words, by place; what is wrong elsewhere does not hold them up."""
    found: dict[str, list[str]] = {}
    base = pointer(*working.name)
    for problem in checking.check(web.house().registry, here.catalog, {working.name: body}).problems:
        own = problem.pointer.removeprefix(base)
        place = next((one for one in posted if own == one or own.startswith(f"{one}/")), None)
        if place is not None and problem.severity == "error":
            found.setdefault(place, []).append(here.said(problem))
    return found


def _page(
    here: Reader,
    working: Working,
    posted: Mapping[str, Mapping[str, str]],
    errors: Mapping[str, list[str]] | None = None,
    *,
    status: int = 200,
) -> Response:
    (kind, key), body, wrong = working.name, working.body, errors or {}
    base, is_all = f"/studio/{kind}/{key}", request.args.get("all") == "1"
    lines = [
        Line(
            place,
            places.words(here, body, place),
            *_words(text, posted.get(place)),
            tuple(wrong.get(place, ())),
        )
        for place, text in searching.texts(body)
    ]
    shown = [line for line in lines if is_all or line.lacks or line.errors or line.place in posted]
    return answer(
        "studio/words.html",
        status=status,
        title=_("Words of: %(what)s", what=places.called(here, named(body), key)),
        trail=[("/studio", _("Definitions")), (base, places.called(here, named(body), key))],
        action=f"{base}/words{'?all=1' if is_all else ''}",
        cancel_url=base,
        all_url="" if is_all or len(shown) == len(lines) else f"{base}/words?all=1",
        lines=shown[:SHOWN],
        more=len(shown) - SHOWN,
        seen=drafted.mark(_texts(body)),
        said=said(body),
        problems=wrong.get("", []),
        first_error=next((line.id for line in shown if line.errors), ""),
    )


def _words(text: Text, posted: Mapping[str, str] | None) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """What the inputs show, and the languages that the text itself lacks."""
    own = by_language(text)
    return posted or own, tuple(language for language in LANGUAGES if not own[language])
