"""`python -m builder.commands.reference` writes docs/commands.md: every command, from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from builder.commands.groups import tessera

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
HEAD = """# Commands

`.venv/bin/tessera …`; this page is written by `python -m builder.commands.reference`. `--json` prints one
JSON document on stdout and nothing else; logs go to stderr. Exit codes: 0 fine, 1 a check or the work failed,
2 wrong use. `T` is an ISO date (its end) or time in the workspace's zone; RULE is JSONLogic text or `@file`;
a record is named by its key, or `id:N`.
"""


def page() -> str:
    """The whole page, as it should be."""
    context = click.Context(tessera, info_name="tessera")
    return "\n".join([HEAD, *_lines(tessera, context)]).rstrip() + "\n"


def _lines(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = click.Context(command, info_name=name, parent=context)
        yield from _command(command, inner)
        if isinstance(command, click.Group):
            yield from _lines(command, inner)


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    usage = " ".join(command.collect_usage_pieces(context)).replace("[OPTIONS]", "").strip()
    path = context.command_path
    yield f"\n### {path} {usage}".rstrip()
    yield f"\n{_flowed(command.help or '')}\n"
    for option in command.params:
        record = option.get_help_record(context) if isinstance(option, click.Option) else None
        if record is not None and option.name != "help":
            yield f"- `{record[0]}` {' '.join(record[1].split())}".rstrip()


def _flowed(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
