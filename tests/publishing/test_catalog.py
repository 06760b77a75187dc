"""The catalog: compiled once per stamp, read by one statement while nothing moves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from builder.catalog import Catalog, compile_bodies
from builder.events import Cause
from builder.publishing.publish import publish
from builder.publishing.where_used import Use, uses, uses_of_field
from builder.rules.names import Rollup
from builder.work import House
from tests.kinds.workshop import entity, field, membership, published, registry

BY = Cause("command")


@contextmanager
def statements(house: House) -> Iterator[list[str]]:
    """The statements that the house's database is asked inside the block."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(house.database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(house.database.engine, "before_cursor_execute", note)


def test_one_statement_finds_that_nothing_moved(bare):
    publish(bare, entity("club"), cause=BY)
    with bare.reading() as work:
        first = bare.catalogs.current(work.connection)
        with statements(bare) as asked:
            assert bare.catalogs.current(work.connection) is first
            assert bare.catalogs.current(work.connection, first.stamp) is first
    assert len(asked) == 1


def test_a_publish_moves_the_catalog(bare):
    publish(bare, entity("club"), cause=BY)
    with bare.reading() as work:
        first = work.catalog
    publish(bare, entity("person"), cause=BY)
    with bare.reading() as work:
        assert set(work.catalog.entities) == {"club", "person"}
        assert set(first.entities) == {"club"}
        assert work.catalog.stamp == first.stamp + 1


def test_another_house_on_the_same_database_sees_the_publish(bare, tmp_path):
    from tests import make

    other = make.house(str(bare.settings.database_url), data=tmp_path / "other")
    with other.reading() as work:
        assert work.catalog.entities == {}
    publish(bare, entity("club"), cause=BY)
    with other.reading() as work:
        assert set(work.catalog.entities) == {"club"}
    other.database.close()


def test_threads_that_find_it_moved_compile_it_once(bare):
    publish(bare, entity("club"), cause=BY)
    found: list[Catalog] = []

    def look() -> None:
        with bare.reading() as work:
            found.append(work.catalog)

    threads = [threading.Thread(target=look) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(catalog) for catalog in found}) == 1


def test_what_upper_rooms_make_of_a_catalog_is_made_once():
    catalog = Catalog(0, {})
    made: list[int] = []

    def make() -> object:
        made.append(1)
        return object()

    assert catalog.cached("tables", make) is catalog.cached("tables", make)
    assert made == [1]


def test_what_could_not_be_made_is_tried_again():
    catalog = Catalog(0, {})
    with pytest.raises(ZeroDivisionError):
        catalog.cached("ratio", lambda: 1 / 0)
    assert catalog.cached("ratio", lambda: 1) == 1


def test_a_definition_that_cannot_be_compiled_does_not_close_the_house():
    bodies = dict(published(entity("club") | entity("person")).bodies)
    broken = {
        ("entity", "person"): {**bodies["entity", "person"], "properties": {"x": field("gone", column="x")}}
    }
    catalog = compile_bodies(registry(), {**bodies, **broken, ("ghost", "g"): {}})
    assert set(catalog.entities) == {"club"}
    assert set(catalog.left_out) == {("entity", "person"), ("ghost", "g")}


def test_facts_say_what_rules_need():
    facts = published(membership()).facts("member")
    assert facts["stage"].type.options == ("prospect", "new", "active", "dormant", "churned")
    assert facts["stage"].option_labels["dormant"] == {"en": "Dormant", "zh": "沉睡"}
    assert facts["store"].type.entity == "store"
    assert facts["total_spent"].rollup == Rollup(
        "orders", "sum", "amount", {"==": [{"var": "status"}, "paid"]}, "ordered_on"
    )
    assert {"id", "created_at", "updated_at"} <= set(facts)


def test_relations_are_the_references_seen_from_the_other_side():
    catalog = published(membership())
    orders = catalog.relations("member")["orders"]
    assert (orders.entity, orders.via, orders.label) == ("order", "member", {"en": "Orders", "zh": "订单"})
    assert set(catalog.relations("store")) == {"members", "orders", "tasks"}


def test_a_default_is_held_in_stored_form():
    fields = published(membership()).entities["member"].fields
    assert (fields["stage"].default, fields["points"].default) == ("new", None)


def test_it_is_known_where_a_field_is_used():
    catalog = published(membership())
    found = uses_of_field(registry(), catalog, "member", "stage")
    assert {
        Use("view", "dormant_members", "/where"),
        Use("workflow", "member_dormant", "/actions/0/field"),
    } <= set(found)
    assert Use("form", "member_form", "/sections/1/fields/0") in found
    assert Use("entity", "member", "/properties/total_spent/x-tessera/where") in uses_of_field(
        registry(), catalog, "order", "status"
    )


def test_it_is_known_where_a_definition_is_used():
    found = uses(registry(), published(membership()), "entity", "store")
    assert Use("entity", "member", "/properties/store/x-tessera/to") in found
    assert ("app", "membership") in {(one.kind, one.key) for one in found}
