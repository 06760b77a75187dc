"""`python -m builder.commands.new_migration MESSAGE`: the next migration, from what changed in the code."""

from __future__ import annotations

import sys

from builder.upkeep import schema

if __name__ == "__main__":
    schema.write_migration(" ".join(sys.argv[1:]) or "change")
