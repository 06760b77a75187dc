"""Every page that a browser may ask for, from the application's own list of routes, so that none can be forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from tests.pages.shop import Shop

NOT_PAGES = ("static", "health.", "api.")
"""Endpoints that begin so are for programs."""
PIECES = {
    "desk.export": "a file",
    "desk.choices": "a piece of a form",
    "studio.condition_choices": "a piece of a form",
    "studio.public_form_qr": "a picture",
    "studio.merge": "needs two who changed the same place: tests/pages/test_change_sets.py",
    "desk.ask_act": "needs a record and one of its actions: tests/pages/test_views.py",
    "public.thanks": "needs an answer: tests/public",
    "palette.undo": "goes on to the last run",
}
"""Endpoints that are no whole page, with the reason; a page's own tests look at them."""
USUAL: Mapping[str, str] = {
    "key": "member",
    "field_key": "level",
    "entity_key": "member",
    "record_id": "1",
    "user_id": "1",
    "version": "1",
    "name": "membership",
    "change_id": "1",
    "run_id": "1",
}
"""What stands in an address for these arguments, unless the endpoint says otherwise below."""
WORKFLOW = {"key": "member_dormant"}
SIGN_UP = {"key": "member_signup"}
ARGUMENTS: Mapping[str, Mapping[str, str]] = {
    "studio.workflow": WORKFLOW,
    "studio.rehearsal": WORKFLOW,
    "studio.public_form": SIGN_UP,
    "studio.public_form_poster": SIGN_UP,
    "public.form": SIGN_UP,
    "studio.condition": {"kind": "view", "key": "prospects"},
}
NOT_FOR: Mapping[str, tuple[str, ...]] = {"studio.design": ("entity",)}
"""Kinds that have a page of their own in its place."""
QUERIES: Mapping[str, str] = {"studio.condition": "?at=/where", "desk.lookup": "?q=Member"}


def addresses(shop: Shop, more: Mapping[str, Mapping[str, str]] | None = None) -> list[str]:
    """One address for each page, for pages of definitions one of each kind. `more`: arguments by endpoint."""
    special = {**ARGUMENTS, **(more or {})}
    found: dict[str, None] = {}
    for rule in shop.app.url_map.iter_rules():
        if (
            "GET" not in (rule.methods or ())
            or rule.endpoint in PIECES
            or rule.endpoint.startswith(NOT_PAGES)
        ):
            continue
        for given in _given(shop, rule, special.get(rule.endpoint, {})):
            found[_filled(rule.rule, given) + QUERIES.get(rule.endpoint, "")] = None
    return list(found)


def _given(shop: Shop, rule: Any, special: Mapping[str, str]) -> Iterable[Mapping[str, str]]:
    if "kind" not in rule.arguments or "kind" in special:
        yield {**USUAL, **special}
        return
    firsts: dict[str, str] = {}
    with shop.house.reading() as work:
        for kind, key in sorted(work.catalog.bodies):
            firsts.setdefault(kind, key)
    for kind, key in firsts.items():
        if kind in NOT_FOR.get(rule.endpoint, ()):
            continue
        yield {**USUAL, "kind": kind, "key": key, **special}


def _filled(rule: str, given: Mapping[str, str]) -> str:
    parts = []
    for part in rule.split("/"):
        name = part.strip("<>").rpartition(":")[2]
        if part.startswith("<"):
            assert name in given, f"{rule}: say in every_page.py what stands for <{name}>"
        parts.append(quote(given[name]) if part.startswith("<") else part)
    return "/".join(parts)
