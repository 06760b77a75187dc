"""docs/commands.md says what the commands say of themselves."""

from __future__ import annotations

from builder.commands import reference


def test_the_page_is_fresh() -> None:
    assert reference.PAGE.read_text("utf-8") == reference.page(), "run: python -m builder.commands.reference"
