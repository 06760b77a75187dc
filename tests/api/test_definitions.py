"""Definitions over HTTP: drafts in, plan or publish out."""

import pytest

from builder.events import Cause
from schema_store import drafts
from tests.api.conftest import codes

QUIET = {"key": "quiet", "label": "Quiet", "entity": "member", "type": "table", "columns": ["name"]}
PLACE = "/definitions/view/quiet"


def test_a_draft_is_kept_planned_and_published(till):
    kept = till.put(PLACE, QUIET)
    assert (kept.status_code, kept.json["version"], kept.json["draft"]) == (200, None, QUIET)

    plan = till.post("/publish", {"rehearse": True}).json
    assert [(one["kind"], one["key"], one["what"]) for one in plan["definitions"]] == [
        ("view", "quiet", "new")
    ]
    assert till.get(PLACE).json["live"] is None

    done = till.post("/publish", {"expect_stamp": plan["stamp"]}).json
    assert done["published"] == [{"kind": "view", "key": "quiet", "version": 1}]
    assert till.get(PLACE).json["draft"] is None
    assert till.get(PLACE).json["live"]["columns"] == ["name"]


def test_a_published_entity_has_its_records_at_once(till):
    body = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Shelf",
        "type": "object",
        "properties": {"code": {"x-tessera": {"type": "text", "label": "Code", "unique": True}}},
        "required": ["code"],
        "additionalProperties": False,
        "x-tessera": {
            "key": "shelf",
            "label": "Shelf",
            "label_plural": "Shelves",
            "key_field": "code",
            "title_field": "code",
        },
    }
    assert till.get("/records/shelf").status_code == 404
    till.put("/definitions/entity/shelf", body)
    published = till.post("/publish", {})
    assert published.status_code == 200, published.text

    assert till.post("/records/shelf", {"code": "A1"}).status_code == 201


def test_a_draft_that_is_wrong_is_not_published(till):
    till.put(PLACE, QUIET | {"columns": ["colour"]})

    refused = till.post("/publish", {})
    assert refused.status_code == 422
    assert codes(refused)[0][1].startswith("/view/quiet/columns")


def test_a_publish_that_saw_an_older_stamp_is_refused(till):
    till.put(PLACE, QUIET)

    assert till.post("/publish", {"expect_stamp": 0}).status_code == 422


def test_nothing_to_publish_is_no_mistake(quiet_till):
    assert quiet_till.post("/publish", {}).json["published"] == []


def test_a_draft_that_somebody_wrote_since_is_not_overwritten(till):
    seen = till.put(PLACE, QUIET).headers["ETag"]
    till.put(PLACE, QUIET | {"label": "Theirs"})

    late = till.put(PLACE, QUIET | {"label": "Mine"}, If_Match=seen)
    assert late.status_code == 409
    assert till.get(PLACE).json["draft"]["label"] == "Theirs"


@pytest.mark.parametrize("tag", ['"x"', '"9.9"', '"1.2.3"'])
def test_a_tag_that_is_none_of_ours_is_refused(till, tag):
    till.put(PLACE, QUIET)

    assert till.put(PLACE, QUIET, If_Match=tag).status_code == 409


@pytest.mark.parametrize(
    "path",
    [
        "/definitions/colour/red",
        "/definitions/view/nothing",
        "/definitions/view/No%20Key",
        "/definitions/view/%00",
    ],
)
def test_what_is_not_there_is_404(quiet_till, path):
    assert quiet_till.get(path).status_code == 404


@pytest.mark.parametrize("key", ["No Key", "x" * 31, "ünder", "__class__"])
def test_a_key_that_is_none_is_refused(quiet_till, key):
    assert quiet_till.put(f"/definitions/view/{key}", QUIET).status_code == 422


def test_a_body_of_another_key_is_refused(quiet_till):
    assert quiet_till.put("/definitions/view/loud", QUIET).status_code == 422


@pytest.mark.parametrize(
    "document", [[], "text", {"rehearse": "yes"}, {"expect_stamp": True}, {"force": True}]
)
def test_a_publish_that_is_not_understood_is_refused(quiet_till, document):
    assert quiet_till.post("/publish", document).status_code == 422


def test_an_unknown_run_is_404(quiet_till):
    assert quiet_till.get("/runs/7").status_code == 404


def test_a_draft_that_retires_says_so_and_is_published(till, shop):
    till.put(PLACE, QUIET)
    till.post("/publish", {})
    with shop.house.writing(Cause("form", "user:1")) as work:
        name = ("view", "quiet")
        drafts.save_draft(work.connection, name, None, base=1, turn=1, by="user:1", at=work.now)
    waiting = till.get(PLACE).json
    assert (waiting["draft"], waiting["retires"], waiting["live"]["key"]) == (None, True, "quiet")
    [planned] = till.post("/publish", {"rehearse": True}).json["definitions"]
    assert planned["what"] == "retired"
    till.post("/publish", {})
    assert till.get(PLACE).status_code == 404
