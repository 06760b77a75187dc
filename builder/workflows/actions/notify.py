"""Tell people inside, once for a run and not once for each record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from builder.access import users
from builder.catalog import Catalog
from builder.kinds.for_roles import ADMIN, ADMIN_LABEL
from builder.runs import Run
from builder.work import Work
from builder.workflows import notices
from builder.workflows.actions.contract import OnceAction, Scope, Settings
from schema_store.problems import Problem, Problems, _
from schema_store.texts import Text, pick

_WORDS = {"type": "string", "minLength": 1, "maxLength": 500}


class Notify(OnceAction):
    key = "notify"
    label: ClassVar[Text] = {"en": "Notify", "zh": "通知"}
    help: ClassVar[Text] = {
        "en": "One notice for the whole run, with the number of records.",
        "zh": "每次运行发送一条通知，并注明记录数。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "to": {
                "type": "object",
                "properties": {
                    "role": {
                        "type": "string",
                        "title": "Everybody with a role",
                        "x-zh-title": "拥有某角色的人",
                        "description": "Everybody who has this role.",
                        "x-zh": "拥有此角色的所有人。",
                        "x-names": {"kind": "role"},
                    },
                    "user": {
                        "type": "integer",
                        "minimum": 1,
                        "title": "One person",
                        "x-zh-title": "某个人",
                        "description": "One person, by number.",
                        "x-zh": "某个人（按编号）。",
                        "x-names": {"kind": "user"},
                    },
                },
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": False,
                "title": "To",
                "x-zh-title": "通知谁",
                "description": "Who reads it.",
                "x-zh": "通知对象。",
            },
            "text": {
                "title": "Words",
                "x-zh-title": "内容",
                "x-widget": "lines",
                "description": "The words; {count} stands for the number of records.",
                "x-zh": "通知内容；{count} 表示记录数。",
                "oneOf": [
                    _WORDS,
                    {
                        "type": "object",
                        "properties": {"en": _WORDS, "zh": _WORDS},
                        "minProperties": 1,
                        "additionalProperties": False,
                    },
                ],
            },
        },
        "required": ["to", "text"],
        "additionalProperties": False,
    }

    def check(self, settings: Settings, entity: str, catalog: Catalog) -> list[Problem]:
        role = settings["to"].get("role")
        if role in (None, ADMIN) or role in catalog.of_kind("role"):
            return []
        return [Problem("role.unknown", _("“{role}” is not a role."), {"role": role}, "/to/role")]

    def sentence(self, settings: Settings, scope: Scope) -> str:
        role = settings["to"].get("role")
        known = {ADMIN: {"label": ADMIN_LABEL}, **scope.catalog.of_kind("role")}
        label = known.get(role, {}).get("label")
        name = pick(label, scope.language, fallback=role or f"#{settings['to'].get('user')}")
        return pick({"en": "notify {name}", "zh": "通知{name}"}, scope.language).format(name=name)

    def once(self, work: Work, settings: Settings, run: Run) -> int:
        to = settings["to"]
        _require_there(work, to.get("user"))
        text = {
            key: words.replace("{count}", str(run.changed)) for key, words in _both(settings["text"]).items()
        }
        link = f"/studio/runs/{run.id}"
        notices.write(work, text, user=to.get("user"), role=to.get("role"), link=link, run_id=run.id)
        return 1


def _require_there(work: Work, user: int | None) -> None:
    """Raises Problems for a person who would never read it."""
    known = None if user is None else users.of_id(work.connection, user)
    if user is not None and (known is None or not known.is_active):
        template = _("Nobody was told: there is no person with the number {user}, or they may not sign in.")
        raise Problems(Problem("notify.nobody", template, {"user": user}))


def _both(text: Text) -> dict[str, str]:
    return {language: pick(text, language) for language in ("en", "zh")}
