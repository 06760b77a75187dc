"""The desk: generated pages where staff enter, find and look after records. All its addresses, in one list."""

from __future__ import annotations

from flask import Blueprint

from builder.pages.desk import (
    acting,
    deleting,
    export,
    forms,
    home,
    list_page,
    lookup,
    picking,
    pressing,
    record,
)


def blueprint() -> Blueprint:
    desk = Blueprint("desk", __name__, url_prefix="/desk")
    add = desk.add_url_rule
    add("", "home", home.show)
    add("/lookup", "lookup", lookup.show)
    add("/<entity_key>", "list", list_page.show)
    add("/<entity_key>/acts", "ask_act", acting.ask)
    add("/<entity_key>/acts", "act", acting.act, methods=["POST"])
    add("/<entity_key>/export", "export", export.send)
    add("/<entity_key>/choices/<field_key>", "choices", picking.choices)
    add("/<entity_key>/new", "new", forms.new)
    add("/<entity_key>/new", "create", forms.create, methods=["POST"])
    add("/<entity_key>/<int:record_id>", "record", record.show)
    add("/<entity_key>/<int:record_id>/do", "press", pressing.press, methods=["POST"])
    add("/<entity_key>/<int:record_id>/edit", "edit", forms.edit)
    add("/<entity_key>/<int:record_id>/edit", "change", forms.change, methods=["POST"])
    add("/<entity_key>/<int:record_id>/delete", "ask_delete", deleting.ask)
    add("/<entity_key>/<int:record_id>/delete", "delete", deleting.delete, methods=["POST"])
    return desk
