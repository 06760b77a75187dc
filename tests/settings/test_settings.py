"""What an operator writes, in the environment or behind an option, is understood or refused with words."""

from __future__ import annotations

from datetime import datetime

import pytest

from builder import settings
from builder.clock import Clock
from schema_store.problems import Problems
from tests.make import SHANGHAI


@pytest.mark.parametrize("text", ["2026-03-31", "20260331", "2026-W14-2", "2026W142"])
def test_every_iso_form_of_a_date_is_the_end_of_that_day(text: str) -> None:
    assert Clock(SHANGHAI).moment(text) == datetime(2026, 3, 31, 23, 59, 59, 999999, SHANGHAI)


def test_time_is_of_the_zone_unless_it_names_its_own() -> None:
    assert Clock(SHANGHAI).moment("2026-03-31T09:00") == datetime(2026, 3, 31, 9, tzinfo=SHANGHAI)
    assert Clock(SHANGHAI).moment("2026-03-31T01:00Z") == datetime(2026, 3, 31, 9, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://root:secret@localhost/shop", "postgresql://localhost/shop"]
)
def test_database_that_the_product_does_not_know_is_refused_without_telling_its_password(url: str) -> None:
    with pytest.raises(Problems, match="TESSERA_DATABASE_URL") as refused:
        settings.read({"TESSERA_DATABASE_URL": url})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("text", ["one", "-1", "10", "１", "1.5"])
def test_a_number_of_proxies_is_understood_or_refused(text: str) -> None:
    assert settings.read({"TESSERA_PROXIES": "2"}).proxies == 2
    assert settings.read({"TESSERA_PROXIES": ""}).proxies == 0
    with pytest.raises(Problems, match="TESSERA_PROXIES"):
        settings.read({"TESSERA_PROXIES": text})
