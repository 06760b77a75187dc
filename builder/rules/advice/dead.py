"""Parts of a rule that decide nothing: always true or false, said twice, or never reached. Warnings, never errors."""

from __future__ import annotations

from builder.rules.advice.possible import ANY_MOMENT, Known, Possible, is_fixed, key_of, meet
from builder.rules.evaluate import lowered
from builder.rules.operators import TABLE
from builder.rules.tree import Node
from schema_store.problems import Problem, _

TRUE = ("const.always_true", _("This is always true."))
FALSE = ("const.always_false", _("This is always false."))
TWICE = ("dead.duplicate", _("This stands here twice."))
DECIDED = ("dead.branch", _("This decides nothing: what stands beside it has decided already."))
UNREACHED = ("dead.branch", _("This value is never chosen."))
TAKE_AWAY = _("It can be taken away.")


def dead(node: Node) -> list[Problem]:
    """A warning for each part that could be left out, outermost first, with pointers into the rule."""
    finder = _Finder()
    finder.visit(node, {})
    return sorted(finder.found, key=lambda problem: problem.pointer.count("/"))


class _Finder:
    def __init__(self) -> None:
        self.found: list[Problem] = []
        self._possible = Possible()

    def visit(self, node: Node, given: Known) -> None:
        """Look at a node and all below it. `given`: what is known of the record wherever it is asked."""
        if node.op in {"literal", "var"} or self._is_settled(node):
            return
        if node.op in {"and", "or"}:
            self._group(node, given)
        elif node.op == "if":
            self._choice(node, given)
        else:
            entry, count = TABLE[node.op], len(node.args)
            for at, arg in enumerate(node.args):
                self.visit(arg, {} if entry.slot_of(at, count).inner else given)

    def _is_settled(self, node: Node) -> bool:
        """Always true or always false by itself; which is then noted."""
        if TABLE[node.op].true is None:
            return False
        if is_fixed(node):
            holds = bool(lowered(node)(None, ANY_MOMENT))  # type: ignore[arg-type] - it reads no row
        elif self._never(node, {}, holds=True):
            holds = False
        elif self._never(node, {}, holds=False):
            holds = True
        else:
            return False
        self._note(node, TRUE if holds else FALSE)
        return True

    def _never(self, node: Node, given: Known, *, holds: bool) -> bool:
        return meet(given, self._possible.when(node, holds=holds)) is None

    # --- and, or ---

    def _group(self, node: Node, given: Known) -> None:
        """Parts that the others decide, last first, so that of two which say the same the first one stays."""
        counts = node.op == "and"
        alive = [arg for arg in node.args if not self._is_alone(arg)]
        for part in reversed(alive.copy()):
            others = [one for one in alive if one is not part]
            beside = self._beside(others, given, counts=counts)
            if beside is None or self._never(part, beside, holds=not counts):
                alive.remove(part)
                is_twice = any(key_of(one) == key_of(part) for one in others)
                self._note(part, TWICE if is_twice else DECIDED)
        self._inside(alive, given, counts=counts)

    def _inside(self, alive: list[Node], given: Known, *, counts: bool) -> None:
        """What each part holds, seen beside the others; but not beside one of which something may be taken away."""
        whole = alive.copy()
        for part in alive:
            before = len(self.found)
            self.visit(
                part, self._beside([one for one in whole if one is not part], given, counts=counts) or {}
            )
            if any(one.code.startswith("dead.") for one in self.found[before:]):
                whole.remove(part)

    def _beside(self, others: list[Node], given: Known, *, counts: bool) -> Known | None:
        """What is known where a part decides: the others hold (in “or”, none of them does)."""
        return meet(given, *[self._possible.when(one, holds=counts) for one in others])

    def _is_alone(self, part: Node) -> bool:
        """Constant whatever stands beside it, which is a finding of its own."""
        if part.op == "literal":
            return True
        return self._is_settled(part)

    # --- if ---

    def _choice(self, node: Node, given: Known) -> None:
        left: Known | None = given
        for at in range(0, len(node.args) - 1, 2):
            test, value = node.args[at], node.args[at + 1]
            left = self._branch(test, value, left)
        if len(node.args) % 2:
            self._value(node.args[-1], left)

    def _branch(self, test: Node, value: Node, given: Known | None) -> Known | None:
        """One pair of an `if`; what is known when its condition did not hold."""
        if given is not None:
            self.visit(test, given)
        self._value(value, None if given is None else meet(given, self._possible.when(test, holds=True)))
        return None if given is None else meet(given, self._possible.when(test, holds=False))

    def _value(self, value: Node, given: Known | None) -> None:
        if given is None:
            self._note(value, UNREACHED)
        else:
            self.visit(value, given)

    def _note(self, node: Node, what: tuple[str, str]) -> None:
        hint = TAKE_AWAY if what[0].startswith("dead.") else ""
        self.found.append(Problem(what[0], what[1], {}, node.pointer, hint, severity="warning"))
