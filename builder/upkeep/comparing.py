"""How Alembic looks at the product's own tables: what belongs to them, and how their types are written down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alembic.operations.ops import CreateIndexOp
from sqlalchemy import JSON, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import False_, True_

from builder import audit, events, runs
from builder.access import tables as access_tables
from builder.database import Moment, metadata
from builder.mechanics.public_forms import tables as public_form_tables
from builder.publishing import planned
from builder.records import history, numbers, rollups
from builder.workflows import tables as workflow_tables
from schema_store import drafts, store
from schema_store.columns import Moment as StoreMoment
from schema_store.columns import metadata as store_metadata

ROOMS_WITH_TABLES = (
    audit,
    events,
    runs,
    access_tables,
    planned,
    history,
    numbers,
    rollups,
    public_form_tables,
    workflow_tables,
    drafts,
    store,
)
"""Named here so that they are imported: what is not imported is not compared."""

OWN = (metadata, store_metadata)
"""Every table that is ours; generated tables live in the catalog's MetaData."""


def is_own_table(name: str | None) -> bool:
    """False for the tables that publishing makes (`rec_…`, `tag_…`)."""
    return not str(name).startswith(("rec_", "tag_"))


def _include_name(name: str | None, sort: str, _parents: Any) -> bool:
    return sort != "table" or is_own_table(name)


def _render(sort: str, thing: Any, context: Any) -> Any:
    """A migration is history: it names plain SQL, not classes of ours that may change, nor one database's spelling."""
    if sort == "type" and isinstance(thing, (Moment, StoreMoment)):
        return "sa.DateTime(timezone=True)"
    if sort == "type" and isinstance(thing, JSON) and "postgresql" in thing._variant_mapping:  # noqa: SLF001
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    if sort == "server_default" and isinstance(getattr(thing, "arg", None), (False_, True_)):
        return f"sa.{str(thing.arg).lower()}()"
    return False


def _compare_type(
    _context: Any, _inspected: Any, _wanted: Any, inspected_type: Any, wanted_type: Any
) -> bool | None:
    """None lets Alembic judge; a JSON column is text to SQLite, which is no difference."""
    if isinstance(wanted_type, JSON) and not isinstance(inspected_type, JSON):
        return False
    return None


def _spell_conditions(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """A partial index serves a query only if its condition is spelled as that database's queries spell it."""
    for operation in _flat(directives[0].upgrade_ops):
        for dialect in (
            (sqlite.dialect(), postgresql.dialect()) if isinstance(operation, CreateIndexOp) else ()
        ):
            condition = operation.kw.get(f"{dialect.name}_where")
            if condition is not None:
                operation.kw[f"{dialect.name}_where"] = text(_spelled(condition, dialect))


def _flat(operation: Any) -> Iterator[Any]:
    yield operation
    for inner in getattr(operation, "ops", ()):
        yield from _flat(inner)


def _spelled(condition: Any, dialect: Any) -> str:
    written = condition.compile(
        dialect=dialect, compile_kwargs={"literal_binds": True, "include_table": False}
    )
    return str(written)


OPTIONS: dict[str, Any] = {
    "target_metadata": list(OWN),
    "include_name": _include_name,
    "render_item": _render,
    "compare_type": _compare_type,
    "compare_server_default": False,
    "process_revision_directives": _spell_conditions,
    "transactional_ddl": True,
    "transaction_per_migration": False,
}
