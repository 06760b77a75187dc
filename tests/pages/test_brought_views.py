"""A plugin's own way to show a view: drawn by the plugin, behind a fence."""

from __future__ import annotations

from typing import ClassVar

import pytest
from markupsafe import escape

from builder.events import Cause
from builder.plugin_api import ShownPage, ViewType
from builder.publishing.publish import publish
from schema_store.problems import Problems
from tests import make


class Ring(ViewType):
    """Titles in a ring; falls over when it is told to."""

    key = "ring"
    label: ClassVar = {"en": "Ring", "zh": "环"}
    help: ClassVar = {"en": "Titles in a ring.", "zh": "环形。"}
    settings: ClassVar = {
        "type": "object",
        "properties": {
            "centre": {
                "type": "string",
                "description": "The field in the middle.",
                "x-names": {"fields_of": "/entity", "only": "choices"},
            },
            "falls": {"type": "boolean", "description": "Whether it falls over."},
        },
        "required": ["centre"],
    }

    def draw(self, page: ShownPage) -> str:
        if page.settings.get("falls"):
            raise RuntimeError
        items = [f"<li>{one.cells['title']} {one.cells['status']}</li>" for one in page.records]
        return f"<ul class=ring aria-label={escape(page.columns[0][1])}>{''.join(items)}</ul>"


VIEW = {"key": "v", "label": "V", "entity": "task", "columns": ["title"], "type": "ring", "centre": "status"}


def with_ring(shop, **more):
    shop.house.registry.view_types.add("ring", Ring(), by="rings")
    publish(shop.house, {("view", "v"): {**VIEW, **more}}, cause=Cause("command"))
    make.record(shop.house, "task", {"title": "<b>Call"})


def test_a_page_of_records_is_drawn_by_the_plugin(shop, ada):
    with_ring(shop)
    page = ada.get("/desk/task?view=v")
    assert page.all(".ring li") == ["<b>Call Open"]
    assert "1 record on this page" in page.text


def test_a_plugin_that_falls_over_leaves_a_table(shop, ada):
    with_ring(shop, falls=True)
    page = ada.get("/desk/task?view=v")
    assert "could not draw it" in page.one(".note").text
    assert len(page.all("#list tbody tr")) == 1


def test_a_plugin_that_is_gone_leaves_a_table(shop, ada):
    with_ring(shop)
    shop.house.registry.view_types.take_back("rings")
    page = ada.get("/desk/task?view=v")
    assert page.status == 200
    assert "plugin that is not installed" in page.one(".note").text


@pytest.mark.parametrize("wrong", [{"centre": "title"}, {"centre": None}, {"middle": "status"}])
def test_its_settings_are_checked_like_those_of_the_built_in_ones(shop, wrong):
    with pytest.raises(Problems):
        with_ring(shop, **wrong)


def test_its_fields_are_needed_by_the_view(shop):
    with_ring(shop)
    with shop.house.reading() as work:
        kind = work.registry.kinds["view"]
        assert ("field", "task.status", "/centre") in kind.all_needs(VIEW, work.catalog)
