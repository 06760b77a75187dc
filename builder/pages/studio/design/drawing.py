"""The nodes of a document as templates draw them: words, inputs, what may be chosen, and what is wrong beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from builder.access import users
from builder.kinds.design import names
from builder.kinds.design.edits import next_list
from builder.kinds.design.plan import Node, Wanted, walk
from builder.kinds.design.reading import KEPT, how_of, lines_of, name_of, text_of
from builder.kinds.design.schemas import LANGUAGES, MISSING, said
from builder.pages import frame, web
from builder.pages.reader import Reader
from builder.pages.studio.condition import form as forms
from builder.pages.studio.condition.drawing import Condition
from builder.pages.studio.condition.drawing import drawn as condition_drawn
from builder.pages.studio.condition.form import Building, Scope
from builder.pages.studio.condition.parts import Look
from builder.pages.studio.design import canvas, matrix, times, valued
from builder.pages.studio.design.drawn import Drawn, Options
from builder.pages.studio.design.outside import formula_in, formula_scope, prefix_of, scope_of
from builder.pages.studio.design.state import Designing, planned
from builder.rules.compose.parts import Group, Row
from schema_store import strict_json
from schema_store.problems import Problem, pointer


class Drawing:
    """Draws one document; `loose` are the problems that no drawn place takes."""

    def __init__(self, here: Reader, designing: Designing, problems: Sequence[Problem]):
        self._here, self._designing = here, designing
        self._root = planned(designing.kind, designing.body)
        self._nodes = walk(self._root)
        self._pinned: dict[str, list[Problem]] = {}
        self.loose: list[Problem] = []
        self.marked: list[tuple[str, str]] = []
        for one in problems:
            self._pin(one)
        with web.reading() as work:
            people = users.everyone(work.connection)
        self._people = [(str(one.id), one.name) for one in people if one.is_active]

    def root(self) -> Drawn:
        drags = next((one.drag_group for one in self._nodes if one.drag_group), "")
        return replace(self._draw(self._root), drags=drags)

    def _pin(self, problem: Problem) -> None:
        """To the deepest drawn place that holds it."""
        place = problem.pointer
        if problem.code == "shape.required":
            place += pointer(problem.params["key"])
        known = {one.pointer: one.sort for one in self._nodes if one.pointer}
        lists = [one for one in self._nodes if one.sort == "names" and one.is_there]
        known |= {f"{one.pointer}/{step}": "name" for one in lists for step in range(len(one.value))}
        while place and place not in known:
            place = place.rpartition("/")[0]
        if not place:
            self.loose.append(problem)
        else:
            self._pinned.setdefault(place, []).append(problem)

    def _said(self, place: str, *, is_error: bool) -> list[str]:
        """What is wrong at a place, or only worth a thought."""
        found = [one for one in self._pinned.get(place, ()) if (one.severity == "error") is is_error]
        return list(dict.fromkeys(self._here.said(one) for one in found))

    def _wrong(self, node: Node) -> list[str]:
        """What is wrong at a node; of what is only empty that alone, as soon as it was to be kept."""
        if node.sort in ("rule", "when"):  # its condition says itself what is wrong with it
            return []
        is_empty = node.value in (MISSING, "", [], {}) and node.pointer != "/key"
        if is_empty and node.is_required and node.sort not in ("flag", "values"):
            return [_("This field needs a value.")] * self._designing.is_tried
        if node.sort == "number" and isinstance(node.value, str):
            return [_("Write a whole number here, such as 100.")]
        return self._said(node.pointer, is_error=True)

    def _draw(self, node: Node) -> Drawn:
        place = node.pointer
        own = Drawn(
            sort=node.sort,
            id="d" + place.replace("/", "-"),
            name=name_of(node),
            place=place,
            label=self._here.label(node.label, node.key),
            help=self._here.label(node.help),
            is_required=node.is_required,
            is_more=bool(node.schema.get("x-more")),
            is_open=(node.value not in (MISSING, node.schema.get("default")) and place != "/key")
            or bool(self._pinned.get(place)),
            has_focus=place == self._designing.edit.place and bool(place),
            errors=self._wrong(node),
            warnings=self._said(place, is_error=False),
        )
        made = _DRAWERS.get(node.sort, Drawing.kept)(self, node, own)
        if made.errors:
            self.marked.append((made.id, made.label))
        return made

    def _options(self, choices: Sequence[tuple[Any, Any]]) -> Options:
        return [(text_of(value), self._here.label(words, text_of(value))) for value, words in choices]

    def _offered(self, wanted: Wanted | None) -> Options:
        if wanted is None:
            return []
        return self._options(names.offered(self._here.catalog, wanted, self._people))

    # --- what holds others ---

    def holder(self, node: Node, own: Drawn) -> Drawn:
        children = [self._draw(one) for one in node.children]
        given = {
            "choices": self._options(node.choices),
            "chosen": node.chosen,
            "kept": [(key, strict_json.write(node.value[key])) for key in node.unknown],
        }
        return replace(own, children=children, given=given)

    def list(self, node: Node, own: Drawn) -> Drawn:
        children = [self._draw(one) for one in node.children]
        titled = [replace(one, label=self._title(one, at)) for at, one in enumerate(children)]
        if node.is_folding:
            titled = [self._folded(one) for one in titled]
        shelf = node.schema["items"].get("x-parts")
        what = self._here.label(said(node.schema["items"], "title", "x-zh-title"), own.label)
        offers: Options = [("", what)]
        if shelf:
            found = getattr(web.house().registry, shelf)
            offers = [(key, self._here.label(one.label, key)) for key, one in found.items()]
        given = {"is_parts": bool(shelf), **self._ends(own)}
        return replace(own, children=titled, offers=offers, given=given, drags=node.drag_group)

    def _folded(self, item: Drawn) -> Drawn:
        """The thing as its heading alone, unless it is open or something is wrong with it."""
        is_open = item.place == self._designing.open
        opened = is_open or bool(self._below(item.place)) or any(one.errors for one in _inside(item))
        return replace(item, fold="open" if is_open else "wrong" if opened else "shut")

    def _title(self, item: Drawn, at: int) -> str:
        """What an item of a list is called: what it does, else its own label, else its number."""
        chosen = next((one for one in item.children if one.sort == "name"), None)
        named = dict(chosen.given["options"]).get(chosen.given["text"], "") if chosen else ""
        if item.sort == "part":
            sort = dict(item.given["choices"]).get(item.given["chosen"], item.given["chosen"])
            return _("%(kind)s: %(name)s", kind=sort, name=named) if named else sort
        own = next(
            (one for one in item.children if one.sort == "text" and one.place.endswith(("/label", "/means"))),
            None,
        )
        texts = own.given["texts"] if own else {}
        words = texts.get(self._here.language) or next((one for one in texts.values() if one), "")
        return words or named or _("Number %(number)s", number=at + 1)

    def names(self, node: Node, own: Drawn) -> Drawn:
        offered = dict(self._offered(node.wanted))
        held, sign = node.value if node.is_there else [], node.wanted.sign if node.wanted else ""
        rows = [self._row(own, at, one, offered, sign) for at, one in enumerate(held)]
        taken = {one.removeprefix(sign) if sign else one for one in self._taken(node, held)}
        offers = [one for one in offered.items() if one[0] not in taken]
        return replace(
            own, offers=offers, given={"rows": rows, "sign": sign, "is_blank": not offered, **self._ends(own)}
        )

    def _ends(self, own: Drawn) -> dict[str, bool]:
        """Whether the first and the last of a list can go on into a neighbouring list."""
        body = self._designing.body
        return {
            "has_before": bool(next_list(body, own.place, -1)),
            "has_after": bool(next_list(body, own.place, 1)),
        }

    def _taken(self, node: Node, held: Sequence[str]) -> Sequence[str]:
        """The names that are not offered again: those of this list, or of all that share their names."""
        shared = node.schema.get("items", {}).get("x-names", node.schema.get("x-names", {})).get("unused_in")
        if not shared:
            return held
        alike = [one for one in self._nodes if one.sort == "names" and one.pointer.startswith(f"{shared}/")]
        return [name for one in alike if one.is_there for name in one.value]

    def _row(self, own: Drawn, at: int, name: str, offered: Mapping[str, str], sign: str) -> Drawn:
        plain = name.removeprefix(sign) if sign else name
        place = f"{own.place}/{at}"
        return Drawn(
            "name",
            f"{own.id}-{at}",
            f"{own.name}/{at}",
            place,
            offered.get(plain, plain),
            given={"turn": sign if sign and name.startswith(sign) else ""},
            has_focus=place == self._designing.edit.place,
            errors=self._said(place, is_error=True),
            warnings=self._said(place, is_error=False),
        )

    # --- inputs ---

    def line(self, node: Node, own: Drawn) -> Drawn:
        is_fixed = node.pointer == "/key" and bool(self._designing.key)
        kind = "date" if node.schema.get("format") == "date" else "text"
        own = replace(own, given={"text": text_of(node.value), "is_fixed": is_fixed, "type": kind})
        if node.pointer != "/key":
            return own
        if is_fixed:
            return replace(own, is_required=False)
        made = _("Left empty, it is made of the label.")
        return replace(own, is_required=False, help=f"{own.help} {made}")

    def icon(self, node: Node, own: Drawn) -> Drawn:
        text, known = text_of(node.value), frame.icons()
        strange = [text] if text and text not in known else []
        return replace(own, given={"text": text, "names": [*strange, *known]})

    def flag(self, node: Node, own: Drawn) -> Drawn:
        is_on = node.value if node.is_there else node.schema.get("default", False)
        return replace(own, given={"is_on": is_on is True})

    def choice(self, node: Node, own: Drawn) -> Drawn:
        usual = node.schema.get("default", MISSING)
        return self._select(own, self._options(node.choices), text_of(node.value if node.is_there else usual))

    def name(self, node: Node, own: Drawn) -> Drawn:
        return self._select(own, self._offered(node.wanted), text_of(node.value))

    def _select(self, own: Drawn, options: Options, text: str) -> Drawn:
        strange = [(text, text)] if text and text not in dict(options) else []
        return replace(own, given={"options": [*options, *strange], "text": text})

    def boxes(self, node: Node, own: Drawn) -> Drawn:
        return replace(
            own,
            given={"options": self._options(node.choices), "ticked": node.value if node.is_there else []},
        )

    def text(self, node: Node, own: Drawn) -> Drawn:
        texts = lines_of(node.value)
        order = sorted(LANGUAGES, key=lambda one: not self._here.language.startswith(one))
        languages = {"en": _("English"), "zh": _("Chinese")}
        return replace(
            own,
            given={
                "texts": texts,
                "languages": [(one, languages[one]) for one in order],
                "has_lines": node.schema.get("x-widget") == "lines"
                or any("\n" in one for one in texts.values()),
            },
        )

    def rule(self, node: Node, own: Drawn) -> Drawn:
        designing, outside = self._designing, self._designing.outside
        found = scope_of(self._here, designing.kind, designing.body, node)
        if found is None:
            return replace(own, given={"condition": None, "said": self._json(node)})
        scope, document, is_timed = found
        before = outside.conditions.get(node.pointer) if outside else None
        if designing.edit.said == "asked" and designing.edit.place == node.pointer:
            building, look = Building(Group(parts=(Row("", "", ()),))), Look("0")
        elif before and before[0] == scope:
            after = before[1]
            building = after.building
            look = Look(after.part, after.said, is_saving=designing.is_tried, problems=after.problems)
        else:
            building, look = self._opened(scope, document, is_timed=is_timed), Look()
        condition = condition_drawn(self._here, scope, building, prefix_of(node), look)
        return replace(own, given={"condition": condition})

    def _opened(self, scope: Scope, document: Any, *, is_timed: bool) -> Building:
        """What is new and runs by the clock begins with an empty row: that it is for every record must be meant."""
        if is_timed and not self._designing.key and document is True:
            return Building(Group(parts=(Row("", "", ()),)))
        return forms.opened(self._here, scope, document)

    def cron(self, node: Node, own: Drawn) -> Drawn:
        return replace(own, given=times.given(self._here, text_of(node.value)))

    def value(self, node: Node, own: Drawn) -> Drawn:
        offered = self._offered(node.wanted)
        return replace(own, **valued.drawn(self._here, node, own, offered, self._formula(node)))

    def _formula(self, node: Node) -> Condition | None:
        """The formula of a value, where one stands or was asked for; after a move its place is another's."""
        outside, scope = self._designing.outside, formula_scope(node)
        is_moved = self._designing.edit.said in ("removed", "moved")
        held = outside.conditions.get(node.pointer) if outside and not is_moved else None
        if scope.entity not in self._here.catalog.entities or (held is None and how_of(node) != KEPT):
            return None
        wrong = [
            replace(one, pointer=one.pointer[len(node.pointer) :])
            for one in self._pinned.get(node.pointer, ())
        ]
        if held is None or held[0] != scope:
            building, look = forms.opened(self._here, scope, formula_in(node)), Look(problems=tuple(wrong))
        else:
            after = held[1]
            problems, is_tried = (*after.problems, *wrong), self._designing.is_tried
            building, look = (
                after.building,
                Look(after.part, after.said, is_saving=is_tried, problems=problems),
            )
        return condition_drawn(self._here, scope, building, prefix_of(node), look)

    def values(self, node: Node, own: Drawn) -> Drawn:
        offered = dict(self._offered(node.wanted))
        children = [self._draw(one) for one in node.children]
        children = [replace(one, label=offered.get(one.label, one.label)) for one in children]
        held = node.value if node.is_there else {}
        offers = [one for one in offered.items() if one[0] not in held]
        return replace(own, children=children, offers=offers, given={"is_blank": not offered})

    def matrix(self, node: Node, own: Drawn) -> Drawn:
        table = matrix.Matrix(self._here, self._designing, node, own)
        offered = names.many(self._here.catalog, node.wanted) if node.wanted else []
        rows = table.rows(self._options(offered), self._below)
        self.marked += [(one.id, one.label) for one in rows if one.errors]
        opened = [self._draw(one) for one in table.opened()]
        given = {"rows": rows, "flags": self._options(node.choices), "focus": self._designing.edit.place}
        return replace(own, given=given, children=opened, errors=())

    def levels(self, node: Node, own: Drawn) -> Drawn:
        return replace(own, given=matrix.levels(self._here, node, self._offered(node.wanted)))

    def canvas(self, node: Node, own: Drawn) -> Drawn:
        told = canvas.Telling(
            lambda place: self._said(place, is_error=True),
            self._below,
            lambda place: self._said(place, is_error=False),
        )
        given = canvas.Canvas(self._here, self._designing, node, told).given(self._draw)
        blocks = [one for one in given["blocks"] if one.errors]
        pieces = [one for block in given["blocks"] for one in block.pieces if one.errors]
        self.marked += [(one.id, one.label) for one in (*blocks, *pieces)]
        return replace(own, given=given)

    def when(self, node: Node, own: Drawn) -> Drawn:
        """A condition that may also be none: `state` is none, always or asked."""
        may_be_always = bool(node.schema.get("x-always"))
        if not node.is_there:
            return replace(own, given={"state": "none", "may_be_always": may_be_always})
        made = self.rule(node, own)
        condition = made.given["condition"]
        is_bare = node.value is True and not (condition and condition.root and condition.root.parts)
        given = {"state": "always" if is_bare else "asked", "may_be_always": may_be_always}
        return replace(made, given={**made.given, **given}, warnings=())

    def _below(self, place: str) -> list[str]:
        """What is wrong anywhere in a row that is not open."""
        inside = [one for one in self._pinned if f"{one}/".startswith(f"{place}/")]
        return [words for one in inside for words in self._said(one, is_error=True)]

    def kept(self, node: Node, own: Drawn) -> Drawn:
        return replace(own, given={"said": self._json(node)})

    def _json(self, node: Node) -> str:
        return "" if node.value is MISSING else strict_json.write(node.value)


def _inside(item: Drawn) -> Iterator[Drawn]:
    for one in item.children:
        yield one
        yield from _inside(one)


_DRAWERS: Mapping[str, Callable[[Drawing, Node, Drawn], Drawn]] = {
    "object": Drawing.holder,
    "part": Drawing.holder,
    "ways": Drawing.holder,
    "list": Drawing.list,
    "names": Drawing.names,
    "line": Drawing.line,
    "number": Drawing.line,
    "flag": Drawing.flag,
    "icon": Drawing.icon,
    "choice": Drawing.choice,
    "name": Drawing.name,
    "boxes": Drawing.boxes,
    "text": Drawing.text,
    "rule": Drawing.rule,
    "cron": Drawing.cron,
    "value": Drawing.value,
    "values": Drawing.values,
    "canvas": Drawing.canvas,
    "when": Drawing.when,
    "matrix": Drawing.matrix,
    "levels": Drawing.levels,
}
