"""A role under design, live: what people who hold it see and do, in words; counted when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import SQLAlchemyError

from builder.catalog import Entity
from builder.pages import web
from builder.pages.desk import lists
from builder.pages.reader import Reader, joined
from builder.pages.studio import wording
from builder.pages.studio.design.panels import Panel
from builder.pages.studio.design.state import Designing, Seen
from builder.pages.studio.saying import role
from builder.records import find
from builder.work import Work
from schema_store.problems import Problems

NAMED = 8
"""Fields that are named in a sentence; of more only the number is said."""
COUNT = "d.count"


@dataclass(frozen=True)
class Granted:
    """What a role may with one entity; `count` "" where nobody asked."""

    label: str
    lines: list[str]
    count: str = ""


def panel(here: Reader, designing: Designing, _seen: Seen) -> Panel:
    """Sentences for each entity that the role may do something with; the others by name."""
    held = designing.body.get("entities", {})
    granted = {key: one for key, one in held.items() if any(one.get(flag) for flag in _VERBS())}
    known = {key: one for key, one in here.catalog.entities.items() if key in granted}
    counts = _counts(here, granted) if COUNT in request.form else {}
    given = {
        "granted": [
            Granted(here.label(one.label_plural, key), _lines(here, one, granted[key]), counts.get(key, ""))
            for key, one in known.items()
        ],
        "unseen": joined(
            here.label(one.label_plural, key)
            for key, one in here.catalog.entities.items()
            if key not in granted
        ),
        "further": role.further(here, designing.body),
        "may_count": bool(known),
        "is_counted": bool(counts),
    }
    return Panel("studio/design/_role.html", given)


def _VERBS() -> Mapping[str, str]:  # noqa: N802
    return {"read": _("sees"), "create": _("adds"), "update": _("changes"), "delete": _("deletes")}


def _lines(here: Reader, entity: Entity, rights: Mapping[str, Any]) -> list[str]:
    verbs = joined(words for flag, words in _VERBS().items() if rights.get(flag))
    which = wording.sentence(here, entity.key, rights.get("rows"))
    fields = rights.get("fields", {})
    levels = {"hide": _("Hidden: %(fields)s"), "read": _("Read only: %(fields)s")}
    found = [_("%(does)s: %(which)s", does=verbs[:1].upper() + verbs[1:], which=which)]
    if not rights.get("read"):
        found.append(_("Without “See”, nobody with this role can open or find these records."))
    for level, words in levels.items():
        keys = [key for key, one in fields.items() if one == level and key in entity.fields]
        if keys:
            found.append(words % {"fields": _named(here, entity, keys)})
    return found


def _named(here: Reader, entity: Entity, keys: list[str]) -> str:
    if len(keys) > NAMED:
        return ngettext("%(num)s field", "%(num)s fields", len(keys))
    return joined(here.label(entity.fields[key].label, key) for key in keys)


def _counts(here: Reader, granted: Mapping[str, Any]) -> dict[str, str]:
    """How many records each row rule leaves, as far as who asks may see them; `$user` is they."""
    with web.reading() as work:
        return {
            key: _counted(here, work, key, one.get("rows", True))
            for key, one in granted.items()
            if key in here.catalog.entities
        }


def _counted(here: Reader, work: Work, entity: str, rows: Any) -> str:
    if not here.policy.may("read", entity):
        return _("Your roles do not show these records.")
    try:
        return lists.counted(find.count(work, find.Query(entity, (), (rows,)), here.policy))
    except Problems as refused:
        return " ".join(here.said(one) for one in refused.problems)
    except SQLAlchemyError:
        return _("The database cannot count this just now.")
