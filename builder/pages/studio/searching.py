"""Search over definitions: names, fields, options, help and other words in all languages, and rules as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from builder.kinds.contract import Kind
from builder.pages.reader import Reader
from builder.pages.studio import places, rule_places, wording
from schema_store.documents import Body, Name
from schema_store.problems import pointer
from schema_store.texts import Text

SAID = ("label", "label_plural", "help", "text", "title", "subject")
"""Keys whose plain text is read by people."""
LANGUAGES = {"en", "zh"}
WHYS = 3


@dataclass(frozen=True)
class Said:
    """A piece of a definition that people may look for. `sort`: name, field, option, help, text or rule."""

    sort: str
    where: str
    shown: str
    haystack: str
    place: str = ""


@dataclass(frozen=True)
class Why:
    """Why a definition was found: where the words stand, and the words."""

    where: str
    shown: str


def said_of(here: Reader, kind: Kind, body: Body, key: str) -> list[Said]:
    """Everything a definition says; what is not whole in a draft is left out."""
    try:
        found = [_of_text(here, body, *one) for one in texts(body)]
        rules = [_of_rule(here, rule, body) for rule in rule_places.rules(here, kind, body)]
    except (KeyError, TypeError, AttributeError, ValueError):  # a draft may be any JSON
        return [Said("name", "", key, key)]
    return [Said("name", "", key, key), *found, *rules]


def of_live(here: Reader, kinds: Mapping[str, Kind]) -> Mapping[Name, list[Said]]:
    """What all that is published says; made once per catalog and language."""
    bodies = here.catalog.bodies
    return here.catalog.cached(
        ("studio.said", here.language),
        lambda: {
            name: said_of(here, kinds[name[0]], body, name[1])
            for name, body in bodies.items()
            if name[0] in kinds and name not in here.catalog.left_out
        },
    )


def match(said: list[Said], terms: tuple[str, ...]) -> list[Why] | None:
    """Why a definition fits, the name itself apart; None where some word is nowhere in it."""
    whole = "\n".join(one.haystack for one in said)
    if not all(term in whole for term in terms):
        return None
    names = " ".join(one.haystack for one in said if one.sort == "name")
    open_terms = [term for term in terms if term not in names]
    hits = [one for one in said if one.sort != "name" and any(term in one.haystack for term in open_terms)]
    distinct = {(one.where, one.shown): Why(one.where, one.shown) for one in hits}
    return list(distinct.values())[:WHYS]


def texts(body: Any, place: str = "") -> Iterator[tuple[str, Text]]:
    """`(place, words)` of every text that people read in a document, in whatever depth."""
    if isinstance(body, Mapping):
        for key, value in body.items():
            here = place + pointer(key)
            if is_text(value) or (key in SAID and isinstance(value, str)):
                yield here, value
            else:
                yield from texts(value, here)
    elif isinstance(body, list):
        for at, value in enumerate(body):
            yield from texts(value, place + pointer(at))


def is_text(value: Any) -> bool:
    """Words in more than one language."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and set(value) <= LANGUAGES
        and all(isinstance(one, str) for one in value.values())
    )


def _of_text(here: Reader, body: Body, place: str, text: Text) -> Said:
    words = [text] if isinstance(text, str) else list(text.values())
    sort, where = _sort(here, body, place)
    keys = [step for step in place.split("/") if sort in ("field", "option")]
    value = rule_places.read(body, place.rpartition("/")[0] + "/value") if sort == "option" else ""
    haystack = " ".join((*words, *keys[2:3], str(value or ""))).casefold()
    return Said(sort, where, here.label(text), haystack, place)


def _sort(here: Reader, body: Body, place: str) -> tuple[str, str]:
    """What a text is, and how its place is called."""
    holder, _slash, last = place.rpartition("/")
    if holder in ("", "/x-tessera") and last in ("label", "label_plural"):
        return "name", ""
    if last == "label" and holder.startswith("/properties/"):
        if "/options/" in holder:
            field = holder.partition("/options/")[0]
            return "option", _("Option of %(what)s", what=places.words(here, body, field))
        return "field", _("Field")
    return ("help" if last == "help" else "text"), places.words(here, body, place)


def _of_rule(here: Reader, rule: Any, body: Body) -> Said:
    where = rule_places.label(here, rule, body)
    shown = (
        wording.formula(here, rule.entity, rule.document)
        if rule.is_value
        else wording.sentence(here, rule.entity, rule.document, is_trigger=rule.is_trigger)
    )
    return Said("rule", where, shown, f"{where} {shown}".casefold(), rule.pointer)
