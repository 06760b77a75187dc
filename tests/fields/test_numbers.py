import pytest

from builder.fields.contract import Shown
from builder.fields.scaled import rounded
from tests.fields.examples import TYPE
from tests.fields.reading import read, refusal


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234", 1234),
        ("１２３４", 1234),
        (" -5 ", -5),
        ("−5", -5),
        ("12.0", 12),
        ("+7", 7),
        ("1,234,567", 1234567),
        ("9007199254740991", 2**53 - 1),
    ],
)
def test_whole_numbers_are_read_as_people_write_them(text, number):
    assert read("integer", text) == number


@pytest.mark.parametrize(
    "text", ["1.5", "abc", "1,23", "12,34,567", "1e3", "0x10", "--1", ".", "9" * 5_000, "²", "١٢"]
)
def test_what_is_no_whole_number_is_refused(text):
    assert refusal("integer", text) in ("number", "decimals")


def test_numbers_beyond_what_json_keeps_are_refused():
    assert refusal("integer", str(2**53)) == "large"
    assert refusal("integer", 2**53, door="json") == "large"


@pytest.mark.parametrize("value", [True, "5", 1.5, [1], {}])
def test_an_integer_in_json_is_a_json_integer(value):
    assert refusal("integer", value, door="json") == "type"


def test_three_point_zero_is_an_integer_to_json_schema():
    assert TYPE["integer"].from_json(3.0, {}) == 3


def test_bounds_hold_at_every_door():
    assert refusal("integer", "0", min=1, max=5) == "small"
    assert refusal("integer", 6, door="json", min=1, max=5) == "large"
    assert refusal("decimal", "1.51", max="1.5") == "large"
    assert refusal("decimal", "-0.01", door="json", min="0") == "small"


def test_crossed_bounds_are_a_problem_of_the_settings():
    [problem] = TYPE["decimal"].check_settings({"min": "2", "max": "1"})
    assert problem.pointer == "/max"
    [problem] = TYPE["money"].check_settings({"min": "0.001"})
    assert problem.pointer == "/min"


@pytest.mark.parametrize(
    ("text", "scaled"),
    [
        ("1,234.50", 123450),
        (".5", 50),
        ("5.", 500),
        ("1.500", 150),
        ("１２．５", 1250),
        ("-0", 0),
        ("0.07", 7),
    ],
)
def test_decimals_are_kept_exactly(text, scaled):
    assert read("decimal", text) == scaled


def test_nothing_is_rounded_silently():
    assert refusal("decimal", "1.555") == "decimals"
    assert refusal("money", "0.005", door="json") == "decimals"
    assert read("decimal", "1.555", scale=3) == 1555


def test_decimals_have_at_most_fifteen_digits():
    assert read("decimal", "9999999999999.99") == 10**15 - 1
    assert refusal("decimal", "10000000000000") == "large"


@pytest.mark.parametrize("value", [12.5, 12, "12,50", "١", "1e3", " 1", "+1", True])
def test_a_decimal_in_json_is_an_exact_string(value):
    assert refusal("decimal", value, door="json") in ("type", "number")


def test_decimals_are_written_with_all_their_digits():
    assert TYPE["decimal"].to_json(-5, {"scale": 3}) == "-0.005"
    assert TYPE["money"].to_json(1250, {}) == "12.50"
    assert TYPE["decimal"].to_json(7, {"scale": 0}) == "7"


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("¥1,234", 123400),
        ("￥１２．５", 1250),
        ("1234.5元", 123450),
        ("CNY 12", 1200),
        ("rmb 12", 1200),
        ("人民币12元", 1200),
        ("-¥5", -500),
        ("¥-5", -500),
        ("¥ 1,234,567.89", 123456789),
    ],
)
def test_money_is_read_with_its_own_currency(text, cents):
    assert read("money", text) == cents


@pytest.mark.parametrize("text", ["$5", "EUR 5", "5 USD", "€5", "5欧元", "HK$5"])
def test_money_of_another_currency_is_refused(text):
    assert refusal("money", text) == "currency"


@pytest.mark.parametrize("text", ["元", "¥", "¥¥", "1.2.3元", "十二", "¥1,23"])
def test_what_is_no_amount_is_refused(text):
    assert refusal("money", text) in ("number", "currency")


def test_money_is_shown_with_its_currency():
    assert TYPE["money"].cell(123450, {}, Shown()) == "¥1,234.50"
    assert TYPE["money"].cell(-5, {}, Shown("zh")) == "-¥0.05"
    assert TYPE["money"].cell(123450, {"currency": "USD"}, Shown()) == "USD 1,234.50"
    assert read("money", "USD 1,234.50", currency="USD") == 123450


def test_percent_is_percentage_points_everywhere():
    assert read("percent", "12.5%") == read("percent", "12.5 ％") == read("percent", "12.5") == 1250
    assert TYPE["percent"].to_json(1250, {}) == TYPE["percent"].to_text(1250, {}) == "12.50"
    assert TYPE["percent"].cell(1250, {}, Shown()) == "12.50%"


def test_halves_are_rounded_away_from_zero_where_they_are_shown():
    assert [rounded(number, 2) for number in (149, 150, -150, -149, 0)] == [1, 2, -2, -1, 0]
