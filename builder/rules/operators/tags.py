"""Tags: a set of texts, kept in a link table. Tests become `id IN (SELECT record_id …)`, which an index serves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import FromClause, Select, false, func, select, true, type_coerce

from builder.rules.dialects import INTEGER as INTEGER_SQL
from builder.rules.dialects import TEXT as TEXT_SQL
from builder.rules.dialects import bound, member
from builder.rules.families import BOOLEAN, INTEGER
from builder.rules.families import TEXT as TAG
from builder.rules.names import Moment, Row
from builder.rules.operators.comparing import INVERSE, SIGNS
from builder.rules.operators.entry import Operator, Pieces, Slot, Sql, Test, Writer
from builder.rules.operators.leaves import onward
from builder.rules.operators.spelling import function
from builder.rules.tree import Closure, Node, Way
from schema_store.problems import _

# --- the way to a field or relation of another record ---

Make = Callable[[Writer, Node, bool], Test]
"""Writes a test, or its complement, for the record that holds the tags or the relation."""


def reached(writer: Writer, node: Node, make: Make, *, negated: bool, absent: bool = False) -> Test:
    """The test `make`, asked of the record that `node`'s way leads to; `absent`: what it is when there is none."""
    way: Way = node.detail
    if not way.hops:
        return make(writer, node, negated)
    beyond = writer.inside(way.hops[0][1])
    met = reached(beyond, onward(node), make, negated=absent, absent=absent)
    ids = select(beyond.column("id")).where(met).correlate_except(beyond.table)
    return member(writer.column(way.hops[0][0]), ids, negated=negated is not absent)


def holder(writer: Writer, node: Node) -> Sql:
    """The id of the record that holds the tags or the relation; null if absent."""
    way: Way = node.detail
    if not way.hops:
        return writer.column("id")
    beyond = writer.inside(way.hops[0][1])
    found = select(holder(beyond, onward(node))).where(beyond.column("id") == writer.column(way.hops[0][0]))
    return found.correlate_except(beyond.table).scalar_subquery()


# --- in, any, all ---


def _link(writer: Writer, node: Node) -> tuple[FromClause, Sql, Sql]:
    link = writer.tables.tags(writer.entity, node.detail.key).alias()
    return link, type_coerce(link.c.record_id, INTEGER_SQL), type_coerce(link.c.tag, TEXT_SQL)


def _ids(link: FromClause, record: Sql, *tests: Test) -> Select[Any]:
    return select(record).where(*tests).correlate_except(link)


def _tagged(values: Callable[[Sql], Test]) -> Make:
    def make(writer: Writer, node: Node, negated: bool) -> Test:
        link, record, tag = _link(writer, node)
        return member(writer.column("id"), _ids(link, record, values(tag)), negated=negated, nullable=False)

    return make


def _any_of(values: frozenset[str]) -> Make:
    texts = [bound(value, TAG) for value in sorted(values)]
    return _tagged(lambda tag: tag == texts[0] if len(texts) == 1 else tag.in_(texts))


def _all_of(values: frozenset[str]) -> Make:
    def make(writer: Writer, node: Node, negated: bool) -> Test:
        link, record, tag = _link(writer, node)
        listed = tag.in_([bound(value, TAG) for value in sorted(values)])
        full = func.count(tag.distinct()) == bound(len(values), INTEGER)
        ids = _ids(link, record, listed).group_by(record).having(full)
        return member(writer.column("id"), ids, negated=negated, nullable=False)

    return make


# --- in: one tag ---


def _in(_node: Node, args: list[Closure]) -> Closure:
    needle, tags = args

    def run(row: Row, moment: Moment) -> bool:
        return needle(row, moment) in tags(row, moment)

    return run


def _in_sql(*, negated: bool) -> Any:
    def write(writer: Writer, node: Node) -> Pieces:
        needle, tags = node.args
        if tags.is_constant:
            return _in_constant(writer, needle, writer.constant(tags), negated=negated)
        if not needle.is_constant:
            return [_in_read(writer, needle, tags, negated=negated)]
        value = writer.constant(needle)
        if value is None:
            return [true() if negated else false()]
        return [reached(writer, tags, _any_of(frozenset({value})), negated=negated)]

    return write


def _in_constant(writer: Writer, needle: Node, tags: frozenset[str], *, negated: bool) -> Pieces:
    if not tags:
        return [true() if negated else false()]
    return writer.compared(needle, "in", tags, negated=negated)


def _in_read(writer: Writer, needle: Node, tags: Node, *, negated: bool) -> Test:
    """A tag that the row itself names: the count of such tags is one, or none."""
    at = _at(writer, tags)
    link, record, tag = _link(at, tags)
    found = select(func.count()).where(record == holder(writer, tags), tag == writer.value(needle))
    count = found.select_from(link).correlate_except(link).scalar_subquery()
    return count == bound(0, INTEGER) if negated else count > bound(0, INTEGER)


def _at(writer: Writer, node: Node) -> Writer:
    """A writer of the entity that holds the field; only its name is used."""
    hops = node.detail.hops
    return writer.inside(hops[-1][1]) if hops else writer


# --- has_any, has_all, has_none ---


def _sets(test: Callable[[frozenset[str], frozenset[str]], bool]) -> Callable[[Node, list[Closure]], Closure]:
    def lower(_node: Node, args: list[Closure]) -> Closure:
        tags, wanted = args
        return lambda row, moment: test(tags(row, moment), wanted(row, moment))

    return lower


def _has(make: Callable[[frozenset[str]], Make], *, none_wanted: bool, negated: bool) -> Any:
    """`none_wanted`: the verdict when no tag is asked for."""

    def write(writer: Writer, node: Node) -> Test:
        tags, wanted = node.args
        values = writer.constant(wanted)
        if not values:
            return true() if none_wanted is not negated else false()
        return reached(writer, tags, make(values), negated=negated)

    return write


def tags_emptied(writer: Writer, node: Node, negated: bool) -> Test:
    """No tag at all; so too where the record is absent."""
    return reached(writer, node, _tagged(lambda tag: tag.is_not(None)), negated=not negated)


# --- tag_count ---


def _count(_node: Node, args: list[Closure]) -> Closure:
    (tags,) = args
    return lambda row, moment: len(tags(row, moment))


def _count_sql(writer: Writer, node: Node) -> Sql:
    (tags,) = node.args
    link, record, _tag = _link(_at(writer, tags), tags)
    count = select(func.count()).select_from(link).where(record == holder(writer, tags))
    return count.correlate_except(link).scalar_subquery()


def _count_compared(writer: Writer, node: Node, sign: str, constant: Any, negated: bool) -> Pieces:
    (tags,) = node.args
    holds_at_zero = bool(SIGNS[sign](0, constant))
    test = counted(sign, constant, inverse=holds_at_zero)

    def make(inner: Writer, field: Node, opposite: bool) -> Test:
        link, record, tag = _link(inner, field)
        ids = _ids(link, record).group_by(record).having(test(func.count(tag)))
        return member(inner.column("id"), ids, negated=opposite is not holds_at_zero, nullable=False)

    return [reached(writer, tags, make, negated=negated, absent=holds_at_zero)]


def counted(sign: str, constant: Any, *, inverse: bool) -> Callable[[Sql], Test]:
    """The test of a count (never empty), or its opposite."""

    def test(count: Sql) -> Test:
        if sign == "in":
            values = [bound(value, INTEGER) for value in sorted(constant)]
            if not values:
                return true() if inverse else false()
            return count.not_in(values) if inverse else count.in_(values)
        if inverse and sign == "==":
            return count != bound(constant, INTEGER)
        return SIGNS[INVERSE[sign] if inverse else sign](count, bound(constant, INTEGER))

    return test


WORDS = Slot("tags", literal=True)


HAS = {
    key: function(
        name, chinese, en="tags, tag …", zh="标签字段, 标签 …", spread=True, does={"en": en, "zh": zh}
    )
    for key, name, chinese, en, zh in (
        ("has_any", "HASANY", "含任一标签", "at least one of these tags is there", "至少有其中一个标签"),
        ("has_all", "HASALL", "含全部标签", "all of these tags are there", "有其中全部标签"),
        ("has_none", "HASNONE", "不含标签", "none of these tags is there", "没有其中任何标签"),
    )
}


def _has_entry(key: str, group: Sequence[str], test: Any, make: Any, none_wanted: bool) -> Operator:
    en, zh, not_en, not_zh = group
    return Operator(
        key=key,
        name=key,
        group="tags",
        slots=(Slot("tags"), WORDS),
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=_("No tags are like an empty list: none is in it."),
        python=_sets(test),
        sentence={"en": en, "zh": zh, "not en": not_en, "not zh": not_zh},
        weight=3,
        true=_has(make, none_wanted=none_wanted, negated=False),
        false=_has(make, none_wanted=none_wanted, negated=True),
        spelling=HAS[key],
        example={key: [{"var": "tags"}, ["vip", "new"]]},
    )


def _has_none(*, negated: bool) -> Any:
    return _has(_any_of, none_wanted=False, negated=not negated)


ENTRIES = (
    Operator(
        key="in.tags",
        name="in",
        group="tags",
        slots=(Slot("text"), Slot("tags")),
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=_("False for an empty value."),
        python=_in,
        sentence={
            "en": "{1} contain {0}",
            "zh": "{1}含有{0}",
            "not en": "{1} do not contain {0}",
            "not zh": "{1}不含{0}",
        },
        weight=3,
        true=_in_sql(negated=False),
        false=_in_sql(negated=True),
        spelling=function("ISIN", "包含于", en="tag, tags", zh="标签, 标签字段"),
        example={"in": ["vip", {"var": "tags"}]},
    ),
    _has_entry(
        "has_any",
        ("{0} have any of {1}", "{0}含有{1}中的任何一个", "{0} have none of {1}", "{0}不含{1}中的任何一个"),
        lambda tags, wanted: not tags.isdisjoint(wanted),
        _any_of,
        False,
    ),
    _has_entry(
        "has_all",
        ("{0} have all of {1}", "{0}含有全部{1}", "{0} lack some of {1}", "{0}缺少{1}中的某些"),
        lambda tags, wanted: wanted <= tags,
        _all_of,
        True,
    ),
    Operator(
        key="has_none",
        name="has_none",
        group="tags",
        slots=(Slot("tags"), WORDS),
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=_("True when there are no tags."),
        python=_sets(lambda tags, wanted: tags.isdisjoint(wanted)),
        sentence={
            "en": "{0} have none of {1}",
            "zh": "{0}不含{1}中的任何一个",
            "not en": "{0} have any of {1}",
            "not zh": "{0}含有{1}中的任何一个",
        },
        weight=3,
        true=_has_none(negated=False),
        false=_has_none(negated=True),
        spelling=HAS["has_none"],
        example={"has_none": [{"var": "tags"}, ["vip"]]},
    ),
    Operator(
        key="tag_count",
        name="tag_count",
        group="tags",
        slots=(Slot("tags"),),
        gives=INTEGER,
        yields=("integer",),
        empty="never",
        rule_of_empty=_("0 when there are none."),
        python=_count,
        sentence={"en": "the number of {0}", "zh": "{0}的个数"},
        weight=2,
        value=_count_sql,
        compared=_count_compared,
        spelling=function("TAGCOUNT", "标签数", en="tags", zh="标签"),
        example={">=": [{"tag_count": [{"var": "tags"}]}, 2]},
    ),
)
