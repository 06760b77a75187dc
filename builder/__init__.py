"""Tessera's engine. Importing a room loads only what that room needs; see docs/architecture.md."""
