"""Formulas as people type them: another face of the same document, and nothing but Problems for what is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from builder.rules.check import check
from builder.rules.names import Fact, Relation, Type
from builder.rules.notation.offering import functions
from builder.rules.notation.reading import read, reading, span_of
from builder.rules.notation.table import FUNCTIONS
from builder.rules.notation.writing import write
from builder.rules.operators import NAMES, TABLE
from builder.rules.parse import parse
from builder.rules.tree import document as canonical
from schema_store import strict_json
from schema_store.problems import Problem, Problems
from tests.rules import hostile, world
from tests.rules.generator import Generator, expected

DRAWN = 1_500


def _fact(key: str, type_: Type, en: str, zh: str, **rest: Any) -> Fact:
    return Fact(key, type_, {"en": en, "zh": zh}, **rest)


LEVELS = Type("enum", options=("base", "gold"))
LABELS = {"base": {"en": "Basic", "zh": "普通"}, "gold": {"en": "Gold", "zh": "金卡"}}


class Shop:
    """A member with labels as people give them: blanks, brackets, twice the same."""

    _facts: Mapping[str, Mapping[str, Fact]] = {
        "member": {
            one.key: one
            for one in (
                _fact("id", Type("integer"), "Number", "编号"),
                _fact("total_spent", Type("decimal", scale=2), "Total spent", "累计消费"),
                _fact("order_count", Type("integer"), "Order count", "订单数"),
                _fact("level", LEVELS, "Level", "等级", option_labels=LABELS),
                _fact("joined_on", Type("date"), "Joined on", "入会日期"),
                _fact("seen_at", Type("datetime"), "Seen at", "最近到店"),
                _fact("name", Type("text"), "Name", "姓名"),
                _fact("nick", Type("text"), "Name", "昵称"),
                _fact("odd", Type("text"), "Weight [kg]", "重量"),
                _fact("no", Type("integer"), "No.", "序号"),
                _fact("orders_made", Type("integer"), "Orders", "订单"),
                _fact("tags", Type("tags"), "Tags", "标签"),
                _fact("store", Type("ref", entity="store"), "Store", "门店"),
            )
        },
        "store": {"region": _fact("region", Type("text"), "Region", "地区")},
        "order": {
            "amount": _fact("amount", Type("decimal", scale=2), "Amount", "金额"),
            "paid": _fact("paid", Type("boolean"), "Paid", "已付"),
        },
    }

    def facts(self, entity: str) -> Mapping[str, Fact]:
        return self._facts[entity]

    def relations(self, entity: str) -> Mapping[str, Relation]:
        orders = Relation("orders", "order", "member", {"en": "Orders", "zh": "订单"})
        return {"orders": orders} if entity == "member" else {}

    def label(self, entity: str) -> str:
        return entity.title()


SHOP = Shop()


def var(name: str) -> dict[str, str]:
    return {"var": name}


SPENT, COUNT, LEVEL, JOINED = var("total_spent"), var("order_count"), var("level"), var("joined_on")

WRITTEN: dict[str, tuple[Any, str]] = {
    "[Total spent] / [Order count]": ({"/": [SPENT, COUNT]}, "[累计消费] / [订单数]"),
    'IF([Level] = "Gold", 2, 1)': ({"if": [{"==": [LEVEL, "gold"]}, 2, 1]}, 'IF([等级] = "金卡", 2, 1)'),
    "DAYS(TODAY(), [Joined on])": (
        {"date_diff": [{"today": []}, JOINED, "day"]},
        "DAYS(TODAY(), [入会日期])",
    ),
    'DATEDIF([Joined on], TODAY(), "month")': (
        {"date_diff": [{"today": []}, JOINED, "month"]},
        'DATEDIF([入会日期], TODAY(), "月")',
    ),
    "[Joined on] >= 2026-01-31": ({">=": [JOINED, {"date": ["2026-01-31"]}]}, "[入会日期] >= 2026-01-31"),
    '[name] & " " & [Store].[Region]': (
        {"cat": [var("name"), " ", var("store.region")]},
        '[姓名] & " " & [门店].[地区]',
    ),
    "([Total spent] + 1) * 2 - [No.] - (3 - 1)": (
        {"-": [{"-": [{"*": [{"+": [SPENT, 1]}, 2]}, var("no")]}, {"-": [3, 1]}]},
        "([累计消费] + 1) * 2 - [序号] - (3 - 1)",
    ),
    "-[Total spent] * -2": ({"*": [{"-": [SPENT]}, -2]}, "-[累计消费] * -2"),
    "1 <= [Order count] <= 9": ({"<=": [1, COUNT, 9]}, "1 <= [订单数] <= 9"),
    '[Order count] > 1 AND (NOT([Level] = "Basic") OR ISBLANK([Joined on]))': (
        {
            "and": [
                {">": [COUNT, 1]},
                {"or": [{"!": [{"==": [LEVEL, "base"]}]}, {"is_empty": [JOINED]}]},
            ]
        },
        '[订单数] > 1 AND (NOT([等级] = "普通") OR ISBLANK([入会日期]))',
    ),
    'ONEOF([Level], "Basic", "Gold", EMPTY)': (
        {"in": [LEVEL, ["base", "gold", None]]},
        'ONEOF([等级], "普通", "金卡", EMPTY)',
    ),
    'HASANY([Tags], "vip", "new")': (
        {"has_any": [var("tags"), ["vip", "new"]]},
        'HASANY([标签], "vip", "new")',
    ),
    "SUM([Orders], [Amount], [Paid])": (
        {"sum": [var("orders"), var("amount"), var("paid")]},
        "SUM([订单], [金额], [已付])",
    ),
    'MID([odd], 2, 3) & LEFT([name], 1) & "He said ""no"""': (
        {"cat": [{"substr": [var("odd"), 1, 3]}, {"substr": [var("name"), 0, 1]}, 'He said "no"']},
        'MID([重量], 2, 3) & LEFT([姓名], 1) & "He said ""no"""',
    ),
    "COUNT([Orders], [Paid]) = [Orders] + MAX([orders], [Amount])": (
        {
            "==": [
                {"count": [var("orders"), var("paid")]},
                {"+": [var("orders_made"), {"max": [var("orders"), var("amount")]}]},
            ]
        },
        "COUNT([订单], [已付]) = [订单] + MAX([orders], [金额])",
    ),
    "IFEMPTY([Total spent], 0) + MOD([No.], 7)": (
        {"+": [{"??": [SPENT, 0]}, {"%": [var("no"), 7]}]},
        "IFEMPTY([累计消费], 0) + MOD([序号], 7)",
    ),
    'INPERIOD([Joined on], "last n days", 30)': (
        {"in_period": [JOINED, "last_n_days", 30]},
        'INPERIOD([入会日期], "最近n天", 30)',
    ),
    '[Seen at] < "2026-03-31T09:00"': ({"<": [var("seen_at"), "2026-03-31T09:00"]}, None),
    "$user.id": (var("$user.id"), "$user.id"),
    "{1, 2.5, -3}": ([1, 2.5, -3], None),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_formula_and_document_say_the_same_in_both_languages(text: str) -> None:
    document, chinese = WRITTEN[text]
    assert write(document, SHOP, "member", "en") == text
    assert read(text, SHOP, "member") == document
    in_chinese = write(document, SHOP, "member", "zh")
    assert in_chinese == (chinese or in_chinese)
    assert read(str(in_chinese), SHOP, "member") == document


ALSO_READ = {
    "=total_spent/order_count": {"/": [SPENT, COUNT]},
    "［累计消费］÷【订单数】": {"/": [SPENT, COUNT]},
    '如果（[等级]="金卡"；2；1）': {"if": [{"==": [LEVEL, "gold"]}, 2, 1]},
    "if(level == “gold”, 2, 1)": {"if": [{"==": [LEVEL, "gold"]}, 2, 1]},
    "DAYS([Today] - [Joined on])": {"date_diff": [{"today": []}, JOINED, "day"]},
    "天数(今天(), [入会日期])": {"date_diff": [{"today": []}, JOINED, "day"]},
    "EDATE([joined on], 3)": {"date_add": [JOINED, 3, "month"]},
    "[Joined on] < DATE(2026, 1, 31)": {"<": [JOINED, {"date": ["2026-01-31"]}]},
    "[store.region]": var("store.region"),
    "store.region": var("store.region"),
    "[no] > 1 且 [level] ≠ 'x'".replace("'", '"'): {"and": [{">": [var("no"), 1]}, {"!=": [LEVEL, "x"]}]},
    "AND([no] > 1, AND([no] < 5, TRUE()))": {"and": [{">": [var("no"), 1]}, {"<": [var("no"), 5]}, True]},
    "NOT [no] = 1 OR [no] = 2": {"or": [{"!": [{"==": [var("no"), 1]}]}, {"==": [var("no"), 2]}]},
    "[Total spent] * 10%": {"*": [SPENT, 0.1]},
    "[No.] % 7": {"%": [var("no"), 7]},
    "[Total spent] ?? 0 > 1": {">": [{"??": [SPENT, 0]}, 1]},
    "2 + 3 * 4 - 1": {"-": [{"+": [2, {"*": [3, 4]}]}, 1]},
}


@pytest.mark.parametrize("text", ALSO_READ)
def test_spelling_of_spreadsheets_and_of_chinese_keyboards_is_read(text: str) -> None:
    assert read(text, SHOP, "member") == ALSO_READ[text]


WRONG: dict[str, tuple[str, str, str]] = {
    "[Total spend] / 2": ("field.unknown", "[Total spend]", "Did you mean “Total spent”?"),
    "[Name] & 1": ("field.ambiguous", "[Name]", "Write its key instead: [name], [nick]."),
    "RUOND([No.])": ("formula.function", "RUOND", "Did you mean “ROUND”?"),
    "([No.] + 1": ("formula.bracket", "(", ""),
    "[No.] + 1)": ("formula.bracket", ")", ""),
    "[No.] [Name]": ("formula.missing", "[Name]", ""),
    "[No.] +": ("formula.end", "", ""),
    "": ("formula.nothing", "", ""),
    "[No.] + * 2": ("formula.value", "*", ""),
    '[No.] & "x': ("formula.text", '"x', "A quotation mark inside a text is written twice."),
    "[No.": ("formula.field", "[No.", ""),
    "[No.] ^ 2": ("formula.sign", "^", 'Fields stand in [brackets], texts in "quotes".'),
    "1,000 + [No.]": ("formula.comma", ",", "A number is written without separators: 1000."),
    "1 < [No.] > 5": ("formula.compared", ">", "Join them with AND: [A] > 1 AND [A] < 5."),
    "[Name].[Region]": ("field.ambiguous", "[Name].[Region]", "Write its key instead: [name], [nick]."),
    "[Level].[Region]": ("field.reference", "[Level].[Region]", ""),
    "[orders].[Amount]": (
        "field.reference",
        "[orders].[Amount]",
        "Of many records one asks with a function: SUM([Orders], [Amount]).",
    ),
    "ROUND(1, 2, 3)": ("op.arity", "ROUND(1, 2, 3)", "It is written ROUND(number, digits)."),
    "DAYS(1, 2, 3)": ("op.arity", "DAYS(1, 2, 3)", "It is written DAYS(later date, earlier date)."),
    'DATEADD([Joined on], 1, "moon")': (
        "formula.unit",
        'DATEADD([Joined on], 1, "moon")',
        'Known here: "day", "week", "month", "year".',
    ),
    "10% - 3": ("formula.percent", "%", "Write 0.1 for ten per cent, and MOD(7, 2) for a remainder."),
    "9007199254740993": ("syntax.limit", "9007199254740993", ""),
    "1e999": ("syntax.shape", "1e999", ""),
    "12abc": ("formula.number", "12abc", ""),
}


@pytest.mark.parametrize("text", WRONG)
def test_mistake_is_told_with_its_place_and_how_to_mend_it(text: str) -> None:
    code, marked, hint = WRONG[text]
    problem = _refused(text)[0]
    assert (problem.code, problem.hinted()) == (code, hint)
    start, end = span_of(problem) or (-1, -1)
    assert text[start:end] == marked
    assert "{" not in problem.said()


def test_unknown_names_are_all_told_at_once() -> None:
    assert [one.code for one in _refused("[Nothing] + [Nowhere] + [No.]")] == [
        "field.unknown",
        "field.unknown",
    ]


def test_what_the_types_say_is_pinned_to_the_text() -> None:
    text = 'ROUND([Name_], 1) + [Order count] * "x"'.replace("Name_", "name")
    found = reading(text, SHOP, "member")
    with pytest.raises(Problems) as refused:
        check(found.document, SHOP, "member", wanted="value")
    marked = [text[slice(*(found.span(one) or ()))] for one in refused.value.problems]
    assert marked == ["[name]", '"x"']


def test_what_no_formula_says_is_not_written() -> None:
    assert write({"was": [var("level")]}, SHOP, "member") is None
    assert write(var("nothing"), SHOP, "member") is None
    assert write({"frobnicate": [1]}, SHOP, "member") is None
    assert write({}, SHOP, "member") is None


def test_value_for_a_field_with_options_takes_their_labels() -> None:
    level = SHOP.facts("member")["level"]
    text = 'IF([Order count] > 9, "Gold", "Basic")'
    document = {"if": [{">": [COUNT, 9]}, "gold", "base"]}
    assert read(text, SHOP, "member", level) == document
    assert write(document, SHOP, "member", "en", level) == text


def test_label_of_two_options_means_neither() -> None:
    level = SHOP.facts("member")["level"]
    twice = replace(level, option_labels={"base": "Same", "gold": "Same"})
    assert read('"Same"', SHOP, "member", twice) == "Same"
    assert write("gold", SHOP, "member", "en", twice) == '"gold"'


# --- every document that rules know ---


@pytest.mark.parametrize("entry", [one for one in TABLE.values() if one.name], ids=lambda one: one.key)
def test_example_of_every_operator_can_be_written(entry: Any) -> None:
    drawn = Generator(Random(1))
    documents = [drawn.containing(one, 2) for one in expected() if one.parent == entry.key][:5]
    for document in documents:
        assert _is_same(document), document
    assert documents or entry.is_trigger or not entry.slots or entry.key in ("var", "date")


@pytest.mark.parametrize(
    "document", [{"changed": ["stage"]}, {"changed_to": ["stage", "dormant"]}, {"is_new": []}]
)
def test_question_about_a_change_can_be_written(document: Any) -> None:
    assert _is_same(document)


def test_every_drawn_document_comes_back_as_it_was() -> None:
    """Measured on 20,000: every one that the checker takes, values and conditions alike, can be said."""
    asked = 0
    for seed in range(DRAWN):
        drawn = Generator(Random(seed))
        document = drawn.value(4) if seed % 2 else drawn.condition(4)
        assert _is_same(document, ("en", "zh")[seed % 3 == 0]), document
        asked += 1
    assert asked == DRAWN


def _is_same(document: Any, language: str = "en") -> bool:
    try:
        plain = canonical(parse(document))
    except Problems:
        return True
    text = write(document, world.NAMES, "member", language)
    return text is not None and strict_json.write(read(text, world.NAMES, "member")) == strict_json.write(
        plain
    )


# --- hostile texts ---


def _refused(text: str) -> tuple[Problem, ...]:
    with pytest.raises(Problems) as refused:
        read(text, SHOP, "member")
    return refused.value.problems


HOSTILE = {
    "brackets": "(" * 100_000,
    "closed brackets": "(" * 5_000 + "1" + ")" * 5_000,
    "signs": "-" * 100_000,
    "nots": "NOT " * 20_000 + "TRUE",
    "functions": "IF(" * 10_000,
    "differences": "-".join(["1"] * 20_000),
    "many values": "+".join(["1"] * 4_000),
    "digits": "9" * 10_000,
    "long text": '"' + "a" * 60_000 + '"',
    "too long": " " * 70_000 + "1",
    "null byte": '"\x00"',
    "surrogate": '"\ud800"',
    "surrogate outside": "\ud800",
    "braces": "{" * 10_000,
    "class": "[__class__]",
    "format": "[{0.__class__}] & FOO({x})",
    "percents": "1" + "%" * 10_000,
    "dots": "[store]" + ".[store]" * 5_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_text_that_nobody_means_well_by_is_refused(name: str) -> None:
    for problem in _refused(HOSTILE[name]):
        problem.said(), problem.hinted()


def test_texts_torn_apart_give_problems_and_nothing_else() -> None:
    random = Random(20_260_308)
    pool = [*WRITTEN, *ALSO_READ, *WRONG, *hostile.TEXTS.values()]
    for _attempt in range(4_000):
        assert _is_document_or_problems(_torn(random, random.choice(pool)[:400]))


def _is_document_or_problems(text: str) -> bool:
    try:
        document = read(text, SHOP, "member")
    except Problems as wrong:
        return all(span_of(one) is not None for one in wrong.problems)
    return bool(canonical(parse(document)) == document)


def _torn(random: Random, text: str) -> str:
    for _step in range(random.randint(1, 4)):
        at = random.randint(0, len(text))
        text = random.choice(
            (
                text[:at],
                text[at:],
                text[:at] + random.choice('()[]{}"“”.,;+-*/%&=<>!?$ 1a且，（【\u3000\U0001f600') + text[at:],
                text[:at] + text[at + 1 :],
                text[:at] + text[at : at + 9] * 3 + text[at:],
            )
        )
    return text


LEAVES: tuple[Any, ...] = (
    None, "", 0, -1, 2.5, True, "a", "month", "this_month", "2026-01-31", [], ["a", 1, None], var("level"),
    var("orders"), var("store.region"), var(""), var("nothing"), var("orders.amount"), "level", "Gold",
    {"date": ["2026-01-31"]}, {"date": []}, {"date": [1]}, '"', "[", "“", 10**15, 1e-9, -0.0,
)  # fmt: skip
"""Ends of documents that nobody checked."""


def _unchecked(random: Random, depth: int) -> Any:
    if not depth or random.random() < 0.25:
        return random.choice(LEAVES)
    count = random.choice((0, 1, 1, 2, 2, 3, 3, 4))
    return {random.choice([*NAMES]): [_unchecked(random, depth - 1) for _ in range(count)]}


def test_document_that_nobody_checked_is_written_without_loss_or_not_at_all() -> None:
    random, written = Random(5), 0
    for _attempt in range(5_000):
        document = _unchecked(random, random.randint(1, 3))
        text = write(document, SHOP, "member", random.choice(("en", "zh")))
        if text is not None:
            written += 1
            assert strict_json.write(read(text, SHOP, "member")) == strict_json.write(
                canonical(parse(document))
            )
    assert written > 1_000


# --- what is offered ---


def test_every_function_is_offered_in_both_languages_and_read_by_its_name() -> None:
    for language in ("en", "zh"):
        offered = [one for _group, found in functions(language, is_trigger=True) for one in found]
        assert {one.name for one in offered} == {one.name for one in FUNCTIONS.values()}
        assert all(one.does and (one.takes or one.text.endswith("()")) for one in offered)


def test_no_name_of_a_function_belongs_to_two_operators() -> None:
    for entry in TABLE.values():
        spelling = entry.spelling
        for name in spelling.names if spelling else ():
            assert FUNCTIONS[name.casefold()].entry.name == entry.name
