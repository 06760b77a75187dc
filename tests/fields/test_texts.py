import pytest

from builder.fields.contract import Shown
from tests.fields.examples import TYPE
from tests.fields.reading import read, refusal


def test_text_is_stored_in_one_unicode_form_without_outer_blanks():
    assert read("text", "\u3000\ufeff Cafe\u0301 \u200b\n") == "Café"


@pytest.mark.parametrize("text", ["a\x00b", "a\tb", "a\nb", "a\x7fb", "a\u2028b", "a\ud800b"])
def test_a_line_has_no_control_characters(text):
    assert refusal("text", text) == "control"
    assert refusal("text", text, door="json") == "control"


def test_long_text_keeps_its_lines_ended_in_one_way():
    assert read("long_text", "one\r\ntwo\rthree\n\tfour ") == "one\ntwo\nthree\n\tfour"
    assert refusal("long_text", "one\x00two") == "control"


def test_text_has_a_longest_length():
    assert read("text", "a" * 255) == "a" * 255
    assert refusal("text", "a" * 256) == "long"
    assert refusal("text", "abcd", max_length=3) == "long"
    assert refusal("long_text", "a" * 20_001) == "long"


@pytest.mark.parametrize("value", [1, True, ["a"], {"a": 1}])
def test_a_text_in_json_is_a_string(value):
    assert refusal("text", value, door="json") == "type"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("138 0013 8000", "+8613800138000"),
        ("+86 １３８-００１３-８０００", "+8613800138000"),
        ("0086 138 0013 8000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("010-6552 9988", "+861065529988"),
        ("（021）62795555", "+862162795555"),
        ("400-820-8820", "+864008208820"),
        ("010 6552 9988 转 801", "+861065529988;ext=801"),
        ("+44 20 7946 0958", "+442079460958"),
        ("95555", "95555"),
        ("110", "110"),
    ],
)
def test_one_number_is_stored_in_one_form(text, stored):
    assert read("phone", text) == stored
    assert TYPE["phone"].from_json(text, {}) == stored


def test_a_number_without_country_code_is_of_the_fields_region():
    assert read("phone", "020 7946 0958", region="GB") == "+442079460958"
    assert TYPE["phone"].check_settings({"region": "XX"})[0].pointer == "/region"


@pytest.mark.parametrize(
    "text", ["12", "65529988", "138001380", "138001380001", "12600138000", "phone", "+999 123", "0110"]
)
def test_what_nobody_can_call_is_refused(text):
    assert refusal("phone", text) == "phone"


def test_a_mobile_number_is_shown_as_the_library_would():
    import phonenumbers

    for number in ("13800138000", "19912345678", "14512345678"):
        wanted = phonenumbers.format_number(
            phonenumbers.parse(number, "CN"), phonenumbers.PhoneNumberFormat.NATIONAL
        )
        assert TYPE["phone"].cell(f"+86{number}", {}, Shown()) == wanted


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("138", ["+86138"]),
        ("138 0013", ["+861380013"]),
        ("010-65", ["+861065"]),
        ("86138", ["+8686138", "+86138"]),
        ("+44 20", ["+4420"]),
        ("0044 20", ["+4420"]),
        ("13", []),
        ("Chen", []),
    ],
)
def test_a_number_that_was_begun_says_how_stored_ones_begin(text, starts):
    assert TYPE["phone"].search_prefixes(text, {}) == starts


def test_a_number_is_shown_as_its_region_writes_it():
    assert TYPE["phone"].cell("+8613800138000", {}, Shown()) == "138 0013 8000"
    assert TYPE["phone"].cell("+442079460958", {}, Shown()) == "+44 20 7946 0958"
    assert TYPE["phone"].cell("95555", {}, Shown()) == "95555"
    assert TYPE["phone"].link("+8613800138000", {}, Shown()) == "tel:+8613800138000"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (" Li.Na+shop@Example.COM ", "Li.Na+shop@example.com"),
        ("li＠example.com", "li@example.com"),
        ("li@例子.中国", "li@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_a_mail_address_has_its_domain_in_small_letters(text, stored):
    assert read("email", text) == stored


@pytest.mark.parametrize(
    "text",
    ["li", "@example.com", "li@", "li@example", "a..b@example.com", ".a@example.com", "a b@example.com",
     "a@-x.com", "a@x.1", "a@b@c.com", "a" * 65 + "@example.com", "a@" + "x" * 64 + ".com", "a\n@example.com",
     "李@example.com"],
)  # fmt: skip
def test_what_is_no_mail_address_is_refused(text):
    assert refusal("email", text) == "email"


def test_a_web_address_keeps_its_path():
    assert read("url", "HTTPS://Example.COM/Path?Q=中#A") == "https://example.com/Path?Q=中#A"
    assert TYPE["url"].link("https://example.com", {}, Shown()) == "https://example.com"


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "www.example.com", "ftp://example.com", "http://", "http://a:b@example.com",
     "https://x.com/a b", "//x.com", "data:text/html,x", "http://x.com/%zz",
     "https://x.com/<script>", "https:// x.com"],
)  # fmt: skip
def test_only_plain_web_addresses_are_links(text):
    assert refusal("url", text) == "url"
