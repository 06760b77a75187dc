"""Setting up, definitions, people, upkeep."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.conftest import Tessera


def password(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text("a long password\n")
    return path


def test_init_twice_changes_nothing(bare: Tessera, tmp_path: Path) -> None:
    options = [
        "--app",
        "membership",
        "--admin-email",
        "a@example.com",
        "--admin-password-file",
        password(tmp_path),
    ]
    first, second = bare("init", *options, "--json").json, bare("init", *options, "--json").json
    assert first["published"] > 20
    assert first["admin"] == "made"
    assert second == {"database": "was there", "app": "membership", "published": 0, "admin": "was there"}


def test_init_leaves_alone_what_an_admin_changed(tessera: Tessera, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    tessera("app", "export", folder, "view/all_members")
    view = folder / "view" / "all_members.json"
    view.write_text(view.read_text("utf-8").replace('"All members"', '"Everybody"'), "utf-8")
    before = tessera("app", "publish", folder, "--yes", "--json").json["stamp"]
    tessera("init", "--app", "membership")
    assert tessera("app", "publish", folder, "--yes", "--json").json == {"stamp": before, "published": []}


def test_export_publish_export_is_stable_to_the_byte(tessera: Tessera, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    tessera("app", "export", one)
    assert tessera("app", "publish", one, "--yes", "--json").json["published"] == []
    tessera("app", "export", other)
    texts = [
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*.json")} for root in (one, other)
    ]
    assert texts[0] == texts[1]
    assert len(texts[0]) > 20


def test_the_shipped_application_is_valid_without_any_database(run_tessera: Tessera) -> None:
    assert run_tessera("app", "validate", "membership", "--json").json == {"ok": True, "problems": []}


def test_a_broken_definition_is_named_with_its_place(run_tessera: Tessera, tmp_path: Path) -> None:
    (tmp_path / "view").mkdir()
    (tmp_path / "view" / "v.json").write_text(
        '{"key": "v", "label": "V", "entity": "nothing", "type": "table", "columns": []}'
    )
    answer = run_tessera("app", "validate", tmp_path)
    assert answer.code == 1
    assert "/view/v/" in answer.out


def test_a_plan_writes_nothing_and_publish_asks_first(tessera: Tessera, tmp_path: Path) -> None:
    tessera("app", "export", tmp_path / "app")
    member = tmp_path / "app" / "entity" / "member.json"
    document = json.loads(member.read_text("utf-8"))
    document["properties"]["town"] = {"x-tessera": {"type": "text", "label": "Town"}}
    member.write_text(json.dumps(document), "utf-8")
    plan = tessera("app", "plan", tmp_path / "app", "--json")
    assert "town" in plan.out
    assert tessera("app", "publish", tmp_path / "app").code == 2
    assert tessera("app", "publish", tmp_path / "app", "--yes", "--expect-stamp", "99").code == 1
    assert "town" not in tessera("entity", "show", "member", "--json").json["properties"]


def test_entity_show_is_the_published_document(tessera: Tessera) -> None:
    document = tessera("entity", "show", "member", "--json").json
    assert document["$schema"].endswith("2020-12/schema")
    assert document["x-tessera"]["key_field"] == "member_no"
    assert [one["key"] for one in tessera("entity", "list", "--json").json["entities"]] == [
        "member", "order", "store", "task",
    ]  # fmt: skip


def test_users_come_and_are_disabled(tessera: Tessera, tmp_path: Path) -> None:
    options = ["--role", "clerk", "--password-file", password(tmp_path)]
    assert tessera("user", "add", "Clerk@Example.com", *options).code == 0
    assert tessera("user", "add", "clerk@example.com", *options).code == 1
    assert tessera("user", "disable", "clerk@example.com").code == 0
    states = {one["email"]: one["is_active"] for one in tessera("user", "list", "--json").json["users"]}
    assert states == {"admin@example.com": True, "clerk@example.com": False}


def test_an_unknown_role_is_wrong_use(tessera: Tessera) -> None:
    assert tessera("user", "add", "x@example.com", "--role", "clrk").code == 2


def test_the_last_admin_stays(tessera: Tessera) -> None:
    assert tessera("user", "disable", "admin@example.com").code == 2


def test_a_token_is_printed_once(tessera: Tessera) -> None:
    answer = tessera(
        "token",
        "create",
        "--user",
        "admin@example.com",
        "--scope",
        "read",
        "--expires",
        "2026-12-31",
        "--json",
    )
    assert answer.json["token"].startswith("tessera_")
    assert answer.json["expires_at"] == "2026-12-31T15:59:59.999999+00:00"


def test_roles_are_listed_with_their_holders(tessera: Tessera) -> None:
    roles = {one["key"]: one["users"] for one in tessera("role", "list", "--json").json["roles"]}
    assert roles["admin"] == ["admin@example.com"]
    assert "clerk" in roles


def test_check_and_doctor_are_fine(stocked: Tessera) -> None:
    assert stocked("check", "--json").json == {"ok": True, "problems": []}
    assert stocked("doctor", "--json").json["ok"] is True


def test_routes_know_the_desk(tessera: Tessera) -> None:
    rules = [one["rule"] for one in tessera("routes", "--json").json["routes"]]
    assert "/live" in rules
    assert any(rule.startswith("/desk/") for rule in rules)


def test_backup_verify_restore(stocked: Tessera, tmp_path: Path) -> None:
    before = stocked("fingerprint", "--json").json
    assert stocked("backup", tmp_path / "b.zip").code == 0
    assert stocked("backup", "verify", tmp_path / "b.zip", "--json").json["ok"] is True
    stocked("import", "member", tmp_path / "members.csv", "--map", "no=member_no", "--mode", "insert")
    assert stocked("restore", tmp_path / "b.zip").code == 0
    assert stocked("fingerprint", "--json").json == before


def test_a_damaged_backup_is_refused(stocked: Tessera, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(b"nonsense" * 100)
    for words in (["backup", "verify"], ["restore"]):
        answer = stocked(*words, tmp_path / "b.zip")
        assert answer.code == 1
        assert "damaged" in answer.err


def test_the_sample_comes_and_goes(tessera: Tessera) -> None:
    assert tessera("sample", "add", "--members", "20").code == 0
    assert tessera("sample", "add").code == 2
    assert tessera("query", "member", "--count", "--json").json == {"count": 20}
    assert tessera("sample", "remove").code == 0
    assert tessera("query", "member", "--count", "--json").json == {"count": 0}


def test_an_empty_queue_is_said(tessera: Tessera) -> None:
    assert tessera("queue", "list", "--json").json == {"counts": {}, "messages": [], "events": []}
    assert tessera("queue", "retry", "5").code == 1
