"""One definition in words, with its versions and where it is used; what differs between two versions."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request
from flask_babel import gettext as _

from builder.kinds.contract import Kind
from builder.pages import web
from builder.pages.desk import tale
from builder.pages.reader import Reader, answer, reader
from builder.pages.studio import missing_words, places, rights, rule_places, uses, wording
from builder.pages.studio.plan_words import as_published
from builder.pages.studio.saying import all as saying
from builder.pages.web.numbers import counted
from builder.publishing import checking, sentences
from builder.work import Work
from schema_store import drafts, store, strict_json
from schema_store.documents import Body, Name
from schema_store.store import Version

CONTEXT = 3


@dataclass(frozen=True)
class Told:
    """One version: who published it when, and why."""

    version: int
    by: str
    when: str
    moment: str
    note: str
    is_live: bool
    is_retirement: bool
    diff_url: str
    back_url: str


@dataclass(frozen=True)
class Line:
    text: str
    sort: str


def new_address(kind: Kind) -> str:
    """Where a new definition of a kind begins."""
    return f"/studio/{kind.key}/new/design" if is_designed(kind) else f"/studio/{kind.key}/new"


@web.needs("signed_in")
def show(kind: str, key: str) -> Response:
    """`/studio/<kind>/<key>`: the definition in words; beside it its versions and where it is used."""
    return page(kind, key)


def page(
    kind: str, key: str, say: Callable[[Reader, Work, str], wording.Said | None] | None = None
) -> Response:
    """The page of one definition. `say`: how it is told, where a kind has a page of its own."""
    here = rights.of_studio(reader())
    known = kind_of(kind)
    with web.reading() as work:
        live, draft = store.live_one(work.connection, kind, key), drafts.draft(work.connection, kind, key)
        versions = store.versions(work.connection, kind, key)
        if live is None and draft is None and not versions:
            abort(404)
        drawn = [live, draft, *versions]
        body = next(one.body for one in drawn if one is not None and one.body is not None)
        told = _versions(here, work, kind, key, versions)
        drafted = _drafted(here, work, (kind, key), live, draft)
        said = say(here, work, key) if say else None
        used = uses.of_definition(here, work, kind, key)
    base = f"/studio/{kind}/{key}"
    return answer(
        "studio/definition.html",
        kind=kind,
        key=key,
        base=base,
        kind_label=here.label(known.label),
        title=places.called(here, sentences.named(body), key),
        trail=[("/studio", _("Definitions")), (f"/studio#{kind}", here.label(known.label_plural))],
        said=said or saying.of(here, kind, body),
        is_live=live is not None,
        is_retired=live is None and bool(versions),
        draft=drafted,
        versions=told,
        uses=used,
        missing_words=missing_words.said(body) if here.policy.may("publish") else [],
        rules=rule_places.links(here, known, known.authored(body), key) if here.policy.may("publish") else [],
        document=strict_json.write(known.authored(body), indent=2),
        may_publish=here.policy.may("publish"),
        design_url=f"{base}/design" if here.policy.may("publish") and is_designed(known) else "",
    )


def is_designed(kind: Kind) -> bool:
    """Whether a kind's shape says that its definitions can be edited as a form."""
    return bool(checking.shape_of(kind).schema.get("x-design"))


def kind_of(key: str) -> Kind:
    """The kind, or the 404 page."""
    found = web.house().registry.kinds.get(key)
    if found is None:
        abort(404)
    return found


def _drafted(here: Reader, work: Work, name: Name, live: Any, draft: Any) -> dict[str, Any] | None:
    """The draft in words: whose it is and what it would change."""
    if draft is None:
        return None
    names = tale.names_of(work, [draft.by])
    before = live.body if live else None
    after = as_published(here, {name: draft.body})[name] if draft.body is not None else None
    return {
        "by": tale.actor_name(here, draft.by, names),
        "when": here.moment(draft.at),
        "is_stale": draft.is_stale,
        "retires": draft.body is None,
        "sentences": differences(here, name, before, after),
    }


def completed(kind: str, body: Body) -> Body:
    """A draft as publishing would complete it, so that only what its author changed differs."""
    try:
        return web.house().registry.kinds[kind].complete(body, web.house().registry)
    except Exception:  # noqa: BLE001 - a draft may be any JSON
        return body


def differences(here: Reader, name: Name, before: Body | None, after: Body | None) -> list[str]:
    """What differs between two bodies, in sentences; one that says so where the words have none."""
    try:
        found = sentences.describe(name, before, after, here.catalog)
    except Exception:  # noqa: BLE001 - a draft may be any JSON; the text beside still shows it
        return [_("The document is not whole; look at the text.")]
    return [one.said(_, here.language) for one in found]


def _versions(here: Reader, work: Work, kind: str, key: str, versions: list[Version]) -> list[Told]:
    names = tale.names_of(work, [one.by for one in versions])
    base = f"/studio/{kind}/{key}/versions"
    return [
        Told(
            one.version,
            tale.actor_name(here, one.by, names),
            here.moment(one.at),
            one.at.isoformat(),
            one.note,
            is_live=at == 0 and one.body is not None,
            is_retirement=one.body is None,
            diff_url=f"{base}/{one.version}",
            back_url=f"{base}/{one.version}/back"
            if at and one.body is not None and here.policy.may("publish")
            else "",
        )
        for at, one in enumerate(versions)
    ]


@web.needs("signed_in")
def compare(kind: str, key: str, version: int) -> Response:
    """`…/versions/<n>?with=<m>`: what version n changed (against the one before it, or against m)."""
    here = rights.of_studio(reader())
    known = kind_of(kind)
    other = request.args.get("with", version - 1, counted)
    with web.reading() as work:
        versions = {one.version: one for one in store.versions(work.connection, kind, key)}
    if version not in versions:
        abort(404)
    before = versions[other].body if other in versions else None
    after = versions[version].body
    texts = [strict_json.write(known.authored(body), indent=2) if body else "" for body in (before, after)]
    return answer(
        "studio/compare.html",
        kind=kind,
        base=f"/studio/{kind}/{key}",
        title=here.label(sentences.named(after or before or {}), key),
        version=version,
        other=other if other in versions else 0,
        choices=[number for number in versions if number != version],
        sentences=differences(here, (kind, key), before, after),
        lines=list(lines(*texts)),
    )


def lines(before: str, after: str) -> Iterable[Line]:
    """The differing lines of two texts with a little around them."""
    marks = {"+": "added", "-": "removed", " ": "same"}
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), n=CONTEXT, lineterm="")
    for line in list(found)[2:]:
        if line.startswith("@@"):
            yield Line("⋯", "skipped")
        else:
            yield Line(line, marks[line[0]])
