"""Fields typed as lines: what each proposes, in both languages, and that nothing that was typed is misread later."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.app import fill
from builder.kinds.quick import lines
from builder.kinds.quick.proposal import Proposed, entity_key, keyed, options_of, text_of
from builder.kinds.quick.words import Vocabulary
from builder.registry import Registry
from schema_store.problems import Problems

REGISTRY = fill(Registry())
WORDS = Vocabulary.of(REGISTRY, {"store": ({"en": "Store", "zh": "门店"},)})
CHINESE = Vocabulary.of(REGISTRY, language="zh")


def one(line):
    return lines.field_of(line, WORDS)


def values(proposed):
    return [option["value"] for option in proposed.settings["options"]]


@pytest.mark.parametrize(
    ("line", "label", "type_"),
    [
        ("Birthday date", "Birthday", "date"),
        ("Amount money", "Amount", "money"),
        ("生日 日期", "生日", "date"),
        ("生日（日期）", "生日", "date"),
        ("手机 电话 必填", "手机", "phone"),
        ("Visits whole number", "Visits", "integer"),
        ("Newsletter yes or no", "Newsletter", "boolean"),
        ("Phone", "Phone", "phone"),
        ("Contact phone", "Contact phone", "phone"),
        ("消费金额", "消费金额", "money"),
        ("Order number", "Order number", "text"),
        ("Birthday", "Birthday", "date"),
        ("Nickname", "Nickname", "text"),
        ('"Is required" text', "Is required", "text"),
        ("Order no automatic number: SO", "Order no", "auto_number"),
    ],
)
def test_a_line_says_label_and_type(line, label, type_):
    found = one(line)
    assert (found.words, found.type, found.problems, found.notes) == (label, type_, (), ())


def test_flags_stand_behind_the_label_in_any_order():
    for line in (
        "Member no text unique required",
        "Member no required text unique",
        "Member no 唯一 必填 文本",
    ):
        found = one(line)
        assert (found.words, found.type, found.is_required, found.is_unique) == (
            "Member no",
            "text",
            True,
            True,
        )


@pytest.mark.parametrize(
    "line", ["Level select: 普通|银卡|金卡", "Level: 普通｜银卡｜金卡", "等级 单选： 普通、银卡、金卡"]
)
def test_options_stand_behind_a_colon(line):
    found = one(line)
    assert found.type == "select"
    assert values(found) == ["普通", "银卡", "金卡"]
    assert len({option["colour"] for option in found.settings["options"]}) == 3


def test_a_choice_without_options_says_what_is_missing():
    (problem,) = one("Level select").problems
    assert problem.said() == "Say what can be chosen."
    assert problem.pointer == "/options"


def test_a_colon_may_belong_to_the_label():
    assert one("Gift: for whom").words == "Gift: for whom"


def test_both_languages_of_a_label():
    assert one("Birthday | 生日 date").label == {"en": "Birthday", "zh": "生日"}


@pytest.mark.parametrize("line", ["Store reference", "门店 关联", "Bought at reference: Store"])
def test_a_reference_finds_its_entity(line):
    assert one(line).settings == {"to": "store"}


def test_a_reference_to_nothing_is_a_problem():
    assert (
        one("Shop reference: Warehouse").problems[0].said() == "There is no entity “Warehouse” to point to."
    )


def test_keys_follow_from_labels_and_never_stand_twice():
    found = keyed(
        [one(line) for line in ("Member no", "会员号", "Member-No!", "等级", "id", "2nd name", "Name [nick]")]
    )
    assert [each.key for each in found] == [
        "member_no", "field_1", "member_no_2", "field_2", "id_field", "n2nd_name", "nick"
    ]  # fmt: skip


def test_a_bad_key_is_said_and_a_reserved_entity_avoided():
    assert keyed([one("Name [Bad-Key]")])[0].problems[0].code == "field.key"
    assert keyed([one("Name [x]"), one("Other [x]")])[1].problems[0].code == "field.key_twice"
    assert entity_key("Import") == "import_2"
    assert entity_key("会员", {"entity_1"}) == "entity_2"


def test_too_many_lines_are_refused_with_words():
    with pytest.raises(Problems, match="These are 10000 fields; an entity has at most 500"):
        lines.parse("A\n" * 10_000, WORDS)


@pytest.mark.parametrize(
    "line",
    [
        "<script>alert(1)</script> text",
        "{{ 7*7 }}",
        "'; DROP TABLE member; --",
        "a\x00b\x1b[31m date",
        "[[[]]]",
        ":",
        "：|",
        '"""',
        "required",
        "← x",
        "date date date",
    ],
)
def test_hostile_lines_are_plain_labels(line):
    found = keyed([one(line)])[0]
    assert "\x00" not in found.words
    assert found.type in WORDS.types


def test_what_is_written_is_read_as_the_same_field():
    field = Proposed(
        text_of("Is required"), "select", "", {"options": options_of(["a", "b"])}, is_unique=True
    )
    assert lines.write(field, WORDS) == '"Is required" choice unique: a | b'
    assert lines.field_of(lines.write(field, WORDS), WORDS) == field
    assert lines.write(one("生日 date required"), CHINESE) == "生日 日期 必填"


LABELS = st.text(alphabet="abDE 生日数 requireddatetextno:：|[]<>\"'()（）←-", min_size=1, max_size=24)


@given(LABELS, st.sampled_from(sorted(WORDS.types)), st.booleans(), st.booleans())
def test_any_field_is_written_and_read_back(label, type_, required, unique):
    settings = {"options": options_of(["a", "b c"])} if "options" in WORDS.types[type_].settings else {}
    settings = {"to": "store"} if "to" in WORDS.types[type_].settings else settings
    plain = " ".join(label.replace('"', "”").split())
    if not plain.replace("|", "").strip():
        return
    field = Proposed(text_of(plain), type_, "", settings, is_required=required, is_unique=unique)
    for words in (WORDS, Vocabulary.of(REGISTRY, {"store": ("Store",)}, language="zh")):
        read = lines.field_of(lines.write(field, words), words)
        assert (read.words, read.type, read.settings) == (field.words, field.type, field.settings)
        assert (read.is_required, read.is_unique) == (required, unique)
