"""Loading plugins behind a fence: one that breaks leaves nothing behind, the app runs, and the studio says why.

Plugins are code that the operator installed: a folder `plugins/<key>/` with a `plugin.py`, or a package with an
entry point of the group `tessera.plugins`. They hand in their parts through `builder.plugin_api` alone.
"""

from __future__ import annotations

import contextlib
import importlib.util
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import structlog

from builder.plugin_api import (
    About,
    ChangeAction,
    Channel,
    CreateAction,
    DeliverAction,
    FieldType,
    Kind,
    OnceAction,
    Registration,
    Trigger,
)
from builder.registry import Registry
from schema_store import strict_json
from schema_store.documents import is_key
from schema_store.problems import Problem, Problems, _
from schema_store.shapes import Shape, is_json_schema
from schema_store.texts import Text

log = structlog.get_logger()

GROUP = "tessera.plugins"
BUILT_IN = "builder"
"""Whoever brings the built-in parts: no name for a plugin."""
SHIPPED = Path(__file__).parents[1] / "plugins"


@dataclass(frozen=True)
class Plugin:
    """One plugin that was found. `reason`: why it is fenced off, None where it runs.

    `parts` are `(sort, key)` of what it registered. `folder`: where its templates may be.
    """

    key: str
    label: Text
    help: Text
    version: str
    parts: tuple[tuple[str, str], ...] = ()
    reason: str | None = None
    details: str = ""
    folder: Path | None = None

    @property
    def is_running(self) -> bool:
        return self.reason is None


@dataclass(frozen=True)
class _Found:
    """A plugin before anything of it ran."""

    key: str
    load: Callable[[], ModuleType]
    folder: Path | None


def load(registry: Registry, *, data: Path, folder: Path | None = None) -> None:
    """Load every plugin there is and note each on `registry.plugins`, running or fenced. Raises nothing of theirs.

    `data`: the installation's folder; the operator's settings of a plugin are `<data>/plugins/<key>.json`.
    """
    for found in _all(folder or SHIPPED):
        if found.key not in registry.plugins and found.key != BUILT_IN:
            registry.plugins.add(found.key, _loaded(registry, found, data))


def _all(folder: Path) -> Iterator[_Found]:
    for path in sorted(folder.glob("*/plugin.py")):
        yield _Found(path.parent.name, lambda path=path: _module(path), path.parent)
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        yield _Found(point.name, lambda point=point: _of_package(point), None)


def _module(path: Path) -> ModuleType:
    """The module of a folder, under a name of its own, so that two plugins never meet."""
    name = f"tessera_plugins.{path.parent.name}"
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=[str(path.parent)])
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _of_package(point: EntryPoint) -> ModuleType:
    module = point.load()
    if not isinstance(module, ModuleType):
        raise TypeError(f"the entry point {point.name} names no module")
    return module


def _loaded(registry: Registry, found: _Found, data: Path) -> Plugin:
    before = _parts(registry)
    about = About(found.key, found.key)
    try:
        with contextlib.redirect_stdout(sys.stderr):  # stdout belongs to the answers of commands
            module = found.load()
            about = _about(module, found.key)
            module.register(Registration(registry, about, _settings(about, data)))
            _require_sound(registry, found.key)
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # whatever a plugin raises, sys.exit() too, stays behind the fence
        for shelf in registry.shelves():
            shelf.take_back(found.key)
        log.error("plugin.fenced", plugin=found.key, exc_info=error)
        details = "".join(traceback.format_exception(error))
        return Plugin(
            found.key, about.label, about.help, about.version, (), _reason(error), details, found.folder
        )
    parts = tuple(sorted(_parts(registry) - before))
    return Plugin(about.key, about.label, about.help, about.version, parts, folder=found.folder)


def _parts(registry: Registry) -> set[tuple[str, str]]:
    return {(shelf.sort, key) for shelf in registry.shelves() for key in shelf}


def _about(module: ModuleType, key: str) -> About:
    about = getattr(module, "about", None)
    if not isinstance(about, About):
        raise Problems(
            Problem("plugin.about", _("Its module has no “about”, an About of builder.plugin_api."))
        )
    if about.key != key or not is_key(key):
        params = {"key": about.key, "name": key}
        raise Problems(
            Problem("plugin.key", _("It calls itself “{key}” but is installed as “{name}”."), params)
        )
    if not _is_text(about.label) or not _is_text(about.help or about.key):
        raise Problems(
            Problem("plugin.label", _("Its label and help must be texts, or {“en”: text, “zh”: text}."))
        )
    if not callable(getattr(module, "register", None)):
        raise Problems(Problem("plugin.register", _("Its module has no function “register”.")))
    return about


CONTRACTS: Mapping[str, tuple[type, ...]] = {
    "action": (ChangeAction, CreateAction, OnceAction, DeliverAction),
    "channel": (Channel,),
    "trigger": (Trigger,),
    "field type": (FieldType,),
    "kind": (Kind,),
}
WITH_SETTINGS = ("action", "trigger")


def _require_sound(registry: Registry, by: str) -> None:
    """Raises Problems for a part of the plugin that is not what its contract says: better now than in a run."""
    problems = [
        problem
        for shelf in registry.shelves()
        for key, part in shelf.items()
        if shelf.brought_by(key) == by
        for problem in _unsound(shelf.sort, key, part)
    ]
    if problems:
        raise Problems(problems)


def _unsound(sort: str, key: str, part: Any) -> Iterator[Problem]:
    params = {"sort": sort, "key": key}
    if sort == "job":
        if not callable(part):
            yield Problem("plugin.job", _("The {sort} “{key}” cannot be called."), params)
        return
    if not isinstance(part, CONTRACTS[sort]):
        wanted = ", ".join(contract.__name__ for contract in CONTRACTS[sort])
        template = _("The {sort} “{key}” is no instance of {wanted} of builder.plugin_api.")
        yield Problem("plugin.contract", template, {**params, "wanted": wanted})
        return
    if not is_key(key):
        yield Problem("plugin.part_key", _("“{key}” cannot be the key of this part: {sort}."), params)
    if not _is_text(getattr(part, "label", None)):
        yield Problem("plugin.part_label", _("The {sort} “{key}” has no label."), params)
    if sort in WITH_SETTINGS and not _is_closed_object(getattr(part, "settings", None)):
        template = _("The settings of the {sort} “{key}” are no JSON Schema of a closed object.")
        yield Problem("plugin.part_settings", template, params)


def _is_text(text: Any) -> bool:
    words = list(text.values()) if isinstance(text, Mapping) else [text]
    return bool(words) and all(isinstance(one, str) and one for one in words)


def _is_closed_object(schema: Any) -> bool:
    is_schema = isinstance(schema, Mapping) and is_json_schema(dict(schema))
    return is_schema and schema.get("type") == "object" and schema.get("additionalProperties") is False


def _settings(about: About, data: Path) -> Mapping[str, Any]:
    """What the operator set. Raises Problems where the file is not what the plugin asks for."""
    path = data / "plugins" / f"{about.key}.json"
    given = strict_json.read(path.read_bytes()) if path.exists() else {}
    problems = Shape(about.settings).problems(given) if about.settings else []
    if problems:
        raise Problems([problem.at(f"{path.name}#") for problem in problems])
    return given


def _reason(error: BaseException) -> str:
    if isinstance(error, Problems):
        return "; ".join(str(problem) for problem in error.problems)
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg} (line {error.lineno})"
    try:
        return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    except Exception:  # noqa: BLE001 - its own words are broken too
        return type(error).__name__
