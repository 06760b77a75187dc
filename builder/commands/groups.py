"""The list of all commands: name → (module, function). A module is loaded when its command is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click

Place = tuple[str, str]
"""(module of builder.commands, name of the click command in it)."""


class Lazy(click.Group):
    """A group that loads a command's module when that command is used: `serve` stays small, `--help` quick."""

    def __init__(self, places: Mapping[str, Place], **settings: object):
        super().__init__(**settings)  # type: ignore[arg-type]
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.places:
            return None
        module, name = self.places[cmd_name]
        return getattr(importlib.import_module(f"builder.commands.{module}"), name)


COMMANDS: Mapping[str, Place] = {
    "init": ("setting_up", "init"),
    "serve": ("processes", "serve"),
    "worker": ("processes", "worker"),
    "scheduler": ("processes", "scheduler"),
    "app": ("definitions", "app"),
    "entity": ("definitions", "entity"),
    "import": ("files", "import_"),
    "export": ("files", "export"),
    "query": ("reading", "query"),
    "history": ("reading", "history"),
    "rule": ("rules", "rule"),
    "run": ("runs", "run"),
    "run-due": ("runs", "run_due"),
    "undo": ("runs", "undo"),
    "user": ("people", "user"),
    "token": ("people", "token"),
    "role": ("people", "role"),
    "queue": ("queue", "queue"),
    "check": ("upkeep", "check"),
    "fingerprint": ("upkeep", "fingerprint"),
    "routes": ("upkeep", "routes"),
    "doctor": ("upkeep", "doctor"),
    "backup": ("backups", "backup"),
    "restore": ("backups", "restore"),
    "sample": ("setting_up", "sample"),
}

tessera = Lazy(
    COMMANDS,
    name="tessera",
    help="Tessera builds and runs business applications. Settings come from TESSERA_… variables.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
