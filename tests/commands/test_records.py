"""Records by command: in, out, asked, explained, changed and put back."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.conftest import Tessera

DORMANT = {">": [{"days_since": [{"var": "last_order_on"}]}, 180]}


def test_import_counts_and_leaves_a_run(tessera: Tessera, members: Path) -> None:
    pairs = ["--map", "no=member_no", "--map", "since=joined_on"]
    first = tessera("import", "member", members, "--key", "member_no", *pairs, "--json").json
    assert {**first, "run": 0} == {
        "rows": 3,
        "inserted": 3,
        "updated": 0,
        "unchanged": 0,
        "failed": 0,
        "run": 0,
    }
    again = tessera("import", "member", members, "--key", "member_no", *pairs, "--json").json
    assert (again["unchanged"], again["inserted"]) == (3, 0)
    assert again["run"] != first["run"]


def test_a_member_imported_without_a_stage_is_new(tessera: Tessera, members: Path) -> None:
    tessera("import", "member", members, "--map", "no=member_no")
    records = tessera("query", "member", "--fields", "stage", "--json").json["records"]
    assert {record["stage"] for record in records} == {"new"}


def test_bad_rows_go_to_the_errors_file_and_good_rows_go_in(tessera: Tessera, tmp_path: Path) -> None:
    file = tmp_path / "m.csv"
    file.write_text("member_no,joined_on\n1,2026-01-01\n2,someday\n,2026-01-01\n")
    answer = tessera(
        "import", "member", file, "--key", "member_no", "--errors", tmp_path / "bad.csv", "--json"
    )
    assert answer.code == 0
    assert (answer.json["inserted"], answer.json["failed"]) == (1, 2)
    bad = (tmp_path / "bad.csv").read_text("utf-8-sig").splitlines()
    assert bad[0] == "member_no,joined_on,row,reason"
    assert bad[1].startswith("2,someday,3,")


def test_a_rehearsed_import_writes_nothing(tessera: Tessera, members: Path) -> None:
    answer = tessera("import", "member", members, "--map", "no=member_no", "--rehearse", "--json").json
    assert (answer["inserted"], answer["run"]) == (3, None)
    assert tessera("query", "member", "--count", "--json").json == {"count": 0}


def test_ignored_columns_are_named(tessera: Tessera, members: Path) -> None:
    assert "since" in tessera("import", "member", members, "--map", "no=member_no").err


def test_an_import_can_be_undone(tessera: Tessera, members: Path) -> None:
    run = tessera("import", "member", members, "--map", "no=member_no", "--json").json["run"]
    assert tessera("undo", run, "--rehearse", "--json").json["reverted"] == 3
    assert tessera("undo", run, "--json").json == {"reverted": 3, "skipped": [], "not_undoable": []}
    assert tessera("query", "member", "--count", "--json").json == {"count": 0}


def test_a_first_order_makes_a_member_active_on_import(stocked: Tessera) -> None:
    records = stocked("query", "member", "--fields", "member_no,stage", "--sort", "member_no", "--json").json[
        "records"
    ]
    assert [record["stage"] for record in records] == ["active", "active", "new"]


def test_export_is_read_back_as_it_was(stocked: Tessera, tmp_path: Path) -> None:
    for name, key in (("member", "member_no"), ("order", "order_no")):
        file = tmp_path / f"out-{name}.csv"
        assert stocked("export", name, file).code == 0
        answer = stocked("import", name, file, "--key", key, "--json").json
        assert answer["unchanged"] == answer["rows"] > 0
    assert "'=1+1" in (tmp_path / "out-member.csv").read_text("utf-8-sig")


def test_jsonl_holds_a_record_a_line(stocked: Tessera, tmp_path: Path) -> None:
    stocked("export", "order", tmp_path / "o.jsonl", "--where", '{"==": [{"var": "order_no"}, "A1"]}')
    (line,) = (tmp_path / "o.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["amount"] == "10.50"


def test_query_pages_by_cursor(stocked: Tessera) -> None:
    seen, after = [], None
    while True:
        more = ["--after", after] if after else []
        page = stocked("query", "member", "--sort", "-member_no", "--limit", "2", *more, "--json").json
        seen += [record["member_no"] for record in page["records"]]
        after = page["after"]
        if after is None:
            break
    assert seen == ["003", "002", "001"]


def test_query_as_of_an_earlier_day_takes_rollups_up_to_it(stocked: Tessera) -> None:
    rule = '{"==": [{"var": "order_count"}, 1]}'
    assert stocked("query", "member", "--where", rule, "--count", "--json").json == {"count": 2}
    assert stocked("query", "member", "--where", rule, "--as-of", "2025-12-31", "--count", "--json").json == {
        "count": 1
    }


def test_a_rule_may_come_from_a_file(stocked: Tessera, tmp_path: Path) -> None:
    (tmp_path / "rule.json").write_text(json.dumps(DORMANT))
    answer = stocked("query", "member", "--where", f"@{tmp_path / 'rule.json'}", "--count", "--json")
    assert answer.json == {"count": 1}


def test_as_a_user_only_their_rights_hold(stocked: Tessera) -> None:
    stocked("user", "add", "nobody@example.com")
    answer = stocked("query", "member", "--as", "nobody@example.com")
    assert answer.code == 1
    assert "member.read" in answer.err
    assert stocked("run", "member_dormant", "--as", "nobody@example.com").code == 1
    assert stocked("query", "member", "--as", "somebody@example.com").code == 2


def test_history_tells_who_when_and_what(stocked: Tessera) -> None:
    entries = stocked("history", "member", "001", "--json").json["history"]
    assert [entry["what"] for entry in entries] == ["changed", "created"]
    assert entries[0]["actor"] == "workflow:member_first_order"
    assert entries[0]["changes"]["stage"] == {"before": "new", "after": "active"}
    assert entries[1]["cause"] == "import"
    assert stocked("history", "member", "id:1", "--json").json["history"] == entries
    assert stocked("history", "member", "999").code == 2


def test_run_rehearse_run_again_and_undo(stocked: Tessera) -> None:
    would = stocked("run", "member_dormant", "--rehearse", "--json").json
    assert would["changed"] == 1
    done = stocked("run", "member_dormant", "--json").json
    assert (done["matched"], done["changed"], done["failed"], done["status"]) == (1, 1, 0, "done")
    assert stocked("run", "member_dormant", "--json").json["changed"] == 0
    assert stocked("undo", done["run"], "--json").json["skipped"] == []
    stages = stocked(
        "query", "member", "--where", '{"==": [{"var": "stage"}, "dormant"]}', "--count", "--json"
    ).json
    assert stages == {"count": 0}
    assert stocked("query", "task", "--count", "--json").json == {"count": 0}


def test_an_unknown_workflow_is_wrong_use(tessera: Tessera) -> None:
    assert tessera("run", "member_dormnt").code == 2


def test_run_due_runs_each_slot_since_the_last(stocked: Tessera) -> None:
    answer = stocked("run-due", "--until", "2026-03-04T12:00", "--json").json
    slots = [one["slot"] for one in answer["runs"] if one["workflow"] == "member_dormant"]
    assert slots == ["2026-03-02T19:00:00+00:00", "2026-03-03T19:00:00+00:00"]
    assert answer["changed"] == 1
    assert stocked("run-due", "--until", "2026-03-04T12:00", "--json").json["runs"] == []


def test_rule_check_explain_and_sql(stocked: Tessera) -> None:
    rule = json.dumps(DORMANT)
    assert stocked("rule", "check", "member", rule, "--json").json["ok"] is True
    wrong = stocked("rule", "check", "member", '{">": [{"var": "name"}, 3]}', "--json")
    assert wrong.code == 1
    assert wrong.json["problems"][0]["pointer"].startswith("/>")
    assert stocked("rule", "check", "member", "{oops").code == 1
    assert "180" in stocked("rule", "explain", "member", rule).out
    assert "✓" in stocked("rule", "explain", "member", rule, "--record", "001").out
    assert "✗" in stocked("rule", "explain", "member", rule, "--record", "002").out
    found = stocked("rule", "sql", "member", rule, "--json").json
    assert "rec_member" in found["sql"]
    assert found["plan"]
    assert found["missing_indexes"] == [{"entity": "member", "fields": ["last_order_on"]}]


def test_rule_tells_what_would_turn_it_what_is_empty_and_which_index_it_lacks(stocked: Tessera) -> None:
    rule = json.dumps({"and": [{"==": [{"var": "city"}, "Suzhou"]}, {">": [{"var": "order_count"}, 3]}]})
    whole = stocked("rule", "explain", "member", rule, "--json").json
    assert [(one["counted"], one["sentence"].split(",")[0]) for one in whole["empty"]] == [
        (False, f"{whole['of']} records have no value in City")
    ]
    vip = json.dumps({"==": [{"var": "stage"}, "churned"]})
    one = stocked("rule", "explain", "member", vip, "--record", "001", "--json").json["explained"]
    assert one["flips"][0]["sentence"] == "would hold if Stage were “Churned”"
    assert "→ would hold if Stage" in stocked("rule", "explain", "member", vip, "--record", "001").out
    found = stocked("rule", "sql", "member", rule, "--json").json
    assert found["missing_indexes"] == [{"entity": "member", "fields": ["city", "order_count"]}]
    assert "An index is missing" in stocked("rule", "sql", "member", rule).out


def test_untyped_rules_are_evaluated_one_and_many(run_tessera: Tessera, tmp_path: Path) -> None:
    one = run_tessera("rule", "eval", '{"+": [{"var": "a"}, 2]}', "--data", '{"a": 1}', "--json")
    assert one.json == {"result": 3}
    lines = ['{"rule": {"==": [1, 1]}, "data": null}', '{"rule": {"fly": []}, "data": {}}', "no json"]
    (tmp_path / "b.jsonl").write_text("\n".join(lines))
    many = [
        json.loads(line)
        for line in run_tessera("rule", "eval", "--batch", tmp_path / "b.jsonl").out.splitlines()
    ]
    assert many[0] == {"result": True}
    assert many[1]["error"]["type"] == "Unknown Operator"
    assert many[2]["error"]["type"] == "Invalid JSON"
    assert run_tessera("rule", "eval").code == 2


def test_query_shows_numbers_and_versions_where_they_are_asked_for(stocked: Tessera) -> None:
    answer = stocked("query", "member", "--fields", "id,name,version", "--sort", "id", "--limit", "1")
    assert answer.out.splitlines()[:2] == ["id  name    version", "1   王小明  2"]
