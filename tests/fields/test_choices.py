import pytest

from builder.fields.contract import Shown, Unresolved
from tests.fields.examples import OPTIONS, TYPE
from tests.fields.reading import read, refusal


@pytest.mark.parametrize("text", ["yes", "TRUE", "1", "是", "√", " Yes ", "１", "y"])
def test_yes_in_many_words(text):
    assert read("boolean", text) is True


@pytest.mark.parametrize("text", ["no", "False", "0", "否", "×", "N"])
def test_no_in_many_words(text):
    assert read("boolean", text) is False


def test_what_is_neither_yes_nor_no_is_refused():
    assert refusal("boolean", "maybe") == "boolean"
    assert refusal("boolean", "yes", door="json") == "type"
    assert refusal("boolean", 1, door="json") == "type"


def test_a_box_that_is_not_ticked_says_no():
    assert TYPE["boolean"].widget({"default": False}, Shown()).name == "checkbox"
    assert TYPE["boolean"].from_form(["no"], {"default": False}) is False
    assert TYPE["boolean"].from_form(["no", "yes"], {"default": False}) is True


@pytest.mark.parametrize("text", ["new", "NEW", "New member", "new MEMBER ", "新会员", "ｎｅｗ"])
def test_an_option_is_read_by_its_value_or_any_label(text):
    assert read("select", text, options=OPTIONS) == "new"


def test_an_option_that_is_none_is_refused_with_those_there_are():
    assert refusal("select", "gold", options=OPTIONS) == "option"
    assert refusal("select", "New member", door="json", options=OPTIONS) == "option"


def test_an_option_is_shown_by_its_label_and_colour():
    settings = {"options": OPTIONS}
    assert TYPE["select"].cell("new", settings, Shown("zh")) == "新会员"
    assert TYPE["select"].cell("vip", settings, Shown("zh")) == "VIP"
    assert TYPE["select"].cell("已流失", settings, Shown()) == "已流失"
    assert TYPE["select"].cell("gone", settings, Shown()) == "gone"
    assert TYPE["select"].colour("new", settings) == "azure"


def test_options_that_sound_the_same_are_a_problem():
    same = [{"value": "a", "label": "Gold"}, {"value": "gold"}]
    [problem] = TYPE["select"].check_settings({"options": same})
    assert problem.pointer == "/options/1"


def test_options_changed_in_a_draft_are_read_anew():
    options = [{"value": "a"}]
    assert read("select", "a", options=options) == "a"
    options.append({"value": "b"})
    assert read("select", "b", options=options) == "b"


def test_a_new_record_begins_at_the_initial_stage():
    settings = {"options": OPTIONS, "initial": "new"}
    assert TYPE["stage"].default(settings) == "new"
    assert TYPE["stage"].default(settings | {"default": "vip"}) == "vip"
    assert TYPE["stage"].check_settings(settings | {"initial": "x"})[0].pointer == "/initial"


@pytest.mark.parametrize(
    "text", ["VIP; wake-up", "VIP；wake-up；", "VIP、wake-up", "wake-up, VIP,VIP", "，VIP\r\nwake-up"]
)
def test_tags_are_parted_by_any_separator(text):
    assert read("tags", text) == {"VIP", "wake-up"}


def test_tags_are_written_in_order():
    tags = frozenset({"b", "a", "生日"})
    assert TYPE["tags"].to_json(tags, {}) == ["a", "b", "生日"]
    assert TYPE["tags"].to_text(tags, {}) == "a;b;生日"
    assert TYPE["tags"].cell(tags, {}, Shown("zh")) == "a、b、生日"


def test_a_tag_is_short_and_holds_no_separator():
    assert refusal("tags", "a" * 61) == "long"
    assert refusal("tags", ["a;b"], door="json") == "tag"
    assert refusal("tags", ["a", 1], door="json") == "type"
    assert refusal("tags", ";".join(map(str, range(201)))) == "long"
    assert TYPE["tags"].from_json([], {}) is None


def test_a_reference_is_an_id_or_a_key_value_still_to_be_found():
    to = {"to": "member"}
    assert TYPE["reference"].from_json(12, to) == 12
    assert TYPE["reference"].from_json({"member_no": " M001 "}, to) == Unresolved(
        "member", "M001", "member_no"
    )
    assert TYPE["reference"].from_json({"number": 7}, to) == Unresolved("member", "7", "number")
    assert read("reference", " M001 ", to="member") == Unresolved("member", "M001")
    assert read("reference", "id:12", to="member") == 12
    assert TYPE["reference"].from_form(["12"], to) == 12


@pytest.mark.parametrize(
    "value",
    [0, -1, 2**53, True, 1.5, "M001", {}, {"a": "1", "b": "2"}, {"a": None}, {"a": True}, {"a": " "}, [1]],
)
def test_what_names_no_record_is_refused(value):
    assert refusal("reference", value, door="json", to="member") in ("reference", "type")


def test_a_reference_is_shown_by_the_other_records_title():
    shown = Shown(titles={("member", 12): "Li Mei"})
    assert TYPE["reference"].cell(12, {"to": "member"}, shown) == "Li Mei"
    assert TYPE["reference"].cell(13, {"to": "member"}, shown) == "#13"
    assert TYPE["reference"].link(12, {"to": "member"}, shown) == "/desk/member/12"


def test_an_automatic_number_has_its_prefix_and_leading_zeros():
    assert TYPE["auto_number"].next_text(42, {"prefix": "M", "digits": 4}) == "M0042"
    assert TYPE["auto_number"].next_text(123456, {"prefix": "M", "digits": 4}) == "M123456"
    assert TYPE["auto_number"].check_settings({})[0].severity == "warning"
