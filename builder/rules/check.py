"""A tree checked against an entity's names: types, emptiness, operators resolved. Every problem at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from builder.rules.advice.dead import dead
from builder.rules.advice.possible import ANY_MOMENT
from builder.rules.families import BOOLEAN, MEMBERS, WORDS, NotThis, meets, natural, stored
from builder.rules.limits import MAX_AGGREGATES
from builder.rules.load import is_too_deep
from builder.rules.lookup import Lookup
from builder.rules.names import Names, Type
from builder.rules.operators import NAMES, TABLE
from builder.rules.operators.entry import Operator, Slot
from builder.rules.operators.leaves import as_decimal, as_number, context_node, is_loose, literal_node
from builder.rules.operators.logic import truth
from builder.rules.parse import parse
from builder.rules.rule import Rule
from builder.rules.tree import Call, Literal, Node, Tree, Way, document
from schema_store.problems import Problem, Problems, _

BASED = frozenset({"any", "like", "ordered", "measure", "known", "name"})
"""Slots whose values must be of one family; the first that is not a literal decides which."""


def check(
    rule: Any, names: Names, entity: str, *, wanted: str | Type | None = "condition", trigger: bool = False
) -> Rule:
    """The typed rule of a tree or a document, over the records of `entity`.

    `wanted`: "condition" (True or False), "value" (any stored value), a Type that a field needs, or None (anything).
    `trigger`: the rule may ask what a write changed. Raises Problems with every error; warnings are in the Rule.
    """
    tree = rule if isinstance(rule, (Call, Literal)) else parse(rule)
    checker = _Checker(names, trigger=trigger)
    node = checker.root(tree, entity, wanted)
    errors = [problem for problem in checker.problems if problem.severity == "error"]
    if errors or node is None:
        raise Problems(checker.problems)
    checker.problems += dead(node)
    checked = Rule(
        document(tree),
        entity,
        node,
        wanted == "condition",
        reads_of(node) | checker.lookup.reads,
        any(TABLE[one.op].is_trigger for one in node.walk()),
        tuple(checker.problems),
    )
    if not checked.uses_trigger and is_too_deep(checked, names, SOME_MOMENTS):
        raise Problems(Problem("syntax.limit", _("With its formulas this rule is nested too deep.")))
    return checked


def reads_of(node: Node) -> frozenset[tuple[str, str]]:
    """The (entity, field) that end the ways of a tree; those on the way are kept by the lookup."""
    ways = [one.detail for one in node.walk() if isinstance(one.detail, Way) and one.detail.fact is not None]
    return frozenset((way.entity, way.key) for way in ways)


SOME_MOMENTS = (ANY_MOMENT, replace(ANY_MOMENT, is_past=True))


@dataclass(frozen=True)
class Loose:
    """A `$user.…` whose type is that of the value beside it."""

    name: str
    pointer: str


Arg = Node | Literal | Loose | None


class _Checker:
    def __init__(self, names: Names, *, trigger: bool):
        self.problems: list[Problem] = []
        self.lookup = Lookup(names, self.problems, self.within, self.formula)
        self._trigger = trigger
        self._aggregates = 0

    # --- the whole ---

    def root(self, tree: Tree, entity: str, wanted: str | Type | None) -> Node | None:
        node = self._typed(self.arg(tree, entity), wanted)
        if node is None:
            return None
        if wanted == "condition":
            return self._condition(node)
        if isinstance(wanted, Type):
            return self._assigned(node, wanted)
        if wanted == "value" and node.type.name not in MEMBERS["any"]:
            self.mismatch(node.pointer, WORDS["any"], node.type)
            return None
        return node

    def _typed(self, arg: Arg, wanted: str | Type | None) -> Node | None:
        if isinstance(arg, Literal):
            if wanted == "condition" and not isinstance(arg.value, bool):
                self.mismatch(arg.pointer, WORDS["condition"], natural(arg.value))
                return None
            return self._literal(arg, wanted if isinstance(wanted, Type) else natural(arg.value))
        if isinstance(arg, Loose):
            return context_node(arg.name, wanted if isinstance(wanted, Type) else Type("text"), arg.pointer)
        return arg

    def _assigned(self, node: Node, wanted: Type) -> Node | None:
        """The value as a field of type `wanted` takes it."""
        if node.type.name == wanted.name and node.type.scale == wanted.scale:
            fits = set(node.type.options) <= set(wanted.options) and (
                wanted.name != "ref" or meets(node.type, wanted)
            )
            if fits or wanted.name in {"tags", "null"}:
                return node
        if (
            wanted.name == "decimal"
            and node.type.name in MEMBERS["exact"]
            and node.type.scale <= wanted.scale
        ):
            return as_decimal(node, wanted.scale)
        if wanted.name == "number" and node.type.name in MEMBERS["number"]:
            return as_number(node)
        if wanted.name == "text" and node.type.name == "enum":
            return node
        if wanted.name in MEMBERS["exact"] and node.type.name == "number":
            self._unrounded(node, wanted)
        else:
            self.mismatch(node.pointer, WORDS[wanted.name], node.type)
        return None

    def _unrounded(self, node: Node, wanted: Type) -> None:
        template = _("This result can have any number of digits; the field has {digits} behind the point.")
        hint = _("Round it: ROUND(…, {digits}).")
        params = {"digits": wanted.scale}
        self.problems.append(Problem("type.mismatch", template, params, node.pointer, hint))

    # --- parts ---

    def arg(self, tree: Tree, entity: str) -> Arg:
        """A typed node; a literal or loose context value as it stands; None where a problem was noted."""
        if isinstance(tree, Literal):
            return tree
        if tree.op == "var":
            name = tree.args[0].value  # type: ignore[union-attr] - the parser saw to it
            if is_loose(name):
                return Loose(name, tree.pointer)
            return self.lookup.variable(name, entity, tree.pointer)
        return self._call(tree, entity)

    def within(self, tree: Tree, entity: str) -> Node | None:
        """A condition in another entity's scope (a rollup's `where`)."""
        node = self._typed(self.arg(tree, entity), "condition")
        return None if node is None else self._condition(node)

    def formula(self, tree: Tree, entity: str, type_: Type) -> Node | None:
        """What a formula field of `type_` is worked out by, in the scope of its entity."""
        node = self._typed(self.arg(tree, entity), type_)
        return None if node is None else self._assigned(node, type_)

    def _call(self, call: Call, entity: str) -> Node | None:
        count = len(call.args)
        entries = [TABLE[key] for key in NAMES[call.op] if TABLE[key].least <= count <= TABLE[key].most]
        if not entries:
            self._arity(call)
            return None
        first = self._first(call, entries[0], entity)
        entries = [
            one for one in entries if not count or self._fits(first, one.slot_of(0, count), one, None)
        ] or entries
        if isinstance(first, Node) and first.type.name != "relation":
            entries = [
                one for one in entries if count == 0 or one.slot_of(0, count).wants != "relation"
            ] or entries
        inner = first.type.entity if isinstance(first, Node) and first.type.name == "relation" else entity
        rest = [
            self._named(
                arg, entries[0].slot_of(at, count), inner if entries[0].slot_of(at, count).inner else entity
            )
            for at, arg in enumerate(call.args[1:], 1)
        ]
        args = [first, *rest] if count else []
        if any(arg is None for arg in args):
            return None
        return self._resolved(call, entries, args)

    def _first(self, call: Call, entry: Operator, entity: str) -> Arg:
        return self._named(call.args[0], entry.slot_of(0, len(call.args)), entity) if call.args else None

    def _named(self, tree: Tree, slot: Slot, entity: str) -> Arg:
        """An argument; a bare text where a field's name belongs is that field."""
        if slot.wants == "name" and isinstance(tree, Literal) and isinstance(tree.value, str):
            return self.arg(Call("var", (tree,), tree.pointer), entity)
        return self.arg(tree, entity)

    def _resolved(self, call: Call, entries: list[Operator], args: list[Arg]) -> Node | None:
        count = len(args)
        for entry in entries:
            base = _base(entry, args)
            if all(self._fits(arg, entry.slot_of(at, count), entry, base) for at, arg in enumerate(args)):
                return self._made(call, entry, args, base)
        self._explain_mismatch(call, entries[0], args)
        return None

    def _fits(self, arg: Arg, slot: Slot, entry: Operator, base: Type | None) -> bool:
        if isinstance(arg, Literal):
            has_order = any(one.wants in {"ordered", "measure"} for one in entry.slots)
            return _literal_fits(arg.value, slot, base) and not (arg.value is None and has_order)
        if isinstance(arg, Loose):
            return slot.wants in LOOSE and not _is_written_out(slot)
        if arg is None:
            return True
        if slot.wants == "name":
            is_own = arg.op == "var" and not arg.detail.hops and arg.detail.formula is None
            return is_own and arg.type.name != "relation"
        if slot.wants == "condition":
            return True
        if _is_written_out(slot) or (slot.literal and not arg.is_constant):
            return False
        if (
            slot.wants in BASED
            and base is not None
            and arg.type.name in MEMBERS["any"]
            and not meets(arg.type, base)
        ):
            return False
        return arg.type.name in MEMBERS["any" if slot.wants == "like" else slot.wants]

    def _made(self, call: Call, entry: Operator, args: list[Arg], base: Type | None) -> Node | None:
        count = len(args)
        made = [self._settled(arg, entry.slot_of(at, count), entry, base) for at, arg in enumerate(args)]
        nodes = [node for node in made if node is not None]
        if len(nodes) < len(made) or not self._allowed(call, entry):
            return None
        nodes = entry.arrange(nodes) if entry.arrange else nodes
        objection = entry.objects(nodes) if entry.objects else None
        if objection:
            self.problems.append(Problem(objection[0], objection[1], {}, call.pointer))
            return None
        return Node(
            entry.key,
            entry.type_of(nodes),
            entry.is_nullable(nodes),
            tuple(nodes),
            call.pointer,
            entry.detail(nodes) if entry.detail else None,
            entry.is_constant
            or (bool(nodes) and not entry.is_trigger and all(node.is_constant for node in nodes)),
        )

    def _allowed(self, call: Call, entry: Operator) -> bool:
        self._aggregates += entry.is_aggregate
        if self._aggregates == MAX_AGGREGATES + 1:
            self._refuse(
                call,
                "syntax.limit",
                _("More than {limit} questions about child records."),
                limit=MAX_AGGREGATES,
            )
        if entry.is_trigger and not self._trigger:
            template = _(
                "“{operator}” asks what a change did; it belongs in rules that run when a record is written."
            )
            self._refuse(call, "op.trigger", template, operator=call.op)
            return False
        return True

    # --- literals ---

    def _settled(self, arg: Arg, slot: Slot, entry: Operator, base: Type | None) -> Node | None:
        """The argument as a node of the type its slot decides."""
        if isinstance(arg, Loose):
            return context_node(
                arg.name, base if base and slot.wants in BASED else LOOSE[slot.wants], arg.pointer
            )
        if isinstance(arg, Literal):
            return self._written(arg, slot, base)
        if slot.wants == "condition" and arg is not None:
            return self._condition(arg)
        return arg

    def _written(self, literal: Literal, slot: Slot, base: Type | None) -> Node | None:
        if slot.wants == "list":
            return self._list(literal, base)
        if slot.wants == "unit":
            return literal_node(literal.value, Type("text"), literal.pointer)
        if literal.value == "" and slot.wants == "text":
            return literal_node("", Type("text"), literal.pointer)
        return self._literal(literal, _type_for(slot.wants, literal.value, base))

    def _literal(self, literal: Literal, type_: Type) -> Node | None:
        try:
            value, exact, was_text = stored(literal.value, type_)
        except NotThis as error:
            self._not_this(error, literal.pointer)
            return None
        if was_text:
            template = _("“{value}” is read as a number.")
            self.problems.append(
                Problem(
                    "type.coerced", template, {"value": literal.value}, literal.pointer, severity="warning"
                )
            )
        return literal_node(value, exact, literal.pointer)

    def _list(self, literal: Literal, base: Type | None) -> Node | None:
        """A literal list in the stored form of `base`: detail is (values, whether "empty" is among them)."""
        type_ = base or _type_for("any", next((one for one in literal.value if one is not None), None), None)
        values, has_empty, before = set(), False, len(self.problems)
        for at, one in enumerate(literal.value):
            node = self._literal(Literal(one, f"{literal.pointer}/{at}"), _type_for("any", one, type_))
            value = None if node is None else _rescaled(node, type_)
            has_empty |= node is not None and node.detail is None
            values |= {value} if value is not None else set()
        if any(problem.severity == "error" for problem in self.problems[before:]):
            return None
        return Node(
            "literal", type_, False, (), literal.pointer, (frozenset(values), has_empty), is_constant=True
        )

    # --- conditions ---

    def _condition(self, node: Node) -> Node:
        if node.type.name != "boolean":
            template = _(
                "{found} stands where a condition belongs: it counts as true when it has a value (and is not 0)."
            )
            params = {"found": WORDS[node.type.name]}
            self.problems.append(
                Problem("type.truthiness", template, params, node.pointer, severity="warning")
            )
        return truth(node)

    # --- problems ---

    def mismatch(self, place: str, expected: str, found: Type, operator: str = "") -> None:
        template = (
            _("“{operator}” needs {expected} here, not {found}.")
            if operator
            else _("This gives {found}, not {expected}.")
        )
        params = {"operator": operator, "expected": expected, "found": WORDS[found.name]}
        self.problems.append(Problem("type.mismatch", template, params, place))

    def _explain_mismatch(self, call: Call, entry: Operator, args: list[Arg]) -> None:
        """The first argument that does not fit the likeliest entry."""
        base, count = _base(entry, args), len(args)
        for at, arg in enumerate(args):
            slot = entry.slot_of(at, count)
            if self._fits(arg, slot, entry, base):
                continue
            place = call.args[at].pointer or call.pointer
            if isinstance(arg, Literal) and arg.value is None and entry.group in {"comparison", "text"}:
                template = _("Nothing is ever “{operator}” an empty value.")
                hint = _("Ask with “is_empty”, or compare with “==”.")
                self.problems.append(Problem("null.always", template, {"operator": call.op}, place, hint))
                return
            wants = base.name if slot.wants == "like" and base else slot.wants
            found = (
                natural(arg.value)
                if isinstance(arg, Literal)
                else arg.type
                if isinstance(arg, Node)
                else Type("text")
            )
            self.mismatch(place, WORDS[wants], found, call.op)
            return
        self.mismatch(call.pointer, _("other values"), Type("null"), call.op)

    def _arity(self, call: Call) -> None:
        entries = [TABLE[key] for key in NAMES[call.op]]
        least, most = min(one.least for one in entries), max(one.most for one in entries)
        template = _("“{operator}” takes {least} to {most} values, not {count}.")
        self._refuse(
            call, "op.arity", template, operator=call.op, least=least, most=most, count=len(call.args)
        )

    def _not_this(self, error: NotThis, place: str) -> None:
        hint, params = error.hint, error.params
        if "options" in params:
            hint, params = self.lookup.near(str(params["value"]), params["options"], params)
        self.problems.append(Problem(error.code, error.template, params, place, hint))

    def _refuse(self, call: Call, code: str, template: str, **params: Any) -> None:
        self.problems.append(Problem(code, template, params, call.pointer))


LOOSE = {
    "any": Type("text"),
    "like": Type("text"),
    "text": Type("text"),
    "integer": Type("integer"),
    "number": Type("integer"),
    "boolean": BOOLEAN,
    "condition": BOOLEAN,
    "tags": Type("tags"),
    "known": Type("text"),
    "ref": Type("ref"),
}
"""What a loose context value is where nothing stands beside it, by slot."""


def _base(entry: Operator, args: list[Arg]) -> Type | None:
    """The type that literals and loose values of an operator take: that of its first typed value."""
    places = [at for at, arg in enumerate(args) if entry.slot_of(at, len(args)).wants in BASED]
    typed = [arg.type for at in places if isinstance(arg := args[at], Node)]
    if typed:
        numbers = all(one.name in MEMBERS["number"] for one in typed)
        return typed[0] if numbers or len(typed) == 1 else _widest(typed)
    written = [arg.value for at in places if isinstance(arg := args[at], Literal) and arg.value is not None]
    return _type_for("any", written[0], None) if written else None


def _widest(types: list[Type]) -> Type:
    """The first; but of texts the loosest, which is text beside an enum."""
    is_text = types[0].name == "enum"
    return next((one for one in types if is_text and one.name == "text"), types[0])


def _is_written_out(slot: Slot) -> bool:
    """Whether only a literal fits: a list, a unit; a place or a number of digits, known when the rule is checked."""
    return slot.wants in {"list", "unit"} or (slot.literal and slot.wants == "integer")


def _literal_fits(value: Any, slot: Slot, base: Type | None) -> bool:
    if slot.wants == "list":
        return isinstance(value, list)
    if slot.wants == "name":
        return False
    if slot.wants == "unit":
        return isinstance(value, str) and value in slot.draw
    if isinstance(value, list):
        return slot.wants == "tags"
    if value is None:
        return slot.wants in {"any", "like", "known"}
    if base is None or slot.wants not in BASED:
        return slot.wants in {"any", "like", "known"} or slot.wants in FITTING[type(value)]
    return base.name in FITTING[type(value)] and (slot.wants == "like" or base.name in MEMBERS[slot.wants])


FITTING: dict[type, frozenset[str]] = {
    bool: frozenset({"boolean", "condition"}),
    int: frozenset({"integer", "decimal", "number", "exact", "ref", "ordered", "measure", "label"}),
    float: frozenset({"integer", "decimal", "number", "exact", "ordered", "measure"}),
    str: frozenset(
        {
            "text",
            "plain",
            "enum",
            "date",
            "datetime",
            "moment",
            "ordered",
            "measure",
            "label",
            "tags",
            "integer",
            "decimal",
            "number",
            "exact",
        }
    ),
}
"""Which slots a literal of a JSON type may be tried in; whether it can be read is told with the reason."""


def _type_for(wants: str, value: Any, base: Type | None) -> Type:
    """The type a literal is read as."""
    if base is not None and wants in BASED:
        return Type("decimal", scale=base.scale) if base.name == "integer" else base
    if wants == "moment":
        return Type("date" if isinstance(value, str) and len(value) == 10 else "datetime")
    if wants in {"integer", "boolean", "text", "date", "datetime", "tags", "ref"}:
        return Type(wants)
    if wants in {"exact", "number"}:
        return Type("decimal")
    if wants in {"plain", "label"}:
        return Type("integer") if isinstance(value, int) and wants == "label" else Type("text")
    if wants == "condition":
        return BOOLEAN
    return natural(value)


def _rescaled(node: Node, type_: Type) -> Any:
    """A list's value at the scale of what is looked for in it; None when it has more digits than that can have."""
    value, scale = node.detail, node.type.scale
    if value is None or type_.name not in {"integer", "decimal"} or scale == type_.scale:
        return value
    if scale < type_.scale:
        return value * 10 ** (type_.scale - scale)
    whole, rest = divmod(value, 10 ** (scale - type_.scale))
    return None if rest else whole
