"""What can be done to the workspace: make definitions, publish, run and undo, let people in, bring packages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import ngettext

from builder.pages.palette import reasons
from builder.pages.palette.definitions import sees_the_studio
from builder.pages.studio.definitions import new_address
from builder.palette import Offer, Seeker, Source, spoken
from schema_store.texts import Text

PARTS = {"trigger": "triggers", "actions": "actions"}


class ActionsOnTheWorkspace(Source):
    """Shown to those of the studio; what one of them may not do says why."""

    key = "workspace"
    label: ClassVar[Text] = {"en": "Build and run", "zh": "搭建与运行"}
    is_eager = True

    def offers(self, seeker: Seeker) -> Iterable[Offer]:
        if not sees_the_studio(seeker):
            return
        yield _publish(seeker)
        yield from _new(seeker)
        yield from _new_fields(seeker)
        yield from _runs(seeker)
        yield from _others(seeker)


def _publish(seeker: Seeker) -> Offer:
    refusal = reasons.of_right(seeker, "publish")
    count = len(seeker.drafts)
    if not refusal and not count:
        refusal = _("There are no drafts; nothing waits to be published.")
    note = ngettext("%(num)s draft waits", "%(num)s drafts wait", count) if count else ""
    return Offer(
        _("Publish the drafts"),
        "/studio/publish",
        note,
        "rocket",
        ("publish", "drafts", "发布", "草稿"),
        refusal,
    )


def _new(seeker: Seeker) -> Iterator[Offer]:
    refusal = reasons.of_right(seeker, "publish")
    for kind in sorted(seeker.registry.kinds.values(), key=lambda kind: kind.order):
        label = _("New: %(what)s", what=seeker.label(kind.label, kind.key))
        words = (*spoken(kind.label), kind.key, "new", "add", "create", "新建", "添加")
        yield Offer(label, new_address(kind), icon="plus", words=words, refusal=refusal)


def _new_fields(seeker: Seeker) -> Iterator[Offer]:
    refusal = reasons.of_right(seeker, "publish")
    for entity in seeker.catalog.entities.values():
        label = _("Add a field to: %(what)s", what=seeker.label(entity.label, entity.key))
        words = (*spoken(entity.label), entity.key, "field", "add", "字段", "添加")
        yield Offer(label, f"/studio/entity/{entity.key}/fields/new", "", "forms", words, refusal)


def _runs(seeker: Seeker) -> Iterator[Offer]:
    for (kind, key), body in seeker.catalog.bodies.items():
        if kind == "workflow":
            label = _("Run: %(what)s", what=seeker.label(body.get("label"), key))
            words = (*spoken(body.get("label")), key, "run", "运行")
            refusal = reasons.of_right(seeker, "run") or _missing_part(seeker, body)
            yield Offer(label, f"/studio/workflows/{key}", "", "player-play", words, refusal)
    undo = Offer(_("Undo the last run"), "/find/undo", "", "rotate", ("undo", "last run", "撤销", "上次运行"))
    yield Offer(undo.label, undo.href, icon=undo.icon, words=undo.words, refusal=_why_no_undo(seeker, undo))


def _why_no_undo(seeker: Seeker, undo: Offer) -> str:
    """Asked of the database only where somebody looks for it."""
    refusal = reasons.of_right(seeker, "undo")
    if refusal or not seeker.terms or not seeker.finds(undo):
        return refusal
    return "" if seeker.undoable is not None else _("There is no run that could be undone.")


def _missing_part(seeker: Seeker, body: Any) -> str:
    """What a workflow uses that no running plugin brings; "" where all is there."""
    for key, shelf in PARTS.items():
        there = body.get(key, ())
        for part in [there] if isinstance(there, dict) else there:
            if part.get("type") not in getattr(seeker.registry, shelf):
                return _(
                    "It uses “%(part)s”, which no running plugin brings. Look at Plugins.",
                    part=part.get("type"),
                )
    return ""


def _others(seeker: Seeker) -> Iterator[Offer]:
    yield Offer(
        _("Add a person"),
        "/studio/people#user-email",
        "",
        "user-plus",
        ("add", "person", "user", "people", "invite", "用户", "添加", "人员"),
        reasons.of_right(seeker, "users"),
    )
    publish = reasons.of_right(seeker, "publish")
    yield Offer(
        _("Import a package"),
        "/studio/packages#package-file",
        "",
        "file-import",
        ("import", "package", "application", "导入", "应用包"),
        publish,
    )
    yield Offer(
        _("Export an application as a package"),
        "/studio/packages/export",
        "",
        "file-export",
        ("export", "package", "导出", "应用包"),
        publish,
    )
