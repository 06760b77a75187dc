"""A public form in the studio: its addresses to copy, as QR codes and as a poster; its answers; on and off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import segno
from flask import Response, abort, flash, make_response, render_template, request
from flask_babel import gettext as _

from builder.events import Cause
from builder.mechanics.public_forms import openings, turns
from builder.pages import web
from builder.pages.frame import LANGUAGES
from builder.pages.public import drawing
from builder.pages.reader import Reader, elsewhere, reader
from builder.pages.studio import definitions, rights
from builder.pages.studio.saying import public_form as saying
from builder.pages.studio.wording import Said
from builder.pages.web.visit import let_go
from builder.publishing import publish as publishing
from builder.work import Work

KIND = "public_form"
PICTURES = {"svg": ("image/svg+xml", {"scale": 8}), "png": ("image/png", {"scale": 24})}
"""How a QR code is drawn: large enough for a poster either way."""

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Address:
    """One way to the form. `word`: what stands behind `?from=`, "" for the plain address."""

    word: str
    url: str
    label: str
    svg: str
    png: str
    poster: str


@web.needs("signed_in")
def show(key: str) -> Response:
    """`/studio/public_form/<key>`: the page of any definition, with what only a form for visitors has."""
    return definitions.page(KIND, key, _said)


def _said(here: Reader, work: Work, key: str) -> Said | None:
    form = here.catalog.of_kind(KIND).get(key)
    if form is None or form["entity"] not in here.catalog.entities:
        return None
    count = turns.counted(work.connection, key)
    return Said(
        "studio/_public_form.html",
        {
            "base": f"/studio/{KIND}/{key}",
            "addresses": [_address(form, word) for word in ("", *_words(form))],
            "state": openings.state(form, today=here.today, count=count),
            "is_enabled": form.get("enabled", False),
            "count": count,
            "total": form.get("limit", {}).get("total"),
            "facts": saying.facts(here, form),
            "records_url": f"/desk/{form['entity']}" if here.policy.may("read", form["entity"]) else "",
            "may_publish": here.policy.may("publish"),
        },
    )


@web.needs("signed_in", "may:publish")
def switch(key: str) -> Response:
    """Switch it on or off: a new version like any other change, so it stands in the list of versions."""
    body = dict(_form(reader(), key))
    wanted = request.form.get("enabled") == "1"
    kind = web.house().registry.kinds[KIND]
    changed = {**kind.authored(body), "enabled": wanted}
    note = _("Switched on") if wanted else _("Switched off")
    by = Cause("form", actor=web.visit().actor)
    let_go()
    publishing.publish(web.house(), {(KIND, key): changed}, cause=by, note=note)
    flash(_("It is open to visitors.") if wanted else _("It is closed to visitors."), "good")
    return elsewhere(f"/studio/{KIND}/{key}")


@web.needs("signed_in")
def qr(key: str, sort: str) -> Response:
    """The address as a picture, `?from=` with its word: `svg` or `png`."""
    form = _form(rights.of_studio(reader()), key)
    if sort not in PICTURES:
        abort(404)
    word = _word(form)
    mime, how = PICTURES[sort]
    drawn = BytesIO()
    code = segno.make(_url(form, word), error="m", micro=False)
    code.save(drawn, kind=sort, border=4, dark="#000000", light="#ffffff", **how)
    response = make_response(drawn.getvalue())
    response.content_type = mime
    response.headers["Content-Disposition"] = f'inline; filename="{"-".join((key, word)).rstrip("-")}.{sort}"'
    return response


@web.needs("signed_in")
def poster(key: str) -> Response:
    """A page to print: heading, introduction, the code and the address, in the language that `?lang=` says."""
    here = rights.of_studio(reader())
    form = _form(here, key)
    word, wish = _word(form), request.args.get("lang", "")
    language = wish if wish in LANGUAGES else here.language
    own = f"/studio/{KIND}/{key}"
    with web.speaking(language):
        here = Reader(here.user, here.catalog, here.policy, language, here.zone)
        return make_response(
            render_template(
                "studio/public_form_poster.html",
                tag=LANGUAGES[language][0],
                language=language,
                others=[
                    (one, name, _query(f"{own}/poster", lang=one, **_from(word)))
                    for one, (_t, name) in LANGUAGES.items()
                ],
                back=own,
                url=_url(form, word),
                code=_query(f"{own}/qr/svg", **_from(word)),
                **drawing.head(here, form),
            )
        )


def _form(here: Reader, key: str) -> Body:
    """The published form, or the 404 page."""
    return here.catalog.of_kind(KIND).get(key) or abort(404)


def _words(form: Body) -> list[str]:
    """The words that an address may end with."""
    return list(dict.fromkeys(one["from"] for one in form.get("tags", ()) if "from" in one))


def _word(form: Body) -> str:
    """The word that was asked for, or the 404 page."""
    word = request.args.get("from", "")
    return word if word in ("", *_words(form)) else abort(404)


def _address(form: Body, word: str) -> Address:
    own = f"/studio/{KIND}/{form['key']}"
    pictures = [_query(f"{own}/{one}", **_from(word)) for one in ("qr/svg", "qr/png", "poster")]
    label = _("With the word “%(word)s”", word=word) if word else _("Address")
    return Address(word, _url(form, word), label, *pictures)


def _url(form: Body, word: str) -> str:
    site = web.house().settings.base_url or request.url_root.rstrip("/")
    return _query(f"{site}/forms/{form['key']}", **_from(word))


def _from(word: str) -> dict[str, str]:
    return {"from": word} if word else {}


def _query(path: str, **query: str) -> str:
    return f"{path}?{urlencode(query)}" if query else path
