"""Days read out of times, parts of dates, and periods. What a day is, the workspace's zone decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from builder.rules.dialects import DATE as DATE_SQL
from builder.rules.dialects import INTEGER as INTEGER_SQL
from builder.rules.dialects import all_of, any_of, shaped
from builder.rules.families import BOOLEAN, DATE, INTEGER
from builder.rules.names import Moment, Row
from builder.rules.operators.dates import (
    MONTHS,
    SPELLED_UNITS,
    UNITS,
    add,
    days_between,
    days_first,
    start_of,
    today,
    unit_words,
)
from builder.rules.operators.entry import Operator, Pieces, Slot, Speaker, Sql, Writer
from builder.rules.operators.spelling import Spelling, Turn, function, in_order
from builder.rules.tree import Closure, Node
from schema_store.problems import _

# --- the day of a time ---

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Between these the SQL of `date_of` knows every change of a zone's clock."""


def _date_of(_node: Node, args: list[Closure]) -> Closure:
    (inner,) = args

    def run(row: Row, moment: Moment) -> date | None:
        time = inner(row, moment)
        if time is None:
            return None
        try:
            return time.astimezone(moment.zone).date()
        except OverflowError:
            return None

    return run


@lru_cache(maxsize=32)
def clock_changes(zone: ZoneInfo) -> tuple[tuple[datetime, int], ...]:
    """((from when in UTC, seconds ahead of UTC) …) for a zone, oldest first; the first holds for all before."""
    step, at, end = (
        timedelta(days=7),
        datetime(FIRST_YEAR, 1, 1, tzinfo=UTC),
        datetime(LAST_YEAR, 1, 1, tzinfo=UTC),
    )
    changes = [(at, _ahead(at, zone))]
    while at < end:
        if _ahead(at + step, zone) != changes[-1][1]:
            moment = _first_change(at, at + step, zone)
            changes.append((moment, _ahead(moment, zone)))
            at = moment
        else:
            at += step
    return tuple(changes)


def _ahead(at: datetime, zone: ZoneInfo) -> int:
    return int(at.astimezone(zone).utcoffset().total_seconds())  # type: ignore[union-attr] - a zone always has one


def _first_change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The first second in (low, high] at which the zone's offset is no longer that of `low`."""
    before = _ahead(low, zone)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds() // 2))
        low, high = (middle, high) if _ahead(middle, zone) == before else (low, middle)
    return high


def _date_of_sql(writer: Writer, node: Node) -> Sql:
    changes = clock_changes(writer.moment.zone)
    sqlite = _case(changes, lambda at: f"'{at:%Y-%m-%d %H:%M:%S}.000000'")
    postgresql = _case(changes, lambda at: f"TIMESTAMPTZ '{at:%Y-%m-%d %H:%M:%S}+00'")
    moved = f"CAST(({{0}} AT TIME ZONE 'UTC') + ({postgresql}) * INTERVAL '1 second' AS DATE)"
    return shaped(
        f"date(substr({{0}}, 1, 19), ({sqlite}) || ' seconds')",
        writer.value(node.args[0]),
        of=DATE_SQL,
        postgresql=moved,
    )


def _case(changes: tuple[tuple[datetime, int], ...], spelled: Callable[[datetime], str]) -> str:
    """Seconds ahead of UTC, by when: a flat CASE, or the one number of a zone that never changes."""
    if len(changes) == 1:
        return str(changes[0][1])
    pairs = pairwise(changes)
    steps = " ".join(f"WHEN {{0}} < {spelled(later[0])} THEN {earlier[1]}" for earlier, later in pairs)
    return f"CASE {steps} ELSE {changes[-1][1]} END"


Edge = Any
"""Where a bucket of values begins; None when that lies before or after every value."""


def bucketed(writer: Writer, inner: Node, sign: str, edges: tuple[Edge, Edge], *, negated: bool) -> Pieces:
    """`bucket(inner) sign k` as a range on `inner`: `edges` are where bucket k and the one after it begin."""
    start, following = edges
    if sign == "==":
        if negated:
            return [
                *writer.compared(inner, "<", start, negated=False),
                *writer.compared(inner, ">=", following, negated=False),
                writer.emptied(inner, negated=False),
            ]
        return [
            all_of(
                *[
                    any_of(*writer.compared(inner, s, at, negated=False))
                    for s, at in ((">=", start), ("<", following))
                ]
            )
        ]
    at = start if sign in {"<", ">="} else following
    return writer.compared(inner, "<" if sign in {"<", "<="} else ">=", at, negated=negated)


def _date_of_compared(writer: Writer, node: Node, sign: str, constant: Any, negated: bool) -> Pieces | None:
    if sign == "in" or not date(2, 1, 1) < constant < date(9999, 12, 1):
        return None
    edges = start_of(constant, writer.moment), start_of(constant + timedelta(days=1), writer.moment)
    return bucketed(writer, node.args[0], sign, edges, negated=negated)


def _inner_emptied(writer: Writer, node: Node, negated: bool) -> Any:
    return writer.emptied(node.args[0], negated=negated)


# --- parts of a date ---


def _part(read: Callable[[date], int]) -> Callable[[Node, list[Closure]], Closure]:
    def lower(_node: Node, args: list[Closure]) -> Closure:
        (inner,) = args

        def run(row: Row, moment: Moment) -> int | None:
            day = inner(row, moment)
            return None if day is None else read(day)

        return run

    return lower


def _part_sql(sqlite: str, postgresql: str) -> Callable[[Writer, Node], Sql]:
    return lambda writer, node: shaped(
        sqlite, writer.value(node.args[0]), of=INTEGER_SQL, postgresql=postgresql
    )


def _year_compared(writer: Writer, node: Node, sign: str, constant: Any, negated: bool) -> Pieces | None:
    (inner,) = node.args
    if sign == "in":
        return None
    if not 1 <= constant < 9999:
        return None
    edges = date(constant, 1, 1), date(constant + 1, 1, 1)
    return bucketed(writer, inner, sign, edges, negated=negated)


# --- differences ---


def _difference(node: Node, args: list[Closure]) -> Closure:
    later, earlier, unit = args[0], args[1], node.args[2].detail

    def run(row: Row, moment: Moment) -> int | None:
        first, second = later(row, moment), earlier(row, moment)
        return None if first is None or second is None else difference(first, second, unit)

    return run


def difference(later: date, earlier: date, unit: str) -> int:
    """Whole units from one date to another, towards zero."""
    if unit in MONTHS:
        apart, size = _in_months(later) - _in_months(earlier), 32 * MONTHS[unit]
    else:
        apart, size = later.toordinal() - earlier.toordinal(), 7 if unit == "week" else 1
    whole = abs(apart) // size
    return -whole if apart < 0 else whole


def _in_months(day: date) -> int:
    """A number in which months are 32 apart, so that whole months come out of a division."""
    return (day.year * 12 + day.month) * 32 + day.day


def _difference_sql(writer: Writer, node: Node) -> Sql:
    later, earlier = writer.value(node.args[0]), writer.value(node.args[1])
    unit = node.args[2].detail
    if unit not in MONTHS:
        days = days_between(later, earlier)
        return days if unit == "day" else shaped("({0} / 7)", days, of=INTEGER_SQL)
    return shaped(
        f"(({_months_of('{0}')} - {_months_of('{1}')}) / {32 * MONTHS[unit]})",
        later,
        earlier,
        of=INTEGER_SQL,
        postgresql=(
            f"CAST(div({_months_on_postgresql('{0}')} - {_months_on_postgresql('{1}')},"
            f" {32 * MONTHS[unit]}) AS BIGINT)"
        ),
    )


def _months_of(place: str) -> str:
    return f"(strftime('%Y', {place}) * 384 + strftime('%m', {place}) * 32 + strftime('%d', {place}))"


def _months_on_postgresql(place: str) -> str:
    return (
        f"(extract(year FROM {place}) * 384 + extract(month FROM {place}) * 32 + extract(day FROM {place}))"
    )


# --- periods ---

COUNTED = ("last_n_days", "next_n_days")
PERIODS = (
    "today",
    "yesterday",
    "tomorrow",
    "this_week",
    "last_week",
    "next_week",
    "this_month",
    "last_month",
    "next_month",
    "this_quarter",
    "last_quarter",
    "this_year",
    "last_year",
    "next_year",
    *COUNTED,
)


def period(name: str, now: date, count: int) -> tuple[date, date]:
    """First and last day of a period. Weeks begin on Monday; the last (next) n days count today."""
    which, _sep, unit = name.partition("_")
    if name in {"today", "yesterday", "tomorrow"}:
        day = now + timedelta(days={"today": 0, "yesterday": -1, "tomorrow": 1}[name])
        return day, day
    if name in COUNTED:
        span = (count - 1) * (-1 if which == "last" else 1)
        far = add(now, span, "day") or (date.min if span < 0 else date.max)
        return (far, now) if which == "last" else (now, far)
    step = {"this": 0, "last": -1, "next": 1}[which]
    if unit == "week":
        monday = now + timedelta(days=7 * step - now.weekday())
        return monday, monday + timedelta(days=6)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    first_month = (now.year * 12 + now.month - 1) // months * months + step * months
    return _first_of(first_month), _first_of(first_month + months) - timedelta(days=1)


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def bounds(node: Node, moment: Moment) -> tuple[date, date]:
    _day, name, *count = node.args
    return period(name.detail, today(moment), count[0].detail if count else 1)


def _in_period(node: Node, args: list[Closure]) -> Closure:
    inner = args[0]

    def run(row: Row, moment: Moment) -> bool:
        day = inner(row, moment)
        if day is None:
            return False
        first, last = bounds(node, moment)
        return first <= day <= last

    return run


def _in_period_sql(*, negated: bool) -> Callable[[Writer, Node], Pieces]:
    def write(writer: Writer, node: Node) -> Pieces:
        day = node.args[0]
        first, last = bounds(node, writer.moment)
        if not negated:
            return [
                all_of(
                    *[
                        any_of(*writer.compared(day, s, at, negated=False))
                        for s, at in ((">=", first), ("<=", last))
                    ]
                )
            ]
        return [
            *writer.compared(day, "<", first, negated=False),
            *writer.compared(day, ">", last, negated=False),
            writer.emptied(day, negated=False),
        ]

    return write


def _counts_days(args: list[Node]) -> tuple[str, str] | None:
    is_counted = args[1].detail in COUNTED
    if is_counted and (len(args) < 3 or args[2].detail is None or args[2].detail < 1):
        return "op.arity", _("Say how many days: a whole number of at least 1.")
    return (
        ("op.arity", _("Only “last_n_days” and “next_n_days” take a number."))
        if len(args) > 2 and not is_counted
        else None
    )


PERIOD_WORDS = {
    "en": {"last_n_days": "the last {n} days", "next_n_days": "the next {n} days"},
    "zh": {
        "today": "今天",
        "yesterday": "昨天",
        "tomorrow": "明天",
        "this_week": "本周",
        "last_week": "上周",
        "next_week": "下周",
        "this_month": "本月",
        "last_month": "上月",
        "next_month": "下月",
        "this_quarter": "本季度",
        "last_quarter": "上季度",
        "this_year": "今年",
        "last_year": "去年",
        "next_year": "明年",
        "last_n_days": "最近{n}天",
        "next_n_days": "未来{n}天",
    },
}


def _said_period(speaker: Speaker, node: Node, negated: bool) -> str:
    day, name, *count = node.args
    words: str = PERIOD_WORDS[speaker.language].get(name.detail) or str(name.detail).replace("_", " ")
    known = words.format(n=count[0].detail if count else 0)
    return speaker.template(node, "not " if negated else "").format(speaker.said(day), known)


def _said_difference(speaker: Speaker, node: Node, _negated: bool) -> str:
    later, earlier, unit = node.args
    return speaker.template(node).format(
        speaker.said(later), speaker.said(earlier), unit_words(speaker, unit.detail)
    )


def _passed(_node: Node, args: list[Closure]) -> Closure:
    return args[0]


SPELLED_PERIODS = {
    name: {"en": name.replace("_", " "), "zh": PERIOD_WORDS["zh"][name].format(n="n")} for name in PERIODS
}
"""The periods as they are written in formulas."""


def _one_difference(args: list[Any]) -> list[Any] | None:
    """`DAYS(later - earlier)` is `DAYS(later, earlier)`."""
    if len(args) == 1 and isinstance(args[0], dict) and list(args[0]) == ["-"] and len(args[0]["-"]) == 2:
        args = args[0]["-"]
    return [*args, "day"] if len(args) == 2 else None


def _day_written(args: list[Any]) -> list[Any] | None:
    """`DATE("2026-03-31")`, and `DATE(2026, 3, 31)` as spreadsheets have it."""
    if len(args) == 1:
        is_day = isinstance(args[0], dict) and list(args[0]) == ["date"]
        return args[0]["date"] if is_day else args if isinstance(args[0], str) else None
    if len(args) != 3 or not all(type(one) is int for one in args):
        return None
    try:
        return [date(*args).isoformat()]
    except (ValueError, OverflowError):
        return None


WRITTEN_DAY = Turn(
    ("DATE", "日期"),
    {"en": "year, month, day", "zh": "年, 月, 日"},
    {"en": "this day", "zh": "这一天"},
    read=_day_written,
    write=lambda args: args if isinstance(args[0], str) else None,
)
DAYS = Turn(
    ("DAYS", "天数"),
    {"en": "later date, earlier date", "zh": "较晚日期, 较早日期"},
    {"en": "the days from the earlier to the later date", "zh": "从较早日期到较晚日期的天数"},
    read=_one_difference,
    write=lambda args: args[:2] if len(args) == 3 and args[2] == "day" else None,
)
DATEDIF = Turn(
    ("DATEDIF", "日期差"),
    {"en": "earlier date, later date, unit", "zh": "较早日期, 较晚日期, 单位"},
    {"en": "whole days, weeks, months or years between two dates", "zh": "两个日期之间的整天、周、月或年数"},
    **in_order(1, 0, 2),
)

WHEN = _("Empty when the date is.")
MOMENT = (Slot("moment"),)


def _part_entry(
    key: str,
    read: Callable[[date], int],
    *,
    sqlite: str,
    postgresql: str,
    en: str,
    zh: str,
    also: tuple[str, ...],
    **rest: Any,
) -> Operator:
    return Operator(
        key=key,
        name=key,
        group="dates",
        slots=MOMENT,
        gives=INTEGER,
        yields=("integer",),
        empty="any",
        rule_of_empty=WHEN,
        python=_part(read),
        sentence={"en": en, "zh": zh},
        weight=1,
        value=_part_sql(sqlite, postgresql),
        emptied=_inner_emptied,
        arrange=days_first,
        spelling=function(key.upper(), *also, en="date", zh="日期"),
        example={"==": [{key: [{"var": "birthday"}]}, {key: [{"today": []}]}]},
        **rest,
    )


ENTRIES = (
    Operator(
        key="date",
        name="date",
        group="dates",
        slots=(Slot("date", literal=True),),
        gives=DATE,
        yields=(),
        empty="any",
        rule_of_empty=WHEN,
        python=_passed,
        sentence={"en": "{0}", "zh": "{0}"},
        weight=1,
        value=lambda writer, node: writer.value(node.args[0]),
        spelling=Spelling(turns=(WRITTEN_DAY,)),
        example={"date": ["2026-03-31"]},
    ),
    Operator(
        key="date_of",
        name="date_of",
        group="dates",
        slots=(Slot("datetime"),),
        gives=DATE,
        yields=("date",),
        empty="any",
        rule_of_empty=_("Empty when the time is. The workspace's zone decides which day it is."),
        python=_date_of,
        sentence={"en": "the day of {0}", "zh": "{0}的日期"},
        weight=3,
        value=_date_of_sql,
        compared=_date_of_compared,
        emptied=_inner_emptied,
        spelling=function("DATEOF", "取日期", en="time", zh="时间"),
        example={"==": [{"date_of": [{"var": "created_at"}]}, {"today": []}]},
    ),
    _part_entry(
        "year",
        lambda day: day.year,
        sqlite="CAST(strftime('%Y', {0}) AS INTEGER)",
        postgresql="CAST(extract(year FROM {0}) AS BIGINT)",
        en="the year of {0}",
        zh="{0}的年份",
        also=("年份",),
        compared=_year_compared,
    ),
    _part_entry(
        "month",
        lambda day: day.month,
        sqlite="CAST(strftime('%m', {0}) AS INTEGER)",
        postgresql="CAST(extract(month FROM {0}) AS BIGINT)",
        en="the month of {0}",
        zh="{0}的月份",
        also=("月份",),
    ),
    _part_entry(
        "day",
        lambda day: day.day,
        sqlite="CAST(strftime('%d', {0}) AS INTEGER)",
        postgresql="CAST(extract(day FROM {0}) AS BIGINT)",
        en="the day of the month of {0}",
        zh="{0}是几号",
        also=("日",),
    ),
    _part_entry(
        "weekday",
        lambda day: day.isoweekday(),
        sqlite="((strftime('%w', {0}) + 6) % 7 + 1)",
        postgresql="CAST(extract(isodow FROM {0}) AS BIGINT)",
        en="the weekday of {0} (Monday is 1)",
        zh="{0}是星期几（星期一为1）",
        also=("星期",),
    ),
    Operator(
        key="date_diff",
        name="date_diff",
        group="dates",
        slots=(Slot("moment"), Slot("moment"), Slot("unit", literal=True, draw=UNITS)),
        gives=INTEGER,
        yields=("integer",),
        empty="any",
        rule_of_empty=_("Empty when a date is. Whole units only: January 31 to February 28 is no month."),
        python=_difference,
        sentence={"en": "the {2} from {1} to {0}", "zh": "从{1}到{0}的{2}数"},
        weight=2,
        say=_said_difference,
        value=_difference_sql,
        arrange=days_first,
        spelling=Spelling(words=SPELLED_UNITS, turns=(DAYS, DATEDIF)),
        example={">=": [{"date_diff": [{"today": []}, {"var": "birthday"}, "year"]}, 18]},
    ),
    Operator(
        key="in_period",
        name="in_period",
        group="dates",
        slots=(
            Slot("moment"),
            Slot("unit", literal=True, draw=PERIODS),
            Slot("integer", literal=True, optional=True),
        ),
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=_("False when the date is empty."),
        python=_in_period,
        sentence={
            "en": "{0} is in {1}",
            "zh": "{0}在{1}",
            "not en": "{0} is not in {1}",
            "not zh": "{0}不在{1}",
        },
        weight=3,
        say=_said_period,
        true=_in_period_sql(negated=False),
        false=_in_period_sql(negated=True),
        counts_empty="not",
        arrange=days_first,
        objects=_counts_days,
        spelling=function(
            "INPERIOD",
            "在期间",
            en="date, period, days",
            zh="日期, 期间, 天数",
            does={
                "en": "the date is in “this month”, “last n days” …",
                "zh": "日期在“本月”“最近n天”等期间内",
            },
            words=SPELLED_PERIODS,
        ),
        example={"in_period": [{"var": "last_order_on"}, "last_n_days", 30]},
    ),
)
