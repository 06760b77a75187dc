"""The timed rule as somebody would write it by hand for one database: the same rows written, nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from benchmarks.filling import AS_OF, TAG
from builder import runs
from builder.events import Cause
from builder.records import tables
from builder.work import House

CAUSE = Cause("command")
LAST_DAY = AS_OF - timedelta(days=180)
"""Who bought before this day is dormant."""


def run(house: House) -> int:
    """Stage, version, history row, event row and tag of every member who is due, in one transaction; how many."""
    with house.reading() as work:
        link = tables.of(work.catalog).tags("member", "tags").name
    with house.database.writing() as connection:  # no nightly job goes without a note that it ran
        at, by = house.clock.now(), "by hand"
        run_id = runs.open_run(connection, kind="by hand", at=at, actor=by, cause=by)
    with house.database.writing() as connection:
        count = (_on_sqlite if house.database.is_sqlite else _on_postgresql)(connection, link)
    with house.database.writing() as connection:
        runs.close_run(
            connection, run_id, at=house.clock.now(), status=runs.DONE, matched=count, changed=count
        )
    return count


def _on_sqlite(connection: Connection, link: str) -> int:
    do = connection.exec_driver_sql
    do("CREATE TEMP TABLE hit (id INTEGER PRIMARY KEY, version INTEGER, stage TEXT)")
    some = "SELECT id, version, stage FROM rec_member WHERE stage IN ('prospect', 'new', 'active') AND"
    # Two halves, each served by the index on (stage, last_order_on); the temporary table sorts by id.
    count = do(
        f"INSERT INTO hit {some} last_order_on < ? UNION ALL {some} last_order_on IS NULL AND joined_on < ?",
        (str(LAST_DAY), str(LAST_DAY)),
    ).rowcount
    if count:
        _write_sqlite(do, link, count)
    do("DROP TABLE hit")
    return count


def _write_sqlite(do: Any, link: str, count: int) -> None:
    now = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
    batch = do(
        "INSERT INTO event_batch (entity, what, cause, actor, at, records, is_handled, depth, attempts)"
        f" VALUES ('member', 'changed', 'by hand', 'operator', {now}, ?, 1, 0, 0) RETURNING id",
        (count,),
    ).scalar_one()
    do("INSERT INTO event (batch_id, record_id, version) SELECT ?, id, version + 1 FROM hit", (batch,))
    do(
        "INSERT INTO history (entity, record_id, version, batch_id, changes) SELECT 'member', id, version + 1, ?,"
        " json_object('stage', json_array(stage, 'dormant'), 'tags', json_object(?, '+')) FROM hit",
        (batch, TAG),
    )
    do(
        f"UPDATE rec_member SET stage = 'dormant', version = version + 1, updated_at = {now}"
        " WHERE id IN (SELECT id FROM hit)"
    )
    do(
        f"INSERT INTO {link} (record_id, tag, source) SELECT id, ?, 'rule' FROM hit WHERE true ON CONFLICT DO NOTHING",
        (TAG,),
    )


def _on_postgresql(connection: Connection, link: str) -> int:
    do = connection.exec_driver_sql
    count = do(
        "CREATE TEMP TABLE hit ON COMMIT DROP AS SELECT id, version, stage FROM rec_member"
        " WHERE stage IN ('prospect', 'new', 'active')"
        f" AND (last_order_on < '{LAST_DAY}' OR (last_order_on IS NULL AND joined_on < '{LAST_DAY}')) ORDER BY id"
    ).rowcount
    if not count:
        return 0
    do("ANALYZE hit")
    batch = do(
        "INSERT INTO event_batch (entity, what, cause, actor, at, records, is_handled)"
        " VALUES ('member', 'changed', 'by hand', 'operator', now(), %s, true) RETURNING id",
        (count,),
    ).scalar_one()
    do("INSERT INTO event (batch_id, record_id, version) SELECT %s, id, version + 1 FROM hit", (batch,))
    do(
        "INSERT INTO history (entity, record_id, version, batch_id, changes) SELECT 'member', id, version + 1, %s,"
        " jsonb_build_object('stage', jsonb_build_array(stage, 'dormant'), 'tags', jsonb_build_object(%s::text, '+'))"
        " FROM hit",
        (batch, TAG),
    )
    do(
        "UPDATE rec_member SET stage = 'dormant', version = rec_member.version + 1, updated_at = now()"
        " FROM hit WHERE rec_member.id = hit.id"
    )
    do(
        f"INSERT INTO {link} (record_id, tag, source) SELECT id, %s, 'rule' FROM hit ON CONFLICT DO NOTHING",
        (TAG,),
    )
    return count
