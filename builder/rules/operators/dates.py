"""Days and times. `today` and `now` are the moment's; bounds are worked out here, never by the database's clock."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import false, true

from builder.rules.dialects import DATE as DATE_SQL
from builder.rules.dialects import INTEGER as INTEGER_SQL
from builder.rules.dialects import bound, shaped
from builder.rules.families import DATE, DATETIME, INTEGER
from builder.rules.names import Moment, Row
from builder.rules.operators.comparing import FLIPPED
from builder.rules.operators.entry import Operator, Pieces, Slot, Speaker, Sql, Writer
from builder.rules.operators.spelling import Turn, function
from builder.rules.tree import Closure, Node
from schema_store.problems import _

UNITS = ("day", "week", "month", "year")
DAYS = {"day": 1, "week": 7}
MONTHS = {"month": 1, "year": 12}
FARTHEST = {"day": 4_000_000, "week": 600_000, "month": 130_000, "year": 11_000}
"""More than this many units never lead from one date to another (years 1 to 9999)."""

# --- days in Python ---


def add(day: date, amount: int, unit: str) -> date | None:
    """`day` moved by `amount` units; a month's end stays a month's end; None beyond the years 1 to 9999."""
    if abs(amount) > FARTHEST[unit]:
        return None
    try:
        return (
            day + timedelta(days=amount * DAYS[unit])
            if unit in DAYS
            else _add_months(day, amount * MONTHS[unit])
        )
    except (ValueError, OverflowError):
        return None


def _add_months(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= years <= 9999:
        raise ValueError(years)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


_last_day: tuple[Any, Any] = (None, None)


def today(moment: Moment) -> date:
    """The moment's day, worked out once for a moment that is asked many times."""
    global _last_day  # noqa: PLW0603 - one pair, replaced whole
    asked, day = _last_day
    if asked is not moment:
        day = moment.day
        _last_day = (moment, day)
    return day


def start_of(day: date, moment: Moment) -> datetime:
    """The first moment of a day in the workspace's zone, in UTC."""
    try:
        return datetime.combine(day, time(), moment.zone).astimezone(UTC)
    except OverflowError:
        return datetime(1, 1, 1, tzinfo=UTC) if day.year < 5000 else datetime.max.replace(tzinfo=UTC)


def _today(_node: Node, _args: list[Closure]) -> Closure:
    return lambda _row, moment: today(moment)


def _now(_node: Node, _args: list[Closure]) -> Closure:
    return lambda _row, moment: moment.as_of


def _constant(writer: Writer, node: Node) -> Sql:
    return bound(writer.constant(node), node.type)


# --- days since and until ---


def _days(direction: int) -> Any:
    def lower(_node: Node, args: list[Closure]) -> Closure:
        (inner,) = args

        def run(row: Row, moment: Moment) -> int | None:
            day = inner(row, moment)
            return None if day is None else direction * (today(moment).toordinal() - day.toordinal())

        return run

    return lower


def _days_sql(direction: int) -> Any:
    def write(writer: Writer, node: Node) -> Sql:
        day, now = writer.value(node.args[0]), bound(today(writer.moment), DATE)
        return days_between(now, day) if direction == 1 else days_between(day, now)

    return write


def days_between(later: Sql, earlier: Sql) -> Sql:
    """Whole days from one date to another."""
    return shaped(
        "CAST(julianday({0}) - julianday({1}) AS INTEGER)",
        later,
        earlier,
        of=INTEGER_SQL,
        postgresql="CAST({0} - {1} AS BIGINT)",
    )


def _days_compared(direction: int) -> Any:
    """`days_since(d) > 180` is `d < today - 180`: the bound is worked out here, so an index on d serves."""

    def rewrite(writer: Writer, node: Node, sign: str, constant: Any, negated: bool) -> Pieces | None:
        (inner,) = node.args
        start = today(writer.moment).toordinal()
        if sign == "in":
            days = {_day(start - direction * one) for one in constant} - {None}
            return writer.compared(inner, "in", frozenset(days), negated=negated)
        turned = FLIPPED[sign] if direction == 1 else sign
        ordinal = start - direction * constant
        day = _day(ordinal)
        if day is not None:
            return writer.compared(inner, turned, day, negated=negated)
        holds = turned in {"<", "<="} if ordinal > 0 else turned in {">", ">="}
        return known(writer, inner, holds=holds, negated=negated)

    return rewrite


def known(writer: Writer, node: Node, *, holds: bool, negated: bool) -> Pieces:
    """A test that holds for every value, or for none: all that is left to ask is whether there is a value."""
    if holds:
        return [writer.emptied(node, negated=not negated)]
    return [true() if negated else false()]


AGO = {
    ">": ("more than {1} days ago", "距今超过{1}天"),
    ">=": ("at least {1} days ago", "距今至少{1}天"),
    "<": ("less than {1} days ago, or later", "距今不到{1}天或更晚"),
    "<=": ("at most {1} days ago, or later", "距今不超过{1}天或更晚"),
}
AHEAD = {
    ">": ("more than {1} days from now", "在{1}天之后"),
    ">=": ("at least {1} days from now", "至少在{1}天后"),
    "<": ("less than {1} days from now, or earlier", "不到{1}天后或更早"),
    "<=": ("at most {1} days from now, or earlier", "{1}天内或更早"),
}
"""How days since and until are said, by sign, in English and Chinese; the opposite sign says the opposite."""
OPPOSITE = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}


def _told(words: Mapping[str, tuple[str, str]]) -> dict[str, dict[str, str]]:
    """The templates of `Operator.told`."""
    return {
        sign: {
            "en": f"{{0}} is {words[sign][0]}",
            "zh": f"{{0}}{words[sign][1]}",
            "not en": f"{{0}} is {words[OPPOSITE[sign]][0]}",
            "not zh": f"{{0}}{words[OPPOSITE[sign]][1]}",
        }
        for sign in words
    }


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else None


def as_day(node: Node) -> Node:
    """A date as it is; a time as its day (see `calendar.date_of`)."""
    if node.type.name != "datetime":
        return node
    return Node("date_of", DATE, node.is_nullable, (node,), node.pointer, None, node.is_constant)


def days_first(args: list[Node]) -> list[Node]:
    """The arguments with every time as its day."""
    return [as_day(arg) for arg in args]


def _inner_emptied(writer: Writer, node: Node, negated: bool) -> Any:
    return writer.emptied(node.args[0], negated=negated)


# --- adding ---


def _date_add(node: Node, args: list[Closure]) -> Closure:
    start, amount, unit = args[0], args[1], node.args[2].detail

    def run(row: Row, moment: Moment) -> date | None:
        day, count = start(row, moment), amount(row, moment)
        return None if day is None or count is None else add(day, count, unit)

    return run


def _date_add_sql(writer: Writer, node: Node) -> Sql:
    day, count = writer.value(node.args[0]), writer.value(node.args[1])
    unit = node.args[2].detail
    limit = FARTHEST[unit] + 1
    near = shaped(
        f"nullif(nullif(min(max({{0}}, -{limit}), {limit}), -{limit}), {limit})",
        count,
        of=INTEGER_SQL,
        postgresql=f"CAST(NULLIF(NULLIF(LEAST(GREATEST({{0}}, -{limit}), {limit}), -{limit}), {limit}) AS INTEGER)",
    )
    return _moved_days(day, near, DAYS[unit]) if unit in DAYS else _moved_months(day, near, MONTHS[unit])


def _clamped(expression: str, low: int, high: int) -> str:
    """PostgreSQL: a whole number from `low` to `high`, else null; null too where LEAST and GREATEST skipped a null."""
    below, above = low - 1, high + 1
    return (
        f"CAST(NULLIF(NULLIF(LEAST(GREATEST({expression}, {below}), {above}), {below}), {above}) AS INTEGER)"
    )


FIRST_DAY = "DATE '0001-01-01'"
DAY_COUNT = date.max.toordinal() - 1
"""Days from the first day to the last."""
MONTH_COUNT = (12, 9999 * 12 + 11)
"""The first and the last month, counted from year 0."""


def _moved_days(day: Sql, count: Sql, days: int) -> Sql:
    number = _clamped(f"({{0}} - {FIRST_DAY}) + CAST({{1}} AS BIGINT) * {days}", 0, DAY_COUNT)
    return shaped(
        f"nullif(max(date({{0}}, ({{1}} * {days}) || ' days'), '0001-01-00'), '0001-01-00')",
        day,
        count,
        of=DATE_SQL,
        postgresql=f"({FIRST_DAY} + {number})",
    )


def _moved_months(day: Sql, count: Sql, months: int) -> Sql:
    """Clamped to the month's end: on SQLite the smaller of the rolled-over date and that month's last day."""
    month = shaped(
        "{0}",
        day,
        count,
        of=INTEGER_SQL,
        postgresql=_clamped(
            "CAST(extract(year FROM {0}) * 12 + extract(month FROM {0}) - 1 AS BIGINT)"
            f" + CAST({{1}} AS BIGINT) * {months}",
            *MONTH_COUNT,
        ),
    )
    first = shaped("{0}", month, of=DATE_SQL, postgresql="make_date({0} / 12, mod({0}, 12) + 1, 1)")
    start = f"{{0}}, 'start of month', ({{1}} * {months}) || ' months'"
    rolled = f"date({start}, (CAST(strftime('%d', {{0}}) AS INTEGER) - 1) || ' days')"
    last = f"coalesce(date({start}, '+1 month', '-1 day'), date({start}, '+30 days'))"
    last_day = "CAST({2} + INTERVAL '1 month' - INTERVAL '1 day' AS DATE)"
    return shaped(
        f"nullif(max(min(coalesce({rolled}, {last}), {last}), '0001-01-00'), '0001-01-00')",
        day,
        count,
        first,
        of=DATE_SQL,
        postgresql=f"LEAST({{2}} + CAST(extract(day FROM {{0}}) AS INTEGER) - 1, {last_day})",
    )


UNIT_WORDS = {
    "en": {"day": "days", "week": "weeks", "month": "months", "year": "years"},
    "zh": {"day": "天", "week": "周", "month": "个月", "year": "年"},
}


def unit_words(speaker: Speaker, unit: str) -> str:
    return UNIT_WORDS["zh" if speaker.language.startswith("zh") else "en"][unit]


def _said_sum(speaker: Speaker, node: Node, _negated: bool) -> str:
    day, amount, unit = node.args
    return speaker.template(node).format(
        speaker.said(day), speaker.said(amount), unit_words(speaker, unit.detail)
    )


SPELLED_UNITS = {
    "day": {"en": "day", "zh": "天"},
    "week": {"en": "week", "zh": "周"},
    "month": {"en": "month", "zh": "月"},
    "year": {"en": "year", "zh": "年"},
}
"""The units as they are written in formulas."""
EDATE = Turn(
    ("EDATE",),
    {"en": "date, months", "zh": "日期, 月数"},
    {"en": "the date that many months later", "zh": "若干个月之后的日期"},
    read=lambda args: [*args, "month"] if len(args) == 2 else None,
    write=lambda _args: None,
)

WHEN = _("Empty when the date is.")

ENTRIES = (
    Operator(
        key="today",
        name="today",
        group="dates",
        slots=(),
        gives=DATE,
        yields=("date",),
        empty="never",
        rule_of_empty=_("Never empty."),
        python=_today,
        sentence={"en": "today", "zh": "今天"},
        weight=2,
        value=_constant,
        is_constant=True,
        spelling=function("TODAY", "今天"),
        example={"today": []},
    ),
    Operator(
        key="now",
        name="now",
        group="dates",
        slots=(),
        gives=DATETIME,
        yields=("datetime",),
        empty="never",
        rule_of_empty=_("Never empty."),
        python=_now,
        sentence={"en": "now", "zh": "现在"},
        weight=2,
        value=_constant,
        is_constant=True,
        spelling=function("NOW", "现在"),
        example={"now": []},
    ),
    Operator(
        key="days_since",
        name="days_since",
        group="dates",
        slots=(Slot("moment"),),
        gives=INTEGER,
        yields=("integer",),
        empty="any",
        rule_of_empty=WHEN,
        python=_days(1),
        sentence={"en": "the days since {0}", "zh": "距{0}已过的天数"},
        told=_told(AGO),
        weight=3,
        value=_days_sql(1),
        compared=_days_compared(1),
        emptied=_inner_emptied,
        arrange=days_first,
        spelling=function("DAYSSINCE", "已过天数", en="date", zh="日期"),
        example={">": [{"days_since": [{"var": "last_order_on"}]}, 180]},
    ),
    Operator(
        key="days_until",
        name="days_until",
        group="dates",
        slots=(Slot("moment"),),
        gives=INTEGER,
        yields=("integer",),
        empty="any",
        rule_of_empty=WHEN,
        python=_days(-1),
        sentence={"en": "the days until {0}", "zh": "距{0}还有的天数"},
        told=_told(AHEAD),
        weight=3,
        value=_days_sql(-1),
        compared=_days_compared(-1),
        emptied=_inner_emptied,
        arrange=days_first,
        spelling=function("DAYSUNTIL", "剩余天数", en="date", zh="日期"),
        example={"<=": [{"days_until": [{"var": "birthday"}]}, 7]},
    ),
    Operator(
        key="date_add",
        name="date_add",
        group="dates",
        slots=(Slot("date"), Slot("integer"), Slot("unit", literal=True, draw=UNITS)),
        gives=DATE,
        yields=("date",),
        empty="own",
        rule_of_empty=_(
            "Empty when the date or the number is, or beyond the years 1 to 9999. A month's end stays a month's end."
        ),
        python=_date_add,
        sentence={"en": "{0} plus {1} {2}", "zh": "{0}加{1}{2}"},
        weight=3,
        say=_said_sum,
        value=_date_add_sql,
        spelling=function(
            "DATEADD",
            "日期加",
            en="date, number, unit",
            zh="日期, 数量, 单位",
            words=SPELLED_UNITS,
            turns=(EDATE,),
            does={
                "en": "the date so many days, weeks, months or years later",
                "zh": "若干天、周、月或年之后的日期",
            },
        ),
        example={"date_add": [{"today": []}, -1, "month"]},
    ),
)
