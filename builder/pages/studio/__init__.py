"""The studio: where admins see, change, publish and run what they made. All its addresses, in one list."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint

from builder.pages.studio import (
    changes,
    conditions,
    definitions,
    drafting,
    going_back,
    languages,
    merging,
    overview,
    packages,
    packages_arriving,
    packages_export,
    people,
    person,
    plugins,
    public_forms,
    publishing,
    retiring,
    runs,
    trying,
    viewing,
    workflows,
)
from builder.pages.studio.building import children, field, fields, head, quick, rows
from builder.pages.studio.design import page as design


def blueprint() -> Blueprint:
    studio = Blueprint("studio", __name__, url_prefix="/studio")
    add = studio.add_url_rule
    add("", "overview", overview.show)
    add("/publish", "plan", publishing.plan)
    add("/publish", "publish", publishing.confirm, methods=["POST"])
    _add_changes(add)
    add("/preview", "preview", trying.show)
    add("/preview", "start_preview", trying.start, methods=["POST"])
    add("/preview/end", "end_preview", trying.end, methods=["POST"])
    add("/workflows", "workflows", workflows.overview)
    add("/workflows/<key>", "workflow", workflows.show)
    add("/workflows/<key>/rehearsal", "rehearsal", workflows.rehearsal)
    add("/workflows/<key>/run", "run_workflow", workflows.run, methods=["POST"])
    add("/workflows/<key>/switch", "switch_workflow", workflows.switch, methods=["POST"])
    _add_runs(add)
    _add_packages(add)
    add("/plugins", "plugins", plugins.overview)
    add("/people", "people", people.overview)
    add("/people", "add_person", people.add, methods=["POST"])
    add("/people/<int:user_id>", "person", person.show)
    add("/people/<int:user_id>/roles", "change_person", person.change, methods=["POST"])
    add("/people/<int:user_id>/password", "renew_password", person.renew, methods=["POST"])
    add("/people/<int:user_id>/switch", "switch_person", person.switch, methods=["POST"])
    add("/tokens", "add_token", people.add_token, methods=["POST"])
    add("/tokens/<int:token_id>/revoke", "revoke_token", people.revoke_token, methods=["POST"])
    add("/view-as", "view_as", viewing.show)
    add("/view-as", "begin_view", viewing.begin, methods=["POST"])
    add("/view-as/end", "end_view", viewing.end, methods=["POST"])
    add("/condition", "condition_part", conditions.part, methods=["POST"])
    add("/condition/choices", "condition_choices", conditions.choices)
    add("/<kind>/<key>/condition", "condition", conditions.show)
    add("/<kind>/<key>/condition", "save_condition", conditions.save, methods=["POST"])
    _add_building(add)
    _add_definition(add)
    return studio


def _add_building(add: Callable[..., None]) -> None:
    """Entities and fields without a line of JSON."""
    add("/entity/new", "new_entity", quick.new)
    add("/entity/new", "change_new_entity", quick.change, methods=["POST"])
    add("/entity/<key>", "entity", fields.show)
    add("/entity/<key>/child", "new_child", children.new)
    add("/entity/<key>/child", "change_new_child", children.change, methods=["POST"])
    add("/entity/<key>/settings", "entity_settings", head.show)
    add("/entity/<key>/settings", "save_entity_settings", head.save, methods=["POST"])
    add("/entity/<key>/fields", "press_field", fields.press, methods=["POST"])
    add("/entity/<key>/fields/new", "new_field", field.new)
    add("/entity/<key>/fields/new", "save_new_field", field.save, methods=["POST"])
    add("/entity/<key>/fields/<field_key>", "field", field.show)
    add("/entity/<key>/fields/<field_key>", "save_field", field.save, methods=["POST"])
    add("/entity/<key>/fields/<field_key>/retire", "ask_retire_field", fields.ask_retire)
    add("/entity/<key>/fields/<field_key>/retire", "retire_field", fields.retire, methods=["POST"])
    add("/entity/<key>/rows", "bring_in_rows", rows.bring_in, methods=["POST"])


def _add_definition(add: Callable[..., None]) -> None:
    """One definition, of whatever kind: seen, edited, retired, and its versions."""
    _add_public_forms(add)
    add("/<kind>/new", "new_definition", drafting.new)
    add("/<kind>/new", "save_definition_new", drafting.save, methods=["POST"])
    add("/<kind>/new/text", "new_as_text", drafting.new)
    add("/<kind>/new/text", "save_new", drafting.save, methods=["POST"])
    add("/<kind>/<key>/design", "design", design.show)
    add("/<kind>/<key>/design", "change_design", design.change, methods=["POST"])
    add("/<kind>/<key>", "definition", definitions.show)
    add("/<kind>/<key>/words", "words", languages.show)
    add("/<kind>/<key>/words", "save_words", languages.save, methods=["POST"])
    add("/<kind>/<key>/text", "edit_definition", drafting.edit)
    add("/<kind>/<key>/text", "save_definition", drafting.save, methods=["POST"])
    add("/<kind>/<key>/merge", "merge", merging.show)
    add("/<kind>/<key>/merge", "decide_merge", merging.decide, methods=["POST"])
    add("/<kind>/<key>/discard", "discard_draft", drafting.discard, methods=["POST"])
    add("/<kind>/<key>/versions/<int:version>", "version", definitions.compare)
    add("/<kind>/<key>/retire", "ask_retire", retiring.ask)
    add("/<kind>/<key>/retire", "retire", retiring.retire, methods=["POST"])
    add("/<kind>/<key>/versions/<int:version>/back", "plan_back", going_back.plan_version)
    add("/<kind>/<key>/versions/<int:version>/back", "back", going_back.confirm_version, methods=["POST"])


def _add_changes(add: Callable[..., None]) -> None:
    """What was published, what is planned, and the ways back."""
    add("/publish/planned/<int:planned_id>/cancel", "cancel_planned", publishing.cancel, methods=["POST"])
    add("/changes", "changes", changes.overview)
    add("/changes/<int:change_id>", "change", changes.show)
    add("/changes/<int:change_id>/undo", "plan_undo_change", going_back.plan_undo)
    add("/changes/<int:change_id>/undo", "undo_change", going_back.confirm_undo, methods=["POST"])
    add("/changes/<int:change_id>/back", "plan_moment", going_back.plan_moment)
    add("/changes/<int:change_id>/back", "moment", going_back.confirm_moment, methods=["POST"])


def _add_public_forms(add: Callable[..., None]) -> None:
    """Forms for visitors: where they are, and whether they are open."""
    add("/public_form/new", "new_public_form", drafting.new, defaults={"kind": public_forms.KIND})
    add("/public_form/<key>", "public_form", public_forms.show)
    add("/public_form/<key>/qr/<sort>", "public_form_qr", public_forms.qr)
    add("/public_form/<key>/poster", "public_form_poster", public_forms.poster)
    add("/public_form/<key>/switch", "switch_public_form", public_forms.switch, methods=["POST"])


def _add_runs(add: Callable[..., None]) -> None:
    """What was done, and taking it back."""
    add("/runs", "runs", runs.overview)
    add("/runs/<int:run_id>", "run", runs.show)
    add("/runs/<int:run_id>/undo", "ask_undo", runs.ask_undo)
    add("/runs/<int:run_id>/undo", "undo", runs.undo, methods=["POST"])
    add("/runs/<int:run_id>/approve", "approve", runs.approve, methods=["POST"])


def _add_packages(add: Callable[..., None]) -> None:
    """Whole applications, in and out."""
    add("/packages", "packages", packages.overview)
    add("/packages/apps/<name>", "plan_app", packages_arriving.show_app)
    add("/packages/apps/<name>/sample", "change_sample", packages.change_sample, methods=["POST"])
    add("/packages/import", "import_package", packages_arriving.upload, methods=["POST"])
    add("/packages/plan", "install_package", packages_arriving.decide, methods=["POST"])
    add("/packages/export", "choose_package", packages_export.choose)
    add("/packages/export", "export_package", packages_export.send, methods=["POST"])
