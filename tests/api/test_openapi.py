"""The API's description: valid, true, and no more than the caller may do."""

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.access import site


def description(program):
    answer = program.get("/openapi.json")
    assert answer.status_code == 200
    return answer.json


@pytest.mark.parametrize("roles", [("admin",), ("clerk",), ("marketing", "service"), ("nothing",)])
def test_it_is_valid_whoever_asks(quiet_shop, roles):
    OpenAPIV31SpecValidator(description(quiet_shop.program("admin", roles=roles))).validate()


def test_a_components_schema_is_the_published_one(quiet_shop, quiet_till):
    with quiet_shop.house.reading() as work:
        published = work.catalog.entity("member").document

    assert description(quiet_till)["components"]["schemas"]["member"] == dict(published)


def test_what_is_read_fits_what_is_described(till):
    till.post(
        "/records/member", {"member_no": "M1", "name": "Mary", "tags": ["vip"], "joined_on": "2026-01-05"}
    )
    schema = description(till)["components"]["schemas"]["member"]

    for record in till.get("/records/member").json["records"]:
        jsonschema.validate(record, schema, jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    "document",
    [
        {"member_no": "M1"},
        {
            "member_no": "M1",
            "name": None,
            "tags": ["a", "b"],
            "birthday": "1990-02-28",
            "phone": "+8613800138000",
        },
        {"member_no": "M1", "store": {"store_no": "S1"}},
        {"name": "Mary"},
        {"member_no": None},
        {"member_no": "M1", "birthday": "soon"},
        {"member_no": "M1", "stage": "gone"},
        {"member_no": "M1", "order_count": 3},
        {"member_no": "M1", "id": 3},
        {"member_no": "M1", "colour": "red"},
        [],
        "M1",
    ],
)
def test_what_is_described_as_writable_is_what_is_written(till, document):
    till.post("/records/store", {"store_no": "S1", "name": "One"})
    schema = description(till)["components"]["schemas"]["member.create"]
    fits = jsonschema.Draft202012Validator(schema).is_valid(document)

    is_written = till.post("/records/member", document).status_code == 201 and isinstance(document, dict)
    assert fits == is_written


@pytest.mark.parametrize(
    "document",
    [
        {"order_no": "O1", "member": {"member_no": "M1"}},
        {"order_no": "O1", "member": 1, "amount": "12.50", "status": "paid"},
        {"order_no": "O1", "member": None},
        {"order_no": "O1", "member": {}},
        {"order_no": "O1"},
        {"order_no": "O1", "member": 1, "amount": "a lot"},
        {"order_no": "O1", "member": 1, "ordered_on": None},
    ],
)
def test_a_required_reference_is_described_as_it_is_written(shop, till, document):
    assert shop.make("member", member_no="M1") == 1
    schema = description(till)["components"]["schemas"]["order.create"]

    is_written = till.post("/records/order", document).status_code == 201
    assert jsonschema.Draft202012Validator(schema).is_valid(document) == is_written


def test_a_change_may_not_empty_what_is_required(till):
    made = till.post("/records/member", {"member_no": "M1"}).json["id"]
    schema = description(till)["components"]["schemas"]["member.update"]

    for document in ({"member_no": None}, {"name": None}, {}):
        is_written = till.patch(f"/records/member/{made}", document).status_code == 200
        assert jsonschema.Draft202012Validator(schema).is_valid(document) == is_written


def test_a_reading_token_sees_nothing_to_write(quiet_shop):
    methods = {
        method
        for path, item in description(quiet_shop.program("read"))["paths"].items()
        for method in item
        if method != "parameters"
    }

    assert methods == {"get"}


def test_a_token_for_one_entity_sees_that_one(quiet_shop):
    schemas = description(quiet_shop.program("read:store"))["components"]["schemas"]

    assert set(schemas) == {"Problem", "store"}


def test_a_hidden_field_is_not_described(shop):
    shop.publish_role(
        "blind", {"member": {"read": True, "update": True, "fields": {"phone": "hide", "city": "read"}}}
    )
    schemas = description(shop.program("write", roles=("blind",)))["components"]["schemas"]

    assert "phone" not in schemas["member"]["properties"]
    assert "phone" not in schemas["member.update"]["properties"]
    assert "city" in schemas["member"]["properties"]
    assert "city" not in schemas["member.update"]["properties"]


def test_every_described_call_has_its_route(quiet_shop, quiet_till):
    routes = quiet_shop.app.url_map.bind("localhost")
    values = {"{id}": "1", "{kind}": "view", "{key}": "all_members"}
    for path, item in description(quiet_till)["paths"].items():
        address = "/api/v1" + "/".join(values.get(part, part) for part in path.split("/"))
        for method in set(item) - {"parameters"}:
            assert routes.test(address, method.upper()), (method, address)


def test_every_route_of_the_api_is_described(quiet_shop, quiet_till):
    described = description(quiet_till)["paths"]
    for rule in quiet_shop.app.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1/") or rule.rule.endswith(("/docs", "/openapi.json")):
            continue
        path = rule.rule.removeprefix("/api/v1").replace("<entity_key>", "member").replace("<kind>", "{kind}")
        path = path.replace("<key>", "{key}")
        path = "/".join("{id}" if part.startswith("<int") else part for part in path.split("/"))
        methods = {method.lower() for method in rule.methods} - {"head", "options"}
        assert methods <= set(described[path]), path


def test_a_signed_in_person_reads_it_as_a_page(shop):
    shop.token(roles=("admin",))
    browser = site.sign_in(shop.app, "admin@shop.example")
    page = browser.get("/api/v1/docs")

    assert page.status_code == 200
    assert "/api/v1/records/member" in page.text
    assert browser.get("/openapi.json").json["openapi"] == "3.1.0"


def test_it_speaks_the_callers_language(quiet_till):
    tags = quiet_till.get("/openapi.json", Accept_Language="zh").json["tags"]

    assert "会员" in [tag["description"] for tag in tags]
