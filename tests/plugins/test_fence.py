"""A plugin that breaks leaves nothing behind; the app runs and says why."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from builder import plugins
from builder.app import fill
from builder.registry import Registry
from tests.make import SHANGHAI, house

GREETER = """
from builder.plugin_api import About, OnceAction

about = About(key="greeter", label={"en": "Greeter"}, settings={
    "type": "object",
    "properties": {"word": {"type": "string", "description": "What it says."}},
    "additionalProperties": False,
})


class Greet(OnceAction):
    key = "greet"
    label = {"en": "Greet"}
    settings = {"type": "object", "properties": {}, "additionalProperties": False}

    def __init__(self, word):
        self.word = word

    def sentence(self, settings, scope):
        return self.word

    def once(self, work, settings, run):
        return 1


def register(to):
    to.action(Greet(to.settings.get("word", "hello")))
"""


@pytest.fixture
def registry() -> Registry:
    return fill(Registry())


def install(folder: Path, key: str, code: str) -> None:
    place = folder / "plugins" / key
    place.mkdir(parents=True)
    (place / "plugin.py").write_text(code)


def load(registry: Registry, folder: Path) -> None:
    plugins.load(registry, data=folder / "data", folder=folder / "plugins")


def test_plugin_hands_in_its_parts(registry: Registry, tmp_path: Path) -> None:
    install(tmp_path, "greeter", GREETER)
    load(registry, tmp_path)
    found = registry.plugins["greeter"]
    assert found.is_running
    assert found.parts == (("action", "greet"),)
    assert registry.actions.brought_by("greet") == "greeter"


def test_operator_sets_a_plugin_in_a_file(registry: Registry, tmp_path: Path) -> None:
    install(tmp_path, "greeter", GREETER)
    (tmp_path / "data" / "plugins").mkdir(parents=True)
    (tmp_path / "data" / "plugins" / "greeter.json").write_text('{"word": "good morning"}')
    load(registry, tmp_path)
    assert registry.actions["greet"].word == "good morning"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import nothing_of_this_name", "No module named"),
        ("this is no Python", "SyntaxError"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("", "no “about”"),
        (GREETER.replace('key="greeter"', 'key="other"'), "installed as “greeter”"),
        (GREETER + "    1 / 0\n", "ZeroDivisionError"),
        (GREETER.replace('key = "greet"', 'key = "set_field"'), "registered twice"),
        (GREETER + "    to.action(Greet('again'))\n", "registered twice"),
        (GREETER + "    raise Wordless\n\nclass Wordless(Exception):\n    __str__ = None\n", "Wordless"),
        (GREETER.replace('label={"en": "Greeter"}', "label=7"), "label and help must be texts"),
        (
            GREETER.replace("to.action(Greet(to.settings", "to.action(Greet) or (Greet(to.settings"),
            "no instance",
        ),
        (GREETER.replace("to.action(", "to.channel("), "“greet” is no instance of Channel"),
        (GREETER.replace("to.action(", "to.kind("), "“greet” is no instance of Kind"),
        (GREETER + "    to.job('tick', 5)\n", "job “greeter.tick” cannot be called"),
        (GREETER.replace('key = "greet"', 'key = "Say hello"'), "“Say hello” cannot be the key"),
        (GREETER.replace('label = {"en": "Greet"}', "label = None"), "“greet” has no label"),
        (GREETER.replace('settings = {"type": "object"', 'settings = {"type": "objekt"'), "no JSON Schema"),
        (GREETER.replace('    settings = {"type"', '    shape = {"type"'), "no JSON Schema"),
    ],
)
def test_broken_plugin_is_fenced_with_its_reason(
    registry: Registry, tmp_path: Path, code: str, reason: str
) -> None:
    before = list(registry.actions)
    install(tmp_path, "greeter", code)
    install(tmp_path, "sound", GREETER.replace("greeter", "sound"))
    load(registry, tmp_path)
    fenced = registry.plugins["greeter"]
    assert not fenced.is_running
    assert reason in str(fenced.reason)
    assert "Traceback" in fenced.details
    assert registry.plugins["sound"].is_running
    assert list(registry.actions) == [*before, "greet"]


def test_plugin_that_prints_does_not_speak_into_answers(
    registry: Registry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(tmp_path, "greeter", "print('good morning')\n" + GREETER)
    load(registry, tmp_path)
    assert registry.plugins["greeter"].is_running
    assert capsys.readouterr().out == ""


def test_wrong_settings_fence_the_plugin(registry: Registry, tmp_path: Path) -> None:
    install(tmp_path, "greeter", GREETER)
    (tmp_path / "data" / "plugins").mkdir(parents=True)
    (tmp_path / "data" / "plugins" / "greeter.json").write_text('{"wort": 1}')
    load(registry, tmp_path)
    assert "wort" in str(registry.plugins["greeter"].reason)


def test_plugin_cannot_take_the_name_of_the_built_in_parts(registry: Registry, tmp_path: Path) -> None:
    install(tmp_path, "builder", "raise ValueError")
    load(registry, tmp_path)
    assert "set_field" in registry.actions


def test_house_starts_with_a_broken_plugin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    install(tmp_path, "broken", "1 / 0")
    monkeypatch.setattr(plugins, "SHIPPED", tmp_path / "plugins")
    made = house(sqlite_url, data=tmp_path / "data")
    assert made.registry.plugins["broken"].reason == "ZeroDivisionError: division by zero"
    assert made.clock.zone == SHANGHAI


@pytest.mark.parametrize(
    "path", sorted(plugins.SHIPPED.glob("*/*.py")), ids=lambda path: "/".join(path.parts[-2:])
)
def test_shipped_plugins_import_nothing_of_ours_but_the_plugin_api(path: Path) -> None:
    modules = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules.append(node.module or "")
    ours = [name for name in modules if name.split(".")[0] in {"builder", "schema_store"}]
    assert set(ours) <= {"builder.plugin_api"}
