"""A public form as its visitor sees it: the form with what was typed, and the thanks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from flask import Response, make_response, render_template
from flask_babel import gettext as _

from builder.kinds.public_form import asked
from builder.mechanics.public_forms import answering, consents, tickets
from builder.mechanics.public_forms.tickets import Ticket
from builder.pages import web
from builder.pages.desk.filling import Drawing, Filling, Section, Wrong
from builder.pages.frame import LANGUAGES
from builder.pages.reader import Reader
from builder.records.form_rules import PLAIN
from builder.records.forms import Draft
from schema_store.problems import Problem

TICKET, TRAP, AGAIN = "form.ticket", "form.website", "form.again"
CONSENT, WORDS = "form.consent", "form.words"
"""Inputs that are not fields: a dot keeps them apart from every field's key. People leave the trap empty."""
MOST_BYTES = 500_000
"""More than the longest texts that fit into a form."""

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A form on its way: its page's ticket, what was typed (`texts`), as much of it as could be read (`values`).

    `source` is the word behind `?from=`; `note` is said above the form.
    """

    form: Body
    ticket: Ticket
    texts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    has_agreed: bool = False
    source: str = ""
    note: str = ""

    def typed(self, draft: Draft, *, has_agreed: bool) -> Sheet:
        return replace(
            self, texts=draft.texts, values=draft.values, problems=draft.problems, has_agreed=has_agreed
        )

    def told(self, problems: Iterable[Problem]) -> Sheet:
        """With what is wrong; what the visitor cannot mend is said in words that tell nothing."""
        problems = tuple(problems)
        mendable = tuple(one for one in problems if self.is_mendable(one))
        if len(mendable) == len(problems):
            return replace(self, problems=problems)
        words = _("It could not be kept. Please tell those who gave you this form.")
        return replace(self, problems=mendable, note=words)

    def is_mendable(self, problem: Problem) -> bool:
        return problem.pointer == "/consent" or problem.pointer.removeprefix("/") in asked(self.form)

    def asked_again(self, ticket: Ticket) -> Sheet:
        words = _("Please look it over and send it once more. Nothing you typed is lost.")
        return replace(self, ticket=ticket, problems=(), note=words)

    def sent_before(self, ticket: Ticket) -> Sheet:
        words = _("This form was sent already. Send it again only if you mean to send this too.")
        return replace(self, ticket=ticket, problems=(), note=words)

    def reworded(self) -> Sheet:
        words = _("The words that you agree to have changed meanwhile. Please read them once more.")
        return replace(self, problems=(), note=words)

    def too_often(self) -> Sheet:
        words = _(
            "Many answers came from your network just now. Nothing you typed is lost: send it again in an hour."
        )
        return replace(self, problems=(), note=words)

    @property
    def wrong_places(self) -> list[str]:
        return [one.pointer for one in self.problems]


def page(here: Reader, sheet: Sheet, *, status: int = 200) -> Response:
    """The whole page."""
    form = sheet.form
    wrong = _wrong(here, sheet)
    own = f"/forms/{form['key']}"
    secret = web.house().settings.secret("forms")
    return _answer(
        "public/form.html",
        here,
        status,
        **head(here, form),
        action=address(own, here.language, sheet.source),
        others=[(one, name, address(own, one, sheet.source)) for one, name in _languages()],
        ticket=tickets.written(sheet.ticket, form["key"], secret=secret),
        sections=sections(here, sheet, wrong),
        consent=_consent(here, sheet, wrong),
        problems=wrong,
        note=sheet.note,
    )


def head(here: Reader, form: Body) -> dict[str, str]:
    """Heading and introduction."""
    return {
        "title": here.label(form.get("title") or form.get("label"), form.get("key", "")),
        "intro": here.label(form.get("intro")),
    }


def thanked(here: Reader, form: Body) -> Response:
    said = form.get("thanks", {})
    return _answer(
        "public/thanks.html",
        here,
        200,
        title=here.label(said.get("title"), _("Thank you!")),
        text=here.label(said.get("text"), _("Your answer has been sent.")),
        link=said.get("link", ""),
        others=[(one, name, address(f"/forms/{form['key']}/thanks", one)) for one, name in _languages()],
    )


def sections(here: Reader, sheet: Sheet, wrong: Sequence[Wrong] = ()) -> list[Section]:
    """The form's sections as who reads may fill them in, their own details."""
    entity = here.catalog.entity(sheet.form["entity"])
    standing = replace(PLAIN, required=frozenset(sheet.form.get("required", ())))
    filling = Filling(entity, {"sections": sheet.form["sections"]}, texts=sheet.texts)
    fields = [entity.fields[key] for key in asked(sheet.form) if key in entity.fields]
    usual = {
        one.key: one.type.to_form(one.default, one.settings, here.reading)
        for one in fields
        if one.default is not None
    }
    drawn = Drawing(here, filling, standing, stored=usual, wrong=wrong).tabs()
    return [_own(section) for tab in drawn for section in tab.sections]


def _own(section: Section) -> Section:
    """The browser may offer what it knows of its owner."""
    return replace(
        section, rows=[replace(row, state=replace(row.state, is_own=True)) for row in section.rows]
    )


def _wrong(here: Reader, sheet: Sheet) -> list[Wrong]:
    """What is wrong, in the order of the form; the consent comes last, as it stands."""
    entity, order = here.catalog.entity(sheet.form["entity"]), asked(sheet.form)
    found = []
    for problem in sheet.problems:
        key = problem.pointer.removeprefix("/")
        if key in order:
            found.append(Wrong(key, here.label(entity.fields[key].label, key), here.said(problem)))
        else:
            found.append(Wrong(CONSENT, _("Consent"), here.said(problem)))
    return sorted(found, key=lambda one: order.index(one.field) if one.field in order else len(order))


def _consent(here: Reader, sheet: Sheet, wrong: Sequence[Wrong]) -> dict[str, Any] | None:
    consent = sheet.form.get("consent", {})
    if not consent.get("text"):
        return None
    return {
        "text": here.label(consent["text"]),
        "link": consent.get("link", ""),
        "words": sealed(sheet.form, here.language),
        "is_required": answering.must_agree(sheet.form),
        "is_ticked": sheet.has_agreed,
        "errors": [one.words for one in wrong if one.field == CONSENT],
        "has_focus": bool(wrong) and wrong[0].field == CONSENT,
    }


def sealed(form: Body, language: str) -> str:
    """A seal of the words that a visitor is asked to agree to: what they did not read they did not agree to."""
    secret = web.house().settings.secret("forms")
    return tickets.digest(consents.asked(form, language), secret=secret)


def address(path: str, language: str, source: str = "") -> str:
    query = {"lang": language} | ({"from": source} if source else {})
    return f"{path}?{urlencode(query)}"


def _languages() -> list[tuple[str, str]]:
    return [(one, name) for one, (_tag, name) in LANGUAGES.items()]


def _answer(template: str, here: Reader, status: int, **given: Any) -> Response:
    tag = LANGUAGES[here.language][0]
    return make_response(render_template(template, tag=tag, language=here.language, **given), status)


def said(template: str, here: Reader, *, status: int, path: str, **given: Any) -> Response:
    """A page of words alone."""
    others = [(one, name, address(path, one)) for one, name in _languages()]
    return _answer(template, here, status, others=others, **given)
