"""The context of `studio/_condition.html`: the one function for every page that has a condition in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask_babel import ngettext

from builder.pages import web
from builder.pages.reader import Reader
from builder.pages.studio.condition import form as forms
from builder.pages.studio.condition import formula as formulas
from builder.pages.studio.condition.form import Building, Scope
from builder.pages.studio.condition.formula import Formula, Marked, Offers
from builder.pages.studio.condition.parts import Drawing, Drawn, Look, Options
from builder.pages.studio.condition.preview import Preview, preview
from builder.rules.compose.outline import compose
from schema_store import strict_json
from schema_store.problems import Problem, Problems


@dataclass(frozen=True)
class Condition:
    """What `studio/_condition.html` draws."""

    id: str
    prefix: str
    url: str
    root: Drawn | None
    text: str
    hidden: Options
    preview: Preview
    problems: Sequence[tuple[str, str]]
    """(where, words) of what belongs to no row."""
    unfinished: str
    announced: str
    may_undo: bool
    is_value: bool
    has_focus: bool
    formula: Formula | None = None
    marks: Sequence[Marked] = ()
    is_wrong: bool = False
    fields: Sequence[Offers] = ()
    functions: Sequence[Offers] = ()


def drawn(
    here: Reader, scope: Scope, building: Building, prefix: str = "c", look: Look | None = None
) -> Condition:
    """What the template is given as `condition`. `prefix`: of its fields, where a page has several."""
    look = look or Look()
    found = Preview()
    try:
        found = preview(here, scope, forms.finished(building))
        look = replace(look, problems=(*found.problems, *look.problems))
    except Problems as unreadable:
        look = look if look.problems else replace(look, problems=unreadable.problems)
    root, loose = None, list(look.problems)
    made = compose(building.outline)
    if building.text is None and scope.entity in here.catalog.entities:
        with web.reading() as work:
            drawing = Drawing(here, work, prefix, made, look)
            root, loose = drawing.part(building.outline, scope.entity), drawing.loose
    formula = building.formula
    told = _told(formula, loose, look) if formula else ()
    return Condition(
        id=prefix.replace(".", "-"),
        prefix=prefix,
        url=f"/studio/condition?{urlencode({'at': prefix})}",
        root=root,
        text=building.text or "",
        hidden=_hidden(here, scope, building, prefix),
        preview=found,
        problems=[(one.pointer, here.said(one)) for one in loose],
        unfinished=_unfinished(len(made.unfinished)),
        announced=look.said or found.count,
        may_undo=len(building.revisions) > 1,
        is_value=scope.is_value,
        has_focus=look.part == "" or (root is None and look.part is not None),
        formula=formula,
        is_wrong=any(one.severity == "error" for one in told),
        marks=formulas.marked(here, formula, told) if formula else (),
        fields=formulas.offered_fields(here, scope.entity) if formula else (),
        functions=formulas.offered_functions(here, is_trigger=scope.is_trigger) if formula else (),
    )


def _told(formula: Formula, problems: Sequence[Problem], look: Look) -> Sequence[Problem]:
    """Of a formula that is not begun nothing is wrong until it is to be kept."""
    is_blank = not formula.text.strip() and not look.is_saving
    return () if is_blank else problems


def _hidden(here: Reader, scope: Scope, building: Building, prefix: str) -> Options:
    revisions = forms.remembered(building, forms.pairs(here, scope, building))
    own = {
        "entity": scope.entity,
        "is_trigger": "1" if scope.is_trigger else "",
        "is_value": "1" if scope.is_value else "",
        "is_drafted": "1" if scope.is_drafted else "",
        "revisions": forms.written(revisions),
    }
    if building.formula is not None and building.formula.was is not None:
        own["was"] = strict_json.write(building.formula.was)
    return [(f"{prefix}.{name}", text) for name, text in own.items()]


def _unfinished(number: int) -> str:
    words = ngettext(
        "One condition is not finished and is left out here.",
        "%(num)s conditions are not finished and are left out here.",
        number,
    )
    return words if number else ""
