"""Words in several languages: what is shown where one is missing, and where there are none."""

import pytest

from schema_store.texts import pick

BOTH = {"en": "Member", "zh": "会员"}


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        (BOTH, "zh-CN", "会员"),
        (BOTH, "en_GB", "Member"),
        ({"zh": "会员"}, "en", "会员"),
        ({"en": "Member"}, "zh", "Member"),
        ({"en": "", "zh": "会员"}, "en", "会员"),
        ("Member", "zh", "Member"),
    ],
)
def test_a_missing_language_falls_back_to_another(text, language, words):
    assert pick(text, language, "key") == words


@pytest.mark.parametrize("text", [None, "", {}, {"en": ""}, 1.5, ["Member"], {"en": 5}, {"zh": None}, True])
def test_what_is_no_text_gives_the_fallback(text):
    assert pick(text, "en", "key") == "key"
