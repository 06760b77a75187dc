"""`backup`, `backup verify`, `restore`: everything of one moment in one file, and back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from builder.commands import asked, opening
from builder.commands.asked import json_option
from builder.upkeep import backup as backups
from builder.upkeep import restoring

FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


class _FileOrVerify(click.Group):
    """`backup FILE` makes one; `backup verify FILE` reads one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        return super().resolve_command(ctx, args if args[0] in self.commands else ["make", *args])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["verify"]


@click.group(cls=_FileOrVerify, options_metavar="", subcommand_metavar="FILE | verify FILE")
def backup() -> None:
    """Write everything of this moment to FILE, while people go on working; or read one through.

    The file holds passwords' hashes and secrets: keep it as safe as the database.
    """


@backup.command("make", hidden=True)
@click.argument("file", type=FILE)
@json_option
def make(file: Path, as_json: bool) -> None:
    """Write a backup to FILE."""
    with opening.house() as house:
        manifest = backups.write(house, file)
    document = {"file": str(file), "bytes": file.stat().st_size, **_counts(manifest)}
    asked.answer(document, as_json=as_json, people=lambda: [f"Wrote {file}: {document['rows']:,} rows."])


@backup.command()
@click.argument("file", type=EXISTING)
@json_option
def verify(file: Path, as_json: bool) -> None:
    """Read every byte of the backup FILE and compare it with its seal."""
    manifest = backups.verify(file)
    document = {"ok": True, "made_at": manifest["made_at"], **_counts(manifest)}
    said = f"{file} is whole: {document['rows']:,} rows of {manifest['made_at']}."
    asked.answer(document, as_json=as_json, people=lambda: [said])


@click.command()
@click.argument("file", type=EXISTING)
@json_option
def restore(file: Path, as_json: bool) -> None:
    """Put the backup FILE in place of everything that is there: all of it, or nothing.

    What was there before is saved to backups/ in the data folder first.
    """
    with opening.house(ready=False) as house:
        restored = restoring.restore(house, file)
    saved = str(restored.saved) if restored.saved else None
    document = {"made_at": restored.manifest["made_at"], "saved": saved, **_counts(restored.manifest)}
    said = [f"Restored {document['rows']:,} rows of {document['made_at']}."]
    if saved:
        said.append(f"What was there before is in {saved}.")
    asked.answer(document, as_json=as_json, people=lambda: said)


def _counts(manifest: Mapping[str, Any]) -> dict[str, int]:
    return {
        "tables": len(manifest["tables"]),
        "rows": sum(part["rows"] for part in manifest["tables"]),
        "files": len(manifest["files"]),
    }
