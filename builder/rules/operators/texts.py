"""Texts, compared by code point. An empty text does not exist: what comes out empty is an empty value."""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Callable
from typing import Any

from sqlalchemy import false, select, true, type_coerce

from builder.rules.dialects import INTEGER as INTEGER_SQL
from builder.rules.dialects import TEXT as TEXT_SQL
from builder.rules.dialects import all_of, bound, holds, otherwise, shaped
from builder.rules.families import BOOLEAN, INTEGER, TEXT
from builder.rules.names import Moment, Row
from builder.rules.operators.comparing import is_column
from builder.rules.operators.entry import Operator, Pieces, Slot, Sql, Test, Writer
from builder.rules.operators.leaves import onward
from builder.rules.operators.spelling import JOINED, Turn, function
from builder.rules.tree import Closure, Node
from schema_store.problems import Problem, Problems, _

BLANKS = " \t\n\r\u00a0\u3000"
"""What `trim` takes away, the same on both databases."""


def fold(text: str) -> str:
    """The text without differences of case and of how accents are written; the stored shadow column holds this."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


# --- a text inside another ---


def _test(test: Callable[[str, str], bool]) -> Callable[[Node, list[Closure]], Closure]:
    def lower(_node: Node, args: list[Closure]) -> Closure:
        text, part = args

        def run(row: Row, moment: Moment) -> bool:
            whole, asked = text(row, moment), part(row, moment)
            return whole is not None and asked is not None and test(whole, asked)

        return run

    return lower


_holds_part = operator.contains


def contains_sql(writer: Writer, text: Node, part: Node, *, negated: bool) -> Pieces:
    """`part` stands somewhere in `text`; never LIKE, which ignores case on SQLite."""
    whole, asked = writer.value(text), writer.value(part)
    found = holds("(instr({0}, {1}) > 0)", whole, asked, postgresql="(strpos({0}, {1}) > 0)")
    if not negated:
        return [found]
    if not is_column(text) or not part.is_constant or writer.constant(part) is None:
        return [otherwise(found)]
    absent = holds("(instr({0}, {1}) = 0)", whole, asked, postgresql="(strpos({0}, {1}) = 0)")
    return [absent, whole.is_(None)] if text.is_nullable else [absent]


def _contains(*, swapped: bool, negated: bool) -> Callable[[Writer, Node], Pieces]:
    def write(writer: Writer, node: Node) -> Pieces:
        first, second = node.args
        text, part = (second, first) if swapped else (first, second)
        return contains_sql(writer, text, part, negated=negated)

    return write


def _swapped(_node: Node, args: list[Closure]) -> Closure:
    return _test(_holds_part)(_node, args[::-1])


# --- beginnings and ends ---


def after_prefix(prefix: str) -> str | None:
    """The first text, by code point, behind all that begin with `prefix`; None when there is none."""
    while prefix:
        last = ord(prefix[-1])
        if last < 0x10FFFF:
            following = 0xE000 if last == 0xD7FF else last + 1  # surrogates cannot be stored
            return prefix[:-1] + chr(following)
        prefix = prefix[:-1]
    return None


def _starts_sql(*, negated: bool) -> Callable[[Writer, Node], Pieces]:
    def write(writer: Writer, node: Node) -> Pieces:
        text, part = node.args
        prefix = writer.constant(part) if part.is_constant else None
        if prefix is not None and is_column(text):
            return _range(writer, text, prefix, negated=negated)
        test = holds("(substr({0}, 1, length({1})) = {1})", writer.value(text), writer.value(part))
        return [otherwise(test)] if negated else [test]

    return write


def _range(writer: Writer, text: Node, prefix: str, *, negated: bool) -> Pieces:
    """A prefix is a range of texts, so an index serves."""
    if not prefix:
        return [writer.emptied(text, negated=not negated)]
    column, end = writer.value(text), after_prefix(prefix)
    low = bound(prefix, TEXT)
    if negated:
        above: list[Test] = [] if end is None else [column >= bound(end, TEXT)]
        return [column < low, *above, writer.emptied(text, negated=False)]
    return [column >= low if end is None else all_of(column >= low, column < bound(end, TEXT))]


def _ends_sql(*, negated: bool) -> Callable[[Writer, Node], Pieces]:
    def write(writer: Writer, node: Node) -> Pieces:
        text, part = node.args
        if part.is_constant and writer.constant(part) == "":
            return [writer.emptied(text, negated=not negated)]
        test = holds(
            "(substr({0}, -length({1})) = {1})",
            writer.value(text),
            writer.value(part),
            postgresql="(right({0}, length({1})) = {1})",
        )
        return [otherwise(test)] if negated else [test]

    return write


# --- without regard to case ---


def _folded_test(test: Callable[[str, str], bool]) -> Callable[[Node, list[Closure]], Closure]:
    return _test(lambda whole, part: test(fold(whole), fold(part)))


def folded_column(writer: Writer, node: Node) -> Sql:
    """The stored folded text of a field. Raises Problems where the tables keep none."""
    way = node.detail
    if way.hops:
        beyond = writer.inside(way.hops[0][1])
        found = select(folded_column(beyond, onward(node))).where(
            beyond.column("id") == writer.column(way.hops[0][0])
        )
        return found.correlate_except(beyond.table).scalar_subquery()
    hook = getattr(writer.tables, "folded", None)
    column = hook(writer.table, writer.entity, way.key) if hook else None
    if column is None:
        template = _("“{field}” keeps no text to search without regard to case.")
        hint = _("Index the field for searching, or use “contains”.")
        raise Problems(Problem("sql.unsupported", template, {"field": way.key}, node.pointer, hint))
    return type_coerce(column, TEXT_SQL)


def _folded_sql(template: str, postgresql: str, *, negated: bool) -> Callable[[Writer, Node], Pieces]:
    def write(writer: Writer, node: Node) -> Pieces:
        text, part = node.args
        asked = writer.constant(part)
        if asked is None:
            return [true() if negated else false()]
        if asked == "":
            return [writer.emptied(text, negated=not negated)]
        test = holds(template, folded_column(writer, text), bound(fold(asked), TEXT), postgresql=postgresql)
        return [otherwise(test)] if negated else [test]

    return write


def _needs_field(args: list[Node]) -> tuple[str, str] | None:
    if args[0].op == "var" and args[0].detail.formula is None:
        return None
    return "type.mismatch", _("Without regard to case only a field's own text can be searched.")


# --- lengths and parts ---


def _value(read: Callable[[str], Any]) -> Callable[[Node, list[Closure]], Closure]:
    def lower(_node: Node, args: list[Closure]) -> Closure:
        (inner,) = args

        def run(row: Row, moment: Moment) -> Any:
            text = inner(row, moment)
            return None if text is None else read(text)

        return run

    return lower


def _length_sql(writer: Writer, node: Node) -> Sql:
    return shaped(
        "length({0})",
        writer.value(node.args[0]),
        of=INTEGER_SQL,
        postgresql="CAST(char_length({0}) AS BIGINT)",
    )


def _trim_sql(writer: Writer, node: Node) -> Sql:
    blanks = bound(BLANKS, TEXT)
    return shaped(
        "nullif(trim({0}, {1}), '')",
        writer.value(node.args[0]),
        blanks,
        of=TEXT_SQL,
        postgresql="NULLIF(btrim({0}, {1}), '')",
    )


def _joined(_node: Node, args: list[Closure]) -> Closure:
    def run(row: Row, moment: Moment) -> str | None:
        whole = ""
        for arg in args:
            value = arg(row, moment)
            if value is not None:
                whole += value if type(value) is str else str(value)
        return whole or None

    return run


def _joined_sql(writer: Writer, node: Node) -> Sql:
    values = [writer.value(arg) for arg in node.args]
    return shaped(
        f"NULLIF({_written(node, 'CAST({0} AS INTEGER)')}, '')",
        *values,
        of=TEXT_SQL,
        postgresql=f"NULLIF({_written(node, '{0}')}, '')",
    )


def _written(node: Node, whole: str) -> str:
    """The values as texts, one behind the other. On SQLite a product that was too large on its way is a double."""
    places = [f"{{{at}}}" for at in range(len(node.args))]
    exact = [
        whole.format(place) if arg.type.name == "integer" and arg.op != "literal" else place
        for place, arg in zip(places, node.args, strict=True)
    ]
    return " || ".join(f"coalesce(CAST({place} AS TEXT), '')" for place in exact)


def part_of(text: str, start: int, length: int | None) -> str:
    """JSONLogic's substr: a negative start counts from the end, a negative length leaves that much off."""
    rest = text[start:] if start >= 0 else text[max(len(text) + start, 0) :]
    if length is None:
        return rest
    return rest[:length] if length >= 0 else rest[: max(len(rest) + length, 0)]


def _numbers(node: Node) -> tuple[int, int | None]:
    return node.args[1].detail, node.args[2].detail if len(node.args) > 2 else None


def _substr(node: Node, args: list[Closure]) -> Closure:
    text, (start, length) = args[0], _numbers(node)

    def run(row: Row, moment: Moment) -> str | None:
        whole = text(row, moment)
        return None if whole is None else part_of(whole, start, length) or None

    return run


def _substr_sql(writer: Writer, node: Node) -> Sql:
    """The start is worked out so that it is never negative: SQLite would count from the end, PostgreSQL would not."""
    start, length = _numbers(node)
    rest = writer.value(node.args[0])
    if start >= 0:
        rest = shaped(f"substr({{0}}, {start + 1})", rest, of=TEXT_SQL)
    else:
        rest = shaped(
            f"substr({{0}}, max(length({{0}}) - {-start}, 0) + 1)",
            rest,
            of=TEXT_SQL,
            postgresql=f"right({{0}}, {-start})",
        )
    if length is not None and length >= 0:
        rest = shaped(f"substr({{0}}, 1, {length})", rest, of=TEXT_SQL)
    elif length is not None:
        rest = shaped(
            f"substr({{0}}, 1, max(length({{0}}) - {-length}, 0))",
            rest,
            of=TEXT_SQL,
            postgresql=f"substr({{0}}, 1, greatest(length({{0}}) - {-length}, 0))",
        )
    return shaped("NULLIF({0}, '')", rest, of=TEXT_SQL)


FARTHEST = 100_000


def _near(args: list[Node]) -> tuple[str, str] | None:
    if any(arg.detail is None or abs(arg.detail) > FARTHEST for arg in args[1:]):
        return "syntax.limit", _("A place in a text is a whole number up to 100,000.")
    return None


EMPTY = _("False when a side is empty.")
OWN = _("Empty when the text is.")
TWO = (Slot("text"), Slot("text"))
ASKED = (Slot("plain"), Slot("text", literal=True))
PLACE = Slot("integer", literal=True)


def _test_entry(
    key: str,
    slots: Any,
    *,
    python: Any,
    words: tuple[str, str, str, str],
    true_form: Any,
    false_form: Any,
    **rest: Any,
) -> Operator:
    en, zh, not_en, not_zh = words
    options: dict[str, Any] = {"example": {key: [{"var": "name"}, "An"]}} | rest
    return Operator(
        key=key,
        name=key,
        group="text",
        slots=slots,
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=EMPTY,
        python=python,
        sentence={"en": en, "zh": zh, "not en": not_en, "not zh": not_zh},
        weight=2,
        true=true_form,
        false=false_form,
        counts_empty="not",
        **options,
    )


CONTAINS = ("{0} contains {1}", "{0}包含{1}", "{0} does not contain {1}", "{0}不包含{1}")


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**6


LEFT = Turn(
    ("LEFT", "左"),
    {"en": "text, length", "zh": "文本, 长度"},
    {"en": "the beginning of a text", "zh": "文本开头的几个字符"},
    read=lambda args: [args[0], 0, args[1]] if len(args) == 2 and _is_count(args[1]) else None,
    write=lambda args: (
        [args[0], args[2]]
        if len(args) == 3 and args[1] is not False and args[1] == 0 and _is_count(args[2])
        else None
    ),
)
RIGHT = Turn(
    ("RIGHT", "右"),
    {"en": "text, length", "zh": "文本, 长度"},
    {"en": "the end of a text", "zh": "文本结尾的几个字符"},
    read=lambda args: [args[0], -args[1]] if len(args) == 2 and _is_count(args[1]) else None,
    write=lambda args: (
        [args[0], -args[1]] if len(args) == 2 and isinstance(args[1], int) and _is_count(-args[1]) else None
    ),
)
MID = Turn(
    ("MID", "中间"),
    {"en": "text, start, length", "zh": "文本, 起始位置, 长度"},
    {"en": "a part of a text, counted from 1", "zh": "文本中间的几个字符，从1数起"},
    read=lambda args: (
        [args[0], args[1] - 1, args[2]]
        if len(args) == 3 and _is_count(args[1]) and _is_count(args[2])
        else None
    ),
    write=lambda args: (
        [args[0], args[1] + 1, args[2]]
        if len(args) == 3 and _is_count(args[1]) and _is_count(args[2])
        else None
    ),
)

ENTRIES = (
    Operator(
        key="in.text",
        name="in",
        group="text",
        slots=TWO,
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=EMPTY,
        python=_swapped,
        sentence={
            "en": "{1} contains {0}",
            "zh": "{1}包含{0}",
            "not en": "{1} does not contain {0}",
            "not zh": "{1}不包含{0}",
        },
        weight=2,
        true=_contains(swapped=True, negated=False),
        false=_contains(swapped=True, negated=True),
        counts_empty="not",
        spelling=function("ISIN", "包含于", en="part, whole", zh="部分, 整体"),
        example={"in": ["Road", {"var": "address"}]},
    ),
    _test_entry(
        "contains",
        TWO,
        spelling=function("CONTAINS", "包含", en="text, part", zh="文本, 部分"),
        python=_test(_holds_part),
        words=CONTAINS,
        true_form=_contains(swapped=False, negated=False),
        false_form=_contains(swapped=False, negated=True),
    ),
    _test_entry(
        "starts_with",
        TWO,
        spelling=function(
            "STARTSWITH",
            "开头是",
            en="text, beginning",
            zh="文本, 开头",
            does={"en": "the text begins with the other", "zh": "文本以另一段文本开头"},
        ),
        python=_test(str.startswith),
        words=("{0} starts with {1}", "{0}以{1}开头", "{0} does not start with {1}", "{0}不以{1}开头"),
        true_form=_starts_sql(negated=False),
        false_form=_starts_sql(negated=True),
        aliases=("startsWith", "beginsWith"),
    ),
    _test_entry(
        "ends_with",
        TWO,
        spelling=function(
            "ENDSWITH",
            "结尾是",
            en="text, end",
            zh="文本, 结尾",
            does={"en": "the text ends with the other", "zh": "文本以另一段文本结尾"},
        ),
        python=_test(str.endswith),
        words=("{0} ends with {1}", "{0}以{1}结尾", "{0} does not end with {1}", "{0}不以{1}结尾"),
        true_form=_ends_sql(negated=False),
        false_form=_ends_sql(negated=True),
        aliases=("endsWith",),
    ),
    _test_entry(
        "icontains",
        ASKED,
        spelling=function("SEARCH", "ICONTAINS", "查找", en="text, part", zh="文本, 部分"),
        python=_folded_test(_holds_part),
        words=(
            "{0} contains {1} in any case",
            "{0}包含{1}（不分大小写）",
            "{0} does not contain {1} in any case",
            "{0}不包含{1}（不分大小写）",
        ),
        true_form=_folded_sql("(instr({0}, {1}) > 0)", "(strpos({0}, {1}) > 0)", negated=False),
        false_form=_folded_sql("(instr({0}, {1}) > 0)", "(strpos({0}, {1}) > 0)", negated=True),
        objects=_needs_field,
    ),
    _test_entry(
        "matches_ci",
        ASKED,
        spelling=function(
            "SAMETEXT",
            "文本相同",
            en="text, text",
            zh="文本, 文本",
            does={"en": "both texts are the same, capitals or not", "zh": "两段文本相同（不分大小写）"},
        ),
        python=_folded_test(lambda whole, part: not part or whole == part),
        words=(
            "{0} is {1} in any case",
            "{0}是{1}（不分大小写）",
            "{0} is not {1} in any case",
            "{0}不是{1}（不分大小写）",
        ),
        true_form=_folded_sql("({0} = {1})", "", negated=False),
        false_form=_folded_sql("({0} = {1})", "", negated=True),
        objects=_needs_field,
    ),
    Operator(
        key="length",
        name="length",
        group="text",
        slots=(Slot("text"),),
        gives=INTEGER,
        yields=("integer",),
        empty="any",
        rule_of_empty=OWN,
        python=_value(len),
        sentence={"en": "the length of {0}", "zh": "{0}的长度"},
        weight=2,
        value=_length_sql,
        spelling=function("LEN", "长度", en="text", zh="文本"),
        example={">=": [{"length": [{"var": "phone"}]}, 11]},
    ),
    Operator(
        key="trim",
        name="trim",
        group="text",
        slots=(Slot("text"),),
        gives=TEXT,
        yields=("text",),
        empty="own",
        rule_of_empty=_("Empty when nothing but blanks is there."),
        python=_value(lambda text: text.strip(BLANKS) or None),
        sentence={"en": "{0} without blanks around it", "zh": "去掉首尾空白的{0}"},
        weight=2,
        value=_trim_sql,
        spelling=function("TRIM", "去空格", en="text", zh="文本"),
        example={"trim": [{"var": "name"}]},
    ),
    Operator(
        key="cat",
        name="cat",
        group="text",
        slots=(Slot("label", many=True),),
        gives=TEXT,
        yields=("text",),
        empty="own",
        rule_of_empty=_("Empty values add nothing; empty when nothing is left."),
        python=_joined,
        sentence={"en": "{0} and so on", "zh": "{0}等"},
        weight=2,
        value=_joined_sql,
        say=lambda speaker, node, _negated: " + ".join(speaker.said(arg) for arg in node.args),
        spelling=function(
            "CONCAT",
            "CONCATENATE",
            "连接",
            en="text, text …",
            zh="文本, 文本 …",
            does={"en": "the texts one behind the other", "zh": "把文本接在一起"},
            signs=("&",),
            binds=JOINED,
            is_chain=True,
        ),
        example={"cat": [{"var": "city"}, "-", {"var": "member_no"}]},
    ),
    Operator(
        key="substr",
        name="substr",
        group="text",
        slots=(Slot("text"), PLACE, Slot("integer", literal=True, optional=True)),
        gives=TEXT,
        yields=("text",),
        empty="own",
        rule_of_empty=_("Empty when the text is, or when nothing is left."),
        python=_substr,
        sentence={"en": "a part of {0}", "zh": "{0}的一部分"},
        weight=2,
        value=_substr_sql,
        objects=_near,
        spelling=function(
            "SUBSTR",
            "子串",
            en="text, start from 0, length",
            zh="文本, 从0起的位置, 长度",
            turns=(LEFT, RIGHT, MID),
        ),
        example={"substr": [{"var": "phone"}, 0, 3]},
    ),
)
