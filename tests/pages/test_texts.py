"""Every text of the product is there in Chinese, and the catalogue is the one that the code asks for."""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

import translate

PLACES = re.compile(r"\{\w+\}|%\(\w+\)[sd]")


def test_the_catalogue_knows_every_text_and_no_other():
    wanted, known = (
        {one.id for one in catalog if one.id} for catalog in (translate.extracted(), translate.kept())
    )
    assert sorted(map(str, wanted - known)) == [], "run: .venv/bin/python tools/translate.py"
    assert sorted(map(str, known - wanted)) == [], "run: .venv/bin/python tools/translate.py"


def test_every_text_has_its_chinese():
    assert translate.missing(translate.kept()) == []


def test_the_compiled_catalogue_is_up_to_date():
    assert translate.PO.with_suffix(".mo").read_bytes() == translate.compiled(translate.kept())


def test_chinese_fills_in_what_the_english_fills_in():
    for message in translate.kept():
        if not message.id:
            continue
        english = message.id if isinstance(message.id, str) else message.id[1]
        chinese = message.string if isinstance(message.string, str) else message.string[0]
        assert set(PLACES.findall(chinese)) <= set(PLACES.findall(english)), english
        if isinstance(message.id, str):
            assert set(PLACES.findall(chinese)) == set(PLACES.findall(english)), english
